"""What the web client of each era makes of the site's answer: as recorded with 6.5.3, later as the sources have it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.pages import IFRAME_SETTINGS
from tests.browser.chat import Chat, Screenshots
from tests.browser.console import Console
from tests.browser.scripted_site import Answer, ScriptedSite

pytestmark = pytest.mark.browser

ERAS = ("6.5", "7.5", "7.9", "8.4")
DEAD = "a-token-that-nobody-holds"


def by_era(*states: str) -> pytest.MarkDecorator:
    """One test for each era, with the state in which its client ends up."""
    return pytest.mark.parametrize("stand_in, state", list(zip(ERAS, states, strict=True)), indirect=["stand_in"])


@pytest.mark.parametrize("stand_in", [*ERAS, "7.13", "9.0"], indirect=True)
def test_a_login_token_signs_in_and_the_api_is_called_twice_without_a_body(
    chat: Chat, site: ScriptedSite, new_token: Callable[[], str], screenshots: Screenshots
) -> None:
    token = new_token()
    site.api = Answer.json({"loginToken": token})
    chat.open().shows_home_of("ada")
    assert chat.stored_token == token
    posts = [call for call in site.calls if call.method == "POST"]
    assert [(call.origin, call.body) for call in posts] == [(chat.url, b""), (chat.url, b"")]
    expect(chat.page.get_by_test_id("name")).to_have_text("Ada Lovelace")
    screenshots.take(chat.page)


@pytest.mark.parametrize(
    "stand_in, content_type", [("6.5", None), ("7.5", "application/json"), ("8.4", None)], indirect=["stand_in"]
)
def test_only_clients_that_send_a_content_type_ask_for_leave_first(
    chat: Chat, site: ScriptedSite, content_type: str | None
) -> None:
    chat.open().shows("frame")
    assert {call.content_type for call in site.calls if call.method == "POST"} == {content_type}
    assert ("OPTIONS" in site.methods()) == (content_type is not None)


@pytest.mark.parametrize("stand_in", ERAS, indirect=True)
def test_the_method_of_the_setting_is_used(chat: Chat, site: ScriptedSite, stand_in: StandIn) -> None:
    stand_in.settings["Accounts_Iframe_api_method"] = "GET"
    chat.open().shows("frame")
    assert [method for method in site.methods() if method != "OPTIONS"] == ["GET", "GET"]


@pytest.mark.parametrize("stand_in", ERAS, indirect=True)
def test_an_iframe_token_signs_in(chat: Chat, site: ScriptedSite, stand_in: StandIn) -> None:
    stand_in.users.update(stand_in.user("ada")["_id"], {"services.iframe.token": "left-by-1.x"})
    site.api = Answer.json({"token": "left-by-1.x"})
    chat.open().shows_home_of("ada")
    assert chat.stored_token != "left-by-1.x"


@pytest.mark.parametrize("stand_in", ERAS, indirect=True)
def test_a_refusal_shows_the_site_s_page_in_a_bare_frame(
    chat: Chat, site: ScriptedSite, console: Console, screenshots: Screenshots
) -> None:
    console.expect("status of 500")
    for status in (401, 500):
        site.api = Answer(status)
        chat.open().shows("frame")
        expect(chat.frame.get_by_role("heading")).to_have_text("The site's login page")
    assert chat.iframe.evaluate("frame => frame.getAttributeNames().toSorted()") == ["src", "title"]
    expect(chat.iframe).to_have_attribute("src", f"{site.origin}/login")
    assert chat.stored_token is None
    screenshots.take(chat.page)


@by_era("frame", "frame", "form", "frame")
def test_a_dead_login_token(chat: Chat, site: ScriptedSite, state: str) -> None:
    site.api = Answer.json({"loginToken": DEAD})
    chat.open().shows(state)


@by_era("frame", "frame", "form", "form")
def test_an_empty_object(chat: Chat, site: ScriptedSite, state: str) -> None:
    site.api = Answer.json({})
    chat.open().shows(state)


@by_era("frame", "form", "form", "frame")
def test_a_body_that_is_no_object(chat: Chat, site: ScriptedSite, state: str) -> None:
    for body in ("", "<html>", "null"):
        site.api = Answer(body=body)
        chat.open().shows(state)


@by_era("frame", "form", "form", "frame")
def test_a_redirect_to_the_login_page(chat: Chat, site: ScriptedSite, state: str, console: Console) -> None:
    console.expect("blocked by CORS policy", "net::ERR_FAILED")
    site.api = Answer(302, location="/login")
    chat.open().shows(state)


@by_era("frame", "form", "form", "frame")
def test_an_answer_without_cors_headers(
    chat: Chat, site: ScriptedSite, new_token: Callable[[], str], state: str, console: Console
) -> None:
    console.expect("blocked by CORS policy", "net::ERR_FAILED")
    site.api = Answer(200, f'{{"loginToken": "{new_token()}"}}', cors=False)
    chat.open().shows(state)


@by_era("home", "frame", "frame", "frame")
def test_a_login_token_with_a_status_other_than_200(
    chat: Chat, site: ScriptedSite, new_token: Callable[[], str], state: str
) -> None:
    site.api = Answer.json({"loginToken": new_token()}, status=401)
    chat.open().shows(state)


@by_era("frame", "frame", "home", "home")
def test_of_both_keys_the_later_clients_try_each(chat: Chat, site: ScriptedSite, stand_in: StandIn, state: str) -> None:
    stand_in.users.update(stand_in.user("ada")["_id"], {"services.iframe.token": "left-by-1.x"})
    site.api = Answer.json({"loginToken": DEAD, "token": "left-by-1.x"})
    chat.open().shows(state)


@by_era("frame", "home", "home", "home")
def test_a_bare_string_is_an_iframe_token_to_clients_that_use_fetch(
    chat: Chat, site: ScriptedSite, stand_in: StandIn, state: str
) -> None:
    stand_in.users.update(stand_in.user("ada")["_id"], {"services.iframe.token": "left-by-1.x"})
    site.api = Answer.json("left-by-1.x")
    chat.open().shows(state)


def test_a_user_who_was_deactivated_gets_no_further_than_the_frame(
    chat: Chat, site: ScriptedSite, stand_in: StandIn
) -> None:
    ada = stand_in.user("ada")["_id"]
    stand_in.users.update(ada, {"services.iframe.token": "left-by-1.x", "active": False})
    site.api = Answer.json({"token": "left-by-1.x"})
    chat.open().shows("frame")


@pytest.mark.parametrize("stand_in", ["6.5", "8.4"], indirect=True)
def test_with_one_setting_missing_there_is_the_password_form(chat: Chat, site: ScriptedSite, stand_in: StandIn) -> None:
    complete = dict(stand_in.settings)
    for missing in IFRAME_SETTINGS:
        stand_in.settings.update(complete)
        stand_in.settings[missing] = False if missing == "Accounts_iframe_enabled" else ""
        chat.open().shows("form")
    assert site.calls == []
