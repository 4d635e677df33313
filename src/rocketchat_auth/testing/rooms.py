"""Rooms and teams: which there are, and who is in them. They live in memory, wherever the users live."""

from dataclasses import dataclass, field
from datetime import datetime

from rocketchat_auth.testing import tokens
from rocketchat_auth.testing.errors import ApiError
from rocketchat_auth.testing.store import Document, UserStore

GENERAL = "GENERAL"


@dataclass
class Room:
    """A channel (type `c`) or a private group (type `p`), with its members in the order of joining."""

    room_id: str
    name: str
    kind: str
    created_at: datetime
    updated_at: datetime
    creator: Document = field(default_factory=dict)
    default: bool = False
    messages: int = 0
    members: dict[str, str] = field(default_factory=dict)
    """The `_id` of each member's subscription, by the member's `_id`."""
    owners: list[str] = field(default_factory=list)

    def view(self) -> Document:
        """What the endpoints show of it."""
        return {
            "_id": self.room_id,
            "fname": self.name,
            "_updatedAt": self.updated_at,
            "customFields": {},
            "name": self.name,
            "t": self.kind,
            "msgs": self.messages,
            "usersCount": len(self.members),
            "u": self.creator,
            "ts": self.created_at,
            "ro": False,
            "default": self.default,
            "sysMes": True,
        }


@dataclass
class Team:
    """A team, with the roles of its members in the order of joining."""

    team_id: str
    name: str
    kind: int
    created_at: datetime
    creator: Document
    room_id: str
    members: dict[str, Document] = field(default_factory=dict)
    """Roles, creator and date of each membership, by the member's `_id`."""

    def view(self) -> Document:
        """What the endpoints show of it."""
        return {
            "_id": self.team_id,
            "name": self.name,
            "type": self.kind,
            "createdAt": self.created_at,
            "createdBy": self.creator,
            "_updatedAt": self.created_at,
            "roomId": self.room_id,
        }


class Rooms:
    """All the rooms and teams of a workspace; the users' `__rooms` follow them."""

    def __init__(self, users: UserStore, now: datetime) -> None:
        self._users = users
        general = Room(GENERAL, "general", "c", now, now, default=True)
        general.members = {user_id: tokens.new_object_id() for user_id in users.ids_in(GENERAL)}
        self._rooms: dict[str, Room] = {GENERAL: general}
        self._teams: dict[str, Team] = {}

    def find(self, kind: str, room_id: str | None, name: str | None) -> Room | None:
        """The room of that type with that id, else with that name."""
        room = self.named(name) if room_id is None else self._rooms.get(room_id)
        return room if room is not None and room.kind == kind else None

    def named(self, name: str | None) -> Room | None:
        """The room with that name, of whichever type; no two have the same."""
        return next((room for room in self._rooms.values() if room.name == name), None)

    def find_team(self, team_id: str | None, name: str | None) -> Team | None:
        """The team with that id, else with that name."""
        if team_id is not None:
            return self._teams.get(team_id)
        return next((team for team in self._teams.values() if team.name == name), None)

    def create(self, kind: str, name: str, creator: Document, now: datetime) -> Room:
        """Make a room, which belongs to its creator.

        Raises:
            ApiError: `error-duplicate-channel-name`.
        """
        self._check_free(name)
        owner = {field: creator[field] for field in ("_id", "username", "name")}
        room = Room(tokens.new_object_id(), name, kind, now, now, owner, owners=[creator["_id"]])
        self._rooms[room.room_id] = room
        self.join(room, creator["_id"])
        return room

    def create_team(self, name: str, kind: int, creator: Document, now: datetime) -> Team:
        """Make a team with its main room.

        Raises:
            ApiError: the name is another team's, or another room's.
        """
        if self.find_team(None, name) is not None:
            raise ApiError("team-name-already-exists")
        room = self.create("p" if kind else "c", name, creator, now)
        founder = {field: creator[field] for field in ("_id", "username")}
        team = Team(tokens.new_object_id(), name, kind, now, founder, room.room_id)
        team.members[creator["_id"]] = {"roles": ["owner"], "createdBy": founder, "createdAt": now}
        self._teams[team.team_id] = team
        return team

    def join_team(self, team: Team, user_id: str, roles: list[str], adder: Document, now: datetime) -> None:
        """Let a user into a team and its main room."""
        creator = {field: adder[field] for field in ("_id", "username")}
        team.members[user_id] = {"roles": roles, "createdBy": creator, "createdAt": now}
        self.join(self.main_room(team), user_id)

    def main_room(self, team: Team) -> Room:
        """The room that a team was made with."""
        return self._rooms[team.room_id]

    def rename(self, room: Room, name: str, now: datetime) -> None:
        """Give a room another name, and with its main room a team.

        Raises:
            ApiError: `error-duplicate-channel-name`.
        """
        self._check_free(name)
        for team in self._teams.values():
            if team.room_id == room.room_id:
                team.name = name
        room.name, room.updated_at = name, now

    def remove(self, room: Room) -> None:
        """Take a room away, and with its main room a team."""
        for user_id in reversed(room.members):
            self._users.leave_room(user_id, room.room_id)
        del self._rooms[room.room_id]
        self._teams = {team_id: team for team_id, team in self._teams.items() if team.room_id != room.room_id}

    def of(self, user_id: str) -> list[Room]:
        """The rooms that a user is in, by type and name."""
        ids = (self._users.get(user_id) or {}).get("__rooms", ())
        rooms = [self._rooms[room_id] for room_id in ids if room_id in self._rooms]
        return sorted(rooms, key=lambda room: (room.kind, room.name))

    def join(self, room: Room, user_id: str) -> None:
        """Let a user into a room."""
        room.members.setdefault(user_id, tokens.new_object_id())
        self._users.enter_room(user_id, room.room_id)

    def admit(self, user: Document) -> Document:
        """The document of a user who is not stored yet, with the rooms that everyone joins."""
        default = [room for room in self._rooms.values() if room.default]
        for room in default:
            room.members[user["_id"]] = tokens.new_object_id()
        return {**user, "__rooms": [room.room_id for room in default]}

    def leave(self, room: Room, user_id: str) -> None:
        """Take a user out of a room."""
        room.members.pop(user_id, None)
        if user_id in room.owners:
            room.owners.remove(user_id)
        self._users.leave_room(user_id, room.room_id)

    def forget(self, user_id: str) -> None:
        """Take a user out of all rooms and teams."""
        for room in self.of(user_id):
            self.leave(room, user_id)
        for team in self._teams.values():
            team.members.pop(user_id, None)

    def relinquish(self, user_id: str, *, confirmed: bool) -> None:
        """Give the rooms that only this user owns to another member.

        Raises:
            ApiError: `user-last-owner`, unless it is `confirmed`.
        """
        alone = [room for room in self.of(user_id) if room.owners == [user_id]]
        if alone and not confirmed:
            raise ApiError("", "user-last-owner")
        for room in alone:
            heir = next((member for member in room.members if member != user_id), None)
            room.owners = [] if heir is None else [heir]

    def _check_free(self, name: str) -> None:
        if self.named(name) is not None:
            details = {"function": "RocketChat.getValidRoomName", "channel_name": name}
            raise ApiError(f"A channel with name '{name}' exists", "error-duplicate-channel-name", details)
