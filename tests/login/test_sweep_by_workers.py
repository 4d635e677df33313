"""Sweeps that a site's scheduler leaves to real workers: of a database, and of RQ with a real Redis."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.test import Client

from rocketchat_auth.login.tasks import sweep
from rocketchat_auth.models import LoginToken
from rocketchat_auth.testing import StandIn
from tests.accounts.workers import Workers, workers
from tests.chat import LOGOUT

__all__ = ["workers"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def _over(rocketchat: StandIn) -> None:
    """Two chat logins, and one of them without a session."""
    alice = get_user_model().objects.create_user("alice", "alice@example.com", "secret", first_name="Alice")
    for _ in range(2):
        client = Client()
        client.force_login(alice)
        client.post("/rocketchat/api", headers={"Origin": "https://chat.example.com"})
    Session.objects.all()[:1].get().delete()
    rocketchat.reset_calls()


@pytest.mark.usefixtures("_over")
def test_a_sweep_is_done_once_a_worker_comes_to_it(rocketchat: StandIn, workers: Workers) -> None:
    sweep.enqueue()
    assert workers.waiting() == 1
    assert rocketchat.calls == []

    workers.work()

    assert workers.waiting() == 0
    assert rocketchat.calls == [LOGOUT]
    assert LoginToken.objects.count() == 1


@pytest.mark.usefixtures("_over")
def test_sweeping_twice_does_no_more_than_once(rocketchat: StandIn, workers: Workers) -> None:
    sweep.enqueue()
    sweep.enqueue()

    workers.work()

    assert rocketchat.calls == [LOGOUT]
