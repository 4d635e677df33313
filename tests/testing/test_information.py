import json
from typing import Any

import pytest

from tests.testing.conftest import Play
from tests.testing.talk import Talk


def test_tells_its_version_and_that_it_is_a_stand_in(play: Play) -> None:
    body = play("7.2.5").get("/api/info").json()

    assert (body["version"], body["success"]) == ("7.2", True)
    assert "not Rocket.Chat" in body["standIn"]["notice"]


def test_tells_the_patch_level_to_those_who_may_view_statistics(play: Play) -> None:
    talk = play("8.4.3")

    assert talk.get("/api/info", talk.admin).json()["version"] == "8.4.3"
    assert talk.get("/api/info", talk.add("alice")).json()["version"] == "8.4"
    without_patch = play("8.4")
    assert without_patch.get("/api/info", without_patch.admin).json()["version"] == "8.4"


@pytest.mark.parametrize(
    "version, query, found",
    [
        ("6.5", {"query": json.dumps({"_id": {"$in": ["Site_Url", "Iframe_Restrict_Access"]}})}, {"Site_Url"}),
        (
            "7.0",
            {"_id": "Site_Url, Accounts_iframe_enabled,Iframe_X_Frame_Options"},
            {"Site_Url", "Accounts_iframe_enabled"},
        ),
    ],
)
def test_public_settings_that_are_asked_for(play: Play, version: str, query: Any, found: set[str]) -> None:
    settings = play(version).get("settings.public", params=query).json()["settings"]

    assert {setting["_id"] for setting in settings} == found


@pytest.mark.parametrize(
    "version, query", [("6.5", {"_id": "Site_Url"}), ("7.0", {"query": '{"_id": "Site_Url"}'}), ("7.0", {})]
)
def test_all_public_settings_else(play: Play, version: str, query: Any) -> None:
    settings = play(version).get("settings.public", params=query).json()["settings"]

    names = {setting["_id"] for setting in settings}
    assert {"Site_Url", "UTF8_User_Names_Validation", "Accounts_iframe_enabled"} <= names
    assert "Accounts_SystemBlockedUsernameList" not in names


def test_settings_are_read_and_changed_by_those_who_may(talk: Talk) -> None:
    path = "settings/Accounts_iframe_url"

    assert talk.post(path, talk.admin, json={"value": "https://site.example.com/"}).json() == {"success": True}
    assert talk.get(path, talk.admin).json()["value"] == "https://site.example.com/"
    assert talk.stand_in.settings["Accounts_iframe_url"] == "https://site.example.com/"
    alice = talk.add("alice")
    assert talk.get(path, alice).status_code == 403
    assert talk.post(path, alice, json={"value": ""}).status_code == 403


@pytest.mark.parametrize("path, body", [("settings/NoSuch", {"value": 1}), ("settings/Site_Url", {})])
def test_settings_that_cannot_be_changed(talk: Talk, path: str, body: Any) -> None:
    answer = talk.post(path, talk.admin, json=body)

    assert (answer.status_code, answer.json()) == (400, {"success": False})


def test_a_workspace_may_forbid_scripts(talk: Talk) -> None:
    path, body = "settings/Custom_Script_On_Logout", {"value": "bye();"}
    assert talk.stand_in.custom_scripts
    talk.stand_in.custom_scripts = False

    answer = talk.post(path, talk.admin, json=body)

    assert (answer.status_code, answer.json()) == (403, {"success": False, "error": "Custom scripts are disabled"})
    assert talk.get(path, talk.admin).json()["value"] == "//Add your script"
    assert talk.post("settings/Site_Name", talk.admin, json={"value": "Club"}).status_code == 200
