"""Whoever leaves the site leaves chat, and nobody stays stuck there."""

from datetime import timedelta

import pytest
from django.db.models import F
from playwright.sync_api import Browser, Page, expect

from rocketchat_auth.models import LoginToken
from rocketchat_auth.testing import StandIn
from tests.browser.chat import Chat, Screenshots
from tests.browser.site.desk import Site, fill_login_form

pytestmark = pytest.mark.browser


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    """What people have."""
    return chromium


# The real server closes the sockets of a login that has ended within 0.3 s.
AT_ONCE = 2_000

by_source = pytest.mark.parametrize(
    "source", ["create_token", pytest.param("mongo", marks=pytest.mark.mongo)], indirect=True
)


def grow_old() -> None:
    """Let an hour go by since the tokens of the sessions were last known to be good."""
    LoginToken.objects.update(checked_at=F("checked_at") - timedelta(hours=1))


def retry(chat: Chat, screenshots: Screenshots | None = None) -> None:
    """Meet the sentence about a login that chat refused, and take the way out that it offers."""
    expect(chat.frame.get_by_role("alert")).to_contain_text("Chat did not let you in")
    if screenshots is not None:
        screenshots.take(chat.page)
    chat.frame.get_by_role("button", name="Try again").click()


@by_source
@pytest.mark.parametrize(
    "stand_in, state", [("6.5", "form"), ("7.5", "frame"), ("8.4", "frame")], indirect=["stand_in"]
)
def test_who_signs_out_on_the_site_is_out_of_chat_at_once(chat: Chat, site: Site, own_page: Page, state: str) -> None:
    site.sign_in(own_page, "ada")
    chat.open().shows_home_of("ada")
    site.sign_out(own_page)
    expect(chat.page.get_by_role("button", name="Logout")).to_be_hidden(timeout=AT_ONCE)
    chat.shows(state)
    assert chat.stored_token is None
    chat.open().shows("frame")


@pytest.mark.parametrize("stand_in", ["6.5", "8.4"], indirect=True)
def test_the_next_person_at_the_same_browser_never_meets_the_former_s_chat(
    chat: Chat, site: Site, own_page: Page
) -> None:
    site.add_user("eve")
    site.sign_in(own_page, "ada")
    chat.open().shows_home_of("ada")
    chat.page.goto("about:blank")
    site.sign_out(own_page)
    site.sign_in(own_page, "eve")
    chat.open().shows_home_of("eve")


@pytest.mark.parametrize("stand_in", ["6.5", "8.4"], indirect=True)
def test_who_takes_a_browser_over_without_a_sign_out_takes_the_chat_over_too(
    chat: Chat, site: Site, own_page: Page
) -> None:
    site.add_user("eve")
    site.sign_in(own_page, "ada")
    chat.open().shows_home_of("ada")
    site.sign_in(own_page, "eve")
    chat.shows_home_of("eve")


@by_source
@pytest.mark.parametrize("stand_in", ["6.5", "7.5", "8.4"], indirect=True)
def test_who_logs_out_in_chat_with_a_live_session_is_logged_in_again_at_the_next_load(
    chat: Chat, site: Site, own_page: Page
) -> None:
    site.sign_in(own_page, "ada")
    chat.open().shows_home_of("ada")
    former = chat.stored_token
    grow_old()
    chat.log_out()
    chat.page.wait_for_function("token => localStorage.getItem('Meteor.loginToken') !== token", arg=former)
    chat.open().shows_home_of("ada")
    assert chat.stored_token != former


@pytest.mark.parametrize("stand_in", ["6.5", "7.5", "8.4"], indirect=True)
def test_who_logs_out_in_chat_within_a_minute_gets_back_by_signing_in_and_trying_again(
    chat: Chat, site: Site, own_page: Page
) -> None:
    """A token this young is served unchecked, also after another sign-in, so that chat meets a dead one."""
    site.sign_in(own_page, "ada")
    chat.open().shows_home_of("ada")
    chat.log_out()
    chat.page.wait_for_function("!localStorage.getItem('Meteor.loginToken')")
    chat.open().shows("frame")
    fill_login_form(chat.frame, "ada")
    retry(chat)
    chat.shows_home_of("ada")


@pytest.mark.parametrize("stand_in", ["6.5", "7.5", "8.4"], indirect=True)
def test_a_dead_token_is_told_in_the_frame_and_the_retry_gives_a_fresh_one(
    chat: Chat, site: Site, own_page: Page, stand_in: StandIn, screenshots: Screenshots
) -> None:
    stand_in.settings["Accounts_iframe_url"] = f"{site.origin}/rocketchat/redirect"
    site.sign_in(own_page, "ada")
    chat.open().shows_home_of("ada")
    former = chat.stored_token
    chat.log_out()
    chat.page.wait_for_function("!localStorage.getItem('Meteor.loginToken')")
    chat.open().shows("frame")
    retry(chat, screenshots)
    chat.shows_home_of("ada")
    assert chat.stored_token != former


def test_a_sign_out_while_chat_is_down_works_on_the_site(
    chat: Chat, site: Site, own_page: Page, stand_in: StandIn
) -> None:
    site.sign_in(own_page, "ada")
    chat.open().shows_home_of("ada")
    stand_in.fail_with("drop", path="/api/v1/logout")
    site.sign_out(own_page)
    own_page.goto(f"{site.origin}/")
    expect(own_page.get_by_text("Not signed in")).to_be_visible()
