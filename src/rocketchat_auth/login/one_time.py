"""Codes that are good once and for a short while, by which a login gets to where the site's session is not."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet

from rocketchat_auth.accounts.wanted import password_marks
from rocketchat_auth.models import OneTimeCode
from rocketchat_auth.rest import Secret, service

Purpose = OneTimeCode.Purpose

CODE_BYTES = 32


def issue(purpose: Purpose, user: AbstractBaseUser, session: str, lifetime: timedelta) -> Secret:
    """A new code, to be shown to its user alone.

    Args:
        purpose: what it is good for; for nothing else.
        user: whom it signs in.
        session: the name of the session it is made in, as `identity.session_name` gives it.
        lifetime: how long it is good.
    """
    code = secrets.token_urlsafe(CODE_BYTES)
    deposit(purpose, digest_of(code), user, session, lifetime)
    return Secret(code)


def deposit(purpose: Purpose, digest: str, user: AbstractBaseUser, session: str, lifetime: timedelta) -> None:
    """Make a code good that somebody else made up, and of which only the digest is known here.

    Args:
        purpose: what it is good for; for nothing else.
        digest: SHA-256 of the code, in hexadecimal.
        user: whom it signs in.
        session: the name of the session it is made in.
        lifetime: how long it is good.

    Raises:
        django.db.IntegrityError: the same code was made good before.
    """
    now = service.now()
    OneTimeCode.objects.filter(expires_at__lte=now).delete()
    OneTimeCode.objects.create(
        purpose=purpose,
        digest=digest,
        user_id=user.pk,
        session=session,
        expires_at=now + lifetime,
        password_mark=password_marks(user)[0],
    )


def redeem(purpose: Purpose, code: str) -> OneTimeCode | None:
    """What `code` stands for, and the end of it; ``None`` where it is not good, or not any more."""
    good = find(purpose, code)
    # Of two that redeem at once, only one deletes it.
    if good is None or not OneTimeCode.objects.filter(pk=good.pk).delete()[0]:
        return None
    return good


def find(purpose: Purpose, code: str) -> OneTimeCode | None:
    """What `code` stands for, which goes on being good; ``None`` where it is not."""
    good = _good(purpose, code).select_related("user").first()
    # Whoever shows a code and then loses the session by a new password is not to get in by the code.
    return good if good is not None and good.password_mark in password_marks(good.user) else None


def end(session: str) -> None:
    """Let the codes end that were made in a session."""
    OneTimeCode.objects.filter(session=session).delete()


def end_all(sessions: Collection[str]) -> None:
    """Let the codes end that were made in any of these sessions."""
    OneTimeCode.objects.filter(session__in=sessions).delete()


def digest_of(code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(code.encode()).hexdigest()


def _good(purpose: Purpose, code: str) -> QuerySet[OneTimeCode]:
    return OneTimeCode.objects.filter(purpose=purpose, digest=digest_of(code), expires_at__gt=service.now())
