"""The stand-in: a small server that behaves as Rocket.Chat does."""

import secrets
from typing import Any

from pymongo.database import Database

from rocketchat_auth.testing import tokens
from rocketchat_auth.testing.accounts_by_hand import Login
from rocketchat_auth.testing.app import Application
from rocketchat_auth.testing.documents import new_user
from rocketchat_auth.testing.failing import Failure
from rocketchat_auth.testing.rooms_by_hand import RoomsByHand
from rocketchat_auth.testing.store import UserStore
from rocketchat_auth.testing.store_memory import MemoryUserStore
from rocketchat_auth.testing.store_mongo import MongoUserStore
from rocketchat_auth.testing.version import ServerVersion
from rocketchat_auth.testing.workspace import Clock, SystemClock, Workspace

_YEAR = 365 * 86400.0
_TOKEN_NAME = "stand-in"


class StandIn(RoomsByHand):
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
        workspace = Workspace(
            ServerVersion.parse(version),
            clock or SystemClock(),
            store,
            create_tokens=create_tokens,
            token_secret=token_secret,
        )
        super().__init__(workspace)
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
    def custom_scripts(self) -> bool:
        """Whether the settings `Custom_Script_` may be changed; trial workspaces of the maker's cloud forbid it."""
        return self._workspace.custom_scripts

    @custom_scripts.setter
    def custom_scripts(self, value: bool) -> None:
        self._workspace.custom_scripts = value

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
            admin = self._workspace.rooms.admit(admin)
            self.users.insert({**admin, "avatarOrigin": "none", "statusDefault": "online", "utcOffset": 0})
        else:
            self.users.update(admin["_id"], {"services.password.bcrypt": tokens.hash_password(self.admin_password)})
        if self.users.get("rocket.cat") is None:
            cat = new_user(username="rocket.cat", name="Rocket.Cat", email=None, now=now, roles=("bot",))
            self.users.insert({**cat, "_id": "rocket.cat", "type": "bot", "status": "online"})
        former = [entry["hashedToken"] for entry in tokens.stored_tokens(admin) if entry.get("name") == _TOKEN_NAME]
        self.users.pull_login_tokens(admin["_id"], former)
        return self._give_personal_token(admin["_id"], _TOKEN_NAME, bypass_two_factor=True)
