"""Tasks in a real Redis, with what RQ's own workers and schedulers leave there."""

from datetime import timedelta
from typing import Any

import django_rq
import pytest
import redis
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from pytest_django import Settings
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq.scheduler import RQScheduler

from rocketchat_auth.accounts import tasks
from rocketchat_auth.doctor import Severity
from tests.accounts.workers import RQ
from tests.doctor.queues.conftest import Look
from tests.redis_server import free_port

COMMAND = "python manage.py rqworker --with-scheduler --job-class django_tasks_rq.Job"


@pytest.fixture(autouse=True)
def _rq(settings: Settings, redis_url: str) -> None:
    settings.TASKS = RQ
    settings.RQ_QUEUES = {"default": {"URL": redis_url}}
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()


@pytest.fixture
def worker() -> Any:
    """A worker that has begun, and does nothing."""
    worker = django_rq.get_worker("default", job_class="django_tasks_rq.Job")
    worker.register_birth()  # type: ignore[no-untyped-call]
    return worker


@pytest.fixture
def scheduler() -> RQScheduler:
    """What a worker runs that was started with `--with-scheduler`."""
    queue = django_rq.get_queue("default")
    scheduler = RQScheduler([queue], connection=queue.connection)
    assert scheduler.acquire_locks() == {"default"}  # type: ignore[no-untyped-call]
    return scheduler


def enqueue(age: timedelta) -> None:
    """Leave a task to the workers, as if it had been so long ago."""
    queue = django_rq.get_queue("default")
    former = queue.get_job_ids()
    tasks.enqueue(["1"])
    for job in queue.get_jobs():
        if job.id not in former:
            job.enqueued_at = timezone.now() - age
            job.save()


def put_off(until: timedelta) -> None:
    """Leave a task to the workers that is due at a time from now."""
    from rocketchat_auth.accounts.batch import sync_batch

    sync_batch.using(run_after=timezone.now() + until).enqueue(["1"], [])


def contents() -> dict[bytes, bytes | None]:
    connection = django_rq.get_connection()
    return {key: connection.dump(key) for key in connection.scan_iter()}


@pytest.mark.usefixtures("worker", "scheduler")
class TestWithAWorker:
    def test_and_nothing_to_do_all_is_well(self, look: Look) -> None:
        assert look() == {}

    def test_tasks_that_came_just_now_or_are_for_later_wait_for_nobody(self, look: Look) -> None:
        enqueue(timedelta(minutes=9))
        put_off(timedelta(hours=1))
        put_off(-timedelta(minutes=9))

        assert look() == {}

    def test_tasks_that_wait_for_long_are_found(self, look: Look) -> None:
        enqueue(timedelta(minutes=12))
        enqueue(timedelta(minutes=45))
        enqueue(timedelta(minutes=1))

        [problem] = look().values()

        assert (problem.number, problem.severity) == ("D174", Severity.PROBLEM)
        assert "45 minutes, and 3 in all" in problem.text
        assert problem.mend.endswith(f": {COMMAND}")

    def test_a_task_that_was_deleted_while_it_waited_does_not_count(self, look: Look) -> None:
        enqueue(timedelta(minutes=45))
        queue = django_rq.get_queue("default")
        queue.connection.delete(queue.get_jobs()[0].key)

        assert look() == {}

    def test_a_task_that_does_not_tell_since_when_it_waits_does_not_count(self, look: Look) -> None:
        enqueue(timedelta(minutes=45))
        queue = django_rq.get_queue("default")
        queue.connection.hdel(queue.get_jobs()[0].key, "enqueued_at")

        assert look() == {}

    def test_tasks_that_were_put_off_and_are_long_due_are_found(self, look: Look) -> None:
        put_off(-timedelta(minutes=11))

        [warning] = look().values()

        assert (warning.number, warning.severity) == ("D179", Severity.WARNING)
        assert warning.text.endswith("queue default; those that are long due: 1.")
        assert warning.mend.endswith(f": {COMMAND}")

    def test_looking_changes_nothing(self, look: Look) -> None:
        enqueue(timedelta(minutes=45))
        put_off(-timedelta(minutes=45))
        before = contents()

        look()

        assert contents() == before


@pytest.mark.usefixtures("worker")
def test_a_worker_without_a_scheduler_is_found(look: Look) -> None:
    [warning] = look().values()

    assert (warning.number, warning.severity) == ("D179", Severity.WARNING)
    assert warning.text.endswith("long due: 0.")


class TestWithoutAWorker:
    def test_it_is_found(self, look: Look) -> None:
        enqueue(timedelta(minutes=45))

        [problem] = look().values()

        assert (problem.number, problem.severity) == ("D178", Severity.PROBLEM)
        assert problem.text == "No worker is seen at the queue default; tasks that wait there: 1."
        assert problem.mend.endswith(f": {COMMAND}")

    def test_one_that_has_ended_is_none(self, look: Look, worker: Any) -> None:
        worker.register_death()

        assert set(look()) == {"D178"}

    def test_one_that_was_killed_is_none_once_its_key_has_run_out(self, look: Look, worker: Any) -> None:
        worker.connection.delete(worker.key)

        assert set(look()) == {"D178"}

    def test_one_of_another_queue_is_none(self, look: Look, settings: Settings, redis_url: str) -> None:
        settings.RQ_QUEUES = {"default": {"URL": redis_url}, "other": {"URL": redis_url}}
        django_rq.get_worker("other").register_birth()  # type: ignore[no-untyped-call]

        assert set(look()) == {"D178"}

    @pytest.mark.usefixtures("scheduler")
    def test_none_is_needed_where_the_queue_does_its_work_at_once(
        self, look: Look, settings: Settings, redis_url: str
    ) -> None:
        settings.RQ_QUEUES = {"default": {"URL": redis_url, "ASYNC": False}}

        assert look() == {}


def test_a_queue_that_is_missing_from_the_settings_is_a_matter_of_the_settings(
    look: Look, settings: Settings, redis_url: str
) -> None:
    settings.RQ_QUEUES = {"other": {"URL": redis_url}}

    with pytest.raises(ImproperlyConfigured, match='RQ_QUEUES lacks the queue "default"'):
        look()


def test_a_redis_that_does_not_answer_is_found(look: Look, settings: Settings) -> None:
    address = {"HOST": "127.0.0.1", "PORT": free_port(), "PASSWORD": "the-password"}
    settings.RQ_QUEUES = {"default": {**address, "REDIS_CLIENT_KWARGS": {"retry": Retry(NoBackoff(), 0)}}}

    [problem] = look().values()

    assert (problem.number, problem.severity) == ("D180", Severity.PROBLEM)
    assert problem.text.endswith("Redis (ConnectionError).")
    assert problem.mend.endswith('in RQ_QUEUES["default"].')
    assert "the-password" not in str(problem)
