"""Showing who would get which chat account, and giving it to them."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rocketchat_auth import rest
from rocketchat_auth.accounts.obstacles import Rule
from rocketchat_auth.accounts.refusals import SignInRefused
from rocketchat_auth.accounts.ties import Ties
from rocketchat_auth.accounts.tying import Tie, make
from rocketchat_auth.management.rocketchat.progress import meter
from rocketchat_auth.management.rocketchat.screen import Screen
from rocketchat_auth.management.rocketchat.tables import LongTable, Row


class Linking:
    """One run of the command.

    Args:
        screen: where it is shown.
        rule: why accounts are given.
        options: `yes` and `dry_run`.
    """

    def __init__(self, screen: Screen, rule: Rule, options: dict[str, Any]) -> None:
        self._screen = screen
        self._rule = rule
        self._options = options
        self._open = self._hindered = self._tied = self._done = self._failed = 0

    def one(self, tie: Tie) -> int:
        """Tie one; the exit status. Raises CommandError where that can't be."""
        names = {"user": tie.username, "account": tie.account}
        if tie.is_tied:
            self._screen.say(_("%(user)s is linked to %(account)s already.") % names)
            return 0
        if tie.obstacle:
            raise CommandError(_("%(user)s cannot be linked to %(account)s: %(why)s.") % {**names, "why": tie.obstacle})
        self._open = 1
        account = _in_full(tie.chat) if tie.chat is not None else ""
        self._screen.say(_("%(user)s gets the chat account %(account)s.") % {**names, "account": account})
        return self._tie([tie])

    def all(self, ties: Ties) -> int:
        """Tie all that can be; the exit status. Raises CommandError where something came in between."""
        headings = (_("User"), _("Chat account"), _("Link"), _("Remark"))
        LongTable(self._screen, headings, styled=2).draw(self._rows(ties))
        counts = {"open": self._open, "hindered": self._hindered, "tied": self._tied}
        self._screen.say(_("%(open)d to link, %(hindered)d that can't be, %(tied)d linked already.") % counts)
        if self._options["user"] is None:
            counts = {"users": ties.users_left_over, "accounts": ties.accounts_left_over}
            self._screen.say(
                _("Left over: %(users)d users without such a chat account, %(accounts)d chat accounts.") % counts
            )
        return self._tie(ties) if self._open else 0

    def say_interrupted(self) -> None:
        """After Ctrl-C."""
        self._screen.note(
            _("Interrupted. Linked so far: %d. Run the same command again to go on with the rest.") % self._done,
            "yellow",
        )

    def _rows(self, ties: Iterable[Tie]) -> Iterator[Row]:
        for tie in ties:
            self._tied += tie.is_tied
            self._open += tie.is_open
            self._hindered += bool(tie.obstacle)
            if not tie.is_tied:
                outcome, style = (_("no"), "magenta") if tie.obstacle else (_("yes"), "green")
                yield Row((tie.username, tie.account, outcome, tie.obstacle or tie.note), style)

    def _tie(self, ties: Iterable[Tie]) -> int:
        if self._options["dry_run"]:
            return 0
        if not self._options["yes"] and not self._screen.confirms(_("Link? [y/N]")):
            self._screen.note(_("Nobody was linked."))
            return 0
        with meter(self._screen) as show:
            for tie in ties:
                if tie.is_open:
                    self._tie_one(tie)
                    show(_("Linking"), self._done + self._failed, self._open)
        self._screen.say(ngettext("%d was linked.", "%d were linked.", self._done) % self._done)
        if self._failed:
            raise CommandError(
                ngettext("%d could not be linked.", "%d could not be linked.", self._failed) % self._failed
            )
        return 0

    def _tie_one(self, tie: Tie) -> None:
        try:
            obstacle = make(tie, self._rule)
        except SignInRefused as refusal:
            obstacle = refusal.detail
        self._done += not obstacle
        self._failed += bool(obstacle)
        if obstacle:
            self._screen.note(_("%(user)s was not linked: %(why)s") % {"user": tie.username, "why": obstacle}, "red")


def _in_full(chat: rest.User) -> str:
    """What an operator can recognise an account by."""
    addresses = ", ".join(email.address for email in chat.emails)
    return _("%(username)s (%(name)s, %(addresses)s; roles: %(roles)s)") % {
        "username": chat.username,
        "name": chat.name,
        "addresses": addresses or _("no address"),
        "roles": ", ".join(chat.roles) or _("none"),
    }
