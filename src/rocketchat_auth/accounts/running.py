"""Doing many plans: several at a time, and in an order in which names and addresses get free."""

import logging
import queue
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from contextvars import copy_context
from itertools import islice

from django.db import connections
from django.utils.translation import gettext as _

from rocketchat_auth import rest
from rocketchat_auth.accounts.applying import Applier, Blocked
from rocketchat_auth.accounts.changes import AccountPlan, Change, Outcome, Result, Step
from rocketchat_auth.rest import service

logger = logging.getLogger("rocketchat_auth.accounts")

OnResult = Callable[[Result], None]


def run(plans: Iterable[AccountPlan], applier: Applier, on_result: OnResult, *, workers: int) -> None:
    """Do all plans. What is blocked by an account that still has the name waits until the others are done.

    Args:
        plans: the plans, read as they are needed.
        applier: does one.
        on_result: is told each result, in this thread.
        workers: how many plans are done at the same time.
    """
    blocked: list[Blocked] = []

    def take(outcome: Result | Blocked) -> None:
        if isinstance(outcome, Blocked):
            blocked.append(outcome)
        else:
            on_result(outcome)

    if workers == 1:
        for plan in plans:
            take(_outcome(applier, plan))
    else:
        _Crew(applier, workers).work(plans, take)
    _unblock(blocked, applier, on_result)


def _outcome(applier: Applier, plan: AccountPlan, *, finally_: bool = False) -> Result | Blocked:
    try:
        return applier.apply(plan, finally_=finally_)
    except Blocked as blocked:
        return blocked
    except Exception as error:
        logger.exception("The chat account of %s could not be changed", plan.label)
        reason = _("It failed with %s; the log has more.") % type(error).__name__
        return Result(plan, tuple(Step(change, Outcome.FAILED, reason) for change in plan.changes))


def _unblock(blocked: list[Blocked], applier: Applier, on_result: OnResult) -> None:
    """Try again as long as that helps; then move one account of a circle out of the way; at last let them fail."""
    moved: set[str] = set()
    while blocked:
        still = []
        for former in blocked:
            outcome = _outcome(applier, former.plan)
            if isinstance(outcome, Blocked):
                still.append(outcome)
            else:
                on_result(outcome)
        if len(still) == len(blocked) and not _make_way(still, moved):
            break
        blocked = still
    for former in blocked:
        outcome = _outcome(applier, former.plan, finally_=True)
        if isinstance(outcome, Result):  # which it always is by now
            on_result(outcome)


def _make_way(blocked: list[Blocked], moved: set[str]) -> bool:
    """Give one of the accounts that are in each other's way a name or address for the meantime, each only once.

    Should the run end here, the next one gives it what it is to have.
    """
    for waiting in blocked:
        for other in blocked:
            change = _change_of(other.plan, waiting.field)
            if other is waiting or change is None or other.plan.rocketchat_id in moved:
                continue
            if str(change.before).casefold() == waiting.value.casefold():
                moved.add(other.plan.rocketchat_id)
                return _park(other.plan, change)
    return False


def _change_of(plan: AccountPlan, field: str) -> Change | None:
    return next((change for change in plan.changes if change.field == field), None)


def _park(plan: AccountPlan, change: Change) -> bool:
    if change.field == "email":
        domain = str(change.after).rpartition("@")[2]
        data: dict[str, object] = {"email": f"{plan.rocketchat_id}-moving@{domain}".lower(), "verified": True}
    else:
        data = {"username": plan.rocketchat_id}
    try:
        rest.users.update(service.client(), plan.rocketchat_id, data)
    except rest.RocketChatError:
        return False
    return True


class _Crew:
    """Threads that do plans, and this one, which hands them out and takes the results."""

    def __init__(self, applier: Applier, workers: int) -> None:
        self._applier = applier
        self._plans: queue.Queue[AccountPlan | None] = queue.Queue(2 * workers)
        self._outcomes: queue.Queue[Result | Blocked] = queue.Queue()
        # Each with a copy of this thread's context, which knows whether the work may wait.
        self._threads = [
            threading.Thread(target=copy_context().run, args=(self._work,), name=f"sync-{n}", daemon=True)
            for n in range(workers)
        ]

    def work(self, plans: Iterable[AccountPlan], take: Callable[[Result | Blocked], None]) -> None:
        """Do the plans. An interrupt lets those that were begun come to their end first."""
        for thread in self._threads:
            thread.start()
        remaining, under_way = iter(plans), 0
        try:
            for plan in islice(remaining, self._plans.maxsize):
                self._plans.put(plan)
                under_way += 1
            while under_way:
                take(self._outcomes.get())
                under_way -= 1
                for plan in islice(remaining, 1):
                    self._plans.put(plan)
                    under_way += 1
        finally:
            self._stop()
            while not self._outcomes.empty():
                take(self._outcomes.get())

    def _stop(self) -> None:
        with suppress(queue.Empty):
            while True:
                self._plans.get_nowait()
        for _thread in self._threads:
            self._plans.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        try:
            while (plan := self._plans.get()) is not None:
                self._outcomes.put(_outcome(self._applier, plan))
        finally:
            connections.close_all()
