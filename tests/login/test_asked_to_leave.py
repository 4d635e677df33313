"""The chat's word that somebody logged out: whom it signs out of the site, and whom it does not."""

import pytest
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest
from pytest_django import Settings

from rocketchat_auth.login import LeftChat, TooOften, has_left_chat, store, token_for
from rocketchat_auth.login.asked_to_leave import TIMES
from rocketchat_auth.login.identity import session_name
from rocketchat_auth.login.leaving import LIFETIME
from rocketchat_auth.models import LoginToken
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.chat import ME, end_all_logins, set_roles
from tests.login.conftest import SignIn, new_session


@pytest.fixture(autouse=True)
def _logout_site(settings: Settings) -> None:
    settings.ROCKETCHAT_LOGOUT_SITE = True


@pytest.fixture
def in_chat(rocketchat: StandIn, alice: User, sign_in: SignIn) -> HttpRequest:
    request = sign_in(alice)
    token_for(request)
    rocketchat.reset_calls()
    return request


def test_counts_where_the_session_s_own_login_has_ended(rocketchat: StandIn, in_chat: HttpRequest) -> None:
    end_all_logins(rocketchat, "alice")

    assert has_left_chat(in_chat)


def test_counts_where_the_api_was_asked_first(rocketchat: StandIn, in_chat: HttpRequest, fake_clock: FakeClock) -> None:
    end_all_logins(rocketchat, "alice")
    fake_clock.advance(10)
    with pytest.raises(LeftChat):
        token_for(in_chat)
    rocketchat.reset_calls()

    assert has_left_chat(in_chat)
    assert rocketchat.calls == []


def test_does_not_count_while_the_login_lives(in_chat: HttpRequest) -> None:
    assert not has_left_chat(in_chat)


def test_does_not_count_where_the_account_became_an_administrator_s(rocketchat: StandIn, in_chat: HttpRequest) -> None:
    set_roles(rocketchat, "alice", "user", "admin")

    assert not has_left_chat(in_chat)


def test_does_not_count_for_who_came_to_the_same_browser_since(
    rocketchat: StandIn, bob: User, sign_in: SignIn, in_chat: HttpRequest
) -> None:
    end_all_logins(rocketchat, "alice")
    of_bob = sign_in(bob)

    assert not has_left_chat(of_bob)
    token_for(of_bob)
    assert not has_left_chat(of_bob)


def test_does_not_count_for_another_user_in_the_same_session(
    rocketchat: StandIn, bob: User, in_chat: HttpRequest
) -> None:
    end_all_logins(rocketchat, "alice")
    in_chat.user = bob

    assert not has_left_chat(in_chat)


def test_does_not_count_once_the_person_signed_in_again(rocketchat: StandIn, alice: User, in_chat: HttpRequest) -> None:
    end_all_logins(rocketchat, "alice")
    login(in_chat, alice, backend="django.contrib.auth.backends.ModelBackend")

    assert not has_left_chat(in_chat)


def test_does_not_count_for_a_login_that_expired(
    rocketchat: StandIn, in_chat: HttpRequest, fake_clock: FakeClock
) -> None:
    fake_clock.advance(LIFETIME.total_seconds())

    assert not has_left_chat(in_chat)


def test_does_not_count_for_a_login_that_no_key_opens(in_chat: HttpRequest, settings: Settings) -> None:
    settings.SECRET_KEY = "another"

    assert not has_left_chat(in_chat)


def test_does_not_count_in_a_session_that_was_never_saved(in_chat: HttpRequest) -> None:
    in_chat.session = new_session()

    assert not has_left_chat(in_chat)


def test_is_believed_where_rocket_chat_cannot_be_asked(rocketchat: StandIn, in_chat: HttpRequest) -> None:
    rocketchat.fail_with(500)

    assert has_left_chat(in_chat)


def test_waits_for_a_check_that_is_under_way(
    rocketchat: StandIn, in_chat: HttpRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    owned = store.newest(session_name(in_chat.session))
    assert owned is not None
    store.claim_check(owned)

    def finish(seconds: float) -> None:
        LoginToken.objects.update(claimed_at=None, standing=LoginToken.Standing.LEFT)

    monkeypatch.setattr(FakeClock, "sleep", lambda self, seconds: finish(seconds))

    assert has_left_chat(in_chat)
    assert rocketchat.calls == []


def test_costs_a_session_no_more_than_a_few_calls(rocketchat: StandIn, in_chat: HttpRequest) -> None:
    for _ in range(TIMES):
        has_left_chat(in_chat)

    with pytest.raises(TooOften):
        has_left_chat(in_chat)
    assert rocketchat.calls == [ME] * TIMES


def test_of_one_session_is_not_counted_for_another(alice: User, sign_in: SignIn, in_chat: HttpRequest) -> None:
    for _ in range(TIMES):
        has_left_chat(in_chat)

    assert not has_left_chat(sign_in(alice))
