import copy
import pickle

import pytest

from rocketchat_auth.rest import (
    BadAnswer,
    BreakerOpen,
    RateLimited,
    Refused,
    RocketChatError,
    SecondFactorRequired,
    Taken,
    TimedOut,
    Unavailable,
)
from rocketchat_auth.rest import errors as module


def test_every_error_has_the_one_base() -> None:
    errors = [thing for thing in vars(module).values() if isinstance(thing, type) and issubclass(thing, BaseException)]

    assert len(errors) == 20
    assert all(issubclass(error, RocketChatError) for error in errors)
    assert all(issubclass(error, (Unavailable, Refused)) for error in errors if error is not RocketChatError)


def test_a_refusal_says_what_was_called_and_all_that_rocketchat_said() -> None:
    refusal = Refused("Not authorized", status=400, code="error-not-authorized", endpoint="v1/users.createToken")

    assert str(refusal) == "v1/users.createToken refused: Not authorized (400, error-not-authorized)"


def test_a_refusal_of_which_nothing_is_known_is_still_a_sentence() -> None:
    assert str(Refused()) == "Rocket.Chat refused: no reason given (no status)"


@pytest.mark.parametrize(
    "error",
    [
        TimedOut("Too late.", endpoint="v1/me"),
        BadAnswer("What is that?", endpoint="v1/me", status=502),
        BreakerOpen("Not now.", endpoint="v1/me", wait=12.5),
        Refused("No.", status=400, error_type="a", code="b", endpoint="v1/me", details={"field": "x"}),
    ],
)
def test_errors_survive_copying_and_pickling_with_all_they_know(error: RocketChatError) -> None:
    for twin in copy.copy(error), pickle.loads(pickle.dumps(error)):  # noqa: S301 - our own pickle
        assert type(twin) is type(error)
        assert str(twin) == str(error)
        assert vars(twin) == vars(error)


def test_a_second_factor_is_named_with_its_mend() -> None:
    refusal = SecondFactorRequired(
        "TOTP Required",
        status=400,
        code="totp-required",
        endpoint="v1/users.update",
        details={"method": "password", "availableMethods": ["totp", "email", "password", 7]},
    )

    assert refusal.methods == ("password", "totp", "email")
    assert "Ignore Two Factor Authentication" in str(refusal)
    assert "ROCKETCHAT_AUTH_TOKEN" in str(refusal)


def test_a_second_factor_of_the_account_itself_has_another_mend() -> None:
    refusal = SecondFactorRequired("TOTP Required", status=401, endpoint="v1/login")

    assert refusal.methods == ()
    assert "ROCKETCHAT_LOGIN_SOURCE" in str(refusal)
    assert "ROCKETCHAT_AUTH_TOKEN" not in str(refusal)


def test_what_is_not_told_is_empty() -> None:
    assert Taken().field == ""
    assert RateLimited().wait == RateLimited().reset_at == 0.0
    assert Refused().rate is None
