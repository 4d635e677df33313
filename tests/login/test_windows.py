"""The login that a window of the site hands to the chat's frame."""

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from rocketchat_auth.login import LoginRefused, claim, hand_over, may_claim, token_for
from rocketchat_auth.login.ending import end_session
from rocketchat_auth.login.identity import session_name
from rocketchat_auth.login.one_time import digest_of
from rocketchat_auth.login.store import Standing
from rocketchat_auth.login.windows import CLAIMS_A_MINUTE
from rocketchat_auth.models import LoginToken, OneTimeCode
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.login.conftest import Committing, SignIn

VERIFIER = "v" * 43


def test_who_knows_the_verifier_claims_the_session_s_own_login_once(
    rocketchat: StandIn, alice: User, sign_in: SignIn
) -> None:
    request = sign_in(alice)
    hand_over(request, digest_of(VERIFIER))

    claimed = claim(VERIFIER)

    assert claimed is not None
    assert claimed.token == token_for(request).token
    assert claim(VERIFIER) is None


def test_who_logged_out_in_chat_gets_a_new_login_by_the_window(
    rocketchat: StandIn, alice: User, sign_in: SignIn, settings: Settings
) -> None:
    settings.ROCKETCHAT_LOGOUT_SITE = True
    request = sign_in(alice)
    former = token_for(request)
    LoginToken.objects.update(standing=Standing.LEFT)

    hand_over(request, digest_of(VERIFIER))

    claimed = claim(VERIFIER)
    assert claimed is not None
    assert claimed.token != former.token


def test_nobody_claims_what_was_not_handed_over(rocketchat: StandIn, db: None) -> None:
    assert claim(VERIFIER) is None


def test_a_login_that_was_not_claimed_soon_is_not_handed_over_any_more(
    rocketchat: StandIn, alice: User, sign_in: SignIn, fake_clock: FakeClock
) -> None:
    hand_over(sign_in(alice), digest_of(VERIFIER))
    fake_clock.advance(120)

    assert claim(VERIFIER) is None


def test_a_session_that_ends_takes_the_login_along(
    rocketchat: StandIn, alice: User, sign_in: SignIn, committing: Committing
) -> None:
    request = sign_in(alice)
    hand_over(request, digest_of(VERIFIER))
    with committing():
        end_session(session_name(request.session))

    assert claim(VERIFIER) is None


def test_a_login_that_is_gone_is_not_handed_over(rocketchat: StandIn, alice: User, sign_in: SignIn) -> None:
    hand_over(sign_in(alice), digest_of(VERIFIER))
    LoginToken.objects.all().delete()

    assert claim(VERIFIER) is None


def test_a_login_of_somebody_else_is_not_handed_over(
    rocketchat: StandIn, alice: User, bob: User, sign_in: SignIn
) -> None:
    hand_over(sign_in(alice), digest_of(VERIFIER))
    OneTimeCode.objects.update(user=bob)

    assert claim(VERIFIER) is None


def test_who_presses_twice_hands_over_once(rocketchat: StandIn, alice: User, sign_in: SignIn) -> None:
    request = sign_in(alice)
    hand_over(request, digest_of(VERIFIER))
    hand_over(request, digest_of(VERIFIER))

    assert OneTimeCode.objects.count() == 1


def test_who_is_refused_hands_nothing_over(rocketchat: StandIn, alice: User, sign_in: SignIn) -> None:
    alice.email = ""
    alice.save()

    with pytest.raises(LoginRefused):
        hand_over(sign_in(alice), digest_of(VERIFIER))
    assert OneTimeCode.objects.count() == 0


def test_an_address_may_claim_so_often_a_minute() -> None:
    assert all(may_claim("192.0.2.1") for _ in range(CLAIMS_A_MINUTE))
    assert not may_claim("192.0.2.1")
    assert may_claim("192.0.2.2")
