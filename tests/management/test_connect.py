import ast
import re
import stat
import subprocess
from pathlib import Path

import pytest
from pytest_django import Settings

from rocketchat_auth.conf import conf
from rocketchat_auth.conf.addresses import parse_mongo
from rocketchat_auth.management.rocketchat import connect
from rocketchat_auth.rest import Client, personal_tokens, service, users
from rocketchat_auth.rest.secret import Secret
from rocketchat_auth.setting_up import permissions
from rocketchat_auth.testing import Login, StandIn
from rocketchat_auth.testing.clock import FakeClock
from rocketchat_auth.testing.tokens import find_entry
from tests.management.conftest import Ran, Run

URL = "https://chat.example.com"
EVERY_VERSION = pytest.mark.parametrize("stand_in", ["6.5", "7.10", "8.4", "8.5", "9.0"], indirect=True)


@pytest.fixture(autouse=True)
def _unconnected(settings: Settings, rocketchat: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in "ROCKETCHAT_USER_ID", "ROCKETCHAT_AUTH_TOKEN", "ROCKETCHAT_TOKEN_SECRET", "ROCKETCHAT_URL":
        delattr(settings, name)
    monkeypatch.chdir(tmp_path)


def answers(rocketchat: StandIn, *more: str, can_set: str = "y") -> str:
    return "\n".join([can_set, "admin", rocketchat.admin_password, *(more or ("y",))])


def shown(ran: Ran) -> dict[str, str]:
    """The settings that are to be pasted."""
    lines = re.findall(r"^(ROCKETCHAT_\w+) = (.+)$", ran.out, re.MULTILINE)
    return {name: ast.literal_eval(value) for name, value in lines if not value.startswith("os.environ")}


def login_of(ran: Ran) -> Login:
    return Login(shown(ran)["ROCKETCHAT_USER_ID"], shown(ran)["ROCKETCHAT_AUTH_TOKEN"])


@EVERY_VERSION
class TestServiceAccount:
    def test_is_made_with_a_token_that_ignores_the_second_factor(self, rocketchat: StandIn, run: Run) -> None:
        ran = run("connect", URL, answer=answers(rocketchat))

        assert (ran.status, ran.error) == (0, "")
        account = rocketchat.user("django-site")
        assert account["roles"] == ["bot"]
        assert login_of(ran).user_id == account["_id"]
        entry = find_entry(account, login_of(ran).auth_token)
        assert entry is not None
        assert entry["bypassTwoFactor"] is True

    def test_can_do_what_a_sign_in_takes(
        self, rocketchat: StandIn, run: Run, settings: Settings, fake_clock: FakeClock
    ) -> None:
        ran = run("connect", URL, answer=answers(rocketchat))
        for name, value in shown(ran).items():
            setattr(settings, name, value)
        ada = rocketchat.add_user("ada")["_id"]
        rocketchat.application.workspace.token_secret = conf.token_secret

        version = service.version()
        users.update(service.client(), ada, {"name": "Ada"})
        users.set_active(service.client(), ada, active=True)
        login = users.create_token(service.client(), ada, secret=Secret(conf.token_secret), version=version)

        assert users.me(service.client(), login).alive
        assert users.info(service.client(), user_id=ada).has_email("ada@example.com")

    def test_is_taken_again_with_a_new_token(self, rocketchat: StandIn, run: Run) -> None:
        former = login_of(run("connect", URL, answer=answers(rocketchat)))
        rocketchat.reset_rate_limits()

        ran = run("connect", URL, answer=answers(rocketchat))

        assert ran.error == ""
        assert "The account exists" in ran.out
        assert login_of(ran).user_id == former.user_id
        assert rocketchat.is_alive(login_of(ran))
        assert not rocketchat.is_alive(former)


class TestPermissions:
    def test_are_shown_with_what_for_and_given_after_a_yes(self, rocketchat: StandIn, run: Run) -> None:
        ran = run("connect", URL, answer=answers(rocketchat))

        assert re.search(r"user-generate-access-token +gets it +sign people in", ran.out)
        assert re.search(r"view-d-room +has it +list the accounts", ran.out)
        permissions = rocketchat.application.workspace.permissions
        assert permissions["create-user"] == {"admin", "bot"}
        assert permissions["delete-user"] == {"admin"}

    def test_making_tokens_is_only_lent(self, rocketchat: StandIn, run: Run) -> None:
        run("connect", URL, answer=answers(rocketchat))

        assert rocketchat.application.workspace.permissions["create-personal-access-tokens"] == {"admin", "user"}

    def test_nothing_happens_after_a_no(self, rocketchat: StandIn, run: Run) -> None:
        ran = run("connect", URL, answer=answers(rocketchat, "n"))

        assert (ran.status, ran.error) == (0, "")
        assert "Nothing was changed." in ran.notes
        assert rocketchat.users.by_username("django-site") is None
        assert rocketchat.application.workspace.permissions["create-user"] == {"admin"}

    def test_those_that_the_version_lacks_are_told_and_left_out(self, rocketchat: StandIn, run: Run) -> None:
        del rocketchat.application.workspace.permissions["edit-other-user-active-status"]

        ran = run("connect", URL, answer=answers(rocketchat))

        assert "unknown to this version" in ran.out
        assert ran.error == ""

    def test_none_is_given_that_the_role_has(self, rocketchat: StandIn, run: Run) -> None:
        run("connect", URL, answer=answers(rocketchat))
        rocketchat.reset_rate_limits()

        assert "look who else has that role" not in run("connect", URL, answer=answers(rocketchat)).out


MAKES_TOKENS = "create-personal-access-tokens"
PERMISSIONS = "/api/v1/permissions.update"


def fails_after_the_token(rocketchat: StandIn, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """From when the token is made, calls of that path fail."""
    replace = personal_tokens.replace

    def replaced(client: Client, name: str) -> Secret:
        token = replace(client, name)
        rocketchat.fail_with(500, path=path)
        return token

    monkeypatch.setattr(personal_tokens, "replace", replaced)


class TestWhatCannotBeTakenBack:
    def test_a_permission_costs_no_token_and_is_said(
        self, rocketchat: StandIn, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fails_after_the_token(rocketchat, monkeypatch, PERMISSIONS)

        ran = run("connect", URL, answer=answers(rocketchat))

        assert (ran.status, ran.error) == (0, "")
        assert rocketchat.is_alive(login_of(ran))
        said = " ".join(ran.notes.split())
        assert f"The role bot still has the permission {MAKES_TOKENS}" in said
        assert f"Administration → Permissions → {MAKES_TOKENS}, column bot." in said
        assert rocketchat.application.workspace.permissions[MAKES_TOKENS] == {"admin", "user", "bot"}

    def test_a_permission_that_was_there_before_is_said_to_stay(self, rocketchat: StandIn, run: Run) -> None:
        rocketchat.grant(MAKES_TOKENS, "bot")

        ran = run("connect", URL, answer=answers(rocketchat))

        said = " ".join(ran.out.split())
        assert f"The role bot has {MAKES_TOKENS} already, and keeps it." in said
        assert f"Administration → Permissions → {MAKES_TOKENS}, column bot." in said
        assert "taken back" not in ran.out
        assert rocketchat.application.workspace.permissions[MAKES_TOKENS] == {"admin", "user", "bot"}

    def test_a_login_costs_no_token_and_is_said(
        self, rocketchat: StandIn, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fails_after_the_token(rocketchat, monkeypatch, "/api/v1/logout")

        ran = run("connect", URL, answer=answers(rocketchat))

        assert (ran.status, ran.error) == (0, "")
        assert rocketchat.is_alive(login_of(ran))
        said = re.findall(r"The login of (\S+) that this command made could not be ended", " ".join(ran.notes.split()))
        assert said == ["django-site", "admin"]
        assert rocketchat.application.workspace.permissions[MAKES_TOKENS] == {"admin", "user"}


class TestOtherAccounts:
    @pytest.mark.parametrize("facts", [{"roles": ("user",)}, {"roles": ("bot", "admin")}, {"active": False}])
    def test_that_are_no_bots_are_never_taken(self, rocketchat: StandIn, run: Run, facts: dict[str, object]) -> None:
        rocketchat.add_user("django-site", **{"roles": ("bot",), "password": "theirs!", **facts})  # type: ignore[arg-type]
        before = rocketchat.user("django-site")

        ran = run("connect", URL, answer=answers(rocketchat))

        assert "django-site has other roles than bot" in ran.error
        assert rocketchat.user("django-site") == before

    def test_may_be_named(self, rocketchat: StandIn, run: Run) -> None:
        run(
            "connect", URL, "--service-account", "www", "--service-email", "www@example.org", answer=answers(rocketchat)
        )

        assert rocketchat.user("www")["emails"][0]["address"] == "www@example.org"

    def test_with_the_same_address_are_said(self, rocketchat: StandIn, run: Run) -> None:
        rocketchat.add_user("ada")

        ran = run("connect", URL, "--service-email", "ada@example.com", answer=answers(rocketchat))

        assert "See --service-account and --service-email." in ran.error
        assert rocketchat.application.workspace.permissions["create-personal-access-tokens"] == {"admin", "user"}


class TestAdministratorsToken:
    def test_is_made_where_that_is_wanted(self, rocketchat: StandIn, run: Run) -> None:
        ran = run("connect", URL, "--use-admin", answer=answers(rocketchat))

        assert login_of(ran).user_id == rocketchat.user("admin")["_id"]
        assert rocketchat.is_alive(login_of(ran))
        assert rocketchat.users.by_username("django-site") is None

    def test_is_not_made_after_a_no(self, rocketchat: StandIn, run: Run) -> None:
        before = rocketchat.user("admin")["services"]

        ran = run("connect", URL, "--use-admin", answer=answers(rocketchat, "n"))

        assert "Nothing was changed." in ran.notes
        assert rocketchat.user("admin")["services"] == before


class TestSigningIn:
    def test_ends_with_the_command(self, rocketchat: StandIn, run: Run) -> None:
        before = rocketchat.user("admin")["services"]["resume"]["loginTokens"]

        run("connect", URL, answer=answers(rocketchat))

        assert rocketchat.user("admin")["services"]["resume"]["loginTokens"] == before
        assert len(rocketchat.user("django-site")["services"]["resume"]["loginTokens"]) == 1

    @EVERY_VERSION
    def test_the_password_is_the_second_factor_of_who_has_no_other(self, rocketchat: StandIn, run: Run) -> None:
        rocketchat.settings["Accounts_TwoFactorAuthentication_Enabled"] = True

        ran = run("connect", URL, answer=answers(rocketchat))

        assert ran.error == ""
        assert rocketchat.is_alive(login_of(ran))

    def test_a_wrong_code_is_asked_for_again_and_then_it_is_over(
        self, rocketchat: StandIn, run: Run, fake_clock: FakeClock
    ) -> None:
        rocketchat.settings["Accounts_TwoFactorAuthentication_Enabled"] = True
        rocketchat.add_user("boss", roles=("admin",), password="bosspass!")

        ran = run("connect", URL, answer="y\nboss\nbosspass!\n1\n2\n3\n4")

        assert ran.error == "Rocket.Chat did not accept the second factor."
        assert ran.notes.count("That code was wrong.") == 2

    @pytest.mark.parametrize(
        "typed, error",
        [
            ("y\nadmin\nwrong", "Rocket.Chat does not accept that name and password."),
            ("y\nnobody\nwrong", "Rocket.Chat does not accept that name and password."),
            ("y\nada\nswordfish!", "ada has not the role admin."),
            ("y\n\n", "Nothing was changed: a name and a password are needed."),
            ("y\nadmin", "Nothing was changed: a name and a password are needed."),
        ],
    )
    def test_others_do_not_get_in(self, rocketchat: StandIn, run: Run, typed: str, error: str) -> None:
        rocketchat.add_user("ada", password="swordfish!")

        assert run("connect", URL, answer=typed).error == error

    def test_needs_a_terminal(self, rocketchat: StandIn, run: Run) -> None:
        assert "run it in a terminal" in run("connect", URL).error
        assert rocketchat.calls == []

    def test_no_secret_but_those_to_paste_is_shown(self, rocketchat: StandIn, run: Run) -> None:
        ran = run("connect", URL, answer=answers(rocketchat))

        assert rocketchat.admin_password not in ran.out + ran.notes
        assert login_of(ran).auth_token not in ran.notes


class TestTokens:
    @pytest.mark.parametrize("stand_in", ["8.4"], indirect=True)
    def test_from_8_0_a_secret_is_generated_and_shown_how_to_hand_over(self, rocketchat: StandIn, run: Run) -> None:
        ran = run("connect", URL, answer=answers(rocketchat))

        secret = shown(ran)["ROCKETCHAT_TOKEN_SECRET"]
        assert len(secret) >= 40
        assert f"\nCREATE_TOKENS_FOR_USERS_SECRET={secret}\n" in ran.out
        for word in "Docker Compose", "Kubernetes", "systemd":
            assert word in ran.out
        assert ran.out.count(secret) == 2

    @pytest.mark.parametrize("stand_in", ["7.10"], indirect=True)
    def test_up_to_7_the_server_is_told_true(self, rocketchat: StandIn, run: Run) -> None:
        ran = run("connect", URL, answer=answers(rocketchat))

        assert "\nCREATE_TOKENS_FOR_USERS=true\n" in ran.out
        assert "CREATE_TOKENS_FOR_USERS_SECRET" not in ran.out
        assert "ROCKETCHAT_TOKEN_SECRET" not in ran.out

    def test_a_secret_that_the_site_has_stays(self, rocketchat: StandIn, settings: Settings, run: Run) -> None:
        settings.ROCKETCHAT_TOKEN_SECRET = "the former one"

        ran = run("connect", URL, answer=f"admin\n{rocketchat.admin_password}\ny")

        assert "Can you set it?" not in ran.notes
        assert shown(ran)["ROCKETCHAT_TOKEN_SECRET"] == "the former one"

    def test_passwords_are_offered_where_the_environment_is_out_of_reach(self, rocketchat: StandIn, run: Run) -> None:
        ran = run("connect", URL, answer=f"n\n{answers(rocketchat)}")

        assert "What it costs" in ran.notes
        assert shown(ran)["ROCKETCHAT_LOGIN_SOURCE"] == "password"
        assert len(shown(ran)["ROCKETCHAT_PASSWORD_KEY"]) >= 40
        assert "CREATE_TOKENS" not in ran.out
        permissions = rocketchat.application.workspace.permissions
        assert "bot" in permissions["edit-other-user-password"]
        assert "bot" not in permissions["user-generate-access-token"]

    def test_a_hosted_workspace_is_not_asked_about(self, rocketchat: StandIn, run: Run) -> None:
        ran = run("connect", "https://club.rocket.chat", answer=answers(rocketchat))

        assert "Can you set it?" not in ran.notes
        assert shown(ran)["ROCKETCHAT_LOGIN_SOURCE"] == "password"

    def test_without_either_nothing_is_changed(self, rocketchat: StandIn, run: Run) -> None:
        assert "see MONGO_DB" in run("connect", URL, answer="n\nn").error
        assert rocketchat.users.by_username("django-site") is None

    @pytest.mark.parametrize("how", ["option", "setting"])
    def test_mongodb_needs_none_of_it(self, rocketchat: StandIn, settings: Settings, run: Run, how: str) -> None:
        if how == "setting":
            settings.MONGO_DB = "localhost:27017"
        options = ["--source", "mongo"] if how == "option" else []

        ran = run("connect", URL, *options, answer=f"admin\n{rocketchat.admin_password}\ny")

        assert "CREATE_TOKENS" not in ran.out
        assert "bot" not in rocketchat.application.workspace.permissions["user-generate-access-token"]

    @pytest.mark.parametrize("options", [[], ["--env-file", ".env"]])
    def test_the_line_for_mongodb_is_to_be_filled_in(self, rocketchat: StandIn, run: Run, options: list[str]) -> None:
        ran = run("connect", URL, "--source", "mongo", *options, answer=f"admin\n{rocketchat.admin_password}\ny")

        [line] = re.findall(r"^MONGO_DB = .+$", ran.out, re.MULTILINE)
        address, what = line.removeprefix("MONGO_DB = ").split("  # ")
        assert parse_mongo(ast.literal_eval(address)).database == "rocketchat"
        assert what == "put in the address of the chat's MongoDB, as in MONGO_URL of Rocket.Chat"

    @pytest.mark.parametrize("source, mongo_db", [("mongo", "localhost:27017"), ("password", ""), ("create_token", "")])
    def test_there_is_no_such_line_where_none_is_missing(
        self, rocketchat: StandIn, settings: Settings, run: Run, source: str, mongo_db: str
    ) -> None:
        settings.MONGO_DB = mongo_db

        ran = run("connect", URL, "--source", source, answer=f"admin\n{rocketchat.admin_password}\ny")

        assert shown(ran)["ROCKETCHAT_USER_ID"]
        assert "MONGO_DB" not in ran.out


class TestEnvFile:
    def test_has_the_secrets_for_its_owner_alone_and_the_screen_has_none(self, rocketchat: StandIn, run: Run) -> None:
        Path(".env").write_text("DEBUG=1\nexport ROCKETCHAT_AUTH_TOKEN=old\n")

        ran = run("connect", URL, "--env-file", ".env", answer=answers(rocketchat))

        lines = Path(".env").read_text().splitlines()
        token = lines[1].removeprefix("ROCKETCHAT_AUTH_TOKEN=")
        assert lines[0] == "DEBUG=1"
        assert rocketchat.is_alive(Login(shown(ran)["ROCKETCHAT_USER_ID"], token))
        assert stat.S_IMODE(Path(".env").stat().st_mode) == 0o600
        assert "import os" in ran.out.splitlines()
        assert 'ROCKETCHAT_AUTH_TOKEN = os.environ["ROCKETCHAT_AUTH_TOKEN"]' in ran.out
        values = [line.partition("=")[2] for line in lines[1:]]
        assert len(values) == 2
        assert not [value for value in values if value in ran.out + ran.notes]

    def test_is_named_where_the_server_is_told_its_secret(self, rocketchat: StandIn, run: Run) -> None:
        ran = run("connect", URL, "--env-file", ".env", answer=answers(rocketchat))

        assert "\nCREATE_TOKENS_FOR_USERS_SECRET=<the value of ROCKETCHAT_TOKEN_SECRET in .env>\n" in ran.out
        assert "Docker Compose" in ran.out

    def test_that_git_would_commit_is_refused_before_anything_happens(self, rocketchat: StandIn, run: Run) -> None:
        subprocess.run(["git", "init", "-q"], check=True)

        ran = run("connect", URL, "--env-file", ".env", answer=answers(rocketchat))

        assert "Put it into .gitignore first." in ran.error
        assert rocketchat.calls == []

    @pytest.mark.parametrize("failure", ["no folder", "not ignored any more"])
    def test_that_cannot_be_written_costs_no_token(
        self, rocketchat: StandIn, run: Run, monkeypatch: pytest.MonkeyPatch, failure: str
    ) -> None:
        path = "no/such/.env"
        if failure != "no folder":
            path = ".env"
            subprocess.run(["git", "init", "-q"], check=True)
            monkeypatch.setattr(connect, "_check_env_file", lambda path: None)

        ran = run("connect", URL, "--env-file", path, answer=answers(rocketchat))

        assert path in ran.error
        assert rocketchat.is_alive(login_of(ran))
        assert f"CREATE_TOKENS_FOR_USERS_SECRET={shown(ran)['ROCKETCHAT_TOKEN_SECRET']}\n" in ran.out


@pytest.mark.parametrize(
    "url, error", [("chat.example.com", "https://chat.example.com"), ("https://a b", "ROCKETCHAT_URL")]
)
def test_what_is_no_address_of_a_chat_is_said(rocketchat: StandIn, run: Run, url: str, error: str) -> None:
    assert error in run("connect", url, answer="").error


def test_a_chat_that_does_not_answer_is_said(rocketchat: StandIn, run: Run) -> None:
    rocketchat.fail_with("drop")

    assert run("connect", URL, answer="").error.startswith("Rocket.Chat does not answer")


def test_a_login_that_ends_on_the_way_is_no_wrong_password(
    rocketchat: StandIn, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(client: Client, needs: object) -> None:
        rocketchat.application.workspace.end_all_logins(rocketchat.user("admin")["_id"])
        client.call("GET", "v1/me")

    monkeypatch.setattr(permissions, "look", look)

    error = run("connect", URL, answer=answers(rocketchat)).error

    assert "v1/me refused" in error
    assert "name and password" not in error


def test_it_can_be_interrupted(rocketchat: StandIn, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("rocketchat_auth.rest.permissions.every", interrupt)

    ran = run("connect", URL, answer=answers(rocketchat))

    assert ran.status == 130
    assert "Interrupted" in ran.notes
