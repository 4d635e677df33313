from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User

from rocketchat_auth.accounts import tasks
from rocketchat_auth.accounts.provisioning import account_for
from rocketchat_auth.models import Account
from rocketchat_auth.testing import StandIn


@pytest.fixture
def alice(db: None) -> User:
    return get_user_model().objects.create_user("alice", "alice@example.com", "secret", first_name="Alice")


@pytest.fixture
def bob(db: None) -> User:
    return get_user_model().objects.create_user("bob", "bob@example.com", "secret")


@dataclass
class Enqueued:
    """Whom the site was to bring up to date in chat, one entry each time it came to that."""

    users: list[set[str]] = field(default_factory=list)
    accounts: list[set[int]] = field(default_factory=list)

    def __call__(self, users: Iterable[str], accounts: Iterable[int] = ()) -> int:
        by_name = get_user_model().objects.filter(pk__in=list(users))
        self.users.append({user.username for user in by_name})
        self.accounts.append(set(accounts))
        return 1


@pytest.fixture
def enqueued(monkeypatch: pytest.MonkeyPatch) -> Enqueued:
    """What would be handed to the background workers, which do nothing."""
    log = Enqueued()
    monkeypatch.setattr(tasks, "enqueue", log)
    return log


def with_account(username: str) -> User:
    """A new user who has a chat account, as far as the site knows."""
    user = get_user_model().objects.create_user(username, f"{username}@example.com", "secret")
    Account.objects.create(user=user, rocketchat_id=f"id-of-{username}", state=Account.State.LINKED)
    return user


@pytest.fixture
def people(rocketchat: StandIn, db: None) -> list[User]:
    """Three users, the first two of whom have accounts in chat; the first and the last are in the group Staff."""
    people = [get_user_model().objects.create_user(name, f"{name}@example.com") for name in ("ada", "ben", "cleo")]
    for user in people[:2]:
        account_for(user)
    Group.objects.create(name="Staff").user_set.set([people[0], people[2]])
    rocketchat.reset_calls()
    return people


@pytest.fixture
def handed_on(rocketchat: StandIn, db: None) -> list[User]:
    """A user without an account, who comes first, gets the address that another one with an account had."""
    first = get_user_model().objects.create_user("first", "first@example.com")
    second = get_user_model().objects.create_user("second", "second@example.com")
    account_for(second)
    User.objects.filter(pk=second.pk).update(email="other@example.com")
    User.objects.filter(pk=first.pk).update(email="second@example.com")
    return [first, second]
