import json
from typing import Any

import httpx2
import pytest

from rocketchat_auth.rest import BadAnswer, InvalidParameters, UsernameRule, Version, workspace
from rocketchat_auth.rest.workspace import rule_of
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.rest.talking import Script, client_for, client_of, says_no, says_yes

EVERY_VERSION = pytest.mark.parametrize("stand_in", ["6.5", "7.5", "8.4", "9.0"], indirect=True)


@EVERY_VERSION
def test_the_version_is_asked(stand_in: StandIn, fake_clock: FakeClock) -> None:
    assert str(workspace.info(client_for(stand_in, fake_clock))) == stand_in.version


@pytest.mark.parametrize(
    "body,version",
    [
        ({"version": "6.5"}, (6, 5)),
        ({"version": "8.10.3"}, (8, 10)),
        ({"version": "9.0.0-rc.3"}, (9, 0)),
        ({"version": "10.0.0-develop"}, (10, 0)),
        ({"info": {"version": "7.13.1"}}, (7, 13)),
    ],
)
def test_every_spelling_of_a_version_is_read(body: dict[str, Any], version: tuple[int, int]) -> None:
    script = Script(says_yes(**body))

    assert workspace.info(client_of(script)) == Version(*version)
    assert "x-auth-token" not in script.requests[0].headers


@pytest.mark.parametrize("body", [{}, {"version": 8}, {"version": "latest"}, {"version": "8"}, {"info": "8.4"}])
def test_an_answer_without_a_version_is_none_of_rocketchat(body: dict[str, Any]) -> None:
    with pytest.raises(BadAnswer, match="info has no usable version"):
        workspace.info(client_of(Script(says_yes(**body))))


@pytest.mark.parametrize(
    "body,patch",
    [
        ({"version": "8.4"}, None),
        ({"version": "8.4.5"}, 5),
        ({"version": "8.4", "info": {"version": "8.4.12"}}, 12),
        ({"info": {"version": "9.0.0-rc.3"}}, 0),
        ({"version": 8, "info": "8.4.5"}, None),
    ],
)
def test_the_patch_is_told_to_some(body: dict[str, Any], patch: int | None) -> None:
    script = Script(says_yes(**body))

    assert workspace.patch(client_of(script)) == patch
    assert "x-auth-token" in script.requests[0].headers


def test_versions_are_compared_by_their_numbers() -> None:
    assert Version(7, 9) < Version(7, 13) < Version(8, 0)


@EVERY_VERSION
def test_public_settings_are_read_and_no_others(stand_in: StandIn, fake_clock: FakeClock) -> None:
    stand_in.settings["Accounts_iframe_enabled"] = True
    stand_in.settings["UTF8_User_Names_Validation"] = "[a-z]+"

    found = workspace.public_settings(
        client_for(stand_in, fake_clock),
        ["Accounts_iframe_enabled", "UTF8_User_Names_Validation", "Iframe_X_Frame_Options", "NoSuchSetting"],
    )

    assert found == {"Accounts_iframe_enabled": True, "UTF8_User_Names_Validation": "[a-z]+"}


def settings_answer(**values: object) -> httpx2.Response:
    return says_yes(settings=[{"_id": name, "value": value} for name, value in values.items()])


def test_a_server_that_knows_ids_is_asked_once() -> None:
    script = Script(settings_answer(A=1))

    assert workspace.public_settings(client_of(script), ["B", "A"]) == {"A": 1}
    assert dict(script.requests[0].url.params) == {"_id": "A,B"}
    assert "x-auth-token" not in script.requests[0].headers


@pytest.mark.parametrize(
    "first",
    [settings_answer(X=0, Y=0), says_no("must NOT have additional properties [invalid-params]", "invalid-params")],
)
def test_a_server_that_does_not_is_asked_by_a_query(first: httpx2.Response) -> None:
    script = Script(first, settings_answer(A=1))

    assert workspace.public_settings(client_of(script), ["A", "B"]) == {"A": 1}
    query = json.loads(script.requests[1].url.params["query"])
    assert query == {"$or": [{"_id": "A"}, {"_id": "B"}]}


def test_a_server_that_gives_more_than_was_asked_for_but_all_of_it_need_not_be_asked_again() -> None:
    script = Script(settings_answer(A=1, X=0))

    assert workspace.public_settings(client_of(script), ["A"]) == {"A": 1}
    assert len(script.requests) == 1


def test_a_server_that_knows_neither_tells_nothing() -> None:
    refusal = says_no("must NOT have additional properties [invalid-params]", "invalid-params")

    assert workspace.public_settings(client_of(Script(refusal)), ["A"]) == {}
    assert issubclass(InvalidParameters, Exception)


@pytest.mark.parametrize("body", [{}, {"settings": {}}, {"settings": ["A"]}])
def test_settings_that_are_none_are_a_bad_answer(body: dict[str, Any]) -> None:
    with pytest.raises(BadAnswer, match="has no usable settings"):
        workspace.public_settings(client_of(Script(says_yes(**body))), ["A"])


@EVERY_VERSION
def test_the_workspace_s_own_rule_for_names_is_read(stand_in: StandIn, fake_clock: FakeClock) -> None:
    stand_in.settings["UTF8_User_Names_Validation"] = "[a-zäöü]+"

    rule = workspace.username_rule(client_for(stand_in, fake_clock))

    assert rule.accepts("jürgen")
    assert not rule.accepts("jürgen2")


@pytest.mark.parametrize(
    "name,accepted",
    [
        ("ada", True),
        ("Ada_Lovelace-1.0", True),
        ("ada lovelace", False),
        ("ada@example.com", False),
        ("ädä", False),
        ("ada\n", False),
        ("", False),
        ("admin", False),
        ("Administrator", False),
        ("ALL", False),
        ("here", False),
        ("user", False),
        ("user2", True),
    ],
)
def test_the_default_rule_is_rocketchat_s(name: str, accepted: bool) -> None:
    assert UsernameRule().accepts(name) is accepted


@pytest.mark.parametrize("pattern", ["", None, 7, "[a-z", r"\p{L}+(?", "a{99999999999}"])
def test_a_rule_that_is_no_regular_expression_is_the_default_as_in_rocketchat(pattern: object) -> None:
    assert rule_of(pattern) == UsernameRule()


def test_classes_of_characters_are_those_of_javascript() -> None:
    assert rule_of(r"\w+").accepts("ada_1")
    assert not rule_of(r"\w+").accepts("ädä")
