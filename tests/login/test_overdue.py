from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from rocketchat_auth import rest, signals
from rocketchat_auth.login import ending, store, token_for
from rocketchat_auth.login.overdue import Revoked, count_overdue, revoke_overdue
from rocketchat_auth.models import LoginToken
from rocketchat_auth.rest import service
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.chat import LOGOUT
from tests.login.conftest import SignIn
from tests.signal_log import received

Ended = Callable[[int], list[LoginToken]]


@pytest.fixture
def ended(rocketchat: StandIn, alice: User, sign_in: SignIn, fake_clock: FakeClock) -> Ended:
    """Makes so many chat logins that have ended and that Rocket.Chat was not told of."""

    def make(count: int) -> list[LoginToken]:
        for _ in range(count):
            token_for(sign_in(alice))
        LoginToken.objects.update(ended_at=service.now())
        fake_clock.advance(60)
        rocketchat.reset_calls()
        return list(LoginToken.objects.order_by("pk"))

    return make


def logins(rocketchat: StandIn) -> int:
    return len(rocketchat.user("alice")["services"]["resume"]["loginTokens"])


def test_all_are_revoked_and_the_signal_told(rocketchat: StandIn, alice: User, ended: Ended) -> None:
    ended(3)

    with received(signals.logged_out) as log:
        assert revoke_overdue() == Revoked(3, 0)

    assert (logins(rocketchat), LoginToken.objects.count()) == (0, 0)
    assert [(sent["user"], sent["revoked"]) for sent in log] == [(alice, True)] * 3


def test_live_ones_are_left_alone(rocketchat: StandIn, alice: User, ended: Ended, sign_in: SignIn) -> None:
    ended(1)
    token_for(sign_in(alice))

    assert revoke_overdue() == Revoked(1, 0)
    assert logins(rocketchat) == 1


def test_no_more_than_the_limit_the_oldest_first(rocketchat: StandIn, ended: Ended) -> None:
    rows = ended(5)

    assert revoke_overdue(2) == Revoked(2, 3)
    assert list(LoginToken.objects.order_by("pk")) == rows[2:]


def test_more_than_are_read_at_a_time(rocketchat: StandIn, ended: Ended, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rocketchat_auth.login.overdue._CHUNK", 2)
    ended(5)
    told: list[int] = []

    assert revoke_overdue(on_progress=told.append) == Revoked(5, 0)
    assert told == [1, 2, 3, 4, 5]


def test_in_the_background_it_waits_for_its_turn_and_none_is_refused(
    rocketchat: StandIn, ended: Ended, fake_clock: FakeClock
) -> None:
    ended(25)
    began = fake_clock.time()

    with service.in_background():
        assert revoke_overdue() == Revoked(25, 0)

    assert rocketchat.calls == [LOGOUT] * 25
    assert 120 <= fake_clock.time() - began < 180


def test_where_somebody_waits_the_rate_limit_ends_it(rocketchat: StandIn, ended: Ended, fake_clock: FakeClock) -> None:
    ended(15)

    revoked = revoke_overdue()

    assert (revoked.done, revoked.left) == (10, 5)
    assert rocketchat.calls == [LOGOUT] * 11
    assert "too many" in revoked.why.lower()
    assert fake_clock.slept == []


@pytest.mark.parametrize("fault", ["timeout", "drop", 503])
def test_it_stops_where_chat_does_not_answer_and_loses_nothing(
    rocketchat: StandIn, ended: Ended, fault: str, fake_clock: FakeClock
) -> None:
    ended(3)
    rocketchat.fail_with(fault)

    revoked = revoke_overdue()

    assert (revoked.done, revoked.left) == (0, 3)
    assert revoked.why
    rocketchat.fail_with(None)
    fake_clock.advance(60)
    assert revoke_overdue() == Revoked(3, 0)


def test_it_stops_where_a_setting_is_wrong(rocketchat: StandIn, ended: Ended, settings: Settings) -> None:
    ended(2)
    settings.ROCKETCHAT_LOGIN_SOURCE = "no such source"

    revoked = revoke_overdue()

    assert (revoked.done, revoked.left) == (0, 2)
    assert "ROCKETCHAT_LOGIN_SOURCE" in revoked.why


def test_one_that_is_refused_is_passed_over(
    rocketchat: StandIn, ended: Ended, caplog: pytest.LogCaptureFixture
) -> None:
    first, *_ = ended(3)
    LoginToken.objects.filter(pk=first.pk).update(ends_everywhere=True)
    rocketchat.revoke("logout-other-user")

    revoked = revoke_overdue()

    assert (revoked.done, revoked.left) == (2, 1)
    assert "logout-other-user" in revoked.why or "v1/users.logout" in revoked.why
    assert LoginToken.objects.get() == first
    assert LoginToken.objects.get().claimed_at is None
    assert "could not be ended" in caplog.text


class TestSeveralWorkers:
    def test_leave_each_other_what_they_are_at(self, rocketchat: StandIn, ended: Ended, fake_clock: FakeClock) -> None:
        first, *_ = ended(3)
        LoginToken.objects.filter(pk=first.pk).update(claimed_at=service.now())

        assert revoke_overdue() == Revoked(2, 1)

        fake_clock.advance(15 * 60)
        assert revoke_overdue() == Revoked(1, 0)

    def test_never_revoke_the_same_twice(
        self, rocketchat: StandIn, ended: Ended, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ended(4)
        end_row = ending.revoke_row
        of_another: list[Revoked] = []

        def beside_another(row: LoginToken) -> None:
            if not of_another:
                of_another.append(Revoked(0, 0))
                of_another.append(revoke_overdue())
            end_row(row)

        monkeypatch.setattr(ending, "revoke_row", beside_another)

        assert revoke_overdue() == Revoked(1, 0)
        assert of_another[1] == Revoked(3, 1)
        assert rocketchat.calls == [LOGOUT] * 4

    def test_that_are_interrupted_leave_the_rest_to_others_at_once(
        self, rocketchat: StandIn, ended: Ended, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ended(2)

        def interrupted(client: rest.Client, credentials: rest.Credentials) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(rest.users, "logout", interrupted)
            with pytest.raises(KeyboardInterrupt):
                revoke_overdue()

        assert count_overdue() == 2
        assert revoke_overdue() == Revoked(2, 0)


def test_one_that_was_never_issued_is_forgotten(rocketchat: StandIn, ended: Ended, fake_clock: FakeClock) -> None:
    (row,) = ended(1)
    store.claim_new("a-session-that-crashed", 0, row.account)
    LoginToken.objects.update(ended_at=service.now())
    fake_clock.advance(timedelta(minutes=15).total_seconds())

    assert revoke_overdue() == Revoked(2, 0)
    assert rocketchat.calls == [LOGOUT]
