import pytest
from pytest_django import Settings

from rocketchat_auth.adapter import Adapter
from rocketchat_auth.rest import Client
from rocketchat_auth.setting_up import permissions
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.rest.talking import client_for

TOKENS = permissions.MAKES_TOKENS


class WithAvatars(Adapter):
    def avatar(self, user: object) -> None:
        return None


@pytest.fixture
def client(stand_in: StandIn, fake_clock: FakeClock) -> Client:
    return client_for(stand_in, fake_clock)


def names(source: str = "create_token") -> set[str]:
    return {need.permission for need in permissions.needed(source)}


def roles(stand_in: StandIn, permission: str) -> frozenset[str]:
    return stand_in.application.workspace.permissions[permission]


class TestNeeds:
    def test_are_few_by_default(self) -> None:
        assert names("mongo") == {
            "create-user",
            "edit-other-user-info",
            "view-full-other-user-info",
            "edit-other-user-active-status",
            "logout-other-user",
            "view-d-room",
            "api-bypass-rate-limit",
        }

    @pytest.mark.parametrize(
        "source, permission",
        [("create_token", "user-generate-access-token"), ("password", "edit-other-user-password")],
    )
    def test_of_a_source_of_tokens(self, source: str, permission: str) -> None:
        assert names(source) - names("mongo") == {permission}

    def test_of_avatars(self, settings: Settings) -> None:
        settings.ROCKETCHAT_ADAPTER = f"{__name__}.WithAvatars"

        assert "edit-other-user-avatar" in names()

    def test_of_deletion(self, settings: Settings) -> None:
        settings.ROCKETCHAT_ON_DELETE = "delete"

        assert "delete-user" in names()

    @pytest.mark.parametrize(
        "kind, needs",
        [
            ("roles", {"access-permissions"}),
            (
                "channels",
                {"view-other-user-channels", "view-c-room", "add-user-to-any-c-room", "kick-user-from-any-c-room"},
            ),
            ("groups", {"view-other-user-channels", "add-user-to-any-p-room", "kick-user-from-any-p-room"}),
            ("teams", {"view-other-user-channels", "view-all-teams", "add-team-member", "edit-team-member"}),
        ],
    )
    def test_of_memberships(self, settings: Settings, kind: str, needs: set[str]) -> None:
        before = names()
        settings.ROCKETCHAT_GROUPS = {"Staff": {kind: ["x"]}}

        assert names() - before == needs

    @pytest.mark.parametrize(
        "kind, makes",
        [
            ("roles", set()),
            ("channels", {"create-c"}),
            ("groups", {"create-p"}),
            ("teams", {"create-team", "create-p"}),
        ],
    )
    def test_of_rooms_that_are_made(self, settings: Settings, kind: str, makes: set[str]) -> None:
        settings.ROCKETCHAT_GROUPS = {"Staff": {kind: ["x"]}}
        before = names()
        settings.ROCKETCHAT_CREATE_ROOMS = True

        assert names() - before == makes

    def test_are_known_to_the_stand_in(self, client: Client, settings: Settings) -> None:
        kinds = ("roles", "channels", "groups", "teams")
        settings.ROCKETCHAT_GROUPS = {"Staff": {kind: ["x"] for kind in kinds}}
        settings.ROCKETCHAT_CREATE_ROOMS, settings.ROCKETCHAT_ON_DELETE = True, "delete"
        settings.ROCKETCHAT_ADAPTER = f"{__name__}.WithAvatars"
        needs = {*permissions.needed("create_token"), *permissions.needed("password")}

        grants = permissions.look(client, needs)

        assert [need.permission for need in needs if not grants.is_known(need)] == []


class TestGranting:
    def test_gives_what_is_missing_beside_those_who_have_it(self, client: Client, stand_in: StandIn) -> None:
        stand_in.grant("create-user", "livechat-manager")

        permissions.grant(client, permissions.look(client, permissions.needed("mongo")))

        assert roles(stand_in, "create-user") == {"admin", "livechat-manager", "bot"}
        assert permissions.look(client, permissions.needed("mongo")).missing == ()

    def test_asks_nothing_where_nothing_is_missing(self, client: Client, stand_in: StandIn) -> None:
        permissions.grant(client, permissions.look(client, permissions.needed("mongo")))
        grants = permissions.look(client, permissions.needed("mongo"))
        stand_in.reset_calls()

        permissions.grant(client, grants)

        assert stand_in.calls == []


class TestLending:
    def test_is_for_a_moment(self, client: Client, stand_in: StandIn) -> None:
        with permissions.lent(client, TOKENS):
            assert roles(stand_in, TOKENS) == {"admin", "user", "bot"}

        assert roles(stand_in, TOKENS) == {"admin", "user"}

    def test_ends_also_with_a_failure(self, client: Client, stand_in: StandIn) -> None:
        with pytest.raises(ZeroDivisionError), permissions.lent(client, TOKENS):
            raise ZeroDivisionError

        assert roles(stand_in, TOKENS) == {"admin", "user"}

    def test_takes_nothing_away_that_was_there(self, client: Client, stand_in: StandIn) -> None:
        stand_in.grant(TOKENS, "bot")

        with permissions.lent(client, TOKENS):
            pass

        assert "bot" in roles(stand_in, TOKENS)
