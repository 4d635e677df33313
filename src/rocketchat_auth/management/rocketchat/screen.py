"""Where a command speaks, and what it may put there."""

import getpass
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from rich.console import Console
from rich.text import Text

from rocketchat_auth.rest import Secret

INTERRUPTED = 130
"""The exit status after Ctrl-C."""

# They turn the order of everything behind them, the table's own borders included.
_TURNS_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Screen:
    """Both streams of a command.

    Args:
        out: what was asked for, so that it can be piped on.
        notes: all else: progress, questions, what went wrong.
    """

    out: Console
    notes: Console

    @property
    def is_terminal(self) -> bool:
        """Whether somebody looks at `out`, and has only so much room."""
        return self.out.file.isatty()

    @property
    def has_moving_notes(self) -> bool:
        """Whether `notes` can be written over, as progress bars do."""
        return self.notes.file.isatty()

    def say(self, text: str, style: str = "") -> None:
        """A sentence on `out`; where nobody looks, on one line however long."""
        self.out.print(Text(printable(text), style), soft_wrap=not self.is_terminal)

    def note(self, text: str, style: str = "") -> None:
        """A sentence on `notes`; where nobody looks, on one line however long."""
        self.notes.print(Text(printable(text), style), soft_wrap=not self.has_moving_notes)

    def copyable(self, text: str) -> None:
        """Lines on `out` to be copied: a terminal may fold them, but no line break gets into what is copied."""
        for line in text.splitlines():
            self.out.print(Text(printable(line)), soft_wrap=True)

    def check_somebody_answers(self) -> None:
        """See to it that there is somebody to ask for a password. Raises CommandError otherwise."""
        if not _somebody_types():
            raise CommandError(
                _("This asks for an administrator's password, so run it in a terminal: there is nobody to ask here.")
            )

    def check_can_ask(self, options: Mapping[str, Any]) -> None:
        """See to it that there will be an answer where a question will be asked. Raises CommandError otherwise."""
        needs_answer = not (options["yes"] or options["dry_run"])
        if needs_answer and not _somebody_types():
            raise CommandError(
                _("There is nobody to ask. Add --yes to go ahead, or --dry-run to see what would be done.")
            )

    def confirms(self, question: str) -> bool:
        """Ask for a y or yes. Anything else is a no, and so is the end of the input."""
        return self.ask(question).casefold() in {"y", "yes"}

    def ask(self, question: str) -> str:
        """Ask for a line; "" where the input is at its end."""
        self.notes.print(Text(printable(question)), end=" ")
        return sys.stdin.readline().strip()

    def ask_secret(self, question: str) -> Secret:
        """Ask for a line that the terminal does not show."""
        try:
            return Secret(getpass.getpass(f"{printable(question)} "))
        except EOFError:
            return Secret("")


def _somebody_types() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def printable(text: str) -> str:
    """`text` with everything escaped that would move the cursor, colour or turn around what stands beside it."""
    return "".join(char if _is_harmless(char) else char.encode("unicode_escape").decode("ascii") for char in text)


def _is_harmless(char: str) -> bool:
    return char.isprintable() or not (char in _TURNS_AROUND or unicodedata.category(char) in _UNPRINTABLE)
