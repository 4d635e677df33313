"""What happens on the site, and what becomes of it in chat: at once, since the tests' site has no workers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission, User
from django.db import transaction
from pytest_django import Settings

from rocketchat_auth.accounts.provisioning import account_for
from rocketchat_auth.accounts.sync import Scope, apply_plan, make_plan
from rocketchat_auth.models import Account
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock

pytestmark = pytest.mark.django_db(transaction=True)

UPDATE = ("POST", "/api/v1/users.update")


@pytest.fixture
def ada(rocketchat: StandIn, db: None) -> User:
    """Somebody who has signed in to chat."""
    user = get_user_model().objects.create_user("ada", "ada@example.com", "secret", first_name="Ada")
    account_for(user)
    rocketchat.reset_calls()
    return user


@pytest.fixture
def staff(db: None, settings: Settings) -> Group:
    """A group whose members are moderators in chat."""
    settings.ROCKETCHAT_GROUPS = {"Staff": {"roles": ["moderator"]}}
    return Group.objects.create(name="Staff")


def is_moderator(rocketchat: StandIn) -> bool:
    return "moderator" in rocketchat.user("ada")["roles"]


def save(user: User, **values: object) -> None:
    for name, value in values.items():
        setattr(user, name, value)
    user.save()


def test_a_changed_profile_is_changed_in_chat_by_one_call(rocketchat: StandIn, ada: User) -> None:
    with transaction.atomic():
        save(ada, first_name="Augusta")
        save(ada, email="ada@example.org")

    assert rocketchat.user("ada")["name"] == "Augusta"
    assert [email["address"] for email in rocketchat.user("ada")["emails"]] == ["ada@example.org"]
    assert rocketchat.calls.count(UPDATE) == 1


def test_a_save_that_changes_nothing_for_chat_asks_nothing(rocketchat: StandIn, ada: User) -> None:
    save(ada, first_name="Augusta")
    rocketchat.reset_calls()

    save(ada, is_staff=True)

    assert rocketchat.calls == []


def test_a_change_that_is_rolled_back_changes_nothing_in_chat(rocketchat: StandIn, ada: User) -> None:
    with transaction.atomic():
        save(ada, first_name="Augusta")
        transaction.set_rollback(True)

    assert rocketchat.calls == []


def test_who_is_inactive_is_deactivated_in_chat_and_revived_with_the_same_account(
    rocketchat: StandIn, ada: User
) -> None:
    account_id = rocketchat.user("ada")["_id"]

    save(ada, is_active=False)
    assert not rocketchat.user("ada")["active"]

    save(ada, is_active=True)
    assert rocketchat.user("ada")["active"]
    assert rocketchat.user("ada")["_id"] == account_id


def test_a_new_password_ends_what_was_signed_in(rocketchat: StandIn, ada: User) -> None:
    phone = rocketchat.log_in("ada")

    save(ada, first_name="Augusta")
    assert rocketchat.is_alive(phone)

    ada.set_password("another")
    ada.save()
    assert not rocketchat.is_alive(phone)


def test_a_group_gives_and_takes_what_it_stands_for(rocketchat: StandIn, ada: User, staff: Group) -> None:
    ada.groups.add(staff)
    assert is_moderator(rocketchat)

    staff.user_set.clear()
    assert not is_moderator(rocketchat)


def test_a_group_that_takes_another_name_stands_for_something_else(
    rocketchat: StandIn, ada: User, staff: Group
) -> None:
    ada.groups.add(staff)

    staff.name = "Friends"
    staff.save()
    assert not is_moderator(rocketchat)

    staff.name = "Staff"
    staff.save()
    assert is_moderator(rocketchat)


def test_who_loses_the_permission_is_deactivated(rocketchat: StandIn, ada: User, settings: Settings) -> None:
    settings.ROCKETCHAT_REQUIRED_PERMISSION = "rocketchat_auth.chat"
    chatters = Group.objects.create(name="Chatters")
    chatters.permissions.add(Permission.objects.get(content_type__app_label="rocketchat_auth", codename="chat"))

    ada.groups.add(chatters)
    assert rocketchat.user("ada")["active"]

    chatters.permissions.clear()
    assert not rocketchat.user("ada")["active"]


@pytest.mark.parametrize("value, is_active", [("deactivate", False), ("delete", None), ("nothing", True)])
def test_of_a_deleted_user_the_account_becomes_what_the_site_says(
    rocketchat: StandIn, ada: User, settings: Settings, value: str, is_active: bool | None
) -> None:
    settings.ROCKETCHAT_ON_DELETE = value
    account_id = rocketchat.user("ada")["_id"]

    ada.delete()

    left = rocketchat.users.get(account_id)
    assert (None if left is None else left["active"]) is is_active


@dataclass(frozen=True)
class Story:
    """What happens on the site, and whether chat shows it."""

    happens: Callable[[User], object]
    is_shown: Callable[[dict[str, Any]], bool]


STORIES = {
    "saved": Story(lambda ada: save(ada, first_name="Augusta"), lambda shown: shown["name"] == "Augusta"),
    "inactive": Story(lambda ada: save(ada, is_active=False), lambda shown: not shown["active"]),
    "deleted": Story(lambda ada: ada.delete(), lambda shown: not shown["active"]),
}


@pytest.mark.parametrize("failure", [503, "timeout", "drop"])
@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_while_chat_is_down_the_site_goes_on_and_a_sync_makes_up_for_it(
    rocketchat: StandIn, ada: User, fake_clock: FakeClock, failure: int | str, story: Story
) -> None:
    rocketchat.fail_with(failure)
    story.happens(ada)
    assert Account.objects.get().failed_at is not None

    rocketchat.fail_with(None)
    fake_clock.advance(3600)
    assert not story.is_shown(rocketchat.user("ada"))
    with make_plan(Scope()) as plan:
        apply_plan(plan)
    assert story.is_shown(rocketchat.user("ada"))
    assert Account.objects.get().failed_at is None


def test_while_the_breaker_is_open_saving_costs_no_call(rocketchat: StandIn, ada: User) -> None:
    rocketchat.fail_with(503)
    for number in range(20):
        save(ada, first_name=f"Ada {number}")
    rocketchat.reset_calls()

    save(ada, first_name="Augusta")

    assert rocketchat.calls == []
    assert get_user_model().objects.get().first_name == "Augusta"


def test_who_waits_for_the_site_does_not_wait_out_a_rate_limit(
    rocketchat: StandIn, ada: User, fake_clock: FakeClock
) -> None:
    rocketchat.revoke("api-bypass-rate-limit", "admin")
    for number in range(20):
        save(ada, first_name=f"Ada {number}")

    assert fake_clock.slept == []
    assert rocketchat.user("ada")["name"] != "Ada 19"
    assert Account.objects.get().failed_at is not None


def test_an_adapter_that_fails_for_one_user_keeps_nobody_else_waiting(
    rocketchat: StandIn, ada: User, settings: Settings
) -> None:
    ben = get_user_model().objects.create_user("ben", "ben@example.com", "secret")
    account_for(ben)
    for user in (ada, ben):
        save(user, first_name="Known")
    settings.ROCKETCHAT_ADAPTER = "tests.adapters.NamelessAda"

    with transaction.atomic():
        save(ada, first_name="Augusta")
        save(ben, first_name="Benjamin")

    assert rocketchat.user("ada")["name"] == "Known"
    assert rocketchat.user("ben")["name"] == "Benjamin"
    assert "KeyError" in Account.objects.get(user=ada).reason
