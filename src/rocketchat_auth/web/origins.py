"""Whether a request comes from a page of the chat, and the headers that let that page read the answer."""

from functools import lru_cache

from django.http import HttpRequest

# `private` and `max-age=0` beside `no-store`: Django's own UpdateCacheMiddleware heeds only these two.
NO_STORE = "max-age=0, no-cache, no-store, must-revalidate, private"

# Rocket.Chat of 6.x and 7.x sends `Content-Type: application/json` without a body, so its browser asks first.
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "content-type",
    "Access-Control-Max-Age": "600",
}

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def comes_from(request: HttpRequest, origin: str) -> bool:
    """Whether a page of ``origin`` sent this request, as far as its browser tells.

    The Origin header is compared as it came: whatever differs in a letter is another origin. A browser leaves the
    header out only within one origin, and then Sec-Fetch-Site, which no page can set, says so.

    Raises:
        django.core.exceptions.DisallowedHost: the Host header is needed, and is none of ``ALLOWED_HOSTS``.
    """
    received = request.META.get("HTTP_ORIGIN")
    if received is not None:
        return bool(received == origin)
    return request.META.get("HTTP_SEC_FETCH_SITE") == "same-origin" and _own_origin(request) == origin


def comes_from_site_itself(request: HttpRequest) -> bool:
    """Whether a script of the site's own origin sent this request, as far as its browser tells.

    Raises:
        django.core.exceptions.DisallowedHost: the Host header is none of ``ALLOWED_HOSTS``.
    """
    if request.META.get("HTTP_SEC_FETCH_SITE", "same-origin") != "same-origin":
        return False
    return bool(request.META.get("HTTP_ORIGIN") == _own_origin(request))


def _own_origin(request: HttpRequest) -> str:
    scheme = request.scheme or "http"
    return f"{scheme}://{request.get_host().lower().removesuffix(_DEFAULT_PORTS[scheme])}"


@lru_cache(maxsize=8)
def credentialed(origin: str) -> dict[str, str]:
    """The headers by which a browser lets exactly ``origin`` read an answer to a request with cookies."""
    return {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}
