from collections.abc import Callable

import pytest
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache

from rocketchat_auth.rest import Refused, RocketChatError, Unreachable
from rocketchat_auth.rest.known import FRESH_SECONDS, PAUSE_SECONDS, Known
from rocketchat_auth.rest.shared_cache import SharedCache
from rocketchat_auth.testing.clock import FakeClock


class Workspace:
    """Something to ask, which counts how often it was."""

    def __init__(self) -> None:
        self.answer: int | RocketChatError = 1
        self.asked = 0

    def __call__(self) -> int:
        self.asked += 1
        if isinstance(self.answer, RocketChatError):
            raise self.answer
        return self.answer


Make = Callable[..., Known[int]]


@pytest.fixture
def workspace() -> Workspace:
    return Workspace()


@pytest.fixture
def make(request: pytest.FixtureRequest, workspace: Workspace, fake_clock: FakeClock) -> Make:
    backend = LocMemCache(request.node.name, {})

    def made(*, shared: bool = True, fallback: int | None = None) -> Known[int]:
        cache = SharedCache(backend if shared else DummyCache("", {}), "chat")
        return Known(cache, "fact", fake_clock, ask=workspace, pack=str, unpack=int, fallback=fallback)

    return made


@pytest.mark.parametrize("shared", [True, False])
def test_it_is_asked_once_in_ten_minutes(make: Make, workspace: Workspace, fake_clock: FakeClock, shared: bool) -> None:
    known = make(shared=shared)
    assert known.get() == known.get() == 1
    assert workspace.asked == 1
    workspace.answer = 2
    fake_clock.advance(FRESH_SECONDS - 1)
    assert known.get() == 1

    fake_clock.advance(1)

    assert known.get() == 2
    assert workspace.asked == 2


def test_other_workers_need_not_ask(make: Make, workspace: Workspace) -> None:
    make().get()

    assert make().get() == 1
    assert workspace.asked == 1


def test_the_last_known_one_is_served_while_there_is_no_answer(
    make: Make, workspace: Workspace, fake_clock: FakeClock
) -> None:
    known = make()
    known.get()
    workspace.answer = Unreachable("down")
    fake_clock.advance(FRESH_SECONDS)

    assert known.get() == make().get() == 1


def test_while_there_is_no_answer_it_is_not_asked_at_every_turn(
    make: Make, workspace: Workspace, fake_clock: FakeClock
) -> None:
    known = make()
    known.get()
    workspace.answer = Unreachable("down")
    fake_clock.advance(FRESH_SECONDS)
    for _ in range(5):
        known.get()
    assert workspace.asked == 2
    workspace.answer = 3

    fake_clock.advance(PAUSE_SECONDS)

    assert known.get() == 3


def test_what_was_never_known_cannot_be_served(make: Make, workspace: Workspace) -> None:
    workspace.answer = Unreachable("down")

    with pytest.raises(Unreachable):
        make(fallback=7).get()


def test_where_the_workspace_refuses_to_tell_the_fallback_serves_for_a_while(
    make: Make, workspace: Workspace, fake_clock: FakeClock
) -> None:
    workspace.answer = Refused("no")
    known = make(fallback=7)
    assert known.get() == known.get() == 7
    assert workspace.asked == 1
    workspace.answer = 8

    fake_clock.advance(PAUSE_SECONDS)

    assert known.get() == 8


def test_without_a_fallback_a_refusal_is_raised(make: Make, workspace: Workspace) -> None:
    workspace.answer = Refused("no")

    with pytest.raises(Refused):
        make().get()
