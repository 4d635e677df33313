from typing import Any

import pytest
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache

from rocketchat_auth.rest.breaker import FAILURES, PAUSE, Admission, Breaker
from rocketchat_auth.rest.shared_cache import SharedCache
from rocketchat_auth.testing.clock import FakeClock


@pytest.fixture
def shared(request: pytest.FixtureRequest) -> SharedCache:
    return SharedCache(LocMemCache(request.node.name, {}), "chat")


@pytest.fixture
def breaker(shared: SharedCache, fake_clock: FakeClock) -> Breaker:
    return Breaker(shared, fake_clock)


def fail(breaker: Breaker, times: int = FAILURES) -> None:
    for _ in range(times):
        assert breaker.admit() is not None
        breaker.failed()


def succeed(breaker: Breaker) -> None:
    admission = breaker.admit()
    assert admission is not None
    breaker.succeeded(admission)


def test_it_is_closed_to_begin_with(breaker: Breaker) -> None:
    assert breaker.admit() == Admission(clean=True)
    assert breaker.wait() == 0


def test_it_opens_after_five_failures_in_a_row(breaker: Breaker) -> None:
    fail(breaker, FAILURES - 1)
    assert breaker.admit() == Admission(clean=False)

    breaker.failed()

    assert breaker.admit() is None
    assert breaker.wait() == PAUSE


def test_a_success_between_failures_keeps_it_closed(breaker: Breaker) -> None:
    fail(breaker, FAILURES - 1)
    succeed(breaker)
    fail(breaker, FAILURES - 1)

    assert breaker.admit() is not None


def test_all_workers_see_the_same_state(breaker: Breaker, shared: SharedCache, fake_clock: FakeClock) -> None:
    fail(breaker)

    assert Breaker(shared, fake_clock).admit() is None


def test_after_the_pause_one_call_goes_first(breaker: Breaker, shared: SharedCache, fake_clock: FakeClock) -> None:
    fail(breaker)
    fake_clock.advance(PAUSE - 1)
    assert breaker.wait() == 1
    assert breaker.admit() is None
    fake_clock.advance(1)

    assert breaker.wait() == 0
    assert breaker.admit() is not None
    assert breaker.admit() is None
    assert Breaker(shared, fake_clock).admit() is None


def test_when_the_first_call_is_answered_all_go_on(breaker: Breaker, fake_clock: FakeClock) -> None:
    fail(breaker)
    fake_clock.advance(PAUSE)

    succeed(breaker)

    assert breaker.admit() == Admission(clean=True)
    fail(breaker, FAILURES - 1)
    assert breaker.admit() is not None


def test_when_the_first_call_fails_the_pause_begins_anew(breaker: Breaker, fake_clock: FakeClock) -> None:
    fail(breaker)
    fake_clock.advance(PAUSE)

    fail(breaker, 1)

    assert breaker.admit() is None
    assert breaker.wait() == PAUSE
    fake_clock.advance(PAUSE)
    assert breaker.admit() is not None


def test_a_first_call_that_never_comes_back_is_followed_by_another(breaker: Breaker, fake_clock: FakeClock) -> None:
    fail(breaker)
    fake_clock.advance(PAUSE)
    assert breaker.admit() is not None
    fake_clock.advance(PAUSE - 1)
    assert breaker.admit() is None

    fake_clock.advance(1)

    assert breaker.admit() is not None
    assert breaker.admit() is None


@pytest.mark.parametrize("cache", [DummyCache("", {}), None], ids=["dummy", "none"])
def test_without_a_cache_it_never_opens(cache: Any, fake_clock: FakeClock) -> None:
    breaker = Breaker(SharedCache(cache, "chat"), fake_clock)

    fail(breaker, 3 * FAILURES)

    assert breaker.admit() is not None
