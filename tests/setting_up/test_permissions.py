import pytest
from pytest_django import Settings

from rocketchat_auth.accounts.needs import needed
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


def roles(stand_in: StandIn, permission: str) -> frozenset[str]:
    return stand_in.application.workspace.permissions[permission]


def test_what_is_needed_is_known_to_the_stand_in(client: Client, settings: Settings) -> None:
    kinds = ("roles", "channels", "groups", "teams")
    settings.ROCKETCHAT_GROUPS = {"Staff": {kind: ["x"] for kind in kinds}}
    settings.ROCKETCHAT_CREATE_ROOMS, settings.ROCKETCHAT_ON_DELETE = True, "delete"
    settings.ROCKETCHAT_ADAPTER = f"{__name__}.WithAvatars"
    needs = {*needed("create_token"), *needed("password")}

    grants = permissions.look(client, needs)

    assert [need.permission for need in needs if not grants.is_known(need)] == []


class TestGranting:
    def test_gives_what_is_missing_beside_those_who_have_it(self, client: Client, stand_in: StandIn) -> None:
        stand_in.grant("create-user", "livechat-manager")

        permissions.grant(client, permissions.look(client, needed("mongo")))

        assert roles(stand_in, "create-user") == {"admin", "livechat-manager", "bot"}
        assert permissions.look(client, needed("mongo")).missing == ()

    def test_asks_nothing_where_nothing_is_missing(self, client: Client, stand_in: StandIn) -> None:
        permissions.grant(client, permissions.look(client, needed("mongo")))
        grants = permissions.look(client, needed("mongo"))
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

    def test_that_cannot_end_hides_no_other_failure_and_is_logged(
        self, client: Client, stand_in: StandIn, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fail() -> None:
            stand_in.fail_with(500)
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError), permissions.lent(client, TOKENS):
            fail()

        assert f"{TOKENS} could not be taken back from the role bot" in caplog.text

    def test_takes_nothing_away_that_was_there(self, client: Client, stand_in: StandIn) -> None:
        stand_in.grant(TOKENS, "bot")

        with permissions.lent(client, TOKENS):
            pass

        assert "bot" in roles(stand_in, TOKENS)
