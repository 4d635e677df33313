"""Doing one thing to several accounts, and telling the person and the site's log what became of each."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rocketchat_auth import rest
from rocketchat_auth.accounts.administration import NotDone
from rocketchat_auth.admin.reasons import advice, meets_everybody
from rocketchat_auth.models import Account

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    AccountModelAdmin = admin.ModelAdmin[Account]


@dataclass(frozen=True, slots=True)
class Deed:
    """What an action does to one account.

    Args:
        name: what it is called.
        do: does it, or raises why not.
        permission: what the service account needs in Rocket.Chat.
    """

    name: "str | _StrPromise"
    do: Callable[[Account], None]
    permission: str


def carry_out(
    model_admin: "AccountModelAdmin", request: HttpRequest, deed: Deed, accounts: Sequence[Account]
) -> list[Account]:
    """Do it to one account after the other. Where Rocket.Chat is down, the rest is left alone.

    Returns:
        Those to whom it was done, as they were before.
    """
    done = []
    for place, account in enumerate(accounts, start=1):
        before = copy.copy(account)
        try:
            deed.do(account)
        except (NotDone, rest.RocketChatError, ImproperlyConfigured) as error:
            _tell_failure(model_admin, request, deed, before, error)
            if not isinstance(error, NotDone) and meets_everybody(error):
                _tell_rest(model_admin, request, len(accounts) - place)
                break
        else:
            write_down(model_admin, request, before, deed.name, _("done"))
            done.append(before)
    return done


def write_down(
    model_admin: "AccountModelAdmin", request: HttpRequest, account: Account, deed: "str | _StrPromise", outcome: str
) -> None:
    """Keep it in the site's log, with the account's name and `_id` in chat, which the row itself may forget."""
    about = ", ".join(filter(None, [account.username, account.rocketchat_id]))
    model_admin.log_change(request, account, f"{deed} ({about}): {outcome}" if about else f"{deed}: {outcome}")


def tell_problem(model_admin: "AccountModelAdmin", request: HttpRequest, account: Account, reason: str) -> None:
    """Say what stood in the way of one account. Not beginning with its name, which the admin would capitalise."""
    values = {"account": account.user or account, "reason": reason}
    model_admin.message_user(request, _("Not done for %(account)s: %(reason)s") % values, messages.ERROR)


def _tell_failure(
    model_admin: "AccountModelAdmin", request: HttpRequest, deed: Deed, account: Account, error: Exception
) -> None:
    reason = advice(error, deed.permission)
    write_down(model_admin, request, account, deed.name, reason)
    tell_problem(model_admin, request, account, reason)


def _tell_rest(model_admin: "AccountModelAdmin", request: HttpRequest, left: int) -> None:
    if left:
        sentence = ngettext("%d more account was left as it is.", "%d more accounts were left as they are.", left)
        model_admin.message_user(request, sentence % left, messages.WARNING)
