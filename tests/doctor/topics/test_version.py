import httpx2
import pytest
from pytest_django import Settings

from rocketchat_auth.doctor import Severity
from rocketchat_auth.doctor.topics.version import TOPIC
from rocketchat_auth.rest.service import install_transport
from rocketchat_auth.testing import StandIn
from tests.doctor.topics.conftest import FoundOf
from tests.rest.talking import Script, says_yes


def plays(*versions: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("stand_in", versions, indirect=True)


@plays("6.0", "6.5", "7.7", "7.9.4", "7.10", "8.0.8", "8.4.5", "8.6.1", "8.7")
def test_good_versions_give_nothing(rocketchat: StandIn, found: FoundOf) -> None:
    assert found(TOPIC) == {}


class TestVersionsBeyondWhatIsKnown:
    @pytest.mark.usefixtures("rocketchat")
    @pytest.mark.parametrize("version", ["5.4", "5.4.10", "3.18"])
    def test_an_old_one(self, found: FoundOf, version: str) -> None:
        undo = install_transport(httpx2.MockTransport(Script(says_yes(version=version))))

        problems = found(TOPIC)

        undo()
        assert {number: each.severity for number, each in problems.items()} == {"D121": Severity.PROBLEM}
        assert f"Rocket.Chat {version.removesuffix('.10')}, and" in problems["D121"].text

    @pytest.mark.usefixtures("rocketchat")
    @plays("10.2")
    def test_a_new_one(self, found: FoundOf) -> None:
        assert found(TOPIC)["D122"].severity is Severity.UNKNOWN


@plays("7.8", "7.8.5", "7.9.0", "7.9.3")
def test_iframe_login_is_broken(rocketchat: StandIn, found: FoundOf) -> None:
    assert found(TOPIC)["D123"].severity is Severity.PROBLEM


@plays("8.0.7", "8.1.6", "8.2.6", "8.3.6", "8.4.4", "8.5.1", "8.6.0")
def test_tokens_are_made_for_anybody(rocketchat: StandIn, found: FoundOf) -> None:
    warning = found(TOPIC)["D124"]

    assert warning.severity is Severity.WARNING
    assert rocketchat.version in warning.mend


@plays("8.5.2")
def test_tokens_that_should_bypass_do_not(rocketchat: StandIn, found: FoundOf) -> None:
    assert set(found(TOPIC)) == {"D125"}


@plays("7.13")
class TestFirstLogins:
    def test_fail(self, rocketchat: StandIn, found: FoundOf) -> None:
        assert set(found(TOPIC)) == {"D126"}

    def test_are_no_matter_where_another_source_is_used(
        self, rocketchat: StandIn, found: FoundOf, settings: Settings
    ) -> None:
        settings.ROCKETCHAT_LOGIN_SOURCE = "password"

        assert found(TOPIC) == {}


@plays("9.0")
def test_what_changed_in_9_is_a_note(rocketchat: StandIn, found: FoundOf) -> None:
    assert found(TOPIC)["D127"].severity is Severity.FINE


class TestPatches:
    @plays("7.9", "8.4")
    def test_that_are_not_told(self, rocketchat: StandIn, found: FoundOf) -> None:
        assert {number: each.severity for number, each in found(TOPIC).items()} == {"D128": Severity.UNKNOWN}

    @plays("8.4.5")
    def test_are_told_to_those_alone_who_may_view_statistics(self, rocketchat: StandIn, found: FoundOf) -> None:
        rocketchat.revoke("view-statistics")

        assert set(found(TOPIC)) == {"D128"}


@plays("8.4.5")
def test_no_answer_is_not_a_fault_of_the_version(rocketchat: StandIn, found: FoundOf) -> None:
    rocketchat.fail_with(503)

    assert set(found(TOPIC)) == {"D001"}
