import pytest

from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.errors import ApiError
from rocketchat_auth.testing.rooms_by_hand import Kind
from tests.testing.talk import Talk, usernames

KINDS = pytest.mark.parametrize("kind", ["channel", "group", "team"])


@pytest.fixture
def talk(talk: Talk) -> Talk:
    talk.stand_in.add_users(["alice", "bob"])
    return talk


@KINDS
def test_rooms_have_an_owner_and_members(talk: Talk, kind: Kind) -> None:
    room_id = talk.stand_in.add_room("choir", kind, members=["bob"], owner="alice")

    assert talk.stand_in.members_of("choir") == ["alice", "bob"]
    endpoints = "channels" if kind == "channel" else "groups"
    listed = talk.get(f"{endpoints}.members?roomId={room_id}", talk.stand_in.log_in("bob")).json()["members"]
    assert usernames(listed) == ["alice", "bob"]


def test_members_are_counted_with_those_who_are_not_active(talk: Talk) -> None:
    talk.stand_in.add_user("carol", active=False)
    talk.stand_in.add_room("choir", members=["carol", "bob"])

    assert talk.stand_in.members_of("choir") == ["admin", "bob", "carol"]


def test_teams_have_members(talk: Talk) -> None:
    talk.stand_in.add_room("staff", "team", members=["bob"])

    members = talk.get("teams.members?teamName=staff", talk.admin).json()["members"]

    assert [(member["user"]["username"], member["roles"]) for member in members] == [("admin", ["owner"]), ("bob", [])]


@KINDS
def test_deleted_rooms_are_gone(talk: Talk, kind: Kind) -> None:
    talk.stand_in.add_room("other", kind, members=["bob"])
    talk.stand_in.add_room("choir", kind, members=["bob"])

    talk.stand_in.delete_room("choir")

    assert talk.get("channels.info?roomName=choir", talk.admin).status_code == 400
    assert talk.get("groups.info?roomName=choir", talk.admin).status_code == 400
    assert talk.get("teams.members?teamName=choir", talk.admin).status_code == 400
    assert len(talk.stand_in.user("bob")["__rooms"]) == 2
    assert talk.stand_in.members_of("other") == ["admin", "bob"]


@KINDS
def test_renamed_rooms_keep_their_members(talk: Talk, kind: Kind) -> None:
    talk.stand_in.add_room("other", kind)
    room_id = talk.stand_in.add_room("choir", kind, members=["bob"])
    talk.clock.advance(60)

    talk.stand_in.rename_room("choir", "singers")

    noun = "channel" if kind == "channel" else "group"
    room = talk.get(f"{noun}s.info?roomId={room_id}", talk.admin).json()[noun]
    assert (room["name"], room["fname"]) == ("singers", "singers")
    assert room["_updatedAt"] > room["ts"]
    assert talk.stand_in.members_of("singers") == ["admin", "bob"]
    if kind == "team":
        assert talk.get("teams.members?teamName=singers", talk.admin).json()["total"] == 2


def test_names_are_taken_once(talk: Talk) -> None:
    talk.stand_in.add_room("choir")

    with pytest.raises(ApiError, match="choir"):
        talk.stand_in.add_room("choir", "group")
    with pytest.raises(ApiError, match="general"):
        talk.stand_in.rename_room("choir", "general")


def test_unknown_rooms_and_users_are_an_error() -> None:
    stand_in = StandIn()
    with pytest.raises(LookupError, match="nosuch"):
        stand_in.members_of("nosuch")
    with pytest.raises(LookupError, match="nosuch"):
        stand_in.delete_room("nosuch")
    with pytest.raises(LookupError, match="nosuch"):
        stand_in.rename_room("nosuch", "new")
    with pytest.raises(LookupError, match="nobody"):
        stand_in.add_room("choir", members=["nobody"])
    with pytest.raises(LookupError, match="choir"):
        stand_in.members_of("choir")
