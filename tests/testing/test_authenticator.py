import base64
import json
from typing import Any

import httpx2
import pytest

from rocketchat_auth.testing import Login
from rocketchat_auth.testing.authenticator import STEP, Authenticator, code_at
from tests.testing.conftest import Play
from tests.testing.talk import Talk, refusal

SETTING = "settings/Accounts_Iframe_api_url"
BODY = {"value": "https://site.example.com/rocketchat/api"}
PASSWORD = "correct horse"
WANTED = {"method": "totp", "codeGenerated": False, "availableMethods": ["totp"]}


@pytest.fixture
def talk(play: Play) -> Talk:
    return play(two_factor=True)


@pytest.fixture
def boss(talk: Talk) -> Login:
    """An administrator who has been there for long, without codes by e-mail."""
    boss = talk.add("boss", roles=("admin",), password=PASSWORD, verified=False)
    talk.clock.advance(1800)
    return boss


@pytest.fixture
def app(talk: Talk, boss: Login) -> Authenticator:
    """The authenticator app of `boss`."""
    return talk.stand_in.add_authenticator("boss")


def log_in(talk: Talk, code: object = None, **more: Any) -> httpx2.Response:
    return talk.post("login", json={"user": "boss", "password": PASSWORD, "code": code}, **more)


def change(talk: Talk, boss: Login, **headers: str) -> httpx2.Response:
    return talk.post(SETTING, boss, json=BODY, headers={f"X-2fa-{name}": value for name, value in headers.items()})


@pytest.mark.parametrize(
    "time, code",
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
@pytest.mark.parametrize("secret", [b"12345678901234567890"])
def test_codes_are_those_of_the_standard(secret: bytes, time: float, code: str) -> None:
    """The last six digits of the codes in RFC 6238, appendix B."""
    assert code_at(base64.b32encode(secret).decode(), time) == code


def test_the_padding_of_a_secret_may_be_left_out() -> None:
    assert code_at("GEZDGNBV", 59) == code_at("GEZDGNBV", 59.9)
    assert code_at("GEZDGNBVGY", 59) == code_at("GEZDGNBVGY======", 59)


def test_its_secrets_are_not_shown_in_reports(app: Authenticator) -> None:
    assert repr(app) == "Authenticator()"


def test_there_is_none_for_nobody(talk: Talk) -> None:
    with pytest.raises(LookupError):
        talk.stand_in.add_authenticator("nobody")


def test_whoever_is_signed_in_sees_that_there_is_one(talk: Talk, boss: Login, app: Authenticator) -> None:
    assert talk.get("me", boss).json()["services"]["totp"] == {"enabled": True}
    assert app.secret not in talk.get("me", boss).text


class TestLogins:
    def test_ask_for_a_code(self, talk: Talk, app: Authenticator) -> None:
        answer = log_in(talk)

        assert answer.status_code == 401
        assert answer.json() == {
            "status": "error",
            "error": "totp-required",
            "details": WANTED,
            "message": "TOTP Required",
        }

    def test_take_the_code_that_the_app_shows(self, talk: Talk, app: Authenticator) -> None:
        assert log_in(talk, app.code()).json()["data"]["me"]["username"] == "boss"

    def test_take_it_as_a_number_and_in_a_header_too(self, talk: Talk, app: Authenticator) -> None:
        while app.code().startswith("0"):
            talk.clock.advance(STEP)

        assert log_in(talk, int(app.code())).status_code == 200
        assert log_in(talk, headers={"X-2fa-Code": app.code()}).status_code == 200

    def test_take_it_again_while_it_is_shown(self, talk: Talk, app: Authenticator) -> None:
        """As lib/totp.ts does, which keeps no code that was used."""
        assert [log_in(talk, app.code()).status_code for _ in range(2)] == [200, 200]

    @pytest.mark.parametrize("late, status", [(STEP, 200), (2 * STEP, 401)])
    def test_take_the_code_before_that_one(self, talk: Talk, app: Authenticator, late: float, status: int) -> None:
        code = app.code()
        talk.clock.advance(late)

        assert log_in(talk, code).status_code == status

    @pytest.mark.parametrize("early, status", [(STEP, 200), (2 * STEP, 401)])
    def test_take_the_code_behind_that_one(self, talk: Talk, app: Authenticator, early: float, status: int) -> None:
        assert log_in(talk, code_at(app.secret, talk.clock.time() + early)).status_code == status

    def test_take_as_many_codes_as_the_setting_says(self, talk: Talk, app: Authenticator) -> None:
        talk.stand_in.settings["Accounts_TwoFactorAuthentication_MaxDelta"] = 0
        code = app.code()

        assert log_in(talk, code).status_code == 200
        talk.clock.advance(STEP)
        assert log_in(talk, code).status_code == 401

    @pytest.mark.parametrize("code", ["nonsense", "12345", "backup?!"])
    def test_refuse_other_codes(self, talk: Talk, app: Authenticator, code: str) -> None:
        answer = log_in(talk, code)

        assert (answer.status_code, answer.json()["error"]) == (401, "totp-invalid")
        assert answer.json()["details"] == WANTED

    def test_take_each_code_to_fall_back_on_once(self, talk: Talk, app: Authenticator) -> None:
        first, second, *_ = app.backup_codes

        assert log_in(talk, first).status_code == 200
        assert log_in(talk, first).json()["error"] == "totp-invalid"
        assert log_in(talk, second).status_code == 200

    def test_take_only_the_newest_app(self, talk: Talk, app: Authenticator) -> None:
        newest = talk.stand_in.add_authenticator("boss")

        assert log_in(talk, app.code()).status_code == 401
        assert log_in(talk, newest.code()).status_code == 200

    @pytest.mark.parametrize("switch", ["By_TOTP_Enabled", "Enabled"])
    def test_ask_for_none_where_they_are_switched_off(self, talk: Talk, app: Authenticator, switch: str) -> None:
        talk.stand_in.settings[f"Accounts_TwoFactorAuthentication_{switch}"] = False

        assert log_in(talk).status_code == 200

    def test_prefer_the_app_to_an_e_mail(self, talk: Talk) -> None:
        talk.stand_in.add_user("ada", password=PASSWORD, verified=True)
        app = talk.stand_in.add_authenticator("ada")
        body = {"user": "ada@example.com", "password": PASSWORD}

        assert talk.post("login", json=body).json()["details"] == {**WANTED, "availableMethods": ["totp", "email"]}
        assert talk.stand_in.emailed_codes == {}
        assert talk.post("login", json={**body, "code": app.code()}).status_code == 200


class TestTheMethodLogin:
    """What web clients call."""

    def call(self, talk: Talk, options: object) -> Any:
        message = json.dumps({"msg": "method", "method": "login", "id": "7", "params": [options]})
        return json.loads(talk.post("method.callAnon/login", json={"message": message}).json()["message"])

    def test_takes_the_code_around_the_login(self, talk: Talk, app: Authenticator) -> None:
        login = {"user": {"username": "boss"}, "password": PASSWORD}

        assert self.call(talk, login)["error"]["details"] == WANTED
        assert self.call(talk, {**login, "code": app.code()})["error"]["error"] == "totp-required"
        assert self.call(talk, {"totp": {"login": login, "code": app.code()}})["result"]["type"] == "password"

    @pytest.mark.parametrize("options", [{"totp": {"code": ""}}, {"totp": {"code": "1"}}, {"totp": "1"}])
    def test_takes_nothing_without_code_or_login(self, talk: Talk, app: Authenticator, options: object) -> None:
        assert self.call(talk, options)["error"]["error"] == 400


class TestCalls:
    def test_ask_for_a_code(self, talk: Talk, boss: Login, app: Authenticator) -> None:
        answer = change(talk, boss)

        assert refusal(answer) == (400, "totp-required")
        assert answer.json()["details"] == WANTED

    def test_take_a_right_one_after_a_wrong_one_and_remember_it(
        self, talk: Talk, boss: Login, app: Authenticator
    ) -> None:
        wrong = change(talk, boss, Method="totp", Code="nonsense")

        assert refusal(wrong) == (400, "totp-invalid")
        assert wrong.json()["details"] == WANTED
        assert change(talk, boss, Method="totp", Code=app.code()).status_code == 200
        assert change(talk, boss).status_code == 200

    def test_take_one_to_fall_back_on(self, talk: Talk, boss: Login, app: Authenticator) -> None:
        assert change(talk, boss, Method="totp", Code=app.backup_codes[0]).status_code == 200

    def test_take_one_without_its_kind(self, talk: Talk, boss: Login, app: Authenticator) -> None:
        assert change(talk, boss, Code=app.code()).status_code == 200

    def test_take_the_other_kind_that_is_named(self, talk: Talk, app: Authenticator) -> None:
        ada = talk.add("ada", roles=("admin",), verified=True)
        talk.stand_in.add_authenticator("ada")
        talk.clock.advance(1800)

        assert change(talk, ada, Method="email").json()["details"]["codeGenerated"] is True
        code = talk.stand_in.emailed_codes[ada.user_id]
        assert change(talk, ada, Method="email", Code=code).status_code == 200

    def test_refuse_the_code_of_an_app_that_nobody_has(self, talk: Talk, boss: Login) -> None:
        answer = change(talk, boss, Method="totp", Code="123456")

        assert refusal(answer) == (400, "totp-invalid")
        assert answer.json()["details"] == {**WANTED, "availableMethods": []}
