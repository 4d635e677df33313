"""The attacks that docs/cross-site.md names, as far as the site itself wards them off.

Those by cookies are in test_cross_site_cookie_attacks.py, those that a browser wards off in
tests/browser/https/test_cross_site_attacks.py.
"""

import logging

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from rocketchat_auth.testing import StandIn
from rocketchat_auth.web.window import COOKIE
from tests.web.crossing import (
    AS_PAGE,
    BY_CHAT,
    BY_STRANGER,
    CLAIM,
    DIGEST,
    IN_FRAME,
    TOP,
    VERIFIER,
    WINDOW,
    claim,
    csrf_token,
    press_continue,
    tell_digest,
    text_of,
)
from tests.web.desk import ORIGIN, TOKEN, LoginDesk

pytestmark = pytest.mark.django_db

SESSION = django_settings.SESSION_COOKIE_NAME


@pytest.fixture(autouse=True)
def cross_site(settings: Settings) -> None:
    settings.ROCKETCHAT_CROSS_SITE = settings.ROCKETCHAT_TOKEN_IN_URL = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


@pytest.fixture(params=[True, False], ids=["csrf-middleware", "no-csrf-middleware"])
def any_csrf(request: pytest.FixtureRequest, settings: Settings) -> None:
    """The pages protect themselves, whether the site has the middleware or not."""
    if not request.param:
        settings.MIDDLEWARE = [path for path in settings.MIDDLEWARE if "Csrf" not in path]


@pytest.fixture
def mallory(db: None) -> Client:
    """A browser of somebody else who is a user of the site as well."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_user("mallory", "mallory@example.com"))
    return client


def nothing_was_handed_over(verifier: str = VERIFIER) -> bool:
    return bool(claim(Client(), verifier).status_code == 204)


# The window


@pytest.mark.parametrize(
    "link", [WINDOW, f"{WINDOW}?start", f"{WINDOW}?digest={DIGEST}", f"{WINDOW}?start&digest={DIGEST}"]
)
def test_a_link_to_the_window_hands_nothing_over(rocketchat: StandIn, browser_of_alice: Client, link: str) -> None:
    page = browser_of_alice.get(link, headers={"Sec-Fetch-Dest": "document"} | BY_STRANGER, secure=True)

    assert "Nothing was handed over" in text_of(page)
    assert "Continue as" not in text_of(page)
    assert nothing_was_handed_over()


@pytest.mark.usefixtures("any_csrf")
def test_a_digest_cannot_be_sent_from_another_page(rocketchat: StandIn, browser_of_alice: Client) -> None:
    browser_of_alice.get(WINDOW, headers=AS_PAGE, secure=True)

    response = browser_of_alice.post(WINDOW, {"digest": DIGEST}, headers=BY_STRANGER, secure=True)

    assert response.status_code == 403
    assert COOKIE not in response.cookies


@pytest.mark.usefixtures("any_csrf")
def test_a_login_cannot_be_handed_over_from_another_page(rocketchat: StandIn, browser_of_alice: Client) -> None:
    tell_digest(browser_of_alice)

    assert browser_of_alice.post(WINDOW, headers=BY_STRANGER, secure=True).status_code == 403
    assert nothing_was_handed_over()


@pytest.mark.parametrize("cookie", [DIGEST, f"{DIGEST}:1xWO77:HncYc1lZkSTIQ31x18Jj-LjRF-rtXl9aDu7GWOfpddU"])
def test_a_digest_that_the_site_did_not_sign_is_not_taken(
    rocketchat: StandIn, browser_of_alice: Client, cookie: str
) -> None:
    browser_of_alice.cookies[COOKIE] = cookie

    assert "Continue as" not in text_of(browser_of_alice.get(WINDOW, headers=AS_PAGE, secure=True))


@pytest.mark.parametrize(
    "name", ["rocketchat_auth_window", f"\u2000{COOKIE}", f"\xa0{COOKIE}", f"\u2000{COOKIE}\u2000", f"\x85{COOKIE}"]
)
def test_a_digest_that_another_host_planted_is_not_taken(
    rocketchat: StandIn, browser_of_alice: Client, name: str
) -> None:
    """It is signed, for a frame of the stranger's own; a name with the prefix is what browsers keep from others."""
    signed = HttpResponse()
    signed.set_signed_cookie(name.strip(), DIGEST, salt="rocketchat_auth.window")
    value = signed.cookies[name.strip()].value
    session = browser_of_alice.cookies[SESSION].value
    header = f"{SESSION}={session}; {name}={value}".encode().decode("latin-1")

    page = browser_of_alice.get(WINDOW, headers=AS_PAGE, secure=True, HTTP_COOKIE=header)

    assert 'data-state="connecting"' in text_of(page)


def test_only_the_site_s_own_host_can_keep_a_digest_in_a_browser(browser_of_alice: Client) -> None:
    cookie = tell_digest(browser_of_alice).cookies[COOKIE]

    assert cookie.key.startswith("__Host-")
    assert (cookie["path"], cookie["domain"], cookie["secure"]) == ("/", "", True)


def test_nobody_can_hand_their_own_login_to_somebody_s_frame(rocketchat: StandIn, mallory: Client) -> None:
    """The frame takes what was handed over for its own verifier, of which nobody else knows the digest."""
    tell_digest(mallory)
    press_continue(mallory)

    assert nothing_was_handed_over("f" * 43)


def test_the_window_names_whose_login_it_hands_over(rocketchat: StandIn, mallory: Client) -> None:
    """Whoever was signed in to somebody else's account without knowing reads it before anything happens."""
    tell_digest(mallory)

    assert "Continue as mallory" in text_of(mallory.get(WINDOW, headers=AS_PAGE, secure=True))
    assert nothing_was_handed_over()


@pytest.mark.parametrize("url", [WINDOW, TOP])
def test_nobody_can_frame_the_pages_that_hand_a_login_over(browser_of_alice: Client, url: str) -> None:
    page = browser_of_alice.get(url, headers=AS_PAGE, secure=True)

    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    for headers in (BY_CHAT, IN_FRAME):
        assert browser_of_alice.get(url, headers=headers, secure=True).status_code == 403


# The claim


def test_a_verifier_is_good_once(rocketchat: StandIn, browser_of_alice: Client) -> None:
    tell_digest(browser_of_alice)
    press_continue(browser_of_alice)

    assert claim(Client()).status_code == 200
    assert nothing_was_handed_over()


def test_a_digest_alone_claims_nothing(rocketchat: StandIn, browser_of_alice: Client) -> None:
    tell_digest(browser_of_alice)
    press_continue(browser_of_alice)

    assert claim(Client(), DIGEST).status_code == 400
    assert claim(Client(), DIGEST[:43]).status_code == 204


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": ORIGIN},
        {"Origin": "null"},
        {"Origin": "http://testserver"},
        {"Origin": "https://testserver.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_no_page_of_another_origin_claims(
    rocketchat: StandIn, browser_of_alice: Client, headers: dict[str, str]
) -> None:
    tell_digest(browser_of_alice)
    press_continue(browser_of_alice)

    assert claim(Client(), **headers).status_code == 403
    assert claim(Client()).status_code == 200


def test_a_claim_without_an_origin_is_refused(client: Client) -> None:
    assert client.post(CLAIM, {"verifier": VERIFIER}, secure=True).status_code == 403


def test_verifiers_and_tokens_are_in_no_log(
    rocketchat: StandIn, browser_of_alice: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    tell_digest(browser_of_alice)
    press_continue(browser_of_alice)
    token = claim(Client()).json()["loginToken"]

    assert VERIFIER not in caplog.text
    assert DIGEST not in caplog.text
    assert token not in caplog.text


def test_a_login_of_a_session_that_ended_is_not_claimed(rocketchat: StandIn, browser_of_alice: Client) -> None:
    tell_digest(browser_of_alice)
    press_continue(browser_of_alice)
    page = browser_of_alice.get(TOP, headers=AS_PAGE, secure=True)
    browser_of_alice.post("/logout/", {"csrfmiddlewaretoken": csrf_token(page)}, headers=AS_PAGE, secure=True)

    assert nothing_was_handed_over()


# The token in the address


def test_the_token_in_the_address_reaches_nobody_but_the_chat(desk: LoginDesk, browser_of_alice: Client) -> None:
    page = browser_of_alice.get(TOP, headers=AS_PAGE, secure=True)
    response = browser_of_alice.post(TOP, {"csrfmiddlewaretoken": csrf_token(page)}, headers=AS_PAGE, secure=True)

    assert response["Location"].startswith(f"{ORIGIN}/home?resumeToken=")
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]
    assert response.content == b""


@pytest.mark.usefixtures("any_csrf")
def test_nobody_else_can_have_a_token_put_into_an_address(desk: LoginDesk, browser_of_alice: Client) -> None:
    link = browser_of_alice.get(TOP, headers={"Sec-Fetch-Dest": "document"} | BY_STRANGER, secure=True)
    forged = browser_of_alice.post(TOP, headers=BY_STRANGER, secure=True)

    assert (link.status_code, forged.status_code) == (200, 403)
    assert TOKEN not in text_of(link)
    assert desk.asked == []
