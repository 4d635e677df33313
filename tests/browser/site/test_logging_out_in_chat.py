"""Who logs out in chat is out of the site too, by the chat's script, or is asked before they are signed back in."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db.models import F
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings

from rocketchat_auth.models import LoginToken
from rocketchat_auth.setting_up.logout_script import NAME, with_part
from rocketchat_auth.testing import StandIn
from tests.browser.chat import Chat, Screenshots
from tests.browser.console import Console
from tests.browser.site.desk import Site, fill_login_form

pytestmark = pytest.mark.browser

ERAS = ("6.5", "7.5", "8.4", "9.0")
by_source = pytest.mark.parametrize(
    "source", ["create_token", pytest.param("mongo", marks=pytest.mark.mongo)], indirect=True
)
by_era = pytest.mark.parametrize("stand_in", ERAS, indirect=True)


@pytest.fixture
def site(site: Site, settings: Settings, stand_in: StandIn) -> Site:
    """A site that follows logouts in chat, whose frame begins with the hand-over page; the chat has no script yet."""
    settings.ROCKETCHAT_LOGOUT_SITE = True
    stand_in.settings["Accounts_iframe_url"] = f"{site.origin}/rocketchat/redirect"
    return site


@pytest.fixture
def script(site: Site, stand_in: StandIn) -> None:
    """What `setup --logout-script` puts into the chat, before a script of the operator's own."""
    stand_in.settings[NAME] = with_part("window.ranAfter = true;", f"{site.origin}/rocketchat/logout")


@pytest.fixture
def in_chat(chat: Chat, site: Site, own_page: Page) -> Chat:
    """A tab in which `ada` is in chat, and has been for a while."""
    site.sign_in(own_page, "ada")
    chat.open().shows_home_of("ada")
    LoginToken.objects.update(checked_at=F("checked_at") - timedelta(seconds=10))
    return chat


def is_asked(chat: Chat) -> None:
    expect(chat.frame.get_by_role("heading", name="You are logged out of chat")).to_be_visible()


def out_of_site(site: Site, own_page: Page) -> None:
    own_page.goto(f"{site.origin}/")
    expect(own_page.get_by_text("Not signed in")).to_be_visible()


@by_source
@by_era
@pytest.mark.usefixtures("script")
def test_the_script_ends_the_session_of_the_site(in_chat: Chat, site: Site, own_page: Page) -> None:
    with in_chat.page.expect_response("**/rocketchat/logout") as answered:
        in_chat.log_out()
    assert answered.value.status == 204
    in_chat.page.wait_for_function("window.ranAfter && !localStorage.getItem('Meteor.loginToken')")
    out_of_site(site, own_page)
    assert not Session.objects.exists()

    in_chat.open().shows("frame")
    expect(in_chat.frame.get_by_label("Password")).to_be_visible()


@by_source
@by_era
def test_without_a_script_the_person_is_asked_and_gets_back_in(
    in_chat: Chat, site: Site, screenshots: Screenshots
) -> None:
    former = in_chat.stored_token
    in_chat.log_out()
    in_chat.page.wait_for_function("!localStorage.getItem('Meteor.loginToken')")
    in_chat.open().shows("frame")
    is_asked(in_chat)
    screenshots.take(in_chat.page)

    in_chat.open().shows("frame")
    in_chat.frame.get_by_role("button", name="Continue as ada").click()
    in_chat.shows_home_of("ada")
    assert in_chat.stored_token not in (None, former)


@pytest.mark.parametrize("stand_in", ["7.5", "8.4", "9.0"], indirect=True)
def test_the_question_comes_without_a_page_load(in_chat: Chat) -> None:
    in_chat.log_out()
    is_asked(in_chat)


@by_era
def test_a_logout_within_seconds_is_told_too(chat: Chat, site: Site, own_page: Page) -> None:
    """The API serves the dead token once more; chat comes to the frame by it, and the page there knows."""
    site.sign_in(own_page, "ada")
    chat.open().shows_home_of("ada")
    chat.log_out()
    chat.page.wait_for_function("!localStorage.getItem('Meteor.loginToken')")
    chat.open().shows("frame")
    is_asked(chat)


@by_era
def test_page_loads_in_several_tabs_sign_in_as_ever(in_chat: Chat, context: BrowserContext, stand_in: StandIn) -> None:
    token = in_chat.stored_token
    tabs = [in_chat, *(Chat(context.new_page(), in_chat.url) for _ in range(3))]
    for _ in range(2):
        for tab in tabs:
            LoginToken.objects.update(checked_at=F("checked_at") - timedelta(seconds=10))
            tab.open()
        for tab in tabs:
            tab.shows_home_of("ada")
    assert [tab.stored_token for tab in tabs] == [token] * len(tabs)
    assert LoginToken.objects.count() == 1


@pytest.mark.parametrize("stand_in", ["6.5", "8.4"], indirect=True)
def test_all_tabs_get_back_in_by_the_click_in_one(in_chat: Chat, context: BrowserContext) -> None:
    other = Chat(context.new_page(), in_chat.url).open()
    other.shows_home_of("ada")
    LoginToken.objects.update(checked_at=F("checked_at") - timedelta(seconds=10))
    in_chat.log_out()
    expect(other.page.get_by_role("button", name="Logout")).to_be_hidden()
    in_chat.open().shows("frame")
    in_chat.frame.get_by_role("button", name="Continue as ada").click()
    in_chat.shows_home_of("ada")
    other.shows_home_of("ada")


def test_the_person_can_sign_out_of_the_site_there(
    in_chat: Chat, site: Site, own_page: Page, screenshots: Screenshots
) -> None:
    in_chat.log_out()
    in_chat.frame.get_by_role("button", name="Sign out of this site").click()
    expect(in_chat.frame.get_by_role("heading", name="You are signed out")).to_be_visible()
    screenshots.take(in_chat.page)
    out_of_site(site, own_page)

    in_chat.frame.get_by_role("link", name="Sign in again").click()
    fill_login_form(in_chat.frame, "ada")
    in_chat.shows_home_of("ada")


def test_the_person_can_use_another_account(in_chat: Chat, site: Site) -> None:
    site.add_user("eve")
    in_chat.log_out()
    in_chat.frame.get_by_role("button", name="Use another account").click()
    fill_login_form(in_chat.frame, "eve")
    in_chat.shows_home_of("eve")


@by_era
def test_where_the_frame_shows_the_login_page_the_password_gets_back_in(
    in_chat: Chat, site: Site, stand_in: StandIn
) -> None:
    stand_in.settings["Accounts_iframe_url"] = f"{site.origin}/login/?next=/rocketchat/redirect"
    in_chat.open().shows_home_of("ada")
    in_chat.log_out()
    in_chat.page.wait_for_function("!localStorage.getItem('Meteor.loginToken')")
    in_chat.open().shows("frame")
    fill_login_form(in_chat.frame, "ada")
    in_chat.shows_home_of("ada")


def test_who_was_put_out_by_an_administrator_is_asked(in_chat: Chat, stand_in: StandIn) -> None:
    stand_in.users.update(stand_in.user("ada")["_id"], {"services.resume.loginTokens": []})
    is_asked(in_chat)


@pytest.mark.mongo
@pytest.mark.parametrize("source", ["mongo"], indirect=True)
@pytest.mark.usefixtures("script")
def test_who_was_pushed_out_by_newer_logins_is_signed_back_in(in_chat: Chat, stand_in: StandIn) -> None:
    former = in_chat.stored_token
    for _ in range(50):
        stand_in.log_in("ada")
    in_chat.page.wait_for_function("token => localStorage.getItem('Meteor.loginToken') !== token", arg=former)
    in_chat.shows_home_of("ada")
    assert Session.objects.count() == 1


@pytest.mark.parametrize("stand_in", ["8.4"], indirect=True)
@pytest.mark.usefixtures("script")
def test_a_tab_of_the_person_before_does_not_sign_out_the_next(in_chat: Chat, site: Site, own_page: Page) -> None:
    """The script runs when the site ends the former's login: the next person's session is there by then."""
    site.add_user("eve")
    in_chat.page.route("**/rocketchat/logout", lambda route: None)
    held = in_chat.page.expect_request("**/rocketchat/logout")
    with held:
        site.sign_out(own_page)
    site.sign_in(own_page, "eve")
    in_chat.page.unroute("**/rocketchat/logout")
    status = in_chat.page.evaluate(
        "async url => (await fetch(url, {method: 'POST', credentials: 'include'})).status",
        f"{site.origin}/rocketchat/logout",
    )
    assert status == 204
    own_page.goto(f"{site.origin}/")
    expect(own_page.get_by_text("Signed in as eve")).to_be_visible()


@pytest.mark.usefixtures("script")
def test_a_script_that_was_left_behind_changes_nothing(in_chat: Chat, settings: Settings, console: Console) -> None:
    settings.ROCKETCHAT_LOGOUT_SITE = False
    console.expect("404", "CORS", "ERR_FAILED")
    LoginToken.objects.update(checked_at=F("checked_at") - timedelta(hours=1))
    former = in_chat.stored_token
    in_chat.log_out()
    in_chat.page.wait_for_function("token => localStorage.getItem('Meteor.loginToken') !== token", arg=former)
    in_chat.open().shows_home_of("ada")
    assert Session.objects.count() == 1
