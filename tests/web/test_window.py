"""The window of the site that hands a login to the frame that opened it."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from rocketchat_auth.accounts.refusals import RefusalReason
from rocketchat_auth.login import FORMER_COOKIE, LoginRefused
from rocketchat_auth.testing import StandIn
from rocketchat_auth.web.window import COOKIE
from tests.web.crossing import AS_PAGE, BY_SCRIPT, CLAIM, WINDOW, claim, press_continue, tell_digest, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cross_site(settings: Settings) -> None:
    settings.ROCKETCHAT_CROSS_SITE = True


@pytest.fixture
def newcomer(alice: User) -> Client:
    """A browser in which nobody is signed in yet."""
    return Client(enforce_csrf_checks=True)


def test_a_person_signs_in_and_hands_the_login_over(rocketchat: StandIn, newcomer: Client, alice: User) -> None:
    assert tell_digest(newcomer).status_code == 204
    to_login = newcomer.get(WINDOW, headers=AS_PAGE, secure=True)
    assert to_login["Location"] == f"/login/?next={WINDOW}"
    newcomer.force_login(alice)

    confirm = newcomer.get(WINDOW, headers=AS_PAGE, secure=True)
    assert "Continue as alice" in text_of(confirm)
    assert claim(Client()).status_code == 204
    done = press_continue(newcomer)

    assert 'data-state="done"' in text_of(done)
    assert set(claim(Client()).json()) == {"loginToken"}


def test_the_digest_is_kept_where_no_script_and_no_other_page_sees_it(browser_of_alice: Client) -> None:
    cookie = tell_digest(browser_of_alice).cookies[COOKIE]

    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")
    assert (cookie["path"], cookie["domain"], cookie["max-age"]) == ("/", "", 600)


def test_the_digest_is_forgotten_once_it_was_used(rocketchat: StandIn, browser_of_alice: Client) -> None:
    tell_digest(browser_of_alice)
    done = press_continue(browser_of_alice)

    assert done.cookies[COOKIE]["max-age"] == 0
    assert done.cookies[FORMER_COOKIE].value
    assert 'data-state="connecting"' in text_of(browser_of_alice.get(WINDOW, headers=AS_PAGE, secure=True))


def test_a_window_that_is_opened_anew_asks_its_own_frame(browser_of_alice: Client) -> None:
    tell_digest(browser_of_alice)

    page = browser_of_alice.get(f"{WINDOW}?start", headers=AS_PAGE, secure=True)

    assert 'data-state="connecting"' in text_of(page)


@pytest.mark.parametrize("digest", ["", "0" * 63, "0" * 65, "G" * 64, "0" * 64 + "\n"])
def test_what_is_no_digest_is_not_kept(browser_of_alice: Client, digest: str) -> None:
    response = tell_digest(browser_of_alice, digest)

    assert response.status_code == 400
    assert COOKIE not in response.cookies


def test_the_window_knows_who_opened_it_under_django_s_own_policy(browser_of_alice: Client) -> None:
    """SecurityMiddleware says `same-origin` everywhere else."""
    assert browser_of_alice.get("/login/", secure=True)["Cross-Origin-Opener-Policy"] == "same-origin"
    assert browser_of_alice.get(WINDOW, headers=AS_PAGE, secure=True)["Cross-Origin-Opener-Policy"] == "unsafe-none"


def test_who_may_not_chat_is_told_why_in_the_window(browser_of_alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise LoginRefused(RefusalReason.NOT_ALLOWED, "0A1B2C3D", None)

    monkeypatch.setattr("rocketchat_auth.login.hand_over", refuse)
    tell_digest(browser_of_alice)
    response = press_continue(browser_of_alice)

    assert response.status_code == 403
    assert "Chat is not open to you" in text_of(response)
    assert "0A1B2C3D" in text_of(response)


def test_a_window_that_was_left_alone_for_long_leads_nowhere(
    browser_of_alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rocketchat_auth.web.window.LIFETIME", 0)
    tell_digest(browser_of_alice)

    assert 'data-state="connecting"' in text_of(browser_of_alice.get(WINDOW, headers=AS_PAGE, secure=True))


@pytest.mark.parametrize("method, url", [("get", WINDOW), ("post", CLAIM)])
def test_on_a_site_whose_chat_is_of_the_same_site_there_is_no_window(
    client: Client, settings: Settings, method: str, url: str
) -> None:
    settings.ROCKETCHAT_CROSS_SITE = False

    assert getattr(client, method)(url, headers=BY_SCRIPT, secure=True).status_code == 404
