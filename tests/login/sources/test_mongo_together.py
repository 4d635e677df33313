from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import RequestFactory
from pymongo.database import Database
from pytest_django import Settings

from rocketchat_auth.login.sources.mongo import hashed_token
from rocketchat_auth.models import Account, LoginToken
from tests.login.conftest import SignIn, again, together

ID = "vdNWNpywH5bAYTCpn"


@pytest.mark.mongo
@pytest.mark.django_db(transaction=True)
def test_fifty_calls_of_one_session_leave_one_token(
    mongo_database: Database[Any],
    mongo_uri: str,
    settings: Settings,
    alice: User,
    sign_in: SignIn,
    rf: RequestFactory,
) -> None:
    settings.MONGO_DB = mongo_uri
    mongo_database["users"].insert_one({"_id": ID, "username": "alice", "active": True, "roles": ["user"]})
    Account.objects.create(user=alice, rocketchat_id=ID, username="alice", state=Account.State.LINKED)
    request = sign_in(alice)

    logins = together([again(rf, request) for _ in range(50)])

    assert len(set(logins)) == 1
    stored = mongo_database["users"].find_one({"_id": ID})
    assert stored is not None
    hashes = [entry["hashedToken"] for entry in stored["services"]["resume"]["loginTokens"]]
    assert hashes == [hashed_token(logins[0].token)]
    assert LoginToken.objects.count() == 1
