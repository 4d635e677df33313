"""``manage.py rocketchat``: one command, one task a module of `management.rocketchat`."""

import io
import sys
from argparse import SUPPRESS, ArgumentParser
from typing import IO, Any

from django.utils.translation import gettext as _
from django_rich.management import RichCommand
from rich.console import Console

from rocketchat_auth.management.rocketchat import break_glass, connect, doctor, link, setup, sweep, sync
from rocketchat_auth.management.rocketchat.screen import Screen

TASKS = {
    "connect": connect,
    "setup": setup,
    "doctor": doctor,
    "sync": sync,
    "link": link,
    "sweep": sweep,
    "break-glass": break_glass,
}


class Command(RichCommand):
    help = _("Look after the site's Rocket.Chat.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        tasks = parser.add_subparsers(dest="task", required=True, metavar="task")
        for name, task in TASKS.items():
            of_task = tasks.add_parser(name, help=str(task.HELP))
            task.add_arguments(of_task)
            _accept_what_every_command_does(of_task)

    def execute(self, *args: Any, **options: Any) -> str | None:
        if not getattr(TASKS[options["task"]], "CHECKS_FIRST", True):
            options["skip_checks"] = True
        return super().execute(*args, **options)

    def handle(self, *args: Any, task: str, **options: Any) -> None:
        notes = self.make_rich_console(
            file=options.get("stderr") or sys.stderr,
            force_terminal=True if options["force_color"] else False if options["no_color"] else None,
        )
        self.console.quiet = options["verbosity"] == 0
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


def _accept_what_every_command_does(parser: ArgumentParser) -> None:
    """Django's own options, behind the task as well as before it; those before it count unless they come again."""
    parser.add_argument(
        "-v",
        "--verbosity",
        type=int,
        choices=(0, 1, 2, 3),
        default=SUPPRESS,
        help=_("0 shows nothing but what went wrong"),
    )
    for option in "--settings", "--pythonpath":
        parser.add_argument(option, default=SUPPRESS, help=SUPPRESS)
    for option in "--traceback", "--no-color", "--force-color":
        parser.add_argument(option, action="store_true", default=SUPPRESS, help=SUPPRESS)
