"""No report of an error on the way to a login token shows the token, or a password."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from pytest_django import Settings

from rocketchat_auth import rest
from rocketchat_auth.accounts import provisioning
from rocketchat_auth.accounts.passwords import derived_password
from rocketchat_auth.conf import conf
from rocketchat_auth.login import ChatLogin, LoginRefused, Secret, session_tokens, store, token_for
from rocketchat_auth.login.sources.mongo import MongoSource
from rocketchat_auth.models import Account
from rocketchat_auth.testing import StandIn
from tests.login.conftest import SignIn
from tests.reports import report_of

PASSWORD = "the-password-of-mongodb"
TOKEN = "the-login-token-that-nobody-may-read"

UNUSABLE = {
    "a file that is not there": f"rocketchat:{PASSWORD}@127.0.0.1:27017/rc?tls=true&tlsCAFile=/missing.pem",
    "a port that none can be": f"rocketchat:{PASSWORD}@127.0.0.1:99999",
    "options that contradict": f"rocketchat:{PASSWORD}@127.0.0.1/rc?tls=true&ssl=false",
    "a server that is down": f"rocketchat:{PASSWORD}@127.0.0.1:1",
    "no address of MongoDB": f"rocketchat:{PASSWORD}:x@127.0.0.1",
    "no name of a database": f"rocketchat:{PASSWORD}@127.0.0.1/a.b",
}
OF_A_SOURCE: dict[str, Callable[[ChatLogin], object]] = {
    "issue": lambda login: MongoSource().issue(Account(rocketchat_id=login.user_id, user=User()), login.secret),
    "is_alive": lambda login: MongoSource().is_alive(login),
    "may_have_logged_out": lambda login: MongoSource().may_have_logged_out(login),
    "revoke": lambda login: MongoSource().revoke(login),
}

each_unusable = pytest.mark.parametrize("mongo_db", UNUSABLE.values(), ids=UNUSABLE)


@pytest.fixture(autouse=True)
def _impatient(settings: Settings) -> None:
    settings.ROCKETCHAT_CONNECT_TIMEOUT = 0.1


@each_unusable
@pytest.mark.parametrize("call", OF_A_SOURCE.values(), ids=OF_A_SOURCE)
def test_a_call_of_mongodb_that_fails_shows_no_secret(
    settings: Settings, mongo_db: str, call: Callable[[ChatLogin], object]
) -> None:
    settings.MONGO_DB = mongo_db

    with pytest.raises((rest.Unavailable, ImproperlyConfigured)) as caught:
        call(ChatLogin(Secret(TOKEN), "u1"))

    report = report_of(caught.value)
    assert "Traceback" in report
    assert [secret for secret in (PASSWORD, TOKEN) if secret in report] == []


@each_unusable
def test_a_sign_in_that_mongodb_refuses_shows_no_secret(
    rocketchat: StandIn, alice: User, sign_in: SignIn, settings: Settings, mongo_db: str
) -> None:
    settings.ROCKETCHAT_LOGIN_SOURCE = "mongo"
    settings.MONGO_DB = mongo_db

    with pytest.raises(LoginRefused) as caught:
        token_for(sign_in(alice))

    report = report_of(caught.value)
    assert "Traceback" in report
    assert PASSWORD not in report


@pytest.mark.parametrize("source", ["create_token", "password"])
def test_a_fault_once_the_token_is_there_shows_no_secret(
    rocketchat: StandIn,
    alice: User,
    sign_in: SignIn,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
) -> None:
    settings.ROCKETCHAT_LOGIN_SOURCE = source
    settings.ROCKETCHAT_PASSWORD_KEY = "a key of the site's own, kept apart from SECRET_KEY"
    tokens: list[Secret] = []

    def fail(claimed: object, account: Account, login: ChatLogin) -> bool:
        tokens.append(login.secret)
        raise DatabaseError

    monkeypatch.setattr(store, "fill", fail)
    rocketchat.settings["Accounts_TwoFactorAuthentication_Enabled"] = False

    with pytest.raises(DatabaseError) as caught:
        token_for(sign_in(alice))

    report = report_of(caught.value)
    assert session_tokens.__file__ in report
    for secret in (tokens[0], derived_password(provisioning.account_for(alice)), Secret(conf.auth_token)):
        assert secret.reveal() not in report
