"""The QR code that signs a phone in, the page that it leads to, and the attacks on them that docs/app.md names."""

import html
import logging
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import segno
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from rocketchat_auth.login.store import login_of
from rocketchat_auth.models import LoginToken
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from rocketchat_auth.testing.tokens import find_entry
from tests.web.crossing import csrf_token, text_of

pytestmark = pytest.mark.django_db

HOME = "/rocketchat/"
PHONE = "/rocketchat/phone"
APP_LINK = "https://go.rocket.chat/auth?host=chat.example.com"


class Camera:
    """What the QR codes of the pages say."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def make(self, content: str, **options: Any) -> segno.QRCode:
        self.seen.append(content)
        return _make(content, **options)

    @property
    def code(self) -> str:
        return parse_qs(urlsplit(self.seen[-1]).query)["code"][0]


_make = segno.make


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> Camera:
    camera = Camera()
    monkeypatch.setattr(segno, "make", camera.make)
    return camera


@pytest.fixture
def signs_in(settings: Settings) -> None:
    settings.ROCKETCHAT_TOKEN_IN_URL = True


@pytest.fixture
def code(rocketchat: StandIn, signs_in: None, camera: Camera, browser_of_alice: Client) -> str:
    """What alice's page shows."""
    show(browser_of_alice)
    return camera.code


@pytest.fixture
def phone() -> Client:
    return Client(enforce_csrf_checks=True)


def show(browser: Client) -> Any:
    """Press "Show the code"."""
    return browser.post(HOME, {"csrfmiddlewaretoken": csrf_token(browser.get(HOME))})


def scan(phone: Client, code: str) -> Any:
    return phone.get(PHONE, {"code": code}, headers={"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "none"})


def press(phone: Client, page: Any, code: str) -> Any:
    return phone.post(PHONE, {"csrfmiddlewaretoken": csrf_token(page), "code": code})


def app_address(page: Any) -> str:
    match = re.search(r'href="(rocketchat:[^"]+)"', text_of(page))
    assert match is not None
    return html.unescape(match[1])


# The code


def test_by_default_the_code_opens_the_app_and_gives_nothing_away(browser_of_alice: Client, camera: Camera) -> None:
    page = browser_of_alice.get(HOME)

    assert camera.seen == [APP_LINK]
    assert text_of(page).count("<svg") == 1
    assert 'role="img" aria-label="QR code' in text_of(page)
    assert "Show the code" not in text_of(page)


def test_the_picture_needs_nothing_that_the_page_s_policy_forbids(browser_of_alice: Client) -> None:
    text = text_of(browser_of_alice.get(HOME))

    assert "style=" not in text
    assert "<style" not in text
    assert "data:" not in text


def test_the_code_that_signs_in_is_shown_only_when_it_is_asked_for(
    rocketchat: StandIn, signs_in: None, browser_of_alice: Client, camera: Camera
) -> None:
    assert "<svg" not in text_of(browser_of_alice.get(HOME))

    page = show(browser_of_alice)

    assert text_of(page).count("<svg") == 1
    assert "no-store" in page["Cache-Control"]
    assert page["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert re.fullmatch(r"http://testserver/rocketchat/phone\?code=[A-Za-z0-9_-]{43}", camera.seen[-1])
    assert "Show a new code" in text_of(page)
    # Neither the code nor a token can be read from the page otherwise.
    assert camera.code not in text_of(page)
    assert not LoginToken.objects.exists()


def test_nobody_else_can_have_a_code_shown(signs_in: None, browser_of_alice: Client, camera: Camera) -> None:
    browser_of_alice.get(HOME)

    assert browser_of_alice.post(HOME, headers={"Origin": "https://evil.example"}).status_code == 403
    assert camera.seen == []


def test_who_is_not_signed_in_is_shown_no_code(signs_in: None, client: Client, camera: Camera) -> None:
    assert client.get(HOME)["Location"] == f"/login/?next={HOME}"
    assert client.post(HOME)["Location"] == f"/login/?next={HOME}"
    assert camera.seen == []


# The phone


def test_the_phone_asks_whether_to_sign_in_as_that_account_and_the_button_opens_the_app(
    rocketchat: StandIn, code: str, phone: Client
) -> None:
    page = scan(phone, code)
    assert "Sign in to chat on this phone as alice?" in text_of(page)

    done = press(phone, page, code)

    address = urlsplit(app_address(done))
    assert (address.scheme, address.netloc, address.path) == ("rocketchat", "auth", "")
    sent = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert set(sent) == {"host", "token", "userId"}
    assert sent["host"] == "chat.example.com"
    assert sent["userId"] == rocketchat.user("alice")["_id"]
    assert find_entry(rocketchat.user("alice"), sent["token"]) is not None
    assert "no-store" in done["Cache-Control"]


def test_no_session_of_the_site_is_left_on_the_phone(code: str, phone: Client) -> None:
    press(phone, scan(phone, code), code)

    assert "sessionid" not in phone.cookies


def test_there_is_no_such_page_unless_the_site_says_so(code: str, phone: Client, settings: Settings) -> None:
    settings.ROCKETCHAT_TOKEN_IN_URL = False

    assert scan(phone, code).status_code == 404


def test_a_site_that_asks_everybody_to_log_in_lets_the_phone_in(code: str, phone: Client, settings: Settings) -> None:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.contrib.auth.middleware.LoginRequiredMiddleware"]

    assert scan(phone, code).status_code == 200


def test_who_may_not_chat_is_told_why(code: str, phone: Client, alice: User) -> None:
    page = scan(phone, code)
    User.objects.filter(pk=alice.pk).update(email="")

    response = press(phone, page, code)

    assert "Chat needs your email address" in text_of(response)
    assert "Try again" not in text_of(response)
    assert "Signed in to this site as" not in text_of(response)


# Attacks


def is_unused(phone: Client, code: str) -> bool:
    return scan(phone, code).status_code == 200 and not LoginToken.objects.exists()


@pytest.mark.parametrize("purpose", ["prefetch", "prefetch;prerender"])
@pytest.mark.parametrize("method", ["get", "head"])
def test_who_only_looks_at_the_link_uses_nothing_up(code: str, phone: Client, method: str, purpose: str) -> None:
    previewer = Client()
    response = getattr(previewer, method)(PHONE, {"code": code}, headers={"Sec-Purpose": purpose})

    assert "rocketchat://" not in text_of(response)
    assert is_unused(phone, code)


def test_a_code_is_not_good_again(code: str, phone: Client) -> None:
    page = scan(phone, code)
    press(phone, page, code)

    again = press(phone, page, code)

    assert again.status_code == 410
    assert "This code is not good any more" in text_of(again)
    assert "rocketchat://" not in text_of(again)
    assert LoginToken.objects.count() == 1


def test_of_two_who_press_at_once_one_gets_in(code: str, phone: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = scan(phone, code)
    monkeypatch.setattr("rocketchat_auth.login.sign_in_phone", lambda request, code: None)

    assert press(phone, page, code).status_code == 410


def test_a_code_that_was_seen_over_the_shoulder_is_over_in_two_minutes(
    code: str, phone: Client, fake_clock: FakeClock
) -> None:
    fake_clock.advance(120)

    assert scan(phone, code).status_code == 410


def test_who_finds_a_stranger_s_phone_signed_in_signs_it_out(
    code: str, phone: Client, browser_of_alice: Client, camera: Camera
) -> None:
    press(phone, scan(phone, code), code)
    shown = len(camera.seen)
    page = browser_of_alice.get(HOME)
    assert "1 phone was signed in by a code" in text_of(page)

    page = browser_of_alice.post(HOME, {"csrfmiddlewaretoken": csrf_token(page), "sign-out-phones": "yes"})

    assert not LoginToken.objects.filter(ended_at=None).exists()
    assert "signed in by a code" not in text_of(page)
    assert len(camera.seen) == shown


def test_a_code_is_not_good_after_sign_out(code: str, phone: Client, browser_of_alice: Client) -> None:
    browser_of_alice.post("/logout/", {"csrfmiddlewaretoken": csrf_token(browser_of_alice.get(HOME))})

    assert scan(phone, code).status_code == 410


def test_a_form_of_another_page_presses_no_button(code: str, phone: Client) -> None:
    scan(phone, code)

    response = phone.post(PHONE, {"code": code}, headers={"Origin": "https://evil.example"})

    assert response.status_code == 403
    assert is_unused(phone, code)


@pytest.mark.parametrize("destination", ["iframe", "frame", "image", "empty", "script"])
def test_no_page_can_put_it_into_a_frame(code: str, phone: Client, destination: str) -> None:
    response = phone.get(PHONE, {"code": code}, headers={"Sec-Fetch-Dest": destination})

    assert response.status_code == 403
    assert response.content == b""
    assert scan(phone, code)["Content-Security-Policy"].endswith("frame-ancestors 'none'")


def test_who_is_signed_in_as_somebody_else_is_not_signed_in_to_a_stranger_s_account(code: str) -> None:
    victim = Client(enforce_csrf_checks=True)
    victim.force_login(User.objects.create_user("bob"))

    page = scan(victim, code)

    assert page.status_code == 403
    assert "This code is for another account" in text_of(page)
    assert "alice" in text_of(page)
    assert "<form" not in text_of(page)


def test_who_is_signed_in_as_the_same_person_goes_on(code: str, browser_of_alice: Client) -> None:
    assert scan(browser_of_alice, code).status_code == 200


@pytest.mark.parametrize("guess", ["", "x", "A" * 43, "A" * 44, "ä" * 43, "\x00" * 43])
def test_a_guess_gets_nobody_in(code: str, phone: Client, guess: str) -> None:
    page = scan(phone, code)

    assert scan(phone, guess).status_code == 410
    assert press(phone, page, guess).status_code == 410
    assert is_unused(phone, code)


def test_codes_and_tokens_are_in_no_log(
    rocketchat: StandIn, code: str, phone: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        done = press(phone, scan(phone, code), code)
        phone.post(PHONE, {"code": code}, headers={"Origin": "https://evil.example"})

    [token] = parse_qs(urlsplit(app_address(done)).query)["token"]
    assert code not in caplog.text
    assert token not in caplog.text


def test_a_report_of_an_error_shows_no_token(
    code: str, phone: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = scan(phone, code)
    settings.DEBUG = True
    phone.raise_request_exception = False

    def fail(*args: object, **kwargs: object) -> str:
        raise RuntimeError("a fault")

    monkeypatch.setattr("rocketchat_auth.web.content_policy.own_policy", fail)
    report = text_of(press(phone, page, code))

    chat_login = login_of(LoginToken.objects.get())
    assert chat_login is not None
    assert "a fault" in report
    assert "app_address" in report
    assert chat_login.token not in report
