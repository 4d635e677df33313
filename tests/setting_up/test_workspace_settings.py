import pytest

from rocketchat_auth.rest import Client
from rocketchat_auth.setting_up import workspace_settings
from rocketchat_auth.setting_up.workspace_settings import Change, changes
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.rest.talking import client_for
from tests.rest.versions import EVERY_VERSION, client_as


@pytest.fixture
def client(stand_in: StandIn, fake_clock: FakeClock) -> Client:
    return client_for(stand_in, fake_clock)


class TestReading:
    @EVERY_VERSION
    def test_gets_public_ones_and_others(self, client: Client) -> None:
        names = ["Accounts_iframe_enabled", "Iframe_Restrict_Access"]

        assert workspace_settings.read(client, names) == dict(zip(names, (False, True), strict=True))

    @EVERY_VERSION
    def test_needs_no_administrator_for_public_ones(self, stand_in: StandIn, fake_clock: FakeClock) -> None:
        stand_in.add_user("ada")

        found = workspace_settings.read(client_as(stand_in, "ada", fake_clock), ["Accounts_iframe_url"])

        assert found == {"Accounts_iframe_url": ""}

    def test_leaves_out_what_the_version_lacks(self, client: Client) -> None:
        assert workspace_settings.read(client, ["No_Such", "Site_Name"]) == {"Site_Name": "Rocket.Chat"}


class TestChanges:
    def test_switch_off_first_and_on_last(self) -> None:
        now = {"on": False, "address": "", "off": True, "same": "x"}

        pending = changes(now, {"on": True, "address": "y", "off": False, "same": "x", "unknown": 1})

        assert pending == [Change("off", True, False), Change("address", "", "y"), Change("on", False, True)]

    def test_tell_types_apart(self) -> None:
        assert changes({"a": 1, "b": "true", "c": True}, {"a": True, "b": True, "c": True}) == [
            Change("a", 1, True),
            Change("b", "true", True),
        ]


def test_what_was_written_before_a_failure_is_told(client: Client, stand_in: StandIn) -> None:
    told: list[str] = []
    pending = [Change("Site_Name", "", "Club"), Change("No_Such", "", "x")]

    with pytest.raises(Exception, match="No_Such"):
        workspace_settings.write(client, pending, on_written=lambda change: told.append(change.name))

    assert told == ["Site_Name"]
    assert stand_in.settings["Site_Name"] == "Club"
