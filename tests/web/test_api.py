import json
import logging

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import resolve
from pytest_django import DjangoAssertNumQueries, Settings

from rocketchat_auth import signals
from rocketchat_auth.accounts.refusals import RefusalReason
from rocketchat_auth.login import ChatLogin, LoginRefused
from rocketchat_auth.login.leaving import SETTLING
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from rocketchat_auth.web import api
from tests.chat import end_all_logins
from tests.reports import report_of
from tests.signal_log import received
from tests.web.desk import ORIGIN, TOKEN, LoginDesk

API = "/rocketchat/api"
FROM_CHAT = {"Origin": ORIGIN}
MIDDLEWARE_FOR_CACHING = (
    "django.middleware.cache.UpdateCacheMiddleware",
    "django.middleware.cache.FetchFromCacheMiddleware",
)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", [API, f"{API}/"])
def test_a_signed_in_session_gets_its_token_and_nothing_else(
    desk: LoginDesk, browser_of_alice: Client, method: str, path: str
) -> None:
    response = browser_of_alice.generic(method, path, headers=FROM_CHAT)

    assert response.status_code == 200
    assert json.loads(response.content) == {"loginToken": TOKEN}
    assert response["Content-Type"] == "application/json"
    assert desk.asked == [False]


def test_a_token_of_whatever_characters_is_sent_as_json(desk: LoginDesk, browser_of_alice: Client) -> None:
    desk.token = 'a "token" \\ é'

    response = browser_of_alice.post(API, headers=FROM_CHAT)

    assert json.loads(response.content) == {"loginToken": 'a "token" \\ é'}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.django_db
def test_nobody_signed_in_is_401_without_a_body(desk: LoginDesk, client: Client, method: str) -> None:
    response = client.generic(method, API, headers=FROM_CHAT)

    assert response.status_code == 401
    assert response.content == b""
    assert desk.asked == []


@pytest.mark.parametrize("reason", list(RefusalReason))
def test_every_refusal_is_401_without_a_body(desk: LoginDesk, browser_of_alice: Client, reason: RefusalReason) -> None:
    desk.error = LoginRefused(reason, "0A1B2C3D", 7.0)

    response = browser_of_alice.post(API, headers=FROM_CHAT)

    assert response.status_code == 401
    assert response.content == b""


def test_who_logged_out_in_chat_is_401_without_a_body(
    rocketchat: StandIn,
    browser_of_alice: Client,
    settings: Settings,
    fake_clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.ROCKETCHAT_LOGOUT_SITE = True
    assert browser_of_alice.post(API, headers=FROM_CHAT).status_code == 200
    fake_clock.advance(SETTLING.total_seconds() + 1)
    end_all_logins(rocketchat, "alice")

    response = browser_of_alice.post(API, headers=FROM_CHAT)

    assert (response.status_code, response.content) == (401, b"")
    assert response["Access-Control-Allow-Origin"] == ORIGIN
    # It is nothing that went wrong.
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("error", [RuntimeError("a fault"), DatabaseError("no such table"), KeyError("loginToken")])
def test_whatever_breaks_on_the_way_is_logged_and_401(
    desk: LoginDesk, browser_of_alice: Client, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    desk.error = error

    with received(signals.login_refused) as told:
        response = browser_of_alice.post(API, headers=FROM_CHAT)

    assert response.status_code == 401
    assert response.content == b""
    [refusal] = told
    assert (refusal["reason"], refusal["user"].username) == (RefusalReason.UNEXPECTED, "alice")
    [record] = [record for record in caplog.records if refusal["reference"] in record.getMessage()]
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert record.exc_info[1] is error


def test_a_fault_once_the_token_is_there_shows_it_in_no_report(
    desk: LoginDesk, browser_of_alice: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(request: HttpRequest, response: HttpResponse) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr("rocketchat_auth.login.remember_session", fail)

    assert browser_of_alice.post(API, headers=FROM_CHAT).status_code == 401

    [record] = [record for record in caplog.records if record.exc_info]
    assert record.exc_info is not None
    assert record.exc_info[1] is not None
    report = report_of(record.exc_info[1])
    assert "a fault" in report
    assert TOKEN not in report


@pytest.mark.parametrize("method, status", [("GET", 200), ("POST", 200), ("OPTIONS", 204), ("PUT", 405)])
def test_the_chat_may_read_what_it_is_answered(
    desk: LoginDesk, browser_of_alice: Client, method: str, status: int
) -> None:
    response = browser_of_alice.generic(method, API, headers=FROM_CHAT)

    assert response.status_code == status
    assert response["Access-Control-Allow-Origin"] == ORIGIN
    assert response["Access-Control-Allow-Credentials"] == "true"


@pytest.mark.django_db
def test_the_chat_may_read_a_401(desk: LoginDesk, client: Client) -> None:
    response = client.post(API, headers=FROM_CHAT)

    assert response["Access-Control-Allow-Origin"] == ORIGIN
    assert response["Access-Control-Allow-Credentials"] == "true"


def test_a_preflight_is_told_methods_and_headers(desk: LoginDesk, client: Client) -> None:
    response = client.options(
        API,
        headers=FROM_CHAT | {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"},
    )

    assert response.status_code == 204
    assert response.content == b""
    assert response["Access-Control-Allow-Methods"] == "GET, POST"
    assert response["Access-Control-Allow-Headers"] == "content-type"


@pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_other_methods_are_405_without_a_body(desk: LoginDesk, browser_of_alice: Client, method: str) -> None:
    response = browser_of_alice.generic(method, API, headers=FROM_CHAT)

    assert response.status_code == 405
    assert response.content == b""
    assert response["Allow"] == "GET, POST, OPTIONS"
    assert desk.asked == []


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "DELETE"])
@pytest.mark.parametrize("origin", [ORIGIN, "https://evil.example"])
@pytest.mark.parametrize("is_signed_in", [True, False])
def test_no_answer_is_kept_or_mixed_up_or_guessed_at(
    desk: LoginDesk, browser_of_alice: Client, method: str, origin: str, is_signed_in: bool
) -> None:
    browser = browser_of_alice if is_signed_in else Client()

    response = browser.generic(method, API, headers={"Origin": origin})

    assert {"no-store", "private"} <= set(response["Cache-Control"].split(", "))
    assert {name.strip() for name in response["Vary"].split(",")} == {"Origin", "Cookie"}
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_cache_of_the_whole_site_keeps_no_token(
    desk: LoginDesk, browser_of_alice: Client, settings: Settings
) -> None:
    update, fetch = MIDDLEWARE_FOR_CACHING
    settings.MIDDLEWARE = [update, *settings.MIDDLEWARE, fetch]
    browser_of_alice.get(API, headers=FROM_CHAT)
    desk.token = "another"

    response = browser_of_alice.get(API, headers=FROM_CHAT)

    assert json.loads(response.content) == {"loginToken": "another"}


@pytest.mark.parametrize("url", [None, "chat.example.com", "https://"])
def test_without_a_usable_chat_url_everybody_is_403(
    desk: LoginDesk,
    browser_of_alice: Client,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    url: str | None,
) -> None:
    settings.ROCKETCHAT_URL = url

    response = browser_of_alice.post(API, headers=FROM_CHAT)

    assert response.status_code == 403
    assert response.content == b""
    assert "could not tell whether a request comes from the chat" in caplog.text
    assert desk.asked == []


def test_a_site_that_asks_everybody_to_log_in_still_gets_401(
    desk: LoginDesk, client: Client, settings: Settings, db: None
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.contrib.auth.middleware.LoginRequiredMiddleware"]

    assert client.post(API, headers=FROM_CHAT).status_code == 401


@pytest.mark.parametrize("append_slash", [True, False])
@pytest.mark.parametrize("path", [API, f"{API}/"])
def test_no_slash_is_ever_asked_for(
    desk: LoginDesk, browser_of_alice: Client, settings: Settings, append_slash: bool, path: str
) -> None:
    settings.APPEND_SLASH = append_slash

    assert browser_of_alice.post(path, headers=FROM_CHAT).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", [API, "/rocketchat/redirect"])
def test_tokens_are_asked_for_outside_of_the_transactions_of_atomic_requests(
    monkeypatch: pytest.MonkeyPatch, browser_of_alice: Client, path: str
) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    in_transaction = []

    def token_for(request: HttpRequest, *, fresh: bool = False, handing_over: bool = False) -> ChatLogin:
        in_transaction.append(connection.in_atomic_block)
        return LoginDesk().token_for(request)

    monkeypatch.setattr("rocketchat_auth.login.token_for", token_for)

    browser_of_alice.get(path, headers=FROM_CHAT)

    assert in_transaction == [False]


def test_without_the_middleware_the_view_answers_alike(
    desk: LoginDesk, browser_of_alice: Client, settings: Settings
) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("rocketchat_auth")]

    assert browser_of_alice.post(API, headers=FROM_CHAT).status_code == 200
    assert browser_of_alice.options(API, headers=FROM_CHAT).status_code == 204


def test_a_call_asks_the_database_for_session_and_user_only(
    desk: LoginDesk, browser_of_alice: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        browser_of_alice.post(API, headers=FROM_CHAT)


def test_the_user_is_not_asked_for_when_a_stranger_calls(
    desk: LoginDesk, browser_of_alice: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        browser_of_alice.post(API, headers={"Origin": "https://evil.example"})


def test_the_token_is_in_no_log_and_in_no_repr(
    desk: LoginDesk, alice: User, browser_of_alice: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    response = browser_of_alice.post(API, headers=FROM_CHAT)

    assert TOKEN in response.content.decode()
    assert TOKEN not in caplog.text
    assert TOKEN not in repr(response)


def test_the_api_is_told_from_other_urls_by_its_name() -> None:
    assert api.APP_NAME == "rocketchat_auth"
    assert resolve(API).view_name == "rocketchat_auth:api"
