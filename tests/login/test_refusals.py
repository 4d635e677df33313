import logging

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils.functional import SimpleLazyObject

from rocketchat_auth import rest, signals
from rocketchat_auth.accounts.refusals import RefusalReason, SignInRefused
from rocketchat_auth.login.refusals import refuse
from tests.signal_log import received


def rate_limited() -> rest.RateLimited:
    refusal = rest.RateLimited("slow down", status=429)
    refusal.wait = 12
    return refusal


@pytest.mark.parametrize(
    "error, reason, retry_after",
    [
        (SignInRefused(RefusalReason.NO_EMAIL, "none"), RefusalReason.NO_EMAIL, None),
        (rate_limited(), RefusalReason.BUSY, 12),
        (rest.Inactive("User is not activated"), RefusalReason.INACTIVE, None),
        (rest.TimedOut("late"), RefusalReason.UNAVAILABLE, None),
        (rest.PermissionRefused("no"), RefusalReason.MISCONFIGURED, None),
        (rest.SecondFactorRequired("TOTP Required"), RefusalReason.MISCONFIGURED, None),
        (ImproperlyConfigured("ROCKETCHAT_URL is missing"), RefusalReason.MISCONFIGURED, None),
        (OperationalError("disk I/O error"), RefusalReason.UNEXPECTED, None),
    ],
)
def test_every_error_has_a_reason_a_person_can_be_told(
    error: Exception, reason: RefusalReason, retry_after: float | None, rf: RequestFactory
) -> None:
    request = rf.get("/")
    request.user = User(pk=1)

    refusal = refuse(request, error)

    assert (refusal.reason, refusal.retry_after) == (reason, retry_after)
    assert refusal.reference in str(refusal)


@pytest.mark.parametrize(
    "error, has_traceback", [(RuntimeError("a fault"), True), (SignInRefused(RefusalReason.CONFLICT, "taken"), False)]
)
def test_only_what_nobody_foresaw_is_logged_with_its_traceback(
    error: Exception, has_traceback: bool, rf: RequestFactory, caplog: pytest.LogCaptureFixture
) -> None:
    request = rf.get("/")
    request.user = User(pk=1)

    refusal = refuse(request, error)

    [record] = caplog.records
    assert refusal.reference in record.getMessage()
    assert (record.levelno == logging.ERROR) is has_traceback
    assert bool(record.exc_info and record.exc_info[1] is error) is has_traceback


def test_a_site_that_cannot_tell_who_is_signed_in_tells_of_the_refusal_all_the_same(
    rf: RequestFactory, caplog: pytest.LogCaptureFixture
) -> None:
    def load() -> User:
        raise OperationalError("disk I/O error")

    request = rf.get("/")
    request.user = SimpleLazyObject(load)  # type: ignore[assignment]

    assert of_nobody(request) == {"user": None, "reason": RefusalReason.UNEXPECTED}
    assert "unknown" in caplog.text


def test_who_is_not_signed_in_is_nobody(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()

    assert of_nobody(request) == {"user": None, "reason": RefusalReason.UNEXPECTED}


def of_nobody(request: HttpRequest) -> dict[str, object]:
    with received(signals.login_refused) as told:
        refuse(request, RuntimeError("a fault"))
    [arguments] = told
    return {name: arguments[name] for name in ("user", "reason")}
