import pytest
from django.contrib.auth.models import User
from pymongo.database import Database
from pytest_django import Settings

from rocketchat_auth import rest
from rocketchat_auth.accounts.provisioning import account_for
from rocketchat_auth.doctor import Severity
from rocketchat_auth.doctor.topics.token_source import TOPIC
from rocketchat_auth.login.sources.create_token import CreateTokenSource
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.tokens import stored_tokens
from tests import chat
from tests.conftest import TOKEN_SECRET
from tests.doctor.topics.conftest import FoundOf

pytestmark = pytest.mark.django_db

KEY = "a password key that is long enough, and quite random"


class Failing(CreateTokenSource):
    def issue(self, account: Account, proposed: rest.Secret) -> rest.Secret:
        raise rest.Unreachable("Our directory is down.")


class Dead(CreateTokenSource):
    def issue(self, account: Account, proposed: rest.Secret) -> rest.Secret:
        return proposed


@pytest.fixture
def bot(rocketchat: StandIn, settings: Settings) -> StandIn:
    login = rocketchat.add_service_account("site")
    settings.ROCKETCHAT_USER_ID, settings.ROCKETCHAT_AUTH_TOKEN = login.user_id, login.auth_token
    return rocketchat


class TestCreateToken:
    @pytest.mark.parametrize("stand_in", ["6.5", "7.13", "8.4", "9.0"], indirect=True)
    def test_a_token_is_made_is_good_and_is_ended(self, bot: StandIn, found: FoundOf) -> None:
        before = bot.users.get(bot.user("site")["_id"])
        bot.reset_calls()

        assert found(TOPIC) == {}
        assert chat.CREATE_TOKEN in bot.calls
        assert bot.calls[-2:] == [chat.ME, chat.LOGOUT]
        left = [entry for entry in stored_tokens(bot.user("site")) if entry not in stored_tokens(before or {})]
        assert len(left) == (1 if bot.version == "7.13" else 0)

    @pytest.mark.parametrize("stand_in", ["7.10"], indirect=True)
    def test_the_environment_lacks_the_switch(self, bot: StandIn, found: FoundOf) -> None:
        bot.create_tokens = False

        problem = found(TOPIC)["D141"]

        assert problem.severity is Severity.PROBLEM
        assert "CREATE_TOKENS_FOR_USERS=true" in problem.mend

    def test_the_site_has_no_secret(self, bot: StandIn, found: FoundOf, settings: Settings) -> None:
        settings.ROCKETCHAT_TOKEN_SECRET = ""

        assert {number: each.severity for number, each in found(TOPIC).items()} == {"D142": Severity.PROBLEM}

    def test_the_secret_is_another(self, bot: StandIn, found: FoundOf, settings: Settings) -> None:
        settings.ROCKETCHAT_TOKEN_SECRET = f"{TOKEN_SECRET} "

        problem = found(TOPIC)["D143"]

        assert problem.severity is Severity.PROBLEM
        assert TOKEN_SECRET not in f"{problem.text} {problem.why} {problem.mend}"

    @pytest.mark.parametrize("stand_in", ["8.7"], indirect=True)
    def test_a_second_factor_is_asked_for(self, rocketchat: StandIn, found: FoundOf, settings: Settings) -> None:
        rocketchat.settings["Accounts_TwoFactorAuthentication_Enabled"] = True
        login = rocketchat.log_in("admin")
        settings.ROCKETCHAT_AUTH_TOKEN = login.auth_token

        problem = found(TOPIC)["D144"]

        assert problem.severity is Severity.PROBLEM
        assert "Ignore Two Factor Authentication" in problem.mend

    def test_a_missing_permission_is_another_topic_s(self, bot: StandIn, found: FoundOf) -> None:
        assert not bot.application.workspace.allows(bot.user("site"), "user-generate-access-token")
        assert found(TOPIC) == {}

    def test_a_token_of_the_site_that_is_refused_is_another_topic_s(
        self, bot: StandIn, found: FoundOf, settings: Settings
    ) -> None:
        settings.ROCKETCHAT_AUTH_TOKEN = "wrong"

        assert found(TOPIC) == {}

    def test_a_token_that_can_not_be_ended(self, bot: StandIn, found: FoundOf) -> None:
        bot.fail_with(503, path="/api/v1/logout")

        warning = found(TOPIC)["D147"]

        assert warning.severity is Severity.WARNING

    def test_a_token_is_ended_also_where_it_could_not_be_used(self, bot: StandIn, found: FoundOf) -> None:
        bot.fail_with(503, path="/api/v1/me")

        assert set(found(TOPIC)) == {"D001"}
        assert len(stored_tokens(bot.user("site"))) == 1

    def test_the_allowance_of_questions_is_kept_to(self, bot: StandIn, found: FoundOf) -> None:
        for _ in range(20):
            service.me_budget().take()
        bot.reset_calls()

        assert {number: each.severity for number, each in found(TOPIC).items()} == {"D148": Severity.UNKNOWN}
        assert chat.ME not in bot.calls
        assert chat.LOGOUT in bot.calls


class Unknowing(CreateTokenSource):
    """One of a site's own that is nothing else than the usual one."""


class TestAnotherSource:
    @pytest.fixture
    def account(self, rocketchat: StandIn, alice: User) -> Account:
        return account_for(alice)

    def test_has_nobody_to_be_tried_on(self, rocketchat: StandIn, found: FoundOf, settings: Settings) -> None:
        settings.ROCKETCHAT_LOGIN_SOURCE = "tests.login.own_source.OwnSource"

        assert {number: each.severity for number, each in found(TOPIC).items()} == {"D149": Severity.UNKNOWN}

    @pytest.mark.usefixtures("account")
    def test_gives_a_token_that_is_dead(self, found: FoundOf, settings: Settings) -> None:
        settings.ROCKETCHAT_LOGIN_SOURCE = f"{__name__}.Dead"

        assert found(TOPIC)["D146"].severity is Severity.PROBLEM

    @pytest.mark.usefixtures("account")
    def test_is_out_of_reach(self, found: FoundOf, settings: Settings) -> None:
        settings.ROCKETCHAT_LOGIN_SOURCE = f"{__name__}.Failing"

        assert set(found(TOPIC)) == {"D001"}

    def test_does_not_know_the_account(
        self, rocketchat: StandIn, found: FoundOf, settings: Settings, account: Account
    ) -> None:
        settings.ROCKETCHAT_LOGIN_SOURCE = f"{__name__}.Unknowing"
        chat.delete(rocketchat, account.username)

        problem = found(TOPIC)["D145"]

        assert problem.severity is Severity.PROBLEM
        assert account.linked_id in problem.text

    def test_refuses_the_account(
        self, rocketchat: StandIn, found: FoundOf, settings: Settings, account: Account
    ) -> None:
        settings.ROCKETCHAT_LOGIN_SOURCE = f"{__name__}.Unknowing"
        settings.ROCKETCHAT_TOKEN_SECRET = "another"

        assert "createToken was refused" in found(TOPIC)["D145"].text


class TestPassword:
    @pytest.fixture
    def account(self, rocketchat: StandIn, alice: User, settings: Settings) -> Account:
        settings.ROCKETCHAT_LOGIN_SOURCE = "password"
        settings.ROCKETCHAT_PASSWORD_KEY = KEY
        rocketchat.settings["Accounts_TwoFactorAuthentication_By_Email_Auto_Opt_In"] = False
        return account_for(alice)

    def test_signs_in_and_out(self, rocketchat: StandIn, found: FoundOf, account: Account) -> None:
        rocketchat.reset_calls()

        assert found(TOPIC) == {}
        assert rocketchat.calls == [chat.LOGIN, chat.ME, chat.LOGOUT]
        assert stored_tokens(rocketchat.user("alice")) == []

    def test_that_is_refused_is_not_set_anew(
        self, rocketchat: StandIn, found: FoundOf, account: Account, settings: Settings
    ) -> None:
        settings.ROCKETCHAT_PASSWORD_KEY = KEY[::-1]
        before = rocketchat.user("alice")["services"]

        warning = found(TOPIC)["D150"]

        assert warning.severity is Severity.WARNING
        assert "alice" in warning.text
        assert rocketchat.user("alice")["services"] == before

    def test_of_an_account_with_a_second_factor(self, rocketchat: StandIn, found: FoundOf, account: Account) -> None:
        rocketchat.settings["Accounts_TwoFactorAuthentication_Enabled"] = True
        rocketchat.users.update(account.linked_id, {"services.email2fa": {"enabled": True}})
        rocketchat.users.update(account.linked_id, {"emails": [{"address": "alice@example.com", "verified": True}]})

        assert "By_Email_Auto_Opt_In" in found(TOPIC)["D144"].mend

    def test_keeps_to_the_allowance_of_logins(self, rocketchat: StandIn, found: FoundOf, account: Account) -> None:
        for _ in range(20):
            service.login_budget().take()
        rocketchat.reset_calls()

        assert {number: each.severity for number, each in found(TOPIC).items()} == {"D148": Severity.UNKNOWN}
        assert rocketchat.calls == []


@pytest.mark.mongo
class TestMongo:
    @pytest.fixture
    def stand_in(self, mongo_database: Database[dict[str, object]], mongo_uri: str, settings: Settings) -> StandIn:
        settings.MONGO_DB = mongo_uri
        return StandIn("8.4", mongo=mongo_database)

    def test_writes_a_token_of_the_service_account_and_takes_it_back(self, bot: StandIn, found: FoundOf) -> None:
        before = stored_tokens(bot.user("site"))

        assert found(TOPIC) == {}
        assert stored_tokens(bot.user("site")) == before

    def test_tries_an_account_of_the_site_where_the_service_account_is_an_administrator(
        self, rocketchat: StandIn, found: FoundOf, alice: User
    ) -> None:
        assert set(found(TOPIC)) == {"D149"}

        account_for(alice)

        assert found(TOPIC) == {}

    def test_finds_no_account_in_another_database(
        self, bot: StandIn, found: FoundOf, settings: Settings, mongo_uri: str
    ) -> None:
        settings.MONGO_DB = mongo_uri.replace("test_", "test_other_")

        problem = found(TOPIC)["D145"]

        assert settings.ROCKETCHAT_USER_ID in problem.text
