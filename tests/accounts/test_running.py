import logging
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from pytest_django import Settings

from rocketchat_auth import rest
from rocketchat_auth.accounts import running
from rocketchat_auth.accounts.applying import Applier, Blocked
from rocketchat_auth.accounts.changes import AccountPlan, Action, Change, Outcome, Result, Step
from rocketchat_auth.accounts.provisioning import account_for
from rocketchat_auth.accounts.sync import Scope, apply_plan, make_plan
from rocketchat_auth.adapter import Adapter
from rocketchat_auth.models import Account
from rocketchat_auth.testing import StandIn, StandInServer
from tests.chat import CREATE_USER
from tests.conftest import TOKEN_SECRET

PATIENCE = 20.0
_setting: ContextVar[str] = ContextVar("setting", default="")


def plan(name: str, *changes: Change) -> AccountPlan:
    return AccountPlan(name, None, name, rocketchat_id=f"id-of-{name}", changes=changes or (Change(Action.CREATE),))


def done(plan: AccountPlan) -> Result:
    return Result(plan, tuple(Step(change, Outcome.DONE) for change in plan.changes))


class Played(Applier):
    """An applier that does what a test says."""

    def __init__(self, play: Callable[[AccountPlan, bool], Result]) -> None:
        super().__init__(Adapter())
        self._play = play

    def apply(self, plan: AccountPlan, *, finally_: bool = True) -> Result:
        return self._play(plan, finally_)


def run(plans: list[AccountPlan], play: Callable[[AccountPlan, bool], Result], *, workers: int = 1) -> list[Result]:
    results: list[Result] = []
    running.run(plans, Played(play), results.append, workers=workers)
    return results


BOTH = pytest.mark.parametrize("workers", [1, 3])


@BOTH
def test_all_plans_are_done(workers: int) -> None:
    plans = [plan(str(number)) for number in range(20)]

    results = run(plans, lambda plan, _: done(plan), workers=workers)

    assert sorted(int(result.plan.username) for result in results) == list(range(20))
    assert all(result.changed for result in results)


@BOTH
def test_none_at_all_is_no_trouble(workers: int) -> None:
    assert run([], lambda plan, _: done(plan), workers=workers) == []


@BOTH
def test_one_that_fails_unforeseen_stops_no_other(workers: int, caplog: pytest.LogCaptureFixture) -> None:
    def play(plan: AccountPlan, _: bool) -> Result:
        if plan.username == "bad":
            raise KeyError("something private")
        return done(plan)

    results = {result.plan.username: result for result in run([plan("bad"), plan("good")], play, workers=workers)}

    assert results["good"].changed
    (step,) = results["bad"].steps
    assert (step.outcome, step.reason) == (Outcome.FAILED, "It failed with KeyError; the log has more.")
    assert not results["bad"].may_pass
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("rocketchat_auth.accounts", logging.ERROR)
    assert record.getMessage() == "The chat account of bad could not be changed"


class TestThreads:
    def test_are_as_many_as_were_asked_for(self) -> None:
        together = threading.Barrier(3)

        def play(plan: AccountPlan, _: bool) -> Result:
            together.wait(PATIENCE)
            return done(plan)

        assert len(run([plan(str(number)) for number in range(6)], play, workers=3)) == 6

    def test_know_what_the_callers_context_knows(self) -> None:
        seen: set[str] = set()
        reset = _setting.set("in the background")

        def play(plan: AccountPlan, _: bool) -> Result:
            seen.add(_setting.get())
            return done(plan)

        try:
            run([plan("a"), plan("b")], play, workers=2)
        finally:
            _setting.reset(reset)

        assert seen == {"in the background"}

    def test_leave_results_to_the_caller(self) -> None:
        told: set[int] = set()

        running.run(
            [plan("a"), plan("b")],
            Played(lambda plan, _: done(plan)),
            lambda result: told.add(threading.get_ident()),
            workers=2,
        )

        assert told == {threading.get_ident()}

    def test_take_plans_only_as_they_get_free(self) -> None:
        taken: list[int] = []
        open_gate = threading.Event()

        def plans() -> Iterator[AccountPlan]:
            for number in range(50):
                taken.append(number)
                if number == 3:
                    open_gate.set()
                yield plan(str(number))

        def play(plan: AccountPlan, _: bool) -> Result:
            assert open_gate.wait(PATIENCE)
            return done(plan)

        most: list[int] = []
        results: list[Result] = []

        def take(result: Result) -> None:
            results.append(result)
            most.append(len(taken) - len(results))

        running.run(plans(), Played(play), take, workers=2)

        assert len(results) == 50
        assert max(most) < 4

    def test_are_gone_afterwards(self) -> None:
        run([plan("a")], lambda plan, _: done(plan), workers=3)

        assert not [thread for thread in threading.enumerate() if thread.name.startswith("sync-")]


class TestInterrupts:
    def test_let_what_was_begun_come_to_its_end(self) -> None:
        begun: list[str] = []
        ended: list[str] = []
        both = threading.Barrier(2)
        told: list[str] = []

        def play(plan: AccountPlan, _: bool) -> Result:
            begun.append(plan.username)
            if len(begun) <= 2:
                both.wait(PATIENCE)
            ended.append(plan.username)
            return done(plan)

        def take(result: Result) -> None:
            told.append(result.plan.username)
            if len(told) == 1:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            running.run([plan(str(number)) for number in range(50)], Played(play), take, workers=2)

        assert sorted(begun) == sorted(ended) == sorted(told)
        assert 2 <= len(begun) < 50
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("sync-")]

    def test_come_through_at_once_where_nothing_is_parallel(self) -> None:
        told: list[Result] = []

        def play(plan: AccountPlan, _: bool) -> Result:
            if told:
                raise KeyboardInterrupt
            return done(plan)

        with pytest.raises(KeyboardInterrupt):
            running.run([plan("a"), plan("b"), plan("c")], Played(play), told.append, workers=1)

        assert [result.plan.username for result in told] == ["a"]


class TestBlockedPlans:
    @BOTH
    def test_wait_until_others_are_done(self, workers: int) -> None:
        free = {"c"}

        def play(plan: AccountPlan, _: bool) -> Result:
            (change,) = plan.changes
            if change.after not in free:
                raise Blocked(plan, "username", change.after)
            free.add(change.before)
            return done(plan)

        renames = [("a", "b"), ("b", "c")]
        plans = [plan(old, Change(Action.UPDATE, "username", old, new)) for old, new in renames]

        results = run(plans, play, workers=workers)

        assert [result.plan.username for result in results] == ["b", "a"]
        assert all(result.changed for result in results)

    def test_fail_at_last(self) -> None:
        tries: list[bool] = []

        def play(plan: AccountPlan, finally_: bool) -> Result:
            tries.append(finally_)
            if not finally_:
                raise Blocked(plan, "email", "theirs@example.com")
            return Result(plan, tuple(Step(change, Outcome.FAILED, "taken") for change in plan.changes))

        (result,) = run([plan("a")], play)

        assert result.failed
        assert tries == [False, False, True]

    def test_of_which_each_is_in_the_way_of_another_end_at_last(
        self, rocketchat: StandIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As where a third account has the names as well, so that moving one out of the way helps nobody."""
        moved: list[str] = []
        monkeypatch.setattr(rest.users, "update", lambda client, user_id, data: moved.append(user_id))

        def play(plan: AccountPlan, finally_: bool) -> Result:
            raise Blocked(plan, "username", plan.changes[0].after)

        plans = [plan(old, Change(Action.UPDATE, "username", old, new)) for old, new in ("ab", "ba")]

        assert run(plans, play) == []
        assert sorted(moved) == ["id-of-a", "id-of-b"]

    @pytest.mark.parametrize("field", ["username", "email"])
    def test_are_not_moved_for_who_wants_something_else(
        self, rocketchat: StandIn, monkeypatch: pytest.MonkeyPatch, field: str
    ) -> None:
        moved: list[str] = []
        monkeypatch.setattr(rest.users, "update", lambda client, user_id, data: moved.append(user_id))

        def play(plan: AccountPlan, finally_: bool) -> Result:
            if finally_:
                return done(plan)
            raise Blocked(plan, field, "x@example.com")

        others = [Change(Action.UPDATE, "name", "x@example.com", "y"), Change(Action.UPDATE, field, "z", "y")]

        assert len(run([plan("a", *others), plan("b")], play)) == 2
        assert moved == []


class TestCircles:
    """Against the stand-in: accounts that swap what no two may have."""

    @pytest.fixture
    def people(self, rocketchat: StandIn, db: None, settings: Settings) -> list[User]:
        settings.ROCKETCHAT_CONCURRENCY = 1
        people = [get_user_model().objects.create_user(name, f"{name}@example.com") for name in ("ada", "ben", "cleo")]
        for user in people:
            account_for(user)
        return people

    @pytest.mark.parametrize("length", [2, 3])
    def test_of_addresses_come_round(self, rocketchat: StandIn, people: list[User], length: int) -> None:
        circle = people[:length]
        for user, other in zip(circle, [*circle[1:], circle[0]], strict=True):
            User.objects.filter(pk=user.pk).update(email=other.email.upper().replace("EXAMPLE.COM", "example.com"))

        assert not [result for result in synced() if result.failed]

        for user in User.objects.filter(pk__in=[user.pk for user in circle]):
            (email,) = rocketchat.user(user.username)["emails"]
            assert email == {"address": user.email, "verified": True}
        assert synced() == []

    @pytest.mark.parametrize("length", [2, 3])
    def test_of_usernames_come_round(self, rocketchat: StandIn, people: list[User], length: int) -> None:
        circle, names = people[:length], [user.username for user in people[:length]]
        for user in circle:
            User.objects.filter(pk=user.pk).update(username=f"{user.username} for now")
        for user, name in zip(circle, [*names[1:], names[0]], strict=True):
            User.objects.filter(pk=user.pk).update(username=name)

        assert not [result for result in synced() if result.failed]

        for user in circle:
            user.refresh_from_db()
            account = Account.objects.get(user=user)
            assert account.username == user.username
            assert rocketchat.user(user.username)["_id"] == account.rocketchat_id
        assert synced() == []

    def test_that_cannot_be_broken_fail_and_the_rest_goes_on(self, rocketchat: StandIn, people: list[User]) -> None:
        ada, ben, cleo = people
        User.objects.filter(pk=ada.pk).update(email=ben.email)
        User.objects.filter(pk=ben.pk).update(email=ada.email)
        User.objects.filter(pk=cleo.pk).update(first_name="Cleo")
        rocketchat.settings["Accounts_AllowedDomainsList"] = "example.com"
        moving = rest.users.update

        def refuse(client: rest.Client, user_id: str, data: dict[str, object]) -> rest.User:
            if "-moving@" in str(data.get("email")):
                raise rest.InvalidField("no such address", endpoint="v1/users.update")
            return moving(client, user_id, data)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(rest.users, "update", refuse)
            results = {result.plan.username: result for result in synced()}

        assert {name: result.failed for name, result in results.items()} == {"ada": True, "ben": True, "cleo": False}
        assert rocketchat.user("cleo")["name"] == "Cleo"
        assert not [result for result in synced() if result.failed]


def synced() -> list[Result]:
    results: list[Result] = []
    with make_plan(Scope()) as plan:
        apply_plan(plan, on_result=results.append)
    return results


@pytest.mark.django_db(transaction=True)
class TestOverARealSocket:
    """Four threads, a database that they share, and the stand-in behind HTTP."""

    @pytest.fixture
    def served(self, settings: Settings) -> Iterator[StandIn]:
        stand_in = StandIn("8.4", token_secret=TOKEN_SECRET)
        with StandInServer(stand_in) as server:
            settings.ROCKETCHAT_URL = server.url
            settings.ROCKETCHAT_USER_ID = stand_in.admin.user_id
            settings.ROCKETCHAT_AUTH_TOKEN = stand_in.admin.auth_token
            settings.ROCKETCHAT_CONCURRENCY = 4
            settings.ROCKETCHAT_READ_TIMEOUT = PATIENCE
            yield stand_in

    @pytest.fixture
    def names(self, db: None) -> list[str]:
        names = [f"user{number:02}" for number in range(16)]
        get_user_model().objects.bulk_create(User(username=name, email=f"{name}@example.com") for name in names)
        return names

    def test_everybody_gets_one_account_and_all_that_goes_with_it(
        self, served: StandIn, names: list[str], settings: Settings
    ) -> None:
        settings.ROCKETCHAT_CREATE_ROOMS = True
        settings.ROCKETCHAT_ADAPTER = "tests.adapters.AllInNews"

        results = synced()

        assert sorted(result.plan.username for result in results) == names
        assert not [result for result in results if result.failed]
        assert served.members_of("news") == ["admin", *names]
        assert served.calls.count(("POST", "/api/v1/channels.create")) == 1
        assert synced() == []

    def test_an_interrupt_loses_nothing_and_running_again_goes_on(self, served: StandIn, names: list[str]) -> None:
        told: list[Result] = []

        def take(result: Result) -> None:
            told.append(result)
            if len(told) == 3:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt), make_plan(Scope()) as plan:
            apply_plan(plan, on_result=take)

        created = [name for name in names if served.users.by_username(name)]
        assert 3 <= len(created) < len(names)
        assert sorted(result.plan.username for result in told) == created
        assert list(_linked()) == created

        synced()

        assert list(_linked()) == names
        assert served.calls.count(CREATE_USER) == len(names)
        assert synced() == []


def _linked() -> Iterator[str]:
    for account in Account.objects.filter(state=Account.State.LINKED).order_by("username"):
        assert account.claimed_at is None
        yield account.username
