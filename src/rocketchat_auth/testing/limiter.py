"""The rate limiter of the REST API: ten calls a minute per route and address.

A window belongs to the route, not to the caller: it begins when the former has ended, and with it the counts of all
addresses (Meteor's RateLimiter, which Rocket.Chat uses).
"""

import math
from dataclasses import dataclass, field
from typing import Protocol

CALLS = 10
WINDOW = 60.0


class TellsTime(Protocol):
    """What the limiter needs of a clock."""

    def time(self) -> float:
        """The time in seconds since the epoch."""
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a call is allowed, and what the X-RateLimit headers say."""

    allowed: bool
    remaining: int
    reset_at: float
    wait: int
    """Whole seconds to wait, as the text of the refusal names them."""

    def headers(self) -> dict[str, str]:
        """The headers of the answer; the reset is in milliseconds since the epoch."""
        return {
            "X-RateLimit-Limit": str(CALLS),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": str(round(self.reset_at * 1000)),
        }


@dataclass
class _Window:
    ends: float
    calls: dict[str, int] = field(default_factory=dict)


class RateLimiter:
    """Counts calls per route and address."""

    def __init__(self, clock: TellsTime) -> None:
        self._clock = clock
        self._windows: dict[str, _Window] = {}

    def count(self, route: str, address: str) -> Verdict:
        """Count one call, and say whether it is allowed."""
        now = self._clock.time()
        window = self._windows.get(route)
        if window is None or now >= window.ends:
            window = self._windows[route] = _Window(now + WINDOW)
        used = window.calls[address] = window.calls.get(address, 0) + 1
        return Verdict(used <= CALLS, max(0, CALLS - used), window.ends, math.ceil(window.ends - now))

    def reset(self) -> None:
        """Forget all calls."""
        self._windows.clear()
