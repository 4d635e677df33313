import time

from rocketchat_auth.rest import Clock, SystemClock


def test_the_system_s_clock_tells_the_time_since_the_epoch() -> None:
    clock: Clock = SystemClock()

    assert abs(clock.time() - time.time()) < 5


def test_the_system_s_clock_never_goes_back_and_sleeps_for_real() -> None:
    clock = SystemClock()
    before = clock.monotonic()

    clock.sleep(0.01)

    assert clock.monotonic() - before >= 0.009
