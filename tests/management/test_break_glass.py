import pytest
from pytest_django import Settings

from rocketchat_auth.testing import StandIn
from tests.management.conftest import Run


@pytest.mark.parametrize("stand_in", ["6.5", "7.10", "8.4", "9.0"], indirect=True)
def test_the_ways_in_are_those_of_the_running_version(rocketchat: StandIn, run: Run) -> None:
    ran = run("break-glass")

    assert (ran.status, ran.error) == (0, "")
    assert ran.notes == f"Rocket.Chat {rocketchat.version} at https://chat.example.com\n"
    assert "\n    curl -sS https://chat.example.com/api/v1/login " in ran.out
    assert "\n    https://chat.example.com/home?resumeToken=AUTHTOKEN\n" in ran.out
    assert "\n    OVERWRITE_SETTING_Accounts_iframe_enabled=false\n" in ran.out
    assert ("Meteor.loginWithPassword" in ran.out) is (rocketchat.version < "8")


def test_a_chat_that_does_not_answer_has_those_of_all_versions(rocketchat: StandIn, run: Run) -> None:
    rocketchat.fail_with("drop")

    ran = run("break-glass")

    assert "all versions have in common" in ran.notes
    assert "resumeToken" in ran.out
    assert "Meteor" not in ran.out


def test_nobody_is_asked_anything(rocketchat: StandIn, run: Run) -> None:
    assert run("break-glass").status == 0
    assert {method for method, path in rocketchat.calls} == {"GET"}


def test_a_site_without_a_chat_is_said(settings: Settings, run: Run) -> None:
    del settings.ROCKETCHAT_URL

    assert "ROCKETCHAT_URL" in run("break-glass").error
