"""A site whose admin shows users in a way of its own."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.models import User
from django.urls import URLResolver, path

from rocketchat_auth.admin import AccountAdmin
from rocketchat_auth.models import Account


def urls_with(user_admin: type[Any]) -> tuple[URLResolver, ...]:
    """What `ROOT_URLCONF` may be for such a site: that of the tests has bound its pages when it was imported."""
    site = AdminSite()
    site.register(User, user_admin)
    site.register(Account, AccountAdmin)
    return (path("admin/", site.urls),)
