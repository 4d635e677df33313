"""Syncing a few accounts, and telling what became of each."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rocketchat_auth import rest
from rocketchat_auth.accounts.changes import Action, Outcome, Result
from rocketchat_auth.accounts.few import sync_some
from rocketchat_auth.admin.carrying_out import tell_problem, write_down
from rocketchat_auth.admin.reasons import advice
from rocketchat_auth.models import Account

if TYPE_CHECKING:
    AccountModelAdmin = admin.ModelAdmin[Account]

NAME = gettext_lazy("Sync now")


def sync(model_admin: "AccountModelAdmin", request: HttpRequest, accounts: Sequence[Account]) -> None:
    """Bring accounts into line with their users, those of deleted users too."""
    of_users = [account.user_id for account in accounts if account.user_id is not None]
    of_nobody = [account.pk for account in accounts if account.user_id is None]
    try:
        results = sync_some(of_users, of_nobody)
    except (rest.RocketChatError, ImproperlyConfigured) as error:
        model_admin.message_user(request, advice(error, "view-full-other-user-info"), messages.ERROR)
        return
    by_user = {result.plan.user_pk: result for result in results if result.plan.user_pk is not None}
    by_account = {result.plan.account_pk: result for result in results}
    changed = unchanged = 0
    for account in accounts:
        result = by_account.get(account.pk) or by_user.get(str(account.user_id))
        problem = _problem(result)
        if problem:
            tell_problem(model_admin, request, account, problem)
        elif result is not None:
            changed += 1
        else:
            unchanged += 1
        write_down(model_admin, request, account, NAME, problem or _outcome(result))
    _tell(model_admin, request, changed, unchanged)


def _problem(result: Result | None) -> str:
    """What stands in the way of an account's being as it should, or ""."""
    if result is None:
        return ""
    conflicts = [change.reason for change in result.plan.changes if change.action is Action.CONFLICT]
    failures = [step.reason for step in result.steps if step.outcome in (Outcome.FAILED, Outcome.LEFT)]
    return " ".join(dict.fromkeys([*failures, *conflicts]))


def _outcome(result: Result | None) -> str:
    if result is None:
        return _("nothing to change")
    return ", ".join(dict.fromkeys(f"{change.action} {change.field}".strip() for change in result.plan.changes))


def _tell(model_admin: "AccountModelAdmin", request: HttpRequest, changed: int, unchanged: int) -> None:
    if changed:
        sentence = ngettext("%d account was brought up to date.", "%d accounts were brought up to date.", changed)
        model_admin.message_user(request, sentence % changed, messages.SUCCESS)
    if unchanged:
        sentence = ngettext("%d account was up to date.", "%d accounts were up to date.", unchanged)
        model_admin.message_user(request, sentence % unchanged, messages.SUCCESS)
