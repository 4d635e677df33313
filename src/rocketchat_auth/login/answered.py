"""What is done once the browser has the answer to its request."""

import logging
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial

from django.core.signals import request_finished, request_started
from django.db import connections
from django.http import HttpResponseBase

logger = logging.getLogger("rocketchat_auth.login")

Work = list[Callable[[], object]]

# A list, so that the copies of a context that asynchronous views run in share it.
_waiting: ContextVar[Work | None] = ContextVar("rocketchat_auth_waiting", default=None)


def connect() -> None:
    request_started.connect(_begin, dispatch_uid="rocketchat_auth.request_started")
    request_finished.connect(_finish, dispatch_uid="rocketchat_auth.request_finished")


def begin() -> Work | None:
    """Begin to collect what is to be done after the answer, where the start of the request did not.

    Under ASGI the receivers of ``request_started`` and ``request_finished`` run in contexts that are not the view's.
    There, what this gives is to be handed to :func:`finish_with`.
    """
    if _waiting.get() is not None:
        return None
    waiting: Work = []
    _waiting.set(waiting)
    return waiting


def finish_with(response: HttpResponseBase, waiting: Work | None) -> None:
    """Do what :func:`begin` collected when the server closes ``response``, which it does once that is sent."""
    if waiting is None:
        return
    _waiting.set(None)
    if waiting:
        # There is no public way; FileResponse closes its file like this.
        vars(response)["_resource_closers"].append(partial(_do, waiting))


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
    if waiting:
        _do(waiting)


def _do(waiting: Work) -> None:
    while waiting:
        try:
            waiting.pop(0)()
        except Exception:
            logger.exception("What was to be done after the answer failed.")
    # Django's own receiver came before this one and closed what had been opened by then. Around a test of a site there
    # is a transaction, which closing would break off; Django's test client switches that receiver off.
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()
