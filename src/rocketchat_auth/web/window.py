"""`rocketchat/window`: the window that the chat's frame opens, where the person signs in to the site itself.

It is bound to that frame: only a page of the site's own origin, which opened it, can tell it the digest for which it
hands a login over. Whoever comes here by a link has nobody to tell it, and hands nothing over.
"""

import re
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.urls import reverse
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from rocketchat_auth import login
from rocketchat_auth.web import cookies, cross_site, origins, pages, views

COOKIE = "__Host-rocketchat_auth_window"
"""By this prefix browsers take it from the site's own host over https alone: no sister host can plant another's."""

LIFETIME = 10 * 60
"""Seconds within which a person has to have signed in."""

_SALT = "rocketchat_auth.window"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_TOP_LEVEL = (None, "document", "empty")


@require_http_methods(["GET", "POST"])
@login_not_required
@csrf_protect
def window(request: HttpRequest) -> HttpResponse:
    """Take the frame's digest; then, for who is signed in, hand the login over."""
    if not cookies.is_on():
        raise Http404
    if request.META.get("HTTP_SEC_FETCH_DEST") not in _TOP_LEVEL:
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    if request.method == "POST" and "digest" in request.POST:
        return _keep(request, request.POST["digest"])
    digest = _kept(request)
    if digest is None or cross_site.WINDOW_START in request.GET:
        return _page(request, "connecting")
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("rocketchat_auth:window"))
    return _hand_over(request, digest) if request.method == "POST" else _page(request, "confirm")


def _keep(request: HttpRequest, digest: str) -> HttpResponse:
    """Keep the digest in the browser while the person signs in."""
    if not _DIGEST.fullmatch(digest):
        return HttpResponseBadRequest()
    response = HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Cache-Control": origins.NO_STORE})
    response.set_signed_cookie(
        COOKIE,
        digest,
        salt=_SALT,
        max_age=LIFETIME,
        secure=True,
        httponly=True,
        samesite="Lax",
    )
    return response


def _kept(request: HttpRequest) -> str | None:
    """The digest that this browser keeps for a frame of its own."""
    names = [pair.partition("=")[0].strip(" ") for pair in request.META.get("HTTP_COOKIE", "").split(";")]
    # Django strips whitespace that browsers count as part of the name, which so would have no prefix.
    if any(COOKIE in name and name != COOKIE for name in names):
        return None
    digest: str | None = request.get_signed_cookie(COOKIE, default=None, salt=_SALT, max_age=LIFETIME)
    return digest


def _hand_over(request: HttpRequest, digest: str) -> HttpResponse:
    try:
        login.hand_over(request, digest)
    except Exception as error:  # noqa: BLE001 (it is logged there)
        return views.explain(request, error)
    response = _page(request, "done")
    response.delete_cookie(COOKIE, samesite="Lax")
    login.remember_session(request, response)
    return response


def _page(request: HttpRequest, state: str) -> HttpResponse:
    context = {"state": state, "next": reverse("rocketchat_auth:window"), "site": request.get_host()}
    response = pages.render(request, "window", context, calls_site=True)
    # Else the window would not know who opened it.
    response.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
    return response
