"""Calls that Rocket.Chat counts by address: all workers of the site share one allowance.

Rocket.Chat lets an address call an endpoint 10 times in 60 seconds, unless the caller may bypass the limit. The window
and the allowance are the server's own as soon as an answer has told them. Until then they are a guess: a window that
begins with the first call, as the server's does, and is shared by all workers.
"""

import threading
from dataclasses import dataclass

from rocketchat_auth.rest.clock import Clock
from rocketchat_auth.rest.errors import RateLimit
from rocketchat_auth.rest.shared_cache import SharedCache

CALLS = 10
SECONDS = 60.0

# The server computes the end of its window anew in each answer, a few milliseconds apart.
_SAME_WINDOW = 2.0
_KEPT_AFTER_ITS_END = 60.0


@dataclass(frozen=True, slots=True)
class _Window:
    """A time in which `limit` calls may be made, None for any number. Calls are counted under `name`."""

    name: str
    ends: float
    limit: int | None
    is_guess: bool = False


class Budget:
    """An allowance of calls, shared through the cache. Without a cache each process counts for itself.

    Args:
        cache: where windows and counts are.
        name: which allowance: one for each endpoint.
        clock: the time.
        silence_is_unlimited: whether an answer without `X-RateLimit-*` means that there is no limit. So it is for an
            endpoint that is called without credentials; with credentials it may mean that only this caller has none.
    """

    def __init__(self, cache: SharedCache, name: str, clock: Clock, *, silence_is_unlimited: bool = False) -> None:
        self._cache = cache
        self._key = f"budget-{name}"
        self._clock = clock
        self._silence_is_unlimited = silence_is_unlimited
        self._lock = threading.Lock()
        self._window = _Window("", 0.0, CALLS)
        self._used = 0

    def take(self, *, under_way: int = 0) -> bool:
        """Count one call, and say whether it may be made.

        Args:
            under_way: calls that were taken and have no answer yet: they count in a window that begins now.
        """
        with self._lock:
            window = self._current(under_way)
            if window.limit is None:
                return True
            counted = self._cache.count(window.name, self._kept(window))
            self._used = max(self._used + 1, counted)
            return self._used <= window.limit

    def wait(self) -> float:
        """Seconds until a call may be made; 0 where one may be made now."""
        with self._lock:
            window = self._running()
            if window is None:
                return 0.0
            used = max(self._used if window.name == self._window.name else 0, self._cache.get(window.name) or 0)
            if window.limit is None or used < window.limit:
                return 0.0
            return window.ends - self._clock.time()

    def is_known(self) -> bool:
        """Whether the server has told the window that is running. Else any answer may end a wait at once."""
        with self._lock:
            window = self._running()
        return window is not None and not window.is_guess

    def learn(self, rate: RateLimit | None, *, under_way: int = 0) -> None:
        """Go by what an answer told of the limit.

        Args:
            rate: what it told, or None where it told nothing.
            under_way: calls that were taken and have no answer yet. Where the answer tells of a new window, the server
                may count them there, though it did not yet when it answered.
        """
        if rate is not None:
            self._go_by(rate.reset_at, rate.limit, rate.limit - rate.remaining, under_way)
        elif self._silence_is_unlimited and not self._is_unlimited_for_long():
            self._go_by(self._clock.time() + SECONDS, None, 0)

    def refused(self, reset_at: float) -> None:
        """Go by a 429: nothing is left until then.

        Args:
            reset_at: when calls are answered again, in seconds since the epoch.
        """
        with self._lock:
            limit = (self._running() or self._window).limit
        limit = CALLS if limit is None else limit
        self._go_by(reset_at, limit, limit)

    def _go_by(self, ends: float, limit: int | None, used: int, under_way: int = 0) -> None:
        with self._lock:
            if ends <= self._clock.time():
                return
            running = self._running()
            if running is not None and _is_former(ends, running):
                return
            if running is not None and abs(running.ends - ends) < _SAME_WINDOW:
                window = _Window(running.name, ends, limit)
            else:
                window = _Window(f"{self._key}-{ends:.0f}", ends, limit)
                used = max(used + under_way, self._guessed(running))
            self._use(window)
            self._keep(window)
            self._used = max(self._used, used, self._cache.get(window.name) or 0)
            self._cache.set(window.name, self._used, self._kept(window))

    def _is_unlimited_for_long(self) -> bool:
        """Whether it is known already that there is no limit: then an answer more need not be shared."""
        with self._lock:
            running = self._running()
        return running is not None and running.limit is None and running.ends - self._clock.time() > SECONDS / 2

    def _guessed(self, running: _Window | None) -> int:
        """The calls that were made while the window was a guess: they count in the one that was told meanwhile."""
        if running is None or not running.is_guess:
            return 0
        made = max(self._used if running.name == self._window.name else 0, self._cache.get(running.name) or 0)
        return min(made, running.limit or 0)

    def _current(self, under_way: int) -> _Window:
        """The window that is running, or that begins with this call."""
        window = self._running()
        if window is None:
            window = self._window = self._begun()
            self._used = under_way
        else:
            self._use(window)
        return window

    def _use(self, window: _Window) -> None:
        if window.name != self._window.name:
            self._used = 0
        self._window = window

    def _running(self) -> _Window | None:
        """The window that is known to this process or to another, if it is not over."""
        latest = self._latest()
        return latest if latest.ends > self._clock.time() else None

    def _latest(self) -> _Window:
        shared = self._cache.get(self._key)
        return _Window(*shared) if shared is not None else self._window

    def _begun(self) -> _Window:
        """A guess: a window that begins now, or that another process has just begun after the same former one."""
        now = self._clock.time()
        limit = CALLS if self._window.limit is None else self._window.limit
        guess = _Window(f"{self._key}-guess-{now:.3f}", now + SECONDS, limit, is_guess=True)
        name = f"{self._key}-after-{self._latest().ends:.3f}"
        if self._cache.add(name, _packed(guess), self._kept(guess)):
            self._keep(guess)
            return guess
        another = self._cache.get(name)
        return _Window(*another) if another is not None and another[1] > now else guess

    def _keep(self, window: _Window) -> None:
        self._cache.set(self._key, _packed(window), self._kept(window))

    def _kept(self, window: _Window) -> float:
        return max(0.0, window.ends - self._clock.time()) + _KEPT_AFTER_ITS_END


def _is_former(ends: float, running: _Window) -> bool:
    """Whether it is a window before the running one, of which an answer tells that took long."""
    is_sure = running.limit is not None and not running.is_guess
    return is_sure and ends <= running.ends - _SAME_WINDOW


def _packed(window: _Window) -> list[object]:
    return [window.name, window.ends, window.limit, window.is_guess]
