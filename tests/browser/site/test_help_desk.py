"""The chat help desk, as staff see it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from rocketchat_auth.testing import StandIn
from tests.browser.chat import Screenshots
from tests.browser.site.desk import Site, fill_login_form

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURE = Path(__file__).resolve().parents[3] / "docs" / "_static" / "help-desk-person.png"
DESK = "/admin/rocketchat_auth/account/help-desk/"


@pytest.fixture
def desk(site: Site, page: Page) -> Page:
    site.add_user("helper", is_staff=True, is_superuser=True)
    page.goto(f"{site.origin}{DESK}")
    fill_login_form(page, "helper")
    expect(page.get_by_role("heading", name="Chat help desk")).to_be_visible()
    return page


def follow_ada(desk: Page) -> None:
    """Ask why ada does not get in, where somebody else's account has her name."""
    desk.get_by_label("Name by which they sign in to this site").fill("ada")
    desk.get_by_role("button", name="Follow").click()
    expect(desk.get_by_role("status")).to_have_text("ada stops at “What the next sign-in or sync does”.")


@pytest.mark.parametrize("colors", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 380])
def test_follows_a_person_and_examines_the_set_up(
    desk: Page, stand_in: StandIn, screenshots: Screenshots, colors: str, width: int
) -> None:
    desk.emulate_media(color_scheme="dark" if colors == "dark" else "light")
    desk.set_viewport_size({"width": width, "height": 900})
    stand_in.add_user("ada", email="another@example.com")

    follow_ada(desk)

    expect(desk.get_by_text("Chat has an account ada that this site did not create.")).to_be_visible()
    screenshots.take(desk, "person")
    assert fits(desk)

    desk.get_by_role("button", name="Examine").click()

    expect(desk.get_by_role("heading", name="The site's answer to chat")).to_be_visible()
    expect(desk.get_by_role("heading", name="The login page in the chat's frame Fine")).to_be_visible()
    screenshots.take(desk, "set-up")
    assert fits(desk)


def test_the_documentation_has_the_picture(desk: Page, stand_in: StandIn, screenshots: Screenshots) -> None:
    """`make screenshots` takes it anew."""
    stand_in.add_user("ada", email="another@example.com")
    desk.set_viewport_size({"width": 1000, "height": 1100})
    follow_ada(desk)
    Screenshots(screenshots.directory, "help-desk").take(desk, "person")

    assert 0 < PICTURE.stat().st_size < 150_000
    assert PICTURE.name in (PICTURE.parents[1] / "help-desk.md").read_text()


def fits(page: Page) -> bool:
    """Whether nobody has to move the page sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
