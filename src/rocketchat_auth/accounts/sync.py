"""Making the chat's accounts follow the site's users: a plan first, then what it says."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from rocketchat_auth.accounts import looks, planning, recording, running
from rocketchat_auth.accounts.applying import Applier
from rocketchat_auth.accounts.asking import AskEach
from rocketchat_auth.accounts.changes import AccountPlan, Action, Result, Tally, planned
from rocketchat_auth.accounts.directory import Directory, room_key
from rocketchat_auth.accounts.planning import Considered, Planner
from rocketchat_auth.accounts.profile import current_adapter
from rocketchat_auth.accounts.reading import OnProgress, Progress, Reading, read_workspace
from rocketchat_auth.accounts.tasks import batches, enqueue_batches
from rocketchat_auth.adapter import Adapter
from rocketchat_auth.conf import conf
from rocketchat_auth.rest import service

__all__ = [
    "NoSuchUser",
    "Plan",
    "Progress",
    "Scope",
    "TooManyDeactivations",
    "apply_plan",
    "hand_on",
    "make_plan",
]

# Up to so many users, asking for each is cheaper than reading the whole workspace.
_FEW = 50
# Progress is told of so many users at once: telling takes longer than looking at one.
_STEP = 100


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a sync is about; everybody, unless it says otherwise.

    Args:
        username: one user of the site, by the name that users sign in with.
        group: the members of one group of the site, by its name.
        create: whether users who have no chat account get one.
        limit: how many accounts are changed at most.
    """

    username: str | None = None
    group: str | None = None
    create: bool = True
    limit: int | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is about everybody."""
        return self.username is None and self.group is None


class NoSuchUser(LookupError):
    """The site has no user, or no group, of the name that a scope gives."""


class TooManyDeactivations(Exception):
    """A plan ends more accounts than `ROCKETCHAT_MAX_DEACTIVATE` allows."""

    def __init__(self, ending: int, allowed: int, accounts: int) -> None:
        super().__init__(ending, allowed, accounts)
        self.ending = ending
        self.allowed = allowed
        self.accounts = accounts


class Plan:
    """A plan for many accounts, kept on disk: it may be larger than memory should be.

    Args:
        reading: what was read of the workspace, and where plans are kept.
        is_whole: whether it is about everybody.

    `tally` counts what it does, `changing` how many accounts it changes, `checked` how many users and accounts were
    looked at, `linked` how many of them have a chat account, and `findings` says what is wrong beside single accounts,
    such as rooms that do not exist.
    """

    def __init__(self, reading: Reading, *, is_whole: bool) -> None:
        self.tally = Tally()
        self.checked = 0
        self.linked = 0
        self.findings = reading.findings
        self.is_whole = is_whole
        self.reading = reading
        self.touched_rooms: set[str] = set()
        self.changing = 0
        self._ending = 0

    def __iter__(self) -> Iterator[AccountPlan]:
        """The plans of the accounts that differ."""
        return map(AccountPlan.unpack, self.reading.directory.plans())

    def take(self, considered: Considered) -> None:
        """Take in what was found out about one account."""
        account, plan = considered.account, considered.plan
        self.checked += 1
        if account is not None and account.is_known:
            self.linked += 1
            if considered.found is not None:
                look = looks.look_of(account, considered.wanted, considered.found, in_order=not plan.changes)
                self.reading.directory.keep_look(look)
        if not plan.changes:
            return
        self.reading.directory.keep_plan(plan.pack())
        self.tally.add(planned(plan))
        self.changing += plan.does_something
        self._ending += plan.ends_account
        for change in plan.changes:
            if change.action in (Action.JOIN, Action.LEAVE):
                self.touched_rooms.add(room_key(change.field, str(change.after or change.before)))

    def check_deactivations(self) -> None:
        """See to it that no mistake empties the chat. One account may always be ended.

        Raises:
            TooManyDeactivations: it ends more accounts than the settings allow.
        """
        allowed = max(1, int(conf.max_deactivate * self.linked))
        if self._ending > allowed:
            raise TooManyDeactivations(self._ending, allowed, self.linked)


@contextmanager
def make_plan(scope: Scope, *, on_progress: OnProgress | None = None) -> Iterator[Plan]:
    """Read both sides and compare them. Nothing is changed on either.

    Args:
        scope: whom it is about.
        on_progress: is told how far it is.

    Raises:
        NoSuchUser: there is no such user or group.
        RocketChatError: Rocket.Chat could not be read.
        SettingError: a setting is missing or wrong.
    """
    tell = on_progress or (lambda progress: None)
    adapter = current_adapter()
    users = _chosen(scope, adapter)
    with ExitStack() as stack:
        with service.in_background():
            total = users.count()
            if scope.is_whole or total > _FEW:
                reading = stack.enter_context(read_workspace(adapter.managed(), tell))
                planner = Planner(reading.directory, adapter, create=scope.create)
            else:
                asking = AskEach(adapter.managed())
                reading = Reading(stack.enter_context(Directory(asking.managed, asking)), [], {})
                planner = Planner(asking, adapter, create=scope.create)
            plan = Plan(reading, is_whole=scope.is_whole and scope.limit is None)
            _compare(plan, planner, users, scope, _in_steps(tell, total))
        yield plan


def apply_plan(plan: Plan, *, on_result: Callable[[Result], None] | None = None) -> Tally:
    """Do what the plan says, several accounts at a time (`ROCKETCHAT_CONCURRENCY`). One that fails stops no other.

    To resume after an interrupt, plan and apply again: what was done is no longer in the plan.

    Args:
        plan: the plan.
        on_result: is told what became of each account, conflicts too.
    """
    tally = Tally()

    def take(result: Result) -> None:
        tally.add(result)
        if on_result is not None:
            on_result(result)

    looks.note(plan.reading.directory)
    with service.in_background():
        running.run(_to_do(plan, take), Applier(current_adapter()), take, workers=conf.concurrency)
    _note_rooms(plan)
    return tally


def hand_on(plan: Plan) -> int:
    """Have the site's workers do what there is to do, and keep what else the plan shows.

    Returns:
        How many tasks that makes.
    """
    looks.note(plan.reading.directory)
    batches = enqueue_batches(_to_do(plan, lambda conflict: None))
    _note_rooms(plan)
    return batches


def _note_rooms(plan: Plan) -> None:
    if plan.is_whole:
        looks.note_rooms(plan.reading, plan.touched_rooms)


def _chosen(scope: Scope, adapter: Adapter) -> QuerySet[Any]:
    if scope.username is not None:
        users = planning.users(adapter, **{get_user_model().USERNAME_FIELD: scope.username})
        if not users.exists():
            raise NoSuchUser(scope.username)
        return users
    if scope.group is not None:
        if not Group.objects.filter(name=scope.group).exists():
            raise NoSuchUser(scope.group)
        return planning.users(adapter, groups__name=scope.group)
    return planning.users(adapter)


def _compare(
    plan: Plan, planner: Planner, users: QuerySet[Any], scope: Scope, on_progress: Callable[[int], None]
) -> None:
    """Look at everybody in the scope, or until its limit is reached."""
    for considered in _each(planner, users, scope, on_progress):
        plan.take(considered)
        if plan.changing == scope.limit:
            return


def _each(
    planner: Planner, users: QuerySet[Any], scope: Scope, on_progress: Callable[[int], None]
) -> Iterator[Considered]:
    """Everybody in the scope; at last those in whose way somebody stands who may be gone by then."""
    waiting = []
    for done, user in enumerate(planning.in_chunks(users), start=1):
        considered = planner.of_user(user)
        if considered.waits:
            waiting.append(user.pk)
        else:
            yield considered
        on_progress(done)
    if scope.is_whole:
        yield from map(planner.of_orphan, planning.orphans())
    for batch in batches(waiting, planning.CHUNK):
        yield from map(planner.of_user, users.filter(pk__in=batch))


def _in_steps(tell: OnProgress, total: int) -> Callable[[int], None]:
    def on_progress(done: int) -> None:
        if done % _STEP == 0 or done == total:
            tell(Progress(_("users"), done, total))

    return on_progress


def _to_do(plan: Plan, take: Callable[[Result], None]) -> Iterator[AccountPlan]:
    for account_plan in plan:
        if account_plan.does_something:
            yield account_plan
        else:
            recording.note_conflict(account_plan)
            take(planned(account_plan))
