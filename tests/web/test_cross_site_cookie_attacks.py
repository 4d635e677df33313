"""The attacks that docs/cross-site.md names, by cookies of the session: planted, or sent along from other sites."""

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from pytest_django import Settings

from rocketchat_auth.web.cookies import TWIN
from tests.web.crossing import API, BY_CHAT, BY_STRANGER, IN_FRAME, LOGIN, REDIRECT, text_of
from tests.web.desk import ORIGIN, TOKEN, LoginDesk

pytestmark = pytest.mark.django_db

SESSION = django_settings.SESSION_COOKIE_NAME


@pytest.fixture(autouse=True)
def cross_site(settings: Settings) -> None:
    settings.ROCKETCHAT_CROSS_SITE = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


def test_a_session_that_was_planted_is_not_the_one_that_signs_in(client: Client, alice: User) -> None:
    """It is a real one of nobody's, of which a stranger knows the key."""
    planted = SessionStore()
    planted["colour"] = "green"
    planted.create()
    client.cookies[SESSION] = key = str(planted.session_key)

    client.post(LOGIN, {"username": "alice", "password": "wonderland-of-old"}, headers=IN_FRAME, secure=True)

    assert client.session["_auth_user_id"] == str(alice.pk)
    assert client.session["colour"] == "green"
    assert "_auth_user_id" not in SessionStore(key)


def test_the_twin_gives_the_page_of_a_stranger_nothing(desk: LoginDesk, browser_of_alice: Client) -> None:
    """A browser that lets third-party cookies through sends the twin along from every site."""
    browser = Client(enforce_csrf_checks=True)
    browser.cookies[TWIN] = browser_of_alice.cookies[SESSION].value

    assert browser.post(API, headers=BY_STRANGER, secure=True).status_code == 403
    assert browser.post(REDIRECT, headers=BY_STRANGER | {"Sec-Fetch-Dest": "iframe"}, secure=True).status_code == 403
    for dest in ("image", "script", "empty", "object", "embed"):
        framed = browser.get(REDIRECT, headers=BY_STRANGER | {"Sec-Fetch-Dest": dest}, secure=True)
        assert (framed.status_code, framed.content) == (403, b"")
    assert desk.asked == []


def test_a_page_with_a_token_that_a_stranger_frames_is_shown_to_nobody(
    desk: LoginDesk, browser_of_alice: Client
) -> None:
    """The site cannot tell whose frame it is, so that the browser has to: nobody but the chat is named to it."""
    browser = Client(enforce_csrf_checks=True)
    browser.cookies[TWIN] = browser_of_alice.cookies[SESSION].value

    page = browser.get(REDIRECT, headers=BY_STRANGER | {"Sec-Fetch-Dest": "iframe"}, secure=True)

    assert TOKEN in text_of(page)
    directives = page["Content-Security-Policy"].split("; ")
    assert [one for one in directives if one.startswith("frame-ancestors")] == [f"frame-ancestors {ORIGIN}"]


def test_a_session_of_the_frame_sends_no_form_without_its_csrf_token(client: Client, alice: User) -> None:
    """Its cookies go along with whatever pages below the chat's domain ask of the site."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)

    by_sister = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "iframe", "Origin": "https://evil.chat.example.com"}
    assert browser.post("/logout/", headers=by_sister, secure=True).status_code == 403
    assert browser.post(REDIRECT, headers=by_sister, secure=True).status_code == 403


@pytest.mark.urls("tests.web.urls")
@pytest.mark.parametrize("headers", [BY_CHAT, IN_FRAME])
@pytest.mark.parametrize("url", ["/page-of-user/", "/rocketchat/"])
def test_no_other_page_of_the_site_can_be_framed(browser_of_alice: Client, url: str, headers: dict[str, str]) -> None:
    """The site's own by its own rules, which the package leaves alone."""
    page = browser_of_alice.get(url, headers=headers, secure=True)

    assert page.status_code == 200
    assert page["X-Frame-Options"] == "DENY"
    assert ORIGIN not in page.get("Content-Security-Policy", "")
