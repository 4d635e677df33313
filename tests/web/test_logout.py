"""`rocketchat/logout`: who may call it, what it answers, and whom it signs out."""

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client
from pytest_django import Settings

from rocketchat_auth import login
from rocketchat_auth.login import TooOften
from rocketchat_auth.web.cookies import TWIN
from tests.signal_log import received
from tests.web.desk import ORIGIN
from tests.web.test_api_origins import FORGED, is_empty_refusal

LOGOUT = "/rocketchat/logout"
FROM_CHAT = {"Origin": ORIGIN}


class Left:
    """Stands for `login.has_left_chat`: says what a test tells it to."""

    def __init__(self) -> None:
        self.answer: bool | Exception = True
        self.asked: list[object] = []

    def __call__(self, request: HttpRequest) -> bool:
        self.asked.append(request.user)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Left:
    settings.ROCKETCHAT_LOGOUT_SITE = True
    left = Left()
    monkeypatch.setattr(login, "has_left_chat", left)
    return left


def is_signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


@pytest.mark.parametrize("path", [LOGOUT, f"{LOGOUT}/"])
def test_who_logged_out_in_chat_is_signed_out_of_the_site(left: Left, browser_of_alice: Client, path: str) -> None:
    response = browser_of_alice.post(path, headers=FROM_CHAT)

    assert (response.status_code, response.content) == (204, b"")
    assert response["Access-Control-Allow-Origin"] == ORIGIN
    assert response["Access-Control-Allow-Credentials"] == "true"
    assert "no-store" in response["Cache-Control"]
    assert not is_signed_in(browser_of_alice)


def test_the_twin_ends_the_session_of_who_logged_out_in_a_chat_on_another_site(
    left: Left, browser_of_alice: Client, settings: Settings
) -> None:
    settings.ROCKETCHAT_CROSS_SITE = True
    by_chat = Client()
    by_chat.cookies[TWIN] = browser_of_alice.cookies[settings.SESSION_COOKIE_NAME].value

    response = by_chat.post(LOGOUT, headers=FROM_CHAT | {"Sec-Fetch-Site": "cross-site"}, secure=True)

    assert response.status_code == 204
    assert not is_signed_in(browser_of_alice)


def test_what_waits_for_a_sign_out_is_told(left: Left, alice: User, browser_of_alice: Client) -> None:
    with received(user_logged_out) as log:
        browser_of_alice.post(LOGOUT, headers=FROM_CHAT)

    assert [sent["user"] for sent in log] == [alice]


def test_who_is_still_in_chat_stays_signed_in_and_nothing_tells(left: Left, browser_of_alice: Client) -> None:
    left.answer = False

    response = browser_of_alice.post(LOGOUT, headers=FROM_CHAT)

    assert (response.status_code, response.content) == (204, b"")
    assert is_signed_in(browser_of_alice)


def test_of_who_is_not_signed_in_nothing_is_asked(left: Left, db: None) -> None:
    assert Client().post(LOGOUT, headers=FROM_CHAT).status_code == 204
    assert left.asked == []


@pytest.mark.parametrize("origin", FORGED)
def test_a_forged_origin_signs_nobody_out(left: Left, browser_of_alice: Client, origin: str) -> None:
    response = browser_of_alice.post(LOGOUT, HTTP_ORIGIN=origin, HTTP_SEC_FETCH_SITE="same-origin")

    assert is_empty_refusal(response)
    assert left.asked == []


@pytest.mark.parametrize("site", [None, "none", "same-site", "cross-site", "same-origin"])
def test_without_an_origin_nobody_is_signed_out(left: Left, browser_of_alice: Client, site: str | None) -> None:
    headers = {} if site is None else {"Sec-Fetch-Site": site}

    assert is_empty_refusal(browser_of_alice.post(LOGOUT, headers=headers))
    assert left.asked == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_only_a_post_signs_out(left: Left, browser_of_alice: Client, method: str) -> None:
    response = browser_of_alice.generic(method, LOGOUT, headers=FROM_CHAT)

    assert (response.status_code, response["Allow"]) == (405, "POST, OPTIONS")
    assert left.asked == []


def test_a_browser_that_asks_first_is_told_yes(left: Left, browser_of_alice: Client, settings: Settings) -> None:
    settings.MIDDLEWARE = [settings.MIDDLEWARE[0], "corsheaders.middleware.CorsMiddleware", *settings.MIDDLEWARE[1:]]

    response = browser_of_alice.options(LOGOUT, headers=FROM_CHAT | {"Access-Control-Request-Method": "POST"})

    assert response.status_code == 204
    assert response["Access-Control-Allow-Origin"] == ORIGIN
    assert "POST" in response["Access-Control-Allow-Methods"]
    assert left.asked == []


@pytest.mark.parametrize("method", ["POST", "OPTIONS"])
def test_without_the_setting_it_is_not_there(
    left: Left, browser_of_alice: Client, settings: Settings, method: str
) -> None:
    del settings.ROCKETCHAT_LOGOUT_SITE

    response = browser_of_alice.generic(method, LOGOUT, headers=FROM_CHAT)

    assert (response.status_code, response.content) == (404, b"")
    assert "Access-Control-Allow-Origin" not in response
    assert left.asked == []


def test_a_setting_that_is_no_answer_is_logged_and_counts_as_no(
    left: Left, browser_of_alice: Client, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ROCKETCHAT_LOGOUT_SITE = "yes"

    assert browser_of_alice.post(LOGOUT, headers=FROM_CHAT).status_code == 404
    assert "ROCKETCHAT_LOGOUT_SITE" in caplog.text


def test_too_many_calls_of_a_session_are_refused(left: Left, browser_of_alice: Client) -> None:
    left.answer = TooOften()

    response = browser_of_alice.post(LOGOUT, headers=FROM_CHAT)

    assert (response.status_code, response.content) == (429, b"")
    assert response["Access-Control-Allow-Origin"] == ORIGIN
    assert is_signed_in(browser_of_alice)


def test_a_failure_is_logged_and_signs_nobody_out(
    left: Left, browser_of_alice: Client, caplog: pytest.LogCaptureFixture
) -> None:
    left.answer = RuntimeError("no such table")

    assert browser_of_alice.post(LOGOUT, headers=FROM_CHAT).status_code == 503
    assert "no such table" in caplog.text
    assert is_signed_in(browser_of_alice)


class ToLogin:
    """A site's own rule that everybody signs in first."""

    def __init__(self, get_response: object) -> None:
        pass

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=302, headers={"Location": "/login/"})


def test_another_middleware_s_redirect_does_not_get_out(
    left: Left, browser_of_alice: Client, settings: Settings
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.web.test_logout.ToLogin"]

    response = browser_of_alice.post(LOGOUT, headers=FROM_CHAT)

    assert (response.status_code, response.content) == (401, b"")


@pytest.mark.django_db(transaction=True)
def test_it_works_under_asgi(left: Left, alice: User, async_client: AsyncClient) -> None:
    async_client.force_login(alice)

    response = async_to_sync(async_client.post)(LOGOUT, headers=FROM_CHAT)

    assert response.status_code == 204
    assert "_auth_user_id" not in async_client.session
