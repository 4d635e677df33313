"""Chat accounts in the admin: to look at, since Rocket.Chat has the last word on them."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import HttpRequest

from rocketchat_auth.models import Account

# Generic for type checkers alone: Django's own class takes no parameter.
if TYPE_CHECKING:
    AccountModelAdmin = admin.ModelAdmin[Account]
else:
    AccountModelAdmin = admin.ModelAdmin


@admin.register(Account)
class AccountAdmin(AccountModelAdmin):
    list_display = ("username", "user", "state", "created_here", "seen_at")
    list_filter = ("state", "created_here")
    search_fields = ("username", "rocketchat_id", "reason")
    list_select_related = ("user",)
    readonly_fields = (
        "user",
        "username",
        "rocketchat_id",
        "state",
        "reason",
        "created_here",
        "seen_at",
        "created_at",
        "updated_at",
    )
    fields = readonly_fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
