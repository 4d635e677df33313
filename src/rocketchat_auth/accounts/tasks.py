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
    """Have chat accounts brought up to date after their users changed; where nothing differs, nothing is asked.

    Args:
        users: primary keys of users of the site, as text.
        accounts: primary keys of accounts whose user is gone.

    Returns:
        How many tasks that makes.
    """
    targets = chain(((user, None) for user in users), ((None, account) for account in accounts))
    return _enqueue(targets, unless_same=True)


def enqueue_batches(plans: Iterable[AccountPlan]) -> int:
    """Have the accounts of a plan brought up to date. The workers compare anew what differs when they come to it.

    Args:
        plans: which accounts; the changes in them do not matter.

    Returns:
        How many tasks that makes.
    """
    return _enqueue(((plan.user_pk, plan.account_pk) for plan in plans), unless_same=False)


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of at most that size."""
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch


def _enqueue(targets: Iterable[tuple[str | None, int | None]], *, unless_same: bool) -> int:
    count = 0
    for batch in batches(targets, BATCH):
        from rocketchat_auth.accounts.batch import sync_batch

        users = [user for user, _ in batch if user is not None]
        accounts = [account for user, account in batch if user is None and account is not None]
        sync_batch.enqueue(users, accounts, attempt=1, unless_same=unless_same)
        count += 1
    return count
