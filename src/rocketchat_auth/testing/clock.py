"""A clock for tests, which moves only when it is told to."""

import threading


class FakeClock:
    """A clock that stands still until `advance` or `sleep` moves it.

    It fits wherever the package or the stand-in takes a clock: `sleep` returns at once and moves the time on, so that
    a test that "waits" for a minute takes no time.

    Args:
        start: the time at which it begins, in seconds since the epoch; 1 January 2027, midnight UTC, by default.
    """

    def __init__(self, start: float = 1_798_761_600.0) -> None:
        self._lock = threading.Lock()
        self._time = start
        self._monotonic = 1000.0
        self.slept: list[float] = []

    def time(self) -> float:
        """The time in seconds since the epoch."""
        return self._time

    def monotonic(self) -> float:
        """A time in seconds that never goes back, from an arbitrary beginning."""
        return self._monotonic

    def sleep(self, seconds: float) -> None:
        """Move on by so many seconds, without waiting; `slept` keeps the list of them."""
        self.slept.append(seconds)
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Move on by so many seconds.

        Raises:
            ValueError: time does not go back.
        """
        if seconds < 0:
            raise ValueError("A clock cannot be moved back.")
        with self._lock:
            self._time += seconds
            self._monotonic += seconds
