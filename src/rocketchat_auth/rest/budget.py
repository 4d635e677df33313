"""Calls that Rocket.Chat counts by address: all workers of the site share one allowance.

Rocket.Chat lets an address call an endpoint 10 times in 60 seconds, unless the caller may bypass the limit. The window
and the allowance are the server's own as soon as an answer has told them.
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

    def take(self) -> bool:
        """Count one call, and say whether it may be made."""
        with self._lock:
            window = self._current()
            if window.limit is None:
                return True
            counted = self._cache.count(window.name, self._kept(window))
            self._used = max(self._used + 1, counted)
            return self._used <= window.limit

    def wait(self) -> float:
        """Seconds until a call may be made; 0 where one may be made now."""
        with self._lock:
            window = self._current()
            used = max(self._used, self._cache.get(window.name) or 0)
            if window.limit is None or used < window.limit:
                return 0.0
            return window.ends - self._clock.time()

    def learn(self, rate: RateLimit | None) -> None:
        """Go by what an answer told of the limit.

        Args:
            rate: what it told, or None where it told nothing.
        """
        if rate is not None:
            self._go_by(rate.reset_at, rate.limit, rate.limit - rate.remaining)
        elif self._silence_is_unlimited:
            self._go_by(self._clock.time() + SECONDS, None, 0)

    def refused(self, reset_at: float) -> None:
        """Go by a 429: nothing is left until then.

        Args:
            reset_at: when calls are answered again, in seconds since the epoch.
        """
        with self._lock:
            limit = self._current().limit
        limit = CALLS if limit is None else limit
        self._go_by(reset_at, limit, limit)

    def _go_by(self, ends: float, limit: int | None, used: int) -> None:
        with self._lock:
            if ends <= self._clock.time():
                return
            known = self._told()
            same = known is not None and abs(known.ends - ends) < _SAME_WINDOW
            window = _Window(known.name if known and same else f"{self._key}-{ends:.0f}", ends, limit)
            if window.name != self._window.name:
                self._used = 0
            self._window = window
            self._cache.set(self._key, [window.name, window.ends, window.limit], self._kept(window))
            self._used = max(self._used, used, self._cache.get(window.name) or 0)
            self._cache.set(window.name, self._used, self._kept(window))

    def _current(self) -> _Window:
        """The window that is running: as told by the server, else a guess that all processes make alike."""
        now = self._clock.time()
        window = self._told()
        if window is None:
            start = now - now % SECONDS
            limit = CALLS if self._window.limit is None else self._window.limit
            window = _Window(f"{self._key}-guess-{start:.0f}", start + SECONDS, limit)
        if window.name != self._window.name:
            self._used = 0
        self._window = window
        return window

    def _told(self) -> _Window | None:
        """The window that the server told to this process or to another, if it is not over."""
        now = self._clock.time()
        shared = self._cache.get(self._key)
        known = _Window(*shared) if shared is not None else self._window
        return known if known.ends > now else None

    def _kept(self, window: _Window) -> float:
        return max(0.0, window.ends - self._clock.time()) + _KEPT_AFTER_ITS_END
