"""Users kept in memory."""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from rocketchat_auth.testing.store import Document, UserStore


class MemoryUserStore(UserStore):
    """Users kept in memory; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._users: dict[str, Document] = {}

    def get(self, user_id: str) -> Document | None:
        """The user with that `_id`."""
        with self._lock:
            user = self._users.get(user_id)
            return None if user is None else _copied(user)

    def by_username(self, username: str) -> Document | None:
        """The user with that username, whatever the case of its letters."""
        wanted = username.lower()
        return self._first(lambda user: str(user.get("username", "")).lower() == wanted)

    def by_email(self, address: str) -> Document | None:
        """The user with that e-mail address, whatever the case of its letters."""
        wanted = address.lower()
        return self._first(lambda user: any(email["address"].lower() == wanted for email in user.get("emails", ())))

    def by_login_token(self, hashed: str) -> Document | None:
        """The user who holds the login token with that hash."""
        return self._first(lambda user: any(entry["hashedToken"] == hashed for entry in _tokens(user)))

    def by_iframe_token(self, token: str) -> Document | None:
        """The user whose `services.iframe.token` is that."""
        return self._first(lambda user: user.get("services", {}).get("iframe", {}).get("token") == token)

    def all(self) -> list[Document]:
        """All users, by username."""
        with self._lock:
            users = sorted(self._users.values(), key=lambda user: str(user.get("username", "")))
            return [_copied(user) for user in users]

    def insert(self, user: Mapping[str, Any]) -> None:
        """Add a user."""
        with self._lock:
            self._users[user["_id"]] = _copied(user)

    def update(self, user_id: str, fields: Mapping[str, Any], *, remove: Collection[str] = ()) -> None:
        """Set some fields of a user and remove others, both named by dotted paths."""
        with self._lock:
            user = self._users.get(user_id)
            if user is None:
                return
            for path, value in fields.items():
                parent, name = _parent(user, path)
                parent[name] = _copy(value)
            for path in remove:
                _remove(user, path.split("."))

    def delete(self, user_id: str) -> None:
        """Remove a user."""
        with self._lock:
            self._users.pop(user_id, None)

    def push_login_token(self, user_id: str, entry: Mapping[str, Any]) -> None:
        """Add an entry to `services.resume.loginTokens`."""
        with self._lock:
            user = self._users.get(user_id)
            if user is not None:
                parent, name = _parent(user, "services.resume.loginTokens")
                parent.setdefault(name, []).append(_copied(entry))

    def pull_login_tokens(self, user_id: str, hashes: Collection[str]) -> None:
        """Remove the entries with those hashes from `services.resume.loginTokens`."""
        with self._lock:
            user = self._users.get(user_id)
            if user is not None:
                for entry in [entry for entry in _tokens(user) if entry["hashedToken"] in hashes]:
                    user["services"]["resume"]["loginTokens"].remove(entry)

    def _first(self, fits: Callable[[Document], bool]) -> Document | None:
        with self._lock:
            return next((_copied(user) for user in self._users.values() if fits(user)), None)


def _tokens(user: Document) -> Iterable[Document]:
    entries: list[Document] = user.get("services", {}).get("resume", {}).get("loginTokens", [])
    return entries


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
