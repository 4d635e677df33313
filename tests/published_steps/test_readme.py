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


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", set_up_section(), re.MULTILINE | re.DOTALL)


def iframe_setting(name: str, project: Project) -> str:
    """The value that the README's table gives a setting of Rocket.Chat's, for the site's real address."""
    row = re.search(rf"^\| {name} \| `(.+)` \|$", set_up_section(), re.MULTILINE)
    assert row is not None, name
    return row[1].replace("https://www.example.com", project.origin)


def filled_in(code: str, stand_in: StandIn, chat_url: str) -> str:
    for placeholder, value in {
        "https://chat.example.com": chat_url,
        "<user id from step 2>": stand_in.admin.user_id,
        "<token from step 2>": stand_in.admin.auth_token,
        "<secret from step 6>": SECRET,
    }.items():
        assert placeholder in code
        code = code.replace(placeholder, value)
    return code


def test_a_new_project_changed_as_the_readme_says_signs_a_browser_in(tmp_path: Path, page: Page) -> None:
    stand_in = StandIn("8.4", token_secret=SECRET)
    project = start_project(tmp_path)
    with StandInServer(stand_in, port=0) as server:
        settings, *urls = blocks("python")
        project.add_settings(filled_in(settings, stand_in, server.url))
        for code in urls:
            project.add_urls(code)
        for command in re.findall(r"^python manage\.py (.+)$", "".join(blocks("console")), re.MULTILINE):
            project.manage(*command.split())
        project.add_superuser("ada")
        stand_in.settings.update(
            Accounts_iframe_enabled=True,
            Accounts_iframe_url=iframe_setting("Iframe URL", project),
            Accounts_Iframe_api_url=iframe_setting("API URL", project),
            Accounts_Iframe_api_method=iframe_setting("API Method", project),
        )
        with project.served():
            chat = Chat(page, server.url)
            chat.open().shows("frame")
            fill_login_form(chat.frame, "ada")
            chat.shows_home_of("ada")
            page.close()
