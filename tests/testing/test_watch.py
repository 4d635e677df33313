import threading
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from pymongo.database import Database

from rocketchat_auth.testing import Login, StandIn, StandInServer
from tests.testing.talk import Talk, as_headers

PATIENCE = 10.0


def watch(talk: Talk, login: Login | None, wait: float) -> Any:
    return talk.get(f"/stand-in/watch?wait={wait}", headers=as_headers(login)).json()


def logged_out(talk: Talk, alice: Login) -> None:
    talk.post("logout", alice)


def logged_out_everywhere(talk: Talk, alice: Login) -> None:
    talk.post("users.logout", talk.admin, json={"userId": alice.user_id})


def deactivated(talk: Talk, alice: Login) -> None:
    talk.post("users.setActiveStatus", talk.admin, json={"userId": alice.user_id, "activeStatus": False})


def deleted(talk: Talk, alice: Login) -> None:
    talk.post("users.delete", talk.admin, json={"userId": alice.user_id})


def removed_from_storage(talk: Talk, alice: Login) -> None:
    talk.stand_in.users.update(alice.user_id, {}, remove=["services.resume"])


def evicted(talk: Talk, alice: Login) -> None:
    for _ in range(50):
        talk.clock.advance(1)
        talk.stand_in.log_in("alice")


def expired(talk: Talk, alice: Login) -> None:
    talk.clock.advance(90 * 86400)


@pytest.mark.parametrize(
    "end",
    [logged_out, logged_out_everywhere, deactivated, deleted, removed_from_storage, evicted, expired],
    ids=lambda end: end.__name__,
)
def test_tells_at_once_when_the_login_ends(talk: Talk, end: Callable[[Talk, Login], None]) -> None:
    alice = talk.add("alice")
    answers: list[Any] = []
    watcher = threading.Thread(target=lambda: answers.append(watch(talk, alice, PATIENCE)))
    watcher.start()

    end(talk, alice)
    began = time.monotonic()
    watcher.join(PATIENCE)

    assert answers == [{"alive": False}]
    assert time.monotonic() - began < PATIENCE / 2


def test_tells_who_is_logged_in_when_the_wait_is_over(talk: Talk) -> None:
    talk.stand_in.add_user("ada", name="Ada Lovelace")
    ada = talk.stand_in.log_in("ada")

    for wait in (0, 0.15, -1):
        assert watch(talk, ada, wait) == {"alive": True, "username": "ada", "name": "Ada Lovelace"}


@pytest.mark.parametrize("login", [None, Login("nosuch", "nosuch")])
def test_without_good_credentials_there_is_no_wait(talk: Talk, login: Login | None) -> None:
    began = time.monotonic()

    assert watch(talk, login, PATIENCE) == {"alive": False}
    assert time.monotonic() - began < PATIENCE / 2


def test_is_no_call_and_is_not_limited(talk: Talk) -> None:
    alice = talk.add("alice")

    assert all(watch(talk, alice, 0)["alive"] for _ in range(20))
    assert talk.stand_in.calls == []


def test_a_server_that_stops_answers_those_who_watch() -> None:
    stand_in = StandIn()
    stand_in.add_user("alice")
    alice = stand_in.log_in("alice")
    answers: list[Any] = []
    began = time.monotonic()

    def ask(url: str) -> None:
        answer = httpx2.get(f"{url}/stand-in/watch", headers=as_headers(alice), timeout=PATIENCE)
        answers.append(answer.json()["alive"])

    with StandInServer(stand_in) as server:
        watcher = threading.Thread(target=ask, args=(server.url,))
        watcher.start()
        while not stand_in.application.watch.watching:
            watcher.join(0.01)

    watcher.join(PATIENCE)
    assert answers == [True]
    assert time.monotonic() - began < PATIENCE / 2


@pytest.mark.mongo
def test_tells_of_tokens_that_others_remove_from_mongodb(mongo_database: Database[dict[str, Any]]) -> None:
    talk = Talk("8.4", mongo=mongo_database)
    with talk.client:
        alice = talk.add("alice")
        assert watch(talk, alice, 0)["alive"]

        mongo_database["users"].update_one({"_id": alice.user_id}, {"$set": {"services.resume.loginTokens": []}})

        assert watch(talk, alice, PATIENCE) == {"alive": False}
