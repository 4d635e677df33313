from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client

from rocketchat_auth.accounts.provisioning import account_for
from rocketchat_auth.models import Account
from rocketchat_auth.testing import StandIn

LIST = "/admin/rocketchat_auth/account/"


def page_of(account: Account) -> str:
    """The path of an account's page."""
    return f"{LIST}{account.pk}/change/"


def act(client: Client, action: str, *accounts: Account, **values: str) -> Any:
    """Choose an action for accounts in the list; the answer is the page that the person comes to see."""
    chosen = {ACTION_CHECKBOX_NAME: [account.pk for account in accounts]}
    return client.post(LIST, {"action": action, **chosen, **values}, follow=True)


def confirm(client: Client, action: str, *accounts: Account) -> Any:
    """The same, with the answer to the page that asks."""
    return act(client, action, *accounts, post="yes")


def messages_of(answer: Any) -> list[tuple[str, str]]:
    """What the person is told: the kind of each message, and its words."""
    return [(message.level_tag, str(message)) for message in answer.context["messages"]]


def log() -> list[tuple[str, str]]:
    """The site's log, in order: whom an entry is about, and what it says."""
    return [(entry.object_repr, entry.get_change_message()) for entry in LogEntry.objects.order_by("pk")]


Linked = Callable[[str], Account]


@pytest.fixture
def linked(rocketchat: StandIn, db: None) -> Linked:
    """Makes a user with a chat account."""

    def make(username: str) -> Account:
        account = account_for(
            User.objects.create_user(username, f"{username}@example.com", first_name=username.title())
        )
        rocketchat.reset_calls()
        return account

    return make


@pytest.fixture
def helper(db: None, client: Client) -> Callable[..., Client]:
    """Signs a member of the staff in who has those permissions, and no others."""

    def signed_in(*permissions: str) -> Client:
        staff = User.objects.create_user("helper", is_staff=True)
        staff.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        client.force_login(staff)
        return client

    return signed_in
