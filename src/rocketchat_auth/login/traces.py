"""What is kept of a session beside its chat login, so that it is found later that the session is over."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.backends import signed_cookies
from django.contrib.sessions.backends.base import SessionBase
from django.core import signing
from django.utils import timezone

from rocketchat_auth.accounts.wanted import password_mark
from rocketchat_auth.login.encryption import seal, unseal
from rocketchat_auth.rest import Secret, service

_PURPOSE = b"rocketchat_auth.session_key"


@dataclass(frozen=True, slots=True)
class Trace:
    """The columns of `LoginToken` that tell of a session.

    Args:
        sealed_key: the session key, encrypted; empty where the session has none that stays.
        password_mark: a digest of what Django ends the session by when the password changes, or "".
        expires_at: when the session is over unless it is prolonged; None where nothing is known of it.
    """

    sealed_key: bytes = field(default=b"", repr=False)
    password_mark: str = ""
    expires_at: datetime | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """Their values by their names."""
        return {"sealed_key": self.sealed_key, "password_mark": self.password_mark, "expires_at": self.expires_at}


NO_TRACE = Trace()


def trace_of(session: SessionBase) -> Trace:
    """What to keep of ``session``, which has been saved before.

    It is not loaded for that: where nobody did, Django has not got the user from it, and it has no say in who that is.
    """
    auth_hash = session.get(HASH_SESSION_KEY) if session.accessed else None
    mark = password_mark(auth_hash) if auth_hash else ""
    if isinstance(session, signed_cookies.SessionStore):
        return Trace(b"", mark, _end_of_cookie(session))
    age = session.get_expiry_age() if session.accessed else session.get_session_cookie_age()
    return Trace(sealed(str(session.session_key)), mark, service.now() + timedelta(seconds=age))


def sealed(session_key: str) -> bytes:
    """A session key as a row keeps it."""
    return seal(Secret(session_key), _PURPOSE)


def key_in(sealed_key: bytes | memoryview) -> str | None:
    """The session key that a row keeps, or ``None`` where it keeps none, or none that a key of the site opens."""
    key = unseal(sealed_key, _PURPOSE) if sealed_key else None
    return key.reveal() if key is not None else None


def _end_of_cookie(session: signed_cookies.SessionStore) -> datetime:
    """When Django does not take the browser's cookie any more, or the one that the coming answer brings."""
    signed_at = service.now()
    if not (session.modified or settings.SESSION_SAVE_EVERY_REQUEST):
        signed_at = _signed_at(str(session.session_key)) or signed_at
    return signed_at + timedelta(seconds=session.get_session_cookie_age())


def _signed_at(cookie: str) -> datetime | None:
    """The time that ``django.core.signing`` has put into a cookie, which Django has verified."""
    parts = cookie.rsplit(":", 2)
    try:
        moment = datetime.fromtimestamp(signing.b62_decode(parts[-2]), UTC)
    except (IndexError, ValueError, OverflowError, OSError):
        return None
    return moment if settings.USE_TZ else timezone.make_naive(moment)
