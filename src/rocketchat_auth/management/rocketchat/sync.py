"""`manage.py rocketchat sync`: make the chat's accounts follow the site's users."""

from argparse import ArgumentParser
from contextlib import ExitStack
from functools import partial
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rocketchat_auth.accounts.sync import Plan, Scope, TooManyDeactivations, apply_plan, hand_on, make_plan
from rocketchat_auth.management.rocketchat.applying import Applying
from rocketchat_auth.management.rocketchat.arguments import positive
from rocketchat_auth.management.rocketchat.failures import as_command_errors
from rocketchat_auth.management.rocketchat.progress import meter, show_reading
from rocketchat_auth.management.rocketchat.screen import INTERRUPTED, Screen
from rocketchat_auth.management.rocketchat.showing import SHOWINGS, Showing

HELP = gettext_lazy("make the chat accounts follow the site's users")

UNCHANGED = 0
CHANGED = 3


def add_arguments(parser: ArgumentParser) -> None:
    """Its options."""
    parser.description = _(
        "Reads both sides, shows what differs, and mends it. Exit status: 0 where nothing differs, 3 where something"
        " was changed (with --dry-run: would be), 1 where something failed."
    )
    whom = parser.add_mutually_exclusive_group()
    whom.add_argument("--user", metavar="NAME", help=_("this user of the site alone"))
    whom.add_argument("--group", metavar="NAME", help=_("the members of this group of the site alone"))
    parser.add_argument("--limit", metavar="N", type=positive, help=_("change no more than this many accounts"))
    parser.add_argument(
        "--no-create", dest="create", action="store_false", help=_("create no accounts for users who have none yet")
    )
    parser.add_argument(
        "--format", choices=("table", "json"), default="table", help=_("a table, or one JSON object a change and line")
    )
    parser.add_argument("--force", action="store_true", help=_("even where very many accounts would be deactivated"))
    parser.add_argument("--yes", action="store_true", help=_("do not ask"))
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--dry-run", action="store_true", help=_("change nothing, only show what would be changed"))
    how.add_argument("--enqueue", action="store_true", help=_("leave the changes to the site's task workers"))


def run(screen: Screen, options: dict[str, Any]) -> int:
    """Plan, show, ask, and apply; the exit status. Raises CommandError where it cannot, or where something failed."""
    screen.check_can_ask(options)
    scope = Scope(options["user"], options["group"], options["create"], options["limit"])
    try:
        with as_command_errors(), ExitStack() as stack:
            with meter(screen) as show:
                plan = stack.enter_context(make_plan(scope, on_progress=partial(show_reading, show)))
            return _carry_out(plan, screen, options)
    except KeyboardInterrupt:
        screen.note(_("Interrupted. Nothing was changed."), "yellow")
        return INTERRUPTED


def _carry_out(plan: Plan, screen: Screen, options: dict[str, Any]) -> int:
    shown: Showing = SHOWINGS[options["format"]](screen)
    shown.plan(plan, is_all=options["dry_run"] or options["enqueue"])
    differs = any(account.does_something for account in plan)
    _guard(plan, screen, options)
    if options["dry_run"]:
        return CHANGED if differs else UNCHANGED
    if differs and not options["yes"] and not screen.confirms(_("Apply? [y/N]")):
        screen.note(_("Nothing was changed."))
        return CHANGED
    if options["enqueue"]:
        return _enqueue(plan, shown)
    return _apply(plan, shown, screen)


def _guard(plan: Plan, screen: Screen, options: dict[str, Any]) -> None:
    try:
        plan.check_deactivations()
    except TooManyDeactivations as many:
        sentence = _(
            "This ends %(ending)d of %(accounts)d linked accounts, and ROCKETCHAT_MAX_DEACTIVATE allows %(allowed)d."
        ) % {"ending": many.ending, "accounts": many.accounts, "allowed": many.allowed}
        if not (options["force"] or options["dry_run"]):
            raise CommandError(_("%s Nothing was changed. Add --force if the plan is right.") % sentence) from None
        screen.note(sentence if options["force"] else _("%s It will need --force.") % sentence, "yellow")


def _enqueue(plan: Plan, shown: Showing) -> int:
    batches = hand_on(plan)
    shown.say(ngettext("%d batch was enqueued.", "%d batches were enqueued.", batches) % batches)
    return CHANGED if batches else UNCHANGED


def _apply(plan: Plan, shown: Showing, screen: Screen) -> int:
    with meter(screen) as changing:
        applying = Applying(shown, changing, plan.tally.accounts)
        try:
            apply_plan(plan, on_result=applying.add)
        except KeyboardInterrupt:
            applying.say_what_is_left(screen)
            return INTERRUPTED
    applying.say_totals()
    return CHANGED if applying.changed else UNCHANGED
