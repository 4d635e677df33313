"""Page loads with a stored login, and how a login ends."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from rocketchat_auth.testing import StandIn
from tests.browser.chat import PASSWORD, Chat, Screenshots
from tests.browser.scripted_site import Answer, ScriptedSite

pytestmark = pytest.mark.browser

ERAS = ("6.5", "7.5", "7.9", "8.4")
REFUSAL = Answer(401)


def posts(site: ScriptedSite) -> int:
    return site.methods().count("POST")


@pytest.fixture
def signed_in(chat: Chat, site: ScriptedSite, new_token: Callable[[], str]) -> Chat:
    """A tab in which `ada` is signed in; calls of the API so far are forgotten."""
    site.api = Answer.json({"loginToken": new_token()})
    chat.open().shows_home_of("ada")
    site.calls.clear()
    return chat


@pytest.mark.parametrize(
    "stand_in, calls", [("6.5", 0), ("7.5", 0), ("7.9", 2), ("8.4", 2), ("9.0", 2)], indirect=["stand_in"]
)
def test_from_7_8_the_api_is_called_for_somebody_already_signed_in(
    signed_in: Chat, site: ScriptedSite, calls: int
) -> None:
    signed_in.open().shows_home_of("ada")
    assert posts(site) == calls


@pytest.mark.parametrize("stand_in", ["7.9", "8.4"], indirect=True)
def test_a_refusal_of_the_api_leaves_somebody_signed_in(signed_in: Chat, site: ScriptedSite) -> None:
    site.api = REFUSAL
    signed_in.open().shows_home_of("ada")


@pytest.mark.parametrize("stand_in, name", [("6.5", "ada"), ("8.4", "eve")], indirect=["stand_in"])
def test_from_7_8_another_user_of_the_site_takes_over_at_the_next_load(
    signed_in: Chat, site: ScriptedSite, stand_in: StandIn, name: str
) -> None:
    stand_in.add_user("eve")
    stand_in.users.update(stand_in.user("eve")["_id"], {"services.iframe.token": "eve-s"})
    site.api = Answer.json({"token": "eve-s"})
    signed_in.open().shows_home_of(name)


@pytest.mark.parametrize(
    "stand_in, calls, state",
    [("6.5", 1, "form"), ("7.5", 1, "frame"), ("7.9", 2, "frame"), ("8.4", 2, "frame")],
    indirect=["stand_in"],
)
def test_a_login_that_the_server_ends_is_over_at_once_and_the_api_is_asked_again(
    signed_in: Chat, site: ScriptedSite, end_token: Callable[[str], None], calls: int, state: str
) -> None:
    token = signed_in.stored_token
    assert token is not None
    site.api = REFUSAL
    end_token(token)
    signed_in.shows(state)
    assert posts(site) == calls
    assert signed_in.page.evaluate("Object.keys(localStorage)") == []
    signed_in.open().shows("frame")


@pytest.mark.parametrize("stand_in", ERAS, indirect=True)
def test_logging_out_while_the_api_has_a_good_token_logs_in_again(
    signed_in: Chat, site: ScriptedSite, stand_in: StandIn, new_token: Callable[[], str]
) -> None:
    site.api = Answer.json({"loginToken": new_token()})
    former = signed_in.stored_token
    signed_in.log_out()
    signed_in.page.wait_for_function("token => localStorage.getItem('Meteor.loginToken') !== token", arg=former)
    signed_in.shows_home_of("ada")
    assert ("POST", "/api/v1/logout") in stand_in.calls


@pytest.mark.parametrize(
    "stand_in, state, after_reload",
    [("6.5", "form", "frame"), ("7.5", "frame", "frame"), ("7.9", "form", "form"), ("8.4", "frame", "frame")],
    indirect=["stand_in"],
)
def test_logging_out_while_the_api_serves_the_same_token_on(
    signed_in: Chat, state: str, after_reload: str, screenshots: Screenshots
) -> None:
    """The token is dead then: 6.5.3 was recorded to be stuck on its own form."""
    signed_in.log_out()
    signed_in.shows(state)
    screenshots.take(signed_in.page)
    signed_in.open().shows(after_reload)


@pytest.mark.parametrize(
    "stand_in, state", [("6.5", "form"), ("7.5", "frame"), ("7.9", "frame"), ("8.4", "frame")], indirect=["stand_in"]
)
def test_a_stored_token_that_died_meanwhile_is_a_logout(
    signed_in: Chat, site: ScriptedSite, end_token: Callable[[str], None], state: str
) -> None:
    token = signed_in.stored_token
    assert token is not None
    signed_in.page.goto("about:blank")
    end_token(token)
    site.api = REFUSAL
    signed_in.open().shows(state)
    assert signed_in.stored_token is None


@pytest.mark.parametrize("stand_in", ["6.5", "8.4"], indirect=True)
def test_all_tabs_log_in_and_out_together(signed_in: Chat, site: ScriptedSite, new_token: Callable[[], str]) -> None:
    other = Chat(signed_in.page.context.new_page(), signed_in.url)
    other.open().shows_home_of("ada")
    site.api = REFUSAL
    signed_in.log_out()
    expect(other.page.get_by_role("button", name="Logout")).to_be_hidden()
    other.open(f"/home?resumeToken={new_token()}").shows_home_of("ada")
    signed_in.shows_home_of("ada")


@pytest.mark.parametrize("stand_in", ["6.5", "8.4"], indirect=True)
def test_a_token_in_the_address_logs_in_and_leaves_the_address(chat: Chat, new_token: Callable[[], str]) -> None:
    chat.open(f"/channel/general?resumeToken={new_token()}&userId=somebody&layout=embedded").shows_home_of("ada")
    assert chat.page.url == f"{chat.url}/channel/general?layout=embedded"


def test_a_dead_token_in_the_address_is_said_and_leaves_the_address(chat: Chat) -> None:
    chat.open("/home?resumeToken=dead").shows("frame")
    expect(chat.page.get_by_role("alert")).to_contain_text("logged out by the server")
    assert chat.page.url == f"{chat.url}/home"


def test_the_password_form_logs_in_or_says_why_not(chat: Chat, stand_in: StandIn) -> None:
    stand_in.settings["Accounts_iframe_enabled"] = False
    chat.open().shows("form")
    chat.page.get_by_label("Email or username").fill("ada")
    chat.page.get_by_label("Password").fill("wrong")
    chat.page.get_by_role("button", name="Login").click()
    expect(chat.page.get_by_role("alert")).to_contain_text("Incorrect password")
    chat.page.get_by_label("Password").fill(PASSWORD)
    chat.page.get_by_role("button", name="Login").click()
    chat.shows_home_of("ada")
    expect(chat.page.get_by_role("alert")).to_be_hidden()
