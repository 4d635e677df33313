import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from pytest_django import Settings

from rocketchat_auth.accounts.applying import Applier
from rocketchat_auth.accounts.changes import AccountPlan, Action, Change, Outcome, Result, Step, Tally, planned
from rocketchat_auth.accounts.provisioning import account_for
from rocketchat_auth.accounts.sync import Plan, Scope
from rocketchat_auth.management.rocketchat import sync
from rocketchat_auth.models import Account
from rocketchat_auth.testing import StandIn
from tests.chat import CREATE_USER, set_roles
from tests.management.conftest import Run


class FakePlan(Plan):
    """A plan without two sides to compare."""

    def __init__(self, *plans: AccountPlan) -> None:
        self.plans = plans
        self.checked = len(plans)
        self.findings = []
        self.tally = Tally()
        for plan in plans:
            self.tally.add(planned(plan))

    def __iter__(self) -> Iterator[AccountPlan]:
        return iter(self.plans)

    def check_deactivations(self) -> None:
        """All of it is allowed."""


@pytest.fixture(autouse=True)
def _in_this_thread(settings: Settings) -> None:
    """Other threads do not see what a test's transaction holds."""
    settings.ROCKETCHAT_CONCURRENCY = 1


def plan_for(number: int) -> AccountPlan:
    return AccountPlan(str(number), number, f"user{number}", f"user{number}", changes=(Change(Action.REVIVE),))


@pytest.fixture
def plan(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets the command find such a plan."""

    def plan(*plans: AccountPlan) -> None:
        monkeypatch.setattr(sync, "make_plan", lambda *_, **__: nullcontext(FakePlan(*plans)))

    return plan


def has_account(stand_in: StandIn, username: str) -> bool:
    return stand_in.users.by_username(username) is not None


def objects(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


class TestPlanning:
    def test_shows_what_would_be_done_and_does_nothing(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        ran = run("sync", "--dry-run")

        assert (ran.status, ran.notes) == (3, "")
        assert "alice   alice          create   Alice, alice@example.com" in ran.out
        assert "Looked at 1 users and accounts; different: 1 (create 1)." in ran.out
        assert not has_account(rocketchat, "alice")

    def test_shows_before_and_after_of_each_field(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        account_for(alice)
        alice.first_name, alice.email = "Alison", "alison@example.com"
        alice.save()

        ran = run("sync", "--dry-run")

        assert "alice   alice          update   name: Alice → Alison" in ran.out
        assert "                       update   e-mail: alice@example.com → alison@example.com" in ran.out

    def test_shows_a_conflict_with_its_reason_and_leaves_it(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        rocketchat.add_user("alice")

        ran = run("sync", "--yes")

        assert ran.status == 0
        assert "conflict" in ran.out
        assert "Link that account, or change one of the two." in " ".join(ran.out.split())
        assert Account.objects.get().state == Account.State.CONFLICT

    def test_says_that_nothing_differs(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        account_for(alice)

        ran = run("sync", "--dry-run")

        assert (ran.status, ran.out) == (0, "Looked at 1 users and accounts; nothing differs.\n")

    def test_shows_findings(self, rocketchat: StandIn, alice: User, run: Run, settings: Settings) -> None:
        settings.ROCKETCHAT_GROUPS = {"Staff": {"channels": ["nowhere"]}}

        assert "Rocket.Chat has no channel nowhere." in run("sync", "--dry-run").out

    @pytest.mark.parametrize(
        "arguments, scope",
        [
            ((), Scope()),
            (("--user", "alice"), Scope(username="alice")),
            (("--group", "Staff"), Scope(group="Staff")),
            (("--limit", "5"), Scope(limit=5)),
            (("--no-create",), Scope(create=False)),
        ],
    )
    def test_is_about_whom_the_options_name(
        self, run: Run, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], scope: Scope
    ) -> None:
        planned_for: list[Scope] = []

        @contextmanager
        def make_plan(scope: Scope, **_: object) -> Iterator[Plan]:
            planned_for.append(scope)
            yield FakePlan()

        monkeypatch.setattr(sync, "make_plan", make_plan)

        assert run("sync", "--dry-run", *arguments).status == 0
        assert planned_for == [scope]

    def test_of_one_group_leaves_others_alone(self, rocketchat: StandIn, alice: User, bob: User, run: Run) -> None:
        Group.objects.create(name="Staff").user_set.add(alice)

        assert run("sync", "--yes", "--group", "Staff").status == 3
        assert (has_account(rocketchat, "alice"), has_account(rocketchat, "bob")) == (True, False)

    def test_shows_the_beginning_of_a_long_plan_on_a_terminal(self, run: Run, plan: Callable[..., None]) -> None:
        plan(*map(plan_for, range(250)))

        ran = run("sync", "--dry-run", answer="")

        assert "user199" in ran.out
        assert "user200" not in ran.out
        assert "… and 50 more. To see all, add --dry-run" in ran.out

    def test_shows_all_of_a_long_plan_elsewhere(self, run: Run, plan: Callable[..., None]) -> None:
        plan(*map(plan_for, range(450)))

        shown = run("sync", "--dry-run").out

        assert all(f"user{number} " in shown for number in range(450))
        assert shown.count("Chat account") == 1


class TestApplying:
    def test_does_what_the_plan_says(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        ran = run("sync", "--yes")

        assert (ran.status, ran.error) == (3, "")
        assert ran.out.endswith("Done: create 1.\n")
        assert has_account(rocketchat, "alice")

    def test_a_second_run_finds_nothing_to_do(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        run("sync", "--yes")

        assert run("sync", "--yes") == run("sync", "--dry-run")
        assert run("sync", "--yes").status == 0

    def test_ends_chat_for_whoever_left_the_site(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        account_for(alice)
        get_user_model().objects.update(is_active=False)

        ran = run("sync", "--yes")

        assert "deactivate   may not chat" in ran.out
        assert not rocketchat.user("alice")["active"]

    def test_says_what_failed_and_does_the_rest(
        self, rocketchat: StandIn, alice: User, bob: User, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rocketchat.fail_with(500, path="/api/v1/users.create", times=1)

        ran = run("sync", "--yes")

        assert ran.status == 1
        assert "failed: https://chat.example.com answered v1/users.create with status 500" in ran.notes
        assert ran.error == "1 of 2 accounts failed. Mend what `manage.py rocketchat doctor` finds, and run this again."
        assert [has_account(rocketchat, name) for name in ("alice", "bob")].count(True) == 1

    def test_says_no_more_than_fifty_failures(
        self, run: Run, plan: Callable[..., None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plan(*map(plan_for, range(60)))

        def apply_plan(plan: Plan, *, on_result: Callable[[Result], None]) -> None:
            for one in plan:
                on_result(Result(one, (Step(one.changes[0], Outcome.FAILED, "no answer"),)))

        monkeypatch.setattr(sync, "apply_plan", apply_plan)

        ran = run("sync", "--yes")

        assert ran.notes.count("no answer") == 50
        assert ran.notes.count("More failed") == 1
        assert (
            ran.error == "60 of 60 accounts failed. Mend what `manage.py rocketchat doctor` finds, and run this again."
        )

    def test_where_others_were_first_nothing_changed(
        self, run: Run, plan: Callable[..., None], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        plan(plan_for(1))
        monkeypatch.setattr(sync, "apply_plan", lambda plan, on_result: on_result(Result(next(iter(plan)))))

        assert run("sync", "--yes").status == 0


class TestAsking:
    @pytest.mark.parametrize("answer", ["y", "Y", " yes "])
    def test_applies_after_a_yes(self, rocketchat: StandIn, alice: User, run: Run, answer: str) -> None:
        ran = run("sync", answer=answer)

        assert ran.status == 3
        assert "Apply? [y/N]" in ran.notes
        assert has_account(rocketchat, "alice")

    @pytest.mark.parametrize("answer", ["", "n", "yo"])
    def test_does_nothing_after_anything_else(self, rocketchat: StandIn, alice: User, run: Run, answer: str) -> None:
        ran = run("sync", answer=answer)

        assert ran.status == 3
        assert "Nothing was changed." in ran.notes
        assert not has_account(rocketchat, "alice")

    def test_asks_nothing_where_there_is_nothing_to_do(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        account_for(alice)

        ran = run("sync", answer="")

        assert ran.status == 0
        assert "Apply?" not in ran.notes

    def test_says_what_to_add_where_nobody_can_answer(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        ran = run("sync")

        assert ran.status == 1
        assert ran.error.startswith("There is nobody to ask. Add --yes")
        assert rocketchat.calls == []


class TestGuard:
    @pytest.fixture
    def half_of_them_left(self, rocketchat: StandIn, db: None) -> None:
        for number in range(4):
            user = get_user_model().objects.create_user(f"user{number}", f"user{number}@example.com")
            account_for(user)
        get_user_model().objects.filter(username__in=["user0", "user1"]).update(is_active=False)

    @pytest.mark.usefixtures("half_of_them_left")
    def test_refuses_to_end_very_many_accounts(self, rocketchat: StandIn, run: Run) -> None:
        ran = run("sync", "--yes")

        assert ran.status == 1
        assert ran.error == (
            "This ends 2 of 4 linked accounts, and ROCKETCHAT_MAX_DEACTIVATE allows 1. Nothing was changed."
            " Add --force if the plan is right."
        )
        assert rocketchat.user("user0")["active"]

    @pytest.mark.usefixtures("half_of_them_left")
    def test_gives_way_to_force(self, rocketchat: StandIn, run: Run) -> None:
        ran = run("sync", "--yes", "--force")

        assert ran.status == 3
        assert "This ends 2 of 4 linked accounts" in ran.notes
        assert not rocketchat.user("user0")["active"]

    @pytest.mark.usefixtures("half_of_them_left")
    def test_is_foretold_by_a_dry_run(self, run: Run) -> None:
        ran = run("sync", "--dry-run")

        assert ran.status == 3
        assert "It will need --force." in ran.notes


class TestForPrograms:
    def test_a_plan_is_one_object_a_line(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        ran = run("sync", "--dry-run", "--format", "json")

        assert objects(ran.out) == [
            {
                "action": "create",
                "user": "alice",
                "user_id": str(alice.pk),
                "account": None,
                "rocketchat_id": None,
                "field": None,
                "before": None,
                "after": {"username": "alice", "name": "Alice", "email": "alice@example.com"},
                "outcome": "planned",
                "reason": None,
            }
        ]
        assert "Looked at 1 users and accounts" in ran.notes

    def test_results_say_what_became_of_it(self, rocketchat: StandIn, alice: User, bob: User, run: Run) -> None:
        rocketchat.fail_with(500, path="/api/v1/users.create", times=1)

        ran = run("sync", "--yes", "--format", "json")

        found = objects(ran.out)
        assert sorted(line["outcome"] for line in found) == ["done", "failed"]
        assert [line["reason"] is None for line in found if line["outcome"] == "failed"] == [False]
        assert "Done: create 1." in ran.notes
        assert ran.status == 1

    def test_a_question_does_not_get_between_the_lines(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        ran = run("sync", "--format", "json", answer="y")

        assert [line["outcome"] for line in objects(ran.out)] == ["done"]

    def test_the_documented_objects_have_the_same_keys(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        page = (Path(__file__).parents[2] / "docs" / "sync.md").read_text()
        [written] = objects(run("sync", "--dry-run", "--format", "json").out)

        [block] = re.findall(r"```json\n(.*?)```", page, re.DOTALL)

        assert [list(line) for line in objects(block)] == [list(written)] * 4
        assert re.findall(r"^\| `(\w+)` \| (?:text|any)", page, re.MULTILINE) == list(written)


class TestInterrupts:
    def test_while_reading_say_that_nothing_was_changed(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        def make_plan(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(sync, "make_plan", make_plan)

        ran = run("sync", "--yes")

        assert (ran.status, ran.notes) == (130, "Interrupted. Nothing was changed.\n")

    def test_while_applying_say_what_is_left_and_how_to_go_on(
        self, rocketchat: StandIn, alice: User, bob: User, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        apply = Applier.apply

        def interrupted_at_bob(self: Applier, plan: AccountPlan, **options: Any) -> Result:
            if plan.label == "bob":
                raise KeyboardInterrupt
            return apply(self, plan, **options)

        with monkeypatch.context() as patched:
            patched.setattr(Applier, "apply", interrupted_at_bob)
            ran = run("sync", "--yes")

        assert ran.status == 130
        assert ran.notes == (
            "Interrupted. Of 2 accounts, 1 are done and 1 are left."
            " Run the same command again to go on with the rest.\n"
        )
        assert run("sync", "--yes").status == 3
        assert rocketchat.calls.count(CREATE_USER) == 2


class TestEnqueueing:
    @pytest.fixture
    def enqueued(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        labels: list[str] = []

        def enqueue_batches(plans: Iterable[AccountPlan]) -> int:
            labels.extend(plan.label for plan in plans)
            return len(labels)

        monkeypatch.setattr("rocketchat_auth.accounts.sync.enqueue_batches", enqueue_batches)
        return labels

    def test_leaves_what_differs_to_the_workers(
        self, rocketchat: StandIn, alice: User, bob: User, run: Run, enqueued: list[str]
    ) -> None:
        rocketchat.add_user("bob")

        ran = run("sync", "--yes", "--enqueue")

        assert (ran.status, enqueued) == (3, ["alice"])
        assert ran.out.endswith("1 batch was enqueued.\n")
        assert not has_account(rocketchat, "alice")

    def test_says_that_there_was_nothing_to_leave(
        self, rocketchat: StandIn, alice: User, run: Run, enqueued: list[str]
    ) -> None:
        account_for(alice)

        assert run("sync", "--yes", "--enqueue").status == 0
        assert enqueued == []

    def test_tells_programs_what_was_planned(
        self, rocketchat: StandIn, alice: User, run: Run, enqueued: list[str]
    ) -> None:
        ran = run("sync", "--yes", "--enqueue", "--format", "json")

        assert [line["outcome"] for line in objects(ran.out)] == ["planned"]

    def test_asks_first(self, rocketchat: StandIn, alice: User, run: Run, enqueued: list[str]) -> None:
        run("sync", "--enqueue", answer="n")

        assert enqueued == []


class TestErrors:
    def test_chat_that_does_not_answer(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        rocketchat.fail_with("drop")

        ran = run("sync", "--yes")

        assert ran.status == 1
        assert ran.error.startswith("Rocket.Chat does not answer: ")
        assert ran.error.endswith("Run this again later.")

    def test_a_setting_that_is_missing(self, rocketchat: StandIn, alice: User, run: Run, settings: Settings) -> None:
        settings.ROCKETCHAT_URL = ""

        assert run("sync", "--yes").error.startswith("ROCKETCHAT_URL is not set.")

    @pytest.mark.parametrize("option", ["--user", "--group"])
    def test_somebody_whom_the_site_does_not_know(self, rocketchat: StandIn, db: None, run: Run, option: str) -> None:
        assert run("sync", "--yes", option, "nobody").error == "The site has no user or group called nobody."

    def test_a_token_that_is_no_longer_good(
        self, rocketchat: StandIn, alice: User, run: Run, settings: Settings
    ) -> None:
        settings.ROCKETCHAT_AUTH_TOKEN = "another"

        assert "401" in run("sync", "--yes").error

    def test_a_service_account_that_may_too_little(self, rocketchat: StandIn, alice: User, run: Run) -> None:
        set_roles(rocketchat, "admin", "user")

        assert run("sync", "--yes").error.startswith("The service account may not do this in Rocket.Chat: ")

    @pytest.mark.parametrize("limit", ["0", "-1", "two", "1.5"])
    def test_a_limit_that_is_no_number(self, db: None, run: Run, limit: str) -> None:
        assert "is not a whole number from 1 on" in run("sync", "--yes", "--limit", limit).error

    def test_a_dry_run_cannot_be_enqueued(self, db: None, run: Run) -> None:
        assert "not allowed with" in run("sync", "--dry-run", "--enqueue").error
