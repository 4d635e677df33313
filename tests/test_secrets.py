"""What nobody may find in a log, whatever happens and however much is logged."""

import logging

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from pytest_django import Settings

from rocketchat_auth.models import LoginToken
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.conftest import TOKEN_SECRET

CHAT = {"Origin": "https://chat.example.com"}
SECRET_SETTINGS = (
    "ROCKETCHAT_AUTH_TOKEN",
    "ROCKETCHAT_TOKEN_SECRET",
    "ROCKETCHAT_PASSWORD_KEY",
    "SECRET_KEY",
    "MONGO_DB",
)


@pytest.fixture
def alice(db: None, client: Client) -> Client:
    get_user_model().objects.create_user("alice", "alice@example.com", "the-site-password")
    return client


@pytest.fixture(params=["create_token", "mongo", "password"])
def source(request: pytest.FixtureRequest, settings: Settings) -> str:
    settings.ROCKETCHAT_LOGIN_SOURCE = request.param
    settings.ROCKETCHAT_PASSWORD_KEY = "the-key-of-the-source-password, long enough"
    if request.param == "mongo":
        settings.MONGO_DB = request.getfixturevalue("mongo_uri")
    return str(request.param)


@pytest.fixture
def stand_in(request: pytest.FixtureRequest, source: str, fake_clock: FakeClock) -> StandIn:
    """A workspace whose users live where the source looks for them."""
    database = request.getfixturevalue("mongo_database") if source == "mongo" else None
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
    assert LoginToken.objects.exists()
    assert "rocketchat_auth" in {record.name.split(".")[0] for record in caplog.records}
    assert [secret for secret in hidden if secret and secret in logged] == []
