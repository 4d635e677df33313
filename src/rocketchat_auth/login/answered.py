"""What is done once the browser has the answer to its request."""

import logging
from collections.abc import Callable
from contextvars import ContextVar

from django.core.signals import request_finished, request_started
from django.db import close_old_connections

logger = logging.getLogger("rocketchat_auth.login")

# A list, so that the copies of a context that asynchronous views run in share it.
_waiting: ContextVar[list[Callable[[], object]] | None] = ContextVar("rocketchat_auth_waiting", default=None)


def connect() -> None:
    request_started.connect(_begin, dispatch_uid="rocketchat_auth.request_started")
    request_finished.connect(_finish, dispatch_uid="rocketchat_auth.request_finished")


def once_answered(work: Callable[[], object]) -> None:
    """Do ``work`` when the current request has been answered; outside of requests, now."""
    waiting = _waiting.get()
    if waiting is None:
        work()
    else:
        waiting.append(work)


def _begin(**kwargs: object) -> None:
    _waiting.set([])


def _finish(**kwargs: object) -> None:
    waiting = _waiting.get()
    _waiting.set(None)
    if not waiting:
        return
    for work in waiting:
        try:
            work()
        except Exception:
            logger.exception("What was to be done after the answer failed.")
    # Django's own receiver came before this one and closed what had been opened by then.
    close_old_connections()
