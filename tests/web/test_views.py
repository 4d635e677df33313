import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from pytest_django import Settings

from rocketchat_auth.accounts.refusals import RefusalReason
from rocketchat_auth.login import ChatLogin, LoginRefused
from rocketchat_auth.web import refusals
from tests.web.desk import ORIGIN, TOKEN, LoginDesk

HOME = "/rocketchat/"
REDIRECT = "/rocketchat/redirect"
FRAMED = {"Sec-Fetch-Dest": "iframe"}


class NotCollected(StaticFilesStorage):
    """What ManifestStaticFilesStorage is on a site that forgot collectstatic."""

    def url(self, name: str | None) -> str:
        raise ValueError(f"Missing staticfiles manifest entry for {name!r}")


def text_of(response: Any) -> str:
    text: str = response.content.decode()
    return text


def login_data(response: Any) -> object:
    match = re.search(r'<script id="rocketchat-login" type="application/json">(.*?)</script>', text_of(response))
    assert match is not None
    return json.loads(match[1])


def submit_retry(browser: Client, page: Any) -> Any:
    """Press "Try again" as a browser does: with the token of the form, the cookie and its own Origin."""
    match = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text_of(page))
    assert match is not None
    return browser.post(REDIRECT, {"csrfmiddlewaretoken": match[1]}, headers=FRAMED | {"Origin": "http://testserver"})


# rocketchat/redirect


@pytest.mark.parametrize("path", [REDIRECT, f"{REDIRECT}/"])
def test_a_signed_in_person_s_page_hands_the_token_over(desk: LoginDesk, browser_of_alice: Client, path: str) -> None:
    response = browser_of_alice.get(path)

    assert response.status_code == 200
    assert login_data(response) == {"loginToken": TOKEN, "origin": ORIGIN, "chatUrl": ORIGIN}
    assert '<script src="/static/rocketchat_auth/redirect.js" defer></script>' in text_of(response)
    assert desk.asked == [False]


def test_a_page_that_cannot_be_made_shows_no_token_in_the_report(
    desk: LoginDesk, browser_of_alice: Client, settings: Settings
) -> None:
    settings.DEBUG = True
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "tests.web.test_views.NotCollected"}}
    browser_of_alice.raise_request_exception = False

    response = browser_of_alice.get(REDIRECT)

    assert "Missing staticfiles manifest entry" in text_of(response)
    assert "login_data" in text_of(response)
    assert TOKEN not in text_of(response)


def test_a_chat_below_a_path_is_another_address_than_its_origin(
    desk: LoginDesk, browser_of_alice: Client, settings: Settings
) -> None:
    settings.ROCKETCHAT_URL = "https://www.example.com/chat/"

    data = login_data(browser_of_alice.get(REDIRECT))

    assert data == {
        "loginToken": TOKEN,
        "origin": "https://www.example.com",
        "chatUrl": "https://www.example.com/chat",
    }


def test_a_token_cannot_break_out_of_the_page(desk: LoginDesk, browser_of_alice: Client) -> None:
    desk.token = "</script><script>alert(1)</script>"

    response = browser_of_alice.get(REDIRECT)

    assert "<script>alert" not in text_of(response)
    data = login_data(response)
    assert isinstance(data, dict)
    assert data["loginToken"] == desk.token


def test_trying_again_takes_a_fresh_token(desk: LoginDesk, browser_of_alice: Client) -> None:
    page = browser_of_alice.get(REDIRECT, headers=FRAMED)
    desk.token = "another"

    response = submit_retry(browser_of_alice, page)

    assert response.status_code == 200
    assert json.dumps("another") in text_of(response)
    assert desk.asked == [False, True]


def test_no_other_site_can_have_fresh_tokens_taken(desk: LoginDesk, browser_of_alice: Client) -> None:
    browser_of_alice.get(REDIRECT)

    response = browser_of_alice.post(REDIRECT, headers={"Origin": "https://evil.example"})

    assert response.status_code == 403
    assert desk.asked == [False]


def test_csrf_protection_holds_where_the_site_has_no_middleware_for_it(
    desk: LoginDesk, browser_of_alice: Client, settings: Settings
) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "csrf" not in name]

    assert browser_of_alice.post(REDIRECT).status_code == 403
    assert desk.asked == []


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("path", [REDIRECT, f"{REDIRECT}/", f"{REDIRECT}?client=electron"])
def test_who_is_not_signed_in_signs_in_first_and_comes_back(
    desk: LoginDesk, client: Client, db: None, method: str, path: str
) -> None:
    response = getattr(client, method)(path)

    assert response.status_code == 302
    assert response["Location"] == f"{reverse('login')}?next={path.replace('?', '%3F').replace('=', '%3D')}"
    assert desk.asked == []


def test_a_site_that_asks_everybody_to_log_in_has_the_page_do_so(
    desk: LoginDesk, client: Client, settings: Settings, db: None
) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.contrib.auth.middleware.LoginRequiredMiddleware"]

    assert client.get(REDIRECT)["Location"] == "/login/?next=/rocketchat/redirect"
    assert client.get(HOME)["Location"] == "/login/?next=/rocketchat/"


@pytest.mark.parametrize("destination", ["document", "iframe", "frame", None])
def test_whatever_shows_the_page_to_a_person_gets_it(
    desk: LoginDesk, browser_of_alice: Client, destination: str | None
) -> None:
    headers = {} if destination is None else {"Sec-Fetch-Dest": destination}

    assert TOKEN in text_of(browser_of_alice.get(REDIRECT, headers=headers))


@pytest.mark.parametrize(
    "destination", ["empty", "script", "image", "object", "embed", "style", "worker", "", "Iframe"]
)
def test_whatever_else_asks_for_the_page_gets_nothing(
    desk: LoginDesk, browser_of_alice: Client, destination: str
) -> None:
    response = browser_of_alice.get(REDIRECT, headers={"Sec-Fetch-Dest": destination})

    assert response.status_code == 403
    assert response.content == b""
    assert "no-store" in response["Cache-Control"]
    assert desk.asked == []


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE"])
def test_the_page_is_only_fetched_and_tried_again(desk: LoginDesk, browser_of_alice: Client, method: str) -> None:
    response = browser_of_alice.generic(method, REDIRECT)

    assert response.status_code in {403, 405}
    assert desk.asked == []


def test_a_browser_without_scripts_goes_on_to_the_chat(desk: LoginDesk, browser_of_alice: Client) -> None:
    refresh = f'<noscript><meta http-equiv="refresh" content="0; url={ORIGIN}/"></noscript>'
    link = f'<a class="button" href="{ORIGIN}/" target="_top">Go on to chat</a>'

    top_level = text_of(browser_of_alice.get(REDIRECT, headers={"Sec-Fetch-Dest": "document"}))
    framed = text_of(browser_of_alice.get(REDIRECT, headers=FRAMED))

    assert refresh in top_level
    assert link in top_level
    assert "refresh" not in framed
    assert link in framed


def test_the_pages_are_kept_nowhere_and_tell_other_sites_nothing(desk: LoginDesk, browser_of_alice: Client) -> None:
    for path in (REDIRECT, HOME):
        response = browser_of_alice.get(path)

        assert {"no-store", "private"} <= set(response["Cache-Control"].split(", "))
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["Content-Security-Policy"].startswith("default-src 'none'; ")


# Refusals


@pytest.mark.parametrize("reason", list(RefusalReason))
def test_a_refused_person_is_told_why_and_with_which_reference(
    desk: LoginDesk, browser_of_alice: Client, reason: RefusalReason
) -> None:
    desk.error = LoginRefused(reason, "0A1B2C3D", None)
    explanation = refusals.explain(reason)

    response = browser_of_alice.get(REDIRECT, headers=FRAMED)

    assert response.status_code == explanation.status
    for text in (explanation.heading, explanation.meaning, explanation.advice):
        assert escape(str(text)) in text_of(response)
    assert "0A1B2C3D" in text_of(response)
    assert "<dd>alice</dd>" in text_of(response)
    assert ("Try again" in text_of(response)) is explanation.can_retry
    assert "Retry-After" not in response
    assert response["Content-Security-Policy"].endswith(f"frame-ancestors {ORIGIN}")
    assert "X-Frame-Options" not in response


def test_a_busy_chat_says_when_to_come_back(desk: LoginDesk, browser_of_alice: Client) -> None:
    desk.error = LoginRefused(RefusalReason.BUSY, "0A1B2C3D", 12.3)

    response = browser_of_alice.get(REDIRECT)

    assert response.status_code == 503
    assert response["Retry-After"] == "13"
    assert "Wait 13 seconds, then try again." in text_of(response)


def test_trying_again_after_a_refusal_takes_a_fresh_token(desk: LoginDesk, browser_of_alice: Client) -> None:
    desk.error = LoginRefused(RefusalReason.UNAVAILABLE, "0A1B2C3D", None)
    page = browser_of_alice.get(REDIRECT)
    desk.error = None

    assert TOKEN in text_of(submit_retry(browser_of_alice, page))
    assert desk.asked == [False, True]


def test_a_fault_is_a_page_in_the_frame_and_in_the_log_under_the_same_reference(
    desk: LoginDesk, browser_of_alice: Client, caplog: pytest.LogCaptureFixture
) -> None:
    desk.error = RuntimeError("a fault")

    response = browser_of_alice.get(REDIRECT, headers=FRAMED)

    assert response.status_code == 500
    assert "Something went wrong" in text_of(response)
    assert response["Content-Security-Policy"].endswith(f"frame-ancestors {ORIGIN}")
    [reference] = re.findall(r"<code>([0-9A-F]{8})</code>", text_of(response))
    [record] = [record for record in caplog.records if reference in record.getMessage()]
    assert record.exc_info is not None
    assert record.exc_info[1] is desk.error


@pytest.mark.usefixtures("no_chat_url")
@pytest.mark.parametrize("path", [REDIRECT, HOME])
def test_without_a_chat_url_the_pages_say_so_to_nobody_s_frame(
    desk: LoginDesk, browser_of_alice: Client, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    response = browser_of_alice.get(path)

    assert response.status_code == 500
    assert "Chat is not set up properly" in text_of(response)
    assert ("Try again" in text_of(response)) is (path == REDIRECT)
    assert response["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    [reference] = re.findall(r"<code>([0-9A-F]{8})</code>", text_of(response))
    assert reference in caplog.text
    assert "ROCKETCHAT_URL is not set" in caplog.text


# rocketchat/


def test_a_signed_in_person_finds_the_ways_into_chat(desk: LoginDesk, browser_of_alice: Client) -> None:
    response = browser_of_alice.get(HOME)

    assert response.status_code == 200
    assert f'href="{ORIGIN}/"' in text_of(response)
    assert 'href="https://go.rocket.chat/auth?host=chat.example.com"' in text_of(response)
    assert "alice" in text_of(response)
    assert response["X-Frame-Options"] == "DENY"
    assert response["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert desk.asked == []


def test_a_user_name_cannot_break_out_of_the_pages(desk: LoginDesk, db: None) -> None:
    browser = Client()
    browser.force_login(User.objects.create_user("<b>bold</b>"))

    assert "<b>bold" not in text_of(browser.get(HOME))
    desk.error = LoginRefused(RefusalReason.CONFLICT, "0A1B2C3D", None)
    assert "<b>bold" not in text_of(browser.get(REDIRECT))


def test_a_session_that_ends_meanwhile_leads_to_the_login_page(
    desk: LoginDesk, browser_of_alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def token_for(request: HttpRequest, **options: object) -> ChatLogin:
        Session.objects.all().delete()
        raise LoginRefused(RefusalReason.NOT_ALLOWED, "0A1B2C3D", None)

    monkeypatch.setattr("rocketchat_auth.login.token_for", token_for)

    response = browser_of_alice.get(REDIRECT, headers=FRAMED)

    assert (response.status_code, response["Location"]) == (302, f"/login/?next={REDIRECT}")


def test_who_is_not_signed_in_signs_in_before_the_ways_into_chat(client: Client, db: None) -> None:
    assert client.get(HOME)["Location"] == "/login/?next=/rocketchat/"


def test_the_names_of_the_urls() -> None:
    assert reverse("rocketchat_auth:home") == "/rocketchat/"
    assert reverse("rocketchat_auth:api") == "/rocketchat/api"
    assert reverse("rocketchat_auth:redirect") == "/rocketchat/redirect"


@pytest.mark.parametrize(
    "path", ["/rocketchat/api//", "/rocketchat/api%0A", "/rocketchat/apis", "/rocketchat/redirects"]
)
def test_nothing_else_is_a_url_of_ours(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


# Texts and looks


def test_a_site_can_put_its_own_page_around_ours(
    desk: LoginDesk, browser_of_alice: Client, settings: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "rocketchat_auth"
    folder.mkdir()
    (folder / "base.html").write_text("<title>Ours</title><nav>Of the site</nav>{% block content %}{% endblock %}")
    [engine] = settings.TEMPLATES
    settings.TEMPLATES = [engine | {"DIRS": [tmp_path, *engine["DIRS"]]}]

    text = text_of(browser_of_alice.get(HOME))

    assert "Of the site" in text
    assert "Open chat" in text


def test_the_language_of_the_page_is_that_of_its_texts(
    desk: LoginDesk, browser_of_alice: Client, settings: Settings
) -> None:
    settings.LANGUAGE_CODE = "fi"

    assert '<html lang="en" dir="ltr">' in text_of(browser_of_alice.get(HOME))
