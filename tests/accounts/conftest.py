from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User

from rocketchat_auth.accounts import tasks
from rocketchat_auth.models import Account


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
