"""Every page that a person meets: light and dark, wide and narrow, in each language, without scripts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from rocketchat_auth.accounts.refusals import RefusalReason
from tests.browser.chat import Screenshots
from tests.browser.site.looks import hard_to_read, reveal, show, sticking_out, without_scripts
from tests.web import gallery
from tests.web.desk import LoginDesk
from tests.web.gallery import Gallery

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LANGUAGES = ["en", "de", "es", "fr", "pt"]
PICTURES = Path(__file__).resolve().parents[3] / "docs" / "_static"
AT_MOST = 60_000


@pytest.fixture
def pages(live_server: LiveServer, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Gallery:
    desk = LoginDesk()
    monkeypatch.setattr("rocketchat_auth.login.token_for", desk.token_for)
    monkeypatch.setattr("rocketchat_auth.login.session_key_changed", desk.session_key_changed)
    settings.ROCKETCHAT_CROSS_SITE = True
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.middleware.locale.LocaleMiddleware"]
    User.objects.create_user("ada", "ada@example.com")
    return Gallery(desk, settings)


@pytest.fixture
def still(browser: Browser) -> Iterator[Page]:
    """A tab without scripts, where pages stand still."""
    with without_scripts(browser) as context:
        yield context.new_page()


@pytest.mark.parametrize("colors", ["light", "dark"])
def test_pages_can_be_read(
    pages: Gallery, live_server: LiveServer, still: Page, screenshots: Screenshots, colors: str
) -> None:
    still.emulate_media(color_scheme="dark" if colors == "dark" else "light")
    for name, page in gallery.PAGES.items():
        show(still, live_server.url, page(pages.anew()))
        screenshots.take(still, name)
        reveal(still, "[hidden]")
        assert (name, hard_to_read(still)) == (name, [])
    assert hard_to_read(still, at_least=22) != [], "that texts are hard to read would be seen"


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_fit_into_320_pixels(
    pages: Gallery, live_server: LiveServer, still: Page, screenshots: Screenshots, language: str
) -> None:
    pages.language = language
    still.set_viewport_size({"width": 320, "height": 640})
    for name, page in gallery.PAGES.items():
        show(still, live_server.url, page(pages.anew()))
        screenshots.take(still, name)
        assert (name, sticking_out(still)) == (name, [])
        reveal(still, "[hidden]")
        assert (name, sticking_out(still)) == (name, [])


@pytest.mark.parametrize("page", [gallery.home, gallery.left_chat, gallery.unexpected, gallery.top])
def test_pages_fit_with_the_longest_name_that_a_user_can_have(
    pages: Gallery, live_server: LiveServer, still: Page, screenshots: Screenshots, page: gallery.Page
) -> None:
    still.set_viewport_size({"width": 320, "height": 640})
    pages.username = "a" * 150
    User.objects.update(username=pages.username)
    show(still, live_server.url, page(pages))
    screenshots.take(still)

    assert sticking_out(still) == []


# What can be done without scripts


def test_without_scripts_a_link_leads_on_from_the_hand_over(
    pages: Gallery, live_server: LiveServer, still: Page
) -> None:
    show(still, live_server.url, gallery.hand_over(pages))

    expect(still.get_by_role("link", name="Go on to chat")).to_be_visible()
    expect(still.get_by_text("One moment")).to_be_hidden()


def test_without_scripts_the_site_s_own_form_is_offered(pages: Gallery, live_server: LiveServer, still: Page) -> None:
    show(still, live_server.url, gallery.steps(pages))

    expect(still.get_by_role("link", name="Sign in right here")).to_be_visible()
    expect(still.get_by_role("button")).to_have_count(0)


def test_without_scripts_the_window_says_that_it_is_of_no_use_by_itself(
    pages: Gallery, live_server: LiveServer, still: Page
) -> None:
    show(still, live_server.url, gallery.window_by_itself(pages))

    expect(still.get_by_text("Nothing was handed over.")).to_be_visible()


@pytest.mark.parametrize(
    "page, button",
    [
        (gallery.left_chat, "Continue as ada"),
        (gallery.left_chat, "Use another account"),
        (gallery.left_chat, "Sign out of this site"),
        (gallery.window_to_confirm, "Continue as ada"),
        (gallery.top, "Open chat as ada"),
        (gallery.unexpected, "Try again"),
    ],
)
def test_without_scripts_buttons_send_their_form(
    pages: Gallery, live_server: LiveServer, still: Page, page: gallery.Page, button: str
) -> None:
    show(still, live_server.url, page(pages))

    with still.expect_request(lambda request: request.method == "POST") as sent:
        still.get_by_role("button", name=button).click()
    assert "csrfmiddlewaretoken=" in (sent.value.post_data or "")


# The documentation's pictures


@pytest.mark.parametrize(
    "name, page, language, colors, width",
    [
        ("home-light", gallery.home, "en", "light", 620),
        ("home-dark", gallery.home, "en", "dark", 620),
        ("continue-wide", gallery.left_chat, "en", "light", 620),
        ("continue-narrow", gallery.left_chat, "fr", "light", 320),
        ("refused-narrow", gallery.refused(RefusalReason.BUSY), "de", "dark", 320),
        ("steps-narrow", gallery.steps_to_the_site, "es", "light", 320),
    ],
)
def test_the_documentation_has_the_picture(
    pages: Gallery,
    live_server: LiveServer,
    still: Page,
    screenshots: Screenshots,
    name: str,
    page: gallery.Page,
    language: str,
    colors: str,
    width: int,
) -> None:
    """`make screenshots` takes them anew."""
    pages.language = language
    still.emulate_media(color_scheme="dark" if colors == "dark" else "light")
    still.set_viewport_size({"width": width, "height": 470})
    show(still, live_server.url, page(pages))
    Screenshots(screenshots.directory, "looks").take(still, name)

    picture = PICTURES / f"looks-{name}.png"
    assert 0 < picture.stat().st_size < AT_MOST
    assert any(picture.name in text.read_text() for text in PICTURES.parent.glob("*.md"))
