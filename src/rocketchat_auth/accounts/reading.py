"""Reading a whole workspace into a directory."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.utils.translation import gettext as _

from rocketchat_auth import rest
from rocketchat_auth.accounts import asking, rooms
from rocketchat_auth.accounts.asking import AskEach
from rocketchat_auth.accounts.directory import Directory, room_key
from rocketchat_auth.conf import Memberships, conf
from rocketchat_auth.models import ManagedRoom
from rocketchat_auth.rest import service

_KINDS = {"channels": rest.RoomKind.CHANNEL, "groups": rest.RoomKind.GROUP}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a plan is in the making: `done` of `total` of what `reading` names; a total of 0 is not known."""

    reading: str
    done: int
    total: int


OnProgress = Callable[[Progress], None]


@dataclass(slots=True)
class Reading:
    """A workspace that was read.

    Args:
        directory: the accounts, and the members of managed rooms.
        findings: what is wrong with rooms and roles; sentences for people.
        fingerprints: of each managed room that there is, by its key: while it stays the same, so do its members.
    """

    directory: Directory
    findings: list[str]
    fingerprints: dict[str, str]


@contextmanager
def read_workspace(managed: Memberships, on_progress: OnProgress) -> Iterator[Reading]:
    """Read all accounts, and the members of the managed rooms that changed since they were last in order.

    Raises:
        RocketChatError: Rocket.Chat could not be read.
    """
    findings: list[str] = []
    managed = _without_missing_roles(managed, findings)
    with Directory(managed, AskEach(managed)) as directory:
        reading = Reading(directory, findings, {})
        read, seen = 0, False
        for page in rest.users.pages(service.client()):
            directory.add(page.users)
            read += len(page.users)
            seen = seen or any(user.roles for user in page.users)
            on_progress(Progress(_("chat accounts"), read, page.total))
        asking.check_sees_all(seen)
        _read_rooms(reading, managed, on_progress)
        yield reading


def _without_missing_roles(managed: Memberships, findings: list[str]) -> Memberships:
    if not managed.roles:
        return managed
    missing = managed.roles - rest.roles.every(service.client())
    findings.extend(rooms.missing("roles", name) for name in sorted(missing))
    return managed - Memberships(roles=missing)


def _read_rooms(reading: Reading, managed: Memberships, on_progress: OnProgress) -> None:
    wanted = [(kind, name) for kind, names in managed.items() if kind != "roles" for name in sorted(names)]
    known = {room_key(room.kind, room.name): room.fingerprint for room in ManagedRoom.objects.all()}
    absent = set()
    for number, (kind, name) in enumerate(wanted, start=1):
        try:
            _read_room(reading, kind, name, known)
        except (rest.NotFound, rest.PermissionRefused):  # the latter of private teams
            absent.add((kind, name))
        on_progress(Progress(_("rooms"), number, len(wanted)))
    if absent and not conf.create_rooms:
        reading.findings += [rooms.missing(kind, name) for kind, name in sorted(absent)]
        gone = {kind: frozenset(name for of, name in absent if of == kind) for kind, _name in absent}
        reading.directory.managed = managed - Memberships(**gone)


def _read_room(reading: Reading, kind: str, name: str, known: dict[str, str]) -> None:
    client, key = service.client(), room_key(kind, name)
    room: rest.Room | None
    if kind == "teams":
        team = rest.teams.find(client, name)
        room, members = _main_room(team), rest.teams.members(client, team)
    else:
        room = rest.rooms.find(client, _KINDS[kind], name)
        members = rest.rooms.members(client, room)
    fingerprint = _fingerprint(room) if room is not None else ""
    if fingerprint and known.get(key) == fingerprint:
        reading.directory.unchanged_rooms.add(key)
    else:
        reading.directory.add_members(key, members)
    reading.fingerprints[key] = fingerprint


def _main_room(team: rest.Team) -> rest.Room | None:
    """The room that a team's members join and leave with it; it has the team's name."""
    for kind in rest.RoomKind:
        try:
            return rest.rooms.find(service.client(), kind, team.name)
        except rest.NotFound:
            continue
    return None


def _fingerprint(room: rest.Room) -> str:
    """What changes whenever somebody joins or leaves, and with each message as well."""
    return hashlib.sha256(f"{room.id} {room.updated_at} {room.members}".encode()).hexdigest()
