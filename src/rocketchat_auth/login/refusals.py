"""A refused sign-in as the web and the log see it."""

import logging
import secrets
from typing import cast

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from rocketchat_auth import rest, signals
from rocketchat_auth.accounts.refusals import RefusalReason, SignInRefused

logger = logging.getLogger("rocketchat_auth.login")

# Reasons that somebody who runs the site has to mend; the others are states to live with.
_FAULTS = {
    *(RefusalReason.UNAVAILABLE, RefusalReason.BUSY),
    *(RefusalReason.MISCONFIGURED, RefusalReason.UNEXPECTED),
}


class LoginRefused(Exception):
    """A signed-in person is not let into chat.

    ``reference`` stands in the log line of the refusal as well, so that a help desk finds it.
    ``retry_after`` is in seconds, where waiting helps.
    """

    def __init__(self, reason: RefusalReason, reference: str, retry_after: float | None) -> None:
        super().__init__(f"{reason} ({reference})")
        self.reason = reason
        self.reference = reference
        self.retry_after = retry_after


def refuse(request: HttpRequest, error: Exception, user: AbstractBaseUser | None = None) -> LoginRefused:
    """Log ``error``, tell the signal, and return the refusal to raise.

    ``user`` is who is refused, where it is not the one who is signed in. An error that nobody
    foresaw is logged with its traceback.
    """
    refused = _signed_in(request) if user is None else user
    refusal = _as_refusal(error)
    reference = secrets.token_hex(4).upper()
    level = logging.ERROR if refusal.reason in _FAULTS else logging.WARNING
    logger.log(
        level,
        "Sign-in to chat refused for the user with the primary key %s: %s [reference %s]",
        "unknown" if refused is None else refused.pk,
        refusal,
        reference,
        exc_info=error if refusal.reason is RefusalReason.UNEXPECTED else None,
    )
    signals.login_refused.send_robust(
        sender=LoginRefused,
        request=request,
        user=refused,
        reason=refusal.reason,
        reference=reference,
    )
    return LoginRefused(refusal.reason, reference, refusal.retry_after)


def _as_refusal(error: Exception) -> SignInRefused:
    match error:
        case SignInRefused():
            return error
        case rest.RateLimited():
            return SignInRefused(RefusalReason.BUSY, str(error), retry_after=error.wait)
        case rest.Inactive():
            return SignInRefused(RefusalReason.INACTIVE, str(error))
        case rest.Unavailable():
            return SignInRefused(RefusalReason.UNAVAILABLE, str(error))
        case rest.RocketChatError() | ImproperlyConfigured():
            return SignInRefused(RefusalReason.MISCONFIGURED, str(error))
        case _:
            return SignInRefused(RefusalReason.UNEXPECTED, "a fault, which the traceback shows")


def _signed_in(request: HttpRequest) -> AbstractBaseUser | None:
    """Who is signed in; ``None`` where that cannot be told, because the site's database is down perhaps."""
    try:
        is_known = request.user.is_authenticated
    except Exception:  # noqa: BLE001 - what failed is being logged already
        return None
    return cast("AbstractBaseUser", request.user) if is_known else None
