"""The ways that `manage.py rocketchat break-glass` tells, gone in a browser while the site is down."""

import json
import re
import socket

import httpx2
import pytest
from playwright.sync_api import Page

from rocketchat_auth.rest import Version
from rocketchat_auth.setting_up import break_glass
from rocketchat_auth.testing import StandIn, StandInServer
from rocketchat_auth.testing.settings import overwritten
from tests.browser.chat import Chat
from tests.browser.console import Console

pytestmark = pytest.mark.browser

EVERY_VERSION = pytest.mark.parametrize("stand_in", ["6.5", "7.5", "7.10", "8.4", "9.0"], indirect=True)


def told(url: str, version: str) -> str:
    """All lines that are to be typed."""
    major, minor = version.split(".")
    ways = break_glass.ways(url, Version(int(major), int(minor)))
    return "\n".join(step.lines for way in ways for step in way.steps)


@pytest.fixture
def chat(stand_in_server: StandInServer, page: Page, console: Console) -> Chat:
    """A chat whose login is a site that nobody serves."""
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        site = f"http://127.0.0.1:{closed_soon.getsockname()[1]}"
    console.expect("ERR_CONNECTION_REFUSED")
    console.expect("blocked by CORS")
    stand_in_server.stand_in.settings.update(
        Accounts_iframe_enabled=True, Accounts_iframe_url=f"{site}/login/", Accounts_Iframe_api_url=f"{site}/api"
    )
    return Chat(page, stand_in_server.url)


def log_in(chat: Chat, stand_in: StandIn, **typed: str) -> httpx2.Response:
    """Do the first step of the way by password, or with a code the second, with that in place of the capitals."""
    lines = told(chat.url, stand_in.version)
    url = re.search(r"curl \S+ (\S+) .*--data @-\n", lines)
    assert url is not None
    bodies = [json.loads(line) for line in lines.splitlines() if line.startswith("{")]
    body = next(body for body in bodies if ("code" in body) is ("CODE" in typed))
    return httpx2.post(url[1], json={key: typed[capitals] for key, capitals in body.items()})


def open_with(chat: Chat, stand_in: StandIn, token: str) -> None:
    """Do the last step of the way by password."""
    address = re.search(r"(\S+)AUTHTOKEN", told(chat.url, stand_in.version))
    assert address is not None
    chat.page.goto(f"{address[1]}{token}")


@EVERY_VERSION
def test_an_administrator_gets_in_by_password(chat: Chat, stand_in: StandIn) -> None:
    answer = log_in(chat, stand_in, NAME="admin", PASSWORD=stand_in.admin_password)
    token = answer.json()["data"]["authToken"]

    open_with(chat, stand_in, token)

    chat.shows_home_of("admin")
    assert token not in chat.page.url


@EVERY_VERSION
def test_an_administrator_with_a_second_factor_gets_in_with_the_code(chat: Chat, stand_in: StandIn) -> None:
    stand_in.settings["Accounts_TwoFactorAuthentication_Enabled"] = True
    boss = stand_in.add_user("boss", roles=("admin",), password="bosspass!")["_id"]
    assert log_in(chat, stand_in, NAME="boss", PASSWORD="bosspass!").json()["error"] == "totp-required"

    answer = log_in(chat, stand_in, NAME="boss", PASSWORD="bosspass!", CODE=stand_in.emailed_codes[boss])
    open_with(chat, stand_in, answer.json()["data"]["authToken"])

    chat.shows_home_of("boss")


@EVERY_VERSION
def test_the_environment_brings_back_the_chat_s_own_form(chat: Chat, stand_in: StandIn) -> None:
    line = re.search(r"^(OVERWRITE_\w+)=(\w+)$", told(chat.url, stand_in.version), re.MULTILINE)
    assert line is not None
    stand_in.settings.update(overwritten({line[1]: line[2]}))

    chat.open().shows("form")
