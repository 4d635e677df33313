"""`manage.py rocketchat sweep`: end the chat logins that sign-outs left."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from rocketchat_auth.login.ending import revoke_pending
from rocketchat_auth.management.rocketchat.screen import Screen

HELP = _("end the chat logins that could not be ended at sign-out")


def add_arguments(parser: ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("--limit", type=int, default=None, help=str(_("end no more than this many at a time")))


def run(screen: Screen, options: dict[str, Any]) -> int:
    """End what can be ended; the exit status. Raises CommandError where some are left."""
    revoked, left = revoke_pending(options["limit"])
    screen.say(ngettext("Ended %d chat login.", "Ended %d chat logins.", revoked) % revoked)
    if left:
        raise CommandError(
            ngettext(
                "%d is left: Rocket.Chat could not be told. Run this again later.",
                "%d are left: Rocket.Chat could not be told. Run this again later.",
                left,
            )
            % left
        )
    return 0
