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


@EVERY_VERSION
def test_an_administrator_gets_in_by_password(chat: Chat, stand_in: StandIn) -> None:
    lines = told(chat.url, stand_in.version)
    login = re.search(r"curl \S+ (\S+) .*--data @-\n(.+)\n", lines)
    assert login is not None
    typed = login[2].replace("NAME", "admin").replace("PASSWORD", stand_in.admin_password)
    token = httpx2.post(login[1], json=json.loads(typed)).json()["data"]["authToken"]
    address = re.search(r"(\S+)AUTHTOKEN", lines)
    assert address is not None

    chat.page.goto(f"{address[1]}{token}")

    chat.shows_home_of("admin")
    assert token not in chat.page.url


@EVERY_VERSION
def test_the_environment_brings_back_the_chat_s_own_form(chat: Chat, stand_in: StandIn) -> None:
    line = re.search(r"^(OVERWRITE_\w+)=(\w+)$", told(chat.url, stand_in.version), re.MULTILINE)
    assert line is not None
    stand_in.settings.update(overwritten({line[1]: line[2]}))

    chat.open().shows("form")
