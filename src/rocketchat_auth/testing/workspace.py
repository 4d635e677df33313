"""The state of a played workspace: its users, settings, permissions and rules."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from rocketchat_auth.testing import tokens
from rocketchat_auth.testing.limiter import RateLimiter
from rocketchat_auth.testing.permissions import DEFAULT_PERMISSIONS
from rocketchat_auth.testing.roles import ROLES
from rocketchat_auth.testing.rooms import Rooms
from rocketchat_auth.testing.settings import DEFAULT_SETTINGS
from rocketchat_auth.testing.store import Document, UserStore
from rocketchat_auth.testing.version import ServerVersion


class Clock(Protocol):
    """What the stand-in needs of a clock; `FakeClock` is one."""

    def time(self) -> float:
        """The time in seconds since the epoch."""
        ...


class SystemClock:
    """The machine's clock."""

    def time(self) -> float:
        """The time in seconds since the epoch."""
        return time.time()


@dataclass(frozen=True, slots=True)
class Avatar:
    """A picture of a user."""

    content_type: str
    content: bytes


class Workspace:
    """What the endpoints work on.

    Requests are handled one at a time, under `lock`, as Rocket.Chat's one Node.js process does between two awaits:
    "look whether the name is free, then take it" needs no further care.
    """

    def __init__(
        self, version: ServerVersion, clock: Clock, users: UserStore, *, create_tokens: bool, token_secret: str | None
    ) -> None:
        self.version = version
        self.clock = clock
        self.users = users
        self.create_tokens = create_tokens
        self.custom_scripts = True
        self.token_secret = token_secret
        self.settings: dict[str, Any] = dict(DEFAULT_SETTINGS)
        self.permissions: dict[str, frozenset[str]] = dict(DEFAULT_PERMISSIONS)
        self.roles: dict[str, Document] = dict(ROLES)
        self.limiter = RateLimiter(clock)
        self.founded = self.now()
        self.rooms = Rooms(users, self.founded)
        self.avatars: dict[str, Avatar] = {}
        self.emailed_codes: dict[str, str] = {}
        self.lock = threading.RLock()

    @contextmanager
    def unlocked(self) -> Iterator[None]:
        """Let other requests be handled while this one waits for something outside."""
        self.lock.release()
        try:
            yield
        finally:
            self.lock.acquire()

    def now(self) -> datetime:
        """The time, in UTC and to the millisecond, as MongoDB keeps it."""
        instant = datetime.fromtimestamp(self.clock.time(), UTC)
        return instant.replace(microsecond=instant.microsecond // 1000 * 1000)

    def allows(self, user: Document, permission: str) -> bool:
        """Whether one of the user's roles has the permission."""
        return not self.permissions[permission].isdisjoint(user.get("roles", ()))

    def role_named(self, name: str) -> Document | None:
        """The role with that `_id`, else with that name."""
        return self.roles.get(name) or next((role for role in self.roles.values() if role["name"] == name), None)

    def holder(self, user_id: str, token: str) -> tuple[Document, Document] | None:
        """The user with that `_id` and the entry of that login token, if it is one of theirs and alive."""
        user = self.users.get(user_id)
        entry = None if user is None else tokens.find_entry(user, token)
        if user is None or entry is None or self.is_expired(entry):
            return None
        return user, entry

    def is_expired(self, entry: Document) -> bool:
        """Whether that login token has outlived `Accounts_LoginExpiration`."""
        return tokens.is_expired(entry, self.now(), self.settings["Accounts_LoginExpiration"])

    def expires(self, entry: Document) -> datetime:
        """When that login token ends."""
        when: datetime = entry["when"]
        return when + timedelta(days=self.settings["Accounts_LoginExpiration"])

    def give_login_token(self, user_id: str) -> tuple[str, Document]:
        """Make a login token for that user; the oldest beyond the limit go."""
        token = tokens.new_token()
        entry = tokens.login_entry(token, self.now())
        self.users.push_login_token(user_id, entry)
        user = self.users.get(user_id)
        surplus = tokens.surplus(user) if user else []
        if surplus:
            self.users.pull_login_tokens(user_id, surplus)
        return token, entry

    def end_all_logins(self, user_id: str) -> None:
        """Remove all tokens of that user, personal access tokens too."""
        if self.users.get(user_id) is not None:
            self.users.update(user_id, {"services.resume.loginTokens": []})

    def remove_user(self, user_id: str) -> None:
        """Delete a user, who leaves all rooms and teams."""
        self.rooms.forget(user_id)
        self.users.delete(user_id)
        self.avatars.pop(user_id, None)
