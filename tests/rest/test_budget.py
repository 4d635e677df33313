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


def test_threads_do_not_take_more_than_there_is(budget: Budget) -> None:
    results: list[bool] = []
    threads = [threading.Thread(target=lambda: results.append(budget.take())) for _ in range(50)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(results) == CALLS
