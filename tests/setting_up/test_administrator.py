import logging

import pytest

from rocketchat_auth.rest import Client, CredentialsRefused, SecondFactorRequired, Secret, settings
from rocketchat_auth.setting_up.administrator import NoAdministrator, signed_in
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.rest.talking import client_for
from tests.rest.versions import EVERY_VERSION

PASSWORD = Secret("bosspass!")


class Mailbox:
    """Reads the codes that were mailed to `boss`; the first ones wrongly."""

    def __init__(self, stand_in: StandIn, *, wrong: int = 0) -> None:
        self._stand_in = stand_in
        self._wrong = wrong
        self.asked: list[tuple[str, bool]] = []

    def __call__(self, kind: str, is_wrong: bool) -> Secret:
        self.asked.append((kind, is_wrong))
        code = self._stand_in.emailed_codes[self._stand_in.user("boss")["_id"]]
        return Secret("nonsense" if len(self.asked) <= self._wrong else code)


def nobody(kind: str, is_wrong: bool) -> None:
    raise AssertionError("nobody should be asked")


@pytest.fixture
def client(stand_in: StandIn, fake_clock: FakeClock) -> Client:
    """No account's client."""
    return client_for(stand_in, fake_clock)


@pytest.fixture
def boss(stand_in: StandIn, fake_clock: FakeClock) -> str:
    """An administrator with codes by mail, who has been there for long."""
    user_id: str = stand_in.add_user("boss", roles=("admin",), password=PASSWORD.reveal())["_id"]
    fake_clock.advance(1800)
    return user_id


def logins(stand_in: StandIn, username: str) -> int:
    return len(stand_in.user(username)["services"].get("resume", {}).get("loginTokens", []))


@EVERY_VERSION
class TestSignedIn:
    def test_acts_as_that_person_and_is_out_again_afterwards(
        self, client: Client, stand_in: StandIn, boss: str
    ) -> None:
        with signed_in(client, "boss", PASSWORD, nobody) as administrator:
            assert (administrator.username, administrator.credentials.user_id) == ("boss", boss)
            settings.put(administrator.client, "Site_Name", "Club")
            assert logins(stand_in, "boss") == 1

        assert stand_in.settings["Site_Name"] == "Club"
        assert logins(stand_in, "boss") == 0

    def test_is_out_again_also_after_a_failure(self, client: Client, stand_in: StandIn, boss: str) -> None:
        with pytest.raises(ZeroDivisionError), signed_in(client, "boss", PASSWORD, nobody):
            raise ZeroDivisionError

        assert logins(stand_in, "boss") == 0

    def test_nobody_else_is_taken_for_an_administrator(self, client: Client, stand_in: StandIn) -> None:
        stand_in.add_user("ada", password="swordfish!")

        with pytest.raises(NoAdministrator), signed_in(client, "ada", Secret("swordfish!"), nobody):
            pytest.fail("never comes here")

        assert logins(stand_in, "ada") == 0

    def test_a_wrong_password_is_refused(self, client: Client, boss: str) -> None:
        with pytest.raises(CredentialsRefused), signed_in(client, "boss", Secret("wrong"), nobody):
            pytest.fail("never comes here")


@pytest.fixture
def _asks(stand_in: StandIn) -> None:
    stand_in.settings["Accounts_TwoFactorAuthentication_Enabled"] = True


@pytest.mark.usefixtures("_asks", "boss")
class TestCodesByMail:
    def test_are_asked_for_at_the_login_and_at_the_first_call(self, client: Client, stand_in: StandIn) -> None:
        mailbox = Mailbox(stand_in)

        with signed_in(client, "boss", PASSWORD, mailbox) as administrator:
            settings.put(administrator.client, "Site_Name", "Club")
            settings.put(administrator.client, "Site_Name", "Club again")

        assert mailbox.asked == [("email", False), ("email", False)]
        assert stand_in.settings["Site_Name"] == "Club again"

    def test_a_wrong_one_at_a_call_is_said_and_asked_for_again(self, client: Client, stand_in: StandIn) -> None:
        asked: list[bool] = []

        def read(kind: str, is_wrong: bool) -> Secret | None:
            asked.append(is_wrong)
            code = stand_in.emailed_codes[stand_in.user("boss")["_id"]] if len(asked) == 1 else ""
            return Secret(code or "nonsense") if len(asked) < 3 else None

        with signed_in(client, "boss", PASSWORD, read) as administrator, pytest.raises(SecondFactorRequired):
            settings.put(administrator.client, "Site_Name", "Club")

        assert asked == [False, False, True]

    def test_are_given_up_where_there_is_none(self, client: Client, stand_in: StandIn) -> None:
        with pytest.raises(SecondFactorRequired), signed_in(client, "boss", PASSWORD, lambda kind, is_wrong: None):
            pytest.fail("never comes here")

    def test_may_be_wrong_twice_at_the_login(self, client: Client, stand_in: StandIn) -> None:
        mailbox = Mailbox(stand_in, wrong=2)

        with signed_in(client, "boss", PASSWORD, mailbox) as administrator:
            assert administrator.username == "boss"

        assert [is_wrong for _, is_wrong in mailbox.asked] == [False, True, True]


@EVERY_VERSION
@pytest.mark.usefixtures("_asks", "boss")
class TestCodesOfAnAuthenticator:
    def test_are_asked_for_before_those_by_mail(self, client: Client, stand_in: StandIn) -> None:
        app = stand_in.add_authenticator("boss")
        asked: list[tuple[str, bool]] = []

        def read(kind: str, is_wrong: bool) -> Secret:
            asked.append((kind, is_wrong))
            return Secret("nonsense" if len(asked) in (1, 3) else app.code())

        with signed_in(client, "boss", PASSWORD, read) as administrator:
            settings.put(administrator.client, "Site_Name", "Club")

        assert asked == [("totp", False), ("totp", True)] * 2
        assert stand_in.settings["Site_Name"] == "Club"
        assert stand_in.emailed_codes == {}

    def test_may_be_those_to_fall_back_on(self, client: Client, stand_in: StandIn) -> None:
        left = iter(stand_in.add_authenticator("boss").backup_codes)

        with signed_in(client, "boss", PASSWORD, lambda kind, is_wrong: Secret(next(left))) as administrator:
            settings.put(administrator.client, "Site_Name", "Club")

        assert stand_in.settings["Site_Name"] == "Club"


@pytest.mark.usefixtures("_asks")
def test_a_password_that_is_no_second_factor_is_not_given_twice(
    client: Client, stand_in: StandIn, fake_clock: FakeClock
) -> None:
    stand_in.add_user("boss", roles=("admin",), password=PASSWORD.reveal(), email="")
    fake_clock.advance(1800)

    with signed_in(client, "boss", PASSWORD, nobody) as administrator:
        changed = stand_in.user("admin")["services"]["password"]
        stand_in.users.update(stand_in.user("boss")["_id"], {"services.password": changed})
        with pytest.raises(SecondFactorRequired):
            settings.put(administrator.client, "Site_Name", "Club")


def test_a_login_that_cannot_be_ended_is_logged(
    client: Client, stand_in: StandIn, boss: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), signed_in(client, "boss", PASSWORD, nobody):
        stand_in.fail_with(500)

    assert "could not be ended" in caplog.text
    assert PASSWORD.reveal() not in caplog.text
