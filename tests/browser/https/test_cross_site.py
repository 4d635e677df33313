"""A chat on another site than the site: what gets a person in where the browser keeps the site's session out."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.browser.chat import Chat, Screenshots
from tests.browser.https.kinds import Kind
from tests.browser.site.desk import Site, fill_login_form

pytestmark = pytest.mark.browser

CHROMIUMS = [Kind.CHROMIUM, Kind.CHROMIUM_PARTITIONED, Kind.CHROMIUM_BLOCKED]
KEEPS_OUT = [Kind.CHROMIUM_PARTITIONED, Kind.CHROMIUM_BLOCKED]


@pytest.fixture(autouse=True)
def cross_site(settings: Settings) -> None:
    settings.ROCKETCHAT_CROSS_SITE = True


def test_who_is_signed_in_to_the_site_is_let_in_where_the_browser_lets_cookies_through(
    site: Site, chat: Chat, own_page: Page
) -> None:
    site.sign_in(own_page, "ada")
    chat.open().shows_home_of("ada")


@pytest.mark.parametrize("kind", CHROMIUMS, indirect=True)
def test_a_window_of_the_site_signs_in(site: Site, chat: Chat, screenshots: Screenshots) -> None:
    chat.open().shows("frame")
    screenshots.take(chat.page, "first")
    if chat.frame.get_by_role("button", name="Use my sign-in").is_visible():
        chat.frame.get_by_role("button", name="Use my sign-in").click()
    with chat.page.expect_popup() as opened:
        chat.frame.get_by_role("button", name="Open the window").click()
    window = opened.value
    fill_login_form(window, "ada")
    expect(window.get_by_role("button", name="Continue as ada")).to_be_visible()
    screenshots.take(window, "window")
    screenshots.take(chat.page, "waiting")
    window.get_by_role("button", name="Continue as ada").click()
    chat.shows_home_of("ada")


@pytest.mark.parametrize("kind", [Kind.CHROMIUM, Kind.CHROMIUM_PARTITIONED], indirect=True)
def test_the_form_in_the_frame_signs_in(site: Site, chat: Chat) -> None:
    chat.open().shows("frame")
    if chat.frame.get_by_role("button", name="Use my sign-in").is_visible():
        chat.frame.get_by_role("button", name="Use my sign-in").click()
    chat.frame.get_by_role("link", name="Sign in right here").click()
    fill_login_form(chat.frame, "ada")
    chat.shows_home_of("ada")
    chat.open().shows_home_of("ada")
