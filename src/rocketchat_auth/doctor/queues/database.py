"""Tasks in the site's database, by django-tasks-db. Its workers leave no trace while they have nothing to do."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils.module_loading import import_string

from rocketchat_auth.doctor.findings import Found
from rocketchat_auth.doctor.queues.findings import NOBODY_WORKS, NOT_INSTALLED, PATIENCE
from rocketchat_auth.rest import service

APP = "django_tasks_db"
WORKER = "python manage.py db_worker"

_AT_ONCE = timedelta(days=365 * 1000)
"""A task that was not put off is due in the year 9999, as django-tasks-db has it."""


def probe(task: Any) -> Iterator[Found]:
    """Look for tasks that wait for too long."""
    if not apps.is_installed(APP):
        yield NOT_INSTALLED.seen(app=APP)
        return
    now = service.now()
    results = import_string(f"{APP}.models.DBTaskResult").objects
    late = results.filter(status="READY", enqueued_at__lt=now - PATIENCE)
    waiting = late.filter(Q(run_after__lt=now - PATIENCE) | Q(run_after__gt=now + _AT_ONCE))
    oldest = waiting.order_by("enqueued_at").first()
    if oldest is not None:
        minutes = int((now - oldest.enqueued_at).total_seconds() // 60)
        yield NOBODY_WORKS.seen(minutes=minutes, count=waiting.count(), worker=WORKER)
