"""Following one person on the way into chat."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission, User
from pymongo.database import Database
from pytest_django import Settings

from rocketchat_auth import rest
from rocketchat_auth.accounts.provisioning import account_for
from rocketchat_auth.accounts.refusals import RefusalReason, SignInRefused
from rocketchat_auth.doctor import Found, Patient, Severity
from rocketchat_auth.doctor.examination import Examined
from rocketchat_auth.doctor.person import FINDINGS, STOPS, follow
from rocketchat_auth.login.encryption import seal
from rocketchat_auth.login.sources import ChatLogin, Source
from rocketchat_auth.models import Account, LoginToken
from rocketchat_auth.rest import service
from rocketchat_auth.testing import StandIn
from tests.chat import LOGOUT, set_active, set_roles

ALL_STEPS = ["user", "active", "may_chat", "email", "row", "tokens", "account", "plan", "source"]


def walk(username: str = "ada") -> tuple[Examined, ...]:
    steps = follow(Patient(), username).topics
    assert [step.topic.name for step in steps] == ALL_STEPS[: len(steps)]
    assert not any(step.severity in STOPS for step in steps[:-1])
    assert len(steps) == len(ALL_STEPS) or steps[-1].severity in STOPS
    return steps


def found_by(steps: tuple[Examined, ...]) -> list[tuple[str, str]]:
    return [(step.topic.name, found.number) for step in steps for found in step.found]


def last(steps: tuple[Examined, ...]) -> tuple[str, Found]:
    [found] = steps[-1].found
    return steps[-1].topic.name, found


def told(steps: tuple[Examined, ...], name: str) -> str:
    [step] = [step for step in steps if step.topic.name == name]
    return str(step.topic.fine)


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create_user("ada", "ada@example.com", first_name="Ada")


@pytest.fixture
def account(ada: User, rocketchat: StandIn) -> Account:
    """Ada's account, which is as the site wants it."""
    account = account_for(ada)
    rocketchat.reset_calls()
    return account


def tokens_in_chat(stand_in: StandIn, username: str) -> int:
    return len(stand_in.user(username)["services"].get("resume", {}).get("loginTokens", []))


class TestWhereAllIsWell:
    def test_each_step_is_fine(self, account: Account) -> None:
        steps = walk()

        assert found_by(steps) == []
        assert {step.severity for step in steps} == {Severity.FINE}
        assert told(steps, "email") == "ada@example.com"
        assert told(steps, "row") == "linked: ada"
        assert told(steps, "account") == "ada, active, with the roles user."
        assert told(steps, "plan") == "Chat is as the site wants it."
        assert told(steps, "source") == "Rocket.Chat took a new login token, which was ended again."

    def test_no_token_is_left_behind(self, account: Account, rocketchat: StandIn) -> None:
        walk()

        assert tokens_in_chat(rocketchat, "ada") == 0
        assert not LoginToken.objects.exists()

    def test_nothing_is_changed(self, account: Account, rocketchat: StandIn) -> None:
        before = rocketchat.user("ada"), Account.objects.values().get()

        walk()

        after = rocketchat.user("ada"), Account.objects.values().get()
        assert {**before[0], "services": None, "_updatedAt": None} == {**after[0], "services": None, "_updatedAt": None}
        assert before[1] == after[1]

    def test_who_comes_for_the_first_time_is_told_what_happens(self, ada: User, rocketchat: StandIn) -> None:
        steps = walk()

        assert found_by(steps) == []
        assert told(steps, "row").startswith("None yet")
        assert told(steps, "account") == "None yet."
        assert told(steps, "plan") == "The next sign-in makes the account ada."
        assert told(steps, "source").startswith("Not tried")
        assert not Account.objects.exists()

    def test_the_verdict_of_the_rule_for_accounts_that_exist_is_told(
        self, ada: User, rocketchat: StandIn, settings: Settings
    ) -> None:
        settings.ROCKETCHAT_LINK_EXISTING = "username"
        rocketchat.add_user("ada")

        assert told(walk(), "plan") == "ROCKETCHAT_LINK_EXISTING gives them the account ada at the next sign-in."

    def test_the_source_mongo_is_tried_as_well(
        self, ada: User, mongo_database: Database[dict[str, object]], mongo_uri: str, settings: Settings
    ) -> None:
        import httpx2

        stand_in = StandIn("8.4", mongo=mongo_database)
        settings.ROCKETCHAT_USER_ID = stand_in.admin.user_id
        settings.ROCKETCHAT_AUTH_TOKEN = stand_in.admin.auth_token
        settings.MONGO_DB = mongo_uri
        undo = service.install_transport(httpx2.WSGITransport(app=stand_in.wsgi))
        try:
            account_for(ada)

            assert found_by(walk()) == []
        finally:
            undo()
        assert tokens_in_chat(stand_in, "ada") == 0


class TestOnTheSite:
    def test_a_name_that_nobody_has_is_where_it_stops(self, rocketchat: StandIn, db: None) -> None:
        name, found = last(walk("nobody"))

        assert (name, found.number, found.severity) == ("user", "D241", "problem")
        assert "no user nobody" in found.text
        assert "(username)" in found.mend

    def test_who_is_not_active_stops(self, account: Account, ada: User) -> None:
        User.objects.update(is_active=False)

        name, found = last(walk())

        assert (name, found.number) == ("active", "D242")

    def test_who_lacks_the_permission_stops(self, account: Account, settings: Settings) -> None:
        settings.ROCKETCHAT_REQUIRED_PERMISSION = "rocketchat_auth.chat"

        name, found = last(walk())

        assert (name, found.number) == ("may_chat", "D243")
        assert "the permission rocketchat_auth.chat is missing" in found.text

    def test_who_has_the_permission_goes_on(self, account: Account, ada: User, settings: Settings) -> None:
        settings.ROCKETCHAT_REQUIRED_PERMISSION = "rocketchat_auth.chat"
        ada.user_permissions.add(Permission.objects.get(codename="chat"))

        assert found_by(walk()) == []

    def test_whom_the_adapter_refuses_stops(self, account: Account, settings: Settings) -> None:
        settings.ROCKETCHAT_ADAPTER = "tests.adapters.NobodyMayChat"

        name, found = last(walk())

        assert (name, found.number) == ("may_chat", "D243")
        assert "ROCKETCHAT_ADAPTER says no" in found.text

    def test_for_whom_the_adapter_fails_stops(
        self, db: None, rocketchat: StandIn, settings: Settings, caplog: pytest.LogCaptureFixture
    ) -> None:
        settings.ROCKETCHAT_ADAPTER = "tests.adapters.UndecidedOnAlice"
        User.objects.create_user("alice")

        name, found = last(walk("alice"))

        assert (name, found.number) == ("may_chat", "D244")
        assert "ZeroDivisionError" in found.text
        assert "ZeroDivisionError" in caplog.text

    def test_who_has_no_address_stops(self, ada: User, rocketchat: StandIn) -> None:
        User.objects.update(email="")

        name, found = last(walk())

        assert (name, found.number) == ("email", "D245")

    def test_who_is_given_an_address_goes_on(self, ada: User, rocketchat: StandIn, settings: Settings) -> None:
        settings.ROCKETCHAT_PLACEHOLDER_EMAIL_DOMAIN = "users.example.com"
        User.objects.update(email="")

        steps = walk()

        assert found_by(steps) == []
        assert "users.example.com" in told(steps, "email")

    def test_who_has_an_account_needs_no_address(self, account: Account) -> None:
        User.objects.update(email="")

        steps = walk()

        assert found_by(steps) == []
        assert told(steps, "email").startswith("None, which")

    @pytest.mark.parametrize("state", [Account.State.LINKED, Account.State.PENDING])
    def test_what_failed_last_is_told_and_the_way_goes_on(
        self, account: Account, rocketchat: StandIn, state: str
    ) -> None:
        Account.objects.update(reason="the room is full", state=state)

        steps = walk()

        assert ("row", "D246") in found_by(steps)
        [found] = steps[4].found
        assert (found.severity, found.mend) == ("warning", "manage.py rocketchat sync --user ada")
        assert "the room is full" in found.text

    def test_a_row_without_an_account_is_told(self, ada: User, rocketchat: StandIn) -> None:
        Account.objects.create(user=ada)

        assert told(walk(), "row") == "not linked yet"


class TestTokensOfSessions:
    def add(self, account: Account, session: str, *, age: int, ended: bool = False) -> None:
        moment = service.now() - timedelta(seconds=age)
        LoginToken.objects.create(
            session=session,
            account=account,
            token=seal(rest.Secret("a-token-of-theirs")),
            checked_at=moment,
            ended_at=moment if ended else None,
        )

    def test_are_counted_and_not_shown(self, account: Account) -> None:
        self.add(account, "one", age=5)
        self.add(account, "two", age=500)

        steps = walk()

        assert found_by(steps) == []
        assert told(steps, "tokens").startswith("Sessions with a chat login: 2, of which")
        assert told(steps, "tokens").endswith(": 1.")
        assert "a-token-of-theirs" not in repr(steps)

    def test_that_ended_here_alone_are_found(self, account: Account) -> None:
        self.add(account, "one", age=500, ended=True)

        steps = walk()

        assert found_by(steps) == [("tokens", "D252")]
        assert steps[5].found[0].mend == "manage.py rocketchat sweep"
        assert told(steps, "tokens").startswith("Sessions with a chat login: 0")


class TestInChat:
    def test_an_account_in_the_way_is_where_it_stops(self, ada: User, rocketchat: StandIn) -> None:
        rocketchat.add_user("ada", email="other@example.com")

        name, found = last(walk())

        assert (name, found.number) == ("plan", "D247")
        assert "an account ada that this site did not create" in found.text
        assert "manage.py rocketchat link ada ACCOUNT" in found.mend

    def test_an_account_that_somebody_deactivated_is_where_it_stops(
        self, account: Account, rocketchat: StandIn
    ) -> None:
        set_active(rocketchat, "ada", active=False)

        name, found = last(walk())

        assert (name, found.number) == ("account", "D248")

    def test_an_account_that_the_site_deactivated_comes_back(self, account: Account, rocketchat: StandIn) -> None:
        set_active(rocketchat, "ada", active=False)
        Account.objects.update(state=Account.State.DEACTIVATED)

        steps = walk()

        assert found_by(steps) == [("plan", "D251")]
        assert "comes back at the next sign-in" in told(steps, "account")
        assert told(steps, "source").startswith("Not tried")

    def test_an_administrator_is_where_it_stops(self, account: Account, rocketchat: StandIn) -> None:
        set_roles(rocketchat, "ada", "admin")

        name, found = last(walk())

        assert (name, found.number) == ("account", "D249")

    def test_an_administrator_whom_the_site_lets_in_goes_on(
        self, account: Account, rocketchat: StandIn, settings: Settings
    ) -> None:
        settings.ROCKETCHAT_ADMIN_LOGIN = True
        User.objects.update(is_superuser=True)
        set_roles(rocketchat, "ada", "admin")

        assert found_by(walk()) == []

    def test_an_account_that_is_gone_is_made_anew(self, account: Account, rocketchat: StandIn) -> None:
        rocketchat.delete_user("ada")

        steps = walk()

        assert found_by(steps) == [("account", "D250")]
        assert told(steps, "plan") == "The next sign-in makes the account ada."
        assert told(steps, "source").startswith("Not tried")

    def test_what_differs_is_told(self, account: Account, ada: User, rocketchat: StandIn, settings: Settings) -> None:
        settings.ROCKETCHAT_GROUPS = {
            "Staff": {"roles": ["moderator"], "channels": ["staff"]},
            "Club": {"channels": ["club"]},
        }
        rocketchat.add_room("staff")
        rocketchat.add_room("club", members=["ada"])
        ada.groups.add(Group.objects.create(name="Staff"))
        User.objects.update(first_name="Augusta")
        Account.objects.update(password_mark="another")

        [step] = [step for step in walk() if step.topic.name == "plan"]

        [found] = step.found
        assert (found.number, found.severity) == ("D251", "warning")
        for words in (
            "another name",
            "in club (channels) and should not be",
            "not in moderator (roles)",
            "not in staff (channels)",
            "the password changed",
        ):
            assert words in found.text
        assert found.mend == "manage.py rocketchat sync --user ada"

    def test_while_chat_is_down_the_site_s_own_steps_are_told(self, account: Account, rocketchat: StandIn) -> None:
        rocketchat.fail_with("drop")

        name, found = last(walk())

        assert (name, found.number, found.severity) == ("account", "D001", "unknown")


class Dead(Source):
    """A source that gives tokens of another workspace."""

    def issue(self, account: Account, proposed: rest.Secret) -> rest.Secret:
        return proposed


class TestTheSource:
    def test_that_is_refused_is_where_it_stops(self, account: Account, rocketchat: StandIn, settings: Settings) -> None:
        settings.ROCKETCHAT_TOKEN_SECRET = "another secret than the server's"

        name, found = last(walk())

        assert (name, found.number, found.severity) == ("source", "D253", "problem")
        assert "ada" in found.text
        assert "another secret" not in repr(found)

    def test_that_does_not_know_the_account_is_where_it_stops(
        self, account: Account, mongo_uri: str, settings: Settings
    ) -> None:
        settings.MONGO_DB = mongo_uri

        name, found = last(walk())

        assert (name, found.number) == ("source", "D253")
        assert "does not know the account" in found.text

    def test_whose_tokens_chat_does_not_take_is_where_it_stops(self, account: Account, settings: Settings) -> None:
        settings.ROCKETCHAT_LOGIN_SOURCE = "tests.doctor.test_person.Dead"

        name, found = last(walk())

        assert (name, found.number, found.severity) == ("source", "D254", "problem")

    def test_whose_token_is_an_administrator_s_is_where_it_stops(
        self, account: Account, rocketchat: StandIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(self: Source, login: ChatLogin) -> bool:
            raise SignInRefused(RefusalReason.ADMINISTRATOR, "it has the role admin")

        monkeypatch.setattr(Source, "is_alive", refuse)

        name, found = last(walk())

        assert (name, found.number) == ("source", "D253")
        assert "it has the role admin" in found.text
        assert tokens_in_chat(rocketchat, "ada") == 0

    def test_whose_token_could_not_be_asked_after_is_fine(
        self, account: Account, rocketchat: StandIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Source, "is_alive", lambda self, login: None)

        assert found_by(walk()) == []
        assert tokens_in_chat(rocketchat, "ada") == 0

    def test_that_leaves_its_token_behind_is_found(self, account: Account, rocketchat: StandIn) -> None:
        rocketchat.fail_with(500, path=LOGOUT[1])

        steps = walk()

        assert found_by(steps) == [("source", "D255")]
        assert steps[-1].found[0].severity == "warning"
        assert not any(token in repr(steps) for token in ("loginToken", "authToken"))

    def test_that_breaks_off_leaves_no_token_behind(
        self, account: Account, rocketchat: StandIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(self: Source, login: ChatLogin) -> bool:
            raise rest.TimedOut("too slow")

        monkeypatch.setattr(Source, "is_alive", fail)

        name, found = last(walk())

        assert (name, found.number) == ("source", "D001")
        assert tokens_in_chat(rocketchat, "ada") == 0


class TestThePassword:
    @pytest.fixture(autouse=True)
    def _password(self, rocketchat: StandIn, settings: Settings) -> None:
        settings.ROCKETCHAT_LOGIN_SOURCE = "password"
        settings.ROCKETCHAT_PASSWORD_KEY = "a password key that is long enough, and quite random"
        rocketchat.settings["Accounts_TwoFactorAuthentication_By_Email_Auto_Opt_In"] = False

    def test_signs_in_and_out(self, account: Account, rocketchat: StandIn) -> None:
        assert found_by(walk()) == []
        assert tokens_in_chat(rocketchat, "ada") == 0

    def test_that_is_refused_is_not_set_anew(self, account: Account, rocketchat: StandIn, settings: Settings) -> None:
        settings.ROCKETCHAT_PASSWORD_KEY = "another password key that is long enough as well"
        before = rocketchat.user("ada")["services"]

        name, found = last(walk())

        assert (name, found.number, found.severity) == ("source", "D256", "warning")
        assert rocketchat.user("ada")["services"] == before

    def test_of_an_account_that_was_there_before_is_where_it_stops(self, account: Account, settings: Settings) -> None:
        settings.ROCKETCHAT_PASSWORD_KEY = "another password key that is long enough as well"
        Account.objects.update(created_here=False)

        name, found = last(walk())

        assert (name, found.number) == ("source", "D253")

    def test_is_not_tried_while_the_allowance_of_logins_is_used_up(self, account: Account, rocketchat: StandIn) -> None:
        for _ in range(20):
            service.login_budget().take()

        name, found = last(walk())

        assert (name, found.number, found.severity) == ("source", "D003", "unknown")
        assert "used up" in found.text
        assert ("POST", "/api/v1/login") not in rocketchat.calls

    def test_beside_which_a_second_factor_is_asked_for_is_where_it_stops(
        self, account: Account, rocketchat: StandIn
    ) -> None:
        rocketchat.settings["Accounts_TwoFactorAuthentication_Enabled"] = True
        rocketchat.users.update(account.linked_id, {"services.email2fa": {"enabled": True}})
        rocketchat.users.update(account.linked_id, {"emails": [{"address": "ada@example.com", "verified": True}]})

        assert [number for name, number in found_by(walk()) if name == "source"] == ["D253"]


def test_an_error_that_nobody_expected_is_told_and_logged(
    account: Account, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(self: object, user: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("rocketchat_auth.accounts.planning.Planner.of_user", fail)

    name, found = last(walk())

    assert (name, found.number) == ("account", "D004")
    assert "ZeroDivisionError" in caplog.text


def test_a_step_can_be_shown_again(account: Account) -> None:
    steps = walk()

    assert [list(step.topic.probe(Patient())) for step in steps] == [list(step.found) for step in steps]


def test_each_finding_says_why_and_how_to_mend_it() -> None:
    assert [finding.number for finding in FINDINGS if not (str(finding.why) and str(finding.mend))] == []


def test_each_finding_has_an_id_of_its_own() -> None:
    numbers = sorted(finding.number for finding in FINDINGS)

    assert numbers == [f"D{number}" for number in range(241, 257)]
