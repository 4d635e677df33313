"""A person gets into chat by being somebody on the site."""

import pytest
from playwright.sync_api import Browser, Page, expect

from rocketchat_auth.testing import StandIn
from tests.browser.chat import Chat, Screenshots
from tests.browser.site.desk import Site, fill_login_form
from tests.chat import CREATE_USER

pytestmark = pytest.mark.browser


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    """What people have."""
    return chromium


VERSIONS = ("6.5", "7.5", "7.13", "8.4", "9.0")


def login_tokens(stand_in: StandIn, username: str) -> int:
    return len(stand_in.user(username)["services"]["resume"]["loginTokens"])


def trips_over_first_login(stand_in: StandIn, source: str) -> bool:
    """Whether the first users.createToken of a user fails and leaves its token behind (Rocket.Chat's issue 40598)."""
    return source == "create_token" and stand_in.version == "7.13"


@pytest.mark.parametrize("source", ["create_token", pytest.param("mongo", marks=pytest.mark.mongo)], indirect=True)
@pytest.mark.parametrize("stand_in", VERSIONS, indirect=True)
def test_somebody_signs_in_through_the_login_page_in_the_frame(
    chat: Chat, stand_in: StandIn, source: str, screenshots: Screenshots
) -> None:
    chat.open().shows("frame")
    screenshots.take(chat.page, "frame")
    fill_login_form(chat.frame, "ada")
    chat.shows_home_of("ada")
    expect(chat.page.get_by_test_id("name")).to_have_text("Ada Lovelace")
    assert stand_in.calls.count(CREATE_USER) == 1
    assert login_tokens(stand_in, "ada") == (2 if trips_over_first_login(stand_in, source) else 1)


@pytest.mark.parametrize("source", ["create_token", pytest.param("mongo", marks=pytest.mark.mongo)], indirect=True)
@pytest.mark.parametrize("stand_in", VERSIONS, indirect=True)
def test_a_live_session_is_signed_in_at_once_with_one_token_for_all_calls(
    chat: Chat, site: Site, own_page: Page, stand_in: StandIn, source: str
) -> None:
    site.sign_in(own_page, "ada")
    chat.open().shows_home_of("ada")
    token = chat.stored_token
    chat.open().shows_home_of("ada")
    assert chat.stored_token == token
    assert login_tokens(stand_in, "ada") == (2 if trips_over_first_login(stand_in, source) else 1)


@pytest.mark.parametrize("stand_in", ["6.5", "7.5", "8.4"], indirect=True)
def test_the_api_can_be_called_with_get(chat: Chat, site: Site, own_page: Page, stand_in: StandIn) -> None:
    stand_in.settings["Accounts_Iframe_api_method"] = "GET"
    site.sign_in(own_page, "ada")
    chat.open().shows_home_of("ada")


@pytest.mark.parametrize("stand_in", ["6.5", "8.4"], indirect=True)
def test_the_admin_s_login_page_serves_as_well(chat: Chat, site: Site, stand_in: StandIn) -> None:
    stand_in.settings["Accounts_iframe_url"] = f"{site.origin}/admin/login/?next=/rocketchat/redirect"
    site.add_user("grace", is_staff=True)
    chat.open().shows("frame")
    fill_login_form(chat.frame, "grace")
    chat.shows_home_of("grace")


def test_a_wrong_password_is_told_in_the_frame_and_can_be_mended(chat: Chat) -> None:
    chat.open().shows("frame")
    chat.frame.get_by_label("Username").fill("ada")
    chat.frame.get_by_label("Password").fill("wrong")
    chat.frame.get_by_role("button", name="Log in").click()
    expect(chat.frame.get_by_text("Please enter a correct username and password")).to_be_visible()
    fill_login_form(chat.frame, "ada")
    chat.shows_home_of("ada")


def test_the_site_has_a_page_that_leads_to_chat(
    chat: Chat, site: Site, own_page: Page, screenshots: Screenshots
) -> None:
    own_page.goto(f"{site.origin}/rocketchat/")
    fill_login_form(own_page, "ada")
    screenshots.take(own_page)
    own_page.get_by_role("link", name="Open chat").click()
    Chat(own_page, chat.url).shows_home_of("ada")


def test_the_hand_over_page_goes_on_to_chat_where_it_is_not_framed(chat: Chat, site: Site, own_page: Page) -> None:
    own_page.goto(f"{site.origin}/rocketchat/redirect")
    fill_login_form(own_page, "ada")
    Chat(own_page, chat.url).shows_home_of("ada")
    assert own_page.url == f"{chat.url}/"
