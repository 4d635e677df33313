import pytest

from rocketchat_auth.testing import Login
from rocketchat_auth.testing.tokens import sha256_hex
from tests.testing.conftest import Play
from tests.testing.talk import Talk, refusal

CODE = {"X-2fa-Method": "password", "X-2fa-Code": sha256_hex("adminpass")}
BODY = {"value": "https://site.example.com/rocketchat/api"}
MAILED = {"method": "email", "emailOrUsername": "boss", "availableMethods": ["email"]}
SETTING = "settings/Accounts_Iframe_api_url"


@pytest.fixture
def talk(play: Play) -> Talk:
    return play(two_factor=True)


def test_is_asked_for_where_it_is_switched_on(talk: Talk) -> None:
    login = talk.stand_in.log_in("admin")

    answer = talk.post(SETTING, login, json=BODY)

    assert answer.status_code == 400
    assert answer.json()["details"] == {"method": "password", "codeGenerated": False, "availableMethods": []}
    assert refusal(answer)[1] == "totp-required"
    talk.stand_in.settings["Accounts_TwoFactorAuthentication_Enabled"] = False
    assert talk.post(SETTING, login, json=BODY).status_code == 200


def test_personal_access_tokens_may_bypass_it(talk: Talk) -> None:
    assert talk.post(SETTING, talk.admin, json=BODY).status_code == 200


def test_8_5_forgot_that_personal_access_tokens_may_bypass_it(play: Play) -> None:
    talk = play("8.5", two_factor=True)

    assert refusal(talk.post(SETTING, talk.admin, json=BODY)) == (400, "totp-required")
    assert talk.post(SETTING, talk.admin, json=BODY, headers=CODE).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{**CODE, "X-2fa-Code": "123"}, {**CODE, "X-2fa-Method": "totp"}, {**CODE, "X-2fa-Method": "email"}],
)
def test_wrong_codes_are_refused(talk: Talk, headers: dict[str, str]) -> None:
    answer = talk.post(SETTING, talk.stand_in.log_in("admin"), json=BODY, headers=headers)

    assert refusal(answer) == (400, "totp-invalid")


def test_a_code_needs_no_kind(talk: Talk) -> None:
    """The first kind that the account has counts, and the password where it has none (2fa/code/index.ts)."""
    headers = {"X-2fa-Code": CODE["X-2fa-Code"].upper()}

    assert talk.post(SETTING, talk.stand_in.log_in("admin"), json=BODY, headers=headers).status_code == 200


def test_is_remembered_for_half_an_hour_with_the_same_token_and_browser(talk: Talk) -> None:
    login = talk.stand_in.log_in("admin")
    talk.post(SETTING, login, json=BODY, headers=CODE)
    talk.clock.advance(1799)

    assert talk.post(SETTING, login, json=BODY).status_code == 200
    assert talk.post(SETTING, login, json=BODY, headers={"User-Agent": "another"}).status_code == 400
    assert talk.post(SETTING, talk.stand_in.log_in("admin"), json=BODY).status_code == 400
    talk.clock.advance(1)
    assert talk.post(SETTING, login, json=BODY).status_code == 400


def test_young_accounts_are_not_asked(talk: Talk) -> None:
    boss = talk.add("boss", roles=("admin",), password="correct horse")

    assert talk.post(SETTING, boss, json=BODY).status_code == 200
    talk.clock.advance(1800)
    assert talk.post(SETTING, boss, json=BODY).status_code == 400


def test_accounts_with_neither_password_nor_address_are_not_asked(talk: Talk) -> None:
    boss = talk.add("boss", roles=("admin",), email="")
    talk.clock.advance(1800)

    assert talk.post(SETTING, boss, json=BODY).status_code == 200


class TestCodesByEmail:
    @pytest.fixture
    def boss(self, talk: Talk) -> Login:
        boss = talk.add("boss", roles=("admin",), password="bosspass")
        talk.clock.advance(1800)
        return boss

    def test_are_mailed_where_the_address_is_verified(self, talk: Talk, boss: Login) -> None:
        answer = talk.post(SETTING, boss, json=BODY)

        assert refusal(answer) == (400, "totp-required")
        assert answer.json()["details"] == {**MAILED, "codeGenerated": True}
        headers = {"X-2fa-Method": "email", "X-2fa-Code": talk.stand_in.emailed_codes[boss.user_id]}
        assert talk.post(SETTING, boss, json=BODY, headers=headers).status_code == 200
        assert talk.post(SETTING, boss, json=BODY).status_code == 200

    def test_are_mailed_once_until_they_are_used(self, talk: Talk, boss: Login) -> None:
        talk.post(SETTING, boss, json=BODY)
        code = talk.stand_in.emailed_codes[boss.user_id]

        assert talk.post(SETTING, boss, json=BODY).json()["details"] == {**MAILED, "codeGenerated": False}
        headers = {"X-2fa-Method": "email", "X-2fa-Code": f"{code[:3]}-{code[3:]}"}
        assert talk.post(SETTING, boss, json=BODY, headers=headers).status_code == 200

    def test_cannot_be_replaced_by_the_password(self, talk: Talk, boss: Login) -> None:
        headers = {**CODE, "X-2fa-Code": sha256_hex("bosspass")}

        assert refusal(talk.post(SETTING, boss, json=BODY, headers=headers)) == (400, "totp-invalid")

    def test_can_be_wrong(self, talk: Talk, boss: Login) -> None:
        talk.post(SETTING, boss, json=BODY)
        headers = {"X-2fa-Method": "email", "X-2fa-Code": "no number"}

        answer = talk.post(SETTING, boss, json=BODY, headers=headers)

        assert refusal(answer) == (400, "totp-invalid")
        assert answer.json()["details"] == {**MAILED, "codeGenerated": False}
