"""Real workers of the queues that a site may choose, run in this process."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import django_rq
import pytest
import redis
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

DATABASE = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
RQ = {"default": {"BACKEND": "django_tasks_rq.RQBackend"}}


class Workers(Protocol):
    """The workers of one queue."""

    def work(self) -> None:
        """Do what is due by now."""

    def waiting(self) -> int:
        """How many tasks are waiting, those for later included."""


class DatabaseWorkers:
    """What `manage.py db_worker` runs."""

    def work(self) -> None:
        due = DBTaskResult.objects.ready().count()
        worker = Worker(
            queue_names=["default"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=due or None,
            worker_id="tests",
            excluded_queue_names=[],
        )
        worker.run()

    def waiting(self) -> int:
        return DBTaskResult.objects.filter(status="READY").count()


class RqWorkers:
    """What `manage.py rqworker --with-scheduler --job-class django_tasks_rq.Job` runs."""

    def work(self) -> None:
        worker = django_rq.get_worker("default", job_class="django_tasks_rq.Job", worker_class="rq.SimpleWorker")
        with _signals_kept():
            worker.work(burst=True, with_scheduler=True)

    def waiting(self) -> int:
        queue = django_rq.get_queue("default")
        count: int = queue.count + queue.scheduled_job_registry.count
        return count


@contextmanager
def _signals_kept() -> Iterator[None]:
    kept: dict[int, Any] = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


@pytest.fixture(params=["database", "rq"])
def workers(request: pytest.FixtureRequest, settings: Settings) -> Workers:
    if request.param == "database":
        settings.TASKS = DATABASE
        return DatabaseWorkers()
    url = request.getfixturevalue("redis_url")
    settings.RQ_QUEUES = {"default": {"URL": url}}
    settings.TASKS = RQ
    with redis.Redis.from_url(url) as client:
        client.flushall()
    return RqWorkers()
