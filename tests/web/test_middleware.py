import logging
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import AsyncClient, Client, RequestFactory
from pytest_django import DjangoAssertNumQueries, Settings

from rocketchat_auth.login.former import COOKIE
from rocketchat_auth.middleware import RocketChatMiddleware
from tests.web.desk import ORIGIN, LoginDesk

OURS = "rocketchat_auth.middleware.RocketChatMiddleware"
API = "/rocketchat/api"
PREFLIGHT = {
    "Origin": ORIGIN,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type",
}

pytestmark = [pytest.mark.urls("tests.web.urls"), pytest.mark.django_db]


class Interfering:
    """A middleware that answers in the place of the site, as one for maintenance or for new passwords does."""

    def __init__(self, get_response: object) -> None:
        pass

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect("/change-your-password/")


def session_key(client: Client | AsyncClient) -> str:
    return client.cookies[django_settings.SESSION_COOKIE_NAME].value


def interfere(settings: Settings) -> None:
    settings.MIDDLEWARE = [OURS, f"{__name__}.Interfering", *settings.MIDDLEWARE[1:]]


# Sessions


def test_a_session_that_ends_is_told(desk: LoginDesk, browser_of_alice: Client) -> None:
    old = session_key(browser_of_alice)

    browser_of_alice.get("/sign-out/")

    assert desk.changes == [(old, None)]


def test_a_session_that_changes_its_key_is_told(desk: LoginDesk, browser_of_alice: Client) -> None:
    old = session_key(browser_of_alice)

    browser_of_alice.get("/new-key/")

    assert desk.changes == [(old, session_key(browser_of_alice))]
    assert session_key(browser_of_alice) != old


def test_a_session_of_somebody_else_in_the_same_browser_is_told(desk: LoginDesk, browser_of_alice: Client) -> None:
    User.objects.create_user("bob")
    old = session_key(browser_of_alice)

    browser_of_alice.get("/sign-in/", {"as": "bob"})

    assert desk.changes == [(old, session_key(browser_of_alice))]


def test_a_cookie_of_a_session_that_is_no_more_is_told(desk: LoginDesk, browser_of_alice: Client) -> None:
    old = session_key(browser_of_alice)
    SessionStore(old).delete()

    browser_of_alice.get("/page-of-user/")

    assert desk.changes == [(old, None)]


def test_a_first_session_is_no_change(desk: LoginDesk, alice: User, client: Client) -> None:
    client.get("/sign-in/", {"as": "alice"})

    assert session_key(client)
    assert desk.changes == []


def test_a_session_that_goes_on_is_no_change(desk: LoginDesk, browser_of_alice: Client) -> None:
    browser_of_alice.get("/page-of-user/")

    assert desk.changes == []


def test_a_page_that_does_not_look_at_the_session_costs_no_query(
    desk: LoginDesk,
    browser_of_alice: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    SessionStore(session_key(browser_of_alice)).delete()

    with django_assert_num_queries(0):
        response = browser_of_alice.get("/page/")

    assert desk.changes == []
    assert "Vary" not in response


def test_a_site_without_sessions_is_served(desk: LoginDesk, client: Client, settings: Settings) -> None:
    settings.MIDDLEWARE = [OURS]

    assert client.get("/page/").status_code == 200


def test_a_fault_on_the_way_to_chat_does_not_reach_the_person(
    desk: LoginDesk, browser_of_alice: Client, caplog: pytest.LogCaptureFixture
) -> None:
    desk.error = RuntimeError("the database is gone")

    response = browser_of_alice.get("/sign-out/")

    assert response.content == b"Signed out"
    assert "could not be ended with it" in caplog.text


def test_a_chat_login_that_outlives_the_session_is_remembered_in_the_browser(
    desk: LoginDesk, browser_of_alice: Client
) -> None:
    desk.former = "name-of-the-former-session"

    response = browser_of_alice.get("/sign-out/")

    assert "name-of-the-former-session" in response.cookies[COOKIE].value
    assert response.cookies[COOKIE]["httponly"]


# Sync and async


def test_everything_holds_under_asgi(desk: LoginDesk, alice: User) -> None:
    client = AsyncClient()
    client.force_login(alice)
    old = session_key(client)

    async def visit() -> tuple[Any, ...]:
        return (
            await client.post(API, headers={"Origin": ORIGIN}),
            await client.options(API, headers=PREFLIGHT),
            await client.get("/login/"),
            await client.get("/async-page/"),
            await client.get("/async-sign-out/"),
        )

    answer, preflight, login_page, page, _ = async_to_sync(visit)()

    assert answer.status_code == 200
    assert preflight.status_code == 204
    assert login_page["Content-Security-Policy"] == f"frame-ancestors {ORIGIN}"
    assert page["X-Frame-Options"] == "DENY"
    assert desk.changes == [(old, None)]


def test_a_synchronous_chain_is_called_synchronously() -> None:
    response = HttpResponse()

    assert RocketChatMiddleware(lambda request: response)(RequestFactory().get("/page/")) is response


# The API


def test_a_preflight_of_the_api_goes_no_further(desk: LoginDesk, client: Client, settings: Settings) -> None:
    interfere(settings)

    response = client.options(API, headers=PREFLIGHT)

    assert response.status_code == 204
    assert response["Access-Control-Allow-Origin"] == ORIGIN


@pytest.mark.parametrize("path", ["/page/", "/nowhere/api", "/login/"])
def test_another_preflight_goes_on(desk: LoginDesk, client: Client, path: str) -> None:
    response = client.options(path, headers=PREFLIGHT)

    assert response.status_code != 204
    assert "Access-Control-Allow-Origin" not in response


@pytest.mark.parametrize("path", [API, f"{API}/"])
def test_what_another_middleware_says_for_the_api_is_401(
    desk: LoginDesk, browser_of_alice: Client, settings: Settings, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    interfere(settings)

    response = browser_of_alice.post(path, headers={"Origin": ORIGIN})

    assert response.status_code == 401
    assert response.content == b""
    assert response["Access-Control-Allow-Origin"] == ORIGIN
    assert "in place of a 302" in caplog.text


def test_what_another_middleware_says_for_the_api_is_403_to_strangers(
    desk: LoginDesk, client: Client, settings: Settings
) -> None:
    interfere(settings)

    response = client.post(API, headers={"Origin": "https://evil.example"})

    assert response.status_code == 403
    assert response.content == b""
    assert "Access-Control-Allow-Origin" not in response


def test_what_another_middleware_says_for_other_pages_stays(
    desk: LoginDesk, client: Client, settings: Settings
) -> None:
    interfere(settings)

    assert client.get("/page/").status_code == 302
    assert client.get("/nowhere/api").status_code == 302


def test_a_session_that_ends_while_the_api_answers_is_401(
    desk: LoginDesk, browser_of_alice: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save(session: SessionStore, must_create: bool = False) -> None:
        raise UpdateError

    settings.SESSION_SAVE_EVERY_REQUEST = True
    monkeypatch.setattr(SessionStore, "save", save)

    response = browser_of_alice.post(API, headers={"Origin": ORIGIN})

    assert response.status_code == 401
    assert response.content == b""


# Faults of the site


def test_a_fault_of_the_site_stays_the_site_s(
    desk: LoginDesk, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "django.request")
    client.raise_request_exception = False

    assert client.get("/fail/").status_code == 500
