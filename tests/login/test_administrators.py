"""Chat accounts that become an administrator's while a session of the site has a login to them."""

import pytest
from django.contrib.auth.models import User
from django.http import HttpRequest
from pytest_django import Settings

from rocketchat_auth.login import LoginRefused, RefusalReason, token_for
from rocketchat_auth.login.ending import end_session
from rocketchat_auth.login.identity import session_name
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.chat import INFO, is_live, set_roles
from tests.conftest import TOKEN_SECRET
from tests.login.conftest import Committing, SignIn

pytestmark = pytest.mark.mongo


@pytest.fixture(params=["create_token", "mongo"])
def stand_in(request: pytest.FixtureRequest, settings: Settings, fake_clock: FakeClock) -> StandIn:
    database = None
    if request.param == "mongo":
        settings.MONGO_DB = request.getfixturevalue("mongo_uri")
        database = request.getfixturevalue("mongo_database")
    return StandIn("8.4", clock=fake_clock, token_secret=TOKEN_SECRET, mongo=database)


@pytest.fixture
def promoted(rocketchat: StandIn, alice: User, sign_in: SignIn) -> HttpRequest:
    """A request of a session whose chat account was made an administrator's after it was signed in to."""
    request = sign_in(alice)
    token_for(request)
    set_roles(rocketchat, "alice", "user", "admin")
    return request


def refusal_of(request: HttpRequest) -> RefusalReason:
    with pytest.raises(LoginRefused) as caught:
        token_for(request)
    return caught.value.reason


def test_a_session_is_refused_once_its_token_is_asked_after(promoted: HttpRequest, fake_clock: FakeClock) -> None:
    fake_clock.advance(61)

    assert [refusal_of(promoted) for _ in range(12)] == [RefusalReason.ADMINISTRATOR] * 12


def test_a_session_that_was_refused_goes_on_when_the_role_is_taken_away(
    rocketchat: StandIn, promoted: HttpRequest, fake_clock: FakeClock
) -> None:
    fake_clock.advance(61)
    refusal_of(promoted)
    set_roles(rocketchat, "alice", "user")

    assert is_live(rocketchat, token_for(promoted))


def test_other_sessions_are_refused_as_soon_as_one_was(
    promoted: HttpRequest, alice: User, sign_in: SignIn, fake_clock: FakeClock
) -> None:
    fake_clock.advance(61)
    refusal_of(promoted)

    assert refusal_of(sign_in(alice)) == RefusalReason.ADMINISTRATOR


def test_a_superuser_goes_on_where_the_site_says_so(
    rocketchat: StandIn, promoted: HttpRequest, alice: User, settings: Settings, fake_clock: FakeClock
) -> None:
    settings.ROCKETCHAT_ADMIN_LOGIN = True
    alice.is_superuser = True
    alice.save()
    fake_clock.advance(61)

    assert is_live(rocketchat, token_for(promoted))


def test_the_token_ends_with_the_session_as_any_other(
    rocketchat: StandIn, promoted: HttpRequest, fake_clock: FakeClock, committing: Committing
) -> None:
    login = token_for(promoted)
    fake_clock.advance(61)
    refusal_of(promoted)

    with committing():
        end_session(session_name(promoted.session))

    assert not is_live(rocketchat, login)


@pytest.mark.parametrize("stand_in", ["create_token"], indirect=True)
def test_new_sessions_of_an_account_seen_within_the_hour_are_let_in_until_somebody_looks(
    rocketchat: StandIn, promoted: HttpRequest, alice: User, sign_in: SignIn, fake_clock: FakeClock
) -> None:
    rocketchat.reset_calls()
    fake_clock.advance(3599)

    assert is_live(rocketchat, token_for(sign_in(alice)))
    assert INFO not in rocketchat.calls

    fake_clock.advance(2)
    assert refusal_of(sign_in(alice)) == RefusalReason.ADMINISTRATOR
