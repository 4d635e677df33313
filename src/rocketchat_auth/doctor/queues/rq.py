"""Tasks in Redis, by django-tasks-rq. Nothing is read by ways of RQ's own that tidy up as they read."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from rocketchat_auth.doctor.findings import Found
from rocketchat_auth.doctor.queues.findings import NO_BROKER, NO_SCHEDULER, NO_WORKER, NOBODY_WORKS, PATIENCE
from rocketchat_auth.rest import service

WORKER = "python manage.py rqworker --with-scheduler --job-class django_tasks_rq.Job"

_SOME = 100
"""How many of the next jobs are looked at. One that was to be done first may stand before older ones."""


def probe(task: Any) -> Iterator[Found]:
    """Look for workers, for jobs that wait for too long, and for who takes up those that were put off.

    Raises:
        ImproperlyConfigured: `RQ_QUEUES` lacks the queue of the task.
    """
    try:
        queue = import_string("django_rq.get_queue")(task.queue_name)
    except KeyError:
        raise ImproperlyConfigured(f'RQ_QUEUES lacks the queue "{task.queue_name}"') from None
    try:
        yield from _of_queue(queue)
    except (import_string("redis.RedisError"), OSError) as error:
        setting = f'RQ_QUEUES["{task.queue_name}"]'
        yield NO_BROKER.seen(broker="Redis", error=type(error).__name__, setting=setting)


def _of_queue(queue: Any) -> Iterator[Found]:
    if queue.is_async and not _has_worker(queue):
        yield NO_WORKER.seen(queue=queue.name, count=queue.count, worker=WORKER)
        return
    yield from _of_waiting(queue)
    due = _long_due(queue)
    if due or not _has_scheduler(queue):
        yield NO_SCHEDULER.seen(queue=queue.name, count=due, worker=WORKER)


def _has_worker(queue: Any) -> bool:
    """A worker that died without a word stays in the list, but its own key runs out."""
    keys = import_string("rq.Worker").all_keys(queue=queue)
    return bool(keys and queue.connection.exists(*keys))


def _of_waiting(queue: Any) -> Iterator[Found]:
    ids = queue.get_job_ids(0, _SOME)
    jobs = queue.job_class.fetch_many(ids, connection=queue.connection, serializer=queue.serializer)
    now = service.now()
    since = [job.enqueued_at for job in jobs if job is not None and job.enqueued_at is not None]
    oldest: datetime = min(since, default=now)
    if now - oldest > PATIENCE:
        minutes = int((now - oldest).total_seconds() // 60)
        yield NOBODY_WORKS.seen(minutes=minutes, count=queue.count, worker=WORKER)


def _long_due(queue: Any) -> int:
    """How many jobs that were put off should have been in the queue for long."""
    late = (service.now() - PATIENCE).timestamp()
    return int(queue.connection.zcount(queue.scheduled_job_registry.key, "-inf", late))


def _has_scheduler(queue: Any) -> bool:
    """Whoever takes up what was put off holds a lock, which runs out if they die."""
    key = import_string("rq.scheduler.RQScheduler").get_locking_key(queue.name)
    return bool(queue.connection.exists(key))
