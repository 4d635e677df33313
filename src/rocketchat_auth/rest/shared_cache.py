"""The site's cache, as something that may know less than hoped but never breaks anything."""

import hashlib
import logging
from collections.abc import Callable, Iterable
from typing import Any, Protocol

logger = logging.getLogger("rocketchat_auth.rest")

FORMAT = 1


class Cache(Protocol):
    """What is used of a Django cache."""

    def get(self, key: str) -> Any:
        """The value, or None."""

    def get_many(self, keys: Iterable[str]) -> dict[str, Any]:
        """The values that are there."""

    def set(self, key: str, value: Any, timeout: float | None) -> Any:
        """Keep a value for so many seconds; None is for ever."""

    def add(self, key: str, value: Any, timeout: float | None) -> bool:
        """Keep a value unless there is one; say whether it was kept."""

    def incr(self, key: str) -> int:
        """Add one. Raises ValueError where there is nothing to add to."""

    def delete_many(self, keys: Iterable[str]) -> Any:
        """Forget."""


class SharedCache:
    """A part of a cache, under keys of its own; a cache that fails knows nothing and keeps nothing.

    Args:
        cache: any Django cache, or None for none at all.
        owner: what the keys are bound to, such as the address of the chat; it does not appear in them.
    """

    def __init__(self, cache: Cache | None, owner: str) -> None:
        self._cache = cache
        self._prefix = f"rocketchat_auth:{FORMAT}:{hashlib.sha256(owner.encode()).hexdigest()[:16]}:"
        self._failing = False

    def get(self, name: str) -> Any:
        """The value, or None."""
        return self._try(lambda cache: cache.get(self._prefix + name), None)

    def get_many(self, *names: str) -> dict[str, Any]:
        """The values that are there, by name."""
        keys = {self._prefix + name: name for name in names}
        found: dict[str, Any] = self._try(lambda cache: cache.get_many(list(keys)), {})
        return {keys[key]: value for key, value in found.items() if key in keys}

    def set(self, name: str, value: Any, seconds: float | None) -> None:
        """Keep a value for so many seconds; None is for ever."""
        self._try(lambda cache: cache.set(self._prefix + name, value, seconds), None)

    def add(self, name: str, value: Any, seconds: float) -> bool:
        """Keep a value unless there is one; say whether it was kept. True where there is no working cache."""
        return bool(self._try(lambda cache: cache.add(self._prefix + name, value, seconds), True))

    def count(self, name: str, seconds: float) -> int:
        """Add one to a number that begins at 0 and is kept for so many seconds; 0 where nothing is shared.

        A backend whose `incr` is not atomic (files, database) may count two calls at once as one.
        """

        def one_more(cache: Cache) -> int:
            cache.add(self._prefix + name, 0, seconds)
            try:
                return int(cache.incr(self._prefix + name))
            except ValueError:
                return 0

        return int(self._try(one_more, 0))

    def forget(self, *names: str) -> None:
        """Drop the values."""
        self._try(lambda cache: cache.delete_many([self._prefix + name for name in names]), None)

    def _try(self, use: Callable[[Cache], Any], otherwise: Any) -> Any:
        if self._cache is None:
            return otherwise
        try:
            result = use(self._cache)
        except Exception as error:  # noqa: BLE001 - every backend has failures of its own
            self._report(error)
            return otherwise
        self._failing = False
        return result

    def _report(self, error: Exception) -> None:
        if not self._failing:
            self._failing = True
            # The text is left out: it may hold the cache's address with its password.
            logger.warning("Django's cache does not work (%s); going on without it.", type(error).__name__)
