"""What tests do to a stand-in's accounts, roles and permissions, as if somebody had done it by hand in chat."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Required, TypedDict, Unpack

from rocketchat_auth.testing import tokens
from rocketchat_auth.testing.authenticator import Authenticator
from rocketchat_auth.testing.documents import new_user
from rocketchat_auth.testing.roles import role_document
from rocketchat_auth.testing.store import Document, UserStore
from rocketchat_auth.testing.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Login:
    """The credentials of a user, as in the headers `X-User-Id` and `X-Auth-Token`."""

    user_id: str
    auth_token: str = field(repr=False)


class Facts(TypedDict, total=False):
    """What can be said of a user who is added."""

    email: str | None
    """Their e-mail address, `<username>@example.com` by default; `""` for none."""
    password: str | None
    """Their password; without one they have none."""
    roles: Iterable[str]
    """The names or ids of their roles; `user`, by default."""
    active: bool
    """Whether they may log in; they may, by default."""
    verified: bool
    """Whether their e-mail address counts as verified; it does, by default."""
    name: str | None
    """Their full name, the username by default."""
    federated: bool
    """Whether federation brought them here, as `@ann:matrix.example.com`: in no room, by default without an address."""


class Person(Facts):
    """A user who is added with others."""

    username: Required[str]
    """Their username."""


class AccountsByHand:
    """Accounts, roles and permissions of a workspace, changed without its API."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @property
    def users(self) -> UserStore:
        """Where the users are kept, for what the other methods do not offer."""
        return self._workspace.users

    def add_user(self, username: str, **facts: Unpack[Facts]) -> Document:
        """Add a user and return their document.

        Args:
            username: their username.
            facts: what else is known of them, see `Facts`: `email`, `password`, `roles`, `active`, `verified`, `name`
                and `federated`.
        """
        with self._workspace.lock:
            self.users.insert(self._made(username, **facts))
        return self.user(username)

    def add_users(self, people: Iterable[str | Person]) -> None:
        """Add many users, fast.

        Args:
            people: for each user their username, or a dict with the `username` and the facts that `add_user` takes.
        """
        with self._workspace.lock:
            self.users.insert_many(
                self._made(person) if isinstance(person, str) else self._made(**person) for person in people
            )

    def add_service_account(
        self, username: str, *, roles: Iterable[str] = ("bot",), bypass_two_factor: bool = True
    ) -> Login:
        """Add an account for a program, and return the credentials of a personal access token.

        Args:
            username: its username.
            roles: the names or ids of its roles; `grant` gives these what they lack.
            bypass_two_factor: whether the token needs no second factor.
        """
        user_id = self.add_user(username, roles=roles)["_id"]
        return self._give_personal_token(user_id, username, bypass_two_factor=bypass_two_factor)

    def user(self, username: str) -> Document:
        """The document of a user.

        Raises:
            LookupError: there is no such user.
        """
        user = self.users.by_username(username)
        if user is None:
            raise LookupError(f"The stand-in has no user {username!r}.")
        return user

    def rename_user(self, username: str, new: str) -> None:
        """Give a user another username.

        Raises:
            LookupError: there is no such user.
        """
        with self._workspace.lock:
            changes = {"username": new, "_updatedAt": self._workspace.now()}
            self.users.update(self.user(username)["_id"], changes)

    def delete_user(self, username: str) -> None:
        """Delete a user, whose rooms pass to other members.

        Raises:
            LookupError: there is no such user.
        """
        with self._workspace.lock:
            user_id = self.user(username)["_id"]
            self._workspace.rooms.relinquish(user_id, confirmed=True)
            self._workspace.remove_user(user_id)

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

    def add_authenticator(self, username: str) -> Authenticator:
        """Let a user set up an authenticator app, in the place of one that they had, and return it.

        Its codes are asked for where `Accounts_TwoFactorAuthentication_Enabled` is on.

        Raises:
            LookupError: there is no such user.
        """
        user_id = self.user(username)["_id"]
        authenticator = Authenticator.new(self._workspace.clock)
        with self._workspace.lock:
            self.users.update(user_id, {"services.totp": authenticator.stored()})
        return authenticator

    def add_role(self, name: str) -> str:
        """Add a role of the workspace's own, and return its `_id`, which is not its name."""
        role_id = tokens.new_id()
        self._workspace.roles[role_id] = role_document(name, role_id=role_id)
        return role_id

    def delete_role(self, name: str) -> None:
        """Delete a role, which whoever has it loses.

        Raises:
            LookupError: there is no such role.
        """
        with self._workspace.lock:
            role = self._workspace.role_named(name)
            if role is None:
                raise LookupError(f"The stand-in has no role {name!r}.")
            for user in self.users.with_role(role["_id"]):
                left = [role_id for role_id in user["roles"] if role_id != role["_id"]]
                self.users.update(user["_id"], {"roles": left})
            del self._workspace.roles[role["_id"]]

    def grant(self, permission: str, *roles: str) -> None:
        """Give a permission to roles, beside those that have it."""
        self._workspace.permissions[permission] |= self._role_ids(roles)

    def revoke(self, permission: str, *roles: str) -> None:
        """Take a permission from roles; from all of them, if none is named."""
        left = self._workspace.permissions[permission] - self._role_ids(roles)
        self._workspace.permissions[permission] = left if roles else frozenset()

    def _made(
        self,
        username: str,
        *,
        email: str | None = None,
        password: str | None = None,
        roles: Iterable[str] = ("user",),
        active: bool = True,
        verified: bool = True,
        name: str | None = None,
        federated: bool = False,
    ) -> Document:
        usual = None if federated else f"{username}@example.com"
        user = new_user(
            username=username,
            name=name or username,
            email=usual if email is None else email or None,
            now=self._workspace.now(),
            password=password,
            roles=self._in_order(roles),
            active=active,
            verified=verified,
            federated=federated,
        )
        return user if federated else self._workspace.rooms.admit(user)

    def _give_personal_token(self, user_id: str, name: str, *, bypass_two_factor: bool) -> Login:
        token = tokens.new_token()
        entry = tokens.personal_entry(token, name, self._workspace.now(), bypass_two_factor=bypass_two_factor)
        self.users.push_login_token(user_id, entry)
        return Login(user_id, token)

    def _in_order(self, roles: Iterable[str]) -> tuple[str, ...]:
        found = ((name, self._workspace.role_named(name)) for name in roles)
        return tuple(name if role is None else role["_id"] for name, role in found)

    def _role_ids(self, roles: Iterable[str]) -> frozenset[str]:
        return frozenset(self._in_order(roles))


def made_up_people(count: int) -> Iterator[str]:
    """Usernames for demonstrations and benchmarks: `user000001` and so on, always the same."""
    return (f"user{number:06}" for number in range(1, count + 1))
