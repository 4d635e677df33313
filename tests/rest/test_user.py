from datetime import UTC, datetime
from typing import Any

import pytest

from rocketchat_auth.rest import Email, NewUser, Secret, User, UserRoom
from rocketchat_auth.rest.user import user_of

ADA = {
    "_id": "u1",
    "createdAt": "2026-11-23T11:47:40.940Z",
    "lastLogin": "2026-11-23T11:47:42.646Z",
    "username": "ada",
    "emails": [{"address": "Ada@Example.com", "verified": True}, {"address": "second@example.com", "verified": False}],
    "type": "bot",
    "roles": ["user", "guest"],
    "active": True,
    "name": "Ada Lovelace",
    "bio": "Countess",
    "customFields": {"team": "a", "floor": 3},
    "federated": True,
    "nickname": "Enchantress of Number",
    "rooms": [{"_id": "s1", "rid": "r1", "name": "news", "t": "c"}, {"_id": "s2", "rid": "r2", "t": "d"}],
    "services": {"password": {"bcrypt": "$2b$10$gGotHviRddQbVi2nmH5ACOb"}},
}


def test_an_account_is_read_from_what_rocketchat_tells() -> None:
    assert user_of(ADA) == User(
        id="u1",
        username="ada",
        name="Ada Lovelace",
        emails=(Email("Ada@Example.com", verified=True), Email("second@example.com", verified=False)),
        active=True,
        roles=("user", "guest"),
        created_at=datetime(2026, 11, 23, 11, 47, 40, 940_000, UTC),
        last_login=datetime(2026, 11, 23, 11, 47, 42, 646_000, UTC),
        type="bot",
        bio="Countess",
        custom_fields={"team": "a", "floor": 3},
        federated=True,
        nickname="Enchantress of Number",
        rooms=frozenset({UserRoom("r1", "news", "c"), UserRoom("r2", "", "d")}),
    )


def test_nothing_of_its_password_is_kept() -> None:
    assert "bcrypt" not in repr(user_of(ADA))


def test_what_is_not_told_is_empty() -> None:
    assert user_of({"_id": "u1"}) == User(id="u1")


@pytest.mark.parametrize(
    "strange",
    [
        {"emails": "ada@example.com"},
        {"emails": ["ada@example.com", {"verified": True}, {"address": ""}, None]},
        {"roles": "admin"},
        {"roles": [None, 7]},
        {"active": "yes"},
        {"createdAt": "yesterday", "lastLogin": {"$date": 7}},
        {"username": None, "name": 7, "type": None},
        {"bio": 7, "customFields": ["a"], "federated": "yes", "rooms": "r1"},
    ],
)
def test_what_is_strange_is_left_out(strange: dict[str, Any]) -> None:
    assert user_of({"_id": "u1", **strange}) == User(id="u1")


def test_rooms_that_were_told_are_none_or_some_but_never_unknown() -> None:
    found = user_of({"_id": "u1", "rooms": [None, {"rid": 7}, {"name": "news"}]})

    assert found is not None
    assert found.rooms == frozenset()


def test_custom_fields_may_hold_anything_and_an_account_is_hashable_all_the_same() -> None:
    found, other = (user_of({"_id": "u1", "customFields": {"list": [number]}}) for number in (1, 2))

    assert found != other
    assert hash(found) == hash(other)


@pytest.mark.parametrize("nothing", [None, "u1", [], {}, {"_id": ""}, {"_id": 7}])
def test_what_is_no_account_is_none(nothing: object) -> None:
    assert user_of(nothing) is None


@pytest.mark.parametrize(
    "address,has", [("ada@example.com", True), ("SECOND@example.COM", True), ("a@example.com", False), ("", False)]
)
def test_addresses_are_compared_without_regard_to_case(address: str, has: bool) -> None:
    user = user_of(ADA)

    assert user is not None
    assert user.has_email(address) is has


def test_a_new_account_shows_no_password() -> None:
    new_user = NewUser(username="ada", email="ada@example.com", name="Ada", password="swordfish")

    assert "swordfish" not in f"{new_user!r} {new_user.payload()!r}"


def test_a_new_account_joins_the_default_channels_and_gets_no_mail() -> None:
    payload = NewUser(username="ada", email="ada@example.com", name="Ada", password=Secret("swordfish")).payload()

    assert payload == {
        "username": "ada",
        "email": "ada@example.com",
        "name": "Ada",
        "password": Secret("swordfish"),
        "verified": False,
        "joinDefaultChannels": True,
        "requirePasswordChange": False,
        "sendWelcomeEmail": False,
    }


def test_roles_and_custom_fields_are_sent_only_where_they_are_given() -> None:
    new_user = NewUser(
        username="ada",
        email="ada@example.com",
        name="Ada",
        password="x",
        verified=True,
        roles=("user",),
        custom_fields={"team": "a"},
    )

    assert new_user.payload()["roles"] == ["user"]
    assert new_user.payload()["customFields"] == {"team": "a"}
    assert new_user.payload()["verified"] is True
