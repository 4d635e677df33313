"""Whom a transaction changed, gathered until it is committed, so that each of them is synced once.

A note hangs on each callback of the transaction. Django forgets the callbacks of whatever is rolled back, be it a
savepoint or all of it. The notes of a connection are held weakly, so what Django forgets is gone here as well. The
first callback that runs takes what all of them have noted.
"""

import logging
from collections.abc import Iterable, Iterator
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from django.db import router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from rocketchat_auth.accounts import tasks
from rocketchat_auth.models import Account

logger = logging.getLogger("rocketchat_auth.accounts")

# How many primary keys one query names: databases have a limit.
_CHUNK = 500


class _Note:
    """Users and accounts that one signal spoke of; what a transaction calls once it is committed."""

    def __init__(self, users: Iterable[Any], accounts: Iterable[int], notes: "WeakSet[_Note]") -> None:
        self.users = frozenset(users)
        self.accounts = frozenset(accounts)
        self._notes = notes

    def __call__(self) -> None:
        noted = list(self._notes)
        self._notes.clear()
        if not noted:
            return
        try:
            _enqueue(
                frozenset[Any]().union(*(note.users for note in noted)),
                frozenset[int]().union(*(note.accounts for note in noted)),
            )
        except Exception:
            logger.exception(
                "Chat accounts could not be brought up to date after a change on the site; the change itself is made."
                " The next run of this mends it: manage.py rocketchat sync"
            )


_pending: WeakKeyDictionary[BaseDatabaseWrapper, "WeakSet[_Note]"] = WeakKeyDictionary()


def note(users: Iterable[Any] = (), *, accounts: Iterable[int] = (), using: str | None = None) -> None:
    """Have chat accounts brought up to date once the current transaction is committed; at once where there is none.

    Args:
        users: primary keys of users of the site. Who has no chat account is passed over.
        accounts: primary keys of accounts, for those whose user is about to go.
        using: the alias of the database that is being written to; the default one, by default.
    """
    notes = _pending.setdefault(transaction.get_connection(using), WeakSet())
    noted = _Note(users, accounts, notes)
    if noted.users or noted.accounts:
        notes.add(noted)
        transaction.on_commit(noted, using=using, robust=True)


def _enqueue(users: Iterable[Any], accounts: Iterable[int]) -> None:
    tasks.enqueue(_with_account(users), accounts)


def _with_account(users: Iterable[Any]) -> Iterator[str]:
    rows = Account.objects.using(router.db_for_write(Account))
    for chunk in tasks.batches(users, _CHUNK):
        yield from map(str, rows.filter(user_id__in=chunk).values_list("user_id", flat=True))
