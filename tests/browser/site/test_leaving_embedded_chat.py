"""Chat in a page of the site, once its login has ended there: what the person sees, and how they get back in."""

from datetime import timedelta

import pytest
from django.db.models import F
from playwright.sync_api import Page, Route, expect
from pytest_django import Settings

from rocketchat_auth.models import LoginToken
from rocketchat_auth.setting_up import embedding
from rocketchat_auth.testing import StandIn, StandInServer
from tests.browser.chat import Screenshots
from tests.browser.console import Console
from tests.browser.site.desk import Site
from tests.browser.site.test_embedding import FRAME, LOGIN_PAGE_KEPT_OUT, Talk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOK = "() => document.dispatchEvent(new Event('visibilitychange'))"
LOGGED_OUT = "You are logged out of chat."
SIGNED_OUT = "You are signed out of this site, and so of chat."


@pytest.fixture
def talk(site: Site, page: Page, stand_in_server: StandInServer, console: Console) -> Talk:
    """The page with a room, in which ada is signed in to chat."""
    console.expect(LOGIN_PAGE_KEPT_OUT, "409")
    settings = embedding.wanted({}, site=site.origin, chat=stand_in_server.url)
    stand_in_server.stand_in.settings.update(settings)
    site.sign_in(page, "ada")
    talk = Talk(page, site).open()
    talk.shows_chat_of("ada")
    return talk


def look(talk: Talk) -> None:
    """Come back to the page from another tab, and wait until it has asked the site."""
    with talk.page.expect_response("**/rocketchat/token"):
        talk.page.evaluate(LOOK)


@pytest.mark.parametrize("stand_in", ["6.5", "8.4"], indirect=True)
def test_whoever_logs_out_stays_out_until_they_ask(talk: Talk, screenshots: Screenshots) -> None:
    talk.call("logout")
    expect(talk.page.get_by_text(LOGGED_OUT)).to_be_visible()
    look(talk)

    expect(talk.page.get_by_text(LOGGED_OUT)).to_be_visible()
    expect(talk.page.locator(FRAME)).to_be_hidden()
    screenshots.take(talk.page)
    talk.page.get_by_role("button", name="Sign in to chat again").press("Enter")
    talk.shows_chat_of("ada")
    expect(talk.page.locator(FRAME)).to_be_visible()


def test_what_the_site_answers_to_a_look_from_before_they_asked_counts_no_more(talk: Talk) -> None:
    talk.call("logout")
    look(talk)
    held: list[Route] = []
    talk.page.route("**/rocketchat/token", lambda route: held.append(route), times=1)  # noqa: PLW0108 - it gets an attribute
    with talk.page.expect_request("**/rocketchat/token"):
        talk.page.evaluate(LOOK)

    talk.page.get_by_role("button", name="Sign in to chat again").click()
    held[0].continue_()

    talk.shows_chat_of("ada")


def test_a_logout_that_counts_for_the_site_is_not_undone_either(talk: Talk, settings: Settings) -> None:
    settings.ROCKETCHAT_LOGOUT_SITE = True
    talk.frame.locator("body").evaluate("() => document.querySelector('[data-testid=logout]').click()")
    expect(talk.page.get_by_text(LOGGED_OUT)).to_be_visible()
    LoginToken.objects.update(checked_at=F("checked_at") - timedelta(seconds=10))
    talk.page.reload()

    expect(talk.page.get_by_text(LOGGED_OUT)).to_be_visible()
    talk.page.get_by_role("button", name="Sign in to chat again").click()
    talk.shows_chat_of("ada")


def test_a_sign_out_elsewhere_shows_without_anybody_coming_back_to_the_page(
    talk: Talk, own_page: Page, site: Site
) -> None:
    site.sign_out(own_page)

    expect(talk.page.get_by_text(SIGNED_OUT)).to_be_visible(timeout=5_000)
    expect(talk.page.locator(FRAME)).to_be_hidden()


def test_nobody_reads_how_much_was_unread_for_who_left(talk: Talk, own_page: Page, site: Site) -> None:
    talk.chat_tells("unread-changed", 7)
    expect(talk.page.locator("rocketchat-unread")).to_contain_text("7")

    site.sign_out(own_page)

    expect(talk.page.locator("rocketchat-unread")).to_have_text("")


def test_the_room_is_the_chat_s_whatever_its_path_is(talk: Talk, stand_in: StandIn) -> None:
    talk.page.locator("rocketchat-room").evaluate(
        """room => {
            const other = room.cloneNode();
            other.setAttribute("path", "@evil.test/");
            document.body.append(other);
        }"""
    )

    assert talk.page.locator(FRAME).last.get_attribute("src") == (
        f"{stand_in.settings['Site_Url']}/@evil.test/?layout=embedded"
    )
