"""The stand-in: a small server that behaves as Rocket.Chat does."""

import secrets
from dataclasses import dataclass, field
from typing import Any

from pymongo.database import Database

from rocketchat_auth.testing import tokens
from rocketchat_auth.testing.app import Application
from rocketchat_auth.testing.documents import new_user
from rocketchat_auth.testing.failing import Failure
from rocketchat_auth.testing.store import Document, UserStore
from rocketchat_auth.testing.store_memory import MemoryUserStore
from rocketchat_auth.testing.store_mongo import MongoUserStore
from rocketchat_auth.testing.version import ServerVersion
from rocketchat_auth.testing.workspace import Clock, SystemClock, Workspace

_YEAR = 365 * 86400.0
_TOKEN_NAME = "stand-in"


@dataclass(frozen=True, slots=True)
class Login:
    """The credentials of a user, as in the headers `X-User-Id` and `X-Auth-Token`."""

    user_id: str
    auth_token: str = field(repr=False)


class StandIn:
    """A stand-in Rocket.Chat of one version, for tests and demonstrations.

    It behaves as recordings of a real server and Rocket.Chat's documents say: token rules, second factor, error
    shapes, rate limits. It has one administrator, `admin`, and the bot `rocket.cat`.

    Args:
        version: what it plays, as major.minor, from 6.0 on; a third number picks a patch level.
        clock: where it takes the time from, with a method `time()`; the machine's, by default.
        create_tokens: up to 7.x, whether its environment has `CREATE_TOKENS_FOR_USERS=true`.
        token_secret: from 8.0 on, its `CREATE_TOKENS_FOR_USERS_SECRET`; without one it issues no tokens.
        two_factor: whether `Accounts_TwoFactorAuthentication_Enabled` is on.
        mongo: a pymongo database in whose collection `users` its users live; in memory, by default.
        rate_limit: whether `API_Enable_Rate_Limiter` is on.
        admin_password: the password of `admin`; made up by default, see the attribute of the same name.

    Raises:
        ValueError: the version is not one it can play, or the database is a real workspace's.
    """

    def __init__(
        self,
        version: str = "8.4",
        *,
        clock: Clock | None = None,
        create_tokens: bool = True,
        token_secret: str | None = None,
        two_factor: bool = False,
        mongo: Database[Any] | None = None,
        rate_limit: bool = True,
        admin_password: str | None = None,
    ) -> None:
        store: UserStore = MemoryUserStore() if mongo is None else MongoUserStore(mongo)
        self._workspace = Workspace(
            ServerVersion.parse(version),
            clock or SystemClock(),
            store,
            create_tokens=create_tokens,
            token_secret=token_secret,
        )
        self._workspace.settings["API_Enable_Rate_Limiter"] = rate_limit
        self._workspace.settings["Accounts_TwoFactorAuthentication_Enabled"] = two_factor
        self.application = Application(self._workspace)
        self.wsgi = self.application.__call__
        self.admin_password = admin_password or secrets.token_urlsafe(12)
        self.admin = self._add_administrator()

    @property
    def version(self) -> str:
        """The version that it plays, as major.minor."""
        return str(self._workspace.version)

    @property
    def settings(self) -> dict[str, Any]:
        """The workspace's settings, to be read and changed."""
        return self._workspace.settings

    @property
    def create_tokens(self) -> bool:
        """Whether its environment has `CREATE_TOKENS_FOR_USERS=true`; setting it is like a restart with another."""
        return self._workspace.create_tokens

    @create_tokens.setter
    def create_tokens(self, value: bool) -> None:
        self._workspace.create_tokens = value

    @property
    def users(self) -> UserStore:
        """Where the users are kept, for what `add_user` and `user` do not offer."""
        return self._workspace.users

    @property
    def emailed_codes(self) -> dict[str, str]:
        """The second factors that it has sent by e-mail and that have not been used, by the user's `_id`."""
        return self._workspace.emailed_codes

    @property
    def calls(self) -> list[tuple[str, str]]:
        """Method and path of the calls it has received, the oldest first."""
        return list(self.application.calls)

    def reset_calls(self) -> None:
        """Forget the calls it has received."""
        self.application.calls.clear()

    def reset_rate_limits(self) -> None:
        """Forget how often its routes have been called."""
        self._workspace.limiter.reset()

    def add_user(
        self,
        username: str,
        *,
        email: str | None = None,
        password: str | None = None,
        roles: tuple[str, ...] = ("user",),
        active: bool = True,
        verified: bool = True,
        name: str | None = None,
    ) -> Document:
        """Add a user, as if by hand, and return their document.

        Args:
            username: their username.
            email: their e-mail address, `<username>@example.com` by default; `""` for none.
            password: their password; without one they have none.
            roles: the ids of their roles.
            active: whether they may log in.
            verified: whether their e-mail address counts as verified.
            name: their full name, the username by default.
        """
        user = new_user(
            username=username,
            name=name or username,
            email=f"{username}@example.com" if email is None else email or None,
            now=self._workspace.now(),
            password=password,
            roles=roles,
            active=active,
            verified=verified,
        )
        with self._workspace.lock:
            self.users.insert(user)
            self._workspace.rooms.join_defaults(user["_id"])
        return self.user(username)

    def user(self, username: str) -> Document:
        """The document of a user.

        Raises:
            LookupError: there is no such user.
        """
        user = self.users.by_username(username)
        if user is None:
            raise LookupError(f"The stand-in has no user {username!r}.")
        return user

    def log_in(self, username: str) -> Login:
        """Give a user one more login, as a client's login does, and return its credentials.

        Raises:
            LookupError: there is no such user.
        """
        user_id = self.user(username)["_id"]
        with self._workspace.lock:
            token, _ = self._workspace.give_login_token(user_id)
        return Login(user_id, token)

    def is_alive(self, login: Login) -> bool:
        """Whether those credentials are good."""
        with self._workspace.lock:
            return self._workspace.holder(login.user_id, login.auth_token) is not None

    def grant(self, permission: str, *roles: str) -> None:
        """Give a permission to roles, beside those that have it."""
        self._workspace.permissions[permission] |= set(roles)

    def fail_with(self, failure: int | str | None, *, times: int | None = None, path: str | None = None) -> None:
        """Let the next calls fail.

        Args:
            failure: an HTTP status, `"timeout"` (no answer), `"drop"` (the connection is closed), or None to recover.
            times: how many calls fail; all, by default.
            path: only calls of this path fail, such as `/api/v1/users.create`; all, by default.
        """
        former, self.application.failure = self.application.failure, None
        if former is not None:
            former.end()
        if failure is not None:
            self.application.failure = Failure(failure, times=times, path=path)

    def _add_administrator(self) -> Login:
        now = self._workspace.now()
        admin = self.users.by_username("admin")
        if admin is None:
            # An account that is younger than half an hour is not asked for its second factor.
            founded = now.fromtimestamp(self._workspace.clock.time() - _YEAR, now.tzinfo)
            admin = new_user(
                username="admin",
                name="Administrator",
                email="admin@example.com",
                now=founded,
                password=self.admin_password,
                roles=("admin",),
                opt_in=False,
            )
            # What a workspace's first account has and accounts made by users.create do not.
            self.users.insert({**admin, "avatarOrigin": "none", "statusDefault": "online", "utcOffset": 0})
            self._workspace.rooms.join_defaults(admin["_id"])
        else:
            self.users.update(admin["_id"], {"services.password.bcrypt": tokens.hash_password(self.admin_password)})
        if self.users.get("rocket.cat") is None:
            cat = new_user(username="rocket.cat", name="Rocket.Cat", email=None, now=now, roles=("bot",))
            self.users.insert({**cat, "_id": "rocket.cat", "type": "bot", "status": "online"})
        former = [entry["hashedToken"] for entry in tokens.stored_tokens(admin) if entry.get("name") == _TOKEN_NAME]
        self.users.pull_login_tokens(admin["_id"], former)
        token = tokens.new_token()
        entry = tokens.personal_entry(token, _TOKEN_NAME, now, bypass_two_factor=True)
        self.users.push_login_token(admin["_id"], entry)
        return Login(admin["_id"], token)
