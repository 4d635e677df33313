"""Making a few of the chat's accounts follow the site's users, without a plan that one could read first."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from rocketchat_auth import rest
from rocketchat_auth.accounts import looks, planning, recording, running
from rocketchat_auth.accounts.applying import Applier
from rocketchat_auth.accounts.asking import AskEach
from rocketchat_auth.accounts.changes import AccountPlan, Action, Change, Outcome, Result, Step, planned
from rocketchat_auth.accounts.directory import keys_of
from rocketchat_auth.accounts.planning import Considered, Planner
from rocketchat_auth.accounts.profile import current_adapter
from rocketchat_auth.adapter import Adapter
from rocketchat_auth.models import Account


def sync_some(
    user_pks: Iterable[object], account_pks: Iterable[int] = (), *, unless_same: bool = False
) -> list[Result]:
    """Read, compare and change a few accounts at once: what tasks and the admin call. Twice changes nothing more.

    Args:
        user_pks: primary keys of users of the site.
        account_pks: primary keys of accounts; those count whose user is gone.
        unless_same: whether to leave out users of whom nothing else is wanted than was last done.

    Within `service.in_background()` it waits for its turn where Rocket.Chat limits calls.
    """
    adapter = current_adapter()
    manages_rooms = bool(keys_of(adapter.managed()))
    results: list[Result] = []
    plans = []
    for considered in _considered(adapter, list(user_pks), list(account_pks), unless_same=unless_same):
        if isinstance(considered, Result):
            results.append(considered)
            continue
        _note_look(considered, manages_rooms=manages_rooms)
        if considered.plan.does_something:
            plans.append(considered.plan)
        elif considered.plan.changes:
            recording.note_conflict(considered.plan)
            results.append(planned(considered.plan))
        else:
            recording.note_in_order(considered.account, considered.wanted)
    running.run(plans, Applier(adapter), results.append, workers=1)
    return results


def _considered(
    adapter: Adapter, user_pks: list[object], account_pks: list[int], *, unless_same: bool
) -> Iterator[Considered | Result]:
    read = _Reader(adapter)
    waiting = []
    for user in planning.users(adapter, pk__in=user_pks):
        account = planning.account_of(user)
        if unless_same and account is not None and planning.is_settled(user, account, adapter):
            continue
        considered = read.user(user)
        if isinstance(considered, Considered) and considered.waits:
            waiting.append(user)
        else:
            yield considered
    yield from map(read.orphan, planning.orphans(pk__in=account_pks))
    yield from map(read.user, waiting)


def _note_look(considered: Considered, *, manages_rooms: bool) -> None:
    account, found = considered.account, considered.found
    if account is not None and found is not None:
        look = looks.look_of(account, considered.wanted, found, in_order=not considered.plan.changes)
        looks.note_one(account, look, manages_rooms=manages_rooms)


class _Reader:
    """Looks at users and accounts one by one; that one cannot be looked at is a result."""

    def __init__(self, adapter: Adapter) -> None:
        self._adapter = adapter

    @cached_property
    def _planner(self) -> Planner:
        return Planner(AskEach(self._adapter.managed()), self._adapter)

    def user(self, user: Any) -> Considered | Result:
        try:
            return self._planner.of_user(user)
        except rest.RocketChatError as error:
            return _unread(planning.account_of(user), error, user_pk=str(user.pk), username=user.get_username())

    def orphan(self, account: Account) -> Considered | Result:
        try:
            return self._planner.of_orphan(account)
        except rest.RocketChatError as error:
            return _unread(account, error)


def _unread(
    account: Account | None, error: rest.RocketChatError, *, user_pk: str | None = None, username: str = ""
) -> Result:
    """The result for an account that could not even be looked at."""
    plan = AccountPlan(user_pk, account.pk if account else None, username, account.username if account else "")
    step = Step(Change(Action.UPDATE), Outcome.FAILED, str(error))
    result = Result(plan, (step,), may_pass=isinstance(error, (rest.Unavailable, rest.RateLimited)))
    if account is not None:
        recording.record(account, None, result)
    return result
