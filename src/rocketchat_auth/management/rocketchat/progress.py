"""How far something has come: a bar on a terminal, now and then a line elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as RichProgress
from rich.text import Text

from rocketchat_auth.accounts.sync import Progress
from rocketchat_auth.management.rocketchat.screen import Screen
from rocketchat_auth.rest import service

SECONDS_BETWEEN_LINES = 10.0

Show = Callable[[str, int, int], None]
"""Shows that so many are done, of so many, of what the first argument names; a total of 0 is not known."""


@contextmanager
def meter(screen: Screen) -> Iterator[Show]:
    """What shows how far things have come, one after another, in the way that fits the screen."""
    if screen.out.quiet:
        yield lambda what, done, total: None
        return
    if not screen.has_moving_notes:
        yield _Lines(screen).show
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    clock = service.clock()
    with RichProgress(*columns, console=screen.notes, transient=True, get_time=clock.monotonic) as progress:
        yield _Bars(progress).show


def show_reading(show: Show, progress: Progress) -> None:
    """Show how far a reading has come."""
    show(_("Reading %s") % progress.reading, progress.done, progress.total)


class _Bars:
    """A bar for each thing, with rate and time left, all gone in the end."""

    def __init__(self, progress: RichProgress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def show(self, what: str, done: int, total: int) -> None:
        """Move its bar."""
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what, total=None)
        self._progress.update(self._tasks[what], completed=done, total=total or None)


class _Lines:
    """A line every ten seconds, so that a log shows that it goes on, and how fast."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._what = ""
        self._began = (0.0, 0)
        self._said_at = 0.0

    def show(self, what: str, done: int, total: int) -> None:
        """Say it, unless something was said just now."""
        now = service.clock().monotonic()
        if what != self._what:
            self._what, self._began, self._said_at = what, (now, done), now
        if now - self._said_at < SECONDS_BETWEEN_LINES:
            return
        self._said_at = now
        self._screen.note(self._line(done, total, now))

    def _line(self, done: int, total: int, now: float) -> str:
        began_at, done_before = self._began
        rate = (done - done_before) / (now - began_at)
        if not total:
            return _("%(what)s: %(done)d, %(rate).1f/s") % {"what": self._what, "done": done, "rate": rate}
        if not rate:
            return _("%(what)s: %(done)d of %(total)d") % {"what": self._what, "done": done, "total": total}
        return _("%(what)s: %(done)d of %(total)d, %(rate).1f/s, about %(left)d s left") % {
            "what": self._what,
            "done": done,
            "total": total,
            "rate": rate,
            "left": round((total - done) / rate),
        }


class _Rate(ProgressColumn):
    """Items a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.1f}/s" if task.speed else "", "progress.data.speed")
