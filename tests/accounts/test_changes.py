import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rocketchat_auth.accounts.changes import (
    AccountPlan,
    Action,
    Change,
    Outcome,
    Result,
    Step,
    Tally,
    lines,
    planned,
)

UPDATE = Change(Action.UPDATE, "name", "Ada", "Augusta")
JOIN = Change(Action.JOIN, "channels", after="news")
CONFLICT = Change(Action.CONFLICT, reason="another has the name")
DEACTIVATE = Change(Action.DEACTIVATE, reason="may not chat")
DELETE = Change(Action.DELETE)


def plan(*changes: Change) -> AccountPlan:
    return AccountPlan("7", 3, "ada", "ada.l", "id-of-ada", changes)


@pytest.mark.parametrize(
    "plan, label",
    [
        (AccountPlan("7", 3, "ada", "ada.l", "id"), "ada"),
        (AccountPlan(None, 3, "", "ada.l", "id"), "ada.l"),
        (AccountPlan(None, 3, "", "", "id"), "id"),
    ],
)
def test_a_plan_is_known_by_the_best_name_that_there_is(plan: AccountPlan, label: str) -> None:
    assert plan.label == label


@pytest.mark.parametrize(
    "changes, does_something, ends_account",
    [
        ((), False, False),
        ((CONFLICT,), False, False),
        ((CONFLICT, UPDATE), True, False),
        ((DEACTIVATE,), True, True),
        ((UPDATE, DELETE), True, True),
    ],
)
def test_what_a_plan_comes_to(changes: tuple[Change, ...], does_something: bool, ends_account: bool) -> None:
    assert (plan(*changes).does_something, plan(*changes).ends_account) == (does_something, ends_account)


_values = st.none() | st.text() | st.dictionaries(st.text(), st.text())
_changes = st.builds(Change, st.sampled_from(Action), field=st.text(), before=_values, after=_values, reason=st.text())
_plans = st.builds(
    AccountPlan,
    st.none() | st.text(),
    st.none() | st.integers(),
    st.text(),
    st.text(),
    st.text(),
    st.lists(_changes).map(tuple),
)


@given(_plans)
def test_a_plan_comes_back_whole_from_json(plan: AccountPlan) -> None:
    unpacked = AccountPlan.unpack(json.loads(json.dumps(plan.pack())))

    assert unpacked == plan
    assert all(type(change.action) is Action for change in unpacked.changes)


@pytest.mark.parametrize(
    "outcomes, failed, changed",
    [
        ((), False, False),
        ((Outcome.PLANNED,), False, False),
        ((Outcome.DONE,), False, True),
        ((Outcome.DONE, Outcome.FAILED), True, True),
        ((Outcome.FAILED,), True, False),
        ((Outcome.LEFT,), False, False),
    ],
)
def test_what_became_of_a_plan(outcomes: tuple[Outcome, ...], failed: bool, changed: bool) -> None:
    result = Result(plan(), tuple(Step(UPDATE, outcome) for outcome in outcomes))

    assert (result.failed, result.changed) == (failed, changed)


def line(**facts: Any) -> dict[str, Any]:
    usual = {"user": "ada", "user_id": "7", "account": "ada.l", "rocketchat_id": "id-of-ada", "field": None}
    return {**usual, "before": None, "after": None, "reason": None, **facts}


def test_each_change_is_a_line() -> None:
    steps = (Step(UPDATE, Outcome.DONE), Step(JOIN, Outcome.FAILED, "no such room"), Step(CONFLICT, Outcome.PLANNED))

    assert list(lines(Result(plan(UPDATE, JOIN, CONFLICT), steps))) == [
        line(action="update", field="name", before="Ada", after="Augusta", outcome="done"),
        line(action="join", field="channels", after="news", outcome="failed", reason="no such room"),
        line(action="conflict", outcome="planned", reason="another has the name"),
    ]


def test_what_is_not_known_is_null_in_a_line() -> None:
    (found,) = lines(planned(AccountPlan(None, 3, changes=(DELETE,))))

    assert [found[name] for name in ("user", "user_id", "account", "rocketchat_id")] == [None] * 4


def test_a_tally_counts_accounts_failures_and_what_did_not_fail() -> None:
    tally = Tally()

    tally.add(planned(plan(UPDATE, UPDATE, CONFLICT)))
    tally.add(Result(plan(UPDATE, JOIN), (Step(UPDATE, Outcome.DONE), Step(JOIN, Outcome.FAILED))))
    tally.add(Result(plan(JOIN), (Step(JOIN, Outcome.LEFT),)))

    assert (tally.accounts, tally.failed) == (3, 1)
    assert tally.by_action == {Action.UPDATE: 3, Action.CONFLICT: 1}
