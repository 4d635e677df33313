"""Giving accounts roles, rooms and teams, and taking them away."""

import threading
from collections.abc import Callable
from typing import TypeVar

from rocketchat_auth import rest
from rocketchat_auth.conf import conf
from rocketchat_auth.rest import service

T = TypeVar("T")

_KINDS = {"channels": rest.RoomKind.CHANNEL, "groups": rest.RoomKind.GROUP}


class Rooms:
    """The rooms and teams that are needed, each looked up once, and made where the settings say so.

    Safe to share between threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], rest.Room | rest.Team] = {}

    def join(self, kind: str, name: str, user_id: str, username: str) -> None:
        """Give an account a role, room or team; that it has it already is no error.

        Raises:
            NotFound: there is none of that name, and none is made.
            RocketChatError: as for every call.
        """
        client = service.client()
        if kind == "roles":
            rest.roles.add(client, username, name)
            return
        place = self._place(kind, name)
        if isinstance(place, rest.Team):
            rest.teams.add_member(client, place, user_id)
        else:
            rest.rooms.invite(client, place, user_id)

    def leave(self, kind: str, name: str, user_id: str, username: str) -> None:
        """Take a role, room or team away from an account; that it has it not is no error.

        Raises:
            LastOwner: nobody else owns the room.
            RocketChatError: as for every call.
        """
        client = service.client()
        if kind == "roles":
            rest.roles.remove(client, username, name)
            return
        place = self._place(kind, name, make=False)
        if isinstance(place, rest.Team):
            rest.teams.remove_member(client, place, user_id)
        else:
            rest.rooms.kick(client, place, user_id)

    def _place(self, kind: str, name: str, *, make: bool = True) -> rest.Room | rest.Team:
        with self._lock:
            place = self._known.get((kind, name))
            if place is None:
                place = self._known[kind, name] = _found_or_made(kind, name, make=make and conf.create_rooms)
        return place


def _found_or_made(kind: str, name: str, *, make: bool) -> rest.Room | rest.Team:
    client = service.client()
    if kind == "teams":
        return _tried(lambda: rest.teams.find(client, name), lambda: rest.teams.create(client, name), make=make)
    room_kind = _KINDS[kind]
    return _tried(
        lambda: rest.rooms.find(client, room_kind, name),
        lambda: rest.rooms.create(client, room_kind, name),
        make=make,
    )


def _tried(find: Callable[[], T], create: Callable[[], T], *, make: bool) -> T:
    try:
        return find()
    except rest.NotFound:
        if not make:
            raise
    try:
        return create()
    except rest.Taken:  # another worker made it meanwhile
        return find()
