"""What everybody sees on the stand-in's page."""

import itertools
from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import expect

from rocketchat_auth.testing import StandIn
from tests.browser.chat import Chat, Screenshots
from tests.browser.console import Console

pytestmark = pytest.mark.browser

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.mark.parametrize("stand_in, era", [("6.5", "A"), ("7.5", "B"), ("8.4", "C")], indirect=["stand_in"])
def test_the_page_says_plainly_what_it_is(chat: Chat, stand_in: StandIn, era: str) -> None:
    chat.open().shows("frame")
    banner = chat.page.get_by_role("note", name="What this is")
    expect(banner).to_contain_text("This is a stand-in, not Rocket.Chat.")
    expect(banner).to_contain_text(f"It plays Rocket.Chat {stand_in.version}, web client of era {era}.")


def test_a_home_has_the_person_a_channel_and_a_way_out(chat: Chat, new_token: Callable[[], str]) -> None:
    chat.open(f"/home?resumeToken={new_token()}").shows_home_of("ada")
    expect(chat.page.get_by_test_id("name")).to_have_text("Ada Lovelace")
    expect(chat.page.get_by_test_id("username")).to_have_text("@ada")
    expect(chat.page.get_by_role("navigation", name="Channels").get_by_role("link")).to_have_text("general")
    expect(chat.page.get_by_role("button", name="Logout")).to_be_visible()
    expect(chat.page.get_by_role("note", name="What this is")).to_be_visible()


def test_a_stand_in_that_does_not_answer_is_said(chat: Chat, stand_in: StandIn, console: Console) -> None:
    console.expect("status of 503")
    stand_in.fail_with(503, path="/stand-in/era")
    chat.open()
    expect(chat.page.get_by_role("alert")).to_contain_text("This page could not start. /stand-in/era answered 503.")


@pytest.mark.parametrize("view", ["home", "form", "frame"])
def test_nothing_needs_sideways_scrolling_on_any_screen(
    chat: Chat, stand_in: StandIn, new_token: Callable[[], str], screenshots: Screenshots, view: str
) -> None:
    stand_in.settings["Accounts_iframe_enabled"] = view != "form"
    chat.open(f"/home?resumeToken={new_token()}" if view == "home" else "/home").shows(view)
    for width, scheme in itertools.product((320, 1280), SCHEMES):
        chat.page.set_viewport_size({"width": width, "height": 640})
        chat.page.emulate_media(color_scheme=scheme)
        assert chat.page.evaluate("document.documentElement.scrollWidth") == width
        screenshots.take(chat.page, f"{width}-{scheme}")
