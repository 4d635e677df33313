"""Reading when a rate limit ends.

Rocket.Chat sends no `Retry-After`. It sends `X-RateLimit-Limit`, `-Remaining` and `-Reset`, the last in milliseconds
since the epoch by its own clock, and none of them to callers with the permission `api-bypass-rate-limit`
(apps/meteor/app/api/server/ApiClass.ts).
"""

import re
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime

from rocketchat_auth.rest.errors import RateLimit

DEFAULT_WAIT = 60.0
LONGEST_WAIT = 24 * 60 * 60.0

_WAIT_WORDS = re.compile(r"wait (\d{1,6}) seconds")


def rate_of(headers: Mapping[str, str], *, now: float) -> RateLimit | None:
    """The state of the limit that an answer tells, or None where it tells none."""
    limit, remaining = _number(headers.get("x-ratelimit-limit")), _number(headers.get("x-ratelimit-remaining"))
    wait = next(_waits_by_header(headers, now=now), None)
    if limit is None or remaining is None or wait is None:
        return None
    return RateLimit(limit=int(limit), remaining=int(remaining), reset_at=now + wait)


def wait_of(headers: Mapping[str, str], message: str, *, now: float) -> float:
    """Seconds to wait after a 429: by its header, else by its words, else a whole window."""
    waits = list(_waits_by_header(headers, now=now))
    words = _WAIT_WORDS.search(message)
    if words:
        waits.append(float(words[1]))
    return next(iter(waits), DEFAULT_WAIT)


def _waits_by_header(headers: Mapping[str, str], *, now: float) -> Iterator[float]:
    """The server's clock may be wrong: its `Date` says by how much. What is past all reason is left out."""
    reset = _number(headers.get("x-ratelimit-reset"))
    if reset is None:
        return
    for server_now in (_date(headers.get("date")), now):
        wait = reset / 1000 - server_now if server_now is not None else -1.0
        if 0 <= wait <= LONGEST_WAIT:
            yield wait


def _number(value: str | None) -> float | None:
    return float(value) if value and re.fullmatch(r"\d{1,15}", value) else None


def _date(value: str | None) -> float | None:
    try:
        return parsedate_to_datetime(value).timestamp() if value else None
    except ValueError:
        return None
