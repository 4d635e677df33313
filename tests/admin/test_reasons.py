"""What people read where something could not be done."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from rocketchat_auth import rest
from rocketchat_auth.admin.reasons import advice, meets_everybody


def rate_limited() -> rest.RateLimited:
    error = rest.RateLimited("too many", status=429)
    error.wait = 41.2
    return error


@pytest.mark.parametrize(
    "error, words",
    [
        (rate_limited(), "for 42 s"),
        (rest.TimedOut("v1/users.logout took too long"), "does not answer"),
        (rest.CredentialsRefused("no", status=401), "ROCKETCHAT_AUTH_TOKEN"),
        (rest.PermissionRefused("no", status=403), "the permission delete-user"),
        (rest.NotFound("no", status=404), "gone in Rocket.Chat"),
        (rest.Federated("no", status=400), "another server"),
        (rest.SecondFactorRequired("totp", status=400), "Ignore Two Factor Authentication"),
        (rest.InvalidField("what Rocket.Chat said", status=400), "what Rocket.Chat said"),
        (ImproperlyConfigured("a setting is wrong"), "a setting is wrong"),
    ],
)
def test_what_came_in_between_is_said_with_what_to_do(error: Exception, words: str) -> None:
    assert words in advice(error, "delete-user")


@pytest.mark.parametrize(
    "error",
    [
        rate_limited(),
        rest.TimedOut(),
        rest.CredentialsRefused(),
        rest.PermissionRefused(),
        rest.SecondFactorRequired(),
        ImproperlyConfigured(),
    ],
)
def test_what_the_next_account_would_meet_too_ends_the_work(error: Exception) -> None:
    assert meets_everybody(error)


@pytest.mark.parametrize("error", [rest.NotFound(), rest.Federated(), rest.InvalidField(), rest.Refused()])
def test_what_is_about_one_account_does_not(error: Exception) -> None:
    assert not meets_everybody(error)
