"""django-cors-headers, where a site has it, does not stand between the chat and the login."""

import re

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage

from rocketchat_auth.checks.findings import Finding
from rocketchat_auth.checks.reading import CORS_MIDDLEWARE, MIDDLEWARE, entries, middleware_position, strings, usable
from rocketchat_auth.conf import conf

NOT_READ = Finding(
    "I101",
    "CORS_ORIGIN_WHITELIST has entries without http:// or https://. Nothing reads it here, for django-cors-headers is "
    "not installed; where it is, it refuses them.",
    "# CORS_ORIGIN_WHITELIST = ...",
)
CHAT_NOT_LISTED = Finding(
    "W101",
    "CorsMiddleware answers the preflights that Rocket.Chat 6 and 7 send before they ask for a login, and the chat's "
    "origin is not allowed there. RocketChatMiddleware above it answers them itself.",
    f'"{MIDDLEWARE}",  # the first line of MIDDLEWARE',
)
NO_CREDENTIALS = Finding(
    "W102",
    "CorsMiddleware answers for the chat's origin, and does so without credentials, so that browsers withhold the "
    "login. RocketChatMiddleware above it answers itself.",
    f'"{MIDDLEWARE}",  # the first line of MIDDLEWARE',
)
EVERY_ORIGIN = Finding(
    "W103",
    "Every site on the web may call this one with the cookies of its visitors and read the answers: "
    "CORS_ALLOW_ALL_ORIGINS and CORS_ALLOW_CREDENTIALS are both on. The sign-in to chat asks for neither.",
    "CORS_ALLOW_ALL_ORIGINS = False",
)
FINDINGS = (NOT_READ, CHAT_NOT_LISTED, NO_CREDENTIALS, EVERY_ORIGIN)


def check(**kwargs: object) -> list[CheckMessage]:
    """Whether CorsMiddleware is there, and what it lets the chat do."""
    if middleware_position(CORS_MIDDLEWARE) is None:
        return [] if apps.is_installed("corsheaders") else _check_whitelist()
    all_origins = _either("CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL")
    credentials = bool(getattr(settings, "CORS_ALLOW_CREDENTIALS", False))
    found = [EVERY_ORIGIN.message()] if all_origins and credentials else []
    origin = usable(lambda: conf.origin)
    if not origin or middleware_position(MIDDLEWARE) is not None:
        return found
    if not all_origins and not _is_listed(origin):
        return [*found, CHAT_NOT_LISTED.message()]
    return found if credentials else [*found, NO_CREDENTIALS.message()]


def _check_whitelist() -> list[CheckMessage]:
    return [NOT_READ.message()] if any("://" not in entry for entry in strings("CORS_ORIGIN_WHITELIST")) else []


def _either(name: str, former_name: str) -> object:
    return getattr(settings, name, getattr(settings, former_name, None))


def _is_listed(origin: str) -> bool:
    exact = strings("CORS_ALLOWED_ORIGINS" if hasattr(settings, "CORS_ALLOWED_ORIGINS") else "CORS_ORIGIN_WHITELIST")
    patterns = _either("CORS_ALLOWED_ORIGIN_REGEXES", "CORS_ORIGIN_REGEX_WHITELIST")
    return origin in exact or any(_matches(pattern, origin) for pattern in entries(patterns))


def _matches(pattern: object, origin: str) -> bool:
    if not isinstance(pattern, (str, re.Pattern)):
        return False
    try:
        return re.match(pattern, origin) is not None
    except (re.error, TypeError):
        return False
