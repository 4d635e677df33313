"""Giving accounts roles, rooms and teams, and taking them away."""

import threading
from collections.abc import Callable
from typing import TypeVar

from django.utils.translation import gettext as _

from rocketchat_auth import rest
from rocketchat_auth.conf import conf
from rocketchat_auth.rest import service

T = TypeVar("T")

_MISSING_ROLE = ("error-role-not-found", "error-invalid-roleid", "error-invalid-role")

_KINDS = {"channels": rest.RoomKind.CHANNEL, "groups": rest.RoomKind.GROUP}


class Missing(Exception):
    """There is no such role, room or team; its text says what to do."""


def missing(kind: str, name: str) -> str:
    """What to do about a role, room or team that is managed and that Rocket.Chat does not have."""
    sentences = {
        "roles": _("Rocket.Chat has no role %s. Create it, or take it out of ROCKETCHAT_GROUPS."),
        "channels": _("Rocket.Chat has no channel %s. Create it, or set ROCKETCHAT_CREATE_ROOMS = True."),
        "groups": _(
            "Rocket.Chat has no private channel %s, or the service account is not in it. Create it, or invite the"
            " account, or set ROCKETCHAT_CREATE_ROOMS = True."
        ),
        "teams": _("Rocket.Chat has no team %s. Create it, or set ROCKETCHAT_CREATE_ROOMS = True."),
    }
    return sentences[kind] % name


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
            Missing: there is none of that name, and none is made.
            RocketChatError: as for every call.
        """
        client = service.client()
        if kind == "roles":
            _with_role(name, lambda: rest.roles.add(client, username, name))
            return
        place = self._place(kind, name)
        if isinstance(place, rest.Team):
            rest.teams.add_member(client, place, user_id)
        else:
            rest.rooms.invite(client, place, user_id)

    def leave(self, kind: str, name: str, user_id: str, username: str) -> None:
        """Take a role, room or team away from an account; that it has it not is no error.

        Raises:
            Missing: there is none of that name any more.
            LastOwner: nobody else owns the room.
            RocketChatError: as for every call.
        """
        client = service.client()
        if kind == "roles":
            _with_role(name, lambda: rest.roles.remove(client, username, name))
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
                try:
                    place = _found_or_made(kind, name, make=make and conf.create_rooms)
                except (rest.NotFound, rest.PermissionRefused):  # the latter of private teams
                    raise Missing(missing(kind, name)) from None
                self._known[kind, name] = place
        return place


def _with_role(name: str, call: Callable[[], None]) -> None:
    try:
        call()
    except rest.NotFound as refusal:
        if refusal.code.lower() not in _MISSING_ROLE:
            raise
        raise Missing(missing("roles", name)) from None


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
