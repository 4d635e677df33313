import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.test import RequestFactory
from pymongo.database import Database
from pytest_django import Settings

from rocketchat_auth import signals
from rocketchat_auth.login import LoginRefused, RefusalReason, token_for
from rocketchat_auth.login.ending import end_session
from rocketchat_auth.login.identity import session_name
from rocketchat_auth.login.sources.mongo import TOKEN_LIMIT, MongoSource, hashed_token
from rocketchat_auth.models import Account, LoginToken
from rocketchat_auth.rest import Secret
from tests.login.conftest import SignIn, again
from tests.reports import report_of
from tests.signal_log import received

pytestmark = [pytest.mark.mongo, pytest.mark.django_db]

ID = "vdNWNpywH5bAYTCpn"
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def personal(name: str) -> dict[str, Any]:
    return {"type": "personalAccessToken", "hashedToken": f"hash-{name}", "name": name, "lastTokenPart": "x"}


def resumed(number: int) -> dict[str, Any]:
    return {"when": NOW - timedelta(minutes=100 - number), "hashedToken": f"hash-{number}"}


@pytest.fixture
def users(mongo_database: Database[Any], mongo_uri: str, settings: Settings) -> Any:
    settings.MONGO_DB = mongo_uri
    mongo_database["users"].insert_one(
        {
            "_id": ID,
            "username": "alice",
            "active": True,
            "roles": ["user"],
            "services": {
                "password": {"bcrypt": "$2b$10$kept"},
                "email2fa": {"enabled": True},
                "iframe": {"token": "left by version 1"},
                "resume": {"loginTokens": [personal("bot"), resumed(1)]},
            },
        }
    )
    return mongo_database["users"]


@pytest.fixture
def account(alice: User) -> Account:
    return Account.objects.create(user=alice, rocketchat_id=ID, username="alice", state=Account.State.LINKED)


@pytest.fixture
def request_of_alice(alice: User, account: Account, sign_in: SignIn) -> HttpRequest:
    return sign_in(alice)


def tokens(users: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = users.find_one({"_id": ID})["services"]["resume"]["loginTokens"]
    return found


class TestIssuing:
    def test_adds_one_hashed_token_and_keeps_the_rest(self, users: Any, request_of_alice: HttpRequest) -> None:
        before = users.find_one({"_id": ID})

        login = token_for(request_of_alice)

        after = users.find_one({"_id": ID})
        added = after["services"]["resume"]["loginTokens"].pop()
        assert added["hashedToken"] == hashed_token(login.token)
        assert set(added) == {"when", "hashedToken"}
        assert before["services"].pop("iframe") == {"token": "left by version 1"}
        assert after["services"].pop("iframe") == {}
        assert after == before

    def test_hashes_as_rocket_chat_does(self) -> None:
        # A token and its hash as the recorded server stored them would do as well; this is their definition.
        assert hashed_token("abc") == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="

    def test_is_the_same_for_twins(self, users: Any, account: Account) -> None:
        for _ in range(2):
            MongoSource().issue(account, Secret("the same"))

        assert [entry["hashedToken"] for entry in tokens(users)].count(hashed_token("the same")) == 1

    def test_makes_room_by_dropping_the_oldest_login_and_no_personal_token(self, users: Any, account: Account) -> None:
        full = [personal("bot"), *(resumed(number) for number in range(TOKEN_LIMIT))]
        users.update_one({"_id": ID}, {"$set": {"services.resume.loginTokens": full}})

        MongoSource().issue(account, Secret("new"))

        hashes = [entry["hashedToken"] for entry in tokens(users)]
        assert len(hashes) == TOKEN_LIMIT + 1
        assert "hash-bot" in hashes
        assert "hash-0" not in hashes
        assert "hash-1" in hashes
        assert hashes[-1] == hashed_token("new")

    def test_drops_nothing_where_personal_tokens_fill_the_list(self, users: Any, account: Account) -> None:
        full = [*(personal(str(number)) for number in range(TOKEN_LIMIT)), {"hashedToken": "hash-undated"}]
        users.update_one({"_id": ID}, {"$set": {"services.resume.loginTokens": full}})

        MongoSource().issue(account, Secret("new"))

        assert len(tokens(users)) == TOKEN_LIMIT + 2

    def test_works_for_a_user_who_never_logged_in(self, users: Any, account: Account) -> None:
        users.update_one({"_id": ID}, {"$unset": {"services": ""}})

        MongoSource().issue(account, Secret("first"))

        assert [entry["hashedToken"] for entry in tokens(users)] == [hashed_token("first")]


class TestRefusing:
    @pytest.mark.parametrize(
        "change, reason",
        [
            ({"active": False}, RefusalReason.INACTIVE),
            ({"roles": ["user", "admin"]}, RefusalReason.ADMINISTRATOR),
        ],
    )
    def test_leaves_the_document_alone(
        self, users: Any, request_of_alice: HttpRequest, change: dict[str, Any], reason: RefusalReason
    ) -> None:
        users.update_one({"_id": ID}, {"$set": change})
        before = users.find_one({"_id": ID})

        with pytest.raises(LoginRefused) as caught:
            token_for(request_of_alice)

        assert caught.value.reason == reason
        assert users.find_one({"_id": ID}) == before

    def test_lets_a_superuser_in_where_the_site_says_so(
        self, users: Any, account: Account, alice: User, sign_in: SignIn, settings: Settings
    ) -> None:
        users.update_one({"_id": ID}, {"$set": {"roles": ["admin"]}})
        settings.ROCKETCHAT_ADMIN_LOGIN = True
        alice.is_superuser = True
        alice.save()

        assert token_for(sign_in(alice)).user_id == ID

    def test_says_that_mongodb_is_down(
        self, request_of_alice: HttpRequest, settings: Settings, caplog: pytest.LogCaptureFixture
    ) -> None:
        settings.MONGO_DB = "rocketchat:the-password@127.0.0.1:1"
        settings.ROCKETCHAT_CONNECT_TIMEOUT = 0.1

        with caplog.at_level(logging.DEBUG), pytest.raises(LoginRefused) as caught:
            token_for(request_of_alice)

        assert caught.value.reason == RefusalReason.UNAVAILABLE
        assert "MongoDB" in caplog.text
        assert "the-password" not in caplog.text + report_of(caught.value)

    @pytest.mark.parametrize(
        "end",
        ["127.0.0.1:99999", "127.0.0.1/rc?tls=true&tlsCAFile=/missing.pem", "127.0.0.1/?tlsCertificateKeyFile=/a.pem"],
    )
    def test_says_that_mongo_db_is_to_be_mended(
        self, request_of_alice: HttpRequest, settings: Settings, caplog: pytest.LogCaptureFixture, end: str
    ) -> None:
        settings.MONGO_DB = f"rocketchat:the-password@{end}"

        with received(signals.login_refused) as told, pytest.raises(LoginRefused) as caught:
            token_for(request_of_alice)

        assert caught.value.reason == RefusalReason.MISCONFIGURED
        assert [(each["reason"], each["reference"]) for each in told] == [
            (RefusalReason.MISCONFIGURED, caught.value.reference)
        ]
        assert "MONGO_DB can't be used" in caplog.text
        assert "the-password" not in caplog.text


class TestLater:
    def test_a_token_that_lives_is_served_again(
        self, users: Any, request_of_alice: HttpRequest, rf: RequestFactory
    ) -> None:
        first = token_for(request_of_alice)
        LoginToken.objects.update(checked_at=NOW)

        assert token_for(again(rf, request_of_alice)) == first

    def test_a_token_that_died_is_replaced(self, users: Any, request_of_alice: HttpRequest) -> None:
        first = token_for(request_of_alice)
        LoginToken.objects.update(checked_at=NOW)
        users.update_one({"_id": ID}, {"$set": {"services.resume.loginTokens": []}})

        second = token_for(request_of_alice)

        assert second != first
        assert [entry["hashedToken"] for entry in tokens(users)] == [hashed_token(second.token)]

    def test_an_outage_while_asking_leaves_no_claim(
        self, users: Any, request_of_alice: HttpRequest, settings: Settings
    ) -> None:
        first = token_for(request_of_alice)
        LoginToken.objects.update(checked_at=NOW)
        right, settings.MONGO_DB, settings.ROCKETCHAT_CONNECT_TIMEOUT = settings.MONGO_DB, "127.0.0.1:1", 0.1
        with pytest.raises(LoginRefused):
            token_for(request_of_alice)
        settings.MONGO_DB = right

        assert token_for(request_of_alice) == first

    def test_signing_out_takes_that_token_away_and_changes_nothing_else(
        self, users: Any, request_of_alice: HttpRequest, django_capture_on_commit_callbacks: Any
    ) -> None:
        login = token_for(request_of_alice)
        before = users.find_one({"_id": ID})

        with django_capture_on_commit_callbacks(execute=True):
            end_session(session_name(request_of_alice.session))

        assert before["services"]["resume"]["loginTokens"].pop()["hashedToken"] == hashed_token(login.token)
        assert users.find_one({"_id": ID}) == before
        assert LoginToken.objects.count() == 0

    def test_signing_out_while_mongodb_is_down_keeps_the_token_for_later(
        self,
        users: Any,
        request_of_alice: HttpRequest,
        settings: Settings,
        django_capture_on_commit_callbacks: Any,
    ) -> None:
        token_for(request_of_alice)
        settings.MONGO_DB, settings.ROCKETCHAT_CONNECT_TIMEOUT = "127.0.0.1:1", 0.1

        with django_capture_on_commit_callbacks(execute=True):
            end_session(session_name(request_of_alice.session))

        assert LoginToken.objects.exclude(ended_at=None).count() == 1

    def test_a_twin_that_stores_first_wins(
        self, users: Any, request_of_alice: HttpRequest, monkeypatch: pytest.MonkeyPatch, rf: RequestFactory
    ) -> None:
        issue = MongoSource.issue
        twins: list[object] = []

        def late(self: MongoSource, account: Account, proposed: Secret) -> Secret:
            monkeypatch.setattr(MongoSource, "issue", issue)
            twins.append(token_for(again(rf, request_of_alice)))
            return issue(self, account, proposed)

        monkeypatch.setattr(MongoSource, "issue", late)

        assert token_for(request_of_alice) == twins[0]
        assert LoginToken.objects.count() == 1


def test_an_account_that_rocket_chat_has_stays_linked_though_mongodb_lacks_it(
    rocketchat: Any, users: Any, alice: User, account: Account, sign_in: SignIn
) -> None:
    users.delete_many({})
    theirs = rocketchat.add_user("alice")
    Account.objects.update(rocketchat_id=theirs["_id"])

    # The stand-in keeps its users elsewhere, as if MONGO_DB named another server's database.
    with pytest.raises(LoginRefused) as caught:
        token_for(sign_in(alice))

    assert caught.value.reason == RefusalReason.MISCONFIGURED
    account.refresh_from_db()
    assert (account.rocketchat_id, account.state) == (theirs["_id"], Account.State.LINKED)


def test_an_account_that_is_gone_is_set_up_anew(
    rocketchat: Any, users: Any, alice: User, account: Account, sign_in: SignIn
) -> None:
    users.delete_many({})

    # The stand-in keeps its users elsewhere, as if MONGO_DB named another server's database.
    with pytest.raises(LoginRefused) as caught:
        token_for(sign_in(alice))
    assert caught.value.reason == RefusalReason.MISCONFIGURED
    account.refresh_from_db()
    assert account.rocketchat_id == rocketchat.user("alice")["_id"]

    users.insert_one({"_id": account.rocketchat_id, "active": True, "roles": ["user"]})
    assert token_for(sign_in(alice)).user_id == account.rocketchat_id
