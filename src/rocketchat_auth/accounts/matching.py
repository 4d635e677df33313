"""Bringing together users of the site and accounts of the chat that have something in common.

Both sides may be larger than memory should hold, so what is sought and found is kept in a database of SQLite's own that
is private to the process and gone when it is closed.
"""

import sqlite3
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from rocketchat_auth import rest
from rocketchat_auth.accounts.directory import pack_user, unpack_user

_SCHEMA = """
    CREATE TABLE users (user TEXT PRIMARY KEY, username TEXT, line INTEGER) WITHOUT ROWID;
    CREATE INDEX users_username ON users (username);
    CREATE TABLE sought (key TEXT, user TEXT, PRIMARY KEY (key, user)) WITHOUT ROWID;
    CREATE TABLE found (user TEXT, account TEXT, packed TEXT, PRIMARY KEY (user, account)) WITHOUT ROWID;
    CREATE INDEX found_account ON found (account);
"""
_MATCHES = """
    SELECT users.user, users.username, users.line, found.packed,
           (SELECT count(*) FROM found AS others WHERE others.account = found.account),
           (SELECT count(*) FROM found AS others WHERE others.user = users.user)
    FROM users LEFT JOIN found ON found.user = users.user
    WHERE (? IS NULL OR users.username = ?) AND (? OR found.user IS NOT NULL)
    ORDER BY users.line, users.username, users.user, found.account
"""
_ALIKE = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


@dataclass(frozen=True, slots=True)
class Match:
    """A user and an account that was found for them.

    Args:
        user_pk: the user's primary key as text.
        username: the name by which the user signs in.
        line: the line of the list that names them; 0 where there is no list.
        chat: the account, or None where there is none.
        users: how many users it was found for.
        accounts: how many accounts were found for the user.
    """

    user_pk: str
    username: str
    line: int
    chat: rest.User | None
    users: int
    accounts: int


class Matches:
    """Users who are sought in the chat, and what was found."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._database.close()

    def seek(self, user_pk: str, username: str, keys: Iterable[str], *, line: int = 0) -> None:
        """Seek an account for a user: one that has any of the keys."""
        self._database.execute("INSERT INTO users VALUES (?, ?, ?)", [user_pk, username, line])
        self._database.executemany("INSERT OR IGNORE INTO sought VALUES (?, ?)", ((key, user_pk) for key in keys))

    def meet(self, account: rest.User, keys: Iterable[str]) -> None:
        """See whether somebody seeks an account that has these keys."""
        for key in keys:
            for (user,) in self._database.execute("SELECT user FROM sought WHERE key = ?", [key]).fetchall():
                row = [user, account.id, pack_user(account)]
                self._database.execute("INSERT OR REPLACE INTO found VALUES (?, ?, ?)", row)

    def matches(self, username: str | None = None, *, unmatched: bool) -> Iterator[Match]:
        """Who was found for whom, in the order of the list or of the names.

        Args:
            username: the one user whose matches are wanted; everybody's, by default.
            unmatched: whether users for whom nothing was found are in it too.
        """
        rows = self._database.execute(_MATCHES, [username, username, unmatched])
        for user, name, line, packed, users, accounts in rows:
            yield Match(user, name, line, unpack_user(packed) if packed else None, users, accounts)

    def count_unmatched(self) -> int:
        """How many users nothing was found for."""
        query = "SELECT count(*) FROM users WHERE user NOT IN (SELECT user FROM found)"
        [count] = self._database.execute(query).fetchone()
        return int(count)

    def count_found(self) -> int:
        """How many accounts were found for somebody."""
        [count] = self._database.execute("SELECT count(DISTINCT account) FROM found").fetchone()
        return int(count)


def key_of(text: str) -> str:
    """The text with A and a alike, as Rocket.Chat has it.

    Nothing else is: Unicode takes the Kelvin sign for a k, and ß for ss, and whoever is called so is somebody else.
    """
    return text.translate(_ALIKE)
