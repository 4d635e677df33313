from pathlib import Path

import pytest

from rocketchat_auth.testing import pages
from tests.testing.conftest import Play
from tests.testing.talk import Talk


@pytest.mark.parametrize("path", ["/", "/home", "/channel/general", "/admin/users"])
def test_the_web_client_is_at_every_other_path(talk: Talk, path: str) -> None:
    answer = talk.get(path)

    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.content == (pages.WEB / "index.html").read_bytes()


def test_its_files_are_served(talk: Talk) -> None:
    for path in pages.WEB.iterdir():
        if path.is_file():
            assert talk.get(f"/stand-in/static/{path.name}").content == path.read_bytes()


def test_kinds_of_files(talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "WEB", tmp_path)
    for name in ("a.js", "a.css", "a.png", "a.unheard-of"):
        (tmp_path / name).write_bytes(b"x")

    kinds = [
        talk.get(f"/stand-in/static/{name}").headers["Content-Type"]
        for name in ("a.js", "a.css", "a.png", "a.unheard-of")
    ]

    assert kinds == [
        "text/javascript; charset=utf-8",
        "text/css; charset=utf-8",
        "image/png",
        "application/octet-stream",
    ]


@pytest.mark.parametrize("name", ["nosuch.js", "..%2f__init__.py", ".hidden", "../app.py", "", "a/b.js"])
def test_no_other_files_are(talk: Talk, name: str) -> None:
    answer = talk.get(f"/stand-in/static/{name}")

    assert answer.status_code == 404 or b"<!doctype html>" in answer.content.lower()
    assert b"import" not in answer.content


@pytest.mark.parametrize("version, era, always", [("6.5", "A", False), ("7.8", "B", True), ("9.0", "C", True)])
def test_tells_its_client_how_to_behave(play: Play, version: str, era: str, always: bool) -> None:
    talk = play(version)
    talk.stand_in.settings["Accounts_iframe_enabled"] = True

    facts = talk.get("/stand-in/era").json()

    assert (facts["version"], facts["era"], facts["alwaysCalls"]) == (version, era, always)
    assert facts["settings"]["Accounts_iframe_enabled"] is True


@pytest.mark.parametrize("version, at_every_end", [("6.5", False), ("7.0", True), ("9.0", True)])
def test_tells_its_client_when_to_run_the_script_of_a_logout(play: Play, version: str, at_every_end: bool) -> None:
    assert play(version).get("/stand-in/era").json()["scriptAtEveryEnd"] is at_every_end


@pytest.mark.parametrize("version, in_console", [("6.5", True), ("7.13", True), ("8.0", False), ("9.0", False)])
def test_tells_its_client_whether_the_console_has_meteor(play: Play, version: str, in_console: bool) -> None:
    assert play(version).get("/stand-in/era").json()["meteorInConsole"] is in_console


def test_serves_the_script_of_a_logout_in_a_listener(talk: Talk) -> None:
    talk.stand_in.settings["Custom_Script_On_Logout"] = "bye();"

    answer = talk.get("/scripts.js")

    assert answer.headers["Content-Type"] == "application/javascript; charset=UTF-8"
    assert "addEventListener('Custom_Script_On_Logout', function() {\n\tbye();\n})" in answer.text


def test_may_be_framed_by_whom_the_settings_allow(talk: Talk) -> None:
    assert talk.get("/home").headers["X-Frame-Options"] == "sameorigin"
    talk.stand_in.settings["Iframe_X_Frame_Options"] = "deny"
    assert talk.get("/home").headers["X-Frame-Options"] == "deny"
    talk.stand_in.settings["Iframe_Restrict_Access"] = False
    assert "X-Frame-Options" not in talk.get("/home").headers


def test_may_frame_and_call_any_site(talk: Talk) -> None:
    policy = talk.get("/home").headers["Content-Security-Policy"]

    assert "frame-src *;" in policy
    assert "connect-src *;" in policy
    assert "script-src 'self'" in policy
