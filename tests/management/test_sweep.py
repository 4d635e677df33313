from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings

from rocketchat_auth import rest
from rocketchat_auth.login import sweeping
from rocketchat_auth.login.living import SessionsUnknown
from rocketchat_auth.models import LoginToken
from rocketchat_auth.rest import service
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.chat import LOGOUT
from tests.management.conftest import Run

CHAT = {"Origin": "https://chat.example.com"}

SignIn = Callable[[], None]


@pytest.fixture
def sign_in(rocketchat: StandIn, alice: User, fake_clock: FakeClock) -> SignIn:
    """Signs Alice in to the site and to chat, once more each time."""

    def signed_in() -> None:
        client = Client()
        client.force_login(alice)
        assert client.post("/rocketchat/api", headers=CHAT).status_code == 200
        rocketchat.reset_calls()

    return signed_in


def test_nothing_to_do(rocketchat: StandIn, sign_in: SignIn, run: Run) -> None:
    sign_in()

    ran = run("sweep")

    assert (ran.status, ran.out.splitlines()) == (
        0,
        ["Looked at 1 chat login. The sessions of 0 are over.", "Ended 0 chat logins."],
    )
    assert rocketchat.calls == []


def test_sessions_that_are_over(rocketchat: StandIn, sign_in: SignIn, run: Run) -> None:
    for _ in range(3):
        sign_in()
    Session.objects.all()[:1].get().delete()

    ran = run("sweep")

    assert (ran.status, ran.out.splitlines()) == (
        0,
        ["Looked at 3 chat logins. The session of 1 is over.", "Ended 1 chat login."],
    )
    assert rocketchat.calls == [LOGOUT]


def test_as_many_as_the_limit_says(sign_in: SignIn, run: Run) -> None:
    for _ in range(3):
        sign_in()
    Session.objects.all().delete()

    assert run("sweep", "--limit", "2").out.splitlines()[1:] == ["Ended 2 chat logins.", "1 is left for the next run."]
    assert run("sweep").out.splitlines()[1:] == ["Ended 1 chat login."]


@pytest.mark.parametrize("limit", ["0", "-1", "many"])
def test_a_limit_is_a_number(limit: str, run: Run, db: None) -> None:
    assert "not a whole number" in run("sweep", "--limit", limit).error


def test_a_rate_limit_is_waited_out(rocketchat: StandIn, sign_in: SignIn, run: Run, fake_clock: FakeClock) -> None:
    for _ in range(12):
        sign_in()
    Session.objects.all().delete()

    ran = run("sweep")

    assert ran.out.splitlines()[-1] == "Ended 12 chat logins."
    assert rocketchat.calls == [LOGOUT] * 12
    assert sum(fake_clock.slept) > 30


class TestADryRun:
    def test_changes_nothing(self, rocketchat: StandIn, sign_in: SignIn, run: Run) -> None:
        for _ in range(3):
            sign_in()
        Session.objects.all()[:1].get().delete()
        LoginToken.objects.filter(pk=LoginToken.objects.earliest("pk").pk).update(ended_at=service.now())

        ran = run("sweep", "--dry-run")

        assert ran.status == 3
        assert ran.out.splitlines()[0].startswith("Looked at 2 chat logins.")
        assert "to be ended in chat." in ran.out
        assert rocketchat.calls == []
        assert LoginToken.objects.exclude(ended_at=None).count() == 1

    def test_says_by_its_status_that_there_is_nothing_to_do(self, sign_in: SignIn, run: Run) -> None:
        sign_in()

        ran = run("sweep", "--dry-run")

        assert (ran.status, ran.out.splitlines()[1]) == (0, "0 are to be ended in chat.")


def test_while_chat_is_down_they_are_left(rocketchat: StandIn, sign_in: SignIn, run: Run) -> None:
    for _ in range(2):
        sign_in()
    Session.objects.all().delete()
    rocketchat.fail_with("drop")

    ran = run("sweep")

    assert ran.status == 1
    assert ran.error.startswith("2 are left: ")
    assert ran.error.endswith("Run this again later.")
    assert LoginToken.objects.exclude(ended_at=None).count() == 2


def test_where_nobody_knows_which_are_over_nothing_is_changed(
    sign_in: SignIn, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(overdue: dict[str, bool]) -> set[str]:
        raise SessionsUnknown("The cache does not work.")

    sign_in()
    monkeypatch.setattr(sweeping, "living", unknown)

    assert run("sweep").error == "The cache does not work. Nothing was changed."


def test_a_wrong_setting_is_said(sign_in: SignIn, run: Run, settings: Settings) -> None:
    sign_in()
    settings.ROCKETCHAT_LOGOUT = "no such thing"

    assert "ROCKETCHAT_LOGOUT" in run("sweep").error


def test_an_interrupt_loses_nothing(sign_in: SignIn, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object) -> None:
        raise KeyboardInterrupt

    sign_in()
    Session.objects.all().delete()
    with monkeypatch.context() as patch:
        patch.setattr(rest.users, "logout", interrupted)
        ran = run("sweep")

    assert (ran.status, "Nothing is lost" in ran.notes) == (130, True)
    assert run("sweep").out.splitlines()[-1] == "Ended 1 chat login."
