"""Making the chat's accounts follow the site's users: a plan first, then what it says."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rocketchat_auth.accounts.changes import AccountPlan, Result, Tally


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


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a plan is in the making: `done` of `total` of what `reading` names; a total of 0 is not known."""

    reading: str
    done: int
    total: int


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
    """A plan for many accounts, kept on disk: it may be larger than memory should be."""

    tally: Tally
    """What it does, counted."""
    checked: int
    """How many users and accounts were looked at."""
    linked: int
    """How many accounts are linked."""
    findings: list[str]
    """What is wrong beside single accounts, such as rooms that do not exist; sentences for people."""

    def __iter__(self) -> Iterator[AccountPlan]:
        """The plans of the accounts that differ."""
        raise NotImplementedError

    def check_deactivations(self) -> None:
        """Raises TooManyDeactivations where it ends more accounts than the settings allow."""
        raise NotImplementedError


@contextmanager
def make_plan(scope: Scope, *, on_progress: Callable[[Progress], None] | None = None) -> Iterator[Plan]:
    """Read both sides and compare them. Nothing is changed on either.

    Raises:
        NoSuchUser: there is no such user or group.
        RocketChatError: Rocket.Chat could not be read.
        SettingError: a setting is missing or wrong.
    """
    raise NotImplementedError
    yield


def apply_plan(plan: Plan, *, on_result: Callable[[Result], None] | None = None) -> Tally:
    """Do what the plan says, several accounts at a time (`ROCKETCHAT_CONCURRENCY`). One that fails stops no other.

    On KeyboardInterrupt what has been begun is finished, and the exception goes on. To resume, plan and apply again:
    what was done is no longer in the plan.
    """
    raise NotImplementedError


def sync_some(user_pks: Iterable[object], account_pks: Iterable[int] = ()) -> list[Result]:
    """Read, compare and change a few accounts at once: what tasks and the admin call. Twice changes nothing more.

    Args:
        user_pks: primary keys of users of the site. Those without a chat account are left out.
        account_pks: primary keys of accounts, for those whose user is gone.
    """
    raise NotImplementedError
