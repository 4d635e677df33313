"""The task that brings a batch of accounts up to date. Workers find it by its path, which has to stay what it is."""

import logging
from datetime import timedelta
from random import SystemRandom
from typing import TYPE_CHECKING

import django
from django.utils.module_loading import import_string

from rocketchat_auth import rest
from rocketchat_auth.accounts.changes import Result
from rocketchat_auth.accounts.sync import sync_some
from rocketchat_auth.rest import service

if TYPE_CHECKING:
    from django_tasks import task
else:
    task = import_string("django.tasks.task" if django.VERSION >= (6, 0) else "django_tasks.task")

logger = logging.getLogger("rocketchat_auth.accounts")

ATTEMPTS = 5
"""How often a batch is tried while Rocket.Chat does not answer."""

_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)
_GROWTH = 4

_random = SystemRandom()


@task
def sync_batch(user_pks: list[str], account_pks: list[int], attempt: int = 1, create: bool = False) -> None:
    """Bring accounts up to date. What already is so is left alone, so running twice does no harm.

    Args:
        user_pks: primary keys of users of the site, as text.
        account_pks: primary keys of accounts whose user is gone.
        attempt: which attempt this is, counted from 1.
        create: whether users who have no chat account get one.
    """
    try:
        results = sync_some(user_pks, account_pks, create=create)
    except (rest.Unavailable, rest.RateLimited) as error:
        logger.warning("Rocket.Chat could not be asked about %d accounts: %s", len(user_pks) + len(account_pks), error)
    except Exception:
        logger.exception("%d chat accounts could not be brought up to date.", len(user_pks) + len(account_pks))
        raise
    else:
        _log(results)
        passing = [result.plan for result in results if result.may_pass]
        user_pks = [plan.user_pk for plan in passing if plan.user_pk is not None]
        account_pks = [plan.account_pk for plan in passing if plan.user_pk is None and plan.account_pk is not None]
    if user_pks or account_pks:
        _try_again(user_pks, account_pks, attempt, create=create)


def wait_before(attempt: int, share: float) -> timedelta:
    """How long to wait before an attempt: from 1 minute to 1 hour, four times as long each time.

    Args:
        attempt: which one, from 2 on.
        share: from 0 for half of that time to 1 for all of it, so that batches do not all come back at once.
    """
    growth: int = _GROWTH ** (attempt - 2)
    return min(_LONGEST_WAIT, _FIRST_WAIT * growth) * (1 + share) / 2


def _log(results: list[Result]) -> None:
    for result in results:
        if result.failed:
            reasons = "; ".join(dict.fromkeys(step.reason for step in result.steps if step.reason))
            logger.warning("The chat account of %s could not be brought up to date: %s", result.plan.label, reasons)


def _try_again(user_pks: list[str], account_pks: list[int], attempt: int, *, create: bool) -> None:
    if attempt >= ATTEMPTS or not sync_batch.get_backend().supports_defer:
        logger.warning("They are not tried again by themselves, but by the next run of: manage.py rocketchat sync")
        return
    later = service.now() + wait_before(attempt + 1, _random.random())
    sync_batch.using(run_after=later).enqueue(user_pks, account_pks, attempt=attempt + 1, create=create)
