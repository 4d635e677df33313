"""Users kept in a MongoDB, in a `users` collection like Rocket.Chat's."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC
from typing import Any

from bson.codec_options import CodecOptions
from pymongo import ASCENDING, DESCENDING
from pymongo.collation import Collation, CollationStrength
from pymongo.database import Database

from rocketchat_auth.testing.store import Document, SortKey, UserStore

_IGNORING_CASE = Collation("en", strength=CollationStrength.SECONDARY)


class MongoUserStore(UserStore):
    """Users kept in the collection `users` of a MongoDB database.

    Whoever else writes to that collection writes to the stand-in: a login token that is pushed there works.

    Args:
        database: a database of pymongo's; the collection gets the unique indexes that Rocket.Chat gives it, and some
            that let pages of many users be read fast.

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
        for path in ("username", "emails.address"):
            self._users.create_index(path, name=f"{path}_ignoring_case", collation=_IGNORING_CASE)
        for path in ("services.iframe.token", "roles"):
            self._users.create_index(path, sparse=True)
        self._users.create_index(["username", "_id"])
        self._users.create_index(["__rooms", "active", "username", "_id"])

    def get(self, user_id: str) -> Document | None:
        """The user with that `_id`."""
        return self._users.find_one({"_id": user_id})

    def by_username(self, username: str) -> Document | None:
        """The user with that username, whatever the case of its letters."""
        return self._ignoring_case("username", username, lambda user: [user["username"]])

    def by_email(self, address: str) -> Document | None:
        """The user with that e-mail address, whatever the case of its letters."""
        return self._ignoring_case(
            "emails.address", address, lambda user: [email["address"] for email in user["emails"]]
        )

    def by_login_token(self, hashed: str) -> Document | None:
        """The user who holds the login token with that hash."""
        return self._users.find_one({"services.resume.loginTokens.hashedToken": hashed})

    def by_iframe_token(self, token: str) -> Document | None:
        """The user whose `services.iframe.token` is that."""
        return self._users.find_one({"services.iframe.token": token})

    def with_role(self, role_id: str) -> list[Document]:
        """The users who have that role."""
        return list(self._users.find({"roles": role_id}))

    def page(
        self, *, by: SortKey = "username", descending: bool = False, skip: int = 0, limit: int | None = None
    ) -> list[Document]:
        """Some of the users, in order."""
        direction = DESCENDING if descending else ASCENDING
        return self._page({}, [(name, direction) for name in dict.fromkeys((by, "_id"))], skip, limit)

    def count(self) -> int:
        """How many users there are."""
        return self._users.estimated_document_count()

    def members(self, room: str, *, skip: int = 0, limit: int | None = None) -> list[Document]:
        """Some of the active users in the room with that `_id`, by username."""
        return self._page({"__rooms": room, "active": True}, [("username", 1), ("_id", 1)], skip, limit)

    def count_members(self, room: str) -> int:
        """How many active users are in the room with that `_id`."""
        return self._users.count_documents({"__rooms": room, "active": True})

    def ids_in(self, room: str) -> list[str]:
        """The `_id` of each user in the room with that `_id`, active or not."""
        return [user["_id"] for user in self._users.find({"__rooms": room}, {"_id": 1})]

    def inactive(self) -> set[str]:
        """The `_id` of each user who may not log in."""
        return {user["_id"] for user in self._users.find({"active": {"$ne": True}}, {"_id": 1})}

    def insert_many(self, users: Iterable[Mapping[str, Any]]) -> None:
        """Add users."""
        documents = [dict(user) for user in users]
        if documents:
            self._users.insert_many(documents)

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

    def enter_room(self, user_id: str, room: str) -> None:
        """Add a room to a user's `__rooms`, unless it is there."""
        self._users.update_one({"_id": user_id}, {"$addToSet": {"__rooms": room}})

    def leave_room(self, user_id: str, room: str) -> None:
        """Remove a room from a user's `__rooms`."""
        self._users.update_one({"_id": user_id}, {"$pull": {"__rooms": room}})

    def _ignoring_case(self, path: str, text: str, values: Callable[[Document], list[str]]) -> Document | None:
        # The collation finds some that only look alike, such as "ss" for "ß".
        found = self._users.find({path: text}).collation(_IGNORING_CASE)
        wanted = text.lower()
        return next((user for user in found if wanted in [value.lower() for value in values(user)]), None)

    def _page(self, query: Document, order: list[tuple[str, int]], skip: int, limit: int | None) -> list[Document]:
        if limit == 0:
            return []  # which MongoDB takes for "all"
        return list(self._users.find(query).sort(order).skip(skip).limit(limit or 0))
