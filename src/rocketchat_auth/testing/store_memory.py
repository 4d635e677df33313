"""Users kept in memory."""

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rocketchat_auth.testing.store import Document, SortKey, UserStore
from rocketchat_auth.testing.store_indexes import Group, Index, Indexed, RankedGroups, Ranking


class MemoryUserStore(UserStore):
    """Users kept in memory, found and sorted by indexes; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._users: dict[str, Document] = {}
        self._usernames = Index(lambda user: [user["username"].lower()] if "username" in user else [])
        self._addresses = Index(lambda user: [email["address"].lower() for email in user.get("emails", ())])
        self._login_tokens = Index(lambda user: [entry["hashedToken"] for entry in _tokens(user)])
        self._iframe_tokens = Index(_iframe_token)
        self._members = RankedGroups(_active_memberships)
        self._inactive = Group(lambda user: () if user.get("active") else ("inactive",))
        self._rankings: dict[SortKey, Ranking] = {
            "username": Ranking(lambda user: [user.get("username", "")]),
            "_id": Ranking(lambda user: [user["_id"]]),
        }
        self._indexes: list[Indexed] = [self._usernames, self._addresses, self._login_tokens, self._iframe_tokens]
        self._indexes += [self._members, self._inactive, *self._rankings.values()]

    def get(self, user_id: str) -> Document | None:
        """The user with that `_id`."""
        with self._lock:
            user = self._users.get(user_id)
            return None if user is None else _copied(user)

    def by_username(self, username: str) -> Document | None:
        """The user with that username, whatever the case of its letters."""
        return self._found(self._usernames, username.lower())

    def by_email(self, address: str) -> Document | None:
        """The user with that e-mail address, whatever the case of its letters."""
        return self._found(self._addresses, address.lower())

    def by_login_token(self, hashed: str) -> Document | None:
        """The user who holds the login token with that hash."""
        return self._found(self._login_tokens, hashed)

    def by_iframe_token(self, token: str) -> Document | None:
        """The user whose `services.iframe.token` is that."""
        return self._found(self._iframe_tokens, token)

    def with_role(self, role_id: str) -> list[Document]:
        """The users who have that role."""
        with self._lock:
            return [_copied(user) for user in self._users.values() if role_id in user.get("roles", ())]

    def page(
        self, *, by: SortKey = "username", descending: bool = False, skip: int = 0, limit: int | None = None
    ) -> list[Document]:
        """Some of the users, in order."""
        with self._lock:
            ids = self._rankings[by].page(skip, limit, descending=descending)
            return [_copied(self._users[user_id]) for user_id in ids]

    def count(self) -> int:
        """How many users there are."""
        with self._lock:
            return len(self._users)

    def members(self, room: str, *, skip: int = 0, limit: int | None = None) -> list[Document]:
        """Some of the active users in the room with that `_id`, by username."""
        with self._lock:
            return [_copied(self._users[user_id]) for user_id in self._members.find(room).page(skip, limit)]

    def count_members(self, room: str) -> int:
        """How many active users are in the room with that `_id`."""
        with self._lock:
            return len(self._members.find(room))

    def ids_in(self, room: str) -> list[str]:
        """The `_id` of each user in the room with that `_id`, active or not."""
        with self._lock:
            return [user_id for user_id, user in self._users.items() if room in user.get("__rooms", ())]

    def inactive(self) -> set[str]:
        """The `_id` of each user who may not log in."""
        with self._lock:
            return set(self._inactive.ids)

    def insert_many(self, users: Iterable[Mapping[str, Any]]) -> None:
        """Add users."""
        with self._lock:
            copies = [_copied(user) for user in users]
            self._users.update((user["_id"], user) for user in copies)
            for index in self._indexes:
                index.add_many(copies)

    def update(self, user_id: str, fields: Mapping[str, Any], *, remove: Collection[str] = ()) -> None:
        """Set some fields of a user and remove others, both named by dotted paths."""
        with self._changing(user_id) as user:
            for path, value in fields.items():
                parent, name = _parent(user, path)
                parent[name] = _copy(value)
            for path in remove:
                _remove(user, path.split("."))

    def delete(self, user_id: str) -> None:
        """Remove a user."""
        with self._lock:
            user = self._users.pop(user_id, None)
            if user is not None:
                for index in self._indexes:
                    for value in index.values(user):
                        index.discard(value, user_id)

    def push_login_token(self, user_id: str, entry: Mapping[str, Any]) -> None:
        """Add an entry to `services.resume.loginTokens`."""
        with self._changing(user_id) as user:
            parent, name = _parent(user, "services.resume.loginTokens")
            parent.setdefault(name, []).append(_copied(entry))

    def pull_login_tokens(self, user_id: str, hashes: Collection[str]) -> None:
        """Remove the entries with those hashes from `services.resume.loginTokens`."""
        with self._changing(user_id) as user:
            for entry in [entry for entry in _tokens(user) if entry["hashedToken"] in hashes]:
                user["services"]["resume"]["loginTokens"].remove(entry)

    def enter_room(self, user_id: str, room: str) -> None:
        """Add a room to a user's `__rooms`, unless it is there."""
        with self._changing(user_id) as user:
            rooms = user.setdefault("__rooms", [])
            if room not in rooms:
                rooms.append(room)

    def leave_room(self, user_id: str, room: str) -> None:
        """Remove a room from a user's `__rooms`."""
        with self._changing(user_id) as user:
            if room in user.get("__rooms", ()):
                user["__rooms"].remove(room)

    def _found(self, index: Index, value: str) -> Document | None:
        with self._lock:
            user_id = index.find(value)
            return None if user_id is None else _copied(self._users[user_id])

    @contextmanager
    def _changing(self, user_id: str) -> Iterator[Document]:
        """The document itself, to be changed; where there is none, one that nobody keeps."""
        with self._lock:
            user = self._users.get(user_id)
            if user is None:
                yield {}
                return
            former = [list(index.values(user)) for index in self._indexes]
            yield user
            for index, before in zip(self._indexes, former, strict=True):
                after = list(index.values(user))
                for value in before:
                    if value not in after:
                        index.discard(value, user_id)
                for value in after:
                    if value not in before:
                        index.add(value, user_id)


def _tokens(user: Document) -> Iterable[Document]:
    entries: list[Document] = user.get("services", {}).get("resume", {}).get("loginTokens", [])
    return entries


def _iframe_token(user: Document) -> list[str]:
    token = user.get("services", {}).get("iframe", {}).get("token")
    return [] if token is None else [token]


def _active_memberships(user: Document) -> list[tuple[str, str]]:
    if not user.get("active"):
        return []
    return [(room, user.get("username", "")) for room in user.get("__rooms", ())]


def _parent(document: Document, path: str) -> tuple[Document, str]:
    *parents, name = path.split(".")
    for parent in parents:
        document = document.setdefault(parent, {})
    return document, name


def _remove(document: Document, path: list[str]) -> None:
    name, *rest = path
    if not rest:
        document.pop(name, None)
    elif name in document:
        _remove(document[name], rest)


def _copied(document: Mapping[str, Any]) -> Document:
    # Documents are objects, arrays and values that never change: a third of the time that copy.deepcopy takes.
    return {name: _copy(value) for name, value in document.items()}


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return _copied(value)
    return [_copy(member) for member in value] if isinstance(value, list) else value
