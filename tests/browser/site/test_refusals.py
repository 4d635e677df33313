"""Who is signed in to the site and may not chat is told why, with a reference that the log bears too."""

import re

import pytest
from playwright.sync_api import Browser, expect
from pytest_django import Settings

from rocketchat_auth.testing import StandIn
from tests.browser.chat import Chat, Screenshots
from tests.browser.console import Console
from tests.browser.site.desk import Site, fill_login_form

pytestmark = pytest.mark.browser


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    """What people have."""
    return chromium


def refused_with(chat: Chat, heading: str, log: pytest.LogCaptureFixture) -> None:
    """Check what stands in the frame, and that the log has its reference."""
    expect(chat.frame.get_by_role("heading")).to_have_text(heading)
    reference = chat.frame.get_by_role("code").inner_text()
    assert re.fullmatch(r"[0-9A-F]{8}", reference)
    assert any(reference in record.getMessage() for record in log.records)
    chat.shows("frame")
    assert chat.stored_token is None


def test_who_may_not_chat_is_told_so(
    chat: Chat, settings: Settings, console: Console, caplog: pytest.LogCaptureFixture, screenshots: Screenshots
) -> None:
    console.expect("status of 403")
    settings.ROCKETCHAT_ADAPTER = "tests.adapters.NobodyMayChat"
    chat.open().shows("frame")
    fill_login_form(chat.frame, "ada")
    refused_with(chat, "Chat is not open to you", caplog)
    screenshots.take(chat.page)


@pytest.mark.parametrize("stand_in", ["6.5", "8.4"], indirect=True)
def test_a_chat_account_of_somebody_else_with_the_same_name_is_not_entered(
    chat: Chat,
    stand_in: StandIn,
    console: Console,
    caplog: pytest.LogCaptureFixture,
    screenshots: Screenshots,
) -> None:
    console.expect("status of 403")
    stand_in.add_user("ada", email="another.ada@example.org")
    chat.open().shows("frame")
    fill_login_form(chat.frame, "ada")
    refused_with(chat, "Your chat account needs a look", caplog)
    screenshots.take(chat.page)


def test_a_user_of_the_site_named_admin_does_not_enter_the_chat_s_admin(
    chat: Chat, site: Site, console: Console, caplog: pytest.LogCaptureFixture
) -> None:
    console.expect("status of 403")
    site.add_user("admin", email="admin@example.com", is_staff=True, is_superuser=True)
    chat.open().shows("frame")
    fill_login_form(chat.frame, "admin")
    expect(chat.frame.get_by_role("code")).to_be_visible()
    chat.shows("frame")
    assert chat.stored_token is None


def test_who_meets_a_chat_that_is_down_can_try_again(
    chat: Chat, stand_in: StandIn, console: Console, caplog: pytest.LogCaptureFixture, screenshots: Screenshots
) -> None:
    console.expect("status of 503")
    stand_in.fail_with("drop", path="/api/v1/users.create")
    chat.open().shows("frame")
    fill_login_form(chat.frame, "ada")
    refused_with(chat, "Chat cannot be reached", caplog)
    screenshots.take(chat.page)
    stand_in.fail_with(None)
    chat.frame.get_by_role("button", name="Try again").click()
    chat.shows_home_of("ada")
