"""What the web client does with messages from the page in its frame, and what it answers."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from rocketchat_auth.testing import StandIn
from tests.browser.chat import Chat
from tests.browser.scripted_site import Answer, ScriptedSite

pytestmark = pytest.mark.browser

ERAS = ("6.5", "7.5", "7.9", "8.4")
DEAD = "a-token-that-nobody-holds"
LOGGED_OUT = "You've been logged out by the server. Please log in again. [403]"


def post(chat: Chat) -> None:
    chat.frame.get_by_role("button", name="Post the message").click()


def post_within(chat: Chat, message: dict[str, str]) -> None:
    """Post a message in the chat's own window, and wait until its listeners have run."""
    chat.page.evaluate(
        """message => new Promise(resolve => {
            addEventListener("message", () => setTimeout(resolve), { once: true });
            postMessage(message, "*");
        })""",
        message,
    )


def heard(chat: Chat, *responses: str) -> None:
    """Check that the framed page got exactly these answers from the chat."""
    answers = [f'{{"event":"login-error","response":"{response}"}} from {chat.url}' for response in responses]
    expect(chat.frame.get_by_role("status")).to_have_text("".join(answers))


@pytest.mark.parametrize("stand_in", ERAS, indirect=True)
def test_a_posted_login_token_signs_in(chat: Chat, site: ScriptedSite, new_token: Callable[[], str]) -> None:
    site.message = {"event": "login-with-token", "loginToken": new_token()}
    chat.open().shows("frame")
    post(chat)
    chat.shows_home_of("ada")
    assert chat.stored_token == site.message["loginToken"]


@pytest.mark.parametrize("stand_in", ["6.5", "7.5", "8.4"], indirect=True)
def test_a_dead_login_token_is_answered_with_the_server_s_words(chat: Chat, site: ScriptedSite) -> None:
    site.message = {"event": "login-with-token", "loginToken": DEAD}
    chat.open().shows("frame")
    post(chat)
    heard(chat, LOGGED_OUT)
    chat.shows("frame")


@pytest.mark.parametrize("stand_in", ["7.9"], indirect=True)
def test_the_first_clients_of_the_new_kind_answer_for_iframe_tokens_only(chat: Chat, site: ScriptedSite) -> None:
    site.message = {"event": "login-with-token", "loginToken": DEAD, "token": DEAD}
    chat.open().shows("frame")
    post(chat)
    heard(chat, "Unrecognized options for login request [400]")


@pytest.mark.parametrize("stand_in", ERAS, indirect=True)
def test_a_posted_iframe_token_signs_in(chat: Chat, site: ScriptedSite, stand_in: StandIn) -> None:
    stand_in.users.update(stand_in.user("ada")["_id"], {"services.iframe.token": "left-by-1.x"})
    site.message = {"event": "login-with-token", "token": "left-by-1.x"}
    chat.open().shows("frame")
    post(chat)
    chat.shows_home_of("ada")


@pytest.mark.parametrize("stand_in", ERAS, indirect=True)
def test_the_page_can_ask_for_another_try_of_the_api(
    chat: Chat, site: ScriptedSite, new_token: Callable[[], str]
) -> None:
    site.message = {"event": "try-iframe-login"}
    chat.open().shows("frame")
    site.api = Answer.json({"loginToken": new_token()})
    post(chat)
    chat.shows_home_of("ada")


@pytest.mark.parametrize(
    "stand_in, response", [("6.5", "failed [401]"), ("7.5", ""), ("7.9", ""), ("8.4", "")], indirect=["stand_in"]
)
def test_a_further_refusal_of_the_api_is_answered(chat: Chat, site: ScriptedSite, response: str) -> None:
    site.message = {"event": "try-iframe-login"}
    chat.open().shows("frame")
    post(chat)
    heard(chat, response)
    chat.shows("frame")


@pytest.mark.parametrize("stand_in", ["6.5", "8.4"], indirect=True)
def test_a_stranger_s_window_is_obeyed_too_as_by_the_real_client(
    chat: Chat, site: ScriptedSite, new_token: Callable[[], str]
) -> None:
    chat.open().shows("frame")
    message = {"event": "login-with-token", "loginToken": new_token()}
    with chat.page.context.expect_page() as opened:
        chat.page.evaluate("url => { open(url); }", site.origin.replace("localhost", "127.0.0.1") + "/login")
    opened.value.evaluate("message => opener.postMessage(message, '*')", message)
    chat.shows_home_of("ada")


@pytest.mark.parametrize("stand_in", ["6.5", "8.4"], indirect=True)
def test_a_chat_inside_its_own_frame_signs_the_outer_page_in(
    chat: Chat, site: ScriptedSite, new_token: Callable[[], str]
) -> None:
    """As with 1.x, whose page in the frame was a redirect to the chat."""
    site.frame_goes_to = f"{chat.url}/home"
    site.api_once_framed = Answer.json({"loginToken": new_token()})
    chat.open().shows_home_of("ada")
    expect(chat.iframe).to_have_count(0)


@pytest.mark.parametrize("stand_in, state", [("6.5", "home"), ("7.5", "home"), ("8.4", "form")], indirect=["stand_in"])
def test_the_later_clients_obey_only_where_all_settings_are_set(
    chat: Chat, stand_in: StandIn, new_token: Callable[[], str], state: str
) -> None:
    stand_in.settings["Accounts_Iframe_api_url"] = ""
    chat.open().shows("form")
    post_within(chat, {"event": "login-with-token", "loginToken": new_token()})
    chat.shows(state)


@pytest.mark.parametrize("stand_in, name", [("6.5", "eve"), ("7.5", "ada"), ("8.4", "eve")], indirect=["stand_in"])
def test_a_message_can_put_another_user_in_the_place_of_the_first(
    chat: Chat, site: ScriptedSite, stand_in: StandIn, new_token: Callable[[], str], name: str
) -> None:
    stand_in.add_user("eve")
    stand_in.users.update(stand_in.user("eve")["_id"], {"services.iframe.token": "eve-s"})
    site.api = Answer.json({"loginToken": new_token()})
    chat.open().shows_home_of("ada")
    post_within(chat, {"event": "login-with-token", "token": "eve-s"})
    chat.shows_home_of(name)


@pytest.mark.parametrize("stand_in, reports", [("6.5", True), ("7.5", False), ("8.4", False)], indirect=["stand_in"])
def test_only_the_oldest_client_answers_that_the_api_s_token_is_dead(
    chat: Chat, site: ScriptedSite, stand_in: StandIn, reports: bool
) -> None:
    site.message = {"event": "try-iframe-login"}
    chat.open().shows("frame")
    site.api = Answer.json({"loginToken": DEAD})
    with chat.page.expect_response("**/method.callAnon/login"):
        post(chat)
    chat.shows("frame")
    site.api = Answer(401)
    post(chat)
    refusal = "failed [401]" if stand_in.version == "6.5" else ""
    heard(chat, *([LOGGED_OUT] if reports else []), refusal)
