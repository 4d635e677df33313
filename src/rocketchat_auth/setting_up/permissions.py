"""Giving the built-in role `bot` the permissions that the service account needs.

A role of the workspace's own would be better still, but making one is a paid feature of Rocket.Chat.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rocketchat_auth import rest
from rocketchat_auth.accounts.needs import Need
from rocketchat_auth.setting_up.left_over import LOGGED, LeftOver

ROLE = "bot"
MAKES_TOKENS = "create-personal-access-tokens"


@dataclass(frozen=True, slots=True)
class Grants:
    """The permissions of the role as they are, and as they will be.

    Args:
        needs: all that are needed.
        roles: who has which permission now, of all that the server knows.
    """

    needs: tuple[Need, ...]
    roles: rest.permissions.Roles

    def has(self, need: Need) -> bool:
        """Whether the role has it already."""
        return ROLE in self.roles.get(need.permission, ())

    def is_known(self, need: Need) -> bool:
        """Whether the server's version knows it; one that it does not know, it does not ask for."""
        return need.permission in self.roles

    @property
    def makes_tokens(self) -> bool:
        """Whether it has what is lent to it already, and so keeps it."""
        return ROLE in self.roles.get(MAKES_TOKENS, ())

    @property
    def missing(self) -> tuple[Need, ...]:
        """What has to be given."""
        return tuple(need for need in self.needs if self.is_known(need) and not self.has(need))


def look(client: rest.Client, needs: Iterable[Need]) -> Grants:
    """See what the role lacks.

    Raises:
        RocketChatError: as for every call.
    """
    return Grants(tuple(needs), rest.permissions.every(client))


def grant(client: rest.Client, grants: Grants) -> None:
    """Give the role what it lacks, beside those that have it.

    Raises:
        PermissionRefused: the account may not.
        RocketChatError: as for every call.
    """
    if grants.missing:
        wanted = {need.permission: (*grants.roles[need.permission], ROLE) for need in grants.missing}
        rest.permissions.update(client, wanted)


@contextmanager
def lent(client: rest.Client, permission: str, left_over: LeftOver = LOGGED) -> Iterator[None]:
    """Give the role a permission for a moment, and take it back whatever happens, unless it had it before.

    Args:
        client: a client that is signed in as an administrator.
        permission: its `_id`.
        left_over: is told where it can't be taken back.

    Raises:
        PermissionRefused: the account may not.
        RocketChatError: as for every call.
    """
    before = rest.permissions.every(client).get(permission, ())
    if ROLE in before:
        yield
        return
    rest.permissions.update(client, {permission: (*before, ROLE)})
    try:
        yield
    finally:
        try:
            rest.permissions.update(client, {permission: before})
        except rest.RocketChatError as error:
            left_over.permission(ROLE, permission, error)
