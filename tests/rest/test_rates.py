from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from rocketchat_auth.rest import RateLimit
from rocketchat_auth.rest.rates import DEFAULT_WAIT, rate_of, wait_of

NOW = 1_800_000_000.0
WORDS = "Error, too many requests. Please slow down. You must wait 49 seconds before trying this endpoint again."


def headers(*, limit: str = "10", remaining: str = "7", reset: str, date: float | None = None) -> dict[str, str]:
    found = {"x-ratelimit-limit": limit, "x-ratelimit-remaining": remaining, "x-ratelimit-reset": reset}
    if date is not None:
        found["date"] = format_datetime(datetime.fromtimestamp(date, UTC), usegmt=True)
    return found


def reset_in(seconds: float, clock_of_server: float = NOW) -> str:
    return f"{(clock_of_server + seconds) * 1000:.0f}"


def test_the_reset_header_is_in_milliseconds_since_the_epoch() -> None:
    assert rate_of(headers(reset=reset_in(42.5)), now=NOW) == RateLimit(limit=10, remaining=7, reset_at=NOW + 42.5)


@pytest.mark.parametrize("ahead", [-500.0, 500.0])
def test_a_server_whose_clock_is_wrong_is_believed_by_its_own_date(ahead: float) -> None:
    found = headers(reset=reset_in(30, NOW + ahead), date=NOW + ahead)

    assert rate_of(found, now=NOW) == RateLimit(10, 7, NOW + 30)


@pytest.mark.parametrize("date", [NOW - 400 * 86400, NOW + 400 * 86400])
def test_a_date_that_cannot_be_right_is_not_gone_by(date: float) -> None:
    assert rate_of(headers(reset=reset_in(30), date=date), now=NOW) == RateLimit(10, 7, NOW + 30)


def test_a_date_that_is_no_date_is_not_gone_by() -> None:
    found = {**headers(reset=reset_in(30)), "date": "half past nine"}

    assert rate_of(found, now=NOW) == RateLimit(10, 7, NOW + 30)


def test_callers_without_a_limit_are_told_none() -> None:
    assert rate_of({}, now=NOW) is None


@pytest.mark.parametrize(
    "found",
    [
        headers(reset=""),
        headers(reset="soon"),
        headers(reset="-5"),
        headers(reset=reset_in(-3)),
        headers(reset=reset_in(30), limit=""),
        headers(reset=reset_in(30), remaining="many"),
        headers(reset=reset_in(2 * 86400)),
    ],
)
def test_headers_that_make_no_sense_tell_no_limit(found: dict[str, str]) -> None:
    assert rate_of(found, now=NOW) is None


def test_after_a_429_one_waits_until_the_header_says() -> None:
    assert wait_of(headers(reset=reset_in(12)), WORDS, now=NOW) == 12


def test_without_the_header_one_waits_as_long_as_the_words_say() -> None:
    assert wait_of({}, WORDS, now=NOW) == 49


def test_without_either_one_waits_a_whole_window() -> None:
    assert wait_of({}, "Too many requests", now=NOW) == DEFAULT_WAIT
