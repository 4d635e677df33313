"""A chat on another site than the site: what gets a person in where the browser keeps the site's session out."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from rocketchat_auth.login import ChatLogin
from rocketchat_auth.rest import Secret
from tests.browser.chat import Chat, Screenshots
from tests.browser.console import Console
from tests.browser.https.kinds import Kind
from tests.browser.site.desk import Site, fill_login_form

pytestmark = pytest.mark.browser

CHROMIUMS = [Kind.CHROMIUM, Kind.CHROMIUM_PARTITIONED, Kind.CHROMIUM_BLOCKED]
WITH_FORM = [Kind.CHROMIUM, Kind.CHROMIUM_PARTITIONED, Kind.FIREFOX]

DENIED = "requestStorageAccess: (Permission denied|Request denied)"


@pytest.fixture(autouse=True)
def cross_site(settings: Settings) -> None:
    settings.ROCKETCHAT_CROSS_SITE = True


def go_past_storage_access(chat: Chat, console: Console) -> None:
    """Where the browser can be asked for Storage Access, ask it in vain; Firefox waits for a person to say no."""
    console.expect(DENIED)
    ask, window = (chat.frame.get_by_role("button", name=name) for name in ("Use my sign-in", "Open the window"))
    expect(ask.or_(window)).to_be_visible()
    if ask.is_visible():
        is_firefox = "Firefox" in chat.page.evaluate("navigator.userAgent")
        (chat.frame.get_by_role("button", name="Another way") if is_firefox else ask).click()
    expect(window).to_be_visible()


def open_window(chat: Chat) -> Page:
    with chat.page.expect_popup() as opened:
        chat.frame.get_by_role("button", name="Open the window").click()
    return opened.value


def allow_storage_access(page: Page, site: str, chat: str) -> None:
    """Say yes to the browser's question, which headless browsers never ask."""
    browser = page.context.browser
    assert browser is not None
    target = page.context.new_cdp_session(page).send("Target.getTargetInfo")["targetInfo"]
    browser.new_browser_cdp_session().send(
        "Browser.setPermission",
        {
            "permission": {"name": "storage-access"},
            "setting": "granted",
            "origin": chat,
            "embeddedOrigin": site,
            "browserContextId": target["browserContextId"],
        },
    )


# The session is visible


def test_who_is_signed_in_to_the_site_is_let_in_at_once_where_the_browser_lets_cookies_through(
    site: Site, chat: Chat, own_page: Page
) -> None:
    site.sign_in(own_page, "ada")
    chat.open().shows_home_of("ada")


def test_signing_out_of_the_site_signs_out_of_the_chat(site: Site, chat: Chat, own_page: Page) -> None:
    site.sign_in(own_page, "ada")
    chat.open().shows_home_of("ada")
    site.sign_out(own_page)
    chat.shows("frame")
    assert chat.stored_token is None


def test_the_site_s_own_cookies_stay_as_they_are(site: Site, chat: Chat, own_page: Page) -> None:
    site.sign_in(own_page, "ada")
    chat.open().shows_home_of("ada")
    own = [cookie for cookie in chat.page.context.cookies(site.origin) if not cookie["name"].startswith("rocketchat")]
    assert {(cookie["name"], cookie["sameSite"]) for cookie in own} == {("sessionid", "Lax"), ("csrftoken", "Lax")}


# Storage Access


@pytest.mark.parametrize("kind", [Kind.CHROMIUM_PARTITIONED], indirect=True)
def test_storage_access_lets_in_who_is_signed_in_to_the_site(
    site: Site, chat: Chat, own_page: Page, screenshots: Screenshots
) -> None:
    site.sign_in(own_page, "ada")
    chat.open().shows("frame")
    button = chat.frame.get_by_role("button", name="Use my sign-in")
    expect(button).to_be_visible()
    screenshots.take(chat.page)
    allow_storage_access(chat.page, site.origin, chat.url)
    button.click()
    chat.shows_home_of("ada")


@pytest.mark.parametrize("kind", [Kind.FIREFOX], indirect=True)
def test_firefox_gives_storage_access_to_a_site_that_its_person_uses(site: Site, chat: Chat, own_page: Page) -> None:
    site.sign_in(own_page, "ada")
    chat.page.bring_to_front()
    chat.open().shows("frame")
    chat.frame.get_by_role("button", name="Use my sign-in").click()
    chat.shows_home_of("ada")


@pytest.mark.parametrize("kind", [Kind.CHROMIUM_PARTITIONED], indirect=True)
def test_storage_access_that_was_allowed_once_lets_in_at_once(site: Site, chat: Chat, own_page: Page) -> None:
    site.sign_in(own_page, "ada")
    allow_storage_access(own_page, site.origin, chat.url)
    chat.open().shows_home_of("ada")


@pytest.mark.parametrize("kind", [Kind.CHROMIUM_PARTITIONED], indirect=True)
def test_storage_access_that_helps_nothing_is_asked_for_once(site: Site, chat: Chat) -> None:
    chat.open().shows("frame")
    button = chat.frame.get_by_role("button", name="Use my sign-in")
    expect(button).to_be_visible()
    allow_storage_access(chat.page, site.origin, chat.url)
    button.click()
    expect(chat.frame.get_by_role("button", name="Open the window")).to_be_visible()
    expect(button).to_be_hidden()


# The window


@pytest.mark.parametrize("kind", [*CHROMIUMS, Kind.FIREFOX], indirect=True)
def test_a_window_of_the_site_signs_in(
    site: Site, chat: Chat, console: Console, own_page: Page, screenshots: Screenshots
) -> None:
    """Django's login page says `Cross-Origin-Opener-Policy: same-origin`, which parts the window from its opener."""
    chat.open().shows("frame")
    go_past_storage_access(chat, console)
    screenshots.take(chat.page, "before")
    window = open_window(chat)
    fill_login_form(window, "ada")
    expect(window.get_by_role("button", name="Continue as ada")).to_be_visible()
    screenshots.take(window, "window")
    screenshots.take(chat.page, "waiting")
    window.get_by_role("button", name="Continue as ada").click()
    chat.shows_home_of("ada")
    own_page.goto(f"{site.origin}/")
    expect(own_page.get_by_text("Signed in as ada")).to_be_visible()
    site.sign_out(own_page)
    chat.shows("frame")


@pytest.mark.parametrize("kind", [Kind.CHROMIUM_PARTITIONED], indirect=True)
def test_who_is_signed_in_to_the_site_only_goes_on_in_the_window(
    site: Site, chat: Chat, console: Console, own_page: Page
) -> None:
    site.sign_in(own_page, "ada")
    chat.open().shows("frame")
    go_past_storage_access(chat, console)
    window = open_window(chat)
    with window.expect_event("close"):
        window.get_by_role("button", name="Continue as ada").click()
    chat.shows_home_of("ada")


def test_a_window_that_was_closed_can_be_opened_again(site: Site, chat: Chat) -> None:
    chat.open().shows("frame")
    first = open_window(chat)
    first.close()
    with chat.page.expect_popup() as opened:
        chat.frame.get_by_role("button", name="Open the window again").click()
    fill_login_form(opened.value, "ada")
    opened.value.get_by_role("button", name="Continue as ada").click()
    chat.shows_home_of("ada")


def test_a_dead_token_is_told_and_can_be_replaced(site: Site, chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    chat.open().shows("frame")
    with monkeypatch.context() as patch:
        patch.setattr("rocketchat_auth.login.claim", lambda verifier: ChatLogin(Secret("dead"), "nobody"))
        open_window(chat)
        expect(chat.frame.get_by_role("alert")).to_contain_text("Chat refused the sign-in.")
        expect(chat.frame.get_by_text("If nothing else works")).to_be_visible()
    window = open_window(chat)
    fill_login_form(window, "ada")
    window.get_by_role("button", name="Continue as ada").click()
    chat.shows_home_of("ada")


def test_a_window_in_which_nobody_signs_in_is_told_and_leads_on(site: Site, chat: Chat) -> None:
    chat.page.clock.install()
    chat.open().shows("frame")
    open_window(chat)
    expect(chat.frame.get_by_text("Go on in the window that opened.")).to_be_visible()

    chat.page.clock.fast_forward(601_000)

    expect(chat.frame.get_by_text("Nobody has signed in in the window for ten minutes.")).to_be_visible()
    expect(chat.frame.get_by_text("If nothing else works")).to_be_visible()


def test_a_browser_that_opens_no_window_leads_on(site: Site, chat: Chat) -> None:
    chat.page.add_init_script("window.open = () => null;")
    chat.open().shows("frame")
    chat.frame.get_by_role("button", name="Open the window").click()
    expect(chat.frame.get_by_role("link", name="Sign in right here")).to_be_visible()
    expect(chat.frame.get_by_text("If nothing else works")).to_be_visible()


# The form in the frame


@pytest.mark.parametrize("kind", WITH_FORM, indirect=True)
def test_the_form_in_the_frame_signs_in_for_this_chat_alone(
    site: Site, chat: Chat, console: Console, own_page: Page
) -> None:
    chat.open().shows("frame")
    go_past_storage_access(chat, console)
    chat.frame.get_by_role("link", name="Sign in right here").click()
    fill_login_form(chat.frame, "ada")
    chat.shows_home_of("ada")
    chat.page.evaluate("localStorage.clear()")
    chat.open().shows_home_of("ada")
    own_page.goto(f"{site.origin}/")
    expect(own_page.get_by_text("Not signed in")).to_be_visible()


@pytest.mark.parametrize("kind", [Kind.CHROMIUM_BLOCKED], indirect=True)
def test_a_form_that_cannot_work_is_not_shown(
    site: Site, chat: Chat, console: Console, screenshots: Screenshots
) -> None:
    chat.open().shows("frame")
    go_past_storage_access(chat, console)
    chat.frame.get_by_role("link", name="Sign in right here").click()
    expect(chat.frame.get_by_text("keeps none of its cookies")).to_be_visible()
    expect(chat.frame.get_by_role("button", name="Open the window")).to_be_visible()
    screenshots.take(chat.page)


# The page in the chat's place


@pytest.mark.parametrize("kind", [Kind.CHROMIUM_BLOCKED, Kind.FIREFOX], indirect=True)
def test_the_page_in_the_chat_s_place_leads_back_into_it(
    site: Site,
    chat: Chat,
    console: Console,
    settings: Settings,
    screenshots: Screenshots,
) -> None:
    settings.ROCKETCHAT_TOKEN_IN_URL = True
    chat.open().shows("frame")
    go_past_storage_access(chat, console)
    open_window(chat).close()
    chat.frame.get_by_role("button", name="Another way").click()
    chat.frame.get_by_role("link", name=re.compile("^Go to site.test")).click()
    chat.page.wait_for_url(f"{site.origin}/login/**")
    fill_login_form(chat.page, "ada")
    button = chat.page.get_by_role("button", name="Open chat as ada")
    expect(button).to_be_visible()
    screenshots.take(chat.page)
    button.click()
    chat.shows_home_of("ada")
    assert chat.page.url == f"{chat.url}/home"
