import pytest

from rocketchat_auth.testing import FakeClock


def test_stands_still_until_it_is_moved() -> None:
    clock = FakeClock(100.0)
    before = clock.monotonic()

    assert clock.time() == clock.time() == 100.0

    clock.advance(2.5)

    assert clock.time() == 102.5
    assert clock.monotonic() - before == 2.5


def test_sleeping_moves_it_and_is_remembered() -> None:
    clock = FakeClock(100.0)

    clock.sleep(60)
    clock.sleep(0.5)

    assert clock.time() == 160.5
    assert clock.slept == [60, 0.5]


def test_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="back"):
        FakeClock().advance(-1)
