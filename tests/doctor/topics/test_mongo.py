from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.database import Database
from pymongo.errors import OperationFailure
from pytest_django import Settings

from rocketchat_auth.doctor import Severity
from rocketchat_auth.doctor.topics import mongo as topic
from rocketchat_auth.doctor.topics.mongo import TOPIC
from rocketchat_auth.login.sources import mongo
from tests.doctor.topics.conftest import FoundOf
from tests.mongod import MongoServer, guarded_mongo_server

pytestmark = pytest.mark.mongo


@pytest.fixture
def database(mongo_database: Database[Any], mongo_uri: str, settings: Settings) -> Database[Any]:
    """A database with the service account in it, which the site is told."""
    settings.MONGO_DB = mongo_uri
    mongo_database["users"].insert_one({"_id": settings.ROCKETCHAT_USER_ID})
    return mongo_database


def test_the_workspace_s_database_gives_nothing(database: Database[Any], found: FoundOf) -> None:
    before = database["users"].find_one()

    assert found(TOPIC) == {}
    assert database["users"].find_one() == before


def test_it_is_not_looked_at_where_it_is_not_used(found: FoundOf, settings: Settings) -> None:
    settings.MONGO_DB = "127.0.0.1:1"
    settings.ROCKETCHAT_LOGIN_SOURCE = "create_token"

    assert found(TOPIC) == {}


def test_nobody_answers(found: FoundOf, settings: Settings) -> None:
    settings.ROCKETCHAT_CONNECT_TIMEOUT = 0.2
    settings.MONGO_DB = "mongodb://site:a-secret@127.0.0.1:1/rocketchat"

    problem = found(TOPIC)["D151"]

    assert problem.severity is Severity.PROBLEM
    assert "ServerSelectionTimeoutError" in problem.text
    assert "a-secret" not in problem.text


class TestAnotherDatabase:
    def test_that_is_no_workspace_s(self, database: Database[Any], found: FoundOf) -> None:
        database["users"].delete_many({})

        problem = found(TOPIC)["D153"]

        assert problem.severity is Severity.PROBLEM
        assert database.name in problem.text

    def test_that_is_another_workspace_s(self, database: Database[Any], found: FoundOf, settings: Settings) -> None:
        database["users"].delete_many({})
        database["rocketchat_settings"].insert_one({"_id": "uniqueID"})

        problem = found(TOPIC)["D154"]

        assert problem.severity is Severity.PROBLEM
        assert settings.ROCKETCHAT_USER_ID in problem.text


@pytest.fixture(scope="module")
def guarded() -> Iterator[MongoServer]:
    with guarded_mongo_server() as server, server.client() as client:
        for name, role in (("reader", "read"), ("writer", "readWrite")):
            client["chat"].command("createUser", name, pwd="pw", roles=[role])
        yield server


@pytest.fixture
def at_guarded(guarded: MongoServer, settings: Settings) -> Iterator[MongoServer]:
    with guarded.client() as client:
        client["chat"]["users"].insert_one({"_id": settings.ROCKETCHAT_USER_ID})
        yield guarded
        client["chat"]["users"].delete_many({})


class TestAccessControl:
    @pytest.mark.parametrize("user", ["", "nobody:pw@", "writer:a-secret@"])
    def test_that_lets_nobody_in(self, at_guarded: MongoServer, found: FoundOf, settings: Settings, user: str) -> None:
        settings.MONGO_DB = f"mongodb://{user}{at_guarded.address}/chat"

        problem = found(TOPIC)["D152"]

        assert problem.severity is Severity.PROBLEM
        assert "a-secret" not in f"{problem.text} {problem.mend}"

    def test_that_lets_read_only(self, at_guarded: MongoServer, found: FoundOf, settings: Settings) -> None:
        settings.MONGO_DB = f"mongodb://reader:pw@{at_guarded.address}/chat"

        problem = found(TOPIC)["D156"]

        assert problem.severity is Severity.PROBLEM
        assert 'grantRolesToUser("reader", [{role: "readWrite", db: "chat"}])' in problem.mend

    @pytest.mark.parametrize("user", ["writer:pw@{}/chat", "root:pw@{}/chat?authSource=admin"])
    def test_that_lets_write(self, at_guarded: MongoServer, found: FoundOf, settings: Settings, user: str) -> None:
        settings.MONGO_DB = "mongodb://" + user.format(at_guarded.address)

        assert "D156" not in found(TOPIC)


def test_a_server_that_is_no_member_of_a_replica_set(
    at_guarded: MongoServer, found: FoundOf, settings: Settings
) -> None:
    settings.MONGO_DB = f"mongodb://writer:pw@{at_guarded.address}/chat"

    assert {number: each.severity for number, each in found(TOPIC).items()} == {"D155": Severity.WARNING}


def test_another_refusal_is_not_taken_for_one_of_access(
    database: Database[Any], found: FoundOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(database: object) -> None:
        raise OperationFailure("not now", code=11600)

    monkeypatch.setattr(topic, "_of_database", refuse)

    assert set(found(TOPIC)) == {"D004"}


def test_the_database_is_that_of_the_setting(database: Database[Any]) -> None:
    assert mongo.database().name == database.name
