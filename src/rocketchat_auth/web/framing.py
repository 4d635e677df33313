"""Which pages the chat may show in a frame, and how a response says so.

The web client of Rocket.Chat shows the site's login page, and then `rocketchat/redirect`, in a frame of its own.
"""

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponseBase
from django.urls import ResolverMatch
from django.views.decorators.clickjacking import xframe_options_exempt

from rocketchat_auth.conf import conf
from rocketchat_auth.web import content_policy

HAND_OVER = "redirect"
"""The name of the URL of the hand-over page."""

_FRAMES = ("iframe", "frame")


def is_framed(request: HttpRequest) -> bool:
    """Whether a browser says that the page is for a frame: navigations and forms in the frame say so as well."""
    return request.META.get("HTTP_SEC_FETCH_DEST") in _FRAMES


def is_framable(request: HttpRequest, match: ResolverMatch) -> bool:
    """Whether the chat may frame what ``match`` serves: the hand-over page or a login page of the site."""
    if match.url_name == HAND_OVER and match.app_names[-1:] == ["rocketchat_auth"]:
        return True
    if match.url_name == "login" and match.app_names[-1:] == ["admin"]:
        return True
    view_class = getattr(match.func, "view_class", None)
    if isinstance(view_class, type) and issubclass(view_class, LoginView):
        return True
    return any(_names(page, request, match) for page in (settings.LOGIN_URL, *conf.login_pages))


def _names(page: Any, request: HttpRequest, match: ResolverMatch) -> bool:
    """Whether ``page``, written as `LOGIN_URL` may be, is the page that was asked for."""
    if callable(page):
        return bool(page is match.func)
    text = str(page)
    if text == match.view_name:
        return True
    host, path = _host_and_path(text)
    return path == request.path and host in ("", request.get_host())


@lru_cache(maxsize=32)
def _host_and_path(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.netloc, parts.path


def allow(response: HttpResponseBase, origin: str, *, policy_follows: bool) -> None:
    """Let pages of ``origin``, and of nobody else, frame ``response``.

    X-Frame-Options has no word for "only this origin", so frame-ancestors takes its place.

    Args:
        policy_follows: a ContentSecurityPolicyMiddleware has yet to see the response.
    """
    leave_out_x_frame_options(response)
    content_policy.set_frame_ancestors(response, origin, policy_follows=policy_follows)


def leave_out_x_frame_options(response: HttpResponseBase) -> None:
    """Take X-Frame-Options off, and keep an XFrameOptionsMiddleware that has yet to see the response from adding it."""
    response.headers.pop("X-Frame-Options", None)
    xframe_options_exempt(lambda request: response)(HttpRequest())
