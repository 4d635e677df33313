"""What was done between the recorded exchanges, as their names, their bodies and the notes tell."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from rocketchat_auth.testing.tokens import hash_token
from tests.testing.replaying import ADMIN, ALICE, BOB, IFRAME_TOKEN, Interludes, Replay, read

BEFORE: Interludes = {}
AFTER: Interludes = {}

Interlude = Callable[[Replay], None]

RATE_WINDOW = 60.0


def before(name: str) -> Callable[[Interlude], Interlude]:
    """Do it before that exchange."""

    def register(interlude: Interlude) -> Interlude:
        BEFORE[name] = interlude
        return interlude

    return register


def after(name: str) -> Callable[[Interlude], Interlude]:
    """Do it after that exchange."""

    def register(interlude: Interlude) -> Interlude:
        AFTER[name] = interlude
        return interlude

    return register


@before("008-me-badtoken")
def _bad_token(replay: Replay) -> None:
    replay.other_tokens["008-me-badtoken"] = "badtoken"


@before("009-me-with-pat")
def _use_personal_token(replay: Replay) -> None:
    personal = replay.ours(read("005-generatePersonalAccessToken")["body"]["token"])
    for name in ("009-me-with-pat", "194-2fa-settings-post-pat-bypass", "253-2fa2-settings-post-pat-bypass"):
        replay.other_tokens[name] = personal


@after("051-createToken-username")
def _keep_token_of_bob(replay: Replay) -> None:
    replay.tokens[BOB] = replay.ours(read("051-createToken-username")["body"]["data"]["authToken"])


@after("057-createToken-with-secret")
def _note_tokens_of_bob(replay: Replay) -> None:
    entries = _login_tokens(replay, BOB)
    hashed = hash_token(replay.tokens[BOB])
    of_token = [entry for entry in entries if entry["hashedToken"] == hashed]
    replay.notes["createToken-stored"] = {"hash_in_loginTokens": of_token, "all": entries}


@after("082-setActive-false")
def _note_tokens_of_deactivated(replay: Replay) -> None:
    replay.notes["tokens-after-deactivate"] = _login_tokens(replay, ALICE)


@before("099-users.logout-ordinary-other")
def _log_alice_in_by_token(replay: Replay) -> None:
    replay.tokens[ALICE] = replay.create_token(ALICE)
    replay.notes["alice-tokens-before"] = _login_tokens(replay, ALICE)


@after("100-users.logout-admin")
def _note_tokens_of_logged_out(replay: Replay) -> None:
    replay.notes["alice-tokens-after"] = _login_tokens(replay, ALICE)


@before("103-logoutOtherClients")
def _log_alice_in_twice(replay: Replay) -> None:
    replay.clock.advance(RATE_WINDOW)
    replay.tokens[ALICE] = replay.create_token(ALICE)
    other = replay.create_token(ALICE)
    for name in ("104-me-other-after", "105-me-other-after-11s"):
        replay.other_tokens[name] = other


@before("106-removeOtherTokens")
def _log_alice_in_again(replay: Replay) -> None:
    replay.other_tokens["107-me-removed"] = replay.create_token(ALICE)


@before("110-setAvatar-ok")
def _start_a_new_login(replay: Replay) -> None:
    replay.tokens[ALICE] = replay.create_token(ALICE)


@before("181-iframe-rest-login")
def _give_iframe_token(replay: Replay) -> None:
    replay.clock.advance(RATE_WINDOW)
    replay.stand_in.users.update(replay.ours(ALICE), {"services.iframe.token": IFRAME_TOKEN})
    # The first of the minute's logins was not recorded.
    replay.call("POST", "/api/v1/login", json={"user": "nobody", "password": "x"})


@after("184-iframe-methodCallAnon-bad")
def _log_in_by_socket(replay: Replay) -> None:
    replay.notes["ddp-iframe-login"] = _log_in_by_method(replay, {"iframe": True, "token": IFRAME_TOKEN})
    replay.notes["ddp-iframe-login-bad"] = _log_in_by_method(replay, {"iframe": True, "token": "nope"})
    replay.notes["iframe-token-still-there-after-login"] = replay.document(ALICE)["services"]["iframe"]


@before("185-methodCallAnon-resume")
def _give_token_to_resume(replay: Replay) -> None:
    replay.learn("Bdm-2xg1bzbrcCpACGbG3k9El9f6THIrZgvvltR5tEZ", replay.create_token(ALICE))


@after("185-methodCallAnon-resume")
def _resume_by_socket(replay: Replay) -> None:
    replay.notes["ddp-resume"] = _log_in_by_method(replay, {"resume": replay.create_token(ALICE)})
    replay.notes["tokens"] = _login_tokens(replay, ALICE)
    _open_socket(replay)


@after("186-users.logout-while-ddp")
def _see_socket_closed_by_logout_everywhere(replay: Replay) -> None:
    replay.notes["ddp-after-users.logout"] = _socket(replay)
    _open_socket(replay)


@after("187-setActive-false-while-ddp")
def _see_socket_closed_by_deactivation(replay: Replay) -> None:
    replay.notes["ddp-after-deactivate"] = _socket(replay)
    replay.notes["iframe-login-inactive-ddp"] = _log_in_by_method(replay, {"iframe": True, "token": IFRAME_TOKEN})


@before("189-logout-while-ddp")
def _open_socket(replay: Replay) -> None:
    replay.tokens[ALICE] = replay.create_token(ALICE)
    assert replay.alive(ALICE, replay.tokens[ALICE])


@after("189-logout-while-ddp")
def _see_sockets_closed(replay: Replay) -> None:
    replay.notes["ddp-after-logout"] = _socket(replay)
    _open_socket(replay)
    replay.stand_in.users.update(replay.ours(ALICE), {"services.resume.loginTokens": []})
    replay.notes["ddp-after-db-token-removal"] = _socket(replay)


@after("190-iframe-disable")
def _log_in_with_iframe_switched_off(replay: Replay) -> None:
    answer = _log_in_by_method(replay, {"iframe": True, "token": IFRAME_TOKEN})
    replay.notes["ddp-iframe-login-when-disabled"] = answer


@before("192-2fa-enable")
def _make_accounts_young(replay: Replay) -> None:
    replay.stand_in.users.update(replay.ours(ADMIN), {"createdAt": replay.now() - timedelta(minutes=13)})
    # Alice was connected by a socket, which the stand-in has not.
    replay.stand_in.users.update(replay.ours(ALICE), {"status": "online", "statusConnection": "online"})


@before("206-rate-ordinary-429")
def _call_too_often(replay: Replay) -> None:
    replay.tokens[ALICE] = replay.create_token(ALICE)
    answers = [replay.call("GET", "/api/v1/users.info?username=bob", ALICE) for _ in range(13)]
    replay.notes["rate-ordinary"] = [_limits(answer, "Limit", "Remaining") for answer in answers]


@before("207-rate-login-429")
def _log_in_too_often(replay: Replay) -> None:
    answers = [replay.call("GET", "/api/v1/users.info?username=bob", ADMIN) for _ in range(30)]
    replay.notes["rate-admin"] = [_limits(answer, "Limit", "Remaining") for answer in answers]
    unfit = {"username": "alice", "email": "alice@example.com", "name": "x", "password": "x"}
    answers = [replay.call("POST", "/api/v1/users.create", ADMIN, json=unfit) for _ in range(15)]
    replay.notes["rate-admin-create"] = [answer.status_code for answer in answers]
    login = {"user": "bob", "password": "x"}
    answers = [replay.call("POST", "/api/v1/login", json=login) for _ in range(12)]
    replay.notes["rate-login"] = [_limits(answer, "Remaining") for answer in answers]


@before("208-rate-login-429-resume")
def _give_another_token_to_resume(replay: Replay) -> None:
    replay.learn("JvBpu4ZmHcVoVh6snGNJOFEI0nRZVcdQWsaaS7_gy2A", replay.create_token(BOB))


@before("241-createToken-env-off-admin-other")
def _restart_without_create_tokens(replay: Replay) -> None:
    replay.stand_in.create_tokens = False


@after("243-createToken-env-off-unknown")
def _restart_with_create_tokens(replay: Replay) -> None:
    replay.stand_in.create_tokens = True


@before("251-2fa2-enable")
def _let_accounts_grow_old(replay: Replay) -> None:
    replay.clock.advance(replay.stand_in.settings["Accounts_TwoFactorAuthentication_RememberFor"])


def _login_tokens(replay: Replay, user: str) -> list[dict[str, Any]]:
    entries = replay.document(user)["services"]["resume"]["loginTokens"]
    return [{**entry, "when": f"{entry['when']:%Y-%m-%d %H:%M:%S.%f}"} for entry in entries]


def _log_in_by_method(replay: Replay, options: dict[str, Any]) -> Any:
    message = json.dumps({"msg": "method", "method": "login", "id": "1", "params": [options]})
    answer = replay.call("POST", "/api/v1/method.callAnon/login", json={"message": message})
    return json.loads(answer.json()["message"])


def _socket(replay: Replay) -> dict[str, Any]:
    alive = replay.alive(ALICE, replay.tokens[ALICE])
    return {"msgs": [], "closed": "open" if alive else "eof"}


def _limits(answer: Any, *names: str) -> list[Any]:
    return [answer.status_code, *(answer.headers.get(f"X-RateLimit-{name}") for name in names)]
