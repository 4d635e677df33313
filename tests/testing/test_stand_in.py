from typing import Any

import pytest
from pymongo.database import Database

from rocketchat_auth.testing import FakeClock, Login, StandIn
from rocketchat_auth.testing.tokens import hash_token, login_entry, stored_tokens
from tests.testing.interludes import AFTER, BEFORE
from tests.testing.pictures import pictures
from tests.testing.replaying import Replay
from tests.testing.talk import Talk


def test_plays_the_version_it_is_told() -> None:
    assert StandIn().version == "8.4"
    assert StandIn("9.0").version == "9.0"
    with pytest.raises(ValueError, match=r"5\.0"):
        StandIn("5.0")


def test_takes_the_time_of_the_machine_unless_it_is_given_a_clock() -> None:
    assert StandIn().add_user("alice")["createdAt"].year >= 2026
    assert StandIn(clock=FakeClock(0.0)).add_user("alice")["createdAt"].year == 1970


def test_the_administrators_password_may_be_chosen() -> None:
    assert StandIn(admin_password="adminpass").admin_password == "adminpass"
    assert StandIn().admin_password != StandIn().admin_password


@pytest.mark.mongo
class TestWithMongoDB:
    def test_tokens_that_others_push_log_in(self, mongo_database: Database[dict[str, Any]]) -> None:
        talk = Talk("8.4", mongo=mongo_database)
        with talk.client:
            alice = talk.stand_in.add_user("alice")
            entry = login_entry("pushed", alice["createdAt"])
            push = {"$push": {"services.resume.loginTokens": entry}}
            mongo_database["users"].update_one({"_id": alice["_id"]}, push)

            answer = talk.post("login", json={"resume": "pushed"})

        assert answer.json()["data"]["userId"] == alice["_id"]

    def test_its_documents_are_like_the_real_ones(self, mongo_database: Database[dict[str, Any]]) -> None:
        stand_in = StandIn(mongo=mongo_database, clock=FakeClock())
        login = Login(stand_in.add_user("alice")["_id"], "")
        token = stand_in.log_in("alice").auth_token

        stored = mongo_database["users"].find_one({"_id": login.user_id})

        assert stored is not None
        assert stored["services"]["resume"]["loginTokens"] == [
            {"when": stored["createdAt"], "hashedToken": hash_token(token)}
        ]

    def test_users_outlive_it(self, mongo_database: Database[dict[str, Any]]) -> None:
        former = StandIn(mongo=mongo_database)
        former.add_user("alice")
        alice = former.log_in("alice")

        following = StandIn(mongo=mongo_database)

        assert following.is_alive(alice)
        assert following.admin.user_id == former.admin.user_id
        assert not following.is_alive(former.admin)
        assert len(stored_tokens(following.user("admin"))) == 1
        assert following.user("alice")["__rooms"] == ["GENERAL"]

    def test_every_recorded_exchange_is_as_it_is_in_memory(self, mongo_database: Database[dict[str, Any]]) -> None:
        with pictures() as url:
            replay = Replay(url, mongo_database)
            replay.run(BEFORE, AFTER)

        assert {name: found for name, found in replay.differences.items() if found} == {}
