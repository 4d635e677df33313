"""Whose chat account is looked at after what happens on the site."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import pytest
from django.contrib.auth import get_user_model, signals
from django.contrib.auth.models import Group, Permission, User
from django.core import serializers
from django.db import transaction
from pytest_django import Settings

from rocketchat_auth.accounts import following
from rocketchat_auth.models import Account
from rocketchat_auth.signals import login_granted
from tests.accounts.conftest import Enqueued, with_account

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ada(db: None) -> User:
    return with_account("ada")


@pytest.fixture
def ben(db: None) -> User:
    return with_account("ben")


@pytest.fixture
def staff(db: None) -> Group:
    return Group.objects.create(name="Staff")


@pytest.fixture
def permission(db: None) -> Permission:
    return Permission.objects.get(content_type__app_label="rocketchat_auth", codename="chat")


class TestUsers:
    def test_a_saved_user_is_looked_at(self, ada: User, enqueued: Enqueued) -> None:
        ada.first_name = "Ada"
        ada.save()

        assert enqueued.users == [{"ada"}]

    @pytest.mark.parametrize("field", ["email", "is_active", "password"])
    def test_saving_one_field_counts(self, ada: User, enqueued: Enqueued, field: str) -> None:
        ada.save(update_fields=[field])

        assert enqueued.users == [{"ada"}]

    def test_signing_in_does_not(self, ada: User, enqueued: Enqueued) -> None:
        signals.user_logged_in.send(sender=User, request=None, user=ada)

        ada.refresh_from_db()
        assert ada.last_login is not None
        assert enqueued.users == []

    @pytest.mark.parametrize("is_new", [True, False])
    def test_signing_in_to_chat_counts_where_the_account_is_new(
        self, ada: User, enqueued: Enqueued, is_new: bool
    ) -> None:
        account = Account.objects.get(user=ada)
        account.synced_at = None if is_new else datetime.now(UTC)

        login_granted.send(sender=None, request=None, user=ada, account=account)

        assert enqueued.users == ([{"ada"}] if is_new else [])

    def test_a_new_user_has_no_account_to_look_at(self, enqueued: Enqueued) -> None:
        get_user_model().objects.create_user("newcomer")

        assert enqueued.users == []

    def test_a_fixture_that_is_loaded_does_not_count(self, ada: User, enqueued: Enqueued) -> None:
        for each in serializers.deserialize("json", serializers.serialize("json", [ada])):
            each.save()

        assert enqueued.users == []

    def test_a_form_that_changes_much_counts_once(self, ada: User, staff: Group, enqueued: Enqueued) -> None:
        with transaction.atomic():
            ada.email = "ada@example.org"
            ada.save()
            ada.groups.set([staff])
            ada.set_password("another")
            ada.save()

        assert enqueued.users == [{"ada"}]

    def test_of_a_deleted_user_the_account_is_remembered(self, ada: User, enqueued: Enqueued) -> None:
        account = Account.objects.get(user=ada)
        ada.delete()

        assert enqueued.accounts == [{account.pk}]
        assert Account.objects.get(pk=account.pk).user is None

    def test_of_many_deleted_users_too(self, ada: User, ben: User, enqueued: Enqueued) -> None:
        accounts = set(Account.objects.values_list("pk", flat=True))
        get_user_model().objects.filter(username__in=["ada", "ben"]).delete()

        assert enqueued.accounts == [accounts]

    def test_a_user_without_account_is_deleted_without_a_trace(self, enqueued: Enqueued) -> None:
        get_user_model().objects.create_user("newcomer").delete()

        assert enqueued.accounts == []


SIDES: dict[str, Callable[[User, Group], object]] = {
    "add, the user's side": lambda user, group: user.groups.add(group),
    "add, the group's side": lambda user, group: group.user_set.add(user),
    "set, the user's side": lambda user, group: user.groups.set([group]),
    "set, the group's side": lambda user, group: group.user_set.set([user]),
}
LEAVING: dict[str, Callable[[User, Group], object]] = {
    "remove, the user's side": lambda user, group: user.groups.remove(group),
    "remove, the group's side": lambda user, group: group.user_set.remove(user),
    "clear, the user's side": lambda user, group: user.groups.clear(),
    "clear, the group's side": lambda user, group: group.user_set.clear(),
    "set, the user's side": lambda user, group: user.groups.set([]),
    "set, the group's side": lambda user, group: group.user_set.set([]),
    "set and clear, the group's side": lambda user, group: group.user_set.set([], clear=True),
    "the group is deleted": lambda user, group: group.delete(),
    "groups are deleted": lambda user, group: Group.objects.all().delete(),
}


class TestGroups:
    @pytest.mark.parametrize("join", SIDES.values(), ids=SIDES)
    def test_who_joins_one_is_looked_at(
        self, ada: User, ben: User, staff: Group, enqueued: Enqueued, join: Callable[[User, Group], object]
    ) -> None:
        join(ada, staff)

        assert enqueued.users == [{"ada"}]

    @pytest.mark.parametrize("leave", LEAVING.values(), ids=LEAVING)
    def test_who_leaves_one_is_looked_at(
        self, ada: User, ben: User, staff: Group, enqueued: Enqueued, leave: Callable[[User, Group], object]
    ) -> None:
        ada.groups.add(staff)
        enqueued.users.clear()

        leave(ada, staff)

        assert enqueued.users == [{"ada"}]

    def test_who_is_in_it_already_does_not_join(self, ada: User, staff: Group, enqueued: Enqueued) -> None:
        ada.groups.add(staff)
        enqueued.users.clear()

        ada.groups.add(staff)
        staff.user_set.add(ada)

        assert enqueued.users == []

    def test_the_members_of_a_renamed_one_are_looked_at(
        self, ada: User, ben: User, staff: Group, enqueued: Enqueued
    ) -> None:
        staff.user_set.add(ada)
        enqueued.users.clear()

        staff.name = "Team"
        staff.save()

        assert enqueued.users == [{"ada"}]

    def test_one_that_keeps_its_name_is_left_alone(self, ada: User, staff: Group, enqueued: Enqueued) -> None:
        staff.user_set.add(ada)
        enqueued.users.clear()

        staff.save()

        assert enqueued.users == []

    def test_a_fixture_that_is_loaded_does_not_count(self, ada: User, staff: Group, enqueued: Enqueued) -> None:
        staff.user_set.add(ada)
        enqueued.users.clear()
        staff.name = "Team"

        for each in serializers.deserialize("json", serializers.serialize("json", [staff])):
            each.save()

        assert Group.objects.get().name == "Team"
        assert enqueued.users == []

    @pytest.mark.since_django(6, 1)
    def test_memberships_of_a_fixture_do_not_count_either(self, ada: User, staff: Group, enqueued: Enqueued) -> None:
        ada.groups.add(staff)
        fixture = serializers.serialize("json", [ada])
        ada.groups.clear()
        enqueued.users.clear()

        for each in serializers.deserialize("json", fixture):
            each.save()

        assert list(ada.groups.all()) == [staff]
        assert enqueued.users == []


def take_from_user(user: User, group: Group, permission: Permission) -> None:
    user.user_permissions.remove(permission)


def take_from_users(user: User, group: Group, permission: Permission) -> None:
    permission.user_set.clear()


def take_from_group(user: User, group: Group, permission: Permission) -> None:
    group.permissions.clear()


def take_from_groups(user: User, group: Group, permission: Permission) -> None:
    permission.group_set.set([])


def take_from_cleared_groups(user: User, group: Group, permission: Permission) -> None:
    permission.group_set.clear()


LOSSES = [take_from_user, take_from_users, take_from_group, take_from_groups, take_from_cleared_groups]


class TestPermissions:
    @pytest.fixture(params=LOSSES, ids=lambda loss: loss.__name__)
    def take(
        self, request: pytest.FixtureRequest, ada: User, ben: User, staff: Group, permission: Permission
    ) -> Callable[[], None]:
        """Take the permission from Ada, who has it in two ways."""
        ada.groups.add(staff)
        ada.user_permissions.add(permission)
        staff.permissions.add(permission)
        return partial(request.param, ada, staff, permission)

    def test_who_loses_one_is_looked_at_where_chat_needs_one(
        self, take: Callable[[], None], settings: Settings, enqueued: Enqueued
    ) -> None:
        settings.ROCKETCHAT_REQUIRED_PERMISSION = "rocketchat_auth.chat"

        take()

        assert enqueued.users == [{"ada"}]

    def test_they_do_not_matter_where_chat_needs_none(self, take: Callable[[], None], enqueued: Enqueued) -> None:
        take()

        assert enqueued.users == []


def test_a_group_that_nobody_is_in_may_get_a_permission(
    staff: Group, permission: Permission, settings: Settings, enqueued: Enqueued
) -> None:
    settings.ROCKETCHAT_REQUIRED_PERMISSION = "rocketchat_auth.chat"

    staff.permissions.add(permission)
    staff.permissions.add(permission)

    assert enqueued.users == []


def test_the_site_goes_on_where_a_receiver_fails(
    ada: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr(following, "note", fail)
    ada.email = "ada@example.org"
    ada.save()

    assert get_user_model().objects.get(email="ada@example.org") == ada
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("rocketchat_auth.accounts", logging.ERROR)
    assert "manage.py rocketchat sync" in record.getMessage()
