from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.cache.backends.locmem import LocMemCache
from django.test import Client
from pytest_django import Settings

from rocketchat_auth import rest
from rocketchat_auth.accounts import tasks
from rocketchat_auth.doctor import Severity
from rocketchat_auth.doctor.topics.background import TOPIC
from rocketchat_auth.login import sweeping
from rocketchat_auth.login.living import SessionsUnknown
from rocketchat_auth.models import LoginToken
from rocketchat_auth.rest import service
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.accounts.workers import DATABASE
from tests.doctor.topics.conftest import FoundOf
from tests.tasks import DUMMY

pytestmark = pytest.mark.django_db


class Broken(LocMemCache):
    def set(self, *args: Any, **kwargs: Any) -> None:
        raise ConnectionError("redis://:password@localhost")


@pytest.fixture
def shared(settings: Settings, redis_url: str) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url},
    }


@pytest.mark.usefixtures("rocketchat", "shared")
def test_a_shared_cache_and_work_that_is_done_give_nothing(found: FoundOf) -> None:
    assert found(TOPIC) == {}


@pytest.mark.usefixtures("rocketchat")
class TestCache:
    def test_of_one_process(self, found: FoundOf) -> None:
        assert {number: each.severity for number, each in found(TOPIC).items()} == {"D171": Severity.WARNING}

    def test_of_one_process_is_right_for_development(self, found: FoundOf, settings: Settings) -> None:
        settings.DEBUG = True

        assert found(TOPIC) == {}

    def test_that_keeps_nothing(self, found: FoundOf, settings: Settings) -> None:
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

        warning = found(TOPIC)["D172"]

        assert warning.severity is Severity.WARNING
        assert "(DummyCache)" in warning.text

    def test_that_is_down(self, found: FoundOf, settings: Settings) -> None:
        settings.CACHES = {"default": {"BACKEND": f"{__name__}.Broken"}}

        warning = found(TOPIC)["D172"]

        assert "(ConnectionError)" in warning.text
        assert "password" not in warning.text


@pytest.mark.usefixtures("shared")
def test_calls_that_are_held_back(rocketchat: StandIn, found: FoundOf) -> None:
    rocketchat.fail_with("drop")
    for _ in range(2):
        with pytest.raises(rest.Unavailable):
            rest.workspace.info(service.client())

    assert {number: each.severity for number, each in found(TOPIC).items()} == {"D173": Severity.PROBLEM}


@pytest.mark.usefixtures("shared")
class TestSweeps:
    @pytest.fixture(autouse=True)
    def _login(self, rocketchat: StandIn, alice: User, client: Client) -> None:
        """A chat login of a session that was to be over two weeks ago."""
        client.force_login(alice)
        client.post("/rocketchat/api", headers={"Origin": "https://chat.example.com"})
        LoginToken.objects.update(expires_at=service.now() - timedelta(days=14))

    def test_that_nobody_does(self, found: FoundOf) -> None:
        Session.objects.all().delete()

        warning = found(TOPIC)["D176"]

        assert warning.severity is Severity.WARNING
        assert warning.text.endswith("a day: 1.")

    def test_that_could_not_be_finished_for_a_day(self, found: FoundOf, fake_clock: FakeClock) -> None:
        LoginToken.objects.update(ended_at=service.now())
        fake_clock.advance(24 * 3600 - 1)
        assert found(TOPIC) == {}

        fake_clock.advance(1)
        assert set(found(TOPIC)) == {"D176"}

    def test_that_would_find_nothing(self, found: FoundOf) -> None:
        assert found(TOPIC) == {}

    def test_that_are_only_a_little_late(self, found: FoundOf) -> None:
        Session.objects.all().delete()
        LoginToken.objects.update(expires_at=service.now() - timedelta(hours=23))

        assert found(TOPIC) == {}

    def test_that_cannot_be_told_about(self, found: FoundOf, monkeypatch: pytest.MonkeyPatch) -> None:
        def unknown(overdue: dict[str, bool]) -> set[str]:
            raise SessionsUnknown("The cache does not work.")

        monkeypatch.setattr(sweeping, "living", unknown)

        unknown_to_us = found(TOPIC)["D177"]
        assert unknown_to_us.severity is Severity.UNKNOWN
        assert unknown_to_us.text.endswith("The cache does not work.")


@pytest.mark.usefixtures("rocketchat", "shared")
class TestTasks:
    @pytest.fixture
    def _database(self, settings: Settings) -> None:
        settings.TASKS = DATABASE

    def enqueued(self, when: datetime, **changes: object) -> None:
        from django_tasks_db.models import DBTaskResult

        former = list(DBTaskResult.objects.values_list("pk", flat=True))
        tasks.enqueue(["1"])
        DBTaskResult.objects.exclude(pk__in=former).update(enqueued_at=when, **changes)

    @pytest.mark.usefixtures("_database")
    def test_that_nobody_does(self, found: FoundOf) -> None:
        self.enqueued(service.now() - timedelta(minutes=45))
        self.enqueued(service.now() - timedelta(minutes=12))

        problem = found(TOPIC)["D174"]

        assert problem.severity is Severity.PROBLEM
        assert "45 minutes, and 2 in all" in problem.text
        assert "db_worker" in problem.mend

    @pytest.mark.usefixtures("_database")
    def test_that_came_just_now_or_are_for_later_or_done_wait_for_nobody(self, found: FoundOf) -> None:
        long_ago = service.now() - timedelta(hours=1)
        self.enqueued(service.now() - timedelta(minutes=9))
        self.enqueued(long_ago, run_after=service.now() + timedelta(hours=1))
        self.enqueued(long_ago, status="SUCCESSFUL")

        assert found(TOPIC) == {}

    @pytest.mark.usefixtures("_database")
    def test_that_were_put_off_and_are_long_due(self, found: FoundOf) -> None:
        long_ago = service.now() - timedelta(hours=1)
        self.enqueued(long_ago, run_after=long_ago)

        assert set(found(TOPIC)) == {"D174"}

    def test_that_are_thrown_away(self, found: FoundOf, settings: Settings) -> None:
        settings.TASKS = DUMMY

        problem = found(TOPIC)["D175"]

        assert problem.severity is Severity.PROBLEM
        assert "DummyBackend" in problem.text
