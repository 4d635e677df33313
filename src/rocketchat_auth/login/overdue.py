"""Revoking the chat logins that have ended and that Rocket.Chat was not told of yet: by several workers, if need be."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ImproperlyConfigured

from rocketchat_auth import rest
from rocketchat_auth.login import ending
from rocketchat_auth.models import LoginToken
from rocketchat_auth.rest import service

logger = logging.getLogger("rocketchat_auth.login")

LIMIT = 100
"""How many a run revokes unless told otherwise: at ten a minute they take it ten minutes."""

_CHUNK = 100

Show = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Revoked:
    """What became of them.

    Args:
        done: how many were revoked.
        left: how many still have to be, those that others are at included.
        why: what the last one that could not be revoked failed with, or "".
    """

    done: int
    left: int
    why: str = ""


def revoke_overdue(limit: int = LIMIT, *, on_progress: Show = lambda done: None) -> Revoked:
    """Revoke what has ended, the oldest first.

    Several may run at the same time and share the work. It stops where Rocket.Chat does not answer or the rate limit is
    used up, since the rest would fare no better; one that is refused by itself is passed over.
    """
    done, last, why = 0, 0, ""
    while rows := list(ending.free().filter(pk__gt=last).order_by("pk")[: min(_CHUNK, limit - done)]):
        for row in rows:
            last = row.pk
            try:
                done += _revoke(row)
            except (rest.Unavailable, rest.RateLimited, ImproperlyConfigured) as error:
                return _result(done, str(error))
            except rest.RocketChatError as error:
                logger.warning("The chat login of %s could not be ended: %s", row.account, error)
                why = str(error)
            on_progress(done)
    return _result(done, why)


def count_overdue() -> int:
    """How many there are."""
    return ending.pending().count()


def _revoke(row: LoginToken) -> bool:
    """Revoke one; ``False`` where another worker is at it."""
    claimed = LoginToken.objects.filter(pk=row.pk, claimed_at=row.claimed_at)
    if not claimed.update(claimed_at=service.now()):
        return False
    try:
        ending.revoke_row(row)
    finally:
        if row.pk is not None:  # which it has no longer once it is deleted
            LoginToken.objects.filter(pk=row.pk).update(claimed_at=None)
    return True


def _result(done: int, why: str) -> Revoked:
    return Revoked(done, count_overdue(), why)
