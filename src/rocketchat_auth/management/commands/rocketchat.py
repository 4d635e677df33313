"""``manage.py rocketchat``: one command, one task a module of `management.rocketchat`."""

import io
import sys
from argparse import ArgumentParser
from typing import IO, Any

from django.utils.translation import gettext as _
from django_rich.management import RichCommand
from rich.console import Console

from rocketchat_auth.management.rocketchat import link, sweep, sync
from rocketchat_auth.management.rocketchat.screen import Screen

TASKS = {"sync": sync, "link": link, "sweep": sweep}


class Command(RichCommand):
    help = _("Look after the site's Rocket.Chat.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        tasks = parser.add_subparsers(dest="task", required=True, metavar="task")
        for name, task in TASKS.items():
            task.add_arguments(tasks.add_parser(name, help=str(task.HELP)))

    def handle(self, *args: Any, task: str, **options: Any) -> None:
        notes = self.make_rich_console(
            file=options.get("stderr") or sys.stderr,
            force_terminal=True if options["force_color"] else False if options["no_color"] else None,
        )
        for console in self.console, notes:
            _escape_what_cannot_be_written(console.file)
        status = TASKS[task].run(Screen(self.console, notes), options)
        if status:
            sys.exit(status)

    def make_rich_console(self, *, force_terminal: bool | None = None, **kwargs: Any) -> Console:
        """A console that takes names as they are, and for which `--no-color` is about colours alone."""
        return Console(
            no_color=True if force_terminal is False else None,
            force_terminal=force_terminal or None,
            highlight=False,
            markup=False,
            emoji=False,
            **kwargs,
        )


def _escape_what_cannot_be_written(file: IO[str]) -> None:
    """A name in letters that the terminal's encoding lacks must not end a sync."""
    if isinstance(file, io.TextIOWrapper):
        file.reconfigure(errors="backslashreplace")
