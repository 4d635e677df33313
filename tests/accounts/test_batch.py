import logging
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from rocketchat_auth.accounts import batch
from rocketchat_auth.accounts.batch import ATTEMPTS, sync_batch, wait_before
from rocketchat_auth.accounts.changes import AccountPlan, Action, Change, Outcome, Result, Step
from rocketchat_auth.conf import Problem, SettingError
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.tasks import DUMMY, default_backend

GOOD = Result(AccountPlan("1", 11, "good"), (Step(Change(Action.UPDATE, "name"), Outcome.DONE),))


def failed(user_pk: str | None, account_pk: int | None, *, may_pass: bool) -> Result:
    step = Step(Change(Action.UPDATE, "name"), Outcome.FAILED, "no answer in time")
    return Result(AccountPlan(user_pk, account_pk, f"user-{user_pk}"), (step, step), may_pass=may_pass)


@pytest.fixture
def results(monkeypatch: pytest.MonkeyPatch, rocketchat: StandIn) -> list[Result]:
    """What the engine answers."""
    answers: list[Result] = []
    monkeypatch.setattr(batch, "sync_some", lambda *args, **kwargs: answers)
    return answers


class TestTryingAgain:
    @pytest.fixture(autouse=True)
    def workers(self, settings: Settings) -> None:
        settings.TASKS = DUMMY

    def test_what_may_pass_is_tried_again_later(self, results: list[Result], fake_clock: FakeClock) -> None:
        results += [
            GOOD,
            failed("2", 12, may_pass=True),
            failed("3", 13, may_pass=False),
            failed(None, 14, may_pass=True),
        ]

        sync_batch.call(["1", "2", "3"], [14], 2)

        (again,) = default_backend().results
        assert again.task.func is sync_batch.func
        assert (again.args, again.kwargs) == ([["2"], [14]], {"attempt": 3})
        waits = again.task.run_after - datetime.fromtimestamp(fake_clock.time(), UTC)
        assert wait_before(3, 0) <= waits <= wait_before(3, 1)

    @pytest.mark.parametrize("result", [GOOD, failed("2", 12, may_pass=False)])
    def test_what_went_well_or_always_fails_is_not(self, results: list[Result], result: Result) -> None:
        results.append(result)

        sync_batch.call(["1"], [])

        assert default_backend().results == []

    def test_there_is_an_end_to_it(self, results: list[Result]) -> None:
        results.append(failed("2", 12, may_pass=True))

        for attempt in range(1, ATTEMPTS + 1):
            sync_batch.call(["2"], [], attempt)

        assert [again.kwargs["attempt"] for again in default_backend().results] == [2, 3, 4, 5]

    def test_an_attempt_is_never_for_certain_at_the_same_time(self, results: list[Result]) -> None:
        results.append(failed("2", 12, may_pass=True))

        for _ in range(20):
            sync_batch.call(["2"], [])

        assert len({again.task.run_after for again in default_backend().results}) > 1


def test_a_backend_that_can_do_nothing_later_leaves_it_to_the_next_sync(results: list[Result]) -> None:
    results.append(failed("2", 12, may_pass=True))

    done = sync_batch.enqueue(["2"], [])

    assert done.status == "SUCCESSFUL"


def test_failures_are_logged(results: list[Result], caplog: pytest.LogCaptureFixture) -> None:
    results += [GOOD, failed("2", 12, may_pass=True)]

    sync_batch.call(["1", "2"], [])

    (record,) = caplog.records
    assert (record.name, record.levelno) == ("rocketchat_auth.accounts", logging.WARNING)
    assert record.getMessage().endswith("user-2 could not be brought up to date: no answer in time")


def test_what_a_backend_swallows_is_logged_before(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def sync_some(*args: object, **kwargs: object) -> list[Result]:
        raise SettingError(Problem.URL_MISSING)

    monkeypatch.setattr(batch, "sync_some", sync_some)

    done = sync_batch.enqueue(["2"], [3])

    assert done.status == "FAILED"
    record = next(record for record in caplog.records if record.name == "rocketchat_auth.accounts")
    assert (record.levelno, record.getMessage()) == (logging.ERROR, "2 chat accounts could not be brought up to date.")
    assert record.exc_info is not None
    assert "ROCKETCHAT_URL is not set." in str(record.exc_info[1])


@given(st.integers(2, ATTEMPTS), st.floats(0, 1))
def test_waits_grow_and_have_bounds(attempt: int, share: float) -> None:
    wait = wait_before(attempt, share)

    assert timedelta(seconds=30) <= wait <= timedelta(hours=1)
    assert wait_before(attempt, 0) * 2 == wait_before(attempt, 1)
    assert attempt == 2 or wait_before(attempt - 1, share) < wait
