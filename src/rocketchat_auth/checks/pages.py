"""The pages that the chat and its people are sent to exist."""

from typing import Any

from django.conf import settings
from django.conf.urls.i18n import is_language_prefix_patterns_used
from django.core.checks import CheckMessage
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.functional import Promise

from rocketchat_auth.checks.findings import Finding
from rocketchat_auth.checks.reading import usable
from rocketchat_auth.conf import conf

URL_NAMES = ("rocketchat_auth:api", "rocketchat_auth:redirect", "rocketchat_auth:home")

NO_SUCH_LOGIN_PAGE = Finding(
    "E062",
    "Entry {number} of ROCKETCHAT_LOGIN_PAGES neither begins with / nor is the name of a URL without arguments.",
    'ROCKETCHAT_LOGIN_PAGES = ["/accounts/two-factor/"]',
)
NOT_INCLUDED = Finding(
    "E063",
    "The pages of this package have no place in the site's URLs.",
    'path("rocketchat/", include("rocketchat_auth.urls")),  # in urlpatterns',
)
LOGIN_URL_NOT_NAMED = Finding(
    "E064",
    "LOGIN_URL is neither a path nor the name of a URL.",
    'LOGIN_URL = "/login/"',
)
LOGIN_URL_NOWHERE = Finding(
    "W061",
    "LOGIN_URL leads to no page of the site, and people who are not signed in are sent there.",
    'LOGIN_URL = "/login/"',
)
FINDINGS = (NO_SUCH_LOGIN_PAGE, NOT_INCLUDED, LOGIN_URL_NOT_NAMED, LOGIN_URL_NOWHERE)


def check(**kwargs: object) -> list[CheckMessage]:
    """The site's URLs. Where they cannot be loaded at all, Django's own checks say so."""
    if not _urls_can_be_loaded():
        return []
    found = [
        NO_SUCH_LOGIN_PAGE.message(number=number)
        for number, page in enumerate(usable(lambda: conf.login_pages) or (), start=1)
        if not _is_path(page) and not _has_url(page)
    ]
    if not all(_has_url(name) for name in URL_NAMES):
        found.append(NOT_INCLUDED.message())
    return [*found, *_check_login_url()]


def _check_login_url() -> list[CheckMessage]:
    login_url: Any = settings.LOGIN_URL
    if not isinstance(login_url, (str, Promise)) and not callable(login_url):
        return [LOGIN_URL_NOT_NAMED.message()]
    try:
        path = resolve_url(login_url)
    except NoReverseMatch:
        return [LOGIN_URL_NOT_NAMED.message()]
    if not _is_path(path) or _is_served(path):
        return []
    return [LOGIN_URL_NOWHERE.message()]


def _is_path(page: str) -> bool:
    return page.startswith("/") and not page.startswith("//")


def _urls_can_be_loaded() -> bool:
    try:
        _has_url(URL_NAMES[0])
    except Exception:  # noqa: BLE001 (the site's own modules are imported, which may raise anything)
        return False
    return True


def _has_url(name: str) -> bool:
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True


def _is_served(path: str) -> bool:
    if is_language_prefix_patterns_used(settings.ROOT_URLCONF)[0]:
        # LocaleMiddleware leads /login/ to /en/login/, which only a request shows.
        return True
    # A site that is mounted below a path has that path in LOGIN_URL, and learns of it only from its first request.
    segments = path.partition("?")[0].split("/")[1:]
    return any(_resolves("/" + "/".join(segments[first:])) for first in range(len(segments)))


def _resolves(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
