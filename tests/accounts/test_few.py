import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from rocketchat_auth.accounts.changes import Action, Outcome
from rocketchat_auth.accounts.few import sync_some
from rocketchat_auth.accounts.provisioning import account_for
from rocketchat_auth.accounts.sync import Scope, apply_plan, make_plan
from rocketchat_auth.models import Account
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.accounts.samples import rename
from tests.chat import INFO


class TestAFew:
    def test_are_brought_up_to_date(self, rocketchat: StandIn, people: list[User]) -> None:
        rename(*people)

        results = sync_some([people[0].pk, str(people[2].pk)])

        assert [(result.plan.username, result.changed) for result in results] == [("ada", True), ("cleo", True)]
        assert (rocketchat.user("ada")["name"], rocketchat.user("ben")["name"]) == ("Other", "ben")

    def test_twice_change_nothing_more(self, rocketchat: StandIn, people: list[User]) -> None:
        pks = [user.pk for user in people]
        sync_some(pks)
        rocketchat.reset_calls()

        assert sync_some(pks) == []
        assert rocketchat.calls == [INFO] * 3

    def test_unless_the_same_is_wanted_as_before(self, rocketchat: StandIn, people: list[User]) -> None:
        pks = [user.pk for user in people]
        sync_some(pks, unless_same=True)
        rocketchat.reset_calls()

        assert sync_some(pks, unless_same=True) == []
        assert rocketchat.calls == []

        rename(people[1])
        assert [result.plan.username for result in sync_some(pks, unless_same=True)] == ["ben"]

    def test_that_are_no_longer_there_are_passed_over(self, rocketchat: StandIn, people: list[User]) -> None:
        rocketchat.reset_calls()

        assert sync_some([7777], [8888]) == []
        assert rocketchat.calls == []

    def test_of_who_is_gone_are_ended(self, rocketchat: StandIn, people: list[User]) -> None:
        account = Account.objects.get(user=people[0])
        others = Account.objects.get(user=people[1])
        people[0].delete()

        (result,) = sync_some([], [account.pk, others.pk])

        assert result.plan.account_pk == account.pk
        assert not rocketchat.user("ada")["active"]
        assert rocketchat.user("ben")["active"]

    def test_in_conflict_are_noted(self, rocketchat: StandIn, people: list[User]) -> None:
        rocketchat.add_user("cleo")

        (result,) = sync_some([people[2].pk])

        assert [step.outcome for step in result.steps] == [Outcome.PLANNED]
        assert Account.objects.get(user=people[2]).state == Account.State.CONFLICT

    def test_of_whom_the_adapter_fails_stop_no_other(
        self, rocketchat: StandIn, alice: User, bob: User, settings: Settings
    ) -> None:
        for user in (alice, bob):
            account_for(user)
        Account.objects.update(wanted_mark="some")
        settings.ROCKETCHAT_ADAPTER = "tests.adapters.NamelessAlice"
        rename(alice, bob)

        results = sync_some([alice.pk, bob.pk], unless_same=True)

        assert {result.plan.username: result.changed for result in results} == {"alice": False, "bob": True}
        assert "failed with ZeroDivisionError" in Account.objects.get(user=alice).reason


class TestWhileChatIsDown:
    def test_fail_and_may_pass(self, rocketchat: StandIn, people: list[User]) -> None:
        ada = Account.objects.get(user=people[0])
        orphan = Account.objects.get(user=people[1])
        Account.objects.filter(pk=orphan.pk).update(user=None)
        rocketchat.fail_with(503)

        results = sync_some([people[0].pk, people[2].pk], [orphan.pk])

        assert [(result.plan.user_pk, result.plan.account_pk, result.plan.label) for result in results] == [
            (str(people[0].pk), ada.pk, "ada"),
            (str(people[2].pk), None, "cleo"),
            (None, orphan.pk, "ben"),
        ]
        assert all(result.failed and result.may_pass for result in results)
        for account in Account.objects.all():
            assert account.failed_at is not None
            assert account.reason.startswith("https://chat.example.com ")
        assert not Account.objects.filter(user=people[2]).exists()

    def test_fail_for_good_where_it_is_no_outage(
        self, rocketchat: StandIn, people: list[User], settings: Settings
    ) -> None:
        settings.ROCKETCHAT_AUTH_TOKEN = "of-somebody-else"

        results = sync_some([people[0].pk])

        assert [(result.failed, result.may_pass) for result in results] == [(True, False)]

    def test_are_made_up_for_afterwards(self, rocketchat: StandIn, people: list[User], fake_clock: FakeClock) -> None:
        rocketchat.fail_with(503)
        sync_some([people[0].pk])
        rocketchat.fail_with(None)
        fake_clock.advance(3600)

        sync_some([people[0].pk], unless_same=True)

        account = Account.objects.get(user=people[0])
        assert (account.failed_at, account.reason) == (None, "")


def test_an_address_that_somebody_is_about_to_leave_is_waited_for(rocketchat: StandIn, handed_on: list[User]) -> None:
    results = sync_some([user.pk for user in handed_on])

    assert [result.plan.username for result in results] == ["second", "first"]
    assert not any(result.failed for result in results)
    assert rocketchat.user("first")["emails"][0]["address"] == "second@example.com"


class TestWhatListsOfUsersDoNotShow:
    @pytest.fixture
    def ada(self, rocketchat: StandIn, alice: User, settings: Settings) -> User:
        """Somebody of whom chat knows already what the site tells of them, since an account of theirs is there."""
        settings.ROCKETCHAT_ADAPTER = "tests.accounts.histories.adapter.Telling"
        settings.ROCKETCHAT_LINK_EXISTING = "username"
        rocketchat.settings["Accounts_CustomFields"] = '{"staff": {"type": "text"}}'
        account_for(alice)
        sync_some([alice.pk])
        return alice

    def test_is_remembered_of_an_account_that_is_adopted(self, ada: User) -> None:
        Account.objects.all().delete()

        (result,) = sync_some([ada.pk])

        assert [step.change.action for step in result.steps] == [Action.LINK]
        assert differing() == []

    def test_is_remembered_of_an_account_that_is_in_order(self, ada: User) -> None:
        Account.objects.update(told={})

        assert sync_some([ada.pk]) == []
        assert differing() == []

    def test_is_remembered_by_a_sync_that_plans_for_one_alone(self, ada: User) -> None:
        Account.objects.update(told={})

        with make_plan(Scope(username=ada.get_username())) as plan:
            assert list(plan) == []
            apply_plan(plan)

        assert differing() == []


def differing() -> list[str]:
    """Whom a sync of everybody would change something for."""
    with make_plan(Scope()) as plan:
        return [each.label for each in plan]
