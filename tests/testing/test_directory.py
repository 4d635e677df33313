import json
from typing import Any

import pytest

from tests.testing.conftest import Play
from tests.testing.talk import Talk, refusal, usernames


@pytest.fixture
def people(talk: Talk) -> Talk:
    for name in ("carol", "alice", "bob"):
        talk.stand_in.add_user(name)
    return talk


@pytest.mark.parametrize("query", [{"userId": None}, {"username": "ALICE"}, {"email": "Alice@Example.com"}])
def test_info_finds_users(people: Talk, query: dict[str, Any]) -> None:
    query = {key: value or people.stand_in.user("alice")["_id"] for key, value in query.items()}

    assert people.get("users.info", people.admin, params=query).json()["user"]["username"] == "alice"


@pytest.mark.parametrize("query", [{"userId": "x"}, {"username": "x"}, {"email": "x@example.com"}, {"importId": "x"}])
def test_info_knows_no_other_users(people: Talk, query: dict[str, str]) -> None:
    answer = people.get("users.info", people.admin, params=query)

    assert answer.status_code == 400
    assert answer.json() == {"success": False, "error": "User not found."}


@pytest.mark.parametrize("version, named", [("8.3", False), ("8.4", True)])
def test_info_by_email_from_8_4_on(play: Play, version: str, named: bool) -> None:
    talk = play(version)

    answer = talk.get("users.info", talk.admin, params={"email": "admin@example.com"} if not named else {})

    assert refusal(answer) == (400, "invalid-params")
    assert ("'email'" in answer.json()["error"]) is named


def test_info_shows_less_to_others_than_to_administrators(people: Talk) -> None:
    bob = people.stand_in.log_in("bob")

    to_bob = people.get("users.info?username=alice", bob).json()["user"]
    to_admin = people.get("users.info?username=alice", people.admin).json()["user"]

    assert to_admin.keys() - to_bob.keys() == {"createdAt", "emails", "roles"}
    assert (to_bob["canViewAllInfo"], to_admin["canViewAllInfo"]) == (False, True)


@pytest.fixture
def singer(people: Talk) -> Talk:
    people.stand_in.settings["Accounts_CustomFields"] = '{"unit": {"type": "text"}, "voice": {"public": true}}'
    facts = {"bio": "Sings", "customFields": {"unit": "B", "voice": "alto", "gone": "x"}, "requirePasswordChange": True}
    people.stand_in.users.update(people.stand_in.user("alice")["_id"], facts)
    return people


def test_info_shows_administrators_what_a_sync_compares(singer: Talk) -> None:
    user = singer.get("users.info?username=alice", singer.admin).json()["user"]

    assert (user["bio"], user["roles"], user["active"]) == ("Sings", ["user"], True)
    assert user["emails"] == [{"address": "alice@example.com", "verified": True}]
    assert user["requirePasswordChange"] is True


def test_info_shows_the_custom_fields_that_the_workspace_defines(singer: Talk) -> None:
    bob = singer.stand_in.log_in("bob")

    to_admin = singer.get("users.info?username=alice", singer.admin).json()["user"]
    to_bob = singer.get("users.info?username=alice", bob).json()["user"]

    assert to_admin["customFields"] == {"unit": "B", "voice": "alto"}
    assert to_bob["customFields"] == {"voice": "alto"}


def test_info_says_who_is_federated_and_the_list_does_not(people: Talk) -> None:
    people.stand_in.add_user("@ann:matrix.example.com", federated=True)

    shown = people.get("users.info", people.admin, params={"username": "@ann:matrix.example.com"}).json()["user"]
    listed = people.get("users.list", people.admin).json()["users"]

    assert shown["federated"] is True
    assert listed[0]["username"] == "@ann:matrix.example.com"
    assert "federated" not in listed[0]


def test_info_by_email_is_for_those_who_may_see_addresses(people: Talk) -> None:
    bob = people.stand_in.log_in("bob")

    assert people.get("users.info?email=alice@example.com", bob).json()["error"] == "User not found."
    assert people.get("users.info?email=bob@example.com", bob).json()["user"]["username"] == "bob"


def test_info_shows_oneself_without_secrets(people: Talk) -> None:
    bob = people.stand_in.log_in("bob")
    secrets = {"services.password.bcrypt": "$2b$04$hash", "services.iframe.token": "t"}
    people.stand_in.users.update(bob.user_id, secrets)

    services = people.get("users.info?username=bob", bob).json()["user"]["services"]

    assert services["password"] is True
    assert "iframe" not in services


def test_info_works_without_a_password(people: Talk) -> None:
    bob = people.stand_in.log_in("bob")

    assert "password" not in people.get("users.info?username=bob", bob).json()["user"]["services"]
    assert "password" not in people.get("me", bob).json()["services"]


@pytest.mark.parametrize(
    "version, query, rooms",
    [
        ("6.5", 'fields={"userRooms": 1}', True),
        ("6.5", "includeUserRooms=true", False),
        ("7.0", 'fields={"userRooms": 1}', False),
        ("7.0", "includeUserRooms=true", True),
        ("7.0", "includeUserRooms=false", False),
    ],
)
def test_info_shows_rooms(play: Play, version: str, query: str, rooms: bool) -> None:
    talk = play(version)

    user = talk.get(f"users.info?username=admin&{query}", talk.admin).json()["user"]

    assert ([room["name"] for room in user.get("rooms", ())] == ["general"]) is rooms


def test_list_goes_page_by_page(people: Talk) -> None:
    pages = [people.get(f"users.list?count=2&offset={offset}", people.admin).json() for offset in (0, 2, 4)]

    assert [usernames(page["users"]) for page in pages] == [["admin", "alice"], ["bob", "carol"], ["rocket.cat"]]
    assert [(page["count"], page["offset"], page["total"]) for page in pages] == [(2, 0, 5), (2, 2, 5), (1, 4, 5)]


def test_list_has_fifty_unless_told_otherwise_and_a_hundred_at_most(talk: Talk) -> None:
    for number in range(110):
        talk.stand_in.add_user(f"user{number}")

    counts = [talk.get(f"users.list?{query}", talk.admin).json()["count"] for query in ("", "count=200", "count=0")]

    assert counts == [50, 100, 112]


@pytest.mark.parametrize("count", ["-1", "x", "1.5"])
def test_list_takes_no_other_numbers(talk: Talk, count: str) -> None:
    assert talk.get(f"users.list?count={count}", talk.admin).json()["count"] == 2


def test_list_sorts(people: Talk) -> None:
    query = {"sort": json.dumps({"type": 1, "username": -1})}

    users = people.get("users.list", people.admin, params=query).json()["users"]

    assert usernames(users) == ["rocket.cat", "carol", "bob", "alice", "admin"]


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize("field", ["_id", "username"])
def test_list_sorts_by_what_the_store_sorts_by(people: Talk, field: str, direction: int) -> None:
    query = {"sort": json.dumps({field: direction}), "count": 3, "offset": 1}

    users = people.get("users.list", people.admin, params=query).json()["users"]

    ids = sorted((user[field] for user in people.stand_in.users.all()), reverse=direction == -1)
    assert [user[field] for user in users] == ids[1:4]


def test_list_shows_neither_biographies_nor_custom_fields(singer: Talk) -> None:
    alice = singer.get("users.list", singer.admin).json()["users"][1]

    assert alice.keys() == {
        *("_id", "username", "name", "type", "status", "active", "emails", "roles"),
        "nameInsensitive",
    }


@pytest.mark.parametrize("version, shown", [("6.5", True), ("7.0", False)])
def test_list_shows_other_fields_to_administrators_who_ask_up_to_6(play: Play, version: str, shown: bool) -> None:
    talk = play(version)
    alice = talk.add("alice")
    talk.stand_in.users.update(alice.user_id, {"bio": "Sings"})
    query = {"fields": json.dumps({"bio": 1, "createdAt": 0, "services": 1})}

    to_admin = talk.get("users.list", talk.admin, params=query).json()["users"][1]
    to_alice = talk.get("users.list", alice, params=query).json()["users"][1]

    assert ("bio" in to_admin) is shown
    assert "bio" not in to_alice
    assert not {"services", "createdAt"} & to_admin.keys()


@pytest.mark.parametrize("version, found", [("6.13", ["alice"]), ("7.0", ["admin", "alice", "rocket.cat"])])
def test_list_reads_queries_up_to_6(play: Play, version: str, found: list[str]) -> None:
    talk = play(version)
    talk.stand_in.add_user("alice")

    users = talk.get("users.list", talk.admin, params={"query": '{"username": "alice"}'}).json()["users"]

    assert usernames(users) == found


@pytest.mark.parametrize("version, found", [("8.3", ["admin", "alice", "rocket.cat"]), ("8.4", ["alice"])])
def test_list_finds_addresses_from_8_4_on(play: Play, version: str, found: list[str]) -> None:
    talk = play(version)
    talk.stand_in.add_user("alice")

    users = talk.get("users.list", talk.admin, params={"email": "Alice@example.com"}).json()["users"]

    assert usernames(users) == found


def test_list_finds_nobody_by_an_unknown_address(talk: Talk) -> None:
    assert talk.get("users.list?email=x@example.com", talk.admin).json()["users"] == []


def test_list_needs_a_permission(talk: Talk) -> None:
    assert talk.get("users.list", talk.add("nobody", roles=("anonymous",))).status_code == 403


def test_broken_json_in_a_query_is_refused(play: Play) -> None:
    talk = play("6.5")

    assert refusal(talk.get("users.list?query={", talk.admin)) == (400, "error-invalid-query")
    assert refusal(talk.get("users.list?sort={", talk.admin)) == (400, "error-invalid-query")
