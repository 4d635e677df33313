from collections.abc import Callable

import pytest
from pytest_django import Settings

from rocketchat_auth.doctor import Severity
from rocketchat_auth.doctor.topics.iframe_settings import TOPIC
from rocketchat_auth.testing import StandIn
from tests.doctor.topics.conftest import FoundOf

SITE = "https://www.example.com"
RIGHT = {
    "Accounts_iframe_enabled": True,
    "Accounts_iframe_url": f"{SITE}/login/?next=/rocketchat/redirect",
    "Accounts_Iframe_api_url": f"{SITE}/rocketchat/api",
    "Accounts_Iframe_api_method": "POST",
    "Iframe_Restrict_Access": False,
}


@pytest.fixture
def chat(rocketchat: StandIn) -> StandIn:
    rocketchat.settings.update(RIGHT)
    return rocketchat


@pytest.mark.parametrize("stand_in", ["6.5", "7.13", "8.4", "9.0"], indirect=True)
def test_right_settings_give_nothing(chat: StandIn, found: FoundOf) -> None:
    assert found(TOPIC, site=SITE) == {}


@pytest.mark.parametrize(
    "name,value",
    [
        ("Accounts_iframe_url", f"{SITE}/login/?next=/rocketchat/redirect/"),
        ("Accounts_iframe_url", f"{SITE}/login/?next=%2Frocketchat%2Fredirect"),
        ("Accounts_iframe_url", f"{SITE}/rocketchat/redirect"),
        ("Accounts_Iframe_api_url", f"{SITE}/rocketchat/api/"),
        ("Accounts_Iframe_api_method", "GET"),
    ],
)
def test_other_spellings_that_work_are_no_fault(chat: StandIn, found: FoundOf, name: str, value: str) -> None:
    chat.settings[name] = value

    assert found(TOPIC, site=SITE) == {}


def test_iframe_login_that_is_switched_off(chat: StandIn, found: FoundOf) -> None:
    chat.settings["Accounts_iframe_enabled"] = False

    assert found(TOPIC, site=SITE)["D161"].severity is Severity.PROBLEM
    assert f"--site {SITE}" in found(TOPIC, site=SITE)["D161"].mend


@pytest.mark.parametrize(
    "number,name,path",
    [
        ("D162", "Accounts_iframe_url", "/login/?next=/rocketchat/redirect"),
        ("D163", "Accounts_Iframe_api_url", "/rocketchat/api"),
    ],
)
class TestAddresses:
    @pytest.mark.parametrize(
        "spoil",
        [
            lambda right: "",
            lambda right: right.replace("https", "http"),
            lambda right: right.replace("www.", ""),
            lambda right: right.replace("rocketchat", "Rocketchat"),
            lambda right: f"{right} ",
        ],
        ids=["none", "scheme", "host", "letter", "space"],
    )
    def test_one_letter_is_enough(
        self, chat: StandIn, found: FoundOf, number: str, name: str, path: str, spoil: Callable[[str], str]
    ) -> None:
        chat.settings[name] = spoil(str(RIGHT[name]))

        problems = found(TOPIC, site=SITE)

        assert set(problems) == {number}
        assert problems[number].severity is Severity.PROBLEM
        assert problems[number].mend.endswith(f"{SITE}{path}")

    def test_a_path_is_wrong_whatever_the_site(
        self, chat: StandIn, found: FoundOf, number: str, name: str, path: str
    ) -> None:
        chat.settings[name] = f"{SITE}/elsewhere"

        assert set(found(TOPIC)) == {number}

    def test_no_address_is_wrong_whatever_the_site(
        self, chat: StandIn, found: FoundOf, number: str, name: str, path: str
    ) -> None:
        chat.settings[name] = path

        assert set(found(TOPIC)) == {number}


def test_a_method_that_the_site_does_not_answer(chat: StandIn, found: FoundOf) -> None:
    chat.settings["Accounts_Iframe_api_method"] = "post"

    assert found(TOPIC, site=SITE)["D164"].severity is Severity.PROBLEM


def test_a_method_that_is_empty(chat: StandIn, found: FoundOf) -> None:
    chat.settings["Accounts_Iframe_api_method"] = ""

    assert "empty" in found(TOPIC, site=SITE)["D164"].text


def test_a_site_that_was_not_told_can_not_be_compared(chat: StandIn, found: FoundOf) -> None:
    unknown = found(TOPIC)

    assert {number: each.severity for number, each in unknown.items()} == {"D165": Severity.UNKNOWN}
    assert "--site" in unknown["D165"].mend


def test_settings_that_are_not_told(chat: StandIn, found: FoundOf) -> None:
    del chat.settings["Accounts_iframe_url"]

    assert {number: each.severity for number, each in found(TOPIC, site=SITE).items()} == {"D166": Severity.UNKNOWN}


@pytest.mark.parametrize(
    "switch,name",
    [
        ("Iframe_Integration_receive_enable", "Iframe_Integration_receive_origin"),
        ("Iframe_Integration_send_enable", "Iframe_Integration_send_target_origin"),
    ],
)
class TestEmbedding:
    def test_any_origin_is_a_danger(self, chat: StandIn, found: FoundOf, switch: str, name: str) -> None:
        chat.settings.update({switch: True, name: "*"})

        warning = found(TOPIC, site=SITE)["D167"]

        assert warning.severity is Severity.WARNING
        assert warning.mend.endswith(f"{name} = {SITE}")

    def test_another_origin_is_of_no_use(self, chat: StandIn, found: FoundOf, switch: str, name: str) -> None:
        chat.settings.update({switch: True, name: f"https://other.example.com, {SITE}"})

        assert found(TOPIC, site=SITE)["D168"].severity is Severity.WARNING
        assert set(found(TOPIC)) == {"D165"}

    def test_the_site_s_own_origin_is_right(self, chat: StandIn, found: FoundOf, switch: str, name: str) -> None:
        chat.settings.update({switch: True, name: SITE})

        assert found(TOPIC, site=SITE) == {}
        assert found(TOPIC, site=f"{SITE}/") == {}


def test_messages_may_come_from_several_origins(chat: StandIn, found: FoundOf) -> None:
    chat.settings["Iframe_Integration_receive_enable"] = True
    chat.settings["Iframe_Integration_receive_origin"] = f"https://other.example.com,{SITE}"

    assert found(TOPIC, site=SITE) == {}


def test_messages_go_to_one_origin_alone(chat: StandIn, found: FoundOf) -> None:
    chat.settings["Iframe_Integration_send_enable"] = True
    chat.settings["Iframe_Integration_send_target_origin"] = f"https://other.example.com,{SITE}"

    warning = found(TOPIC, site=SITE)["D168"]

    assert warning.mend.endswith(f"Iframe_Integration_send_target_origin = {SITE}")


def test_a_site_whose_urls_lack_the_pages_is_told_so_by_the_checks(
    chat: StandIn, found: FoundOf, settings: Settings
) -> None:
    settings.ROOT_URLCONF = "tests.checks.urls_without"

    assert set(found(TOPIC, site=SITE)) == {"D169"}
