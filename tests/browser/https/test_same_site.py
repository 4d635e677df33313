"""Where site and chat are one site to the browser, nothing is to do: cookies stay as Django sets them."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.https.kinds import Kind
from tests.browser.https.names import SAME_SITE
from tests.browser.site.desk import Site, fill_login_form

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("names", [SAME_SITE], indirect=True, ids=str),
    pytest.mark.parametrize("kind", [Kind.CHROMIUM_PARTITIONED, Kind.FIREFOX], indirect=True, ids=Kind.id_of),
]


def test_who_is_signed_in_on_the_site_is_signed_in_to_chat_and_who_signs_out_there_is_out(
    chat: Chat, site: Site, own_page: Page
) -> None:
    site.sign_in(own_page, "ada")
    chat.open().shows_home_of("ada")
    site.sign_out(own_page)
    chat.shows("frame")
    assert chat.stored_token is None


def test_who_signs_in_in_the_frame_is_signed_in_on_the_site_too_by_cookies_that_are_lax(
    chat: Chat, site: Site, own_page: Page
) -> None:
    chat.open().shows("frame")
    fill_login_form(chat.frame, "ada")
    chat.shows_home_of("ada")
    own_page.goto(f"{site.origin}/")
    expect(own_page.get_by_text("Signed in as ada")).to_be_visible()
    cookies = {cookie["name"]: cookie for cookie in own_page.context.cookies(site.origin)}
    assert {"sessionid", "csrftoken"} <= set(cookies)
    assert {(cookie["sameSite"], cookie["secure"]) for cookie in cookies.values()} == {("Lax", True)}
