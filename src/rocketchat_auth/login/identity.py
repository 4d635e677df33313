"""Which session a request belongs to, as a name that gives the session key away to nobody."""

import hashlib
import secrets
from functools import lru_cache
from typing import cast

from django.conf import settings
from django.contrib.sessions.backends import db, signed_cookies
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.http import HttpRequest

from rocketchat_auth.login.prepared import Prepared

# A signed-cookie session has no key that stays: its data carries a name instead.
_HANDLE = "_rocketchat_auth_session"


def session_name(session: SessionBase) -> str:
    """The name of ``session``, which is saved first where it has no key yet."""
    if isinstance(session, signed_cookies.SessionStore):
        if _HANDLE not in session:
            session[_HANDLE] = secrets.token_urlsafe(32)
        return _digest(session[_HANDLE])
    if not session.session_key:
        session.save()
    return _digest(str(session.session_key))


def existing_session_name(session: SessionBase) -> str | None:
    """The name of ``session``, or ``None`` where it can have no login token yet."""
    if isinstance(session, signed_cookies.SessionStore):
        handle = session.get(_HANDLE)
        return _digest(handle) if isinstance(handle, str) else None
    return _digest(session.session_key) if session.session_key else None


def session_goes_on(session: SessionBase) -> bool:
    """Whether nobody signed out of ``session`` since this request loaded it.

    A signed-cookie session is in the browser's hands alone and always goes on.
    """
    if isinstance(session, signed_cookies.SessionStore) or session.session_key is None:
        return True
    if isinstance(session, db.SessionStore) and type(session).exists is db.SessionStore.exists:
        return _rows_of(cast("type[AbstractBaseSession]", session.model)).first(session.session_key) is not None
    return session.exists(session.session_key)


@lru_cache(maxsize=4)
def _rows_of(model: type[AbstractBaseSession]) -> Prepared:
    return Prepared(model, "session_key", ["session_key"])


def name_of_key(session_key: str) -> str | None:
    """The name of the session that the cookie value ``session_key`` stands for.

    ``None`` where the value is no session that can have had a login token.
    """
    if settings.SESSION_ENGINE == "django.contrib.sessions.backends.signed_cookies":
        handle = signed_cookies.SessionStore(session_key).load().get(_HANDLE)
        return _digest(handle) if isinstance(handle, str) else None
    return _digest(session_key)


def cookie_key(request: HttpRequest) -> str | None:
    """The session key with which the browser came, whatever became of it since."""
    return request.COOKIES.get(settings.SESSION_COOKIE_NAME) or None


def _digest(value: str) -> str:
    return hashlib.sha256(b"rocketchat_auth.session" + value.encode()).hexdigest()
