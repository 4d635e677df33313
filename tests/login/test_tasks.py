import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from pytest_django import Settings

from rocketchat_auth.login import sweeping, token_for
from rocketchat_auth.login.living import SessionsUnknown
from rocketchat_auth.login.tasks import sweep
from rocketchat_auth.models import LoginToken
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.accounts.workers import DATABASE
from tests.chat import LOGOUT
from tests.login.conftest import SignIn
from tests.tasks import DUMMY, default_backend


@pytest.fixture
def over(rocketchat: StandIn, alice: User, sign_in: SignIn) -> None:
    """Twelve chat logins whose session is over."""
    for _ in range(12):
        token_for(sign_in(alice))
    Session.objects.all().delete()
    rocketchat.reset_calls()


@pytest.mark.usefixtures("over")
def test_without_workers_it_is_done_at_once_as_far_as_the_rate_limit_goes(
    rocketchat: StandIn, fake_clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    told = sweep.enqueue().return_value

    assert told is not None
    assert told["looked"] == {"logins": 12, "over": 12}
    assert (told["revoked"]["done"], told["revoked"]["left"]) == (10, 2)
    assert fake_clock.slept == []
    assert "still have to be ended: 2." in caplog.text


@pytest.mark.usefixtures("over")
def test_with_workers_it_waits_for_its_turn(
    rocketchat: StandIn, fake_clock: FakeClock, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.TASKS = DATABASE

    assert sweep.call()["revoked"] == {"done": 12, "left": 0, "why": ""}
    assert rocketchat.calls == [LOGOUT] * 12
    assert fake_clock.slept
    assert caplog.messages == []


@pytest.mark.usefixtures("over")
def test_it_keeps_to_its_limit(rocketchat: StandIn) -> None:
    assert sweep.call(limit=3)["revoked"] == {"done": 3, "left": 9, "why": ""}


@pytest.mark.usefixtures("over")
def test_with_workers_it_is_left_to_them(rocketchat: StandIn, settings: Settings) -> None:
    settings.TASKS = DUMMY

    sweep.enqueue(limit=5)

    assert LoginToken.objects.exclude(ended_at=None).count() == 0
    (waiting,) = default_backend().results
    assert waiting.task.module_path == "rocketchat_auth.login.tasks.sweep"


@pytest.mark.usefixtures("over")
def test_what_goes_wrong_is_logged(
    rocketchat: StandIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def unknown(overdue: dict[str, bool]) -> set[str]:
        raise SessionsUnknown("nobody knows")

    monkeypatch.setattr(sweeping, "living", unknown)
    monkeypatch.setattr(sweeping, "key_in", lambda sealed_key: "a key")

    with pytest.raises(SessionsUnknown):
        sweep.call()

    assert "could not be ended" in caplog.text
