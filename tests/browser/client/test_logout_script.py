"""The operator's script for logouts: when each version's client runs it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Request

from rocketchat_auth.testing import StandIn
from tests.browser.chat import Chat
from tests.browser.scripted_site import Answer, ScriptedSite

pytestmark = pytest.mark.browser

ALL = ("6.5", "7.5", "8.4", "9.0")
COUNT = "sessionStorage.setItem('ran', Number(sessionStorage.getItem('ran')) + 1); fetch('/ran');"


@pytest.fixture
def in_chat(chat: Chat, site: ScriptedSite, stand_in: StandIn, new_token: Callable[[], str]) -> Chat:
    """A tab in which `ada` is signed in, with a script that counts its runs; from now on the API answers 401."""
    stand_in.settings["Custom_Script_On_Logout"] = COUNT
    site.api = Answer.json({"loginToken": new_token()})
    chat.open().shows_home_of("ada")
    site.api = Answer(401)
    return chat


def ran(chat: Chat) -> int:
    return int(chat.page.evaluate("Number(sessionStorage.getItem('ran'))"))


@pytest.mark.parametrize("stand_in", ALL, indirect=True)
def test_it_runs_once_after_its_own_logout_whose_token_is_dead_by_then(in_chat: Chat, stand_in: StandIn) -> None:
    live: list[int] = []

    def see(request: Request) -> None:
        if request.url.endswith("/ran"):
            live.append(len(stand_in.user("ada")["services"]["resume"]["loginTokens"]))

    in_chat.page.on("request", see)
    in_chat.log_out()
    in_chat.page.wait_for_function("sessionStorage.getItem('ran')")
    in_chat.open()
    assert (ran(in_chat), live) == (1, [0])


@pytest.mark.parametrize("stand_in, first", [("6.5", "/api"), ("7.5", "/ran"), ("8.4", "/ran")], indirect=["stand_in"])
def test_up_to_6_the_api_is_called_before_it_and_later_after_it(in_chat: Chat, first: str) -> None:
    called: list[str] = []
    in_chat.page.on("request", lambda request: called.append(request.url))
    in_chat.log_out()
    in_chat.page.wait_for_function("sessionStorage.getItem('ran')")
    in_chat.shows("form" if first == "/api" else "frame")
    assert next(url for url in called if url.endswith(("/api", "/ran"))).endswith(first)


@pytest.mark.parametrize("stand_in, times", [("6.5", 0), ("7.5", 1), ("8.4", 1)], indirect=["stand_in"])
def test_from_7_on_it_runs_also_when_the_server_ends_the_login(
    in_chat: Chat, end_token: Callable[[str], None], times: int
) -> None:
    token = in_chat.stored_token
    assert token is not None
    end_token(token)
    in_chat.page.wait_for_function("!localStorage.getItem('Meteor.loginToken')")
    in_chat.open().shows("frame")
    assert ran(in_chat) == times


@pytest.mark.parametrize("stand_in", ALL, indirect=True)
def test_it_does_not_run_where_nobody_was_logged_in(in_chat: Chat, end_token: Callable[[str], None]) -> None:
    token = in_chat.stored_token
    assert token is not None
    in_chat.page.goto("about:blank")
    end_token(token)
    in_chat.open()
    in_chat.page.wait_for_function("!localStorage.getItem('Meteor.loginToken')")
    in_chat.open().shows("frame")
    assert ran(in_chat) == 0
