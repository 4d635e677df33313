"""The chat account on the page of its user."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from rocketchat_auth.models import Account

# Generic for type checkers alone: Django's own class takes no parameters.
if TYPE_CHECKING:
    AccountStackedInline = admin.StackedInline[Account, Any]
else:
    AccountStackedInline = admin.StackedInline


class AccountInline(AccountStackedInline):
    """For a site's `UserAdmin`: `inlines = [AccountInline]`. Shown to those who may view chat accounts."""

    model = Account
    template = "admin/rocketchat_auth/account/panel.html"
    fields = ("username", "state", "synced_at", "reason")
    readonly_fields = fields
    max_num = 1
    extra = 0
    can_delete = False
    show_change_link = True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """On the page that adds a user there is nothing to show yet."""
        return obj is not None and super().has_view_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Account]:
        """Django's own asks for the permission again, and without saying for whom."""
        return Account._default_manager.all()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
