"""The queue that the site leaves its tasks to: whether somebody works on them.

The kinds that can be looked at have a module each, which imports its library only where the site uses it. Of others,
Celery among them, nothing is claimed.
"""

from collections.abc import Callable, Iterator
from typing import Any

from rocketchat_auth.doctor.findings import Found
from rocketchat_auth.doctor.queues import database, rq
from rocketchat_auth.doctor.queues.findings import DISCARDED, FINDINGS, NOT_LOOKED_AT

__all__ = ["FINDINGS", "probe"]

_KINDS: dict[str, Callable[[Any], Iterator[Found]]] = {
    "django_tasks_db": database.probe,
    "django_tasks_rq": rq.probe,
}
"""What looks at the queue of a backend, by the package that the backend's class, or one that it extends, is from."""


def probe() -> Iterator[Found]:
    """Look whether this package's tasks are worked on. Where they are done at once, there is nothing to look at."""
    # It reads the setting TASKS when it is imported.
    from rocketchat_auth.accounts.batch import sync_batch

    classes = type(sync_batch.get_backend()).__mro__
    names = {each.__name__ for each in classes}
    if "ImmediateBackend" in names:
        return
    if "DummyBackend" in names:
        yield DISCARDED.seen(backend=_path_of(classes[0]))
        return
    packages = [each.__module__.partition(".")[0] for each in classes]
    look = next((_KINDS[package] for package in packages if package in _KINDS), None)
    if look is None:
        yield NOT_LOOKED_AT.seen(backend=_path_of(classes[0]))
    else:
        yield from look(sync_batch)


def _path_of(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
