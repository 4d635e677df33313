"""What the doctor found, for people or for programs."""

import json
from collections.abc import Callable
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from rich.table import Table
from rich.text import Text

from rocketchat_auth.doctor import Examination, Found, Severity
from rocketchat_auth.doctor.examination import Examined
from rocketchat_auth.management.rocketchat.screen import Screen, printable

MARKS = {
    Severity.FINE: gettext_lazy("fine"),
    Severity.UNKNOWN: gettext_lazy("unknown"),
    Severity.WARNING: gettext_lazy("warning"),
    Severity.PROBLEM: gettext_lazy("problem"),
}
STYLES = {
    Severity.FINE: "green",
    Severity.UNKNOWN: "cyan",
    Severity.WARNING: "yellow",
    Severity.PROBLEM: "bold red",
}


class ShowingDiagnoses(Protocol):
    """Shows topics as they are done, and the whole afterwards."""

    def topic(self, examined: Examined) -> None:
        """Show a topic."""

    def sum_up(self, examination: Examination) -> None:
        """Say how it is on the whole."""


class ForPeople:
    """A heading for each topic, below it a mark and a few lines for each finding."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._width = max(len(str(mark)) for mark in MARKS.values())

    def topic(self, examined: Examined) -> None:
        """Show a topic."""
        self._screen.say(str(examined.topic.title), "bold")
        if not examined.found:
            self._entry(Severity.FINE, "", str(examined.topic.fine))
        for found in examined.found:
            self._entry(found.severity, found.number, found.text)
            self._more(found)
        self._screen.say("")

    def sum_up(self, examination: Examination) -> None:
        """Count them."""
        counts = dict.fromkeys(Severity, 0)
        for examined in examination.topics:
            for found in examined.found:
                counts[found.severity] += 1
        problems, warnings, unknown = (
            counts[severity] for severity in (Severity.PROBLEM, Severity.WARNING, Severity.UNKNOWN)
        )
        said = [
            ngettext("%d problem", "%d problems", problems) % problems if problems else "",
            ngettext("%d warning", "%d warnings", warnings) % warnings if warnings else "",
            ngettext("%d not looked at", "%d not looked at", unknown) % unknown if unknown else "",
        ]
        sentence = ", ".join(filter(None, said))
        self._screen.say(f"{sentence}." if sentence else _("Nothing is wrong."), STYLES[examination.severity])

    def _entry(self, severity: Severity, number: str, text: str) -> None:
        self._line(Text(str(MARKS[severity]), STYLES[severity]), f"{number}  {text}" if number else text)

    def _more(self, found: Found) -> None:
        if found.why:
            self._line(Text(), found.why)
        if found.mend:
            for line in (_("Mend: %s") % found.mend).splitlines():
                self._line(Text(), line, "bold")

    def _line(self, mark: Text, text: str, style: str = "") -> None:
        """A line with the mark before it. Where nobody looks it is one line however long, which can be searched."""
        if not self._screen.is_terminal:
            self._screen.say(f"  {mark.plain:<{self._width}}  {text}")
            return
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(width=self._width + 2)
        grid.add_column(overflow="fold")
        mark.pad_left(2)
        grid.add_row(mark, Text(printable(text), style))
        self._screen.out.print(grid)


class ForPrograms:
    """One JSON object a finding and line on `out`, also for a topic in which nothing was found; no sentences."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def topic(self, examined: Examined) -> None:
        """Write its findings."""
        nothing = Found("", Severity.FINE, str(examined.topic.fine))
        for found in examined.found or (nothing,):
            line = {
                "topic": examined.topic.name,
                "severity": found.severity.value,
                "id": found.number,
                "text": found.text,
                "why": found.why,
                "mend": found.mend,
            }
            self._screen.out.file.write(f"{json.dumps(line)}\n")

    def sum_up(self, examination: Examination) -> None:
        """It is in the exit status."""


SHOWINGS: dict[str, Callable[[Screen], ShowingDiagnoses]] = {"table": ForPeople, "json": ForPrograms}
