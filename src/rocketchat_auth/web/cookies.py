"""Cookies of the site in the chat's frame, where site and chat are two sites to a browser (`ROCKETCHAT_CROSS_SITE`).

Two things are done, and only for what the chat may frame and for its calls of the API and of `rocketchat/logout`:

- What the frame itself is given, the cookies of a session begun there and of CSRF protection, is partitioned: a browser
  keeps it for the pages below this chat and shows it nowhere else.
- The session that a person has on the site gets a twin. Its cookie goes along from other sites as well, is sent to the
  package's own pages alone, and counts nowhere but on the hand-over page, in the API and in a logout in chat. The
  session's own cookie, and with it the site, stays as it is.
"""

from http.cookies import Morsel, SimpleCookie
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from rocketchat_auth.conf import SettingError, conf
from rocketchat_auth.login import FORMER_COOKIE
from rocketchat_auth.web import api, endpoints, framing

TWIN = "rocketchat_auth_session"

_CALLED_BY_CHAT = (api.URL_NAME, endpoints.LOGOUT_URL_NAME)
# The data of such a session is in its cookie, and the two would part with the first change.
_ENGINE_WITHOUT_TWIN = "django.contrib.sessions.backends.signed_cookies"


class PartitionedMorsel(Morsel[str]):
    """A cookie that another site's frame may have: `SameSite=None; Secure; Partitioned`.

    `Partitioned` is no attribute to `http.cookies` before Python 3.14.
    """

    def OutputString(self, attrs: Any = None) -> str:  # noqa: N802 (what http.cookies calls it)
        """The cookie as Set-Cookie has it, which is what every handler of Django asks for."""
        return f"{super().OutputString(attrs)}; Partitioned"

    @classmethod
    def of(cls, cookie: "Morsel[str]") -> "PartitionedMorsel":
        """The same cookie, partitioned."""
        partitioned = cls()
        partitioned.set(cookie.key, cookie.value, cookie.coded_value)
        partitioned.update((name, value) for name, value in cookie.items() if name != "partitioned")
        partitioned.update({"samesite": "None", "secure": cast("str", True)})
        return partitioned


def is_on() -> bool:
    """Whether site and chat are two sites, as far as the settings can be read; a system check says where not."""
    try:
        return conf.cross_site
    except SettingError:
        return False


def adopt_twin(request: HttpRequest) -> None:
    """Let the twin be the session in the chat's frame and in the calls of its page, where there is no other."""
    twin = request.COOKIES.get(TWIN)
    if not twin or settings.SESSION_COOKIE_NAME in request.COOKIES or not is_on():
        return
    if _counts_twin(request):
        request.COOKIES[settings.SESSION_COOKIE_NAME] = twin


def let_through(request: HttpRequest, response: HttpResponseBase) -> None:
    """Give ``response`` the cookies that the chat's frame needs."""
    if not is_on():
        return
    cookies = response.cookies
    if _is_of_chat(request, response):
        if _has_adopted(request):
            cookies.pop(settings.SESSION_COOKIE_NAME, None)
        _partition(cookies)
    elif not framing.is_framed(request) and settings.SESSION_ENGINE != _ENGINE_WITHOUT_TWIN:
        _set_twin(request, response)


def keeps_any(request: HttpRequest) -> bool:
    """Whether the browser kept a cookie that a page in the frame was given before."""
    return any(name in request.COOKIES for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME))


def _counts_twin(request: HttpRequest) -> bool:
    try:
        match = resolve(request.path_info, getattr(request, "urlconf", None))
    except Resolver404:
        return False
    if match.app_names[-1:] != [api.APP_NAME]:
        return False
    return match.url_name in _CALLED_BY_CHAT or (match.url_name == framing.HAND_OVER and framing.is_framed(request))


def _has_adopted(request: HttpRequest) -> bool:
    twin = request.COOKIES.get(TWIN)
    return twin is not None and twin == request.COOKIES.get(settings.SESSION_COOKIE_NAME)


def _is_of_chat(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether it is for the chat's frame, or a call of the API by the chat's page, whose cookies are the same."""
    if isinstance(response, api.ApiResponse):
        return bool(response.cors) and request.META.get("HTTP_SEC_FETCH_SITE") == "cross-site"
    match = request.resolver_match
    if match is None or not framing.is_framed(request):
        return False
    try:
        return framing.is_framable(request, match)
    except SettingError:
        return False


def _partition(cookies: SimpleCookie) -> None:
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, FORMER_COOKIE):
        if name in cookies:
            cookies[name] = PartitionedMorsel.of(cookies[name])


def _set_twin(request: HttpRequest, response: HttpResponseBase) -> None:
    """Let the twin follow the session's cookie; on the package's own pages, give it to who had none."""
    cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
    if cookie is not None:
        _write_twin(response, cookie.value, max_age=cookie["max-age"], expires=cookie["expires"])
        return
    match, value = request.resolver_match, request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    is_ours = match is not None and match.app_names[-1:] == [api.APP_NAME]
    if is_ours and value and value != request.COOKIES.get(TWIN):
        _write_twin(response, value)


def _write_twin(response: HttpResponseBase, value: str, *, max_age: object = "", expires: str = "") -> None:
    try:
        path = reverse("rocketchat_auth:home")
    except NoReverseMatch:  # a system check says so
        return
    response.set_cookie(
        TWIN,
        value,
        max_age=None if max_age == "" else int(cast("int", max_age)),
        expires=expires or None,
        path=path,
        domain=settings.SESSION_COOKIE_DOMAIN,
        secure=True,
        httponly=True,
        samesite="None",
    )
