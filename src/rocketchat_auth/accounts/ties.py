"""Whole lists of users and the chat accounts that are to be theirs, by a rule."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext as _

from rocketchat_auth import rest
from rocketchat_auth.accounts import asking, planning
from rocketchat_auth.accounts.matching import Match, Matches, key_of
from rocketchat_auth.accounts.obstacles import Judge, Rule, Vouched, adapter_failed
from rocketchat_auth.accounts.profile import current_adapter
from rocketchat_auth.accounts.reading import OnProgress, Progress
from rocketchat_auth.accounts.sync import NoSuchUser
from rocketchat_auth.accounts.tying import Tie, judged, no_account, owners_of, users_named
from rocketchat_auth.accounts.tying_list import Entry
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service

T = TypeVar("T")


class Ties:
    """All ties that a rule makes, judged by what the site's database says at the time when they are read.

    Args:
        matches: who was found for whom.
        judge: says what is in the way.
        username: the one user that it is about, or None for everybody.
        entries: the list by which it goes, where it goes by one.
    """

    def __init__(self, matches: Matches, judge: Judge, username: str | None, entries: Iterable[Entry]) -> None:
        self._matches = matches
        self._judge = judge
        self._username = username
        self._entries = {entry.line: entry for entry in entries}
        self.accounts = 0
        self._strangers: list[Tie] = []

    @property
    def users_left_over(self) -> int:
        """How many users there is no account for."""
        return self._matches.count_unmatched()

    @property
    def accounts_left_over(self) -> int:
        """How many accounts are for nobody."""
        return self.accounts - self._matches.count_found()

    def __iter__(self) -> Iterator[Tie]:
        """The ties, those that can't be made too. Of users for whom there is no account, only those who were named."""
        yield from (tie for tie in self._strangers if self._username in (None, tie.username))
        named = self._username is not None or bool(self._entries)
        matches = self._matches.matches(self._username, unmatched=named)
        for chunk in _chunks(matches):
            pks = {match.user_pk for match in chunk}
            users = {str(user.pk): user for user in planning.users(self._judge.adapter, pk__in=pks)}
            owners = owners_of({match.chat.id for match in chunk if match.chat is not None})
            for match in chunk:
                if match.user_pk in users:  # who was deleted meanwhile needs no account
                    yield self._tie(match, users[match.user_pk], owners)

    def seek(self, on_progress: OnProgress) -> None:
        """Read the site's side."""
        if self._judge.rule is Rule.CSV:
            self._seek_entries()
            return
        users = planning.users(self._judge.adapter)
        total = users.count()
        for done, user in enumerate(planning.in_chunks(users), start=1):
            self._seek(user)
            on_progress(Progress(_("users"), done, total))

    def find(self, on_progress: OnProgress) -> None:
        """Read the chat's side."""
        seen = False
        for page in rest.users.pages(service.client()):
            for chat in page.users:
                self._matches.meet(chat, self._offered(chat))
            self.accounts += len(page.users)
            seen = seen or any(chat.roles for chat in page.users)
            on_progress(Progress(_("chat accounts"), self.accounts, page.total))
        asking.check_sees_all(seen)

    def _seek(self, user: AbstractBaseUser) -> None:
        try:
            text = self._sought(user)
        except Exception as error:  # noqa: BLE001 - it is logged there
            self._strangers.append(Tie(user.get_username(), "", user, obstacle=adapter_failed(user, error)))
            return
        self._matches.seek(str(user.pk), user.get_username(), [key_of(text)] if text else [])

    def _seek_entries(self) -> None:
        for chunk in _chunks(self._entries.values()):
            users = users_named({entry.user for entry in chunk})
            for entry in chunk:
                if entry.user in users:
                    keys = [f"name {key_of(entry.account)}", f"_id {entry.account}"]
                    self._matches.seek(str(users[entry.user].pk), entry.user, keys, line=entry.line)
                else:
                    obstacle = _on_line(entry, _("the site has no such user"))
                    self._strangers.append(Tie(entry.user, entry.account, obstacle=obstacle))

    def _sought(self, user: AbstractBaseUser) -> str:
        adapter = self._judge.adapter
        return adapter.email(user) if self._judge.rule is Rule.EMAIL else adapter.username(user)

    def _offered(self, chat: rest.User) -> list[str]:
        match self._judge.rule:
            case Rule.EMAIL:
                return [key_of(email.address) for email in chat.emails]
            case Rule.USERNAME:
                return [key_of(chat.username)]
            case _:
                return [f"name {key_of(chat.username)}", f"_id {chat.id}"]

    def _tie(self, match: Match, user: AbstractBaseUser, owners: dict[str, Account]) -> Tie:
        entry = self._entries.get(match.line)
        if match.chat is None:
            tie = Tie(match.username, entry.account if entry else "", user, obstacle=no_account())
        else:
            tie = judged(
                self._judge,
                user,
                match.chat,
                owners.get(match.chat.id),
                users=match.users,
                accounts=match.accounts,
            )
        return replace(tie, obstacle=_on_line(entry, tie.obstacle)) if entry and tie.obstacle else tie


@contextmanager
def ties_by(
    rule: Rule,
    *,
    vouched: Vouched,
    username: str | None = None,
    entries: Iterable[Entry] = (),
    on_progress: OnProgress | None = None,
) -> Iterator[Ties]:
    """Read both sides, and bring together who belongs together by a rule. Nothing is changed on either.

    Args:
        rule: `Rule.EMAIL`, `Rule.USERNAME` or `Rule.CSV`.
        vouched: what the operator vouches for.
        username: the one user that it is about, by the name by which they sign in.
        entries: for `Rule.CSV`, the list.
        on_progress: is told how far it is.

    Raises:
        NoSuchUser: there is no such user.
        RocketChatError: Rocket.Chat could not be read.
        SettingError: a setting is missing or wrong.
    """
    tell = on_progress or (lambda progress: None)
    if username is not None and not users_named({username}):
        raise NoSuchUser(username)
    with Matches() as matches:
        ties = Ties(matches, Judge(rule, vouched, current_adapter()), username, entries)
        with service.in_background():
            ties.seek(tell)
            ties.find(tell)
        yield ties


def _on_line(entry: Entry, obstacle: str) -> str:
    return _("line %(line)d: %(why)s") % {"line": entry.line, "why": obstacle}


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    left = iter(items)
    while chunk := list(islice(left, planning.CHUNK)):
        yield chunk
