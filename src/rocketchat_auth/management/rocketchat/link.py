"""`manage.py rocketchat link`: tie users to chat accounts that exist already."""

from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rocketchat_auth.accounts.obstacles import Rule, Vouched
from rocketchat_auth.accounts.ties import Ties, ties_by
from rocketchat_auth.accounts.tying import tie_by_hand
from rocketchat_auth.accounts.tying_list import BadList, read_list
from rocketchat_auth.management.rocketchat.failures import as_command_errors
from rocketchat_auth.management.rocketchat.linking import Linking
from rocketchat_auth.management.rocketchat.progress import meter, show_reading
from rocketchat_auth.management.rocketchat.screen import INTERRUPTED, Screen

HELP = gettext_lazy("tie users to chat accounts that exist already")


def add_arguments(parser: ArgumentParser) -> None:
    """Its options."""
    parser.description = _(
        "Shows who would get which chat account, and why not; then ties them. Name a user and an account, or a rule."
    )
    parser.add_argument("username", nargs="?", metavar="USERNAME", help=_("a user of the site"))
    parser.add_argument("account", nargs="?", metavar="ACCOUNT", help=_("the username or _id of a chat account"))
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--by", choices=("email", "username"), help=_("whoever has the same address, or the same name"))
    how.add_argument(
        "--csv", metavar="FILE", type=Path, help=_("whom this file names, in columns called user and account")
    )
    parser.add_argument("--user", metavar="NAME", help=_("with --by or --csv: this user of the site alone"))
    parser.add_argument(
        "--trust-emails", action="store_true", help=_("with --by email: also addresses that nobody verified")
    )
    parser.add_argument(
        "--allow-admin", action="store_true", help=_("not with --by: also accounts with the role admin")
    )
    parser.add_argument("--dry-run", action="store_true", help=_("tie nobody, only show who would be tied"))
    parser.add_argument("--yes", action="store_true", help=_("do not ask"))


def run(screen: Screen, options: dict[str, Any]) -> int:
    """Show, ask, and tie; the exit status. Raises CommandError where it cannot, or where somebody could not be tied."""
    rule = _rule(options)
    screen.check_can_ask(options)
    vouched = Vouched(emails=options["trust_emails"], administrators=options["allow_admin"])
    linking = Linking(screen, rule, options)
    try:
        with as_command_errors():
            if rule is Rule.HAND:
                return linking.one(tie_by_hand(options["username"], options["account"], vouched))
            with _read(screen, rule, vouched, options) as ties:
                return linking.all(ties)
    except KeyboardInterrupt:
        linking.say_interrupted()
        return INTERRUPTED


def _rule(options: dict[str, Any]) -> Rule:
    by_hand = options["account"] is not None
    if options["username"] is not None and not by_hand:
        raise CommandError(_("Name a chat account beside the user."))
    if by_hand + bool(options["by"]) + bool(options["csv"]) != 1:
        raise CommandError(_("Name either a user and a chat account, or --by, or --csv."))
    rule = Rule(options["by"]) if options["by"] else Rule.CSV if options["csv"] else Rule.HAND
    if options["trust_emails"] and rule is not Rule.EMAIL:
        raise CommandError(_("--trust-emails goes with --by email alone."))
    if options["allow_admin"] and not rule.names_accounts:
        raise CommandError(_("--allow-admin does not go with --by: name those accounts by --csv or by hand."))
    if options["user"] and by_hand:
        raise CommandError(_("--user goes with --by and --csv alone."))
    return rule


@contextmanager
def _read(screen: Screen, rule: Rule, vouched: Vouched, options: dict[str, Any]) -> Iterator[Ties]:
    try:
        entries = read_list(options["csv"]) if rule is Rule.CSV else []
    except BadList as error:
        raise CommandError(_("%(file)s: %(why)s") % {"file": options["csv"], "why": error}) from None
    with ExitStack() as stack:
        with meter(screen) as show:
            tell = partial(show_reading, show)
            reading = ties_by(rule, vouched=vouched, username=options["user"], entries=entries, on_progress=tell)
            ties = stack.enter_context(reading)
        yield ties
