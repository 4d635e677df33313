"""Changes on the site that reach chat by real workers: of a database, and of RQ with a real Redis."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import transaction

from rocketchat_auth.accounts import tasks
from rocketchat_auth.accounts.batch import ATTEMPTS
from rocketchat_auth.accounts.changes import AccountPlan
from rocketchat_auth.accounts.provisioning import account_for
from rocketchat_auth.accounts.sync import Scope, make_plan
from rocketchat_auth.models import Account
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.accounts.workers import Workers, workers

__all__ = ["workers"]

pytestmark = pytest.mark.django_db(transaction=True)

LONG_AGO = 1_000_000_000.0


@pytest.fixture
def fake_clock() -> FakeClock:
    """The site's clock. By the workers' own, whatever it puts off is due already."""
    return FakeClock(LONG_AGO)


@pytest.fixture
def ada(rocketchat: StandIn, db: None) -> User:
    user = get_user_model().objects.create_user("ada", "ada@example.com", "secret", first_name="Ada")
    account_for(user)
    rocketchat.reset_calls()
    return user


def rename(user: User, name: str) -> None:
    user.first_name = name
    user.save()


def test_a_change_reaches_chat_once_a_worker_comes_to_it(rocketchat: StandIn, ada: User, workers: Workers) -> None:
    with transaction.atomic():
        rename(ada, "Augusta")
        rename(ada, "Augusta Ada")
    assert workers.waiting() == 1
    assert rocketchat.calls == []

    workers.work()

    assert rocketchat.user("ada")["name"] == "Augusta Ada"
    assert workers.waiting() == 0


def test_doing_a_task_twice_changes_nothing_more(rocketchat: StandIn, ada: User, workers: Workers) -> None:
    rename(ada, "Augusta")
    tasks.enqueue_batches([AccountPlan(str(ada.pk), None)])
    tasks.enqueue([str(ada.pk)])
    assert workers.waiting() == 3

    workers.work()

    updates = [call for call in rocketchat.calls if call == ("POST", "/api/v1/users.update")]
    assert len(updates) == 1
    assert workers.waiting() == 0


def test_who_is_deleted_is_deactivated_in_chat(rocketchat: StandIn, ada: User, workers: Workers) -> None:
    ada.delete()
    assert rocketchat.user("ada")["active"]

    workers.work()

    assert not rocketchat.user("ada")["active"]
    assert Account.objects.get().state == Account.State.DEACTIVATED


def test_while_chat_is_down_it_is_tried_again(
    rocketchat: StandIn, ada: User, workers: Workers, fake_clock: FakeClock
) -> None:
    rocketchat.fail_with(503)
    rename(ada, "Augusta")
    workers.work()
    assert Account.objects.get().failed_at is not None
    assert workers.waiting() == 1

    rocketchat.fail_with(None)
    fake_clock.advance(3600)
    workers.work()

    assert rocketchat.user("ada")["name"] == "Augusta"
    assert Account.objects.get().failed_at is None
    assert workers.waiting() == 0


def test_at_last_it_is_left_to_the_next_sync(
    rocketchat: StandIn, ada: User, workers: Workers, fake_clock: FakeClock
) -> None:
    rocketchat.fail_with(503)
    rename(ada, "Augusta")
    for _ in range(ATTEMPTS):
        assert workers.waiting() == 1
        workers.work()
        fake_clock.advance(3600)
    assert workers.waiting() == 0

    rocketchat.fail_with(None)
    fake_clock.advance(3600)
    with make_plan(Scope()) as plan:
        assert [each.username for each in plan] == ["ada"]


def test_a_large_sync_is_shared_in_batches(
    rocketchat: StandIn, ada: User, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "BATCH", 2)
    names = ["ben", "cleo", "dora"]
    for name in names:
        get_user_model().objects.create_user(name, f"{name}@example.com")

    with make_plan(Scope()) as plan:
        assert tasks.enqueue_batches(plan) == 2
    workers.work()

    assert [rocketchat.user(name)["active"] for name in names] == [True, True, True]
    with make_plan(Scope()) as plan:
        assert list(plan) == []
