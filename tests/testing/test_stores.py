"""What both kinds of storage do, and do alike."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo.database import Database

from rocketchat_auth.testing.store import Document, UserStore
from rocketchat_auth.testing.store_memory import MemoryUserStore
from rocketchat_auth.testing.store_mongo import MongoUserStore
from rocketchat_auth.testing.tokens import login_entry

NOW = datetime(2027, 1, 1, 12, 30, 15, 123000, tzinfo=UTC)


@pytest.fixture(params=["memory", pytest.param("mongo", marks=pytest.mark.mongo)])
def store(request: pytest.FixtureRequest) -> UserStore:
    if request.param == "memory":
        return MemoryUserStore()
    database: Database[dict[str, Any]] = request.getfixturevalue("mongo_database")
    return MongoUserStore(database)


def user(number: int = 1, **fields: Any) -> Document:
    address = f"User{number}@Example.com"
    return {
        "_id": f"id{number}",
        "username": f"User{number}",
        "emails": [{"address": address, "verified": True}],
        "createdAt": NOW,
        "services": {},
        **fields,
    }


def test_keeps_documents_with_their_dates(store: UserStore) -> None:
    store.insert(user())

    assert store.get("id1") == user()
    assert store.get("id2") is None


@pytest.mark.parametrize(
    "find",
    [
        lambda store: store.by_username("uSER1"),
        lambda store: store.by_email("uSER1@eXAMPLE.com"),
        lambda store: store.by_login_token("hash1"),
        lambda store: store.by_iframe_token("iframe1"),
    ],
    ids=["username", "email", "login token", "iframe token"],
)
def test_finds_users(store: UserStore, find: Callable[[UserStore], Document | None]) -> None:
    assert find(store) is None
    for number in (1, 2):
        tokens = [{"when": NOW, "hashedToken": f"hash{number}"}]
        services = {"resume": {"loginTokens": tokens}, "iframe": {"token": f"iframe{number}"}}
        store.insert(user(number, services=services))
    store.insert({"_id": "bare", "username": "bare"})

    found = find(store)

    assert found is not None
    assert found["_id"] == "id1"


@pytest.mark.parametrize("pattern", ["User.", "User1|User2", "^User1"])
def test_takes_names_as_they_are(store: UserStore, pattern: str) -> None:
    store.insert(user())

    assert store.by_username(pattern) is None
    assert store.by_email(pattern) is None


def test_lists_users_by_username(store: UserStore) -> None:
    for number in (3, 1, 2):
        store.insert(user(number))

    assert [found["_id"] for found in store.all()] == ["id1", "id2", "id3"]


def test_changes_only_the_fields_that_are_named(store: UserStore) -> None:
    store.insert(user(services={"password": {"bcrypt": "x"}, "iframe": {"token": "y"}}))

    store.update("id1", {"services.email2fa.enabled": True, "name": "One"}, remove=["services.iframe", "nothing.here"])

    changed = store.get("id1")
    assert changed is not None
    assert changed["services"] == {"password": {"bcrypt": "x"}, "email2fa": {"enabled": True}}
    assert changed == {**user(), "name": "One", "services": changed["services"]}


def test_changing_nothing_or_nobody_is_no_error(store: UserStore) -> None:
    store.insert(user())

    store.update("id1", {})
    store.update("id2", {"name": "Two"})
    store.delete("id2")
    store.push_login_token("id2", login_entry("a", NOW))
    store.pull_login_tokens("id2", ["a"])
    store.pull_login_tokens("id1", ["a"])

    assert store.all() == [user()]


def test_deletes(store: UserStore) -> None:
    store.insert(user())

    store.delete("id1")

    assert store.get("id1") is None


def test_pushes_and_pulls_login_tokens(store: UserStore) -> None:
    store.insert(user())
    entries = [login_entry(token, NOW) for token in "abc"]
    for entry in entries:
        store.push_login_token("id1", entry)

    store.pull_login_tokens("id1", [entries[0]["hashedToken"], entries[2]["hashedToken"]])

    left = store.get("id1")
    assert left is not None
    assert left["services"] == {"resume": {"loginTokens": [entries[1]]}}


def test_what_it_returns_is_a_copy(store: UserStore) -> None:
    original = user()
    store.insert(original)

    original["emails"][0]["address"] = "changed@example.com"
    found = store.get("id1")
    assert found is not None
    found["emails"].clear()

    assert store.get("id1") == user()


@pytest.mark.mongo
def test_keeps_away_from_the_database_of_a_real_workspace(mongo_database: Database[dict[str, Any]]) -> None:
    mongo_database["rocketchat_settings"].insert_one({"_id": "uniqueID"})

    with pytest.raises(ValueError, match=f"{mongo_database.name} is a real Rocket.Chat"):
        MongoUserStore(mongo_database)


@pytest.mark.mongo
def test_has_the_indexes_of_the_real_collection(mongo_database: Database[dict[str, Any]]) -> None:
    MongoUserStore(mongo_database)
    MongoUserStore(mongo_database)

    indexes = mongo_database["users"].index_information()

    unique = {index["key"][0][0] for index in indexes.values() if index.get("unique")}
    assert unique == {"username", "emails.address", "services.resume.loginTokens.hashedToken"}
