import json

import pytest

from rocketchat_auth.rest import (
    BadAnswer,
    Client,
    LastOwner,
    NotFound,
    PermissionRefused,
    RoomKind,
    Taken,
    Team,
    rooms,
    teams,
)
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.rest.talking import Script, client_for, client_of, says_no, says_yes
from tests.rest.versions import EVERY_VERSION, client_as, recorded, recorded_body

TEAM = Team("t1", "staff", "r1")


@pytest.fixture
def client(stand_in: StandIn, fake_clock: FakeClock) -> Client:
    return client_for(stand_in, fake_clock)


@EVERY_VERSION
@pytest.mark.parametrize("private,kind", [(True, RoomKind.GROUP), (False, RoomKind.CHANNEL)])
def test_a_team_is_made_and_found_again(client: Client, private: bool, kind: RoomKind) -> None:
    made = teams.create(client, "staff", private=private)

    assert teams.find(client, "staff") == made
    assert rooms.find(client, kind, "staff").id == made.room_id


def test_a_team_is_private_unless_said_otherwise() -> None:
    script = Script(says_yes(team={"_id": "t1", "name": "staff", "roomId": "r1"}))

    teams.create(client_of(script), "staff")

    assert json.loads(script.requests[0].content) == {"name": "staff", "type": 1}


@EVERY_VERSION
def test_a_team_that_is_not_there_is_not_found(client: Client, stand_in: StandIn) -> None:
    gone = Team("gone", "staff", "r1")

    with pytest.raises(NotFound):
        teams.find(client, "staff")
    with pytest.raises(NotFound):
        list(teams.members(client, gone))
    with pytest.raises(NotFound):
        teams.add_member(client, gone, stand_in.admin.user_id)
    with pytest.raises(NotFound):
        teams.remove_member(client, gone, stand_in.admin.user_id)


@EVERY_VERSION
def test_a_name_that_a_team_or_a_room_has_is_taken(client: Client) -> None:
    teams.create(client, "staff")
    rooms.create(client, RoomKind.CHANNEL, "news")

    for name in "staff", "news":
        with pytest.raises(Taken) as caught:
            teams.create(client, name)
        assert caught.value.field == "name"


@EVERY_VERSION
def test_a_private_team_is_shown_to_its_members_only(client: Client, stand_in: StandIn, fake_clock: FakeClock) -> None:
    team = teams.create(client, "staff")
    bob = stand_in.add_user("bob")["_id"]
    as_bob = client_as(stand_in, "bob", fake_clock)

    with pytest.raises(PermissionRefused):
        teams.find(as_bob, "staff")
    teams.add_member(client, team, bob)

    assert teams.find(as_bob, "staff") == team


@EVERY_VERSION
def test_who_is_added_is_a_member_and_who_is_removed_is_none(client: Client, stand_in: StandIn) -> None:
    team = teams.create(client, "staff")
    ada = stand_in.add_user("ada")["_id"]

    for _ in range(2):
        teams.add_member(client, team, ada)
    assert set(teams.members(client, team)) == {stand_in.admin.user_id, ada}

    for _ in range(2):
        teams.remove_member(client, team, ada)
    assert list(teams.members(client, team)) == [stand_in.admin.user_id]


@EVERY_VERSION
def test_who_is_not_there_is_not_found(client: Client) -> None:
    team = teams.create(client, "staff")

    with pytest.raises(NotFound):
        teams.add_member(client, team, "nobody")
    with pytest.raises(NotFound):
        teams.remove_member(client, team, "nobody")


@EVERY_VERSION
def test_the_only_owner_is_not_removed(client: Client, stand_in: StandIn) -> None:
    team = teams.create(client, "staff")

    with pytest.raises(LastOwner):
        teams.remove_member(client, team, stand_in.admin.user_id)


def test_members_are_read_page_by_page() -> None:
    first = says_yes(members=[{"user": {"_id": "a"}}, {"user": {"_id": "b"}}], total=4)
    script = Script(first, says_yes(members=[{"user": {"_id": "c"}}, None, {"user": None}], total=4))

    assert list(teams.members(client_of(script), TEAM)) == ["a", "b", "c"]

    assert [request.url.params["offset"] for request in script.requests] == ["0", "2"]
    assert {request.url.params["teamId"] for request in script.requests} == {"t1"}


@pytest.mark.parametrize("team", [None, {}, {"_id": "t1", "name": "staff"}, {"_id": "t1", "roomId": "r1"}])
def test_an_answer_without_a_team_is_a_bad_answer(team: object) -> None:
    with pytest.raises(BadAnswer, match=r"teams\.info has no usable teamInfo"):
        teams.find(client_of(Script(says_yes(teamInfo=team))), "staff")


@pytest.mark.parametrize(
    "text", ["Cannot read property '_id' of null", "Cannot read properties of null (reading '_id')"]
)
def test_who_is_not_there_trips_a_server_and_is_not_found_all_the_same(text: str) -> None:
    """Team.addMembers looks the account up, and goes on with null."""
    with pytest.raises(NotFound):
        teams.add_member(client_of(Script(says_no(text))), TEAM, "nobody")


def test_a_recorded_server_is_understood() -> None:
    team = teams.create(client_of(Script(recorded("147"))), "team1", private=False)

    assert team == Team("6b04280ad7149eb200f9578f", "team1", "6b04280ad7149eb200f95791")
    for number in "148", "149":
        teams.add_member(client_of(Script(recorded(number))), team, "vdNWNpywH5bAYTCpn")
    teams.remove_member(client_of(Script(recorded("151"))), team, "vdNWNpywH5bAYTCpn")
    assert list(teams.members(client_of(Script(recorded("152"))), team)) == ["6b0427d8d7149eb200f95761"]
    with pytest.raises(NotFound):
        teams.add_member(client_of(Script(recorded("150"))), TEAM, "vdNWNpywH5bAYTCpn")


def test_what_is_sent_is_what_a_recorded_server_took_but_for_the_team_s_id() -> None:
    script = Script(says_yes(team={"_id": "t1", "name": "team1", "roomId": "r1"}))

    teams.create(client_of(script), "team1", private=False)
    assert json.loads(script.requests[-1].content) == recorded_body("147")
    teams.add_member(client_of(script), TEAM, "vdNWNpywH5bAYTCpn")
    assert json.loads(script.requests[-1].content)["members"] == recorded_body("148")["members"]
