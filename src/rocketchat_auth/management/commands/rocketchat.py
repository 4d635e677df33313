"""``manage.py rocketchat``: one command, one subcommand a task."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rocketchat_auth.login.ending import revoke_pending


class Command(BaseCommand):
    help = _("Look after the site's Rocket.Chat.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        tasks = parser.add_subparsers(dest="task", required=True, metavar="task")
        sweep = tasks.add_parser("sweep", help=_("end the chat logins that could not be ended at sign-out"))
        sweep.add_argument("--limit", type=int, default=None, help=_("end no more than this many at a time"))

    def handle(self, *args: Any, task: str, **options: Any) -> None:
        revoked, left = revoke_pending(options["limit"])
        self.stdout.write(ngettext("Ended %d chat login.", "Ended %d chat logins.", revoked) % revoked)
        if left:
            raise CommandError(
                ngettext(
                    "%d is left: Rocket.Chat could not be told. Run this again later.",
                    "%d are left: Rocket.Chat could not be told. Run this again later.",
                    left,
                )
                % left
            )
