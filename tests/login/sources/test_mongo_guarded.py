from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from rocketchat_auth.login import token_for
from rocketchat_auth.login.sources.mongo import hashed_token
from rocketchat_auth.models import Account
from tests.login.conftest import SignIn
from tests.mongod import MongoServer, guarded_mongo_server

ID = "vdNWNpywH5bAYTCpn"


@pytest.fixture
def guarded() -> Iterator[MongoServer]:
    with guarded_mongo_server() as server:
        yield server


@pytest.mark.mongo
@pytest.mark.django_db
def test_signs_in_by_user_and_password_in_the_form_that_1_x_published(
    guarded: MongoServer, settings: Settings, alice: User, sign_in: SignIn
) -> None:
    Account.objects.create(user=alice, rocketchat_id=ID, username="alice", state=Account.State.LINKED)
    settings.MONGO_DB = f"site:the-password@{guarded.address}/chat?authSource=chat"
    with guarded.client() as client:
        client["chat"].command("createUser", "site", pwd="the-password", roles=["readWrite"])
        client["chat"]["users"].insert_one({"_id": ID, "username": "alice", "active": True, "roles": ["user"]})

        login = token_for(sign_in(alice))

        stored = client["chat"]["users"].find_one({"_id": ID})
    assert stored is not None
    [entry] = stored["services"]["resume"]["loginTokens"]
    assert entry["hashedToken"] == hashed_token(login.token)
