"""A plan and what became of it, for people or for programs."""

import json
from collections.abc import Callable, Iterator
from typing import Protocol

from django.utils.translation import gettext as _

from rocketchat_auth.accounts.changes import AccountPlan, Outcome, Result, lines, planned
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


class ForPeople:
    """A table, a summary, and sentences."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._failures = 0

    def plan(self, plan: Plan, *, is_all: bool) -> None:
        """Show a plan."""
        headings = (_("User"), _("Chat account"), _("Action"), _("What"))
        LongTable(self._screen, headings, styled=2).draw(self._rows(plan))
        summarise(plan, self._screen.say)

    def result(self, result: Result) -> None:
        """Say what failed; the rest stood in the plan."""
        for step in result.steps:
            if step.outcome is Outcome.FAILED:
                self._failures += 1
                if self._failures <= FAILURES:
                    label = f"{result.plan.label}: {LABELS[step.change.action]} {what(step.change, self._arrow)}"
                    self._screen.note(_("%(what)s failed: %(why)s") % {"what": label, "why": step.reason}, "red")
                elif self._failures == FAILURES + 1:
                    self._screen.note(_("More failed; the admin's list of chat accounts has them all."), "red")

    @property
    def _arrow(self) -> str:
        return "->" if self._screen.out.options.ascii_only else "→"

    def _rows(self, plan: Plan) -> Iterator[Row]:
        for account in plan:
            yield from self._rows_of(account)

    def _rows_of(self, account: AccountPlan) -> Iterator[Row]:
        names = (account.username, account.chat_username)
        for change in account.changes:
            yield Row((*names, str(LABELS[change.action]), what(change, self._arrow)), STYLES[change.action])
            names = ("", "")


class ForPrograms:
    """One JSON object a change and line on `out`; sentences on `notes`."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def plan(self, plan: Plan, *, is_all: bool) -> None:
        """Show a plan, unless its results will tell the same."""
        if is_all:
            for account in plan:
                self.result(planned(account))
        summarise(plan, self._screen.note)

    def result(self, result: Result) -> None:
        """Write the changes of one account."""
        file = self._screen.out.file
        file.writelines(f"{json.dumps(line)}\n" for line in lines(result))


def summarise(plan: Plan, say: Callable[[str], None]) -> None:
    """How many of which, and what is wrong beside single accounts."""
    if plan.tally.accounts:
        counts = {"differ": plan.tally.accounts, "checked": plan.checked, "actions": in_words(plan.tally.by_action)}
        say(_("Of %(checked)d users and accounts, %(differ)d differ: %(actions)s.") % counts)
    else:
        say(_("Of %d users and accounts, none differs.") % plan.checked)
    for finding in plan.findings:
        say(finding)


SHOWINGS: dict[str, Callable[[Screen], Showing]] = {"table": ForPeople, "json": ForPrograms}
