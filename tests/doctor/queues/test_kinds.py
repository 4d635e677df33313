"""Which queues are looked at, and that nothing is claimed of others."""

from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.utils.module_loading import import_string
from django_tasks_db import DatabaseBackend
from pytest_django import Settings

from rocketchat_auth.doctor import Severity
from tests.accounts.workers import DATABASE
from tests.doctor.queues.conftest import Look
from tests.tasks import DUMMY, NAME

BaseTaskBackend: Any = import_string(f"{NAME}.backends.base.BaseTaskBackend")


class OfTheSite(BaseTaskBackend):  # type: ignore[misc]
    def enqueue(self, task: object, args: object, kwargs: object) -> None:
        """Leave it to nobody."""


class MoreThanADatabase(DatabaseBackend):
    """A site's own kind of one that is known."""


def use(settings: Settings, backend: type) -> None:
    settings.TASKS = {"default": {"BACKEND": f"{__name__}.{backend.__name__}"}}


def test_where_tasks_are_done_at_once_nothing_can_wait(look: Look) -> None:
    assert look() == {}


def test_a_backend_that_does_nothing_is_found(look: Look, settings: Settings) -> None:
    settings.TASKS = DUMMY

    assert set(look()) == {"D175"}


def test_of_a_backend_that_is_not_known_nothing_is_claimed(look: Look, settings: Settings) -> None:
    use(settings, OfTheSite)

    [unknown] = look().values()

    assert (unknown.number, unknown.severity) == ("D181", Severity.UNKNOWN)
    assert f"{__name__}.OfTheSite" in unknown.text


@pytest.mark.django_db
def test_one_that_extends_one_that_is_known_is_looked_at(look: Look, settings: Settings) -> None:
    use(settings, MoreThanADatabase)

    assert look() == {}


def test_a_backend_without_its_app_is_found(look: Look, settings: Settings) -> None:
    settings.TASKS = DATABASE
    settings.INSTALLED_APPS = [name for name in django_settings.INSTALLED_APPS if name != "django_tasks_db"]
    assert not apps.is_installed("django_tasks_db")

    [problem] = look().values()

    assert (problem.number, problem.severity) == ("D182", Severity.PROBLEM)
    assert problem.mend == 'INSTALLED_APPS += ["django_tasks_db"]'
