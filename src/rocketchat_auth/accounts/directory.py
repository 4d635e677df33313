"""The chat's side of all accounts: read once, a page at a time, and kept on disk.

A workspace may have more accounts than memory should hold, so they are kept in a database of SQLite's own that is
private to the process and gone when it is closed.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Self

from rocketchat_auth import rest
from rocketchat_auth.accounts.asking import AskEach
from rocketchat_auth.accounts.found import Found
from rocketchat_auth.conf import Memberships
from rocketchat_auth.models import Account

# One transaction that never ends: what is gone with the process need not be made safe row by row.
_SCHEMA = """
    BEGIN;
    CREATE TABLE users (id TEXT PRIMARY KEY, username TEXT, packed TEXT) WITHOUT ROWID;
    CREATE INDEX users_username ON users (username);
    CREATE TABLE emails (address TEXT PRIMARY KEY, id TEXT) WITHOUT ROWID;
    CREATE TABLE members (id TEXT, room TEXT, PRIMARY KEY (id, room)) WITHOUT ROWID;
    CREATE TABLE plans (number INTEGER PRIMARY KEY, packed TEXT);
    CREATE TABLE looks (account INTEGER PRIMARY KEY, rooms TEXT, details TEXT, in_order INTEGER);
"""


class Look(NamedTuple):
    """What was seen of an account.

    Args:
        account_pk: the primary key of its row.
        rooms: the keys of the managed rooms in which it was found; None where that is not known.
        details: what it has of what lists of users do not show, so far as the site tells that and it was seen.
        in_order: whether it is as it should be.
    """

    account_pk: int
    rooms: list[str] | None
    details: Mapping[str, Any]
    in_order: bool


class Directory:
    """What was read of a workspace: its accounts, and who is in the managed rooms.

    Args:
        managed: the roles, rooms and teams that are managed and that Rocket.Chat has or is to get.
        asking: whom to ask for an account that the pages did not show, since accounts come and go meanwhile.
    """

    def __init__(self, managed: Memberships, asking: AskEach) -> None:
        self.managed = managed
        self.unchanged_rooms: set[str] = set()
        self._asking = asking
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._database.close()

    def add(self, users: Iterable[rest.User]) -> None:
        """Take in a page of accounts."""
        users = list(users)
        rows = [(user.id, user.username.lower(), pack_user(user)) for user in users]
        emails = [(email.address.lower(), user.id) for user in users for email in user.emails]
        self._database.executemany("INSERT OR REPLACE INTO users VALUES (?, ?, ?)", rows)
        self._database.executemany("INSERT OR REPLACE INTO emails VALUES (?, ?)", emails)

    def add_members(self, room: str, ids: Iterable[str]) -> None:
        """Take in members of a room, which is written as `room_key` does."""
        self._database.executemany("INSERT OR IGNORE INTO members VALUES (?, ?)", ((found, room) for found in ids))

    def found(self, account: Account, *, closely: bool = False) -> Found | None:
        """The account that a row is tied to, or None where it is gone."""
        user = self._user("SELECT packed FROM users WHERE id = ?", account.linked_id)
        if user is None or closely or (user.active and self.unchanged_rooms and "rooms" not in account.told):
            return self._asking.found(account)
        return Found(user, self._memberships(user, account), in_detail=False)

    def with_username(self, username: str) -> rest.User | None:
        """The account of that username, upper and lower case alike."""
        return self._user("SELECT packed FROM users WHERE username = ?", username.lower())

    def with_email(self, email: str) -> rest.User | None:
        """The account with that address, upper and lower case alike."""
        query = "SELECT packed FROM users WHERE id = (SELECT id FROM emails WHERE address = ?)"
        return self._user(query, email.lower())

    def _memberships(self, user: rest.User, account: Account) -> Memberships:
        told = set(account.told.get("rooms", ())) & self.unchanged_rooms
        rows = self._database.execute("SELECT room FROM members WHERE id = ?", [user.id])
        rooms = from_keys(told | {room for (room,) in rows})
        return (Memberships(roles=frozenset(user.roles)) | rooms) & self.managed

    def _user(self, query: str, value: str) -> rest.User | None:
        row = self._database.execute(query, [value]).fetchone()
        return None if row is None else unpack_user(row[0])

    def keep_plan(self, packed: dict[str, Any]) -> None:
        """Keep the plan for one account."""
        self._database.execute("INSERT INTO plans (packed) VALUES (?)", [json.dumps(packed)])

    def plans(self) -> Iterator[dict[str, Any]]:
        """The plans that were kept, in their order."""
        for (packed,) in self._database.execute("SELECT packed FROM plans ORDER BY number"):
            yield json.loads(packed)

    def keep_look(self, look: Look) -> None:
        """Keep what was seen of an account; a later look replaces an earlier one."""
        row = [look.account_pk, json.dumps(look.rooms), json.dumps(look.details), look.in_order]
        self._database.execute("INSERT OR REPLACE INTO looks VALUES (?, ?, ?, ?)", row)

    def looks(self) -> Iterator[Look]:
        """The looks that were kept, in the order of the accounts' primary keys."""
        for account_pk, rooms, details, in_order in self._database.execute("SELECT * FROM looks ORDER BY account"):
            yield Look(account_pk, json.loads(rooms), json.loads(details), bool(in_order))


def room_key(kind: str, name: str) -> str:
    """One text for a room: its kind ("channels", "groups", "teams") and its name."""
    return f"{kind}:{name}"


def keys_of(memberships: Memberships) -> list[str]:
    """The keys of the rooms and teams, sorted."""
    return sorted(room_key(kind, name) for kind, names in memberships.items() if kind != "roles" for name in names)


def from_keys(keys: Iterable[str]) -> Memberships:
    """The rooms and teams of some keys."""
    names: dict[str, set[str]] = {}
    for key in keys:
        kind, _, name = key.partition(":")
        names.setdefault(kind, set()).add(name)
    return Memberships(**{kind: frozenset(found) for kind, found in names.items()})


def pack_user(user: rest.User) -> str:
    """What `users.list` tells of an account, as text."""
    emails = [[email.address, email.verified] for email in user.emails]
    return json.dumps([user.id, user.username, user.name, emails, user.active, user.roles, user.type, user.federated])


def unpack_user(packed: str) -> rest.User:
    """The way back."""
    id_, username, name, emails, active, roles, type_, federated = json.loads(packed)
    addresses = tuple(rest.Email(*email) for email in emails)
    return rest.User(id_, username, name, addresses, active, tuple(roles), type=type_, federated=federated)
