import pytest
from pytest_django import Settings

from rocketchat_auth.adapter import Adapter
from rocketchat_auth.doctor import Severity
from rocketchat_auth.doctor.topics.service_account import TOPIC
from rocketchat_auth.testing import StandIn
from tests import chat
from tests.doctor.topics.conftest import FoundOf

GRANTED = (
    "user-generate-access-token",
    "create-user",
    "view-full-other-user-info",
    "edit-other-user-info",
    "edit-other-user-active-status",
    "logout-other-user",
)


class WithPictures(Adapter):
    def avatar(self, user: object) -> str:
        return "https://www.example.com/picture.png"


@pytest.fixture
def bot(rocketchat: StandIn, settings: Settings) -> StandIn:
    """The workspace with a service account that has just what is needed."""
    login = rocketchat.add_service_account("site")
    settings.ROCKETCHAT_USER_ID, settings.ROCKETCHAT_AUTH_TOKEN = login.user_id, login.auth_token
    for permission in GRANTED:
        rocketchat.grant(permission, "bot")
    return rocketchat


def test_an_account_with_what_is_needed_gives_nothing(bot: StandIn, found: FoundOf) -> None:
    assert found(TOPIC) == {}


class TestCredentials:
    def test_that_are_refused(self, bot: StandIn, found: FoundOf, settings: Settings) -> None:
        settings.ROCKETCHAT_AUTH_TOKEN = "another-token"

        problem = found(TOPIC)["D131"]

        assert problem.severity is Severity.PROBLEM
        assert "Personal Access Tokens" in problem.mend

    def test_of_a_deactivated_account(self, bot: StandIn, found: FoundOf) -> None:
        chat.set_active(bot, "site", active=False)

        assert {number: each.severity for number, each in found(TOPIC).items()} == {"D132": Severity.PROBLEM}

    def test_of_an_administrator_are_worth_a_note(self, rocketchat: StandIn, found: FoundOf) -> None:
        note = found(TOPIC)

        assert {number: each.severity for number, each in note.items()} == {"D133": Severity.FINE}

    def test_that_are_asked_for_a_second_factor(self, bot: StandIn, found: FoundOf, settings: Settings) -> None:
        bot.settings["Accounts_TwoFactorAuthentication_Enabled"] = True
        bot.users.update(bot.user("site")["_id"], {"services.password": bot.user("admin")["services"]["password"]})
        bot.users.update(bot.user("site")["_id"], {"createdAt": bot.user("admin")["createdAt"]})
        assert found(TOPIC) == {}

        login = bot.log_in("site")
        settings.ROCKETCHAT_AUTH_TOKEN = login.auth_token

        assert found(TOPIC)["D137"].severity is Severity.WARNING


class TestPermissions:
    @pytest.mark.parametrize("permission", ["user-generate-access-token", "create-user", "view-full-other-user-info"])
    def test_without_which_nobody_gets_in(self, bot: StandIn, found: FoundOf, permission: str) -> None:
        bot.revoke(permission, "bot")

        problem = found(TOPIC)["D134"]

        assert problem.severity is Severity.PROBLEM
        assert permission in problem.text
        assert permission in problem.mend
        assert "bot" in problem.mend

    @pytest.mark.parametrize(
        "permission", ["view-d-room", "edit-other-user-info", "edit-other-user-active-status", "logout-other-user"]
    )
    def test_without_which_less_is_done(self, bot: StandIn, found: FoundOf, permission: str) -> None:
        bot.revoke(permission, "bot")

        warning = found(TOPIC)["D135"]

        assert warning.severity is Severity.WARNING
        assert permission in warning.text

    def test_that_the_server_does_not_know_are_not_missed(self, bot: StandIn, found: FoundOf) -> None:
        bot.application.workspace.permissions.pop("edit-other-user-active-status")

        assert found(TOPIC) == {}

    def test_to_call_without_limit(self, bot: StandIn, found: FoundOf) -> None:
        bot.revoke("api-bypass-rate-limit", "bot")

        warning = found(TOPIC)["D136"]

        assert warning.severity is Severity.WARNING
        assert "10 calls" in warning.text
        assert "api-bypass-rate-limit" in warning.mend

    def test_of_a_source_by_password(self, bot: StandIn, found: FoundOf, settings: Settings) -> None:
        bot.revoke("user-generate-access-token", "bot")
        settings.ROCKETCHAT_LOGIN_SOURCE = "password"

        assert "edit-other-user-password" in found(TOPIC)["D134"].text

    def test_to_delete(self, bot: StandIn, found: FoundOf, settings: Settings) -> None:
        settings.ROCKETCHAT_ON_DELETE = "delete"

        assert "delete-user" in found(TOPIC)["D135"].text

    def test_to_set_avatars(self, bot: StandIn, found: FoundOf, settings: Settings) -> None:
        settings.ROCKETCHAT_ADAPTER = f"{__name__}.WithPictures"

        assert "edit-other-user-avatar" in found(TOPIC)["D135"].text


def test_the_question_is_counted_in_the_allowance_of_all(bot: StandIn, found: FoundOf) -> None:
    from rocketchat_auth.rest import service

    bot.revoke("api-bypass-rate-limit", "bot")
    found(TOPIC)

    assert service.me_budget().is_known()


def test_no_answer_is_no_fault_of_the_account(bot: StandIn, found: FoundOf) -> None:
    bot.fail_with("drop")

    assert set(found(TOPIC)) == {"D001"}
