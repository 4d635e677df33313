"""The list of accounts, and the page of one."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rocketchat_auth.admin.actions import AccountActions
from rocketchat_auth.admin.filters import LastSync, Origin
from rocketchat_auth.admin.help_desk import HelpDesk
from rocketchat_auth.models import Account
from rocketchat_auth.rest import service

# Generic for type checkers alone: Django's own class takes no parameter.
if TYPE_CHECKING:
    AccountModelAdmin = admin.ModelAdmin[Account]
else:
    AccountModelAdmin = admin.ModelAdmin

_REASON_IN_LIST = 80


@admin.register(Account)
class AccountAdmin(HelpDesk, AccountActions, AccountModelAdmin):
    """Accounts are made, changed and forgotten by signing in, by syncs and by the actions, never by a form."""

    # What matters most stands first: a telephone shows no more than two columns.
    list_display = ("user_or_none", "state", "problem", "last_sync", "username")
    list_filter = ("state", LastSync, Origin)
    list_select_related = ("user",)
    list_per_page = 50
    search_help_text = _("Search by user, e-mail address, chat username, _id in Rocket.Chat, or reason")
    fieldsets = (
        (None, {"fields": ("user", "username", "rocketchat_id", "state", "reason")}),
        (_("Sync"), {"fields": ("synced_at", "failed_at", "seen_at")}),
        (_("Origin"), {"fields": ("created_here", "created_at", "updated_at")}),
    )

    @admin.display(description=_("user"), ordering="user")
    def user_or_none(self, account: Account) -> str:
        return str(account.user or _("deleted user"))

    @admin.display(description=_("reason"), ordering="failed_at")
    def problem(self, account: Account) -> str:
        """Why it is in conflict, or what failed, and when: the page of the account has all of it."""
        reason = Truncator(account.reason).chars(_REASON_IN_LIST)
        return f"{_ago(account.failed_at)}: {reason}" if account.failed_at else reason

    @admin.display(description=_("last sync"), ordering="synced_at")
    def last_sync(self, account: Account) -> str | None:
        return _ago(account.synced_at) if account.synced_at else None

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        model = get_user_model()
        of_user = [model.USERNAME_FIELD]
        with suppress(FieldDoesNotExist):
            of_user.append(model._meta.get_field(model.get_email_field_name()).name)
        return [*(f"user__{name}" for name in dict.fromkeys(of_user)), "username", "rocketchat_id", "reason"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Account | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Account | None = None) -> bool:
        """Nobody may: without its row nobody would know whose a chat account is, nor end its logins. Unlinking does."""
        return False


def _ago(moment: datetime) -> str:
    now = service.now()
    if now - moment < timedelta(minutes=1):
        return gettext("just now")
    return gettext("%s ago") % timesince(moment, now, depth=1)
