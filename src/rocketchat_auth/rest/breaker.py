"""Not asking a chat that is down.

After `FAILURES` calls in a row without an answer, from whichever worker, nobody asks for `PAUSE` seconds. Then one call
goes first: if it is answered all go on, else the pause begins anew. Any answer counts, refusals too.
"""

from dataclasses import dataclass

from rocketchat_auth.rest.clock import Clock
from rocketchat_auth.rest.shared_cache import SharedCache

FAILURES = 5
PAUSE = 30.0

_KEPT = 10 * 60.0


@dataclass(frozen=True, slots=True)
class Admission:
    """Leave to make a call. `clean` says that there was no failure to forget if it succeeds."""

    clean: bool


class Breaker:
    """A circuit breaker whose state lives in the shared cache; without a cache it never opens.

    Args:
        cache: where the state is.
        clock: the time.
    """

    def __init__(self, cache: SharedCache, clock: Clock) -> None:
        self._cache = cache
        self._clock = clock

    def admit(self) -> Admission | None:
        """Leave to make a call, or None while it is open."""
        state = self._cache.get_many("breaker-failures", "breaker-open-until")
        open_until = state.get("breaker-open-until")
        if open_until is None:
            return Admission(clean="breaker-failures" not in state)
        if self._clock.time() < open_until or not self._is_first():
            return None
        return Admission(clean=False)

    def wait(self) -> float:
        """Seconds until a call may be tried: 0 while it is closed."""
        open_until = self._cache.get("breaker-open-until")
        return 0.0 if open_until is None else max(0.0, open_until - self._clock.time())

    def succeeded(self, admission: Admission) -> None:
        """The call was answered."""
        if not admission.clean:
            self._cache.forget("breaker-failures", "breaker-open-until", "breaker-probe")

    def failed(self) -> None:
        """The call was not answered."""
        if self._cache.count("breaker-failures", _KEPT) >= FAILURES:
            self._cache.set("breaker-open-until", self._clock.time() + PAUSE, _KEPT)
            self._cache.forget("breaker-probe")

    def _is_first(self) -> bool:
        """Whether this is the one call that tries whether the chat is back."""
        now = self._clock.time()
        if self._cache.add("breaker-probe", now + PAUSE, _KEPT):
            return True
        lapses = self._cache.get("breaker-probe")
        if lapses is not None and now < lapses:
            return False
        self._cache.set("breaker-probe", now + PAUSE, _KEPT)
        return True
