"""`rocketchat/phone`: where the code leads that a person scans off the site's page, to sign in to the app.

The phone's browser has no session of the site. To look at the page does nothing, so that programs may look at links
before people do; the button takes the code for a login of the phone's own, which the app is opened with.
"""

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AbstractBaseUser
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from rocketchat_auth import login
from rocketchat_auth.web import cross_site, links, pages, views

_CODE = re.compile(r"[A-Za-z0-9_-]{43}")
_TOP_LEVEL = (None, "document")


@dataclass(frozen=True, slots=True)
class _AppAddress:
    """What opens the app. No string: reports of errors show what a template was given."""

    chat_login: login.ChatLogin = field(repr=False)

    def __str__(self) -> SafeString:
        return format_html("{}", links.app_sign_in_link(self.chat_login))


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@csrf_protect
@sensitive_post_parameters("code")
@sensitive_variables("code")
def phone(request: HttpRequest) -> HttpResponse:
    """Ask whether to sign in as the person who showed the code; and, when the button is pressed, open the app."""
    if not cross_site.may_put_token_into_url():
        raise Http404
    if request.META.get("HTTP_SEC_FETCH_DEST") not in _TOP_LEVEL:
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    code = (request.POST if request.method == "POST" else request.GET).get("code", "")
    user = login.user_of_code(code) if _CODE.fullmatch(code) else None
    if user is None:
        return _page(request, "over", status=HTTPStatus.GONE)
    if request.user.is_authenticated and request.user != user:
        return _page(request, "another", user=user, status=HTTPStatus.FORBIDDEN)
    if request.method != "POST":
        return _page(request, "ask", user=user, code=login.Secret(code))
    return _sign_in(request, user, code)


@sensitive_variables("code")
def _sign_in(request: HttpRequest, user: AbstractBaseUser, code: str) -> HttpResponse:
    try:
        chat_login = login.sign_in_phone(request, code)
    except Exception as error:  # noqa: BLE001 (it is logged there)
        return views.explain(request, error, can_retry=False)
    if chat_login is None:
        return _page(request, "over", status=HTTPStatus.GONE)
    return _page(request, "done", user=user, app_address=_AppAddress(chat_login))


def _page(request: HttpRequest, state: str, *, status: int = HTTPStatus.OK, **context: Any) -> HttpResponse:
    shared = {"state": state, "site": request.get_host(), "address": reverse("rocketchat_auth:phone")}
    return pages.render(request, "phone", shared | context, status=status)
