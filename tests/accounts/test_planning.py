import logging
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from pytest_django import DjangoAssertNumQueries, Settings

from rocketchat_auth import rest
from rocketchat_auth.accounts.changes import AccountPlan, Action, Change
from rocketchat_auth.accounts.found import Found
from rocketchat_auth.accounts.planning import Considered, Planner, account_of, is_settled, orphans, users
from rocketchat_auth.accounts.wanted import wanted_of
from rocketchat_auth.adapter import Adapter
from rocketchat_auth.conf import Memberships
from rocketchat_auth.models import Account
from tests.accounts.samples import actions, found, names
from tests.adapters import NobodyMayChat


class Chat:
    """A workspace that has one account, or none, and has nothing to do with names."""

    def __init__(self, found: Found | None) -> None:
        self.managed = Memberships(channels=names("news"))
        self.closely: list[bool] = []
        self._found = found

    def found(self, account: Account, *, closely: bool = False) -> Found | None:
        self.closely.append(closely)
        return self._found

    def with_username(self, username: str) -> rest.User | None:
        return None

    def with_email(self, email: str) -> rest.User | None:
        return None


class Broken(Adapter):
    def name(self, user: Any) -> str:
        raise KeyError(user.password)


ALICE: dict[str, Any] = {
    "username": "alice",
    "name": "Alice",
    "emails": (rest.Email("alice@example.com", verified=True),),
}


def linked(user: User | None, **facts: Any) -> Account:
    return Account.objects.create(
        **{"user": user, "rocketchat_id": "id-of-ada", "username": "al", "state": Account.State.LINKED, **facts}
    )


def considered(user: User, chat: Chat, adapter: Adapter | None = None, *, create: bool = True) -> Considered:
    return Planner(chat, adapter or Adapter(), create=create).of_user(User.objects.get(pk=user.pk))


def mark_of(user: User) -> str:
    return wanted_of(user, Adapter()).mark


@pytest.mark.usefixtures("rocketchat")
class TestUsers:
    def test_without_an_account_get_one(self, alice: User) -> None:
        plan = considered(alice, Chat(None)).plan

        after = {"username": "alice", "name": "Alice", "email": "alice@example.com"}
        changes = (Change(Action.CREATE, after=after),)
        assert plan == AccountPlan(str(alice.pk), None, "alice", changes=changes, wanted_mark=mark_of(alice))

    def test_without_an_account_are_left_alone_where_they_may_not_chat_or_are_to_get_none(self, alice: User) -> None:
        assert considered(alice, Chat(None), NobodyMayChat()).plan.changes == ()
        assert considered(alice, Chat(None), create=False).plan.changes == ()

    @pytest.mark.parametrize("state", [Account.State.PENDING, Account.State.CONFLICT])
    def test_whose_account_is_not_tied_yet_get_one(self, alice: User, state: str) -> None:
        account = Account.objects.create(user=alice, state=state)

        plan = considered(alice, Chat(None)).plan

        assert (plan.account_pk, actions(plan.changes)) == (account.pk, ["create"])

    def test_with_an_account_are_compared_with_it(self, alice: User) -> None:
        account = linked(alice)
        chat = Chat(found(**{**ALICE, "name": "Al"}))

        seen = considered(alice, chat)

        change = Change(Action.UPDATE, "name", "Al", "Alice")
        known = (str(alice.pk), account.pk, "alice", "alice", "id-of-ada")
        assert seen.plan == AccountPlan(*known, (change,), mark_of(alice))
        assert seen.account == account
        assert seen.wanted == wanted_of(alice, Adapter())
        assert seen.found is not None
        assert chat.closely == [False]

    def test_whose_account_is_gone_get_another(self, alice: User) -> None:
        linked(alice)

        plan = considered(alice, Chat(None)).plan

        assert actions(plan.changes) == ["forget", "create"]
        assert (plan.chat_username, plan.rocketchat_id) == ("al", "id-of-ada")

    def test_whose_account_is_gone_get_none_where_they_are_to_have_none(self, alice: User) -> None:
        linked(alice)

        assert actions(considered(alice, Chat(None), NobodyMayChat()).plan.changes) == ["forget"]
        assert actions(considered(alice, Chat(None), create=False).plan.changes) == ["forget"]

    def test_who_come_back_are_looked_at_closely(self, alice: User) -> None:
        linked(alice, state=Account.State.DEACTIVATED)
        chat = Chat(found(active=False, **ALICE))

        assert actions(considered(alice, chat).plan.changes) == ["revive"]
        assert actions(considered(alice, chat, NobodyMayChat()).plan.changes) == []
        assert chat.closely == [True, False]

    def test_for_whom_the_adapter_fails_are_a_conflict(self, alice: User, caplog: pytest.LogCaptureFixture) -> None:
        account = linked(alice)

        seen = considered(alice, Chat(found(**ALICE)), Broken())

        (change,) = seen.plan.changes
        assert change.action is Action.CONFLICT
        assert "failed with KeyError" in change.reason
        assert (seen.account, seen.wanted, seen.found) == (account, None, None)
        (record,) = caplog.records
        assert (record.name, record.levelno) == ("rocketchat_auth.accounts", logging.ERROR)
        assert str(alice.pk) in record.getMessage()


@pytest.mark.usefixtures("rocketchat")
class TestAccountsThatAreNeverChanged:
    def test_the_service_account(self, alice: User, settings: Settings) -> None:
        linked(alice, rocketchat_id=settings.ROCKETCHAT_USER_ID)

        (change,) = considered(alice, Chat(found(**ALICE)), NobodyMayChat()).plan.changes

        assert change.action is Action.CONFLICT
        assert "service account" in change.reason

    @pytest.mark.parametrize("facts", [{"federated": True}, {"username": "@al:matrix.example.com"}])
    def test_of_another_server(self, alice: User, facts: dict[str, Any]) -> None:
        account = linked(alice)
        chat = Chat(found(**{**ALICE, **facts}))

        (change,) = considered(alice, chat, NobodyMayChat()).plan.changes
        alice.delete()
        account.refresh_from_db()
        (of_orphan,) = Planner(chat, Adapter()).of_orphan(account).plan.changes

        assert change == of_orphan
        assert change.action is Action.CONFLICT
        assert "another server" in change.reason

    @pytest.mark.parametrize("username", ["al@example.com", "@al", "al:ice", "@:"])
    def test_are_not_known_by_such_names(self, alice: User, username: str) -> None:
        linked(alice)

        assert considered(alice, Chat(found(**{**ALICE, "username": username}))).plan.changes == ()


@pytest.mark.usefixtures("rocketchat", "db")
class TestOrphans:
    def test_are_ended(self) -> None:
        account = linked(None)

        seen = Planner(Chat(found(**ALICE)), Adapter()).of_orphan(account)

        assert (seen.plan.user_pk, seen.plan.account_pk, seen.plan.label) == (None, account.pk, "alice")
        assert actions(seen.plan.changes) == ["deactivate"]

    @pytest.mark.parametrize("on_delete, planned", [("delete", ["delete"]), ("nothing", [])])
    def test_are_treated_as_the_site_says(self, settings: Settings, on_delete: str, planned: list[str]) -> None:
        settings.ROCKETCHAT_ON_DELETE = on_delete

        assert actions(Planner(Chat(found()), Adapter()).of_orphan(linked(None)).plan.changes) == planned

    def test_that_are_gone_are_forgotten(self) -> None:
        (change,) = Planner(Chat(None), Adapter()).of_orphan(linked(None)).plan.changes

        assert (change.action, change.reason) == (Action.FORGET, "the account was deleted in chat")


class TestIsSettled:
    def test_while_nothing_else_is_wanted_than_was_done(self, alice: User) -> None:
        account = Account(wanted_mark=wanted_of(alice, Adapter()).mark)
        assert is_settled(alice, account, Adapter())

        alice.first_name = "Alison"
        assert not is_settled(alice, account, Adapter())

    def test_is_not_known_of_an_account_that_nothing_was_done_to(self, alice: User) -> None:
        assert not is_settled(alice, Account(), Adapter())

    def test_is_not_known_where_the_adapter_fails(self, alice: User) -> None:
        assert not is_settled(alice, Account(wanted_mark="some"), Broken())


def test_a_users_account_is_known(alice: User) -> None:
    assert account_of(alice) is None

    account = linked(alice)
    assert account_of(User.objects.get()) == account


def test_users_are_chosen_in_order_with_all_that_is_read_of_them(
    alice: User, bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Group.objects.create(name="Staff").user_set.add(bob, alice)
    linked(alice)

    with django_assert_num_queries(2):
        for user in users(Adapter()):
            account_of(user)
            assert list(Adapter().group_names(user)) == ["Staff"]
    assert list(users(Adapter())) == [alice, bob]
    assert list(users(Adapter(), username="bob")) == [bob]


def test_orphans_are_those_with_an_account_in_chat_and_no_user(alice: User, bob: User) -> None:
    first, second = linked(None, rocketchat_id="1"), linked(None, rocketchat_id="2")
    linked(alice, rocketchat_id="3")
    Account.objects.create(user=bob)
    Account.objects.create(user=None)

    assert list(orphans()) == [first, second]
    assert list(orphans(pk__in=[second.pk])) == [second]
