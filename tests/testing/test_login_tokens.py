from typing import Any

import httpx2
import pytest

from rocketchat_auth.testing import Login
from rocketchat_auth.testing.tokens import stored_tokens
from tests.testing.conftest import Play
from tests.testing.talk import SECRET, Talk, refusal


def create(talk: Talk, login: Login, owner: str = "alice", **body: Any) -> httpx2.Response:
    named = {"userId": talk.stand_in.user(owner)["_id"]}
    return talk.post("users.createToken", login, json=named | body)


def test_up_to_7_a_token_needs_no_secret(play: Play) -> None:
    talk = play("7.10")
    talk.stand_in.add_user("alice")

    data = create(talk, talk.admin).json()["data"]

    assert talk.stand_in.is_alive(Login(data["userId"], data["authToken"]))


def test_up_to_7_a_user_may_be_named_by_username(play: Play) -> None:
    talk = play("7.10")
    talk.stand_in.add_user("alice")

    assert talk.post("users.createToken", talk.admin, json={"username": "Alice"}).status_code == 200


def test_up_to_7_the_environment_must_allow_it(play: Play) -> None:
    talk = play("7.10", create_tokens=False)
    talk.stand_in.add_user("alice")

    assert refusal(create(talk, talk.admin)) == (400, "error-not-authorized")
    talk.stand_in.create_tokens = True
    assert talk.stand_in.create_tokens
    assert create(talk, talk.admin).status_code == 200


@pytest.mark.parametrize("version", ["8.0", "8.4", "9.0"])
def test_from_8_a_token_needs_the_secret(play: Play, version: str) -> None:
    talk = play(version)
    talk.stand_in.add_user("alice")

    assert create(talk, talk.admin, secret=SECRET).status_code == 200
    assert create(talk, talk.admin, secret="another").status_code in (400, 403)


@pytest.mark.parametrize(
    "body, error",
    [
        ({}, "must have required property 'secret' [invalid-params]"),
        ({"secret": 1}, "must be string [invalid-params]"),
        ({"secret": SECRET, "username": "alice"}, "must NOT have additional properties [invalid-params]"),
    ],
)
def test_from_8_the_body_is_exactly_user_id_and_secret(talk: Talk, body: Any, error: str) -> None:
    talk.stand_in.add_user("alice")

    answer = create(talk, talk.admin, **body)

    assert refusal(answer) == (400, "invalid-params")
    assert answer.json()["error"] == error


def test_without_a_secret_in_the_environment_no_secret_is_right(play: Play) -> None:
    talk = play(token_secret=None)
    talk.stand_in.add_user("alice")

    assert refusal(create(talk, talk.admin, secret="")) == (400, "error-not-authorized")


def test_tokens_of_others_need_a_permission(talk: Talk) -> None:
    bob = talk.add("bob")
    talk.stand_in.add_user("alice")

    assert refusal(create(talk, bob, secret=SECRET)) == (400, "error-not-authorized")
    assert create(talk, bob, "bob", secret=SECRET).status_code == 200
    talk.stand_in.grant("user-generate-access-token", "user")
    assert create(talk, bob, secret=SECRET).status_code == 200


def test_some_patches_forgot_the_permission(play: Play) -> None:
    talk = play("8.4.4")
    talk.stand_in.add_user("alice")

    assert create(talk, talk.add("bob"), secret=SECRET).status_code == 200


def test_9_refuses_with_forbidden(play: Play) -> None:
    talk = play("9.0")
    talk.stand_in.add_user("alice")

    answer = create(talk, talk.admin, secret="another")

    assert answer.status_code == 403
    assert answer.json() == {
        "success": False,
        "error": "Not authorized [error-not-authorized]",
        "errorType": "error-forbidden",
    }


def test_7_13_trips_over_users_who_never_logged_in_and_keeps_their_token(play: Play) -> None:
    talk = play("7.13")
    talk.stand_in.add_user("alice")

    answer = create(talk, talk.admin)

    assert answer.status_code == 400
    assert answer.json() == {"success": False, "error": "Cannot read properties of undefined (reading 'tokens')"}
    assert len(stored_tokens(talk.stand_in.user("alice"))) == 1
    assert create(talk, talk.admin).status_code == 200


def test_newest_versions_ask_for_a_second_factor(play: Play) -> None:
    older, newer = play("8.6", two_factor=True), play("8.7", two_factor=True)
    for talk, status in ((older, 200), (newer, 400)):
        talk.stand_in.add_user("alice")
        assert create(talk, talk.stand_in.log_in("admin"), secret=SECRET).status_code == status
        assert create(talk, talk.admin, secret=SECRET).status_code == 200


def test_personal_access_tokens(talk: Talk) -> None:
    alice = talk.add("alice")
    token = talk.post("users.generatePersonalAccessToken", alice, json={"tokenName": "site"}).json()["token"]
    talk.clock.advance(10 * 365 * 86400)

    assert talk.stand_in.is_alive(Login(alice.user_id, token))
    assert not talk.stand_in.is_alive(alice)


@pytest.mark.parametrize("version, status, code", [("8.4", 400, "not-authorized"), ("9.0", 403, "error-forbidden")])
def test_personal_access_tokens_need_a_permission(play: Play, version: str, status: int, code: str) -> None:
    talk = play(version)
    guest = talk.add("guest", roles=("guest",))

    answer = talk.post("users.generatePersonalAccessToken", guest, json={"tokenName": "site"})

    assert refusal(answer) == (status, code)


def test_personal_access_tokens_have_names_of_their_own(talk: Talk) -> None:
    body = {"tokenName": "site", "bypassTwoFactor": False}
    alice = talk.add("alice")
    talk.post("users.generatePersonalAccessToken", alice, json=body)

    answer = talk.post("users.generatePersonalAccessToken", alice, json=body)

    assert refusal(answer) == (400, "error-token-already-exists")
    assert talk.post("users.generatePersonalAccessToken", alice, json={}).status_code == 400


def test_logging_others_out_everywhere_needs_a_permission(talk: Talk) -> None:
    alice, bob = talk.add("alice"), talk.add("bob")

    answer = talk.post("users.logout", bob, json={"userId": alice.user_id})

    assert (answer.status_code, answer.json()["error"]) == (403, "unauthorized")
    assert talk.stand_in.is_alive(alice)


def test_9_says_forbidden(play: Play) -> None:
    talk = play("9.0")
    answer = talk.post("users.logout", talk.add("bob"), json={"userId": talk.admin.user_id})

    assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")


def test_one_may_log_oneself_out_everywhere(talk: Talk) -> None:
    here, there = talk.add("alice"), talk.stand_in.log_in("alice")

    talk.post("users.logout", here)

    assert not talk.stand_in.is_alive(here)
    assert not talk.stand_in.is_alive(there)


@pytest.mark.parametrize(
    "endpoint, personal_lives", [("users.logoutOtherClients", True), ("users.removeOtherTokens", False)]
)
def test_ending_ones_other_logins(talk: Talk, endpoint: str, personal_lives: bool) -> None:
    here, there = talk.add("alice"), talk.stand_in.log_in("alice")
    made = talk.post("users.generatePersonalAccessToken", here, json={"tokenName": "site"})
    personal = Login(here.user_id, made.json()["token"])

    assert talk.post(endpoint, here).status_code == 200

    assert talk.stand_in.is_alive(here)
    assert not talk.stand_in.is_alive(there)
    assert talk.stand_in.is_alive(personal) is personal_lives


@pytest.mark.parametrize("version, ends", [("6.5", "2027-01-01T00:01:30.000Z"), ("7.0", "2027-04-01T00:00:00.000Z")])
def test_ending_other_logins_tells_when_this_one_ends(play: Play, version: str, ends: str) -> None:
    talk = play(version)
    alice = talk.add("alice")

    answer = talk.post("users.logoutOtherClients", alice).json()

    assert (answer["token"], answer["tokenExpires"]) == (alice.auth_token, ends)


def test_ending_other_logins_with_a_personal_token_tells_no_end(talk: Talk) -> None:
    assert talk.post("users.logoutOtherClients", talk.admin).json()["tokenExpires"] == ""


class TestRemovingAPersonalToken:
    def test_ends_it_and_no_other(self, talk: Talk) -> None:
        here = talk.add("alice")
        made = {
            name: Login(
                here.user_id,
                talk.post("users.generatePersonalAccessToken", here, json={"tokenName": name}).json()["token"],
            )
            for name in ("site", "phone")
        }

        assert talk.post("users.removePersonalAccessToken", here, json={"tokenName": "site"}).status_code == 200

        assert not talk.stand_in.is_alive(made["site"])
        assert talk.stand_in.is_alive(made["phone"])

    def test_needs_one_of_that_name(self, talk: Talk) -> None:
        answer = talk.post("users.removePersonalAccessToken", talk.add("alice"), json={"tokenName": "site"})

        assert refusal(answer) == (400, "error-token-does-not-exists")

    def test_needs_a_permission(self, talk: Talk) -> None:
        guest = talk.add("guest", roles=("guest",))

        answer = talk.post("users.removePersonalAccessToken", guest, json={"tokenName": "site"})

        assert refusal(answer) == (400, "not-authorized")
