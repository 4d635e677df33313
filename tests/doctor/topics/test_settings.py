import pytest
from pytest_django import Settings

from rocketchat_auth.doctor import Severity
from rocketchat_auth.doctor.topics.settings import TOPIC
from tests.doctor.topics.conftest import FoundOf


def test_right_settings_give_nothing(found: FoundOf) -> None:
    assert found(TOPIC) == {}


def test_an_error_of_the_checks_is_a_problem_under_its_own_id(found: FoundOf, settings: Settings) -> None:
    settings.ROCKETCHAT_URL = "chat.example.com"

    problem = found(TOPIC)["rocketchat_auth.E004"]

    assert problem.severity is Severity.PROBLEM
    assert problem.text == "ROCKETCHAT_URL does not begin with https:// or http://."
    assert problem.mend == 'ROCKETCHAT_URL = "https://chat.example.com"'


def test_a_warning_of_the_checks_is_a_warning(found: FoundOf, settings: Settings) -> None:
    settings.ROCKETCHAT_READ_TIMEOUT = 31

    assert found(TOPIC)["rocketchat_auth.W052"].severity is Severity.WARNING


@pytest.mark.parametrize("silenced", ["rocketchat_auth.W052"])
def test_what_the_site_silenced_stays_silent(found: FoundOf, settings: Settings, silenced: str) -> None:
    settings.ROCKETCHAT_READ_TIMEOUT = 31
    settings.SILENCED_SYSTEM_CHECKS = [*settings.SILENCED_SYSTEM_CHECKS, silenced]

    assert found(TOPIC) == {}


def test_notes_are_left_to_manage_check(found: FoundOf, settings: Settings) -> None:
    settings.SILENCED_SYSTEM_CHECKS = []

    assert found(TOPIC) == {}
