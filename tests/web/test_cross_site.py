"""The ways into a chat on another site, as the hand-over page offers them."""

import pytest
from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from tests.web.crossing import API, BY_CHAT, IN_FRAME, LOGIN, REDIRECT, steps_data, text_of
from tests.web.desk import ORIGIN, TOKEN, LoginDesk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cross_site(settings: Settings) -> None:
    settings.ROCKETCHAT_CROSS_SITE = True


# The steps


@pytest.mark.parametrize("headers", [BY_CHAT, IN_FRAME])
def test_who_is_not_signed_in_is_offered_the_ways_in(client: Client, headers: dict[str, str]) -> None:
    response = client.get(REDIRECT, headers=headers, secure=True)

    assert steps_data(response) == {
        "handOver": REDIRECT,
        "window": "/rocketchat/window?start",
        "claim": "/rocketchat/claim",
        "origin": ORIGIN,
        "storageAccess": True,
    }
    assert f"frame-ancestors {ORIGIN}" in response["Content-Security-Policy"]
    assert "connect-src 'self'" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]
    assert "X-Frame-Options" not in response


def test_who_is_signed_in_is_handed_over(desk: LoginDesk, browser_of_alice: Client) -> None:
    assert TOKEN in text_of(browser_of_alice.get(REDIRECT, headers=BY_CHAT, secure=True))


@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Dest": "document"}, {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-site"}],
)
def test_elsewhere_the_login_page_comes_first_as_ever(client: Client, headers: dict[str, str]) -> None:
    response = client.get(REDIRECT, headers=headers, secure=True)

    assert (response.status_code, response["Location"]) == (302, LOGIN)


@pytest.mark.parametrize("name, value", [("ROCKETCHAT_CROSS_SITE", False), ("ROCKETCHAT_URL", "chat.example.com")])
def test_without_the_settings_the_login_page_comes_first(
    client: Client, settings: Settings, name: str, value: object
) -> None:
    setattr(settings, name, value)

    assert client.get(REDIRECT, headers=BY_CHAT, secure=True)["Location"] == LOGIN


def test_storage_access_is_not_asked_for_where_it_is_there_already(client: Client) -> None:
    response = client.get(REDIRECT, headers=BY_CHAT | {"Sec-Fetch-Storage-Access": "active"}, secure=True)

    assert steps_data(response)["storageAccess"] is False


def test_the_form_in_the_frame_is_the_site_s_own(client: Client) -> None:
    page = client.get(REDIRECT, headers=BY_CHAT, secure=True)
    assert f'href="{REDIRECT}?here"' in text_of(page)

    form = client.get(f"{REDIRECT}?here", headers=IN_FRAME, secure=True)
    assert (form.status_code, form["Location"]) == (302, LOGIN)
    assert client.get(LOGIN, headers=IN_FRAME, secure=True).status_code == 200


def test_the_form_is_not_shown_to_a_browser_that_keeps_no_cookie_for_it(client: Client) -> None:
    response = client.get(f"{REDIRECT}?here", headers=IN_FRAME, secure=True)

    assert response.status_code == 200
    assert "keeps none of its cookies" in text_of(response)
    assert "?here" not in text_of(response)


def test_the_form_works_where_csrf_protection_uses_the_session(client: Client, settings: Settings) -> None:
    settings.CSRF_USE_SESSIONS = True
    client.get(REDIRECT, headers=BY_CHAT, secure=True)

    assert client.get(f"{REDIRECT}?here", headers=IN_FRAME, secure=True)["Location"] == LOGIN


@pytest.mark.parametrize("value, offered", [(True, True), (False, False), ("yes", False)])
def test_the_page_in_the_chat_s_place_is_offered_if_the_site_says_so(
    client: Client, settings: Settings, value: object, offered: bool
) -> None:
    settings.ROCKETCHAT_TOKEN_IN_URL = value

    text = text_of(client.get(REDIRECT, headers=BY_CHAT, secure=True))

    assert ('href="/rocketchat/top" target="_top"' in text) is offered
    assert ("allow pop-up windows" in text) is not offered


# The login page, where the chat's settings name it


@pytest.mark.parametrize(
    "login", [LOGIN, "/login/?next=%2Frocketchat%2Fredirect%2F", "/admin/login/?next=/rocketchat/redirect"]
)
def test_the_chat_is_led_from_the_login_page_to_the_ways_in(client: Client, login: str) -> None:
    response = client.get(login, headers=BY_CHAT, secure=True)

    assert (response.status_code, response["Location"]) == (302, REDIRECT)


@pytest.mark.parametrize(
    "login, headers",
    [
        (LOGIN, IN_FRAME),
        (LOGIN, {}),
        (LOGIN, BY_CHAT | {"Sec-Fetch-Dest": "document"}),
        ("/login/", BY_CHAT),
        ("/login/?next=/elsewhere/", BY_CHAT),
    ],
)
def test_nobody_else_is_led_away_from_the_login_page(client: Client, login: str, headers: dict[str, str]) -> None:
    assert client.get(login, headers=headers, secure=True).status_code == 200


def test_nobody_is_led_from_other_pages(client: Client) -> None:
    response = client.get("/rocketchat/?next=/rocketchat/redirect", headers=BY_CHAT, secure=True)

    assert response["Location"].startswith("/login/")


def test_a_form_that_is_sent_is_not_led_elsewhere(client: Client) -> None:
    assert client.post(LOGIN, headers=BY_CHAT, secure=True).status_code == 200


@pytest.mark.parametrize(
    "name, value", [("ROCKETCHAT_CROSS_SITE", False), ("ROCKETCHAT_LOGIN_PAGES", 7), ("ROOT_URLCONF", f"{__name__}")]
)
def test_a_site_that_is_not_set_up_leads_nobody(client: Client, settings: Settings, name: str, value: object) -> None:
    settings.LOGIN_URL = "/elsewhere/"
    setattr(settings, name, value)

    assert client.get("/page/?next=/rocketchat/redirect", headers=BY_CHAT, secure=True).status_code in (200, 404)


# Storage access that was allowed before


def test_a_browser_that_allowed_it_before_is_asked_to_come_with_cookies(client: Client) -> None:
    inactive = {"Sec-Fetch-Storage-Access": "inactive"}
    activation = f'retry; allowed-origin="{ORIGIN}"'

    page = client.get(REDIRECT, headers=BY_CHAT | inactive, secure=True)
    refusal = client.post(API, headers={"Origin": ORIGIN} | inactive, secure=True)
    stranger = client.post(API, headers={"Origin": "https://other.example"} | inactive, secure=True)

    assert page["Activate-Storage-Access"] == activation
    assert (refusal.status_code, refusal["Activate-Storage-Access"]) == (401, activation)
    assert "Activate-Storage-Access" not in stranger


def test_no_browser_is_asked_that_did_not_allow_it(client: Client, settings: Settings) -> None:
    assert "Activate-Storage-Access" not in client.post(API, headers={"Origin": ORIGIN}, secure=True)
    settings.ROCKETCHAT_CROSS_SITE = False
    refusal = client.post(API, headers={"Origin": ORIGIN, "Sec-Fetch-Storage-Access": "inactive"}, secure=True)
    assert "Activate-Storage-Access" not in refusal


def _page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"A page of {django_settings.ROOT_URLCONF}, without the package's URLs")


urlpatterns = [path("page/", _page)]
