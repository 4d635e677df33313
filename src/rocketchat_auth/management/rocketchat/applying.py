"""Counting and showing what is done while a plan is applied."""

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from rocketchat_auth.accounts.changes import Action, Result, Tally
from rocketchat_auth.management.rocketchat.progress import Show
from rocketchat_auth.management.rocketchat.screen import Screen
from rocketchat_auth.management.rocketchat.showing import Showing
from rocketchat_auth.management.rocketchat.words import in_words


class Applying:
    """What became of a plan so far.

    Args:
        shown: what shows the results.
        show_progress: shows how far it has come.
        accounts: how many accounts the plan is about.
    """

    def __init__(self, shown: Showing, show_progress: Show, accounts: int) -> None:
        self._shown = shown
        self._show_progress = show_progress
        self._accounts = accounts
        self._tally = Tally()
        self.changed = False

    def add(self, result: Result) -> None:
        """Take in what became of one account."""
        self._tally.add(result)
        self.changed = self.changed or result.changed
        self._shown.result(result)
        self._show_progress(_("Changing accounts"), self._tally.accounts, self._accounts)

    def say_what_is_left(self, screen: Screen) -> None:
        """After an interrupt."""
        screen.note(
            _(
                "Interrupted. Of %(all)d accounts, %(done)d are done and %(left)d are left. Run the same command again"
                " to go on with the rest."
            )
            % {
                "all": self._accounts,
                "done": self._tally.accounts,
                "left": max(self._accounts - self._tally.accounts, 0),
            },
            "yellow",
        )

    def say_totals(self) -> None:
        """At the end. Raises CommandError where something failed."""
        done: dict[Action, int] = {
            action: count for action, count in self._tally.by_action.items() if action is not Action.CONFLICT
        }
        if done:
            self._shown.say(_("Done: %s.") % in_words(done))
        failed = self._tally.failed
        if failed:
            raise CommandError(
                _(
                    "%(failed)d of %(all)d accounts failed. Mend what `manage.py rocketchat doctor` finds, and run this"
                    " again."
                )
                % {"failed": failed, "all": self._tally.accounts}
            )
