import json
from collections.abc import Callable

import httpx2
import pytest

from rocketchat_auth.rest import BadAnswer, Client, InvalidField, LastOwner, NotFound, PermissionRefused, Refused, Taken
from rocketchat_auth.rest import rooms as module
from rocketchat_auth.rest.rooms import Room, RoomKind
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.rest.talking import Script, client_for, client_of, says_no, says_yes
from tests.rest.versions import EVERY_VERSION, client_as, recorded, recorded_body

BOTH_KINDS = pytest.mark.parametrize("kind", list(RoomKind))
CHANNEL = Room("r1", "news", RoomKind.CHANNEL, 2, "2026-11-23T11:48:26.082Z")
GROUP = Room("r2", "staff", RoomKind.GROUP, 2, "2026-11-23T11:48:26.082Z")


@pytest.fixture
def client(stand_in: StandIn, fake_clock: FakeClock) -> Client:
    return client_for(stand_in, fake_clock)


@EVERY_VERSION
@BOTH_KINDS
def test_a_room_is_made_and_found_again(client: Client, kind: RoomKind) -> None:
    made = module.create(client, kind, "news")

    assert (made.name, made.kind, made.members) == ("news", kind, 1)
    assert made.updated_at.startswith("2027-01-01T")
    assert module.find(client, kind, "news") == made


@EVERY_VERSION
@BOTH_KINDS
def test_a_room_that_is_not_there_is_not_found(client: Client, kind: RoomKind) -> None:
    other = RoomKind.GROUP if kind is RoomKind.CHANNEL else RoomKind.CHANNEL
    module.create(client, other, "other")

    for name in "nothing", "other":
        with pytest.raises(NotFound):
            module.find(client, kind, name)


@EVERY_VERSION
@BOTH_KINDS
def test_a_name_that_a_room_of_either_kind_has_is_taken(client: Client, kind: RoomKind) -> None:
    module.create(client, RoomKind.CHANNEL, "news")
    module.create(client, RoomKind.GROUP, "staff")

    for name in "news", "staff":
        with pytest.raises(Taken) as caught:
            module.create(client, kind, name)
        assert caught.value.field == "name"


def test_a_name_that_an_archived_room_has_is_taken_and_one_that_no_room_may_have_is_told_apart() -> None:
    archived = says_no("There's an archived channel with name 'x' [error-archived-duplicate-name]")
    invalid = says_no("a b is not a valid room name [error-invalid-room-name]", "error-invalid-room-name")

    with pytest.raises(Taken):
        module.create(client_of(Script(archived)), RoomKind.CHANNEL, "x")
    with pytest.raises(InvalidField) as caught:
        module.create(client_of(Script(invalid)), RoomKind.CHANNEL, "a b")
    assert caught.value.field == "name"


@EVERY_VERSION
@BOTH_KINDS
def test_who_is_invited_is_a_member_and_who_is_kicked_is_none(
    client: Client, stand_in: StandIn, kind: RoomKind
) -> None:
    room = module.create(client, kind, "news")
    ada = stand_in.add_user("ada")["_id"]

    module.invite(client, room, ada)
    assert set(module.members(client, room)) == {stand_in.admin.user_id, ada}
    assert module.find(client, kind, "news").members == 2

    module.kick(client, room, ada)
    assert list(module.members(client, room)) == [stand_in.admin.user_id]


@EVERY_VERSION
@BOTH_KINDS
def test_asking_twice_for_the_same_is_success(client: Client, stand_in: StandIn, kind: RoomKind) -> None:
    room = module.create(client, kind, "news")
    ada = stand_in.add_user("ada")["_id"]

    for _ in range(2):
        module.invite(client, room, ada)
    for _ in range(2):
        module.kick(client, room, ada)


@EVERY_VERSION
@BOTH_KINDS
def test_who_is_not_there_is_not_found(client: Client, kind: RoomKind) -> None:
    room = module.create(client, kind, "news")

    with pytest.raises(NotFound):
        module.invite(client, room, "nobody")


@EVERY_VERSION
@BOTH_KINDS
@pytest.mark.parametrize("act", [module.invite, module.kick])
def test_a_room_that_is_gone_is_not_found(
    client: Client, stand_in: StandIn, kind: RoomKind, act: Callable[[Client, Room, str], None]
) -> None:
    gone = Room("gone", "news", kind, 1, "")

    with pytest.raises(NotFound):
        act(client, gone, stand_in.admin.user_id)
    with pytest.raises(NotFound):
        list(module.members(client, gone))


@EVERY_VERSION
@BOTH_KINDS
def test_the_only_owner_is_not_kicked(client: Client, stand_in: StandIn, kind: RoomKind) -> None:
    room = module.create(client, kind, "news")

    with pytest.raises(LastOwner):
        module.kick(client, room, stand_in.admin.user_id)


@EVERY_VERSION
def test_putting_people_into_rooms_of_others_needs_the_permission(
    client: Client, stand_in: StandIn, fake_clock: FakeClock
) -> None:
    room = module.create(client, RoomKind.CHANNEL, "news")
    bob = stand_in.add_user("bob")["_id"]
    as_bob = client_as(stand_in, "bob", fake_clock)

    with pytest.raises(PermissionRefused):
        module.invite(as_bob, room, bob)
    with pytest.raises(PermissionRefused):
        module.kick(as_bob, room, bob)


def listed(*ids: str, total: int) -> httpx2.Response:
    return says_yes(members=[{"_id": user_id} for user_id in ids], total=total)


def test_members_are_read_page_by_page_and_told_once() -> None:
    strange = says_yes(members=[{"_id": "c"}, {"_id": ""}, {"name": "?"}, None], total=6)
    script = Script(listed("a", "b", total=6), listed("b", total=6), strange)

    assert list(module.members(client_of(script), CHANNEL)) == ["a", "b", "c"]

    assert script.paths == ["/api/v1/channels.members"] * 3
    assert [dict(request.url.params) for request in script.requests] == [
        {"roomId": "r1", "count": "100", "offset": offset} for offset in ("0", "2", "3")
    ]


def test_members_of_a_room_without_any_are_none() -> None:
    assert list(module.members(client_of(Script(listed(total=0))), GROUP)) == []


@pytest.mark.parametrize("room", [{}, {"_id": "r1"}, {"name": "news"}, None])
def test_an_answer_without_a_room_is_a_bad_answer(room: object) -> None:
    with pytest.raises(BadAnswer, match=r"channels\.info has no usable"):
        module.find(client_of(Script(says_yes(channel=room))), RoomKind.CHANNEL, "news")


def test_what_a_room_does_not_tell_is_empty() -> None:
    client = client_of(Script(says_yes(group={"_id": "r1", "name": "x", "usersCount": "?", "_updatedAt": 7})))

    assert module.find(client, RoomKind.GROUP, "x") == Room("r1", "x", RoomKind.GROUP, 0, "")


@pytest.mark.parametrize(
    "kind,made,found,numbers",
    [
        (RoomKind.CHANNEL, "116", "118", {"invite": "120", "again": "121", "kick": "125", "kick again": "126"}),
        (RoomKind.GROUP, "127", "129", {"invite": "131", "again": "132", "kick": "136", "kick again": "137"}),
    ],
)
def test_a_recorded_server_is_understood(kind: RoomKind, made: str, found: str, numbers: dict[str, str]) -> None:
    name = f"{kind}-room"
    room = module.create(client_of(Script(recorded(made))), kind, name)

    assert room == module.find(client_of(Script(recorded(found))), kind, name)
    assert (room.name, room.members, room.updated_at[:19]) == (name, 2, "2026-11-23T11:48:26")
    for what, number in numbers.items():
        act = module.kick if "kick" in what else module.invite
        act(client_of(Script(recorded(number))), room, "vdNWNpywH5bAYTCpn")
    members = list(module.members(client_of(Script(recorded("124" if kind is RoomKind.CHANNEL else "135"))), room))
    assert len(members) == 3
    assert "vdNWNpywH5bAYTCpn" in members


def test_what_is_sent_is_what_a_recorded_server_took() -> None:
    script = Script(says_yes())
    user_id = "vdNWNpywH5bAYTCpn"
    for number, act in {"120": module.invite, "125": module.kick}.items():
        room = Room(recorded_body(number)["roomId"], "x", RoomKind.CHANNEL, 1, "")
        act(client_of(script), room, user_id)
        assert json.loads(script.requests[-1].content) == recorded_body(number)


@pytest.mark.parametrize("number,kind", [("119", RoomKind.CHANNEL), ("130", RoomKind.GROUP)])
def test_a_recorded_server_does_not_find_what_is_not_there(number: str, kind: RoomKind) -> None:
    with pytest.raises(NotFound):
        module.find(client_of(Script(recorded(number))), kind, "nothing")


@pytest.mark.parametrize("number,kind", [("122", RoomKind.CHANNEL), ("133", RoomKind.GROUP)])
def test_a_recorded_server_does_not_invite_who_is_not_there(number: str, kind: RoomKind) -> None:
    with pytest.raises(NotFound):
        module.invite(client_of(Script(recorded(number))), Room("r1", "x", kind, 1, ""), "nobody")


def test_another_refusal_than_the_expected_one_is_none_that_can_be_passed_over() -> None:
    archived = says_no("The channel, x, is archived [error-room-archived]", "error-room-archived")

    with pytest.raises(Refused):
        module.kick(client_of(Script(archived)), CHANNEL, "u1")
