"""Facts about the workspace that seldom change."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from rocketchat_auth.rest.clock import Clock
from rocketchat_auth.rest.errors import Refused, RocketChatError
from rocketchat_auth.rest.shared_cache import SharedCache

FRESH_SECONDS = 10 * 60.0
PAUSE_SECONDS = 30.0
"""After an attempt without success, so long what is known is taken without asking again."""

_KEPT_SECONDS = 30 * 24 * 60 * 60.0

T = TypeVar("T")


class Known(Generic[T]):
    """A fact that is asked every 10 minutes, shared through the cache, and kept while nobody answers.

    Args:
        cache: where it is shared.
        name: its name there.
        clock: the time.
        ask: gets it from the workspace.
        pack: brings it to a form that any cache can keep.
        unpack: the way back.
        fallback: what to take where the workspace refuses to tell, and it never was known; None for nothing.
    """

    def __init__(
        self,
        cache: SharedCache,
        name: str,
        clock: Clock,
        *,
        ask: Callable[[], T],
        pack: Callable[[T], Any],
        unpack: Callable[[Any], T],
        fallback: T | None = None,
    ) -> None:
        self._cache = cache
        self._name = name
        self._clock = clock
        self._ask = ask
        self._pack = pack
        self._unpack = unpack
        self._fallback = fallback
        # Until when it is good, and the fact in its packed form: the same pair here and in the cache.
        self._here: tuple[float, Any] | None = None

    def get(self) -> T:
        """The fact.

        Raises:
            RocketChatError: it could not be asked, and never was known.
        """
        now = self._clock.time()
        if self._here is None or now >= self._here[0]:
            shared = self._cache.get(self._name)
            known = (shared[0], shared[1]) if shared is not None else self._here
            self._here = known if known is not None and now < known[0] else self._asked(now, known)
        return self._unpack(self._here[1])

    def _asked(self, now: float, known: tuple[float, Any] | None) -> tuple[float, Any]:
        try:
            fact = self._pack(self._ask())
        except RocketChatError as error:
            if known is not None:
                return now + PAUSE_SECONDS, known[1]
            if self._fallback is None or not isinstance(error, Refused):
                raise
            return now + PAUSE_SECONDS, self._pack(self._fallback)
        self._cache.set(self._name, [now + FRESH_SECONDS, fact], _KEPT_SECONDS)
        return now + FRESH_SECONDS, fact
