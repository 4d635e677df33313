"""The admin's pages of chat accounts, as staff see them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from rocketchat_auth.models import Account
from tests.admin.conftest import LIST, page_of
from tests.admin.test_panel import USERS, SiteUserAdmin
from tests.browser.chat import Screenshots
from tests.browser.site.desk import Site, fill_login_form
from tests.browser.site.test_help_desk import fits
from tests.user_admins import urls_with

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIGHTEST_DARK = 100
REASON = "Rocket.Chat already has an account with this name. " * 4


@pytest.fixture
def account(site: Site, settings: Settings) -> Account:
    settings.ROOT_URLCONF = urls_with(SiteUserAdmin)
    site.add_user("helper", is_staff=True, is_superuser=True)
    user = site.add_user("a-name-that-is-rather-long-for-a-narrow-screen")
    return Account.objects.create(
        user=user, rocketchat_id="id-of-ada", username=user.username, state=Account.State.LINKED, reason=REASON
    )


def show_list(page: Page, origin: str, account: Account) -> None:
    page.goto(f"{origin}{LIST}")
    expect(page.get_by_role("link", name=account.username)).to_be_visible()


def show_account(page: Page, origin: str, account: Account) -> None:
    page.goto(f"{origin}{page_of(account)}")
    expect(page.get_by_text(REASON.strip()).first).to_be_visible()


def show_user(page: Page, origin: str, account: Account) -> None:
    page.goto(f"{origin}{USERS}{account.user_id}/change/")
    expect(page.get_by_text(REASON.strip()).first).to_be_visible()


def show_question(page: Page, origin: str, account: Account) -> None:
    show_list(page, origin, account)
    page.locator("input.action-select").check()
    page.get_by_label("Action:").select_option("deactivate")
    page.get_by_role("button", name="Go").or_(page.get_by_role("button", name="Run")).first.click()
    expect(page.get_by_role("heading", name="Deactivate")).to_be_visible()


@pytest.mark.parametrize("colors", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 380])
@pytest.mark.parametrize("show", [show_list, show_account, show_user, show_question])
def test_can_be_used_in_both_colors_and_on_a_narrow_screen(
    site: Site,
    page: Page,
    account: Account,
    screenshots: Screenshots,
    show: Callable[[Page, str, Account], None],
    colors: str,
    width: int,
) -> None:
    page.emulate_media(color_scheme="dark" if colors == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{site.origin}{LIST}")
    fill_login_form(page, "helper")

    show(page, site.origin, account)

    screenshots.take(page)
    assert fits(page)
    assert (brightness(page) < LIGHTEST_DARK) is (colors == "dark")


def brightness(page: Page) -> int:
    """How bright the page's background is, from 0 to 255."""
    color = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return max(int(part) for part in color.removeprefix("rgb(").removesuffix(")").split(","))
