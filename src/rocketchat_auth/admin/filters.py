"""What the list of accounts can be narrowed down to."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from rocketchat_auth.models import Account

_LAST_SYNC = {
    "failed": Q(failed_at__isnull=False),
    "done": Q(failed_at=None, synced_at__isnull=False),
    "never": Q(failed_at=None, synced_at=None),
}

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class LastSync(admin.SimpleListFilter):
    """How the last sync of an account went."""

    title = _("last sync")
    parameter_name = "last_sync"

    def lookups(self, request: HttpRequest, model_admin: Any) -> "list[tuple[str, str | _StrPromise]]":
        return [("failed", _("failed")), ("done", _("done")), ("never", _("never synced"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Account]) -> QuerySet[Account]:
        condition = _LAST_SYNC.get(self.value() or "")
        return queryset if condition is None else queryset.filter(condition)


class Origin(admin.SimpleListFilter):
    """Whether a chat account was there before the site knew of it."""

    title = _("origin")
    parameter_name = "origin"

    def lookups(self, request: HttpRequest, model_admin: Any) -> "list[tuple[str, str | _StrPromise]]":
        return [("here", _("created by this site")), ("elsewhere", _("there before"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Account]) -> QuerySet[Account]:
        linked = Q(rocketchat_id__isnull=False)
        match self.value():
            case "here":
                return queryset.filter(linked, created_here=True)
            case "elsewhere":
                return queryset.filter(linked, created_here=False)
        return queryset
