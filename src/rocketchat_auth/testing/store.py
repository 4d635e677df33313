"""Where the stand-in keeps its users: what both kinds of storage can do."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import Any

Document = dict[str, Any]
"""A document as MongoDB holds it: JSON with dates, which are aware and in UTC, to the millisecond."""


class UserStore(ABC):
    """The users of a workspace, as documents of Rocket.Chat's `users` collection.

    What it returns are copies: to change a user, call `update` or one of the methods for login tokens.
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
    def all(self) -> list[Document]:
        """All users, by username."""

    @abstractmethod
    def insert(self, user: Mapping[str, Any]) -> None:
        """Add a user."""

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
