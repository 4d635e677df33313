"""What tests do to a stand-in's rooms and teams, as if somebody had done it by hand in chat."""

from collections.abc import Iterable
from typing import Literal

from rocketchat_auth.testing.accounts_by_hand import AccountsByHand
from rocketchat_auth.testing.rooms import Room
from rocketchat_auth.testing.store import Document

Kind = Literal["channel", "group", "team"]


class RoomsByHand(AccountsByHand):
    """Rooms and teams of a workspace, changed without its API."""

    def add_room(self, name: str, kind: Kind = "channel", *, members: Iterable[str] = (), owner: str = "admin") -> str:
        """Add a room, and return its `_id`.

        Args:
            name: its name.
            kind: a channel, a private group, or a private team, whose main room it is.
            members: the usernames of those who are in it beside its owner.
            owner: the username of its owner.

        Raises:
            LookupError: there is no such user.
            ApiError: there is a room with that name.
        """
        with self._workspace.lock:
            founder, others = self.user(owner), [self.user(username) for username in members]
            if kind == "team":
                return self._add_team(name, founder, others).room_id
            rooms, now = self._workspace.rooms, self._workspace.now()
            room = rooms.create("p" if kind == "group" else "c", name, founder, now)
            for user in others:
                rooms.join(room, user["_id"])
            return room.room_id

    def rename_room(self, name: str, new: str) -> None:
        """Give a room another name, and with its main room a team.

        Raises:
            LookupError: there is no such room.
            ApiError: there is a room with the new name.
        """
        with self._workspace.lock:
            self._workspace.rooms.rename(self._room(name), new, self._workspace.now())

    def delete_room(self, name: str) -> None:
        """Delete a room, and with its main room a team.

        Raises:
            LookupError: there is no such room.
        """
        with self._workspace.lock:
            self._workspace.rooms.remove(self._room(name))

    def members_of(self, name: str) -> list[str]:
        """The usernames of those who are in a room, or in a team, active or not, in alphabetical order.

        Raises:
            LookupError: there is no such room.
        """
        with self._workspace.lock:
            users = [self.users.get(user_id) for user_id in self._room(name).members]
        return sorted(user["username"] for user in users if user is not None)

    def _add_team(self, name: str, founder: Document, others: list[Document]) -> Room:
        rooms, now = self._workspace.rooms, self._workspace.now()
        team = rooms.create_team(name, 1, founder, now)
        for user in others:
            rooms.join_team(team, user["_id"], [], founder, now)
        return rooms.main_room(team)

    def _room(self, name: str) -> Room:
        room = self._workspace.rooms.named(name)
        if room is None:
            raise LookupError(f"The stand-in has no room {name!r}.")
        return room
