from collections.abc import Callable
from typing import Literal

import pytest
from pytest_django import Settings

from rocketchat_auth import rest
from rocketchat_auth.accounts.rooms import Missing, Rooms
from rocketchat_auth.rest import service
from rocketchat_auth.testing import StandIn
from tests.rest.versions import EVERY_VERSION

KINDS: dict[str, Literal["channel", "group", "team"]] = {"channels": "channel", "groups": "group", "teams": "team"}
EACH_KIND = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def ada(rocketchat: StandIn) -> str:
    user_id: str = rocketchat.add_user("ada")["_id"]
    return user_id


def looked_up(rocketchat: StandIn) -> int:
    return sum(path.endswith(".info") for _, path in rocketchat.calls)


class TestMoving:
    @EACH_KIND
    def test_into_a_room_and_out_of_it_and_neither_twice(self, rocketchat: StandIn, ada: str, kind: str) -> None:
        rocketchat.add_room("room", KINDS[kind])
        rooms = Rooms()

        for _ in range(2):
            rooms.join(kind, "room", ada, "ada")
            assert rocketchat.members_of("room") == ["ada", "admin"]
        for _ in range(2):
            rooms.leave(kind, "room", ada, "ada")
            assert rocketchat.members_of("room") == ["admin"]

    def test_into_a_role_and_out_of_it_and_neither_twice(self, rocketchat: StandIn, ada: str) -> None:
        rooms = Rooms()

        for _ in range(2):
            rooms.join("roles", "moderator", ada, "ada")
            assert rocketchat.user("ada")["roles"] == ["user", "moderator"]
        for _ in range(2):
            rooms.leave("roles", "moderator", ada, "ada")
            assert rocketchat.user("ada")["roles"] == ["user"]

    @EACH_KIND
    def test_looks_a_room_up_once(self, rocketchat: StandIn, ada: str, kind: str) -> None:
        rocketchat.add_room("room", KINDS[kind])
        ben = rocketchat.add_user("ben")["_id"]
        rooms = Rooms()

        for user_id, username in ((ada, "ada"), (ben, "ben")):
            rooms.join(kind, "room", user_id, username)
        rooms.leave(kind, "room", ada, "ada")

        assert looked_up(rocketchat) == 1

    def test_keeps_rooms_of_the_same_name_apart_by_kind(self, rocketchat: StandIn, ada: str) -> None:
        rocketchat.add_room("room")
        rooms = Rooms()
        rooms.join("channels", "room", ada, "ada")

        with pytest.raises(Missing, match=r"Rocket.Chat has no .*room"):
            rooms.join("groups", "room", ada, "ada")

    @EACH_KIND
    def test_does_not_take_out_the_last_owner(self, rocketchat: StandIn, ada: str, kind: str) -> None:
        rocketchat.add_room("room", KINDS[kind], owner="ada")
        if kind == "groups":
            with pytest.raises(Missing):  # it is hidden from the service account
                Rooms().leave(kind, "room", ada, "ada")
            return

        with pytest.raises(rest.LastOwner):
            Rooms().leave(kind, "room", ada, "ada")


class TestRoomsThatAreMissing:
    @EACH_KIND
    def test_are_not_made_by_themselves(self, rocketchat: StandIn, ada: str, kind: str) -> None:
        with pytest.raises(Missing, match=r"Rocket.Chat has no .*room"):
            Rooms().join(kind, "room", ada, "ada")

    @EACH_KIND
    def test_are_made_once_where_the_setting_says_so(
        self, rocketchat: StandIn, ada: str, settings: Settings, kind: str
    ) -> None:
        settings.ROCKETCHAT_CREATE_ROOMS = True
        ben = rocketchat.add_user("ben")["_id"]
        rooms = Rooms()

        for user_id, username in ((ada, "ada"), (ben, "ben")):
            rooms.join(kind, "room", user_id, username)

        assert rocketchat.members_of("room") == ["ada", "admin", "ben"]
        assert rocketchat.calls.count(("POST", f"/api/v1/{kind}.create")) == 1

    @EACH_KIND
    def test_are_never_made_to_be_left(self, rocketchat: StandIn, ada: str, settings: Settings, kind: str) -> None:
        settings.ROCKETCHAT_CREATE_ROOMS = True

        with pytest.raises(Missing, match=r"Rocket.Chat has no .*room"):
            Rooms().leave(kind, "room", ada, "ada")

    def test_may_be_a_team_that_the_service_account_does_not_see(
        self, rocketchat: StandIn, ada: str, settings: Settings
    ) -> None:
        rocketchat.add_room("room", "team")
        login = rocketchat.add_service_account("site")
        settings.ROCKETCHAT_USER_ID, settings.ROCKETCHAT_AUTH_TOKEN = login.user_id, login.auth_token

        with pytest.raises(Missing, match=r"no team room"):
            Rooms().join("teams", "room", ada, "ada")

    def test_are_looked_for_again(self, rocketchat: StandIn, ada: str) -> None:
        rooms = Rooms()
        with pytest.raises(Missing):
            rooms.join("channels", "room", ada, "ada")
        rocketchat.add_room("room")

        rooms.join("channels", "room", ada, "ada")

        assert rocketchat.members_of("room") == ["ada", "admin"]

    @EVERY_VERSION
    def test_may_be_roles(self, rocketchat: StandIn, ada: str) -> None:
        for move in (Rooms().join, Rooms().leave):
            with pytest.raises(Missing, match=r"no role captain. Create it"):
                move("roles", "captain", ada, "ada")

    @EVERY_VERSION
    def test_are_not_what_is_wrong_where_the_account_is_gone(self, rocketchat: StandIn) -> None:
        for move in (Rooms().join, Rooms().leave):
            with pytest.raises(rest.NotFound):
                move("roles", "moderator", "gone", "gone")

    def test_may_be_there_a_moment_later(
        self, rocketchat: StandIn, ada: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.ROCKETCHAT_CREATE_ROOMS = True
        monkeypatch.setattr(rest.rooms, "create", _as_if_another_was_first(rest.rooms.create))

        Rooms().join("channels", "room", ada, "ada")

        assert rocketchat.members_of("room") == ["ada", "admin"]


def _as_if_another_was_first(create: Callable[..., rest.Room]) -> Callable[..., rest.Room]:
    def create_late(client: rest.Client, kind: rest.RoomKind, name: str) -> rest.Room:
        create(service.client(), kind, name)
        return create(client, kind, name)

    return create_late
