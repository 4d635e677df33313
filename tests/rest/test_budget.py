import threading
from typing import Any

import pytest
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache

from rocketchat_auth.rest import Budget, RateLimit
from rocketchat_auth.rest.budget import CALLS, SECONDS
from rocketchat_auth.rest.shared_cache import SharedCache
from rocketchat_auth.testing.clock import FakeClock

# 20 seconds into a minute.
START = 1_798_761_620.0


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(START)


@pytest.fixture
def shared(request: pytest.FixtureRequest) -> SharedCache:
    return SharedCache(LocMemCache(request.node.name, {}), "chat")


@pytest.fixture
def budget(shared: SharedCache, clock: FakeClock) -> Budget:
    return Budget(shared, "me", clock)


def taken(budget: Budget, attempts: int = 30) -> int:
    return sum(budget.take() for _ in range(attempts))


def test_ten_calls_a_minute_may_be_made_where_nothing_is_told(budget: Budget) -> None:
    assert budget.wait() == 0
    assert taken(budget) == CALLS
    assert 0 < budget.wait() <= SECONDS


def test_when_the_minute_is_over_there_are_ten_more(budget: Budget, clock: FakeClock) -> None:
    taken(budget)

    clock.advance(budget.wait())

    assert budget.wait() == 0
    assert taken(budget) == CALLS


def test_all_workers_share_the_calls(budget: Budget, shared: SharedCache, clock: FakeClock) -> None:
    other = Budget(shared, "me", clock)

    assert sum(one.take() for _ in range(15) for one in (budget, other)) == CALLS
    assert other.wait() == budget.wait() > 0


def test_each_endpoint_has_calls_of_its_own(budget: Budget, shared: SharedCache, clock: FakeClock) -> None:
    taken(budget)

    assert taken(Budget(shared, "login", clock)) == CALLS


def test_the_server_s_own_limit_and_window_are_gone_by(budget: Budget, clock: FakeClock) -> None:
    assert budget.take()

    budget.learn(RateLimit(limit=3, remaining=2, reset_at=START + 12))

    assert taken(budget) == 2
    assert budget.wait() == 12


def test_the_server_s_window_counts_for_all_workers(budget: Budget, shared: SharedCache, clock: FakeClock) -> None:
    other = Budget(shared, "me", clock)
    budget.learn(RateLimit(limit=100, remaining=50, reset_at=START + 12))

    assert taken(other, 80) == 50
    assert taken(budget) == 0


def test_calls_that_others_made_from_the_same_address_are_counted(budget: Budget) -> None:
    budget.learn(RateLimit(limit=10, remaining=9, reset_at=START + 30))
    assert budget.take()

    budget.learn(RateLimit(limit=10, remaining=1, reset_at=START + 30.004))

    assert taken(budget) == 1


def test_calls_under_way_are_not_given_back_by_an_answer_that_does_not_know_them(budget: Budget) -> None:
    budget.learn(RateLimit(limit=10, remaining=9, reset_at=START + 30))
    assert taken(budget, 5) == 5

    budget.learn(RateLimit(limit=10, remaining=8, reset_at=START + 29.998))

    assert taken(budget) == 4


def test_a_raised_limit_is_kept_for_the_window_that_is_guessed_next(budget: Budget, clock: FakeClock) -> None:
    budget.learn(RateLimit(limit=25, remaining=0, reset_at=START + 5))
    assert not budget.take()

    clock.advance(5)

    assert taken(budget) == 25


def test_a_new_window_of_the_server_begins_with_its_own_count(budget: Budget, clock: FakeClock) -> None:
    budget.learn(RateLimit(limit=10, remaining=0, reset_at=START + 5))
    clock.advance(6)

    budget.learn(RateLimit(limit=10, remaining=9, reset_at=START + 65))

    assert taken(budget) == 9
    assert budget.wait() == pytest.approx(59)


def test_an_answer_that_comes_late_does_not_bring_a_former_window_back(budget: Budget, clock: FakeClock) -> None:
    budget.learn(RateLimit(limit=10, remaining=1, reset_at=START + 60))

    budget.learn(RateLimit(limit=10, remaining=7, reset_at=START + 3))

    assert taken(budget) == 1
    assert budget.wait() == 60


def test_a_window_that_is_over_teaches_nothing(budget: Budget) -> None:
    budget.learn(RateLimit(limit=1, remaining=0, reset_at=START - 1))

    assert taken(budget) == CALLS


def test_after_a_429_nothing_is_left_until_the_reset(budget: Budget, shared: SharedCache, clock: FakeClock) -> None:
    budget.refused(START + 33)

    assert taken(budget) == 0
    assert Budget(shared, "me", clock).wait() == budget.wait() == 33
    clock.advance(33)
    assert budget.take()


def test_an_answer_that_tells_no_limit_teaches_nothing(budget: Budget) -> None:
    budget.learn(None)

    assert taken(budget) == CALLS


def test_where_silence_is_unlimited_it_lasts_a_minute_for_all(shared: SharedCache, clock: FakeClock) -> None:
    budget, other = (Budget(shared, "login", clock, silence_is_unlimited=True) for _ in range(2))

    budget.learn(None)

    assert taken(budget, 500) == taken(other, 500) == 500
    assert budget.wait() == other.wait() == 0
    clock.advance(SECONDS)
    assert taken(budget) == CALLS


def test_a_429_ends_what_seemed_unlimited(shared: SharedCache, clock: FakeClock) -> None:
    budget = Budget(shared, "login", clock, silence_is_unlimited=True)
    budget.learn(None)

    budget.refused(START + 10)

    assert not budget.take()
    assert budget.wait() == 10


@pytest.mark.parametrize("cache", [DummyCache("", {}), None], ids=["dummy", "none"])
def test_without_a_cache_each_process_counts_for_itself(cache: Any, clock: FakeClock) -> None:
    budget, other = (Budget(SharedCache(cache, "chat"), "me", clock) for _ in range(2))

    assert taken(budget) == taken(other) == CALLS
    budget.learn(RateLimit(limit=4, remaining=1, reset_at=START + 40.5))
    assert taken(budget) == 0
    clock.advance(40.5)
    budget.learn(RateLimit(limit=4, remaining=3, reset_at=START + 99))
    assert taken(budget) == 3


def test_a_window_that_is_guessed_begins_with_the_first_call(budget: Budget, clock: FakeClock) -> None:
    assert budget.wait() == 0
    clock.advance(35)

    assert taken(budget) == CALLS

    assert budget.wait() == SECONDS
    assert not budget.is_known()


def test_all_workers_guess_the_same_window_also_after_one_that_was_told(shared: SharedCache, clock: FakeClock) -> None:
    workers = [Budget(shared, "me", clock) for _ in range(3)]
    workers[0].learn(RateLimit(limit=10, remaining=0, reset_at=START + 5))
    clock.advance(5)

    for _ in range(3):
        assert sum(worker.take() for _ in range(10) for worker in workers) == CALLS
        assert {worker.wait() for worker in workers} == {SECONDS}
        clock.advance(SECONDS)


def test_a_worker_that_looked_just_before_another_began_takes_the_other_s_window(
    shared: SharedCache, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (Budget(shared, "me", clock) for _ in range(2))
    assert taken(first, 7) == 7
    get = shared.get
    monkeypatch.setattr(shared, "get", lambda name: None if name == "budget-me" else get(name))

    assert taken(second) == CALLS - 7


@pytest.mark.parametrize("lost", [None, ["budget-me-guess-0", START - 1, 10, True]])
def test_a_window_that_another_left_behind_holds_nobody_up(
    shared: SharedCache, clock: FakeClock, lost: list[object] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared.set("budget-me-after-0.000", lost, 60)
    if lost is None:
        monkeypatch.setattr(shared, "add", lambda *_: False)

    assert taken(Budget(shared, "me", clock)) == CALLS


def test_calls_made_in_a_guessed_window_count_in_the_one_that_is_told(budget: Budget, shared: SharedCache) -> None:
    assert taken(budget, 6) == 6

    budget.learn(RateLimit(limit=10, remaining=9, reset_at=START + 40))

    assert budget.is_known()
    assert taken(budget) == 4


def test_calls_that_another_worker_made_in_a_guessed_window_count_too(shared: SharedCache, clock: FakeClock) -> None:
    budget, other = (Budget(shared, "me", clock) for _ in range(2))
    assert taken(other, 6) == 6

    budget.learn(RateLimit(limit=10, remaining=9, reset_at=START + 40))

    assert taken(budget) == 4


def test_calls_that_were_asked_for_in_vain_are_not_held_against_a_higher_limit(budget: Budget) -> None:
    assert taken(budget, 90) == CALLS

    budget.learn(RateLimit(limit=100, remaining=99, reset_at=START + 40))

    assert taken(budget, 200) == 90


def test_calls_under_way_count_in_a_window_that_begins_before_they_are_answered(
    budget: Budget, clock: FakeClock
) -> None:
    budget.learn(RateLimit(limit=10, remaining=0, reset_at=START + 5))
    clock.advance(5)

    assert sum(budget.take(under_way=3) for _ in range(20)) == 7
    clock.advance(SECONDS)
    budget.learn(RateLimit(limit=10, remaining=9, reset_at=START + 125), under_way=2)
    assert taken(budget) == 7


def test_that_there_is_no_limit_is_shared_anew_only_now_and_then(shared: SharedCache, clock: FakeClock) -> None:
    budget, other = (Budget(shared, "login", clock, silence_is_unlimited=True) for _ in range(2))
    for _ in range(10):
        budget.learn(None)
        clock.advance(SECONDS / 4)

    assert taken(other, 50) == 50


def test_threads_do_not_take_more_than_there_is(budget: Budget) -> None:
    results: list[bool] = []
    threads = [threading.Thread(target=lambda: results.append(budget.take())) for _ in range(50)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(results) == CALLS
