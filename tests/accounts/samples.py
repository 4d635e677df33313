"""What the site wants and what Rocket.Chat has, made up for tests that need neither."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User

from rocketchat_auth import rest
from rocketchat_auth.accounts.changes import AccountPlan, Action, Change
from rocketchat_auth.accounts.found import Found
from rocketchat_auth.accounts.profile import Profile
from rocketchat_auth.accounts.wanted import Wanted
from rocketchat_auth.conf import Memberships
from rocketchat_auth.models import Account

CHANNELS = Memberships(channels=frozenset({"news", "staff"}))


def names(*given: str) -> frozenset[str]:
    return frozenset(given)


def wanted(**facts: Any) -> Wanted:
    """What the site wants of Ada, but for the facts of her profile or of the rest that are given."""
    profile: dict[str, Any] = {"username": "ada", "name": "Ada", "email": "ada@example.com", "email_is_verified": False}
    rest_of_it: dict[str, Any] = {
        "may_chat": True,
        "memberships": Memberships(),
        "picture": None,
        "picture_mark": "",
        "password_marks": ("today's",),
    }
    for name, value in facts.items():
        (rest_of_it if name in rest_of_it else profile)[name] = value
    return Wanted(profile=Profile(**profile), **rest_of_it)


def found(*, memberships: Memberships | None = None, in_detail: bool = False, **facts: Any) -> Found:
    """Ada's account as Rocket.Chat has it, but for the facts that are given."""
    emails = (rest.Email("ada@example.com", verified=True),)
    usual: dict[str, Any] = {"username": "ada", "name": "Ada", "emails": emails, "active": True, "roles": ("user",)}
    user = rest.User("id-of-ada", **{**usual, **facts})
    return Found(user, memberships or Memberships(), in_detail)


def account(user: User | None = None, **facts: Any) -> Account:
    """The row that ties the two, not stored."""
    usual: dict[str, Any] = {
        "rocketchat_id": "id-of-ada",
        "username": "ada",
        "site_username": "ada",
        "state": Account.State.LINKED,
    }
    return Account(user=user, **{**usual, **facts})


def plan_of(account: Account, *changes: Change) -> AccountPlan:
    """A plan for the account of a row."""
    user = account.user
    return AccountPlan(
        None if user is None else str(user.pk),
        account.pk,
        "" if user is None else user.get_username(),
        account.username,
        account.rocketchat_id or "",
        changes,
    )


def fields(changes: Iterable[Change]) -> list[tuple[str, object, object]]:
    """Of updates: what is updated, and what was and will be."""
    return [(change.field, change.before, change.after) for change in changes if change.action is Action.UPDATE]


def actions(changes: Iterable[Change]) -> list[str]:
    return [change.action.value for change in changes]


def rename(*users: User) -> None:
    """A change that no signal tells of."""
    User.objects.filter(pk__in=[user.pk for user in users]).update(first_name="Other")
