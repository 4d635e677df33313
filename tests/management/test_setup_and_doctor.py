"""What one command writes, the other finds right."""

from pathlib import Path

import pytest
from pytest_django import Settings

from rocketchat_auth.testing import StandIn
from tests.management.conftest import Run

SITE = "https://www.example.com"


@pytest.mark.parametrize(
    "site,login_url",
    [
        (SITE, "login"),
        (SITE, "/login/?by=mail"),
        (SITE, "https://login.example.com/"),
        (SITE, "/login/?back=https://www.example.com/"),
        ("HTTPS://WWW.example.com:443/", "login"),
        ("https://example.com/site", "/login/"),
        ("https://example.com/site", "https://login.example.com/"),
        ("https://example.com/rocketchat/", "/login/"),
    ],
)
def test_what_setup_writes_the_doctor_finds_right(
    rocketchat: StandIn,
    run: Run,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    site: str,
    login_url: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    settings.LOGIN_URL = login_url
    settings.ROCKETCHAT_LOGOUT_SITE = True
    assert run("setup", "--site", site, "--embed", "--logout-script", "--yes").status == 0
    topics = "--only", "iframe_settings", "--only", "signing_out"

    assert run("doctor", "--site", site, *topics).out.endswith("Nothing is wrong.\n")
    assert run("doctor", *topics).out.endswith("1 not looked at.\n")


@pytest.mark.parametrize("options", ["sameorigin", "deny"])
@pytest.mark.parametrize("site", [SITE, "https://chat.example.com/site"])
def test_what_setup_writes_lets_the_site_frame_the_chat(
    rocketchat: StandIn, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: str, options: str
) -> None:
    monkeypatch.chdir(tmp_path)
    rocketchat.settings["Iframe_X_Frame_Options"] = options
    assert run("setup", "--site", site, "--embed", "--yes").status == 0

    assert run("doctor", "--site", site, "--only", "iframe_settings").out.endswith("Nothing is wrong.\n")
