"""The chat, and nobody else, may frame the login page; nothing of the site is switched off for it."""

from django.conf import settings
from django.core.checks import CheckMessage

from rocketchat_auth.checks.findings import Finding
from rocketchat_auth.checks.reading import CORS_MIDDLEWARE, MIDDLEWARE, middleware_position

_FRAME_OPTIONS = "django.middleware.clickjacking.XFrameOptionsMiddleware"
_CSRF = "django.middleware.csrf.CsrfViewMiddleware"
_SESSION = "django.contrib.sessions.middleware.SessionMiddleware"
_AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"
_CONTENT_SECURITY = "django.middleware.csp.ContentSecurityPolicyMiddleware"
_FIRST = f'"{MIDDLEWARE}",  # the first line of MIDDLEWARE'

NO_SESSION = Finding(
    "E091",
    "SessionMiddleware is not in MIDDLEWARE, so nobody is ever signed in.",
    f'"{_SESSION}",  # in MIDDLEWARE',
)
NO_AUTHENTICATION = Finding(
    "E092",
    "AuthenticationMiddleware is not in MIDDLEWARE, so nobody is ever signed in.",
    f'"{_AUTHENTICATION}",  # in MIDDLEWARE, below SessionMiddleware',
)
LOGIN_NOT_FRAMEABLE = Finding(
    "W091",
    "The chat cannot show the login page: XFrameOptionsMiddleware forbids every frame, and RocketChatMiddleware, which "
    "would allow the chat's, is not in MIDDLEWARE.",
    _FIRST,
)
LOGIN_FRAMEABLE_BY_ANYBODY = Finding(
    "W092",
    "Any site can show the login page in a frame and have people click on what they do not see: neither "
    "XFrameOptionsMiddleware nor RocketChatMiddleware is in MIDDLEWARE. With the two, the chat alone can.",
    f'{_FIRST}, and "{_FRAME_OPTIONS}" further down',
)
TOO_LOW = Finding(
    "W093",
    "RocketChatMiddleware is below CorsMiddleware in MIDDLEWARE, which then answers the preflights that Rocket.Chat 6 "
    "and 7 send before they ask for a login.",
    _FIRST,
)
FRAME_OPTIONS_IGNORED = Finding(
    "W094",
    "X_FRAME_OPTIONS is neither 'DENY' nor 'SAMEORIGIN'. Browsers heed nothing else, so any site can frame this one.",
    'X_FRAME_OPTIONS = "DENY"',
)
NO_CSRF = Finding(
    "W095",
    "CsrfViewMiddleware is not in MIDDLEWARE. The sign-in to chat does not ask for that: protection against forged "
    "requests can stay on.",
    f'"{_CSRF}",  # in MIDDLEWARE',
)
FINDINGS = (
    NO_SESSION,
    NO_AUTHENTICATION,
    LOGIN_NOT_FRAMEABLE,
    LOGIN_FRAMEABLE_BY_ANYBODY,
    TOO_LOW,
    FRAME_OPTIONS_IGNORED,
    NO_CSRF,
)


def check(**kwargs: object) -> list[CheckMessage]:
    """What is in MIDDLEWARE, and in which order."""
    missing = ((_SESSION, NO_SESSION), (_AUTHENTICATION, NO_AUTHENTICATION), (_CSRF, NO_CSRF))
    found = [finding.message() for path, finding in missing if middleware_position(path) is None]
    return [*found, *_check_framing()]


def _check_framing() -> list[CheckMessage]:
    ours, frame_options = middleware_position(MIDDLEWARE), middleware_position(_FRAME_OPTIONS)
    found = []
    if ours is None and frame_options is not None:
        found.append(LOGIN_NOT_FRAMEABLE.message())
    if ours is None and frame_options is None and not _policy_names_ancestors():
        found.append(LOGIN_FRAMEABLE_BY_ANYBODY.message())
    cors = middleware_position(CORS_MIDDLEWARE)
    if ours is not None and cors is not None and cors < ours:
        found.append(TOO_LOW.message())
    if frame_options is not None and str(settings.X_FRAME_OPTIONS).upper() not in ("DENY", "SAMEORIGIN"):
        found.append(FRAME_OPTIONS_IGNORED.message())
    return found


def _policy_names_ancestors() -> bool:
    policy = getattr(settings, "SECURE_CSP", None)
    return (
        isinstance(policy, dict) and "frame-ancestors" in policy and middleware_position(_CONTENT_SECURITY) is not None
    )
