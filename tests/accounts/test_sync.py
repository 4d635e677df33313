import math
from collections.abc import Iterable
from typing import Any, Literal

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User, UserManager
from django.db.models import QuerySet
from pytest_django import DjangoAssertNumQueries, Settings

from rocketchat_auth import rest
from rocketchat_auth.accounts import running, sync
from rocketchat_auth.accounts.applying import Applier
from rocketchat_auth.accounts.changes import AccountPlan, Action, Result, Tally
from rocketchat_auth.accounts.provisioning import account_for
from rocketchat_auth.accounts.reading import Progress
from rocketchat_auth.accounts.sync import NoSuchUser, Scope, TooManyDeactivations, apply_plan, make_plan
from rocketchat_auth.adapter import Adapter
from rocketchat_auth.models import Account, ManagedRoom
from rocketchat_auth.rest import service
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.accounts.samples import actions, rename
from tests.chat import CREATE_USER, INFO

LIST = ("GET", "/api/v1/users.list")
EVERYBODY = Scope()


@pytest.fixture(autouse=True)
def _in_this_thread(settings: Settings) -> None:
    """Other threads do not see what a test's transaction holds."""
    settings.ROCKETCHAT_CONCURRENCY = 1


def planned(scope: Scope = EVERYBODY) -> dict[str, list[str]]:
    """Whom a plan is about, and what it does."""
    with make_plan(scope) as plan:
        return {each.label: actions(each.changes) for each in plan}


def synced(scope: Scope = EVERYBODY) -> list[Result]:
    results: list[Result] = []
    with make_plan(scope) as plan:
        apply_plan(plan, on_result=results.append)
    return results


class TestScope:
    def test_is_everybody(self, people: list[User]) -> None:
        rename(people[1])

        assert planned() == {"ben": ["update"], "cleo": ["create"]}

    def test_may_be_one_user(self, rocketchat: StandIn, people: list[User]) -> None:
        rename(*people)

        assert planned(Scope(username="ben")) == {"ben": ["update"]}
        assert LIST not in rocketchat.calls
        assert rocketchat.calls.count(INFO) == 1

    def test_may_be_a_group(self, rocketchat: StandIn, people: list[User]) -> None:
        rename(*people)

        assert planned(Scope(group="Staff")) == {"ada": ["update"], "cleo": ["create"]}
        assert LIST not in rocketchat.calls

    def test_of_many_reads_the_workspace(
        self, rocketchat: StandIn, people: list[User], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sync, "_FEW", 1)
        rename(*people)

        assert planned(Scope(group="Staff")) == {"ada": ["update"], "cleo": ["create"]}
        assert (LIST in rocketchat.calls, INFO in rocketchat.calls) == (True, False)

    @pytest.mark.parametrize("scope", [Scope(username="nobody"), Scope(group="Nobodies")])
    def test_has_to_exist(self, rocketchat: StandIn, people: list[User], scope: Scope) -> None:
        with pytest.raises(NoSuchUser, match=r"(?i)nobod"), make_plan(scope):
            pass
        assert rocketchat.calls == []

    def test_may_leave_out_who_has_no_account(self, people: list[User]) -> None:
        rename(*people)

        assert planned(Scope(create=False)) == {"ada": ["update"], "ben": ["update"]}
        assert planned(Scope(group="Staff", create=False)) == {"ada": ["update"]}

    @pytest.mark.parametrize(
        "scope, is_whole", [(Scope(), True), (Scope(username="a"), False), (Scope(group="a"), False)]
    )
    def test_is_whole_when_it_is_everybody(self, scope: Scope, is_whole: bool) -> None:
        assert scope.is_whole is is_whole

    def test_has_the_accounts_of_who_is_gone_where_it_is_whole(self, people: list[User]) -> None:
        Account.objects.filter(user=people[1]).update(user=None)

        people[1].delete()

        assert planned() == {"ben": ["deactivate"], "cleo": ["create"]}
        assert planned(Scope(group="Staff")) == {"cleo": ["create"]}


def test_who_is_gone_from_chat_gets_another_account(rocketchat: StandIn, people: list[User]) -> None:
    rocketchat.delete_user("ada")

    assert planned() == {"ada": ["forget", "create"], "cleo": ["create"]}
    synced()

    assert rocketchat.user("ada")["_id"] == Account.objects.get(user=people[0]).rocketchat_id
    assert planned() == {}


class TestLimit:
    def test_is_how_many_accounts_are_changed(self, people: list[User]) -> None:
        rename(*people)

        assert planned(Scope(limit=1)) == {"ada": ["update"]}
        assert planned(Scope(limit=2)) == {"ada": ["update"], "ben": ["update"]}
        assert len(planned(Scope(limit=3))) == len(planned(Scope(limit=99))) == 3

    def test_counts_who_is_gone_as_well(self, people: list[User]) -> None:
        User.objects.filter(username="cleo").delete()
        Account.objects.update(user=None)

        assert planned(Scope(limit=1, create=False)) == {"ada": ["deactivate"]}

    def test_does_not_count_what_nothing_can_be_done_about(self, rocketchat: StandIn, people: list[User]) -> None:
        rocketchat.users.update(Account.objects.get(user=people[0]).linked_id, {"active": False})
        rename(people[1])

        assert planned(Scope(limit=1)) == {"ada": ["conflict"], "ben": ["update"]}

    def test_gets_on_run_by_run(self, people: list[User]) -> None:
        rename(*people)

        assert [synced(Scope(limit=1))[0].plan.username for _ in people] == ["ada", "ben", "cleo"]
        assert planned() == {}


class TestGuard:
    """No mistake empties the chat."""

    @pytest.fixture
    def many(self, rocketchat: StandIn, db: None) -> list[User]:
        people = [get_user_model().objects.create_user(f"user{n}", f"user{n}@example.com") for n in range(10)]
        for user in people:
            account_for(user)
        return people

    def ending(self, count: int) -> None:
        chosen = User.objects.order_by("pk").values_list("pk", flat=True)[:count]
        User.objects.filter(pk__in=list(chosen)).update(is_active=False)
        with make_plan(Scope()) as plan:
            plan.check_deactivations()

    @pytest.mark.usefixtures("many")
    @pytest.mark.parametrize("share, most", [(0.1, 1), (0.25, 2), (0.5, 5), (1, 10), (0, 1)])
    def test_allows_a_share_and_always_one(self, settings: Settings, share: float, most: int) -> None:
        settings.ROCKETCHAT_MAX_DEACTIVATE = share

        self.ending(most)
        if most < 10:
            with pytest.raises(TooManyDeactivations) as caught:
                self.ending(most + 1)
            assert (caught.value.ending, caught.value.allowed, caught.value.accounts) == (most + 1, most, 10)

    @pytest.mark.parametrize("on_delete, is_stopped", [("deactivate", True), ("delete", True), ("nothing", False)])
    def test_counts_who_is_gone(self, many: list[User], settings: Settings, on_delete: str, is_stopped: bool) -> None:
        settings.ROCKETCHAT_ON_DELETE = on_delete
        Account.objects.filter(user__in=many[:2]).update(user=None)

        with make_plan(Scope(create=False)) as plan:
            if not is_stopped:
                plan.check_deactivations()
                return
            with pytest.raises(TooManyDeactivations):
                plan.check_deactivations()

    def test_does_not_count_who_has_no_account(self, people: list[User], settings: Settings) -> None:
        settings.ROCKETCHAT_MAX_DEACTIVATE = 1
        with make_plan(Scope()) as plan:
            assert (plan.linked, plan.checked) == (2, 3)


class TestAPlan:
    def test_counts(self, people: list[User]) -> None:
        rename(people[0])

        with make_plan(Scope()) as plan:
            assert (plan.checked, plan.linked, plan.changing) == (3, 2, 2)
            assert plan.tally == Tally(accounts=2, by_action={Action.UPDATE: 1, Action.CREATE: 1})
            assert plan.is_whole
            assert [type(each) for each in plan] == [AccountPlan] * 2

    @pytest.mark.parametrize("scope", [Scope(limit=5), Scope(username="ada"), Scope(group="Staff")])
    def test_is_not_of_everybody(self, people: list[User], scope: Scope) -> None:
        with make_plan(scope) as plan:
            assert not plan.is_whole

    def test_changes_nothing_on_either_side(self, rocketchat: StandIn, people: list[User]) -> None:
        rename(*people)
        rows = list(Account.objects.values())

        planned()

        assert list(Account.objects.values()) == rows
        assert not ManagedRoom.objects.exists()
        assert {method for method, _ in rocketchat.calls} == {"GET"}

    def test_says_what_is_wrong_with_rooms(self, people: list[User], settings: Settings) -> None:
        settings.ROCKETCHAT_GROUPS = {"Staff": {"channels": ["nowhere"]}}

        with make_plan(Scope()) as plan:
            (finding,) = plan.findings
            assert "nowhere" in finding
            assert [each.username for each in plan] == ["cleo"]

    def test_tells_how_far_it_is(self, people: list[User], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sync, "_STEP", 2)
        told: list[Progress] = []

        with make_plan(Scope(), on_progress=told.append):
            pass

        assert told == [Progress("chat accounts", 4, 4), Progress("users", 2, 3), Progress("users", 3, 3)]

    def test_waits_for_its_turn_while_it_reads_and_not_afterwards(
        self, people: list[User], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waits: list[bool] = []
        info = rest.users.info

        def seen(*args: Any, **kwargs: Any) -> rest.User:
            waits.append(service._is_background.get())
            return info(*args, **kwargs)

        monkeypatch.setattr(rest.users, "info", seen)

        with make_plan(Scope(username="ada")):
            assert waits == [True]
            assert not service._is_background.get()

    def test_is_not_made_where_chat_shows_too_little(
        self, rocketchat: StandIn, people: list[User], settings: Settings
    ) -> None:
        login = rocketchat.add_service_account("site")
        settings.ROCKETCHAT_USER_ID, settings.ROCKETCHAT_AUTH_TOKEN = login.user_id, login.auth_token

        with pytest.raises(rest.PermissionRefused), make_plan(Scope()):
            pass


class TestApplying:
    def test_does_what_the_plan_says_and_tells(self, rocketchat: StandIn, people: list[User]) -> None:
        rename(people[0])

        results = synced()

        assert [(result.plan.username, result.changed) for result in results] == [("ada", True), ("cleo", True)]
        assert rocketchat.user("ada")["name"] == "Other"
        assert planned() == {}

    def test_tells_nobody_where_nobody_listens(self, people: list[User]) -> None:
        with make_plan(Scope()) as plan:
            assert apply_plan(plan) == Tally(accounts=1, by_action={Action.CREATE: 1})

    def test_notes_conflicts_and_counts_them(self, rocketchat: StandIn, people: list[User]) -> None:
        rocketchat.add_user("cleo")

        with make_plan(Scope()) as plan:
            tally = apply_plan(plan)

        assert tally == Tally(accounts=1, by_action={Action.CONFLICT: 1})
        account = Account.objects.get(user=people[2])
        assert account.state == Account.State.CONFLICT
        assert "has the address" in account.reason

    def test_notes_what_is_in_order(self, people: list[User], fake_clock: FakeClock) -> None:
        synced(Scope(create=False))

        assert set(Account.objects.values_list("synced_at", flat=True)) == {service.now()}

    def test_waits_for_its_turn(self, people: list[User], monkeypatch: pytest.MonkeyPatch) -> None:
        seen: list[bool] = []
        monkeypatch.setattr(running, "run", lambda *args, **kwargs: seen.append(service._is_background.get()))

        synced()

        assert seen == [True]

    def test_works_on_as_many_at_a_time_as_the_setting_says(
        self, people: list[User], settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen: list[int] = []
        monkeypatch.setattr(running, "run", lambda *args, workers: seen.append(workers))
        settings.ROCKETCHAT_CONCURRENCY = 7

        synced()

        assert seen == [7]

    @pytest.mark.parametrize("scope, kept", [(EVERYBODY, ["talk"]), (Scope(limit=9), []), (Scope(group="Staff"), [])])
    def test_keeps_fingerprints_of_rooms_only_where_everybody_was_looked_at(
        self, rocketchat: StandIn, people: list[User], settings: Settings, scope: Scope, kept: list[str]
    ) -> None:
        """And nobody was moved, as somebody is into the news."""
        rocketchat.add_room("news")
        rocketchat.add_room("talk")
        settings.ROCKETCHAT_GROUPS = {"Staff": {"channels": ["news"]}, "Others": {"channels": ["talk"]}}

        synced(scope)

        assert [room.name for room in ManagedRoom.objects.all()] == kept


class TestAnUnchangedSync:
    """Of many accounts, all of whom are in managed rooms of every kind."""

    COUNT = 230

    @pytest.fixture
    def many(self, rocketchat: StandIn, db: None) -> int:
        names = [f"user{number:03}" for number in range(self.COUNT)]
        rocketchat.add_users(names)
        users = User.objects.bulk_create(User(username=name, email=f"{name}@example.com") for name in names)
        Account.objects.bulk_create(
            Account(
                user=user,
                rocketchat_id=rocketchat.user(user.username)["_id"],
                username=user.username,
                state=Account.State.LINKED,
            )
            for user in users
        )
        Group.objects.create(name="Staff").user_set.set(users)
        kinds: list[Literal["channel", "group", "team"]] = ["channel", "group", "team"]
        for kind in kinds:
            rocketchat.add_room(f"the-{kind}", kind, members=names)
        return math.ceil((self.COUNT + 2) / 100)

    def called(self, rocketchat: StandIn) -> tuple[int, list[str]]:
        """How often users were listed, and what else was called."""
        calls = rocketchat.calls
        return calls.count(LIST), [path for call, path in calls if (call, path) != LIST]

    def test_lists_users_a_hundred_at_a_time_and_asks_nothing_else(self, rocketchat: StandIn, many: int) -> None:
        assert synced() == []
        rocketchat.reset_calls()

        assert synced() == []

        assert self.called(rocketchat) == (many, [])

    def test_asks_a_handful_of_things_about_managed_rooms(
        self, rocketchat: StandIn, many: int, settings: Settings
    ) -> None:
        settings.ROCKETCHAT_GROUPS = {
            "Staff": {
                "roles": ["user"],
                "channels": ["the-channel", "general"],
                "groups": ["the-group"],
                "teams": ["the-team"],
            }
        }
        assert synced() == []
        rocketchat.reset_calls()

        assert synced() == []

        listed, others = self.called(rocketchat)
        assert listed == many
        assert sorted(others) == [
            "/api/v1/channels.info",
            "/api/v1/channels.info",
            "/api/v1/channels.info",  # whether the team's room is one
            "/api/v1/groups.info",
            "/api/v1/groups.info",
            "/api/v1/roles.list",
            "/api/v1/teams.info",
        ]

    def test_writes_few_rows(
        self, many: int, settings: Settings, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        settings.ROCKETCHAT_GROUPS = {"Staff": {"channels": ["the-channel"]}}
        synced()

        with django_assert_max_num_queries(20):
            synced()


class TestALostAnswer:
    def test_of_a_creation_is_recovered_by_the_next_sync(
        self, rocketchat: StandIn, alice: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        create = rest.users.create

        def made_but_not_told(*args: Any) -> rest.User:
            create(*args)
            raise rest.TimedOut("lost", endpoint="v1/users.create")

        with monkeypatch.context() as patched:
            patched.setattr(rest.users, "create", made_but_not_told)
            (failed,) = synced()
        assert (failed.failed, failed.may_pass) == (True, True)

        (result,) = synced()

        assert result.changed
        assert rocketchat.calls.count(CREATE_USER) == 1
        assert Account.objects.get().rocketchat_id == rocketchat.user("alice")["_id"]
        assert planned() == {}

    def test_of_a_deactivation_does_not_keep_the_user_from_coming_back(
        self, rocketchat: StandIn, alice: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        account_for(alice)
        set_active = rest.users.set_active

        def done_but_not_told(*args: Any, **options: Any) -> None:
            set_active(*args, **options)
            raise rest.TimedOut("lost", endpoint="v1/users.setActiveStatus")

        User.objects.update(is_active=False)
        with monkeypatch.context() as patched:
            patched.setattr(rest.users, "set_active", done_but_not_told)
            (failed,) = synced()
        assert (failed.failed, failed.may_pass) == (True, True)
        assert planned() == {}
        User.objects.update(is_active=True)

        assert planned() == {"alice": ["revive"]}
        synced()

        assert rocketchat.user("alice")["active"]
        assert Account.objects.get().state == Account.State.LINKED

    def test_is_not_one_that_says_no(self, rocketchat: StandIn, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
        account_for(alice)
        User.objects.update(is_active=False)

        def refused(*args: Any, **options: Any) -> None:
            raise rest.PermissionRefused("no", endpoint="v1/users.setActiveStatus")

        monkeypatch.setattr(rest.users, "set_active", refused)

        assert synced()[0].failed
        assert Account.objects.get().state == Account.State.LINKED


class TestWhatChangesBetweenPlanAndSync:
    @pytest.fixture(autouse=True)
    def _rooms(self, rocketchat: StandIn, settings: Settings) -> None:
        rocketchat.add_room("board", "group")
        settings.ROCKETCHAT_GROUPS = {"Staff": {"groups": ["board"], "roles": ["moderator"]}}

    def test_of_who_left_a_group_is_not_given_any_more(self, rocketchat: StandIn, alice: User) -> None:
        account_for(alice)
        User.groups.through.objects.create(user=alice, group=Group.objects.create(name="Staff"))
        results: list[Result] = []

        with make_plan(EVERYBODY) as plan:
            assert [actions(each.changes) for each in plan] == [["join", "join"]]
            User.groups.through.objects.all().delete()
            apply_plan(plan, on_result=results.append)

        assert [result.steps for result in results] == [()]
        assert "alice" not in rocketchat.members_of("board")
        assert rocketchat.user("alice")["roles"] == ["user"]
        assert planned() == {}

    def test_is_what_is_told(self, rocketchat: StandIn, alice: User) -> None:
        account_for(alice)
        User.objects.update(first_name="Alicia")

        with make_plan(EVERYBODY) as plan:
            User.objects.update(first_name="Alice", last_name="Liddell")
            apply_plan(plan)

        assert rocketchat.user("alice")["name"] == "Alice Liddell"
        assert planned() == {}

    def test_is_found_for_who_has_an_account_by_then(self, rocketchat: StandIn, alice: User) -> None:
        with make_plan(EVERYBODY) as plan:
            account_for(alice)
            User.objects.update(first_name="Alicia")
            apply_plan(plan)

        assert rocketchat.calls.count(CREATE_USER) == 1
        assert rocketchat.user("alice")["name"] == "Alicia"
        assert planned() == {}

    def test_fails_where_chat_is_down_by_then(self, rocketchat: StandIn, alice: User) -> None:
        account_for(alice)
        User.objects.update(first_name="Alicia")
        results: list[Result] = []

        with make_plan(EVERYBODY) as plan:
            User.objects.update(first_name="Ally")
            rocketchat.fail_with(503)
            apply_plan(plan, on_result=results.append)

        assert [(result.failed, result.may_pass) for result in results] == [(True, True)]


class TestWhoIsHidden:
    def test_by_the_users_model_is_out_of_chat(
        self, rocketchat: StandIn, alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        account_for(alice)

        class NotThese(UserManager[User]):
            def get_queryset(self) -> QuerySet[User]:
                return super().get_queryset().exclude(username__in=["alice", "bob"])

        manager = NotThese()
        manager.model = User
        monkeypatch.setitem(vars(User._meta), "default_manager", manager)

        assert planned() == {"alice": ["deactivate"]}
        synced()

        assert not rocketchat.user("alice")["active"]
        assert planned() == {}


class TestHandingOn:
    @pytest.fixture
    def enqueued(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        labels: list[str] = []

        def enqueue_batches(plans: Iterable[AccountPlan]) -> int:
            labels.extend(plan.label for plan in plans)
            return len(labels)

        monkeypatch.setattr(sync, "enqueue_batches", enqueue_batches)
        return labels

    def test_leaves_to_workers_what_there_is_to_do(self, people: list[User], enqueued: list[str]) -> None:
        with make_plan(EVERYBODY) as plan:
            assert sync.hand_on(plan) == 1

        assert enqueued == ["cleo"]

    def test_keeps_what_it_saw(
        self, rocketchat: StandIn, people: list[User], enqueued: list[str], settings: Settings
    ) -> None:
        rocketchat.add_room("news")
        rocketchat.add_user("cleo")
        settings.ROCKETCHAT_GROUPS = {"Nobody": {"channels": ["news"]}}
        Account.objects.update(failed_at=service.now(), reason="no answer")

        with make_plan(EVERYBODY) as plan:
            assert sync.hand_on(plan) == 0

        cured = Account.objects.filter(user__in=people[:2], failed_at=None, reason="", synced_at__isnull=False)
        assert cured.count() == 2
        assert Account.objects.get(user=people[2]).state == Account.State.CONFLICT
        assert str(ManagedRoom.objects.get()) == "channels: news"


class TestAnAddressThatSomebodyIsAboutToLeave:
    @pytest.mark.usefixtures("handed_on")
    def test_is_waited_for_in_a_sync_of_everybody(self, rocketchat: StandIn) -> None:
        assert planned() == {"second": ["update"], "first": ["create"]}

        assert not any(result.failed for result in synced())

        assert rocketchat.user("first")["emails"][0]["address"] == "second@example.com"
        assert planned() == {}

    def test_is_waited_for_by_who_lost_an_account_in_chat_too(
        self, rocketchat: StandIn, handed_on: list[User], settings: Settings
    ) -> None:
        settings.ROCKETCHAT_LINK_EXISTING = "username"
        Account.objects.create(user=handed_on[0], rocketchat_id="gone", username="one", state=Account.State.LINKED)

        assert not any(result.failed for result in synced())

        assert rocketchat.user("first")["emails"][0]["address"] == "second@example.com"
        assert planned() == {}

    @pytest.mark.usefixtures("handed_on")
    def test_is_waited_for_where_the_plans_are_done_in_another_order(self, rocketchat: StandIn) -> None:
        results: list[Result] = []
        with make_plan(EVERYBODY) as plan:
            plans = sorted(plan, key=lambda each: each.username)
        running.run(plans, Applier(Adapter()), results.append, workers=1)

        assert [(result.plan.username, result.failed) for result in results] == [("second", False), ("first", False)]
