"""The task that brings a batch of accounts up to date. Workers find it by its path, which has to stay what it is."""

import logging
from contextlib import nullcontext
from datetime import timedelta
from random import SystemRandom
from typing import TYPE_CHECKING

import django
from django.utils.module_loading import import_string

from rocketchat_auth.accounts.changes import Result
from rocketchat_auth.accounts.few import sync_some
from rocketchat_auth.rest import service

if TYPE_CHECKING:
    from django_tasks import task
else:
    task = import_string("django.tasks.task" if django.VERSION >= (6, 0) else "django_tasks.task")

logger = logging.getLogger("rocketchat_auth.accounts")

ATTEMPTS = 5
"""How often an account is tried while Rocket.Chat does not answer."""

_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)
_GROWTH = 4

_random = SystemRandom()


@task
def sync_batch(user_pks: list[str], account_pks: list[int], attempt: int = 1, unless_same: bool = False) -> None:
    """Bring accounts up to date. What is so already is left alone, so running twice does no harm.

    Args:
        user_pks: primary keys of users of the site, as text.
        account_pks: primary keys of accounts whose user is gone.
        attempt: which attempt this is, counted from 1.
        unless_same: whether to leave out users of whom nothing else is wanted than was last done.
    """
    try:
        with service.in_background() if _runs_in_a_worker() else nullcontext():
            results = sync_some(user_pks, account_pks, unless_same=unless_same)
    except Exception:
        logger.exception("%d chat accounts could not be brought up to date.", len(user_pks) + len(account_pks))
        raise
    failed = [result for result in results if result.failed]
    for result in failed:
        reasons = "; ".join(dict.fromkeys(step.reason for step in result.steps if step.reason))
        logger.warning("The chat account of %s could not be brought up to date: %s", result.plan.label, reasons)
    _try_again([result for result in failed if result.may_pass], attempt)


def wait_before(attempt: int, share: float) -> timedelta:
    """How long to wait before an attempt: from 1 minute to 1 hour, four times as long each time.

    Args:
        attempt: which one, from 2 on.
        share: from 0 for half of that time to 1 for all of it, so that batches do not all come back at once.
    """
    growth: int = _GROWTH ** (attempt - 2)
    return min(_LONGEST_WAIT, _FIRST_WAIT * growth) * (1 + share) / 2


def _runs_in_a_worker() -> bool:
    """Whether no browser waits for this, so that it may wait out a rate limit: who can put tasks off has workers."""
    return bool(sync_batch.get_backend().supports_defer)


def _try_again(results: list[Result], attempt: int) -> None:
    """Have them tried again later where a worker can do that; else the next sync finds them."""
    if not results or attempt >= ATTEMPTS or not _runs_in_a_worker():
        return
    plans = [result.plan for result in results]
    later = sync_batch.using(run_after=service.now() + wait_before(attempt + 1, _random.random()))
    later.enqueue(
        [plan.user_pk for plan in plans if plan.user_pk is not None],
        [plan.account_pk for plan in plans if plan.user_pk is None and plan.account_pk is not None],
        attempt=attempt + 1,
    )
