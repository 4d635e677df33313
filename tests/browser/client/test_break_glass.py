"""The ways that `manage.py rocketchat break-glass` tells, gone in a browser while the site is down."""

import json
import re
import socket

import httpx2
import pytest
from playwright.sync_api import Page, expect

from rocketchat_auth.rest import Version
from rocketchat_auth.setting_up import break_glass
from rocketchat_auth.testing import StandIn, StandInServer
from rocketchat_auth.testing.settings import overwritten
from rocketchat_auth.testing.tokens import sha256_hex
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
@pytest.mark.parametrize("has_app", [True, False], ids=["app", "mail"])
def test_an_administrator_with_a_second_factor_gets_in_with_the_code(
    chat: Chat, stand_in: StandIn, has_app: bool
) -> None:
    stand_in.settings["Accounts_TwoFactorAuthentication_Enabled"] = True
    boss = stand_in.add_user("boss", roles=("admin",), password="bosspass!")["_id"]
    app = stand_in.add_authenticator("boss") if has_app else None
    assert log_in(chat, stand_in, NAME="boss", PASSWORD="bosspass!").json()["error"] == "totp-required"

    code = app.code() if app else stand_in.emailed_codes[boss]
    answer = log_in(chat, stand_in, NAME="boss", PASSWORD="bosspass!", CODE=code)
    open_with(chat, stand_in, answer.json()["data"]["authToken"])

    chat.shows_home_of("boss")


WITH_METEOR = pytest.mark.parametrize("stand_in", ["6.5", "7.5", "7.10"], indirect=True)


def seen_while_the_site_is_down(stand_in: StandIn) -> str:
    """The frame; but 7.0 to 7.9 show the chat's own form where the site's API does not answer."""
    return "form" if stand_in.version == "7.5" else "frame"


def type_into_console(chat: Chat, stand_in: StandIn, *, name: str, password: str) -> None:
    """Open the chat, and type the line of the way by the console."""
    line = re.search(r"^Meteor\..+$", told(chat.url, stand_in.version), re.MULTILINE)
    assert line is not None
    chat.open().shows(seen_while_the_site_is_down(stand_in))
    chat.page.evaluate(line[0].replace("NAME", name).replace("PASSWORD", password))


@WITH_METEOR
class TestConsole:
    def test_gets_an_administrator_in(self, chat: Chat, stand_in: StandIn) -> None:
        type_into_console(chat, stand_in, name="admin", password=stand_in.admin_password)

        chat.shows_home_of("admin")

    def test_sends_no_password_but_its_digest(self, chat: Chat, stand_in: StandIn) -> None:
        """As Meteor's accounts-password does."""
        with chat.page.expect_request("**/api/v1/method.callAnon/login") as sent:
            type_into_console(chat, stand_in, name="admin", password=stand_in.admin_password)

        call = json.loads(sent.value.post_data or "")
        (parameters,) = json.loads(call["message"])["params"]
        assert parameters == {
            "user": {"username": "admin"},
            "password": {"digest": sha256_hex(stand_in.admin_password), "algorithm": "sha-256"},
        }

    def test_takes_an_e_mail_address_too(self, chat: Chat, stand_in: StandIn) -> None:
        type_into_console(chat, stand_in, name="admin@example.com", password=stand_in.admin_password)

        chat.shows_home_of("admin")

    def test_lets_nobody_in_with_a_wrong_password(self, chat: Chat, stand_in: StandIn) -> None:
        type_into_console(chat, stand_in, name="admin", password="wrong")

        chat.shows(seen_while_the_site_is_down(stand_in))
        assert chat.stored_token is None


@WITH_METEOR
class TestConsoleWithASecondFactor:
    """A window over the page asks for the code."""

    @pytest.fixture(autouse=True)
    def _asks(self, stand_in: StandIn) -> None:
        stand_in.settings["Accounts_TwoFactorAuthentication_Enabled"] = True

    def enter(self, chat: Chat, code: str, hint: str) -> None:
        window = chat.page.get_by_role("dialog", name="Two-factor authentication")
        expect(window).to_contain_text(hint)
        window.get_by_label("Code").fill(code)
        window.get_by_role("button", name="Verify").click()
        expect(window).to_be_hidden()

    def test_of_an_authenticator_app(self, chat: Chat, stand_in: StandIn) -> None:
        app = stand_in.add_authenticator("admin")
        type_into_console(chat, stand_in, name="admin", password=stand_in.admin_password)

        self.enter(chat, app.code(), "authenticator app")

        chat.shows_home_of("admin")

    def test_by_mail(self, chat: Chat, stand_in: StandIn) -> None:
        boss = stand_in.add_user("boss", roles=("admin",), password="bosspass!")["_id"]
        type_into_console(chat, stand_in, name="boss", password="bosspass!")
        expect(chat.page.get_by_role("dialog")).to_be_visible()

        self.enter(chat, stand_in.emailed_codes[boss], "mailed to you")

        chat.shows_home_of("boss")

    def test_that_is_wrong_is_said_and_the_line_typed_again(self, chat: Chat, stand_in: StandIn) -> None:
        app = stand_in.add_authenticator("admin")
        type_into_console(chat, stand_in, name="admin", password=stand_in.admin_password)

        self.enter(chat, "nothing", "authenticator app")

        expect(chat.page.get_by_role("alert")).to_contain_text("Invalid two factor code")
        chat.shows(seen_while_the_site_is_down(stand_in))
        type_into_console(chat, stand_in, name="admin", password=stand_in.admin_password)
        self.enter(chat, app.code(), "authenticator app")
        chat.shows_home_of("admin")

    def test_that_is_not_given_leaves_the_page_as_it_was(self, chat: Chat, stand_in: StandIn) -> None:
        stand_in.add_authenticator("admin")
        type_into_console(chat, stand_in, name="admin", password=stand_in.admin_password)

        chat.page.get_by_role("button", name="Cancel").click()

        expect(chat.page.get_by_role("dialog")).to_be_hidden()
        chat.shows(seen_while_the_site_is_down(stand_in))


@pytest.mark.parametrize("stand_in", ["8.4", "9.0"], indirect=True)
def test_where_the_console_has_no_meteor_nothing_is_told_of_it(chat: Chat, stand_in: StandIn) -> None:
    chat.open().shows("frame")

    assert chat.page.evaluate("typeof Meteor") == "undefined"
    assert "Meteor" not in told(chat.url, stand_in.version)


@EVERY_VERSION
def test_the_form_that_the_environment_brings_back_asks_for_a_second_factor(chat: Chat, stand_in: StandIn) -> None:
    stand_in.settings.update(Accounts_TwoFactorAuthentication_Enabled=True, Accounts_iframe_enabled=False)
    app = stand_in.add_authenticator("admin")
    chat.open().shows("form")
    chat.page.get_by_label("Email or username").fill("admin")
    chat.page.get_by_label("Password").fill(stand_in.admin_password)
    chat.page.get_by_role("button", name="Login").click()

    chat.page.get_by_role("dialog").get_by_label("Code").fill(app.code())
    chat.page.get_by_role("button", name="Verify").click()

    chat.shows_home_of("admin")


@EVERY_VERSION
def test_the_environment_brings_back_the_chat_s_own_form(chat: Chat, stand_in: StandIn) -> None:
    line = re.search(r"^(OVERWRITE_\w+)=(\w+)$", told(chat.url, stand_in.version), re.MULTILINE)
    assert line is not None
    stand_in.settings.update(overwritten({line[1]: line[2]}))

    chat.open().shows("form")
