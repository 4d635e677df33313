from collections.abc import Callable

import pytest
from pytest_django import Settings

from rocketchat_auth.accounts import batch, tasks
from rocketchat_auth.accounts.changes import AccountPlan, Action, Change, Result
from tests.tasks import DUMMY, default_backend

Asked = list[tuple[list[str], list[int], bool]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What the engine is asked to do."""
    log: Asked = []

    def sync_some(users: list[str], accounts: list[int], *, unless_same: bool) -> list[Result]:
        log.append((users, accounts, unless_same))
        return []

    monkeypatch.setattr(batch, "sync_some", sync_some)
    return log


def test_without_workers_it_is_done_at_once(asked: Asked) -> None:
    assert tasks.enqueue(["1", "2"], [3]) == 1
    assert asked == [(["1", "2"], [3], True)]


def test_with_workers_it_is_left_to_them(asked: Asked, settings: Settings) -> None:
    settings.TASKS = DUMMY

    assert tasks.enqueue(["1", "2"], [3]) == 1
    assert asked == []
    (waiting,) = default_backend().results
    assert waiting.task.module_path == "rocketchat_auth.accounts.batch.sync_batch"
    assert (waiting.args, waiting.kwargs) == ([["1", "2"], [3]], {"attempt": 1, "unless_same": True})


def test_nobody_makes_no_task(asked: Asked) -> None:
    assert tasks.enqueue([]) == 0
    assert asked == []


def test_many_are_split_into_batches(asked: Asked) -> None:
    users = [str(number) for number in range(2 * tasks.BATCH)]

    assert tasks.enqueue(users, [7]) == 3
    assert asked == [(users[: tasks.BATCH], [], True), (users[tasks.BATCH :], [], True), ([], [7], True)]


def test_the_accounts_of_a_plan_are_compared_anew(asked: Asked) -> None:
    plans = [
        AccountPlan("1", 11, changes=(Change(Action.UPDATE, "name", "A", "B"),)),
        AccountPlan("2", None, changes=(Change(Action.CREATE),)),
        AccountPlan(None, 13, changes=(Change(Action.DEACTIVATE),)),
    ]

    assert tasks.enqueue_batches(iter(plans)) == 1
    assert asked == [(["1", "2"], [13], False)]


@pytest.mark.parametrize(
    "enqueue", [tasks.enqueue, lambda users: tasks.enqueue_batches(AccountPlan(user, None) for user in users)]
)
def test_what_is_to_be_done_is_read_as_it_is_needed(asked: Asked, enqueue: Callable[..., int]) -> None:
    def users() -> object:
        for number in range(tasks.BATCH + 1):
            # A first batch is gone before the second is looked for.
            assert bool(asked) is (number >= tasks.BATCH)
            yield str(number)

    assert enqueue(users()) == 2
