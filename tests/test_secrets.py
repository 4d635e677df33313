"""What nobody may find in a log, whatever happens and however much is logged."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from pymongo.database import Database
from pytest_django import Settings

from rocketchat_auth.accounts.passwords import derived_password
from rocketchat_auth.models import Account, LoginToken
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.conftest import TOKEN_SECRET
from tests.mongod import MongoServer, guarded_mongo_server

CHAT = {"Origin": "https://chat.example.com"}
MONGO_PASSWORD = "the-password-of-mongodb"
SECRET_SETTINGS = (
    "ROCKETCHAT_AUTH_TOKEN",
    "ROCKETCHAT_TOKEN_SECRET",
    "ROCKETCHAT_PASSWORD_KEY",
    "SECRET_KEY",
    "MONGO_DB",
)


@pytest.fixture
def guarded() -> Iterator[MongoServer]:
    with guarded_mongo_server() as server:
        yield server


@pytest.fixture
def guarded_database(guarded: MongoServer) -> Iterator[Database[dict[str, Any]]]:
    """The chat's database on a server that lets nobody in without the password."""
    with guarded.client() as client:
        client["chat"].command("createUser", "site", pwd=MONGO_PASSWORD, roles=["readWrite"])
        yield client["chat"]


@pytest.fixture
def alice(db: None, client: Client) -> Client:
    get_user_model().objects.create_user("alice", "alice@example.com", "the-site-password")
    return client


@pytest.fixture(params=["create_token", "mongo", "password"])
def source(request: pytest.FixtureRequest, settings: Settings) -> str:
    settings.ROCKETCHAT_LOGIN_SOURCE = request.param
    settings.ROCKETCHAT_PASSWORD_KEY = "the-key-of-the-source-password, long enough"
    if request.param == "mongo":
        name = request.getfixturevalue("guarded_database").name
        address = request.getfixturevalue("guarded").address
        settings.MONGO_DB = f"site:{MONGO_PASSWORD}@{address}/{name}?authSource={name}"
    return str(request.param)


@pytest.fixture
def stand_in(request: pytest.FixtureRequest, source: str, fake_clock: FakeClock) -> StandIn:
    """A workspace whose users live where the source looks for them."""
    database = request.getfixturevalue("guarded_database") if source == "mongo" else None
    return StandIn("8.4", clock=fake_clock, token_secret=TOKEN_SECRET, mongo=database)


def use_chat(client: Client, rocketchat: StandIn, clock: FakeClock) -> list[str]:
    """Sign in and out, with everything that can go wrong on the way; gives the tokens that were handed out."""
    client.post("/login/", {"username": "alice", "password": "the-site-password"})
    tokens = [client.post("/rocketchat/api", headers=CHAT).json()["loginToken"]]
    clock.advance(61)
    tokens.append(client.post("/rocketchat/api", headers=CHAT).json()["loginToken"])
    client.get("/rocketchat/redirect", headers={"Sec-Fetch-Dest": "iframe"})
    for failure in 500, "timeout", "drop":
        rocketchat.fail_with(failure)
        client.post("/rocketchat/redirect")
        client.post("/logout/")
        rocketchat.fail_with(None)
        clock.advance(3700)
        client.post("/login/", {"username": "alice", "password": "the-site-password"})
        tokens.append(client.post("/rocketchat/api", headers=CHAT).json()["loginToken"])
    return tokens


@pytest.mark.mongo
@pytest.mark.django_db(transaction=True)
def test_no_log_at_any_level_holds_a_secret(
    alice: Client, rocketchat: StandIn, fake_clock: FakeClock, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        tokens = use_chat(alice, rocketchat, fake_clock)

    logged = "\n".join(logging.Formatter().format(record) for record in caplog.records)
    hidden = [*tokens, *(str(getattr(settings, name, "")) for name in SECRET_SETTINGS), str(alice.session.session_key)]
    hidden += [MONGO_PASSWORD, *(derived_password(account).reveal() for account in Account.objects.all())]
    assert LoginToken.objects.exists()
    assert "rocketchat_auth" in {record.name.split(".")[0] for record in caplog.records}
    assert [secret for secret in hidden if secret and secret in logged] == []
