import hashlib

import pytest

from rocketchat_auth.rest import (
    Client,
    Credentials,
    SecondFactor,
    SecondFactorRequired,
    Secret,
    settings,
    users,
)
from rocketchat_auth.testing import Authenticator, StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.rest.talking import Script, client_for, client_of, says_no, says_yes
from tests.rest.versions import recorded

EVERY_VERSION = pytest.mark.parametrize("stand_in", ["6.5", "7.10", "8.4", "8.5", "9.0"], indirect=True)
SETTING = "Accounts_iframe_url"
PASSWORD = SecondFactor.of_password(Secret("correct horse"))
WANTS_IT = says_no("TOTP Required [totp-required]", "totp-required", details={"method": "password"})


class Person:
    """Who is asked for a second factor, and gives one after the other, and in the end none."""

    def __init__(self, *factors: SecondFactor) -> None:
        self._factors = list(factors)
        self.asked: list[tuple[str, ...]] = []

    def __call__(self, refusal: SecondFactorRequired) -> SecondFactor | None:
        self.asked.append(refusal.methods)
        return self._factors.pop(0) if self._factors else None


def administrator(stand_in: StandIn, clock: FakeClock, person: Person) -> Client:
    login = stand_in.log_in("admin")
    return client_for(stand_in, clock).signed_in(Credentials(login.user_id, login.auth_token), second_factor=person)


@pytest.fixture
def _asks(stand_in: StandIn) -> None:
    stand_in.settings["Accounts_TwoFactorAuthentication_Enabled"] = True


def test_the_password_is_given_as_its_sha_256() -> None:
    assert PASSWORD.method == "password"
    assert PASSWORD.code.reveal() == hashlib.sha256(b"correct horse").hexdigest()
    assert "correct" not in repr(PASSWORD)
    assert PASSWORD.code.reveal() not in repr(PASSWORD)


@EVERY_VERSION
@pytest.mark.usefixtures("_asks")
class TestAsked:
    def test_once_and_then_remembered(self, stand_in: StandIn, fake_clock: FakeClock) -> None:
        person = Person(SecondFactor.of_password(Secret(stand_in.admin_password)))
        client = administrator(stand_in, fake_clock, person)

        settings.put(client, SETTING, "https://www.example.com/login/")
        settings.put(client, "Accounts_iframe_enabled", True)

        assert stand_in.settings[SETTING] == "https://www.example.com/login/"
        assert person.asked == [("password",)]

    def test_again_where_it_was_wrong(self, stand_in: StandIn, fake_clock: FakeClock) -> None:
        person = Person(PASSWORD, SecondFactor.of_password(Secret(stand_in.admin_password)))

        settings.put(administrator(stand_in, fake_clock, person), SETTING, "x")

        assert stand_in.settings[SETTING] == "x"
        assert len(person.asked) == 2

    def test_and_the_call_is_given_up_where_there_is_none(self, stand_in: StandIn, fake_clock: FakeClock) -> None:
        with pytest.raises(SecondFactorRequired):
            settings.put(administrator(stand_in, fake_clock, Person()), SETTING, "x")

        assert stand_in.settings[SETTING] == ""

    def test_three_times_at_most(self, stand_in: StandIn, fake_clock: FakeClock) -> None:
        person = Person(*[PASSWORD] * 9)

        with pytest.raises(SecondFactorRequired):
            settings.put(administrator(stand_in, fake_clock, person), SETTING, "x")

        assert len(person.asked) == 3


@pytest.mark.parametrize("stand_in", ["8.5"], indirect=True)
@pytest.mark.usefixtures("_asks")
def test_8_5_asks_also_for_tokens_that_bypass(stand_in: StandIn, fake_clock: FakeClock) -> None:
    person = Person(SecondFactor.of_password(Secret(stand_in.admin_password)))
    token = Credentials(stand_in.admin.user_id, stand_in.admin.auth_token)

    settings.put(client_for(stand_in, fake_clock).signed_in(token, second_factor=person), SETTING, "x")

    assert len(person.asked) == 1


@pytest.mark.usefixtures("_asks")
def test_a_code_that_was_mailed_is_taken(stand_in: StandIn, fake_clock: FakeClock) -> None:
    boss = stand_in.add_user("boss", roles=("admin",), password="bosspass!")["_id"]
    fake_clock.advance(1800)
    login = stand_in.log_in("boss")

    def read_mail(refusal: SecondFactorRequired) -> SecondFactor:
        return SecondFactor(refusal.methods[0], Secret(stand_in.emailed_codes[boss]))

    client = client_for(stand_in, fake_clock)
    settings.put(client.signed_in(Credentials(boss, login.auth_token), second_factor=read_mail), SETTING, "x")

    assert stand_in.settings[SETTING] == "x"


@EVERY_VERSION
@pytest.mark.usefixtures("_asks")
class TestCodesOfAnAuthenticator:
    @pytest.fixture
    def app(self, stand_in: StandIn) -> Authenticator:
        """That of `admin`."""
        return stand_in.add_authenticator("admin")

    def test_are_taken_at_a_login(self, stand_in: StandIn, app: Authenticator, fake_clock: FakeClock) -> None:
        client = client_for(stand_in, fake_clock)

        with pytest.raises(SecondFactorRequired) as refused:
            users.login_with_password(client, "admin", stand_in.admin_password)

        assert (refused.value.code, refused.value.methods) == ("totp-required", ("totp",))
        code = Secret(app.code())
        login = users.login_with_password(client, "admin", stand_in.admin_password, code=code)
        assert login.user_id == stand_in.admin.user_id

    def test_are_taken_at_a_call(self, stand_in: StandIn, app: Authenticator, fake_clock: FakeClock) -> None:
        person = Person(SecondFactor("totp", Secret("nonsense")), SecondFactor("totp", Secret(app.code())))
        client = administrator(stand_in, fake_clock, person)

        settings.put(client, SETTING, "x")
        settings.put(client, SETTING, "y")

        assert stand_in.settings[SETTING] == "y"
        assert person.asked == [("totp",), ("totp",)]

    def test_cannot_be_replaced_by_the_password(
        self, stand_in: StandIn, app: Authenticator, fake_clock: FakeClock
    ) -> None:
        person = Person(SecondFactor.of_password(Secret(stand_in.admin_password)))

        with pytest.raises(SecondFactorRequired) as refused:
            settings.put(administrator(stand_in, fake_clock, person), SETTING, "x")

        assert refused.value.code == "totp-invalid"
        assert stand_in.settings[SETTING] == ""


def test_a_recorded_server_is_understood() -> None:
    script = Script(recorded("252"), recorded("266"))
    person = Person(PASSWORD)

    settings.put(client_of(script).signed_in(Credentials("u1", "t1"), second_factor=person), SETTING, "x")

    assert person.asked == [("password",)]
    assert "x-2fa-code" not in script.requests[0].headers
    assert script.requests[1].headers["x-2fa-method"] == "password"
    assert script.requests[1].headers["x-2fa-code"] == PASSWORD.code.reveal()


def test_nobody_is_asked_for_the_calls_of_others() -> None:
    person = Person(PASSWORD)
    client = client_of(Script(WANTS_IT)).signed_in(Credentials("u1", "t1"), second_factor=person)

    with pytest.raises(SecondFactorRequired):
        client.call("POST", "v1/x", credentials=Credentials("u2", "t2"))

    assert person.asked == []


def test_the_client_that_was_there_before_stays_as_it_was() -> None:
    script = Script(says_yes())
    client = client_of(script)

    client.signed_in(Credentials("u1", "t1")).call("GET", "v1/x")
    client.call("GET", "v1/x")

    assert [request.headers["x-user-id"] for request in script.requests] == ["u1", "serviceAccountId1"]


def test_a_code_that_the_server_repeats_is_hidden() -> None:
    script = Script(WANTS_IT, says_no(f"bad code {PASSWORD.code.reveal()}"))

    with pytest.raises(Exception, match="hidden"):
        client_of(script).signed_in(Credentials("u1", "t1"), second_factor=Person(PASSWORD)).call("POST", "v1/x")


def test_signing_in_takes_the_code_that_was_mailed(stand_in: StandIn, fake_clock: FakeClock) -> None:
    stand_in.settings["Accounts_TwoFactorAuthentication_Enabled"] = True
    ada = stand_in.add_user("ada", password="swordfish!")["_id"]
    client = client_for(stand_in, fake_clock)

    with pytest.raises(SecondFactorRequired) as refused:
        users.login_with_password(client, "ada", "swordfish!")

    assert refused.value.methods == ("email",)
    code = Secret(stand_in.emailed_codes[ada])
    assert users.login_with_password(client, "ada", "swordfish!", code=code).user_id == ada
