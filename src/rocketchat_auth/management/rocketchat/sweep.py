"""`manage.py rocketchat sweep`: end the chat logins whose session is over."""

from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rocketchat_auth.login.living import SessionsUnknown
from rocketchat_auth.login.overdue import LIMIT, Revoked, count_overdue, revoke_overdue
from rocketchat_auth.login.sweeping import end_logins
from rocketchat_auth.management.rocketchat.arguments import positive
from rocketchat_auth.management.rocketchat.failures import as_command_errors
from rocketchat_auth.management.rocketchat.progress import Show, meter
from rocketchat_auth.management.rocketchat.screen import INTERRUPTED, Screen
from rocketchat_auth.rest import service

HELP = gettext_lazy("end the chat logins whose session is over")

NOTHING_TO_DO = 0
SOMETHING_TO_DO = 3


def add_arguments(parser: ArgumentParser) -> None:
    """Its options."""
    parser.description = _(
        "Ends the chat logins of sessions that ran out or were deleted without a sign-out, or whose user is gone, not"
        " active, or has another password; and those that could not be ended at sign-out. Run it by cron. Exit status:"
        " 0; 1 where something failed; with --dry-run 3 where there is something to do."
    )
    parser.add_argument(
        "--limit",
        metavar="N",
        type=positive,
        default=LIMIT,
        help=_("end no more than this many in chat, and leave the rest to the next run (%(default)s)"),
    )
    parser.add_argument("--dry-run", action="store_true", help=_("end nothing, only count"))


def run(screen: Screen, options: dict[str, Any]) -> int:
    """End what is to be ended; the exit status. Raises CommandError where something failed."""
    try:
        with as_command_errors(), service.in_background(), meter(screen) as show:
            over = _look(screen, show, dry_run=options["dry_run"])
            if options["dry_run"]:
                return _count(screen, over)
            revoked = revoke_overdue(options["limit"], on_progress=partial(_show_ending, show))
    except SessionsUnknown as error:
        raise CommandError(_("%s Nothing was changed.") % error) from None
    except KeyboardInterrupt:
        screen.note(_("Interrupted. Nothing is lost: run this again to go on with the rest."), "yellow")
        return INTERRUPTED
    _say(screen, revoked)
    return NOTHING_TO_DO


def _look(screen: Screen, show: Show, *, dry_run: bool) -> int:
    looked = end_logins(dry_run=dry_run, on_progress=lambda done: show(_("Looking at chat logins"), done, 0))
    screen.say(
        ngettext("Looked at %d chat login.", "Looked at %d chat logins.", looked.logins) % looked.logins
        + " "
        + ngettext("The session of %d is over.", "The sessions of %d are over.", looked.over) % looked.over
    )
    return looked.over


def _show_ending(show: Show, done: int) -> None:
    show(_("Ending chat logins"), done, 0)


def _count(screen: Screen, over: int) -> int:
    count = over + count_overdue()
    screen.say(ngettext("%d is to be ended in chat.", "%d are to be ended in chat.", count) % count)
    return SOMETHING_TO_DO if count else NOTHING_TO_DO


def _say(screen: Screen, revoked: Revoked) -> None:
    screen.say(ngettext("Ended %d chat login.", "Ended %d chat logins.", revoked.done) % revoked.done)
    if revoked.why:
        raise CommandError(
            ngettext("%(left)d is left: %(why)s", "%(left)d are left: %(why)s", revoked.left)
            % {"left": revoked.left, "why": revoked.why}
            + " "
            + _("Run this again later.")
        )
    if revoked.left:
        left = ngettext("%d is left for the next run.", "%d are left for the next run.", revoked.left)
        screen.say(left % revoked.left)
