"""What pages of the chat call by script: no middleware of the site is to answer there in the view's place."""

from collections.abc import Callable

from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve

from rocketchat_auth.web import api, logout

LOGOUT_URL_NAME = "logout"

_VIEWS: dict[str, Callable[[HttpRequest], api.ApiResponse]] = {
    api.URL_NAME: api.answer,
    LOGOUT_URL_NAME: logout.answer,
}


def addressed(request: HttpRequest) -> Callable[[HttpRequest], api.ApiResponse] | None:
    """The view that the request is for, also while none has been chosen for it yet; ``None`` where it is none."""
    match = request.resolver_match
    if match is not None:
        return _of(match)
    if not request.path_info.rstrip("/").endswith(tuple(_VIEWS)):
        return None
    try:
        return _of(resolve(request.path_info, getattr(request, "urlconf", None)))
    except Resolver404:
        return None


def _of(match: ResolverMatch) -> Callable[[HttpRequest], api.ApiResponse] | None:
    return _VIEWS.get(match.url_name or "") if match.app_names[-1:] == [api.APP_NAME] else None
