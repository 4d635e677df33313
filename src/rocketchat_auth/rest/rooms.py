"""Channels and private groups, and who is in them.

Documented at https://developer.rocket.chat/apidocs/channels-endpoints and
https://developer.rocket.chat/apidocs/groups-endpoints: the same endpoints twice, read from channels.ts and groups.ts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from rocketchat_auth.rest.already import already
from rocketchat_auth.rest.answer import Answer
from rocketchat_auth.rest.client import Client
from rocketchat_auth.rest.paging import parts


class RoomKind(StrEnum):
    """Which of the two: the value is what its endpoints are called."""

    CHANNEL = "channels"
    GROUP = "groups"

    @property
    def noun(self) -> str:
        """What one of them is called in an answer."""
        return self.value.removesuffix("s")


@dataclass(frozen=True, slots=True)
class Room:
    """A room.

    Args:
        id: the `_id`.
        name: the name in its address, which is not the one that is shown where the workspace allows special characters.
        kind: whether it is a channel or a private group.
        members: how many are in it, deactivated ones included.
        updated_at: when it changed last, by a message too, as Rocket.Chat writes it.
    """

    id: str
    name: str
    kind: RoomKind
    members: int
    updated_at: str


def find(client: Client, kind: RoomKind, name: str) -> Room:
    """The room of that kind and name.

    Raises:
        NotFound: there is none, or it is a private group that the service account is not in.
        RocketChatError: as for every call.
    """
    return _room(kind, client.call("GET", f"v1/{kind}.info", params={"roomName": name}))


def create(client: Client, kind: RoomKind, name: str) -> Room:
    """Make a room, whose owner and only member is the service account.

    Raises:
        Taken: a room has that name, be it of the other kind, archived, or a private group that nobody told us of.
        InvalidField: no room may have that name.
        PermissionRefused: the service account lacks `create-c` or `create-p`.
        RocketChatError: as for every call.
    """
    return _room(kind, client.call("POST", f"v1/{kind}.create", json={"name": name}))


def members(client: Client, room: Room) -> Iterator[str]:
    """The `_id` of each member whose account is active, 100 in a call, each of them once.

    Rocket.Chat lists those first who are online. Who comes or goes meanwhile may let another be missed.

    Raises:
        NotFound: the room is gone, or a private group that the service account is not in.
        PermissionRefused: it is a broadcast channel, and the service account lacks `view-broadcast-member-list`.
        RocketChatError: as for every call.
    """
    seen: set[str] = set()
    for part in parts(client, f"v1/{room.kind}.members", "members", {"roomId": room.id}):
        for user_id in ids_of(part.items):
            if user_id not in seen:
                seen.add(user_id)
                yield user_id


def invite(client: Client, room: Room, user_id: str) -> None:
    """Put an account into a room. One who is in it already gets no second message.

    Raises:
        NotFound: there is no such account, or the room is gone.
        PermissionRefused: the service account lacks `add-user-to-joined-room`, which it has as an owner of the room, or
            `add-user-to-any-c-room`, `add-user-to-any-p-room`.
        RocketChatError: as for every call; a plain `Refused` where the room is archived.
    """
    body = {"roomId": room.id, "userId": user_id}
    client.call("POST", f"v1/{room.kind}.invite", json=body, idempotent=True)


def kick(client: Client, room: Room, user_id: str) -> None:
    """Take an account out of a room. It is no error if it is not in it, but channels write a message all the same.

    Raises:
        NotFound: there is no such account, or the room is gone.
        LastOwner: the account is the room's only owner.
        PermissionRefused: the service account lacks `remove-user`, which it has as an owner of the room.
        RocketChatError: as for every call; a plain `Refused` where the room is archived.
    """
    with already("error-user-not-in-room"):
        client.call("POST", f"v1/{room.kind}.kick", json={"roomId": room.id, "userId": user_id}, idempotent=True)


def ids_of(found: tuple[object, ...]) -> Iterator[str]:
    """The `_id` of each of those parts of an answer that has one."""
    for item in found:
        identifier = item.get("_id") if isinstance(item, dict) else None
        if isinstance(identifier, str) and identifier:
            yield identifier


def _room(kind: RoomKind, answer: Answer) -> Room:
    count = answer.at(kind.noun, "usersCount")
    updated_at = answer.at(kind.noun, "_updatedAt")
    return Room(
        id=answer.text(kind.noun, "_id"),
        name=answer.text(kind.noun, "name"),
        kind=kind,
        members=count if isinstance(count, int) else 0,
        updated_at=updated_at if isinstance(updated_at, str) else "",
    )
