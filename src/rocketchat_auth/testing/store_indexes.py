"""What finds and sorts the users that are kept in memory, without looking at each of them."""

from abc import ABC, abstractmethod
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from typing import Any

from rocketchat_auth.testing.store import Document

# From so many on, sorting all anew is faster than finding each its place.
_MANY = 1000


class Indexed(ABC):
    """What the store keeps right as users come, change and go.

    Args:
        values: what of a user it goes by: nothing, one thing or several.
    """

    def __init__(self, values: Callable[[Document], Iterable[Any]]) -> None:
        self.values = values

    @abstractmethod
    def add(self, value: Any, user_id: str) -> None:
        """Take in a user of whom this is a value."""

    @abstractmethod
    def discard(self, value: Any, user_id: str) -> None:
        """Take out a user of whom this was a value."""

    def add_many(self, users: Iterable[Document]) -> None:
        """Take in these users."""
        for user in users:
            for value in self.values(user):
                self.add(value, user["_id"])


class Index(Indexed):
    """Finds a user by a text that hardly two of them share; of two who do, the one who came first."""

    def __init__(self, values: Callable[[Document], Iterable[str]]) -> None:
        super().__init__(values)
        self._ids: dict[str, tuple[str, ...]] = {}

    def add(self, value: str, user_id: str) -> None:
        """Let the user be found by that text."""
        self._ids[value] = (*self._ids.get(value, ()), user_id)

    def discard(self, value: str, user_id: str) -> None:
        """Let the user be found by that text no more."""
        # The same text may have stood there twice.
        left = tuple(other for other in self._ids.pop(value, ()) if other != user_id)
        if left:
            self._ids[value] = left

    def find(self, value: str) -> str | None:
        """The `_id` of the user with that text."""
        found = self._ids.get(value)
        return None if found is None else found[0]


class Group(Indexed):
    """The users who have a value at all."""

    def __init__(self, values: Callable[[Document], Iterable[str]]) -> None:
        super().__init__(values)
        self.ids: set[str] = set()

    def add(self, value: str, user_id: str) -> None:
        """Take the user in."""
        self.ids.add(user_id)

    def discard(self, value: str, user_id: str) -> None:
        """Take the user out."""
        self.ids.discard(user_id)


class Ranking(Indexed):
    """Users in the order of a text that each of them has once."""

    def __init__(self, values: Callable[[Document], Iterable[str]]) -> None:
        super().__init__(values)
        self._entries: list[tuple[str, str]] = []

    def __len__(self) -> int:
        """How many they are."""
        return len(self._entries)

    def add(self, value: str, user_id: str) -> None:
        """Take the user in."""
        entry = (value, user_id)
        # Users who come in order, as in bulk, need no search.
        if not self._entries or entry > self._entries[-1]:
            self._entries.append(entry)
        else:
            insort(self._entries, entry)

    def add_many(self, users: Iterable[Document]) -> None:
        """Take in these users."""
        entries = [(value, user["_id"]) for user in users for value in self.values(user)]
        if len(entries) < _MANY:
            for value, user_id in entries:
                self.add(value, user_id)
        else:
            self._entries += entries
            self._entries.sort()

    def discard(self, value: str, user_id: str) -> None:
        """Take the user out."""
        del self._entries[bisect_left(self._entries, (value, user_id))]

    def page(self, skip: int, limit: int | None, *, descending: bool = False) -> list[str]:
        """The `_id` of each of some users, in order."""
        count = len(self._entries)
        first, last = min(skip, count), count if limit is None else min(skip + limit, count)
        if descending:
            first, last = count - last, count - first
        ids = [user_id for _, user_id in self._entries[first:last]]
        return ids[::-1] if descending else ids


class RankedGroups(Indexed):
    """Users in groups, each in the order of a text; what a user goes by is pairs of group and text."""

    def __init__(self, values: Callable[[Document], Iterable[tuple[str, str]]]) -> None:
        super().__init__(values)
        self._groups: dict[str, Ranking] = {}

    def add(self, value: tuple[str, str], user_id: str) -> None:
        """Take the user into the group."""
        group, text = value
        if group not in self._groups:
            self._groups[group] = _empty()
        self._groups[group].add(text, user_id)

    def discard(self, value: tuple[str, str], user_id: str) -> None:
        """Take the user out of the group."""
        group, text = value
        self._groups[group].discard(text, user_id)

    def find(self, group: str) -> Ranking:
        """The users in that group."""
        return self._groups.get(group) or _empty()


def _empty() -> Ranking:
    return Ranking(lambda user: ())
