"""Finding the chat logins whose session is over though nobody signed out of it.

A session runs out, is flushed or deleted, or Django does not take it any more: its user is gone, is not active, or has
another password. Django tells nobody of that, so all rows are looked at, in chunks: each takes three queries, and where
nothing is over nothing is written and Rocket.Chat is not asked.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth import get_backends, get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import router

from rocketchat_auth.accounts.wanted import password_marks
from rocketchat_auth.conf import conf
from rocketchat_auth.login import one_time
from rocketchat_auth.login.ending import pending
from rocketchat_auth.login.living import living
from rocketchat_auth.login.overdue import LIMIT, Revoked, revoke_overdue
from rocketchat_auth.login.traces import key_in
from rocketchat_auth.models import LoginToken
from rocketchat_auth.rest import service

OF_NO_SESSION = "app:"
"""Rows whose session has a name that begins so are no session's: a phone has them, and they do not run out."""

# How many primary keys one query names: databases have a limit.
_CHUNK = 500

Show = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found.

    Args:
        logins: how many live chat logins were looked at.
        over: of how many the session is over.
    """

    logins: int
    over: int


class Row(NamedTuple):
    """What is read of a live chat login."""

    pk: int
    session: str
    sealed_key: bytes | memoryview
    password_mark: str
    expires_at: datetime | None
    checked_at: datetime
    user_pk: Any

    @property
    def is_overdue(self) -> bool:
        """Whether its session should be over by what was last seen of it."""
        # A row from before there was a time in it: the session was seen when the token was asked after.
        end = self.expires_at or self.checked_at + timedelta(seconds=settings.SESSION_COOKIE_AGE)
        return end <= service.now()


def sweep(limit: int = LIMIT) -> tuple[Looked, Revoked]:
    """End the chat logins whose session is over, and revoke them and what sign-outs left.

    Raises:
        SessionsUnknown: which sessions are over can't be told now.
    """
    return end_logins(), revoke_overdue(limit)


def end_logins(*, dry_run: bool = False, on_progress: Show = lambda done: None) -> Looked:
    """Mark the chat logins as ended whose session is over; they are to be revoked then.

    Args:
        dry_run: whether to count them only.
        on_progress: is told how many were looked at so far.

    Raises:
        SessionsUnknown: which sessions are over can't be told now.
    """
    logins = ended = 0
    for rows in _live():
        over = rows_of_ended_sessions(rows)
        ended += len(over) if dry_run or not over else _end(over)
        logins += len(rows)
        on_progress(logins)
    return Looked(logins, ended)


def rows_of_ended_sessions(rows: Sequence[Row]) -> list[Row]:
    """Those of some live chat logins whose session is over.

    Raises:
        SessionsUnknown: it can't be told now.
    """
    marks = _marks({row.user_pk for row in rows})
    left = [row for row in rows if _is_good(row, marks.get(row.user_pk))]
    kept = {row.pk for row in left}
    if conf.logout != "none":  # where a chat login goes on when its session does not
        kept -= {row.pk for row in _of_ended_sessions(row for row in left if not row.session.startswith(OF_NO_SESSION))}
    return [row for row in rows if row.pk not in kept]


def count_long_overdue(since: timedelta) -> int:
    """How many chat logins go on though their session has been over for so long: as the doctor sees it, roughly.

    Of those that live, only the first ones are looked at that should have been over by then.

    Raises:
        SessionsUnknown: which sessions are over can't be told now.
    """
    then = service.now() - since
    left = pending().filter(ended_at__lte=then).count()
    suspects = live_rows(expires_at__lte=then).order_by("expires_at")[:_CHUNK]
    return left + len(rows_of_ended_sessions([Row(*values) for values in suspects]))


def live_rows(**conditions: Any) -> Any:
    """The live chat logins that meet some conditions, as a query for what `Row` takes."""
    # Where there are replicas they may not know yet that a row follows its session to another key.
    rows = LoginToken.objects.using(router.db_for_write(LoginToken)).filter(ended_at=None, **conditions)
    columns = [*Row._fields[:-1], "account__user_id"]
    return rows.values_list(*columns)


def _live() -> Iterator[list[Row]]:
    last = 0
    while rows := [Row(*values) for values in live_rows(pk__gt=last).order_by("pk")[:_CHUNK]]:
        yield rows
        last = rows[-1].pk


def _end(rows: Sequence[Row]) -> int:
    # A row that went on to another session meanwhile has another name.
    sessions = {row.session for row in rows}
    live = LoginToken.objects.filter(pk__in=[row.pk for row in rows], session__in=sessions, ended_at=None)
    ended = live.update(ended_at=service.now())
    one_time.end_all(sessions)
    return ended


def _marks(user_pks: set[Any]) -> dict[Any, tuple[str, ...]]:
    """Of those users who may still sign in to the site, the marks of their passwords."""
    users = get_user_model()._default_manager
    found = users.using(router.db_for_write(users.model)).in_bulk(user_pks - {None})
    return {pk: password_marks(user) for pk, user in found.items() if may_sign_in(user)}


def may_sign_in(user: AbstractBaseUser) -> bool:
    """Whether the site takes a session of that user."""
    if user.is_active:
        return True
    allows = (getattr(backend, "user_can_authenticate", None) for backend in get_backends())
    return any(allow is not None and allow(user) for allow in allows)


def _is_good(row: Row, marks: tuple[str, ...] | None) -> bool:
    return marks is not None and (not row.password_mark or row.password_mark in marks)


def _of_ended_sessions(rows: Iterable[Row]) -> Iterator[Row]:
    by_key: dict[str, list[Row]] = {}
    without_key = []
    for row in rows:
        key = key_in(row.sealed_key)
        if key is not None:
            by_key.setdefault(key, []).append(row)
        elif row.is_overdue:
            without_key.append(row)
    alive = living({key: all(row.is_overdue for row in of_key) for key, of_key in by_key.items()})
    for key in by_key.keys() - alive:
        yield from by_key[key]
    yield from _not_seen_since(without_key)


def _not_seen_since(rows: Sequence[Row]) -> Iterator[Row]:
    """Those of some overdue rows whose session was not seen later with a newer token."""
    if rows:
        seen = live_rows(session__in={row.session for row in rows}, expires_at__gt=service.now())
        going_on = set(seen.values_list("session", flat=True))
        yield from (row for row in rows if row.session not in going_on)
