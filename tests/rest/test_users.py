import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from rocketchat_auth.rest import (
    BadAnswer,
    BlockedUsername,
    Client,
    Federated,
    InvalidField,
    InvalidParameters,
    LastOwner,
    NewUser,
    NotFound,
    PermissionRefused,
    Refused,
    RoomKind,
    SecondFactorRequired,
    Secret,
    Taken,
    UserRoom,
    Version,
    rooms,
    users,
)
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.rest.talking import Script, client_for, client_of, says_no, says_yes
from tests.rest.versions import EVERY_VERSION, client_as, recorded, recorded_body

ADA = NewUser(username="ada", email="ada@example.com", name="Ada Lovelace", password=Secret("swordfish!"))


@pytest.fixture
def client(stand_in: StandIn, fake_clock: FakeClock) -> Client:
    return client_for(stand_in, fake_clock)


def version_of(stand_in: StandIn) -> Version:
    major, minor = stand_in.version.split(".")
    return Version(int(major), int(minor))


@EVERY_VERSION
def test_an_account_is_made_and_found_again(client: Client) -> None:
    made = users.create(client, ADA)

    assert (made.username, made.name, made.active, made.roles) == ("ada", "Ada Lovelace", True, ("user",))
    found = users.info(client, user_id=made.id)
    assert found == users.info(client, username="ada")
    assert (found.id, found.has_email("ada@example.com")) == (made.id, True)


@EVERY_VERSION
def test_a_name_or_an_address_of_another_account_is_taken(client: Client) -> None:
    users.create(client, ADA)

    with pytest.raises(Taken) as name_taken:
        users.create(client, NewUser(username="ADA", email="other@example.com", name="A", password="swordfish!"))
    with pytest.raises(Taken) as address_taken:
        users.create(client, NewUser(username="other", email="ada@example.com", name="A", password="swordfish!"))

    assert (name_taken.value.field, address_taken.value.field) == ("username", "email")


@EVERY_VERSION
def test_what_the_workspace_does_not_take_is_told_apart(client: Client) -> None:
    with pytest.raises(BlockedUsername):
        users.create(client, NewUser(username="all", email="a@example.com", name="A", password="swordfish!"))
    with pytest.raises(InvalidField) as caught:
        users.create(client, NewUser(username="a b", email="a@example.com", name="A", password="swordfish!"))

    assert caught.value.field == "username"


@EVERY_VERSION
def test_making_accounts_needs_the_permission(stand_in: StandIn, fake_clock: FakeClock) -> None:
    stand_in.add_user("bob")

    with pytest.raises(PermissionRefused):
        users.create(client_as(stand_in, "bob", fake_clock), ADA)


@EVERY_VERSION
def test_who_is_not_there_is_not_found(client: Client) -> None:
    with pytest.raises(NotFound):
        users.info(client, user_id="nobody")
    with pytest.raises(NotFound):
        users.info(client, username="nobody")


def test_exactly_one_of_id_and_name_is_asked_for(client: Client) -> None:
    with pytest.raises(ValueError, match="either"):
        users.info(client)
    with pytest.raises(ValueError, match="either"):
        users.info(client, user_id="u1", username="ada")


@pytest.mark.parametrize("asked", [{"user_id": "vdNWNpywH5bAYTCpn"}, {"username": "u2"}])
def test_an_account_whose_name_is_another_s_id_is_not_taken_for_it(asked: dict[str, Any]) -> None:
    """Rocket.Chat looks for ids and names alike in both (findOneByIdOrUsername in getFullUserData.ts)."""
    client = client_of(Script(says_yes(user={"_id": "u2", "username": "vdNWNpywH5bAYTCpn"})))

    with pytest.raises(NotFound):
        users.info(client, **asked)


def test_a_name_is_found_also_in_other_letters() -> None:
    client = client_of(Script(says_yes(user={"_id": "u2", "username": "Ada"})))

    assert users.info(client, username="aDA").id == "u2"


@pytest.mark.parametrize("body", [{}, {"user": None}, {"user": {"name": "Ada"}}])
def test_an_answer_without_an_account_is_a_bad_answer(body: dict[str, Any]) -> None:
    with pytest.raises(BadAnswer, match=r"v1/users\.info has no usable user"):
        users.info(client_of(Script(says_yes(**body))), user_id="u1")


@EVERY_VERSION
def test_an_account_is_found_by_its_address_whatever_the_case(client: Client, stand_in: StandIn) -> None:
    made = users.create(client, ADA)

    for address in "ada@example.com", "ADA@Example.COM":
        found = users.find_by_email(client, address, version_of(stand_in))
        assert found is not None
        assert found.id == made.id


@EVERY_VERSION
@pytest.mark.parametrize(
    "address",
    ["nobody@example.com", "ada@example.co", "da@example.com", "ada@example.com.evil", "ada.example.com", ".*"],
)
def test_only_the_very_address_is_found(client: Client, stand_in: StandIn, address: str) -> None:
    users.create(client, ADA)

    assert users.find_by_email(client, address, version_of(stand_in)) is None


@EVERY_VERSION
def test_who_may_not_see_addresses_finds_nobody(stand_in: StandIn, fake_clock: FakeClock) -> None:
    users.create(client_for(stand_in, fake_clock), ADA)
    stand_in.add_user("bob")
    bob = client_as(stand_in, "bob", fake_clock)

    assert users.find_by_email(bob, "ada@example.com", version_of(stand_in)) is None


def listed(*names: str, total: int) -> httpx2.Response:
    found = [{"_id": f"id-{name}", "username": name, "emails": [{"address": f"{name}@example.com"}]} for name in names]
    return says_yes(users=[*found, {"no": "account"}], count=len(found), total=total)


def test_from_7_to_8_3_the_server_searches_for_the_address() -> None:
    script = Script(listed("xada", total=3), listed("ada", total=3))

    found = users.find_by_email(client_of(script), "ada@example.com", Version(7, 6))

    assert found is not None
    assert found.username == "ada"
    assert script.paths == ["/api/v1/users.listByStatus"] * 2
    assert [request.url.params["offset"] for request in script.requests] == ["0", "2"]
    assert {request.url.params["searchTerm"] for request in script.requests} == {"ada@example.com"}


@pytest.mark.parametrize(
    "refusal",
    [
        httpx2.Response(404, json={"status": "error", "message": "API endpoint does not exist"}),
        says_no("must NOT have additional properties [invalid-params]", "invalid-params"),
    ],
    ids=repr,
)
def test_where_it_does_not_search_all_pages_are_read(refusal: httpx2.Response) -> None:
    script = Script(refusal, listed("bob", total=4), listed("ada", total=4))

    found = users.find_by_email(client_of(script), "ada@example.com", Version(8, 3))

    assert found is not None
    assert script.paths[1:] == ["/api/v1/users.list"] * 2
    assert "searchTerm" not in script.requests[1].url.params


def test_a_search_that_is_forbidden_is_not_answered_by_reading_all() -> None:
    script = Script(says_no("unauthorized", status=403))

    with pytest.raises(PermissionRefused):
        users.find_by_email(client_of(script), "ada@example.com", Version(7, 0))

    assert len(script.requests) == 1


def test_up_to_6_the_server_is_asked_by_a_query_that_matches_the_address_only() -> None:
    script = Script(listed("ada+x", total=2))

    assert users.find_by_email(client_of(script), "ada+x@example.com", Version(6, 5)) is not None

    query = json.loads(script.requests[0].url.params["query"])
    assert query == {"emails.address": {"$regex": r"^ada\+x@example\.com$", "$options": "i"}}


@EVERY_VERSION
def test_an_account_is_changed(client: Client) -> None:
    made = users.create(client, ADA)

    changed = users.update(client, made.id, {"name": "Countess", "email": "new@example.com", "verified": True})

    assert (changed.id, changed.name) == (made.id, "Countess")
    assert [(email.address, email.verified) for email in users.info(client, user_id=made.id).emails] == [
        ("new@example.com", True)
    ]


@EVERY_VERSION
def test_who_is_not_there_is_not_changed(client: Client) -> None:
    with pytest.raises(NotFound):
        users.update(client, "nobody", {"name": "Ada"})


def test_what_an_account_does_not_have_is_not_changed(client: Client) -> None:
    made = users.create(client, ADA)

    with pytest.raises(InvalidParameters):
        users.update(client, made.id, {"shoeSize": 42})


def test_a_second_factor_is_named(fake_clock: FakeClock) -> None:
    stand_in = StandIn("8.4", clock=fake_clock, two_factor=True)
    made = users.create(client_for(stand_in, fake_clock), ADA)
    stand_in.add_user("root", password="swordfish!", roles=("admin",))
    fake_clock.advance(86_400)

    with pytest.raises(SecondFactorRequired) as caught:
        users.update(client_as(stand_in, "root", fake_clock), made.id, {"name": "Countess"})

    assert caught.value.methods == ("email",)
    assert "Ignore Two Factor Authentication" in str(caught.value)


@EVERY_VERSION
def test_the_rooms_of_an_account_are_told_where_they_are_asked_for(client: Client, stand_in: StandIn) -> None:
    made = users.create(client, ADA)
    news = rooms.create(client, RoomKind.CHANNEL, "news")
    rooms.invite(client, news, made.id)

    asked = users.info(client, user_id=made.id, rooms=True, version=version_of(stand_in))

    assert asked.rooms == frozenset({UserRoom("GENERAL", "general", "c"), UserRoom(news.id, "news", "c")})
    assert users.info(client, user_id=made.id).rooms is None


def test_rooms_are_not_asked_for_without_the_version() -> None:
    with pytest.raises(ValueError, match="version"):
        users.info(client_of(Script(says_yes())), user_id="u1", rooms=True)


@pytest.mark.parametrize(
    "version,params",
    [(Version(6, 13), {"fields": '{"userRooms": 1}'}), (Version(7, 0), {"includeUserRooms": "true"})],
)
def test_each_version_is_asked_for_rooms_in_its_own_way(version: Version, params: dict[str, str]) -> None:
    script = Script(says_yes(user={"_id": "u1"}))

    found = users.info(client_of(script), user_id="u1", rooms=True, version=version)

    assert dict(script.requests[0].url.params) == {"userId": "u1", **params}
    assert found.rooms is None  # without view-other-user-channels they are not told


def test_a_recorded_server_tells_the_rooms() -> None:
    alice = users.info(client_of(Script(recorded("042"))), username="alice", rooms=True, version=Version(6, 5))

    assert alice.rooms == frozenset({UserRoom("GENERAL", "general", "c")})


@EVERY_VERSION
def test_an_account_is_deactivated_and_revived_and_asking_twice_is_success(client: Client, stand_in: StandIn) -> None:
    made = users.create(client, ADA)
    login = stand_in.log_in("ada")

    for active in False, False, True, True:
        users.set_active(client, made.id, active=active)
        assert users.info(client, user_id=made.id).active is active

    assert not stand_in.is_alive(login)


@EVERY_VERSION
def test_an_account_is_deleted(client: Client) -> None:
    made = users.create(client, ADA)

    users.delete(client, made.id)

    with pytest.raises(NotFound):
        users.info(client, user_id=made.id)


def deactivate(client: Client, user_id: str, *, relinquish: bool = False) -> None:
    users.set_active(client, user_id, active=False, relinquish=relinquish)


ENDS = pytest.mark.parametrize("end", [deactivate, users.delete])


@EVERY_VERSION
@ENDS
def test_who_is_not_there_is_neither_deactivated_nor_deleted(client: Client, end: Callable[..., None]) -> None:
    with pytest.raises(NotFound):
        end(client, "nobody")


@EVERY_VERSION
@ENDS
def test_the_only_owner_of_a_room_goes_only_where_it_may_be_given_away(
    client: Client, stand_in: StandIn, fake_clock: FakeClock, end: Callable[..., None]
) -> None:
    made = users.create(client, ADA)
    rooms.create(client_as(stand_in, "ada", fake_clock), RoomKind.CHANNEL, "choir")

    with pytest.raises(LastOwner):
        end(client, made.id)
    end(client, made.id, relinquish=True)


@EVERY_VERSION
@ENDS
def test_the_last_administrator_stays(client: Client, stand_in: StandIn, end: Callable[..., None]) -> None:
    with pytest.raises(Refused) as caught:
        end(client, stand_in.admin.user_id)

    assert type(caught.value) is Refused


@EVERY_VERSION
@ENDS
def test_ending_accounts_needs_the_permission(
    stand_in: StandIn, fake_clock: FakeClock, end: Callable[..., None]
) -> None:
    bob = stand_in.add_user("bob")["_id"]

    with pytest.raises(PermissionRefused):
        end(client_as(stand_in, "bob", fake_clock), bob)


def test_an_account_of_another_server_is_told_as_such() -> None:
    refusal = says_no("Cannot change federated users status [error-user-is-federated]", "error-user-is-federated")

    with pytest.raises(Federated):
        users.set_active(client_of(Script(refusal)), "u1", active=False)


def test_what_is_sent_is_what_a_recorded_server_took() -> None:
    script = Script(says_yes())
    client = client_of(script)

    users.set_active(client, "vdNWNpywH5bAYTCpn", active=False, relinquish=True)
    assert json.loads(script.requests[-1].content) == recorded_body("082")
    users.delete(client, "8rbpY9gGBDb7AL8bH")
    assert json.loads(script.requests[-1].content) == {**recorded_body("090"), "confirmRelinquish": False}


@pytest.mark.parametrize(
    "number,active", [("082", False), ("086", True), ("087", True), ("187", False), ("188", True), ("260", True)]
)
def test_a_recorded_server_is_understood(number: str, active: bool) -> None:
    users.set_active(client_of(Script(recorded(number))), "vdNWNpywH5bAYTCpn", active=active)


def test_a_recorded_server_tells_who_is_not_there_and_who_must_stay() -> None:
    with pytest.raises(NotFound):
        users.set_active(client_of(Script(recorded("088"))), "nosuch", active=True)
    with pytest.raises(NotFound):
        users.delete(client_of(Script(recorded("091"))), "8rbpY9gGBDb7AL8bH")
    with pytest.raises(Refused, match="without admins"):
        users.delete(client_of(Script(recorded("093"))), "6b0427d8d7149eb200f95761")
    users.delete(client_of(Script(recorded("090"))), "8rbpY9gGBDb7AL8bH")


@EVERY_VERSION
def test_a_change_leaves_bio_and_nickname_which_rocketchat_would_take_away(client: Client, stand_in: StandIn) -> None:
    ada = stand_in.add_user("ada")
    stand_in.users.update(ada["_id"], {"bio": "Countess", "nickname": "Enchantress"})

    users.update(client, ada["_id"], {"name": "Ada King"})

    changed = stand_in.user("ada")
    assert (changed["name"], changed["bio"], changed["nickname"]) == ("Ada King", "Countess", "Enchantress")


@EVERY_VERSION
def test_a_change_of_bio_and_nickname_asks_for_nothing_first(client: Client, stand_in: StandIn) -> None:
    ada = stand_in.add_user("ada")
    stand_in.reset_calls()

    users.update(client, ada["_id"], {"bio": "Countess", "nickname": ""})

    assert stand_in.user("ada")["bio"] == "Countess"
    assert stand_in.calls == [("POST", "/api/v1/users.update")]
