"""The site's cookies reach it from inside the chat's frame as the site means them to."""

from django.conf import settings
from django.core.checks import CheckMessage

from rocketchat_auth.checks.findings import Finding

SESSION_NOT_SECURE = Finding(
    "E081",
    "SESSION_COOKIE_SAMESITE is 'None' without SESSION_COOKIE_SECURE: browsers refuse such a cookie and "
    "nobody can sign in.",
    "SESSION_COOKIE_SECURE = True",
)
CSRF_NOT_SECURE = Finding(
    "E082",
    "CSRF_COOKIE_SAMESITE is 'None' without CSRF_COOKIE_SECURE: browsers refuse such a cookie and no form can be sent.",
    "CSRF_COOKIE_SECURE = True",
)
SESSION_NONE = Finding(
    "W081",
    "SESSION_COOKIE_SAMESITE is None, which leaves the attribute out, and browsers then take it for 'Lax'. To let the "
    "cookie through to a chat on another site it has to be the string 'None'.",
    'SESSION_COOKIE_SAMESITE = "None"',
)
CSRF_NONE = Finding(
    "W082",
    "CSRF_COOKIE_SAMESITE is None, which leaves the attribute out, and browsers then take it for 'Lax'. To let the "
    "cookie through to a chat on another site it has to be the string 'None'.",
    'CSRF_COOKIE_SAMESITE = "None"',
)
FINDINGS = (SESSION_NOT_SECURE, CSRF_NOT_SECURE, SESSION_NONE, CSRF_NONE)


def check(**kwargs: object) -> list[CheckMessage]:
    """SameSite and Secure of the session's and the CSRF cookie."""
    found = _check_cookie("SESSION_COOKIE", SESSION_NONE, SESSION_NOT_SECURE)
    if not settings.CSRF_USE_SESSIONS:
        found += _check_cookie("CSRF_COOKIE", CSRF_NONE, CSRF_NOT_SECURE)
    return found


def _check_cookie(prefix: str, none: Finding, not_secure: Finding) -> list[CheckMessage]:
    same_site: object = getattr(settings, f"{prefix}_SAMESITE")
    # Django leaves the attribute out for False as for None.
    if same_site is None or same_site is False:
        return [none.message()]
    if isinstance(same_site, str) and same_site.lower() == "none" and not getattr(settings, f"{prefix}_SECURE"):
        return [not_secure.message()]
    return []
