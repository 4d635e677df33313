from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from tests.mongod import MongoServer, mongo_server

pytestmark = pytest.mark.mongo


def test_the_uri_reaches_the_database_of_the_test(mongo_database: Database[dict[str, Any]], mongo_uri: str) -> None:
    mongo_database["users"].insert_one({"_id": "rosa"})

    with MongoClient[dict[str, Any]](mongo_uri) as client:
        assert client.get_default_database()["users"].find_one() == {"_id": "rosa"}


def test_the_server_has_transactions_as_rocketchats_own_has(mongo_database: Database[dict[str, Any]]) -> None:
    client = mongo_database.client
    with client.start_session() as session, session.start_transaction():
        mongo_database["users"].insert_one({"_id": "rosa"}, session=session)

    assert mongo_database["users"].count_documents({}) == 1


@pytest.mark.parametrize("named", ["{address}", "{address}/rocketchat", "mongodb://{address}/rocketchat"])
def test_a_server_named_in_the_environment_is_used_instead(
    mongo_server_of_the_run: MongoServer, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    address = mongo_server_of_the_run.address
    monkeypatch.setenv("MONGO_DB", named.format(address=address))

    with mongo_server() as server:
        assert server.uri("other") == f"mongodb://{address}/other"


@pytest.fixture
def mongo_server_of_the_run(request: pytest.FixtureRequest) -> MongoServer:
    server: MongoServer = request.getfixturevalue("mongo_server")
    return server
