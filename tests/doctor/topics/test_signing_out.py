import pytest
from pytest_django import Settings

from rocketchat_auth.doctor import Severity
from rocketchat_auth.doctor.topics.signing_out import SCRIPT, TOPIC
from rocketchat_auth.setting_up.logout_script import with_part
from rocketchat_auth.testing import StandIn
from tests.doctor.topics.conftest import FoundOf

SITE = "https://www.example.com"


@pytest.fixture(autouse=True)
def _logout_site(settings: Settings) -> None:
    settings.ROCKETCHAT_LOGOUT_SITE = True


@pytest.fixture
def chat(rocketchat: StandIn) -> StandIn:
    rocketchat.settings[SCRIPT] = with_part("//Add your script", f"{SITE}/rocketchat/logout")
    return rocketchat


@pytest.mark.parametrize("stand_in", ["6.5", "7.13", "8.4", "9.0"], indirect=True)
@pytest.mark.parametrize("site", [SITE, ""])
def test_a_script_that_calls_the_site_gives_nothing(chat: StandIn, found: FoundOf, site: str) -> None:
    assert found(TOPIC, site=site) == {}


def test_neither_script_nor_setting_gives_nothing(rocketchat: StandIn, found: FoundOf, settings: Settings) -> None:
    settings.ROCKETCHAT_LOGOUT_SITE = False

    assert found(TOPIC, site=SITE) == {}


def test_a_script_that_is_missing(rocketchat: StandIn, found: FoundOf) -> None:
    seen = found(TOPIC, site=SITE)

    assert list(seen) == ["D261"]
    assert seen["D261"].severity is Severity.WARNING
    assert f"--site {SITE} --logout-script" in seen["D261"].mend


def test_a_script_that_calls_another_address(chat: StandIn, found: FoundOf) -> None:
    seen = found(TOPIC, site="https://intranet.example.com")

    assert list(seen) == ["D262"]
    assert "https://intranet.example.com/rocketchat/logout" in seen["D262"].text


def test_a_script_that_was_left_behind(chat: StandIn, found: FoundOf, settings: Settings) -> None:
    settings.ROCKETCHAT_LOGOUT_SITE = False

    assert list(found(TOPIC, site=SITE)) == ["D263"]


def test_a_site_that_the_cookie_does_not_come_along_to(chat: StandIn, found: FoundOf, settings: Settings) -> None:
    site = "https://www.elsewhere.org"
    chat.settings[SCRIPT] = with_part("", f"{site}/rocketchat/logout")

    assert list(found(TOPIC, site=site)) == ["D264"]
    settings.ROCKETCHAT_CROSS_SITE = True
    assert found(TOPIC, site=site) == {}
    settings.ROCKETCHAT_CROSS_SITE = False
    settings.SESSION_COOKIE_SAMESITE = "None"
    assert found(TOPIC, site=site) == {}


def test_a_workspace_that_does_not_tell(rocketchat: StandIn, found: FoundOf) -> None:
    del rocketchat.settings[SCRIPT]

    assert list(found(TOPIC, site=SITE)) == ["D265"]


def test_a_site_without_the_urls(chat: StandIn, found: FoundOf, settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.checks.urls_without"

    assert list(found(TOPIC, site=SITE)) == ["D266"]
