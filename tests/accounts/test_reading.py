"""Against the stand-in: what is read of a workspace, and what is not read again."""

from typing import Literal

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from pytest_django import Settings

from rocketchat_auth import rest
from rocketchat_auth.accounts.few import sync_some
from rocketchat_auth.accounts.linking import link
from rocketchat_auth.accounts.provisioning import account_for
from rocketchat_auth.accounts.reading import Progress, read_workspace
from rocketchat_auth.accounts.sync import Scope, apply_plan, make_plan
from rocketchat_auth.conf import Memberships
from rocketchat_auth.models import Account, ManagedRoom
from rocketchat_auth.rest import service
from rocketchat_auth.testing import StandIn
from tests.accounts.samples import names
from tests.chat import INFO

LIST = ("GET", "/api/v1/users.list")
MEMBERS = {("GET", f"/api/v1/{kind}.members") for kind in ("channels", "groups", "teams")}

Kind = Literal["channels", "groups", "teams"]
KINDS: dict[Kind, Literal["channel", "group", "team"]] = {"channels": "channel", "groups": "group", "teams": "team"}
EACH_KIND = pytest.mark.parametrize("kind", KINDS)


def read(managed: Memberships) -> tuple[Memberships, list[str], list[Progress]]:
    """What is managed of it then, the findings, and the progress."""
    told: list[Progress] = []
    with read_workspace(managed, told.append) as reading:
        return reading.directory.managed, reading.findings, told


class TestAccounts:
    def test_are_read_a_hundred_at_a_time(self, rocketchat: StandIn, db: None) -> None:
        rocketchat.add_users(f"user{number}" for number in range(203))
        rocketchat.reset_calls()

        with read_workspace(Memberships(), lambda progress: None) as reading:
            for name in ("user0", "USER202", "admin"):
                assert reading.directory.with_username(name) is not None
        assert rocketchat.calls == [LIST] * 3

    def test_tell_how_far_they_are(self, rocketchat: StandIn, db: None) -> None:
        rocketchat.add_users(f"user{number}" for number in range(101))

        _, _, told = read(Memberships())

        assert told == [Progress("chat accounts", 100, 103), Progress("chat accounts", 103, 103)]

    def test_that_do_not_show_what_is_compared_are_refused(
        self, rocketchat: StandIn, db: None, settings: Settings
    ) -> None:
        login = rocketchat.add_service_account("site")
        settings.ROCKETCHAT_USER_ID, settings.ROCKETCHAT_AUTH_TOKEN = login.user_id, login.auth_token

        with pytest.raises(rest.PermissionRefused, match="view-full-other-user-info"):
            read(Memberships())

        rocketchat.grant("view-full-other-user-info", "bot")
        assert read(Memberships())[1] == []


class TestWhatIsMissing:
    def test_of_the_roles_is_found(self, rocketchat: StandIn, db: None) -> None:
        managed, findings, _ = read(Memberships(roles=names("moderator", "zz", "aa"), channels=names("general")))

        assert managed == Memberships(roles=names("moderator"), channels=names("general"))
        assert findings == [
            "Rocket.Chat has no role aa. Create it, or take it out of ROCKETCHAT_GROUPS.",
            "Rocket.Chat has no role zz. Create it, or take it out of ROCKETCHAT_GROUPS.",
        ]

    def test_is_not_asked_of_roles_where_none_is_managed(self, rocketchat: StandIn, db: None) -> None:
        rocketchat.reset_calls()

        read(Memberships())

        assert rocketchat.calls == [LIST]

    def test_of_the_rooms_is_found(self, rocketchat: StandIn, db: None) -> None:
        rocketchat.add_room("news")
        missing = Memberships(channels=names("news", "nowhere"), groups=names("board"), teams=names("crew"))

        managed, findings, told = read(missing)

        assert managed == Memberships(channels=names("news"))
        assert [finding.partition(".")[0] for finding in findings] == ["Rocket"] * 3
        assert "no channel nowhere. Create it, or set" in findings[0]
        assert "no private channel board, or the service account is not in it" in findings[1]
        assert "no team crew" in findings[2]
        assert told[-4:] == [Progress("rooms", number, 4) for number in (1, 2, 3, 4)]

    def test_of_the_rooms_is_no_finding_where_they_are_made(
        self, rocketchat: StandIn, db: None, settings: Settings
    ) -> None:
        settings.ROCKETCHAT_CREATE_ROOMS = True
        missing = Memberships(channels=names("nowhere"))

        assert read(missing)[:2] == (missing, [])

    def test_counts_a_room_of_the_other_kind_as_missing(self, rocketchat: StandIn, db: None) -> None:
        rocketchat.add_room("board")

        managed, findings, _ = read(Memberships(groups=names("board")))

        assert (managed, len(findings)) == (Memberships(), 1)

    def test_counts_a_team_that_the_service_account_may_not_see(
        self, rocketchat: StandIn, db: None, settings: Settings
    ) -> None:
        rocketchat.add_room("crew", "team")
        login = rocketchat.add_service_account("site")
        settings.ROCKETCHAT_USER_ID, settings.ROCKETCHAT_AUTH_TOKEN = login.user_id, login.auth_token
        rocketchat.grant("view-full-other-user-info", "bot")

        assert read(Memberships(teams=names("crew")))[0] == Memberships()


class TestMembers:
    """A room that the members of the group Staff are in, and that was found in order once."""

    @pytest.fixture
    def people(self, rocketchat: StandIn, db: None, settings: Settings) -> list[User]:
        settings.ROCKETCHAT_CONCURRENCY = 1
        staff = Group.objects.create(name="Staff")
        people = [get_user_model().objects.create_user(name, f"{name}@example.com") for name in ("ada", "ben", "cleo")]
        for user in people:
            account_for(user)
        staff.user_set.set(people[:2])
        return people

    @pytest.fixture
    def in_order(self, rocketchat: StandIn, people: list[User], settings: Settings, kind: Kind) -> Kind:
        rocketchat.add_room("room", KINDS[kind])
        settings.ROCKETCHAT_GROUPS = {"Staff": {kind: ["room"]}}
        assert synced() == [("ada", "join"), ("ben", "join")]
        assert synced() == []  # reads once more who was moved
        rocketchat.reset_calls()
        return kind

    @EACH_KIND
    @pytest.mark.usefixtures("in_order")
    def test_of_an_unchanged_room_are_not_read_again(self, rocketchat: StandIn) -> None:
        assert synced() == []
        assert not MEMBERS & set(rocketchat.calls)
        assert INFO not in rocketchat.calls

    @EACH_KIND
    def test_of_whom_somebody_let_in_by_hand_are_found(
        self, rocketchat: StandIn, people: list[User], in_order: Kind
    ) -> None:
        move(in_order, "cleo", into=True)

        assert synced() == [("cleo", "leave")]
        assert "cleo" not in rocketchat.members_of("room")
        assert synced() == []

    @EACH_KIND
    def test_of_whom_somebody_took_out_by_hand_are_found(self, rocketchat: StandIn, in_order: Kind) -> None:
        move(in_order, "ada", into=False)

        assert synced() == [("ada", "join")]
        assert "ada" in rocketchat.members_of("room")
        assert synced() == []

    @EACH_KIND
    def test_of_an_unchanged_room_are_still_moved(
        self, rocketchat: StandIn, people: list[User], in_order: Kind
    ) -> None:
        group = Group.objects.get()
        User.groups.through.objects.filter(user=people[0]).delete()  # without a signal
        User.groups.through.objects.create(user=people[2], group=group)

        assert synced() == [("ada", "leave"), ("cleo", "join")]
        assert rocketchat.members_of("room") == ["admin", "ben", "cleo"]
        assert synced() == []

    @EACH_KIND
    def test_of_a_newly_linked_account_are_asked_for(self, rocketchat: StandIn, in_order: Kind) -> None:
        rocketchat.add_user("dora")
        move(in_order, "dora", into=True)
        assert synced() == []
        link_to_new_user("dora")
        rocketchat.reset_calls()

        assert synced() == [("dora", "leave")]
        assert rocketchat.calls.count(INFO) == 1
        assert synced() == []

    @EACH_KIND
    def test_of_an_account_that_a_task_looked_at_are_known(self, rocketchat: StandIn, in_order: Kind) -> None:
        rocketchat.add_user("dora")
        move(in_order, "dora", into=True)
        assert synced() == []
        user = link_to_new_user("dora")
        user.groups.add(Group.objects.get())
        sync_some([user.pk])
        User.groups.through.objects.filter(user=user).delete()

        assert synced() == [("dora", "leave")]
        assert synced() == []

    @EACH_KIND
    def test_of_who_comes_back_are_seen_though_lists_do_not_show_the_inactive(
        self, rocketchat: StandIn, people: list[User], in_order: Kind
    ) -> None:
        ada = people[0]
        User.objects.filter(pk=ada.pk).update(is_active=False)
        assert synced() == [("ada", "deactivate")]
        move(in_order, "cleo", into=True)  # so that the room is read, and ada not seen in it
        assert synced() == [("cleo", "leave")]
        assert synced() == []
        User.groups.through.objects.filter(user=ada).delete()
        User.objects.filter(pk=ada.pk).update(is_active=True)

        assert synced() == [("ada", "revive"), ("ada", "leave")]
        assert rocketchat.members_of("room") == ["admin", "ben"]
        assert synced() == []


def test_a_team_whose_main_room_is_hidden_is_read_each_time(
    rocketchat: StandIn, alice: User, settings: Settings
) -> None:
    settings.ROCKETCHAT_CONCURRENCY = 1
    rocketchat.add_user("founder")
    rocketchat.add_room("crew", "team", owner="founder")  # the service account sees all teams, and is not in it
    settings.ROCKETCHAT_GROUPS = {"Staff": {"teams": ["crew"]}}
    account_for(alice)
    synced()
    rocketchat.reset_calls()

    assert synced() == []
    assert ("GET", "/api/v1/teams.members") in rocketchat.calls
    assert not ManagedRoom.objects.exists()


def synced() -> list[tuple[str, str]]:
    """Sync everybody, and tell whom and what that changed."""
    done: list[tuple[str, str]] = []
    with make_plan(Scope()) as plan:
        for account_plan in plan:
            done.extend((account_plan.username, change.action.value) for change in account_plan.changes)
        apply_plan(plan)
    return sorted(done, key=lambda entry: entry[0])


def move(kind: Kind, username: str, *, into: bool) -> None:
    """What somebody does by hand in chat."""
    client = service.client()
    user = rest.users.info(client, username=username)
    if kind == "teams":
        team = rest.teams.find(client, "room")
        (rest.teams.add_member if into else rest.teams.remove_member)(client, team, user.id)
    else:
        room = rest.rooms.find(client, rest.RoomKind(kind), "room")
        (rest.rooms.invite if into else rest.rooms.kick)(client, room, user.id)


def link_to_new_user(username: str) -> User:
    user = get_user_model().objects.create_user(username, f"{username}@example.com")
    account = Account(user=user)
    link(account, rest.users.info(service.client(), username=username), created_here=False)
    return user
