"""The administrator who signs in for `manage.py rocketchat connect`: codes by mail, and nothing kept."""

import getpass
import hashlib
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache.backends import locmem

from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.management.conftest import Run

URL = "https://chat.example.com"
EVERY_VERSION = pytest.mark.parametrize("stand_in", ["6.5", "7.10", "8.4", "8.5", "9.0"], indirect=True)
PASSWORD = "bosspass!"


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@EVERY_VERSION
class TestCodesByMail:
    @pytest.fixture
    def asked(self, rocketchat: StandIn, run: Run, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """An administrator with codes by mail types them as they come; what is asked for."""
        rocketchat.settings["Accounts_TwoFactorAuthentication_Enabled"] = True
        boss = rocketchat.add_user("boss", roles=("admin",), password=PASSWORD)["_id"]
        fake_clock.advance(1800)
        asked: list[str] = []

        def typed(prompt: str) -> str:
            asked.append(prompt)
            return PASSWORD if prompt == "Password: " else rocketchat.emailed_codes[boss]

        monkeypatch.setattr(getpass, "getpass", typed)
        return asked

    def test_that_are_right_lead_to_a_token(self, rocketchat: StandIn, run: Run, asked: list[str]) -> None:
        ran = run("connect", URL, answer="boss\ny")

        assert (ran.status, ran.error) == (0, "")
        assert set(asked) == {"Password: ", "The code that was mailed to you: "}
        assert "That code was wrong." not in ran.notes
        assert len(rocketchat.user("django-site")["services"]["resume"]["loginTokens"]) == 1
        assert rocketchat.user("boss")["services"].get("resume", {}).get("loginTokens", []) == []


@EVERY_VERSION
class TestCodesOfAnAuthenticator:
    """An administrator who has an authenticator app, and codes by mail beside it."""

    PROMPT = "The code of your authenticator app: "

    @pytest.fixture
    def typed(
        self, rocketchat: StandIn, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch
    ) -> Callable[..., list[str]]:
        """Lets the administrator type those first, then what the app shows; gives the list of what is asked for."""
        rocketchat.settings["Accounts_TwoFactorAuthentication_Enabled"] = True
        rocketchat.add_user("boss", roles=("admin",), password=PASSWORD)
        app = rocketchat.add_authenticator("boss")
        fake_clock.advance(1800)

        def types(*wrong: str) -> list[str]:
            left, asked = list(wrong), list[str]()

            def answer(prompt: str) -> str:
                asked.append(prompt)
                if prompt == "Password: ":
                    return PASSWORD
                return left.pop(0) if left else app.code()

            monkeypatch.setattr(getpass, "getpass", answer)
            return asked

        return types

    def test_that_are_right_lead_to_a_token(
        self, rocketchat: StandIn, run: Run, typed: Callable[..., list[str]]
    ) -> None:
        asked = typed()

        ran = run("connect", URL, answer="boss\ny")

        assert (ran.status, ran.error) == (0, "")
        assert set(asked) == {"Password: ", self.PROMPT}
        assert "That code was wrong." not in ran.notes
        assert rocketchat.emailed_codes == {}
        assert len(rocketchat.user("django-site")["services"]["resume"]["loginTokens"]) == 1
        assert rocketchat.user("boss")["services"].get("resume", {}).get("loginTokens", []) == []

    def test_that_are_wrong_are_said_and_asked_for_again(
        self, rocketchat: StandIn, run: Run, typed: Callable[..., list[str]]
    ) -> None:
        asked = typed("000", "111")

        ran = run("connect", URL, answer="boss\ny")

        assert (ran.status, ran.error) == (0, "")
        assert ran.notes.count("That code was wrong.") == 2
        assert asked[:4] == ["Password: ", *[self.PROMPT] * 3]

    def test_that_are_wrong_too_often_end_it(
        self, rocketchat: StandIn, run: Run, typed: Callable[..., list[str]]
    ) -> None:
        typed(*["000"] * 9)

        assert run("connect", URL, answer="boss\ny").error == "Rocket.Chat did not accept the second factor."
        assert rocketchat.users.by_username("django-site") is None

    @pytest.mark.usefixtures("_with_a_bot")
    def test_are_taken_by_setup_too(self, rocketchat: StandIn, run: Run, typed: Callable[..., list[str]]) -> None:
        asked = typed("000")

        ran = run("setup", "--site", "https://www.example.com", answer="boss\ny")

        assert (ran.status, ran.error) == (0, "")
        assert rocketchat.settings["Accounts_iframe_enabled"] is True
        assert asked == ["Password: ", *[self.PROMPT] * 3]
        assert ran.notes.count("That code was wrong.") == 1


@EVERY_VERSION
def test_the_version_that_was_found_is_said(rocketchat: StandIn, run: Run) -> None:
    ran = run("connect", URL, answer=f"admin\n{rocketchat.admin_password}\nn")

    assert f"Rocket.Chat {rocketchat.version} at {URL}\n" in ran.notes


def test_the_password_is_in_no_cache_log_or_file(
    rocketchat: StandIn, run: Run, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rocketchat.settings["Accounts_TwoFactorAuthentication_Enabled"] = True
    password = rocketchat.admin_password
    secrets = [password.encode(), hashlib.sha256(password.encode()).hexdigest().encode()]

    with caplog.at_level(logging.DEBUG):
        ran = run("connect", URL, "--env-file", ".env", answer=f"admin\n{password}\ny")

    assert (ran.status, ran.error) == (0, "")
    cached = [value for cache in locmem._caches.values() for value in cache.values()]  # type: ignore[attr-defined]
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    logged = [repr(vars(record)).encode() for record in caplog.records]
    assert len(written) == 1
    assert [
        text for text in [*cached, *written, *logged, caplog.text.encode()] if any(s in text for s in secrets)
    ] == []


class TestWhoMayNot:
    def test_an_administrator_is_said_to_be_one(self, rocketchat: StandIn, run: Run) -> None:
        rocketchat.revoke("access-permissions")

        ran = run("connect", URL, answer=f"admin\n{rocketchat.admin_password}\ny")

        assert ran.error.startswith("admin may not do this in Rocket.Chat: ")
        assert ran.error.endswith("Look what the role admin lacks: Administration → Permissions.")

    def test_an_administrator_is_said_to_be_one_in_setup_too(self, rocketchat: StandIn, run: Run) -> None:
        rocketchat.revoke("view-privileged-setting")
        rocketchat.revoke("edit-privileged-setting")

        ran = run("setup", "--site", "https://www.example.com", answer=f"admin\n{rocketchat.admin_password}\ny")

        assert ran.error.startswith("admin may not do this in Rocket.Chat: ")

    def test_the_service_account_is_named_where_it_makes_no_token(
        self, rocketchat: StandIn, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("rocketchat_auth.rest.permissions.update", lambda client, roles: None)

        ran = run("connect", URL, answer=f"admin\n{rocketchat.admin_password}\ny")

        assert ran.error.startswith("django-site may not make its token in Rocket.Chat: ")
        assert ran.error.endswith("Run this again.")

    def test_to_make_accounts_is_said_to_lack_it(self, rocketchat: StandIn, run: Run) -> None:
        rocketchat.revoke("create-user")

        ran = run("connect", URL, answer=f"admin\n{rocketchat.admin_password}\ny")

        assert ran.error.startswith("admin may not do this in Rocket.Chat: ")
