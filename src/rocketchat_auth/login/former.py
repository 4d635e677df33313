"""A browser's memory of the chat login that it was given last, which may outlive its session.

A session may run out, and its cookie with it, or ``ROCKETCHAT_LOGOUT`` may be ``"none"``. Without this memory, the next
person at the same browser would meet the chat of the one before.
"""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from rocketchat_auth.login.identity import session_name

COOKIE = "rocketchat_auth_former"
_SALT = "rocketchat_auth.former_session"
# Rocket.Chat's own default for Accounts_LoginExpiration is 90 days.
_MAX_AGE = timedelta(days=90)


def remember_session(request: HttpRequest, response: HttpResponseBase) -> None:
    """Keep the name of the request's session, whose chat login ``response`` brings."""
    name = session_name(request.session)
    if not request.COOKIES.get(COOKIE, "").startswith(f"{name}:"):
        remember_former_session(response, name)


def remember_former_session(response: HttpResponseBase, name: str) -> None:
    """Keep the name of a session that ended while its chat login goes on."""
    response.set_signed_cookie(
        COOKIE,
        name,
        salt=_SALT,
        max_age=_MAX_AGE,
        path=settings.SESSION_COOKIE_PATH,
        domain=settings.SESSION_COOKIE_DOMAIN,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite=settings.SESSION_COOKIE_SAMESITE,
    )


def former_session(request: HttpRequest) -> str | None:
    """The name that :func:`remember_former_session` left in this browser."""
    name: str | None = request.get_signed_cookie(COOKIE, default=None, salt=_SALT)
    return name
