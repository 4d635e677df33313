"""Rocket.Chat's mobile app: signing in inside its WebView, and by the code that the site's page shows."""

from collections.abc import Iterator

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from pytest_django import Settings

from rocketchat_auth.login.sweeping import OF_NO_SESSION
from rocketchat_auth.models import LoginToken
from rocketchat_auth.testing import StandInServer
from tests.browser.camera import read_codes
from tests.browser.chat import Chat, Screenshots
from tests.browser.conftest import TIMEOUT
from tests.browser.console import Console
from tests.browser.site.app import ANDROID, IOS, App
from tests.browser.site.desk import Site, fill_login_form

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 390, "height": 760}


@pytest.fixture(params=[IOS, ANDROID], ids=["ios", "android"])
def user_agent(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def phone(browser: Browser, console: Console, user_agent: str) -> Iterator[BrowserContext]:
    """The browser of a phone, and the WebView of the app there."""
    with browser.new_context(user_agent=user_agent, viewport=PHONE, has_touch=True) as context:
        context.set_default_timeout(TIMEOUT)
        context.on("console", console.hear_message)
        context.on("weberror", console.hear_error)
        yield context


@pytest.fixture
def app(site: Site, stand_in_server: StandInServer) -> Iterator[App]:
    with httpx2.Client() as client:
        yield App(stand_in_server.url, client)


# The WebView


def test_who_signs_in_within_the_frame_is_signed_in_to_the_app(
    app: App, phone: BrowserContext, user_agent: str
) -> None:
    view = app.open_web_view(phone, bridge_in_frames=user_agent == ANDROID)
    fill_login_form(Chat(view, app.server).frame, "ada")
    app.log_in(view)

    assert (app.logins, app.errors) == (["ada"], [])


def test_who_signs_in_outside_the_frame_and_comes_back_is_signed_in_to_the_app(
    app: App, site: Site, phone: BrowserContext, user_agent: str
) -> None:
    view = app.open_web_view(phone, bridge_in_frames=user_agent == ANDROID)
    expect(Chat(view, app.server).frame.get_by_label("Username")).to_be_visible()
    # As the page of an identity provider does that takes the place of the chat.
    view.evaluate("url => { location.href = url; }", f"{site.origin}/login/?next=/rocketchat/redirect")
    fill_login_form(view, "ada")
    app.log_in(view)

    assert (app.logins, app.errors) == (["ada"], [])


def test_who_is_signed_in_to_the_site_in_the_web_view_is_signed_in_to_the_app(
    app: App, site: Site, phone: BrowserContext, user_agent: str
) -> None:
    own_page = phone.new_page()
    site.sign_in(own_page, "ada")
    own_page.close()
    view = app.open_web_view(phone, bridge_in_frames=user_agent == ANDROID)
    # The API of the site signs the chat's page in, which tells the app nothing: it shows the frame to nobody.
    view.evaluate("url => { location.href = url; }", f"{site.origin}/rocketchat/redirect")
    app.log_in(view)

    assert (app.logins, app.errors) == (["ada"], [])


# The code


@pytest.fixture
def signs_in(settings: Settings) -> None:
    settings.ROCKETCHAT_TOKEN_IN_URL = True


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1100])
def test_a_camera_reads_the_code_that_opens_the_app(
    site: Site, page: Page, width: int, scheme: str, screenshots: Screenshots
) -> None:
    site.sign_in(page, "ada")
    page.set_viewport_size({"width": width, "height": 760})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{site.origin}/rocketchat/")
    screenshots.take(page)

    link = page.get_by_role("link", name="Open in the app").get_attribute("href")
    assert read_codes(page) == [link]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_code_signs_the_app_of_a_phone_in(
    app: App,
    site: Site,
    page: Page,
    phone: BrowserContext,
    signs_in: None,
    screenshots: Screenshots,
    console: Console,
) -> None:
    console.expect("status of 410")
    site.sign_in(page, "ada")
    page.goto(f"{site.origin}/rocketchat/")
    screenshots.take(page, "asked")
    page.get_by_role("button", name="Show the code").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    screenshots.take(page, "shown")
    [address] = read_codes(page)

    on_phone = phone.new_page()
    on_phone.goto(address)
    expect(on_phone.get_by_role("heading")).to_have_text("Sign in to chat on this phone as ada?")
    screenshots.take(on_phone, "phone-asks")
    on_phone.get_by_role("button", name="Sign in as ada").click()
    link = on_phone.get_by_role("link", name="Open Rocket.Chat").get_attribute("href")
    screenshots.take(on_phone, "phone-opens")
    assert link is not None
    assert link.startswith("rocketchat://")
    app.open_link(link)

    assert app.logins == ["ada"]
    assert LoginToken.objects.get().session.startswith(OF_NO_SESSION)
    # Going back and pressing again gets nobody in.
    on_phone.goto(address)
    screenshots.take(on_phone, "phone-again")
    expect(on_phone.get_by_role("heading")).to_have_text("This code is not good any more")


def test_without_scripts_it_is_all_the_same(browser: Browser, site: Site, signs_in: None) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site.origin}/login/?next=/rocketchat/")
        fill_login_form(page, "ada")
        page.get_by_role("button", name="Show the code").click()
        expect(page.get_by_role("img", name="QR code")).to_be_visible()
        expect(page.get_by_role("button", name="Show a new code")).to_be_visible()
