"""What people do on the site, in a tab of its own or in the chat's frame."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.chat import PASSWORD

FRONT_PAGE = "/"


@dataclass(frozen=True, slots=True)
class Site:
    """The Django site, at its origin."""

    origin: str

    def add_user(self, username: str, **fields: Any) -> User:
        email = f"{username}@example.com"
        user = get_user_model().objects.create_user(username, **{"email": email, "password": PASSWORD, **fields})
        assert isinstance(user, User)
        return user

    def sign_in(self, page: Page, username: str) -> None:
        """Sign in on the site itself."""
        page.bring_to_front()
        page.goto(f"{self.origin}/login/")
        fill_login_form(page, username)
        expect(page.get_by_text(f"Signed in as {username}")).to_be_visible()

    def sign_out(self, page: Page) -> None:
        """Sign out on the site itself."""
        page.bring_to_front()
        page.goto(f"{self.origin}{FRONT_PAGE}")
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{self.origin}/login/")


def fill_login_form(place: Page | FrameLocator, username: str) -> None:
    """Fill in Django's login form, of the site or of its admin, and send it."""
    place.get_by_label("Username").fill(username)
    place.get_by_label("Password").fill(PASSWORD)
    place.get_by_role("button", name="Log in").click()
