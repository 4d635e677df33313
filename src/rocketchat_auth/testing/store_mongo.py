"""Users kept in a MongoDB, in a `users` collection like Rocket.Chat's."""

import re
from collections.abc import Collection, Mapping
from datetime import UTC
from typing import Any

from bson.codec_options import CodecOptions
from pymongo.database import Database

from rocketchat_auth.testing.store import Document, UserStore


class MongoUserStore(UserStore):
    """Users kept in the collection `users` of a MongoDB database.

    Whoever else writes to that collection writes to the stand-in: a login token that is pushed there works.

    Args:
        database: a database of pymongo's; the collection gets the indexes that Rocket.Chat gives it.

    Raises:
        ValueError: the database is a real workspace's, which the stand-in would spoil.
    """

    def __init__(self, database: Database[Any]) -> None:
        if "rocketchat_settings" in database.list_collection_names():
            raise ValueError(f"The database {database.name} is a real Rocket.Chat's. Name another for the stand-in.")
        options: CodecOptions[Document] = CodecOptions(dict, tz_aware=True, tzinfo=UTC)
        self._users = database.get_collection("users", codec_options=options)
        for path in ("username", "emails.address", "services.resume.loginTokens.hashedToken"):
            self._users.create_index(path, unique=True, sparse=True)
        self._users.create_index("services.iframe.token", sparse=True)

    def get(self, user_id: str) -> Document | None:
        """The user with that `_id`."""
        return self._users.find_one({"_id": user_id})

    def by_username(self, username: str) -> Document | None:
        """The user with that username, whatever the case of its letters."""
        return self._users.find_one({"username": _ignoring_case(username)})

    def by_email(self, address: str) -> Document | None:
        """The user with that e-mail address, whatever the case of its letters."""
        return self._users.find_one({"emails.address": _ignoring_case(address)})

    def by_login_token(self, hashed: str) -> Document | None:
        """The user who holds the login token with that hash."""
        return self._users.find_one({"services.resume.loginTokens.hashedToken": hashed})

    def by_iframe_token(self, token: str) -> Document | None:
        """The user whose `services.iframe.token` is that."""
        return self._users.find_one({"services.iframe.token": token})

    def all(self) -> list[Document]:
        """All users, by username."""
        return list(self._users.find().sort("username"))

    def insert(self, user: Mapping[str, Any]) -> None:
        """Add a user."""
        self._users.insert_one(dict(user))

    def update(self, user_id: str, fields: Mapping[str, Any], *, remove: Collection[str] = ()) -> None:
        """Set some fields of a user and remove others, both named by dotted paths."""
        change: dict[str, Any] = {}
        if fields:
            change["$set"] = dict(fields)
        if remove:
            change["$unset"] = dict.fromkeys(remove, "")
        if change:
            self._users.update_one({"_id": user_id}, change)

    def delete(self, user_id: str) -> None:
        """Remove a user."""
        self._users.delete_one({"_id": user_id})

    def push_login_token(self, user_id: str, entry: Mapping[str, Any]) -> None:
        """Add an entry to `services.resume.loginTokens`."""
        self._users.update_one({"_id": user_id}, {"$push": {"services.resume.loginTokens": dict(entry)}})

    def pull_login_tokens(self, user_id: str, hashes: Collection[str]) -> None:
        """Remove the entries with those hashes from `services.resume.loginTokens`."""
        gone = {"services.resume.loginTokens": {"hashedToken": {"$in": list(hashes)}}}
        self._users.update_one({"_id": user_id}, {"$pull": gone})


def _ignoring_case(text: str) -> re.Pattern[str]:
    return re.compile(rf"^{re.escape(text)}$", re.IGNORECASE)
