"""Where the stand-in keeps its users: what both kinds of storage can do."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal

Document = dict[str, Any]
"""A document as MongoDB holds it: JSON with dates, which are aware and in UTC, to the millisecond."""

SortKey = Literal["username", "_id"]
"""What users are sorted by without reading them all."""


class UserStore(ABC):
    """The users of a workspace, as documents of Rocket.Chat's `users` collection.

    What it returns are copies: to change a user, call `update` or one of the methods for login tokens and rooms.
    """

    @abstractmethod
    def get(self, user_id: str) -> Document | None:
        """The user with that `_id`."""

    @abstractmethod
    def by_username(self, username: str) -> Document | None:
        """The user with that username, whatever the case of its letters."""

    @abstractmethod
    def by_email(self, address: str) -> Document | None:
        """The user with that e-mail address, whatever the case of its letters."""

    @abstractmethod
    def by_login_token(self, hashed: str) -> Document | None:
        """The user who holds the login token with that hash."""

    @abstractmethod
    def by_iframe_token(self, token: str) -> Document | None:
        """The user whose `services.iframe.token` is that."""

    @abstractmethod
    def with_role(self, role_id: str) -> list[Document]:
        """The users who have that role."""

    @abstractmethod
    def page(
        self, *, by: SortKey = "username", descending: bool = False, skip: int = 0, limit: int | None = None
    ) -> list[Document]:
        """Some of the users, in order.

        Args:
            by: what they are sorted by.
            descending: from the last to the first.
            skip: how many are left out at the beginning.
            limit: how many there are at most; all, by default.
        """

    @abstractmethod
    def count(self) -> int:
        """How many users there are."""

    @abstractmethod
    def members(self, room: str, *, skip: int = 0, limit: int | None = None) -> list[Document]:
        """Some of the active users in the room with that `_id`, by username."""

    @abstractmethod
    def count_members(self, room: str) -> int:
        """How many active users are in the room with that `_id`."""

    @abstractmethod
    def ids_in(self, room: str) -> list[str]:
        """The `_id` of each user in the room with that `_id`, active or not."""

    @abstractmethod
    def inactive(self) -> set[str]:
        """The `_id` of each user who may not log in."""

    def all(self) -> list[Document]:
        """All users, by username."""
        return self.page()

    def insert(self, user: Mapping[str, Any]) -> None:
        """Add a user."""
        self.insert_many([user])

    @abstractmethod
    def insert_many(self, users: Iterable[Mapping[str, Any]]) -> None:
        """Add users."""

    @abstractmethod
    def update(self, user_id: str, fields: Mapping[str, Any], *, remove: Collection[str] = ()) -> None:
        """Set some fields of a user and remove others, both named by dotted paths, which lead through no arrays."""

    @abstractmethod
    def delete(self, user_id: str) -> None:
        """Remove a user."""

    @abstractmethod
    def push_login_token(self, user_id: str, entry: Mapping[str, Any]) -> None:
        """Add an entry to `services.resume.loginTokens`."""

    @abstractmethod
    def pull_login_tokens(self, user_id: str, hashes: Collection[str]) -> None:
        """Remove the entries with those hashes from `services.resume.loginTokens`."""

    @abstractmethod
    def enter_room(self, user_id: str, room: str) -> None:
        """Add a room to a user's `__rooms`, unless it is there."""

    @abstractmethod
    def leave_room(self, user_id: str, room: str) -> None:
        """Remove a room from a user's `__rooms`."""
