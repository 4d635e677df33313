"""Handing accounts to the site's background workers, or doing the work at once where it has none.

The task itself is in `rocketchat_auth.accounts.batch`. That module reads the setting `TASKS` when it is imported, so it
is imported when there is something to do.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import TypeVar

from rocketchat_auth.accounts.changes import AccountPlan

BATCH = 50
"""How many accounts one task brings up to date."""

T = TypeVar("T")


def enqueue(users: Iterable[str], accounts: Iterable[int] = ()) -> int:
    """Have chat accounts brought up to date.

    Args:
        users: primary keys of users of the site, as text; who has no chat account gets none.
        accounts: primary keys of accounts whose user is gone.

    Returns:
        How many tasks that makes.
    """
    return _enqueue(chain(((user, None) for user in users), ((None, account) for account in accounts)), create=False)


def enqueue_batches(plans: Iterable[AccountPlan]) -> int:
    """Have chat accounts brought up to date, and created, that a plan found to differ.

    The workers compare anew: what was done meanwhile is not done again.

    Args:
        plans: whose accounts; the changes in them do not matter.

    Returns:
        How many tasks that makes.
    """
    return _enqueue(((plan.user_pk, plan.account_pk) for plan in plans), create=True)


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of at most that size."""
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch


def _enqueue(targets: Iterable[tuple[str | None, int | None]], *, create: bool) -> int:
    count = 0
    for batch in batches(targets, BATCH):
        from rocketchat_auth.accounts.batch import sync_batch

        users = [user for user, _ in batch if user is not None]
        accounts = [account for user, account in batch if user is None and account is not None]
        sync_batch.enqueue(users, accounts, attempt=1, create=create)
        count += 1
    return count
