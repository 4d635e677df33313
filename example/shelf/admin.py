from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User

from rocketchat_auth.admin import AccountInline
from rocketchat_auth.validators import UniqueEmailAdminMixin

admin.site.unregister(User)


@admin.register(User)
class ReaderAdmin(UniqueEmailAdminMixin, UserAdmin):  # type: ignore[type-arg] # generic for type checkers alone
    """Django's own, with the person's chat account below it, and one address for one person."""

    inlines = (AccountInline,)
