"""Logging out in chat, as the site learns of it when the API is asked or the hand-over page is opened."""

from datetime import timedelta

import pytest
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import F
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from pymongo.database import Database
from pytest_django import Settings

from rocketchat_auth.login import LeftChat, Source, token_for
from rocketchat_auth.login.leaving import LIFETIME, SETTLING
from rocketchat_auth.login.sources.mongo import TOKEN_LIMIT, MongoSource
from rocketchat_auth.models import LoginToken
from rocketchat_auth.rest import Unavailable
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.chat import CREATE_TOKEN, ME, end_all_logins, is_live, set_active
from tests.login.conftest import SignIn, again

A_WHILE = SETTLING.total_seconds() + 1


@pytest.fixture(autouse=True)
def _logout_site(settings: Settings) -> None:
    settings.ROCKETCHAT_LOGOUT_SITE = True


@pytest.fixture
def in_chat(rocketchat: StandIn, alice: User, sign_in: SignIn, fake_clock: FakeClock) -> HttpRequest:
    """A request of a session that has been in chat for a few seconds."""
    request = sign_in(alice)
    token_for(request)
    fake_clock.advance(A_WHILE)
    rocketchat.reset_calls()
    return request


def left(request: HttpRequest, **how: bool) -> bool:
    try:
        token_for(request, **how)
    except LeftChat:
        return True
    return False


def spend_budget(rocketchat: StandIn, sign_in: SignIn, user: User, clock: FakeClock) -> None:
    """Let others ask until Rocket.Chat answers no more."""
    others = [sign_in(user) for _ in range(10)]
    for other in others:
        token_for(other)
    clock.advance(A_WHILE)
    for other in others:
        token_for(other)


class TestLogout:
    def test_is_told_within_the_first_minute(self, rocketchat: StandIn, in_chat: HttpRequest) -> None:
        end_all_logins(rocketchat, "alice")

        assert left(in_chat)

    def test_keeps_the_api_and_the_page_from_signing_back_in(self, rocketchat: StandIn, in_chat: HttpRequest) -> None:
        end_all_logins(rocketchat, "alice")

        assert left(in_chat)
        rocketchat.reset_calls()
        assert left(in_chat)
        assert left(in_chat, handing_over=True)
        assert rocketchat.calls == []

    def test_keeps_no_other_session_out(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, in_chat: HttpRequest
    ) -> None:
        end_all_logins(rocketchat, "alice")
        assert left(in_chat)

        assert is_live(rocketchat, token_for(sign_in(alice)))

    def test_is_over_once_somebody_continues(self, rocketchat: StandIn, in_chat: HttpRequest) -> None:
        end_all_logins(rocketchat, "alice")
        assert left(in_chat)

        fresh = token_for(in_chat, fresh=True)

        assert is_live(rocketchat, fresh)
        assert token_for(in_chat) == fresh

    def test_is_over_once_somebody_signs_in_again(self, rocketchat: StandIn, alice: User, in_chat: HttpRequest) -> None:
        end_all_logins(rocketchat, "alice")
        assert left(in_chat)

        login(in_chat, alice, backend="django.contrib.auth.backends.ModelBackend")

        assert is_live(rocketchat, token_for(in_chat, handing_over=True))

    def test_that_nobody_noticed_is_over_by_a_sign_in_too(
        self, rocketchat: StandIn, alice: User, in_chat: HttpRequest
    ) -> None:
        end_all_logins(rocketchat, "alice")
        login(in_chat, alice, backend="django.contrib.auth.backends.ModelBackend")

        assert is_live(rocketchat, token_for(in_chat, handing_over=True))

    def test_is_told_to_a_twin_that_waits(
        self, rocketchat: StandIn, in_chat: HttpRequest, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        end_all_logins(rocketchat, "alice")
        LoginToken.objects.update(standing=LoginToken.Standing.BACK)
        monkeypatch.setattr("rocketchat_auth.login.store.claim_check", _left_by_twin)

        assert left(in_chat)

    def test_is_what_a_dead_token_of_an_own_source_means(
        self, alice: User, sign_in: SignIn, settings: Settings, rocketchat: StandIn
    ) -> None:
        settings.ROCKETCHAT_LOGIN_SOURCE = "tests.login.own_source.OwnSource"
        request = sign_in(alice)
        token_for(request)
        LoginToken.objects.update(checked_at=F("checked_at") - timedelta(minutes=1))

        assert left(request)


def _left_by_twin(owned: object) -> bool:
    LoginToken.objects.update(standing=LoginToken.Standing.LEFT)
    return False


class TestPageLoad:
    def test_asks_after_the_token_once(self, rocketchat: StandIn, in_chat: HttpRequest) -> None:
        first = token_for(in_chat)

        assert token_for(in_chat) == first
        assert rocketchat.calls == [ME]

    def test_at_the_first_sign_in_asks_nothing(
        self, rocketchat: StandIn, alice: User, sign_in: SignIn, rf: RequestFactory
    ) -> None:
        token_for(sign_in(alice))
        request = sign_in(alice)
        rocketchat.reset_calls()

        assert token_for(request, handing_over=True) == token_for(again(rf, request))
        assert rocketchat.calls == [CREATE_TOKEN]

    def test_of_the_hand_over_page_asks_at_once(self, rocketchat: StandIn, alice: User, sign_in: SignIn) -> None:
        request = sign_in(alice)
        token_for(request)
        end_all_logins(rocketchat, "alice")

        assert left(request, handing_over=True)

    def test_with_a_live_token_hands_that_over(self, in_chat: HttpRequest) -> None:
        assert token_for(in_chat, handing_over=True) == token_for(in_chat)
        assert LoginToken.objects.count() == 1

    def test_after_a_sign_in_keeps_the_live_token(self, alice: User, in_chat: HttpRequest) -> None:
        first = token_for(in_chat)
        login(in_chat, alice, backend="django.contrib.auth.backends.ModelBackend")

        assert token_for(in_chat) == first
        assert LoginToken.objects.get().standing == LoginToken.Standing.IN


class TestSpentBudget:
    @pytest.fixture(autouse=True)
    def _spent(
        self, rocketchat: StandIn, bob: User, sign_in: SignIn, in_chat: HttpRequest, fake_clock: FakeClock
    ) -> None:
        spend_budget(rocketchat, sign_in, bob, fake_clock)

    def test_serves_the_token_on(self, rocketchat: StandIn, in_chat: HttpRequest) -> None:
        rocketchat.reset_calls()

        assert is_live(rocketchat, token_for(in_chat))
        assert LoginToken.objects.filter(account__user__username="alice").count() == 1
        assert rocketchat.calls == []

    def test_takes_whoever_comes_to_the_hand_over_page_for_logged_out(
        self, rocketchat: StandIn, in_chat: HttpRequest
    ) -> None:
        end_all_logins(rocketchat, "alice")
        assert not left(in_chat)

        assert left(in_chat, handing_over=True)
        assert left(in_chat)
        assert is_live(rocketchat, token_for(in_chat, fresh=True))

    def test_hands_over_a_token_that_is_seconds_old(self, rocketchat: StandIn, alice: User, sign_in: SignIn) -> None:
        request = sign_in(alice)
        first = token_for(request)

        assert token_for(request, handing_over=True) == first

    def test_issues_a_new_one_to_somebody_who_signed_in_again(
        self, rocketchat: StandIn, alice: User, in_chat: HttpRequest
    ) -> None:
        end_all_logins(rocketchat, "alice")
        login(in_chat, alice, backend="django.contrib.auth.backends.ModelBackend")

        assert is_live(rocketchat, token_for(in_chat, handing_over=True))


class TestOtherEnds:
    def test_by_expiry_bring_a_new_token(
        self, rocketchat: StandIn, in_chat: HttpRequest, fake_clock: FakeClock
    ) -> None:
        fake_clock.advance(LIFETIME.total_seconds())

        assert is_live(rocketchat, token_for(in_chat))

    def test_a_token_of_a_former_version_has_no_age(self, rocketchat: StandIn, in_chat: HttpRequest) -> None:
        LoginToken.objects.update(issued_at=None)
        end_all_logins(rocketchat, "alice")

        assert left(in_chat)

    def test_by_an_administrator_count_as_a_logout(self, rocketchat: StandIn, in_chat: HttpRequest) -> None:
        """One click is asked of the person whom the administrator put out."""
        rocketchat.users.update(rocketchat.user("alice")["_id"], {"services.resume.loginTokens": []})

        assert left(in_chat)


@pytest.mark.mongo
class TestMongo:
    @pytest.fixture
    def stand_in(self, fake_clock: FakeClock, mongo_database: Database[dict[str, object]]) -> StandIn:
        return StandIn("8.4", clock=fake_clock, mongo=mongo_database)

    @pytest.fixture(autouse=True)
    def _mongo(self, settings: Settings, mongo_uri: str) -> None:
        settings.MONGO_DB = mongo_uri

    def test_tells_a_logout(self, rocketchat: StandIn, in_chat: HttpRequest) -> None:
        end_all_logins(rocketchat, "alice")

        assert left(in_chat)

    def test_tells_a_logout_of_one_of_many_logins(self, rocketchat: StandIn, in_chat: HttpRequest) -> None:
        end_all_logins(rocketchat, "alice")
        for _ in range(TOKEN_LIMIT - 2):
            rocketchat.log_in("alice")

        assert left(in_chat)

    @pytest.mark.parametrize("newer", [TOKEN_LIMIT - 1, TOKEN_LIMIT])
    def test_sees_that_newer_logins_pushed_the_token_out(
        self, rocketchat: StandIn, in_chat: HttpRequest, newer: int
    ) -> None:
        end_all_logins(rocketchat, "alice")
        for _ in range(newer):
            rocketchat.log_in("alice")

        assert is_live(rocketchat, token_for(in_chat))

    def test_sees_that_the_account_is_deactivated(self, rocketchat: StandIn, in_chat: HttpRequest) -> None:
        login = token_for(in_chat)
        set_active(rocketchat, "alice", active=False)

        assert not MongoSource().may_have_logged_out(login)

    def test_sees_that_the_account_is_gone(self, rocketchat: StandIn, in_chat: HttpRequest) -> None:
        login = token_for(in_chat)
        rocketchat.users.delete(login.user_id)

        assert not MongoSource().may_have_logged_out(login)

    def test_that_is_down_is_unavailable(self, in_chat: HttpRequest, settings: Settings) -> None:
        login = token_for(in_chat)
        settings.MONGO_DB = "localhost:1"
        settings.ROCKETCHAT_CONNECT_TIMEOUT = 0.1

        with pytest.raises(Unavailable):
            MongoSource().may_have_logged_out(login)


class TestSwitchedOff:
    @pytest.fixture(autouse=True)
    def _off(self, in_chat: HttpRequest, settings: Settings) -> None:
        settings.ROCKETCHAT_LOGOUT_SITE = False

    def test_a_logout_signs_straight_back_in(
        self, rocketchat: StandIn, in_chat: HttpRequest, fake_clock: FakeClock
    ) -> None:
        end_all_logins(rocketchat, "alice")
        fake_clock.advance(61)

        assert is_live(rocketchat, token_for(in_chat))

    def test_who_was_kept_out_before_is_let_in(
        self, rocketchat: StandIn, in_chat: HttpRequest, fake_clock: FakeClock
    ) -> None:
        end_all_logins(rocketchat, "alice")
        LoginToken.objects.update(standing=LoginToken.Standing.LEFT)
        fake_clock.advance(61)

        assert is_live(rocketchat, token_for(in_chat))

    def test_a_sign_in_writes_nothing_more(self, alice: User, in_chat: HttpRequest) -> None:
        with CaptureQueriesContext(connection) as queries:
            login(in_chat, alice, backend="django.contrib.auth.backends.ModelBackend")

        of_tokens = [each["sql"] for each in queries if LoginToken._meta.db_table in each["sql"]]
        assert not [sql for sql in of_tokens if not sql.startswith("SELECT")]


def test_a_source_knows_of_no_other_end_than_a_logout(in_chat: HttpRequest) -> None:
    assert Source().may_have_logged_out(token_for(in_chat))
