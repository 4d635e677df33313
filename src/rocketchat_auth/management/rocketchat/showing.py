"""A plan and what became of it, for people or for programs."""

import json
from collections.abc import Callable, Iterator
from typing import Protocol

from django.utils.translation import gettext as _

from rocketchat_auth.accounts.changes import AccountPlan, Action, Outcome, Result, lines, planned
from rocketchat_auth.accounts.sync import Plan
from rocketchat_auth.management.rocketchat.screen import Screen
from rocketchat_auth.management.rocketchat.tables import LongTable, Row
from rocketchat_auth.management.rocketchat.words import LABELS, STYLES, in_words, what

# One failure is like the other when the chat goes down; the admin has them all.
FAILURES = 50


class Showing(Protocol):
    """Shows a plan, and afterwards the results."""

    def plan(self, plan: Plan, *, is_all: bool) -> None:
        """Show a plan; `is_all` where no results will follow."""

    def result(self, result: Result) -> None:
        """Show what became of one account."""

    def say(self, text: str) -> None:
        """A sentence about the whole."""


class ForPeople:
    """A table, a summary, and sentences."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._failures = 0

    def plan(self, plan: Plan, *, is_all: bool) -> None:
        """Show a plan."""
        headings = (_("User"), _("Chat account"), _("Action"), _("What"))
        LongTable(self._screen, headings, styled=2).draw(self._rows(plan))
        _summarise(plan, self)

    def result(self, result: Result) -> None:
        """Say what failed; the rest stood in the plan."""
        for step in result.steps:
            if step.outcome in (Outcome.FAILED, Outcome.LEFT):
                self._failures += 1
                if self._failures <= FAILURES:
                    label = f"{result.plan.label}: {LABELS[step.change.action]} {what(step.change, self._arrow)}"
                    self._screen.note(_("%(what)s failed: %(why)s") % {"what": label, "why": step.reason}, "red")
                elif self._failures == FAILURES + 1:
                    self._screen.note(_("More failed; the admin's list of chat accounts has them all."), "red")

    def say(self, text: str) -> None:
        """It belongs to what was asked for."""
        self._screen.say(text)

    @property
    def _arrow(self) -> str:
        return "->" if self._screen.out.options.ascii_only else "→"

    def _rows(self, plan: Plan) -> Iterator[Row]:
        for account in plan:
            yield from self._rows_of(account)

    def _rows_of(self, account: AccountPlan) -> Iterator[Row]:
        user, chat = account.username, account.chat_username
        for change in account.changes:
            if change.action in (Action.CREATE, Action.LINK):
                chat = change.after["username"]
            yield Row((user, chat, str(LABELS[change.action]), what(change, self._arrow)), STYLES[change.action])
            user = chat = ""


class ForPrograms:
    """One JSON object a change and line on `out`; sentences on `notes`."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def plan(self, plan: Plan, *, is_all: bool) -> None:
        """Show a plan, unless its results will tell the same."""
        if is_all:
            for account in plan:
                self.result(planned(account))
        _summarise(plan, self)

    def result(self, result: Result) -> None:
        """Write the changes of one account."""
        file = self._screen.out.file
        file.writelines(f"{json.dumps(line)}\n" for line in lines(result))

    def say(self, text: str) -> None:
        """It would be in a program's way."""
        if not self._screen.out.quiet:
            self._screen.note(text)


SHOWINGS: dict[str, Callable[[Screen], Showing]] = {"table": ForPeople, "json": ForPrograms}


def _summarise(plan: Plan, shown: Showing) -> None:
    """How many of which, and what is wrong beside single accounts."""
    counts = {"checked": plan.checked, "differ": plan.tally.accounts, "actions": in_words(plan.tally.by_action)}
    if plan.tally.accounts:
        shown.say(_("Looked at %(checked)d users and accounts; different: %(differ)d (%(actions)s).") % counts)
    else:
        shown.say(_("Looked at %(checked)d users and accounts; nothing differs.") % counts)
    for finding in plan.findings:
        shown.say(finding)
