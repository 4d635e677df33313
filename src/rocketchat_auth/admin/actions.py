"""What may be done to accounts in the list, each with a permission of its own."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rocketchat_auth.accounts import administration
from rocketchat_auth.admin import confirming, syncing
from rocketchat_auth.admin.carrying_out import Deed, carry_out
from rocketchat_auth.login.unlinking import unlink
from rocketchat_auth.models import Account

# A page of the list. Somebody waits meanwhile; `manage.py rocketchat sync` is for more.
AT_ONCE = 50

_SIGN_OUT = Deed(
    gettext_lazy("Sign out of chat everywhere"), administration.sign_out_everywhere, permission="logout-other-user"
)
_UNLINK = Deed(gettext_lazy("Unlink"), unlink, permission="logout-other-user")
_DEACTIVATE = Deed(gettext_lazy("Deactivate"), administration.deactivate, permission="edit-other-user-active-status")

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Account]
else:
    _Admin = object


class AccountActions(_Admin):
    """The actions, for the `ModelAdmin` of accounts."""

    actions = ("sync_now", "sign_out_everywhere", "unlink", "deactivate")

    @admin.action(permissions=["sync"], description=syncing.NAME)
    def sync_now(self, request: HttpRequest, queryset: QuerySet[Account]) -> None:
        syncing.sync(self, request, self._chosen(request, queryset))

    @admin.action(permissions=["sign_out"], description=_SIGN_OUT.name)
    def sign_out_everywhere(self, request: HttpRequest, queryset: QuerySet[Account]) -> None:
        done = len(carry_out(self, request, _SIGN_OUT, self._chosen(request, queryset)))
        if done:
            sentence = ngettext(
                "%d account was signed out of chat everywhere.", "%d accounts were signed out of chat everywhere.", done
            )
            hint = _("Whoever is still signed in to this site gets in again.")
            self.message_user(request, f"{sentence % done} {hint}", messages.SUCCESS)

    @admin.action(permissions=["unlink"], description=_UNLINK.name)
    def unlink(self, request: HttpRequest, queryset: QuerySet[Account]) -> HttpResponse | None:
        chosen = self._chosen(request, queryset)
        if chosen and not confirming.is_confirmed(request):
            return confirming.ask_before_unlinking(self, request, chosen)
        done = len(carry_out(self, request, _UNLINK, chosen))
        if done:
            sentence = ngettext("%d account was unlinked.", "%d accounts were unlinked.", done)
            self.message_user(request, sentence % done, messages.SUCCESS)
        return None

    @admin.action(permissions=["deactivate"], description=_DEACTIVATE.name)
    def deactivate(self, request: HttpRequest, queryset: QuerySet[Account]) -> HttpResponse | None:
        chosen = self._chosen(request, queryset)
        if chosen and not confirming.is_confirmed(request):
            return confirming.ask_before_deactivating(self, request, chosen)
        done = len(carry_out(self, request, _DEACTIVATE, chosen))
        if done:
            sentence = ngettext("%d account was deactivated.", "%d accounts were deactivated.", done)
            self.message_user(request, sentence % done, messages.SUCCESS)
        return None

    def has_sync_permission(self, request: HttpRequest) -> bool:
        return _may(request, "sync_account")

    def has_sign_out_permission(self, request: HttpRequest) -> bool:
        return _may(request, "sign_out_account")

    def has_unlink_permission(self, request: HttpRequest) -> bool:
        return _may(request, "unlink_account")

    def has_deactivate_permission(self, request: HttpRequest) -> bool:
        return _may(request, "deactivate_account")

    def _chosen(self, request: HttpRequest, queryset: QuerySet[Account]) -> list[Account]:
        """The accounts that were chosen; none where they are too many."""
        chosen = list(queryset.select_related("user").order_by("pk")[: AT_ONCE + 1])
        if len(chosen) <= AT_ONCE:
            return chosen
        self.message_user(
            request,
            _("Choose %d accounts at most. For all of them there is: manage.py rocketchat sync") % AT_ONCE,
            messages.ERROR,
        )
        return []


def _may(request: HttpRequest, codename: str) -> bool:
    user: Any = request.user
    return bool(user.has_perm(f"{Account._meta.app_label}.{codename}"))
