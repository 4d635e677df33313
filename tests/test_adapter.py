"""What the package's own adapter says, of a stock user and of one whose model has only what it must."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from pytest_django import DjangoAssertNumQueries, Settings

from rocketchat_auth.adapter import Adapter
from rocketchat_auth.conf import Memberships
from rocketchat_auth.models import Account
from tests.people.models import Member

MAPPING = {
    "Staff": {"roles": ["moderator"], "channels": ["news", "staff"]},
    "Board": {"channels": ["news"], "groups": ["board"], "teams": ["crew"]},
}


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create_user("ada", " ada@example.com ", "secret", first_name="Ada", last_name="Lovelace")


@pytest.fixture
def member() -> Member:
    return Member(mail="ben@example.com")


class TestIdentity:
    def test_of_a_stock_user(self, ada: User) -> None:
        adapter = Adapter()

        assert (adapter.username(ada), adapter.name(ada)) == ("ada", "Ada Lovelace")
        assert (adapter.email(ada), adapter.email_is_verified(ada)) == ("ada@example.com", False)
        assert (adapter.avatar(ada), adapter.bio(ada), adapter.custom_fields(ada)) == (None, None, {})

    def test_of_a_user_without_a_name_or_an_address(self) -> None:
        user = User(username="ada", first_name=" ")

        assert (Adapter().name(user), Adapter().email(user)) == ("ada", "")

    def test_of_a_user_whose_model_calls_things_otherwise(self, member: Member) -> None:
        adapter = Adapter()

        assert (adapter.username(member), adapter.email(member)) == ("ben@example.com", "ben@example.com")
        assert adapter.name(member) == "ben@example.com"

    def test_of_a_user_whose_address_is_null(self, member: Member) -> None:
        member.mail = None  # type: ignore[assignment]

        assert Adapter().email(member) == ""


class TestMayChat:
    def test_who_is_active(self, ada: User, member: Member) -> None:
        for user in (ada, member):
            assert Adapter().may_chat(user)
            user.is_active = False
            assert not Adapter().may_chat(user)

    def test_with_the_permission_where_one_is_required(self, ada: User, settings: Settings) -> None:
        settings.ROCKETCHAT_REQUIRED_PERMISSION = "rocketchat_auth.chat"
        assert not Adapter().may_chat(ada)

        ada.user_permissions.add(Permission.objects.get(codename="chat"))
        assert Adapter().may_chat(User.objects.get())

    def test_who_has_it_but_is_inactive_may_not(self, settings: Settings) -> None:
        settings.ROCKETCHAT_REQUIRED_PERMISSION = "rocketchat_auth.chat"

        assert Adapter().may_chat(User(is_superuser=True))
        assert not Adapter().may_chat(User(is_superuser=True, is_active=False))

    def test_nobody_whose_model_has_no_permissions(self, member: Member, settings: Settings) -> None:
        settings.ROCKETCHAT_REQUIRED_PERMISSION = "rocketchat_auth.chat"

        assert not Adapter().may_chat(member)


class TestGroups:
    @pytest.fixture(autouse=True)
    def _mapping(self, settings: Settings) -> None:
        settings.ROCKETCHAT_GROUPS = MAPPING

    def given(self, user: Any) -> Memberships:
        adapter = Adapter()
        return Memberships(adapter.roles(user), adapter.channels(user), adapter.groups(user), adapter.teams(user))

    def test_give_what_they_stand_for_together(self, ada: User) -> None:
        for name in ("Staff", "Board", "Others"):
            ada.groups.add(Group.objects.create(name=name))

        assert self.given(ada) == Memberships(
            frozenset({"moderator"}), frozenset({"news", "staff"}), frozenset({"board"}), frozenset({"crew"})
        )

    def test_give_only_what_those_of_the_user_do(self, ada: User) -> None:
        ada.groups.add(Group.objects.create(name="Board"))

        assert self.given(ada) == Memberships(
            channels=frozenset({"news"}), groups=frozenset({"board"}), teams=frozenset({"crew"})
        )

    def test_give_nothing_to_who_is_in_none(self, ada: User, member: Member) -> None:
        assert self.given(ada) == self.given(member) == Memberships()

    def test_are_what_is_managed(self) -> None:
        assert Adapter().managed() == Memberships(
            frozenset({"moderator"}), frozenset({"news", "staff"}), frozenset({"board"}), frozenset({"crew"})
        )

    def test_may_come_from_elsewhere(self, member: Member) -> None:
        class Everybody(Adapter):
            def group_names(self, user: object) -> list[str]:
                return ["Staff"]

        assert Everybody().roles(member) == {"moderator"}

    def test_are_not_asked_for_where_nothing_is_mapped(
        self, ada: User, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        settings.ROCKETCHAT_GROUPS = {}

        with django_assert_num_queries(0):
            assert self.given(ada) == Memberships()


class TestPreparing:
    def test_fetches_groups_along(self, ada: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        Group.objects.create(name="Staff").user_set.add(ada, User.objects.create_user("ben"))

        with django_assert_num_queries(2):
            assert [Adapter().group_names(user) for user in Adapter().prepare(User.objects.all())] == [["Staff"]] * 2

    def test_takes_models_without_groups_as_they_are(self, db: None) -> None:
        assert list(Adapter().prepare(Account.objects.all())) == []
