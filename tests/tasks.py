"""Django's tasks, which are a package of their own before Django 6."""

import importlib
from types import ModuleType
from typing import Any

import django

NAME = "django.tasks" if django.VERSION >= (6, 0) else "django_tasks"
DUMMY = {"default": {"BACKEND": f"{NAME}.backends.dummy.DummyBackend"}}
"""A value of `TASKS`: what is enqueued is kept, and nobody does it."""


def default_backend() -> Any:
    module: ModuleType = importlib.import_module(NAME)
    return module.default_task_backend
