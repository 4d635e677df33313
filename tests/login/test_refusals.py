import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from rocketchat_auth import rest
from rocketchat_auth.accounts.refusals import RefusalReason, SignInRefused
from rocketchat_auth.login.refusals import refuse


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
