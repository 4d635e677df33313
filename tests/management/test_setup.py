import json
from pathlib import Path

import pytest
from pytest_django import Settings

from rocketchat_auth import rest
from rocketchat_auth.setting_up import workspace_settings
from rocketchat_auth.setting_up.workspace_settings import SWITCH
from rocketchat_auth.testing import FakeClock, StandIn
from tests.management.conftest import Ran, Run

SITE = "https://www.example.com"
SCRIPT = "Custom_Script_On_Logout"
WANTED = {
    "Accounts_iframe_url": f"{SITE}/login/?next=/rocketchat/redirect",
    "Accounts_Iframe_api_url": f"{SITE}/rocketchat/api",
    "Accounts_Iframe_api_method": "POST",
    SWITCH: True,
}


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def values(rocketchat: StandIn, *names: str) -> dict[str, object]:
    return {name: rocketchat.settings[name] for name in names or WANTED}


def posted(rocketchat: StandIn) -> list[str]:
    prefix = "/api/v1/settings/"
    return [path.removeprefix(prefix) for method, path in rocketchat.calls if method == "POST" and prefix in path]


class TestSetup:
    def test_shows_what_differs_and_writes_it_after_a_yes(self, rocketchat: StandIn, run: Run) -> None:
        ran = run("setup", "--site", SITE, answer="y")

        assert (ran.status, ran.error) == (0, "")
        assert "Accounts_iframe_url" in ran.out
        assert f"{SITE}/rocketchat/api" in ran.out
        assert "Accounts_Iframe_api_method" not in ran.out
        assert values(rocketchat) == WANTED

    def test_switches_on_last(self, rocketchat: StandIn, run: Run) -> None:
        run("setup", "--site", SITE, "--yes")

        assert posted(rocketchat) == ["Accounts_iframe_url", "Accounts_Iframe_api_url", SWITCH]

    def test_ends_with_the_way_in_when_the_site_is_down(self, rocketchat: StandIn, run: Run) -> None:
        out = run("setup", "--site", SITE, "--yes").out

        assert "https://chat.example.com/home?resumeToken=" in out.partition("Should the site be down")[2]

    def test_writes_nothing_after_a_no(self, rocketchat: StandIn, run: Run) -> None:
        ran = run("setup", "--site", SITE, answer="n")

        assert "Nothing was changed." in ran.notes
        assert rocketchat.settings[SWITCH] is False
        assert not Path("rocketchat-settings-before.json").exists()

    def test_dry_run_asks_and_writes_nothing(self, rocketchat: StandIn, run: Run) -> None:
        ran = run("setup", "--site", SITE, "--dry-run")

        assert (ran.status, ran.notes) == (0, "")
        assert "Accounts_iframe_enabled" in ran.out
        assert posted(rocketchat) == []

    @pytest.mark.usefixtures("_with_a_bot")
    def test_dry_run_needs_no_administrator(self, rocketchat: StandIn, run: Run) -> None:
        assert run("setup", "--site", SITE, "--dry-run").status == 0

    def test_a_second_run_has_nothing_to_do(self, rocketchat: StandIn, run: Run) -> None:
        run("setup", "--site", SITE, "--yes")

        assert "All settings are as they should be." in run("setup", "--site", SITE, answer="").out

    @pytest.mark.parametrize("stand_in", ["6.5", "7.10", "8.4", "9.0"], indirect=True)
    def test_knows_every_version(self, rocketchat: StandIn, run: Run) -> None:
        assert run("setup", "--site", SITE, "--yes").error == ""
        assert values(rocketchat) == WANTED

    def test_needs_a_yes_from_somewhere(self, rocketchat: StandIn, run: Run) -> None:
        assert "Add --yes" in run("setup", "--site", SITE).error
        assert rocketchat.calls == []

    def test_says_where_a_value_was_not_kept(
        self, rocketchat: StandIn, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(workspace_settings, "write", lambda client, pending, on_written: None)

        assert (
            f"did not keep Accounts_iframe_url, Accounts_Iframe_api_url, {SWITCH}"
            in run("setup", "--site", SITE, "--yes").error
        )

    def test_can_be_interrupted(self, rocketchat: StandIn, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupt(*arguments: object, **more: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(workspace_settings, "write", interrupt)

        ran = run("setup", "--site", SITE, "--yes")

        assert ran.status == 130
        assert "Interrupted" in ran.notes


@pytest.mark.usefixtures("_with_a_bot")
class TestAdministrator:
    def test_is_asked_where_the_service_account_may_not(self, rocketchat: StandIn, run: Run) -> None:
        ran = run("setup", "--site", SITE, answer=f"admin\n{rocketchat.admin_password}\ny")

        assert ran.error == ""
        assert values(rocketchat) == WANTED

    def test_is_needed_in_a_terminal(self, rocketchat: StandIn, run: Run) -> None:
        assert "run it in a terminal" in run("setup", "--site", SITE, "--yes").error

    def test_is_signed_out_again(self, rocketchat: StandIn, run: Run) -> None:
        before = rocketchat.user("admin")["services"]["resume"]["loginTokens"]

        run("setup", "--site", SITE, answer=f"admin\n{rocketchat.admin_password}\nn")

        assert rocketchat.user("admin")["services"]["resume"]["loginTokens"] == before


@pytest.mark.parametrize("stand_in", ["8.5"], indirect=True)
def test_8_5_which_ignores_the_bypass_has_an_administrator_sign_in(rocketchat: StandIn, run: Run) -> None:
    rocketchat.settings["Accounts_TwoFactorAuthentication_Enabled"] = True

    ran = run("setup", "--site", SITE, answer=f"admin\n{rocketchat.admin_password}\ny")

    assert ran.error == ""
    assert values(rocketchat) == WANTED


@pytest.mark.parametrize("stand_in", ["8.5"], indirect=True)
def test_reading_8_5_needs_no_administrator(rocketchat: StandIn, run: Run) -> None:
    assert run("setup", "--site", SITE, "--embed", "--dry-run").error == ""


class TestUndo:
    def changed(self, rocketchat: StandIn, run: Run) -> None:
        rocketchat.settings["Accounts_iframe_url"] = "https://former.example.com/"
        run("setup", "--site", SITE, "--yes")
        rocketchat.reset_calls()

    def test_restores_what_was_there_before_and_switches_off_first(self, rocketchat: StandIn, run: Run) -> None:
        self.changed(rocketchat, run)

        ran = run("setup", "--undo", answer="y")

        assert ran.error == ""
        assert rocketchat.settings["Accounts_iframe_url"] == "https://former.example.com/"
        assert rocketchat.settings["Accounts_Iframe_api_url"] == ""
        assert posted(rocketchat)[0] == SWITCH
        assert not Path("rocketchat-settings-before.json").exists()

    def test_restores_what_was_there_before_the_first_of_two_runs(self, rocketchat: StandIn, run: Run) -> None:
        self.changed(rocketchat, run)
        run("setup", "--site", "https://other.example.com", "--yes")

        run("setup", "--undo", "--yes")

        assert rocketchat.settings["Accounts_iframe_url"] == "https://former.example.com/"

    def test_can_be_looked_at_first(self, rocketchat: StandIn, run: Run) -> None:
        self.changed(rocketchat, run)

        out = run("setup", "--undo", "--dry-run").out

        assert "https://former.example.com/" in out
        assert values(rocketchat) == WANTED

    def test_needs_the_file(self, rocketchat: StandIn, run: Run) -> None:
        assert "There is nothing to undo" in run("setup", "--undo", "--yes").error

    @pytest.mark.parametrize(
        "text",
        [
            "no JSON",
            "[]",
            json.dumps({"workspace": "https://other.example.com", "settings": {}}),
            json.dumps({"workspace": "https://chat.example.com", "settings": []}),
        ],
    )
    def test_takes_no_other_file(self, rocketchat: StandIn, run: Run, text: str) -> None:
        Path("other.json").write_text(text)

        assert "other.json is no backup" in run("setup", "--undo", "--backup", "other.json", "--yes").error
        assert "other.json is no backup" in run("setup", "--site", SITE, "--backup", "other.json", "--yes").error
        assert rocketchat.settings[SWITCH] is False

    def test_a_file_that_cannot_be_written_keeps_everything_as_it_is(self, rocketchat: StandIn, run: Run) -> None:
        ran = run("setup", "--site", SITE, "--backup", "no/such/folder.json", "--yes")

        assert ran.error == "no/such/folder.json: No such file or directory. Name another file with --backup."
        assert posted(rocketchat) == []

    def test_goes_not_with_embedding(self, rocketchat: StandIn, run: Run) -> None:
        assert "--embed goes with --site alone" in run("setup", "--undo", "--embed", "--yes").error


class TestEmbedding:
    def embedded(self, run: Run, site: str = SITE) -> Ran:
        return run("setup", "--site", site, "--embed", "--yes")

    def test_admits_exactly_the_site(self, rocketchat: StandIn, run: Run) -> None:
        assert self.embedded(run).error == ""

        assert rocketchat.settings["Iframe_Integration_receive_origin"] == SITE
        assert rocketchat.settings["Iframe_Integration_send_target_origin"] == SITE
        assert rocketchat.settings["Iframe_Integration_receive_enable"] is True
        assert rocketchat.settings["Iframe_Integration_send_enable"] is True
        assert values(rocketchat) == WANTED

    def test_keeps_other_origins_but_never_the_star(self, rocketchat: StandIn, run: Run) -> None:
        rocketchat.settings["Iframe_Integration_receive_origin"] = "https://a.example.com, *"

        self.embedded(run)

        assert rocketchat.settings["Iframe_Integration_receive_origin"] == f"https://a.example.com,{SITE}"

    def test_says_which_header_keeps_others_from_framing_the_chat(self, rocketchat: StandIn, run: Run) -> None:
        ran = self.embedded(run)

        assert f"Content-Security-Policy: frame-ancestors 'self' {SITE}" in ran.out
        assert rocketchat.settings["Iframe_Restrict_Access"] is False

    def test_a_site_of_the_chat_s_own_origin_needs_no_lifting(self, rocketchat: StandIn, run: Run) -> None:
        ran = self.embedded(run, "https://chat.example.com/site")

        assert "frame-ancestors" not in ran.out
        assert rocketchat.settings["Iframe_Restrict_Access"] is True
        assert rocketchat.settings["Iframe_X_Frame_Options"] == "sameorigin"

    def test_a_site_of_the_chat_s_own_origin_may_not_be_denied(self, rocketchat: StandIn, run: Run) -> None:
        rocketchat.settings["Iframe_X_Frame_Options"] = "DENY"

        self.embedded(run, "https://chat.example.com/site")

        assert rocketchat.settings["Iframe_Restrict_Access"] is True
        assert rocketchat.settings["Iframe_X_Frame_Options"] == "sameorigin"

    def test_what_is_not_restricted_denies_nothing(self, rocketchat: StandIn, run: Run) -> None:
        rocketchat.settings.update({"Iframe_Restrict_Access": False, "Iframe_X_Frame_Options": "deny"})

        self.embedded(run, "https://chat.example.com/site")

        assert rocketchat.settings["Iframe_X_Frame_Options"] == "deny"

    def test_can_be_undone(self, rocketchat: StandIn, run: Run) -> None:
        before = dict(rocketchat.settings)
        self.embedded(run)

        run("setup", "--undo", "--yes")

        assert rocketchat.settings == before


class TestLogoutScript:
    CALL = f'fetch("{SITE}/rocketchat/logout"'

    def installed(self, run: Run, *more: str) -> Ran:
        return run("setup", "--site", SITE, "--logout-script", *(more or ("--yes",)))

    def script(self, rocketchat: StandIn) -> str:
        return str(rocketchat.settings[SCRIPT])

    @pytest.mark.parametrize("stand_in", ["6.5", "7.10", "8.4", "9.0"], indirect=True)
    def test_is_put_before_what_is_there(self, rocketchat: StandIn, run: Run) -> None:
        rocketchat.settings[SCRIPT] = "bye();"

        ran = self.installed(run)

        assert ran.error == ""
        assert SCRIPT in ran.out
        assert self.CALL in self.script(rocketchat)
        assert self.script(rocketchat).endswith("\nbye();")
        assert values(rocketchat) == WANTED

    def test_is_not_put_there_unasked(self, rocketchat: StandIn, run: Run) -> None:
        run("setup", "--site", SITE, "--yes")

        assert self.script(rocketchat) == "//Add your script"

    @pytest.mark.usefixtures("_with_a_bot")
    def test_can_be_looked_at_first_by_anybody(self, rocketchat: StandIn, run: Run) -> None:
        ran = self.installed(run, "--dry-run")

        assert "fetch(" in ran.out
        assert posted(rocketchat) == []

    def test_a_second_run_has_nothing_to_do(self, rocketchat: StandIn, run: Run) -> None:
        self.installed(run)

        assert "All settings are as they should be." in self.installed(run).out

    def test_names_the_line_that_the_settings_lack(self, rocketchat: StandIn, run: Run, settings: Settings) -> None:
        assert "ROCKETCHAT_LOGOUT_SITE = True" in self.installed(run).out

        rocketchat.settings[SCRIPT] = ""
        settings.ROCKETCHAT_LOGOUT_SITE = True
        assert "ROCKETCHAT_LOGOUT_SITE = True" not in self.installed(run).out

    def test_undo_takes_out_our_part_alone(self, rocketchat: StandIn, run: Run) -> None:
        rocketchat.settings[SCRIPT] = "bye();"
        self.installed(run)
        rocketchat.settings[SCRIPT] = self.script(rocketchat).replace("bye();", "good(); bye();")

        assert run("setup", "--undo", "--yes").error == ""
        assert self.script(rocketchat) == "good(); bye();"
        assert rocketchat.settings[SWITCH] is False

    def test_goes_not_with_undo(self, rocketchat: StandIn, run: Run) -> None:
        assert "--logout-script goes with --site alone" in run("setup", "--undo", "--logout-script", "--yes").error

    def test_a_server_that_forbids_scripts_gets_all_the_rest(self, rocketchat: StandIn, run: Run) -> None:
        rocketchat.custom_scripts = False

        ran = self.installed(run)

        assert ran.status != 0
        assert "forbids scripts" in ran.error
        assert "Continue as" in ran.error
        assert values(rocketchat) == WANTED
        assert self.script(rocketchat) == "//Add your script"

    def test_another_refusal_of_the_script_is_said_as_it_is(
        self, rocketchat: StandIn, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put = rest.settings.put

        def refuse(client: rest.Client, name: str, value: object) -> None:
            if name == SCRIPT:
                raise rest.PermissionRefused("not this one", endpoint="v1/settings")
            put(client, name, value)

        monkeypatch.setattr(rest.settings, "put", refuse)

        error = self.installed(run).error

        assert "not this one" in error
        assert "forbids scripts" not in error


@pytest.mark.parametrize("site", ["www.example.com", "ftp://www.example.com", "https://www.example.com/?a", "https://"])
def test_what_is_no_address_of_a_site_is_said(rocketchat: StandIn, run: Run, site: str) -> None:
    assert "--site has to be the address" in run("setup", "--site", site, "--yes").error


def test_a_site_without_the_urls_is_said(rocketchat: StandIn, settings: Settings, run: Run) -> None:
    settings.ROOT_URLCONF = "tests.checks.urls_without"

    assert 'include("rocketchat_auth.urls")' in run("setup", "--site", SITE, "--yes").error


def test_a_chat_that_does_not_answer_is_said(rocketchat: StandIn, fake_clock: FakeClock, run: Run) -> None:
    rocketchat.fail_with("drop")

    assert run("setup", "--site", SITE, "--yes").error.startswith("Rocket.Chat does not answer")
