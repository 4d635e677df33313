"""The chat account on the page of its user."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from rocketchat_auth.admin import AccountInline
from tests.admin.conftest import Linked, page_of
from tests.user_admins import urls_with

# Generic for type checkers alone.
if TYPE_CHECKING:
    AnyUserAdmin = UserAdmin[User]
else:
    AnyUserAdmin = UserAdmin

USERS = "/admin/auth/user/"


class SiteUserAdmin(AnyUserAdmin):
    inlines = (AccountInline,)


@pytest.fixture(autouse=True)
def _panel(settings: Settings) -> None:
    settings.ROOT_URLCONF = urls_with(SiteUserAdmin)


def test_shows_the_account_and_leads_to_its_page(linked: Linked, admin_client: Client) -> None:
    account = linked("ada")
    account.reason = "the room is full"
    account.save()

    page = admin_client.get(f"{USERS}{account.user_id}/change/").text

    for shown in "Chat account", "linked", "the room is full", f'href="{page_of(account)}"':
        assert shown in page


def test_takes_no_changes_and_lets_the_user_be_saved(linked: Linked, admin_client: Client) -> None:
    account = linked("ada")
    prefix = "rocketchat_account"
    values = {
        "username": "ada",
        "first_name": "Countess",
        "date_joined_0": "2026-11-25",
        "date_joined_1": "12:00:00",
        f"{prefix}-TOTAL_FORMS": "1",
        f"{prefix}-INITIAL_FORMS": "1",
        f"{prefix}-0-id": str(account.pk),
        f"{prefix}-0-username": "eve",
        f"{prefix}-0-DELETE": "on",
    }

    answer = admin_client.post(f"{USERS}{account.user_id}/change/", values)

    assert answer.status_code == 302
    assert User.objects.get(username="ada").first_name == "Countess"
    account.refresh_from_db()
    assert account.username == "ada"


def test_is_not_for_those_who_may_not_view_accounts(linked: Linked, helper: Callable[..., Client]) -> None:
    account = linked("ada")

    assert "rocketchat_account" not in helper("change_user").get(f"{USERS}{account.user_id}/change/").text


def test_is_for_those_who_may(linked: Linked, helper: Callable[..., Client]) -> None:
    account = linked("ada")

    page = helper("change_user", "view_account").get(f"{USERS}{account.user_id}/change/").text

    assert f'href="{page_of(account)}"' in page


def test_is_not_on_the_page_that_adds_a_user(admin_client: Client) -> None:
    assert "rocketchat_account" not in admin_client.get(f"{USERS}add/").text


def test_of_a_user_without_an_account_can_add_none(admin_client: Client, db: None) -> None:
    user = User.objects.create_user("ada")

    page = admin_client.get(f"{USERS}{user.pk}/change/").text

    assert 'name="rocketchat_account-TOTAL_FORMS" value="0"' in page
    assert "made at the first sign-in" in page


def test_of_a_user_with_one_says_nothing_of_making_one(linked: Linked, admin_client: Client) -> None:
    page = admin_client.get(f"{USERS}{linked('ada').user_id}/change/").text

    assert "made at the first sign-in" not in page
