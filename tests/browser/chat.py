"""What tests do with the stand-in's page, and what they look at there."""

import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import FrameLocator, Locator, Page, expect

PASSWORD = "correct horse"
TOKEN_KEY = "Meteor.loginToken"


@dataclass(frozen=True, slots=True)
class Screenshots:
    """Pictures of pages, for people to look at."""

    directory: Path | None
    test: str

    def take(self, page: Page, name: str = "page") -> None:
        if self.directory is not None:
            self.directory.mkdir(parents=True, exist_ok=True)
            file_name = re.sub(r"[^\w.-]+", "-", f"{self.test}-{name}")
            page.screenshot(path=self.directory / f"{file_name}.png")


class Chat:
    """The stand-in's page in one tab."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    def open(self, path: str = "/home") -> "Chat":
        # Firefox hands a click to the tab in front only.
        self.page.bring_to_front()
        self.page.goto(f"{self.url}{path}")
        return self

    def shows(self, state: str) -> None:
        """Wait until the page is in that state and no call of it is under way any more."""
        expect(self.page.locator(f'body[data-pending="0"][data-state="{state}"]')).to_be_attached()

    def shows_home_of(self, username: str) -> None:
        home = f'body[data-pending="0"][data-state="home"][data-username="{username}"]'
        expect(self.page.locator(home)).to_be_attached()

    @property
    def iframe(self) -> Locator:
        return self.page.get_by_title("Login", exact=True)

    @property
    def frame(self) -> FrameLocator:
        """The page in the frame."""
        return self.page.frame_locator('iframe[title="Login"]')

    def log_out(self) -> None:
        self.page.get_by_role("button", name="Logout").click()

    @property
    def stored_token(self) -> str | None:
        token: str | None = self.page.evaluate("key => localStorage.getItem(key)", TOKEN_KEY)
        return token
