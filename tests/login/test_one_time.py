from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from rocketchat_auth.login import one_time
from rocketchat_auth.login.ending import end_session
from rocketchat_auth.login.one_time import Purpose
from rocketchat_auth.models import OneTimeCode
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock

MINUTE = timedelta(minutes=1)


@pytest.fixture
def code(rocketchat: StandIn, alice: User) -> str:
    return one_time.issue(Purpose.APP, alice, "session", MINUTE).reveal()


def test_a_code_stands_for_its_user_once(code: str, alice: User) -> None:
    assert one_time.find(Purpose.APP, code) is not None

    redeemed = one_time.redeem(Purpose.APP, code)

    assert redeemed is not None
    assert (redeemed.user, redeemed.session) == (alice, "session")
    assert one_time.find(Purpose.APP, code) is None
    assert one_time.redeem(Purpose.APP, code) is None


def test_a_code_is_good_for_nothing_else(code: str) -> None:
    assert one_time.redeem(Purpose.WINDOW, code) is None
    assert one_time.find(Purpose.APP, code) is not None


def test_a_code_is_good_for_a_while(code: str, fake_clock: FakeClock) -> None:
    fake_clock.advance(60)

    assert one_time.redeem(Purpose.APP, code) is None


def test_a_code_ends_with_the_password(code: str, alice: User) -> None:
    alice.set_password("another")
    alice.save()

    assert one_time.find(Purpose.APP, code) is None
    assert one_time.redeem(Purpose.APP, code) is None


def test_another_code_is_not_good(code: str) -> None:
    assert one_time.redeem(Purpose.APP, code + "x") is None
    assert one_time.redeem(Purpose.APP, "") is None


def test_only_one_of_two_redeems_at_once(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = OneTimeCode.objects.get()
    assert one_time.redeem(Purpose.APP, code) is not None
    monkeypatch.setattr(one_time, "_good", lambda purpose, code: _Found(found))

    assert one_time.redeem(Purpose.APP, code) is None


class _Found:
    """A query that still found what was deleted since."""

    def __init__(self, found: OneTimeCode) -> None:
        self.found = found

    def select_related(self, name: str) -> "_Found":
        return self

    def first(self) -> OneTimeCode:
        return self.found


def test_the_code_itself_is_not_kept(code: str) -> None:
    kept = OneTimeCode.objects.values_list().get()

    assert code not in [str(value) for value in kept]
    assert str(OneTimeCode.objects.get()).startswith("app/")


def test_a_code_ends_with_the_session_it_was_made_in(code: str, alice: User) -> None:
    other = one_time.issue(Purpose.APP, alice, "another session", MINUTE).reveal()

    end_session("session")

    assert one_time.find(Purpose.APP, code) is None
    assert one_time.find(Purpose.APP, other) is not None


def test_old_codes_make_room_for_new_ones(code: str, alice: User, fake_clock: FakeClock) -> None:
    fake_clock.advance(60)
    one_time.issue(Purpose.APP, alice, "session", MINUTE)

    assert OneTimeCode.objects.count() == 1
