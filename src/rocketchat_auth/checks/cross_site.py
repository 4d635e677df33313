"""What `ROCKETCHAT_CROSS_SITE` needs to work, and what goes too far beside it."""

from django.conf import settings
from django.core.checks import CheckMessage

from rocketchat_auth.checks.findings import Finding
from rocketchat_auth.checks.reading import MIDDLEWARE, middleware_position, usable
from rocketchat_auth.conf import conf

_SETTERS = (
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
)
_FIRST = f'"{MIDDLEWARE}",  # the first line of MIDDLEWARE'

NO_MIDDLEWARE = Finding(
    "E132",
    "ROCKETCHAT_CROSS_SITE is on, and RocketChatMiddleware, which does what it says, is not in MIDDLEWARE.",
    _FIRST,
)
TOO_LOW = Finding(
    "E133",
    "ROCKETCHAT_CROSS_SITE is on, and RocketChatMiddleware is below {middleware} in MIDDLEWARE, whose cookie it never "
    "sees: browsers keep that cookie out of the chat.",
    _FIRST,
)
NOT_SECURE = Finding(
    "W045",
    "ROCKETCHAT_CROSS_SITE is on without {setting}. Browsers let cookies into a page of another site over https alone, "
    "so the site has to be served by https, and this setting belongs to that.",
    "{setting} = True",
)
OPEN_TO_ALL = Finding(
    "W046",
    "{setting} is 'None' beside ROCKETCHAT_CROSS_SITE, which does without it. As it is, browsers send that cookie "
    "along with requests that any other site makes.",
    '{setting} = "Lax"',
)
TOKEN_IN_URL = Finding(
    "W047",
    "ROCKETCHAT_TOKEN_IN_URL is on: for a phone that scans the site's code, and where nothing else lets a person of "
    "another site into chat, a login token goes into an address, and so into the history of the browser or the phone, "
    "and into the log of the chat's server.",
    "ROCKETCHAT_TOKEN_IN_URL = False",
)
FINDINGS = (NO_MIDDLEWARE, TOO_LOW, NOT_SECURE, OPEN_TO_ALL, TOKEN_IN_URL)


def check(**kwargs: object) -> list[CheckMessage]:
    """MIDDLEWARE and cookies of a site that is another site than its chat, and tokens in addresses."""
    found = [TOKEN_IN_URL.message()] if usable(lambda: conf.token_in_url) else []
    if usable(lambda: conf.cross_site):
        found += [*_check_middleware(), *_check_cookies()]
    return found


def _check_middleware() -> list[CheckMessage]:
    ours = middleware_position(MIDDLEWARE)
    if ours is None:
        return [NO_MIDDLEWARE.message()]
    positions = ((path, middleware_position(path)) for path in _SETTERS)
    above = [path for path, position in positions if position is not None and position < ours]
    return [TOO_LOW.message(middleware=path.rpartition(".")[2]) for path in above]


def _check_cookies() -> list[CheckMessage]:
    prefixes = ["SESSION_COOKIE"] if settings.CSRF_USE_SESSIONS else ["SESSION_COOKIE", "CSRF_COOKIE"]
    found = [
        NOT_SECURE.message(setting=f"{name}_SECURE") for name in prefixes if not getattr(settings, f"{name}_SECURE")
    ]
    return found + [
        OPEN_TO_ALL.message(setting=f"{name}_SAMESITE")
        for name in prefixes
        if str(getattr(settings, f"{name}_SAMESITE")).lower() == "none"
        and getattr(settings, f"{name}_SAMESITE") is not None
    ]
