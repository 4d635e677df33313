"""The task that sweeps, for a site's scheduler to enqueue. Workers find it by its path, which has to stay what it is.

The setting `TASKS` is read when this module is imported.
"""

import logging
from contextlib import nullcontext
from dataclasses import asdict
from typing import TYPE_CHECKING

import django
from django.utils.module_loading import import_string

from rocketchat_auth.login import sweeping
from rocketchat_auth.login.overdue import LIMIT
from rocketchat_auth.rest import service

if TYPE_CHECKING:
    from django_tasks import task
else:
    task = import_string("django.tasks.task" if django.VERSION >= (6, 0) else "django_tasks.task")

logger = logging.getLogger("rocketchat_auth.login")


@task
def sweep(limit: int = LIMIT) -> dict[str, dict[str, int | str]]:
    """End the chat logins whose session is over, as `manage.py rocketchat sweep` does. Running twice does no harm.

    A worker waits for its turn where a rate limit is used up; without workers the rest is left to the next time.

    Args:
        limit: how many are revoked at most.

    Returns:
        What `sweeping.Looked` and `overdue.Revoked` have.
    """
    try:
        # Who can put tasks off has workers, so that nobody waits for this.
        with service.in_background() if sweep.get_backend().supports_defer else nullcontext():
            looked, revoked = sweeping.sweep(limit)
    except Exception:
        logger.exception("The chat logins whose session is over could not be ended.")
        raise
    if revoked.why:
        logger.warning("Chat logins that still have to be ended: %d. %s", revoked.left, revoked.why)
    return {"looked": asdict(looked), "revoked": asdict(revoked)}
