"""The chat's side of a few accounts: each is asked for by itself."""

from typing import Protocol

from rocketchat_auth import rest
from rocketchat_auth.accounts.found import Found
from rocketchat_auth.conf import Memberships
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service

_ROOM_TYPES = {"c": "channels", "p": "groups"}


class ChatSide(Protocol):
    """Where a plan looks up what Rocket.Chat has."""

    managed: Memberships
    """The roles, rooms and teams that are managed and that Rocket.Chat has or is to get."""

    def found(self, account: Account, *, closely: bool = False) -> Found | None:
        """The account that a row is tied to, or None where it is gone.

        Args:
            account: the row.
            closely: whether all of its rooms have to be seen, though it be inactive.
        """

    def with_username(self, username: str) -> rest.User | None:
        """The account of that username, upper and lower case alike."""

    def with_email(self, email: str) -> rest.User | None:
        """The account with that address, upper and lower case alike."""


def check_sees_all(seen: bool) -> None:
    """See to it that the service account sees what is compared: without a permission, accounts show no role.

    Raises:
        PermissionRefused: it does not.
    """
    if not seen:
        raise rest.PermissionRefused(
            "the service account does not see the addresses, roles and rooms of others; give one of its roles the"
            " permissions view-full-other-user-info and view-other-user-channels",
            endpoint="v1/users.list",
        )


class AskEach:
    """Asks Rocket.Chat one call for one account.

    Args:
        managed: the roles, rooms and teams that the site manages.
    """

    def __init__(self, managed: Memberships) -> None:
        self.managed = managed

    def found(self, account: Account, *, closely: bool = False) -> Found | None:
        """The account that a row is tied to, or None where it is gone. It is always seen closely."""
        in_rooms = bool(self.managed.channels or self.managed.groups or self.managed.teams)
        try:
            user = rest.users.info(
                service.client(), user_id=account.linked_id, rooms=in_rooms, version=service.version()
            )
        except rest.NotFound:
            return None
        check_sees_all(bool(user.roles or user.emails) and not (in_rooms and user.rooms is None))
        return Found(user, self._memberships(user), in_detail=True)

    def with_username(self, username: str) -> rest.User | None:
        """The account of that username."""
        try:
            return rest.users.info(service.client(), username=username)
        except rest.NotFound:
            return None

    def with_email(self, email: str) -> rest.User | None:
        """The account with that address."""
        return rest.users.find_by_email(service.client(), email, service.version())

    def _memberships(self, user: rest.User) -> Memberships:
        """A team shows as its main room, which has its name and is no other room's."""
        names: dict[str, set[str]] = {"channels": set(), "groups": set()}
        for room in user.rooms or ():
            if room.type in _ROOM_TYPES:
                names[_ROOM_TYPES[room.type]].add(room.name)
        rooms = Memberships(channels=frozenset(names["channels"]), groups=frozenset(names["groups"]))
        teams = Memberships(teams=rooms.channels | rooms.groups)
        return (Memberships(roles=frozenset(user.roles)) | rooms | teams) & self.managed
