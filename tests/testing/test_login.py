import json
from typing import Any

import httpx2
import pytest

from rocketchat_auth.testing import Login
from rocketchat_auth.testing.tokens import sha256_hex, stored_tokens
from tests.testing.conftest import Play
from tests.testing.talk import Talk

DAY = 86400.0
EMAILED = {"method": "email", "codeGenerated": True, "emailOrUsername": "alice", "availableMethods": ["email"]}
LOGGED_OUT = "You've been logged out by the server. Please log in again."


def log_in(talk: Talk, **body: Any) -> httpx2.Response:
    return talk.post("login", json=body)


def by_method(talk: Talk, *params: Any) -> Any:
    message = json.dumps({"msg": "method", "method": "login", "id": "7", "params": params})
    answer = talk.post("method.callAnon/login", json={"message": message})
    assert answer.status_code == 200
    return json.loads(answer.json()["message"])


@pytest.mark.parametrize(
    "body",
    [
        {"user": "alice", "password": "correct horse"},
        {"user": "ALICE", "password": "correct horse"},
        {"username": "alice", "password": "correct horse"},
        {"email": "alice@example.com", "password": "correct horse"},
        {"user": {"username": "alice"}, "password": "correct horse"},
        {"user": {"email": "Alice@Example.com"}, "password": "correct horse"},
        {"user": "alice", "password": {"digest": sha256_hex("correct horse"), "algorithm": "sha-256"}},
    ],
)
def test_logs_in_by_password(talk: Talk, body: Any) -> None:
    talk.stand_in.add_user("alice", password="correct horse")

    data = log_in(talk, **body).json()["data"]

    assert data["me"]["username"] == "alice"
    assert talk.stand_in.is_alive(Login(data["userId"], data["authToken"]))
    assert talk.stand_in.user("alice")["lastLogin"] == talk.stand_in.user("alice")["_updatedAt"]


@pytest.mark.parametrize(
    "body, error",
    [
        ({"user": "alice", "password": "wrong"}, 403),
        ({"user": "alice", "password": {"digest": "wrong", "algorithm": "sha-256"}}, 403),
        ({"user": "bob", "password": "correct horse"}, 403),
        ({"user": "nobody", "password": "correct horse"}, "Unauthorized"),
        ({"user": "nobody@example.com", "password": "correct horse"}, "Unauthorized"),
        ({"user": "alice"}, 400),
        ({"user": ["alice"], "password": "correct horse"}, 400),
        ({"password": "correct horse"}, 400),
        ({"resume": None}, 400),
        ({"iframe": True}, 400),
        ({"iframe": True, "token": None}, 400),
        ({"iframe": False, "token": "iframe-token"}, 400),
        ({}, 400),
    ],
)
def test_refuses_other_logins(talk: Talk, body: Any, error: Any) -> None:
    talk.stand_in.add_user("alice", password="correct horse")
    talk.stand_in.add_user("bob")

    answer = log_in(talk, **body)

    assert answer.status_code == 401
    assert answer.json()["error"] == error


def test_a_resumed_login_keeps_its_token(talk: Talk) -> None:
    login = talk.add("alice")

    data = log_in(talk, resume=login.auth_token).json()["data"]

    assert data["authToken"] == login.auth_token
    assert len(stored_tokens(talk.stand_in.user("alice"))) == 1


def test_personal_access_tokens_log_in(talk: Talk) -> None:
    result = by_method(talk, {"resume": talk.admin.auth_token})["result"]

    assert result["id"] == talk.admin.user_id
    assert result["tokenExpires"]["$date"] / 1000 == talk.clock.time() + 90 * DAY


def test_login_tokens_expire(talk: Talk) -> None:
    login = talk.add("alice")
    talk.clock.advance(90 * DAY)

    answer = log_in(talk, resume=login.auth_token)

    assert answer.status_code == 401
    assert answer.json()["message"] == "Your session has expired. Please log in again."
    assert not talk.stand_in.is_alive(login)


def test_login_tokens_live_as_long_as_the_setting_says(talk: Talk) -> None:
    talk.stand_in.settings["Accounts_LoginExpiration"] = 180
    login = talk.add("alice")
    talk.clock.advance(179 * DAY)

    assert by_method(talk, {"resume": login.auth_token})["result"]["type"] == "resume"


@pytest.mark.parametrize("body", [{"user": "alice", "password": "correct horse"}, {"iframe": True, "token": "t"}])
def test_deactivated_users_cannot_log_in(talk: Talk, body: Any) -> None:
    talk.stand_in.add_user("alice", password="correct horse", active=False)
    talk.stand_in.users.update(talk.stand_in.user("alice")["_id"], {"services.iframe.token": "t"})

    assert log_in(talk, **body).json()["error"] == "error-user-is-not-activated"


def test_a_token_of_a_deactivated_user_does_not_log_in(talk: Talk) -> None:
    talk.stand_in.add_user("alice", active=False)
    user_id = talk.stand_in.user("alice")["_id"]
    created = talk.post("users.createToken", talk.admin, json={"userId": user_id, "secret": "the-secret"})

    answer = log_in(talk, resume=created.json()["data"]["authToken"])

    assert answer.json()["error"] == "error-user-is-not-activated"


def test_fifty_login_tokens_are_kept_beside_personal_ones(talk: Talk) -> None:
    personal = talk.admin
    first = talk.stand_in.log_in("admin")
    second = talk.stand_in.log_in("admin")
    for _ in range(49):
        talk.clock.advance(1)
        talk.stand_in.log_in("admin")

    assert talk.stand_in.is_alive(personal)
    assert not talk.stand_in.is_alive(first)
    assert talk.stand_in.is_alive(second)
    assert len(stored_tokens(talk.stand_in.user("admin"))) == 51


def test_logout_ends_one_login_only(talk: Talk) -> None:
    here = talk.add("alice")
    there = talk.stand_in.log_in("alice")

    assert talk.post("logout", here).json()["status"] == "success"

    assert not talk.stand_in.is_alive(here)
    assert talk.stand_in.is_alive(there)
    assert talk.post("logout", here).status_code == 401


@pytest.mark.parametrize("options", ["text", {"resume": "dead"}])
def test_methods_tell_failures_in_their_message(talk: Talk, options: Any) -> None:
    error = by_method(talk, options)["error"]

    assert error["errorType"] == "Meteor.Error"
    assert error["message"].endswith(f"[{error['error']}]")


@pytest.mark.parametrize("message", [None, 1, "{", "[]", '{"params": 1}', '{"params": []}'])
def test_methods_want_a_message(talk: Talk, message: Any) -> None:
    assert talk.post("method.callAnon/login", json={"message": message}).status_code == 400
    assert talk.post("method.callAnon/login", json={}).status_code == 400


def test_a_dead_token_is_told_in_the_words_that_clients_show(talk: Talk) -> None:
    assert by_method(talk, {"resume": "dead"})["error"]["reason"] == LOGGED_OUT


class TestSecondFactorByEmail:
    """Who has a verified address is asked for a code at a login by password or iframe token (2fa/loginHandler.ts)."""

    @pytest.fixture
    def talk(self, play: Play) -> Talk:
        talk = play(two_factor=True)
        talk.stand_in.add_user("alice", password="correct horse", verified=True)
        talk.stand_in.add_user("bob", password="correct horse", verified=False)
        talk.stand_in.users.update(talk.stand_in.user("alice")["_id"], {"services.iframe.token": "t"})
        return talk

    @pytest.mark.parametrize("body", [{"user": "alice", "password": "correct horse"}, {"iframe": True, "token": "t"}])
    def test_is_asked_for(self, talk: Talk, body: Any) -> None:
        answer = log_in(talk, **body)

        assert answer.status_code == 401
        assert answer.json() == {
            "status": "error",
            "error": "totp-required",
            "details": EMAILED,
            "message": "TOTP Required",
        }

    def test_is_asked_for_in_methods_too(self, talk: Talk) -> None:
        assert by_method(talk, {"iframe": True, "token": "t"})["error"]["details"]["method"] == "email"

    def test_is_not_asked_for_without_a_verified_address(self, talk: Talk) -> None:
        assert log_in(talk, user="bob", password="correct horse").status_code == 200

    def test_is_not_asked_for_with_a_login_token(self, talk: Talk) -> None:
        assert log_in(talk, resume=talk.stand_in.log_in("alice").auth_token).status_code == 200

    def test_the_emailed_code_logs_in_once(self, talk: Talk) -> None:
        log_in(talk, user="alice", password="correct horse")
        code = talk.stand_in.emailed_codes[talk.stand_in.user("alice")["_id"]]

        assert log_in(talk, user="alice", password="correct horse", code=code).status_code == 200
        assert log_in(talk, user="alice", password="correct horse", code=code).json()["error"] == "totp-invalid"
