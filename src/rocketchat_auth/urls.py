"""The URLs of the package: `re_path(r"^rocketchat/", include("rocketchat_auth.urls"))` in the site's URLconf.

Each answers with and without a slash at its end, so that none is ever redirected: the chat does not follow.
"""

from collections.abc import Callable

from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path

from rocketchat_auth.web import api, claim, embedding, endpoints, logout, phone, top_page, views, window

app_name = api.APP_NAME


def _outside_transactions(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Keep ATOMIC_REQUESTS away: other requests of the session must see at once what this one stores."""
    for alias in connections:
        view = transaction.non_atomic_requests(using=alias)(view)
    return view


urlpatterns = [
    path("", views.home, name="home"),
    re_path(r"^api/?\Z", _outside_transactions(api.answer), name=api.URL_NAME),
    re_path(r"^logout/?\Z", _outside_transactions(logout.answer), name=endpoints.LOGOUT_URL_NAME),
    re_path(r"^redirect/?\Z", _outside_transactions(views.redirect), name="redirect"),
    re_path(r"^token/?\Z", _outside_transactions(embedding.token), name="token"),
    re_path(r"^window/?\Z", _outside_transactions(window.window), name="window"),
    re_path(r"^claim/?\Z", _outside_transactions(claim.claim), name="claim"),
    re_path(r"^top/?\Z", _outside_transactions(top_page.top_page), name="top"),
    re_path(r"^phone/?\Z", _outside_transactions(phone.phone), name="phone"),
]
