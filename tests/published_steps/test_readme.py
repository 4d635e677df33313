"""The set-up steps of the README, taken from it word by word."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from rocketchat_auth.testing import StandIn, StandInServer
from tests.browser.chat import Chat
from tests.browser.site.desk import fill_login_form
from tests.published_steps.project import Project, start_project

pytestmark = pytest.mark.browser

README = Path(__file__).resolve().parent.parent.parent / "README.md"
SECRET = "a-long-random-secret"


def set_up_section() -> str:
    return README.read_text().partition("## Set it up for a real workspace\n")[2].partition("\n## ")[0]


def by_hand_section() -> str:
    return set_up_section().partition("### The same by hand\n")[2]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def commands(text: str, project: Project, chat_url: str) -> list[list[str]]:
    """The calls of manage.py that are published, for the real addresses."""
    lines = re.findall(r"^python manage\.py (.+)$", "".join(blocks(text, "console")), re.MULTILINE)
    return [
        line.replace("https://chat.example.com", chat_url).replace("https://www.example.com", project.origin).split()
        for line in lines
    ]


def iframe_setting(name: str, project: Project) -> str:
    """The value that the README's table gives a setting of Rocket.Chat's, for the site's real address."""
    row = re.search(rf"^\| {name} \| `(.+)` \|$", by_hand_section(), re.MULTILINE)
    assert row is not None, name
    return row[1].replace("https://www.example.com", project.origin)


def filled_in(code: str, stand_in: StandIn, chat_url: str) -> str:
    for placeholder, value in {
        "https://chat.example.com": chat_url,
        "<user id>": stand_in.admin.user_id,
        "<token>": stand_in.admin.auth_token,
        "<secret>": SECRET,
    }.items():
        assert placeholder in code
        code = code.replace(placeholder, value)
    return code


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn("8.4", token_secret=SECRET, two_factor=True)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A new project, changed as the steps before the commands say."""
    project = start_project(tmp_path)
    settings, *urls = blocks(set_up_section().partition("### The same by hand\n")[0], "python")
    project.add_settings(settings)
    for code in urls:
        project.add_urls(code)
    return project


def sign_in(project: Project, page: Page, chat_url: str) -> None:
    project.add_superuser("ada")
    with project.served():
        chat = Chat(page, chat_url)
        chat.open().shows("frame")
        fill_login_form(chat.frame, "ada")
        chat.shows_home_of("ada")
        page.close()


def test_the_commands_of_the_readme_sign_a_browser_in(project: Project, stand_in: StandIn, page: Page) -> None:
    answers = {
        "Can you set it? [y/N]": "y",
        "Name or e-mail address:": "admin",
        "Password:": stand_in.admin_password,
        "Go ahead? [y/N]": "y",
        "Write these settings? [y/N]": "y",
    }
    with StandInServer(stand_in, port=0) as server:
        for command in commands(set_up_section(), project, server.url):
            screen = project.manage_in_terminal(*command, answers=answers)
            if "connect" in command:
                project.add_settings("\n".join(re.findall(r"^ROCKETCHAT_\w+ = .+$", screen, re.MULTILINE)))
                secret = re.search(r"^CREATE_TOKENS_FOR_USERS_SECRET=(.+)$", screen, re.MULTILINE)
                assert secret is not None
                stand_in.application.workspace.token_secret = secret[1]
        sign_in(project, page, server.url)


def test_the_same_by_hand_signs_a_browser_in(project: Project, stand_in: StandIn, page: Page) -> None:
    with StandInServer(stand_in, port=0) as server:
        for code in blocks(by_hand_section(), "python"):
            project.add_settings(filled_in(code, stand_in, server.url))
        for command in commands(set_up_section(), project, server.url):
            if "rocketchat" not in command:
                project.manage(*command)
        stand_in.settings.update(
            Accounts_iframe_enabled=True,
            Accounts_iframe_url=iframe_setting("Iframe URL", project),
            Accounts_Iframe_api_url=iframe_setting("API URL", project),
            Accounts_Iframe_api_method=iframe_setting("API Method", project),
        )
        sign_in(project, page, server.url)
