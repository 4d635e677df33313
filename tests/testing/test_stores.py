"""What both kinds of storage do, and do alike."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
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


@pytest.mark.parametrize(
    "arguments, numbers",
    [
        ({}, [1, 2, 3, 4]),
        ({"limit": 2}, [1, 2]),
        ({"skip": 1, "limit": 2}, [2, 3]),
        ({"skip": 3, "limit": 2}, [4]),
        ({"skip": 9}, []),
        ({"limit": 0}, []),
        ({"descending": True}, [4, 3, 2, 1]),
        ({"descending": True, "skip": 1, "limit": 2}, [3, 2]),
        ({"by": "_id"}, [4, 3, 2, 1]),
        ({"by": "_id", "descending": True, "limit": 1}, [1]),
    ],
)
def test_shows_a_page_of_the_users_in_order(store: UserStore, arguments: Any, numbers: list[int]) -> None:
    store.insert_many(user(number, _id=f"id{9 - number}") for number in (3, 1, 4, 2))

    assert [found["username"] for found in store.page(**arguments)] == [f"User{number}" for number in numbers]
    assert store.count() == 4


def test_upper_case_sorts_before_lower_case(store: UserStore) -> None:
    store.insert_many([user(1, username="b"), user(2, username="C"), user(3, username="a")])

    assert [found["username"] for found in store.page()] == ["C", "a", "b"]


def test_many_users_may_come_at_once(store: UserStore) -> None:
    store.insert(user(1, username="m"))

    store.insert_many(user(number, username=f"{number:05}", _id=f"{-number:06}") for number in range(2, 1202))
    store.insert_many([])

    assert store.count() == 1201
    assert [found["username"] for found in store.page(skip=1199)] == ["01201", "m"]
    assert [found["username"] for found in store.page(by="_id", limit=1)] == ["00002"]


def test_members_of_a_room_are_its_active_users(store: UserStore) -> None:
    for number, active in ((3, True), (1, True), (2, False), (4, True)):
        store.insert(user(number, active=active, __rooms=["A", "B"]))
    store.insert(user(5, active=True))

    assert [found["_id"] for found in store.members("A")] == ["id1", "id3", "id4"]
    assert [found["_id"] for found in store.members("A", skip=1, limit=1)] == ["id3"]
    assert (store.count_members("A"), store.count_members("C"), store.members("C")) == (3, 0, [])
    assert sorted(store.ids_in("B")) == ["id1", "id2", "id3", "id4"]
    assert store.inactive() == {"id2"}


def test_users_enter_and_leave_rooms(store: UserStore) -> None:
    store.insert(user(active=True))
    for room in ("A", "B", "A"):
        store.enter_room("id1", room)
    assert [found["__rooms"] for found in store.members("A")] == [["A", "B"]]

    for room in ("A", "C"):
        store.leave_room("id1", room)

    assert (store.count_members("A"), store.count_members("B")) == (0, 1)


def test_members_follow_what_becomes_of_users(store: UserStore) -> None:
    store.insert_many(user(number, active=True, __rooms=["A"]) for number in (1, 2, 3))

    store.update("id1", {"username": "zoe"})
    store.update("id2", {"active": False})
    assert [found["username"] for found in store.members("A")] == ["User3", "zoe"]
    store.update("id2", {"active": True})
    store.delete("id3")

    assert [found["username"] for found in store.members("A")] == ["User2", "zoe"]
    assert store.inactive() == set()


def test_finds_users_by_what_they_have_now(store: UserStore) -> None:
    entry = login_entry("a", NOW)
    store.insert(user(services={"iframe": {"token": "t"}}))
    store.push_login_token("id1", entry)
    assert store.by_login_token(entry["hashedToken"]) is not None

    store.update("id1", {"username": "new", "emails": [{"address": "new@example.com"}]}, remove=["services.iframe"])
    store.pull_login_tokens("id1", [entry["hashedToken"]])

    assert store.by_username("user1") is None
    assert store.by_email("user1@example.com") is None
    assert store.by_iframe_token("t") is None
    assert store.by_login_token(entry["hashedToken"]) is None
    found = store.by_username("NEW")
    assert found is not None
    assert found == store.by_email("New@example.com")


def test_a_name_that_was_left_is_another_users(store: UserStore) -> None:
    store.insert_many([user(1), user(2)])

    store.update("id1", {"username": "User3"})
    store.update("id2", {"username": "User1"})
    store.delete("id1")

    found = store.by_username("user1")
    assert found is not None
    assert found["_id"] == "id2"
    assert store.by_username("User3") is None


def test_what_only_looks_alike_is_another_name(store: UserStore) -> None:
    store.insert(user(username="strasse"))

    assert store.by_username("straße") is None


def test_finds_those_who_have_a_role(store: UserStore) -> None:
    store.insert_many([user(1, roles=["user", "admin"]), user(2, roles=["user"]), user(3)])

    assert [found["_id"] for found in store.with_role("admin")] == ["id1"]


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
    store.enter_room("id2", "A")
    store.leave_room("id2", "A")
    store.push_login_token("id2", login_entry("a", NOW))
    store.pull_login_tokens("id2", ["a"])
    store.pull_login_tokens("id1", ["a"])
    store.leave_room("id1", "A")

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


def test_in_memory_two_may_have_the_same_address() -> None:
    store = MemoryUserStore()
    address = {"address": "same@example.com", "verified": True}
    store.insert_many([user(1, emails=[address, address]), user(2, emails=[address])])

    first = store.by_email("same@example.com")
    store.delete("id1")
    second = store.by_email("same@example.com")

    assert (first or {}).get("_id") == "id1"
    assert (second or {}).get("_id") == "id2"


NAMES = st.sampled_from(["ann", "Ann", "bob", "zoe"])
CHANGES = st.one_of(
    st.fixed_dictionaries({}, optional={"username": NAMES, "active": st.booleans()}),
    NAMES.map(lambda name: {"emails": [{"address": f"{name}@example.com"}]}),
    NAMES.map(lambda name: {"services.iframe.token": name}),
    st.lists(st.sampled_from("AB"), unique=True).map(lambda rooms: {"__rooms": rooms}),
)
STEPS = st.tuples(st.sampled_from(["insert", "update", "delete"]), st.sampled_from("123"), CHANGES)


@given(st.lists(STEPS, max_size=30))
def test_in_memory_everything_is_found_as_a_look_at_all_users_finds_it(steps: list[tuple[str, str, Any]]) -> None:
    store = MemoryUserStore()
    for action, user_id, changes in steps:
        if action == "insert" and store.get(user_id) is None:
            store.insert({"_id": user_id, "username": "new", "active": True})
        elif action == "update":
            store.update(user_id, changes)
        elif action == "delete":
            store.delete(user_id)

    users = store.all()
    assert users == sorted(users, key=lambda user: (user["username"], user["_id"]))
    assert [user["_id"] for user in store.page(by="_id")] == sorted(user["_id"] for user in users)
    assert store.inactive() == {user["_id"] for user in users if not user["active"]}
    for room in "AB":
        assert store.members(room) == [user for user in users if user["active"] and room in user.get("__rooms", ())]
    for name in ("ann", "bob", "zoe", "new"):
        assert_found(store.by_username(name.upper()), [user for user in users if user["username"].lower() == name])
        having = [user for user in users if f"{name}@example.com" in str(user.get("emails", "")).lower()]
        assert_found(store.by_email(f"{name}@example.com"), having)
        having = [user for user in users if user.get("services") == {"iframe": {"token": name}}]
        assert_found(store.by_iframe_token(name), having)


def assert_found(found: Document | None, expected: list[Document]) -> None:
    assert found in expected if expected else found is None


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
