"""Calls of background work, which can wait: they keep to Rocket.Chat's rate limits instead of running into them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rocketchat_auth.rest.answer import Answer
from rocketchat_auth.rest.budget import Budget
from rocketchat_auth.rest.clock import Clock
from rocketchat_auth.rest.errors import CredentialsRefused, RateLimited, Refused
from rocketchat_auth.rest.shared_cache import SharedCache

PATIENCE = 10 * 60.0
REFUSALS = 5

# While nothing is known of a limit, any answer may end a wait: so often it is looked whether one did.
_GLANCE = 0.1


@dataclass
class _Endpoint:
    """The allowance of an endpoint, and the calls of this process that have no answer yet."""

    budget: Budget
    under_way: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """While a call has no answer."""
        with self.lock:
            self.under_way += 1
        try:
            yield
        finally:
            with self.lock:
                self.under_way -= 1


class Pacer:
    """Lets calls wait for their turn. Rocket.Chat counts them by endpoint and address, so all workers share the count.

    An answer without `X-RateLimit-*` is taken to mean that the caller has no limit. So all calls of one endpoint are to
    be made with the same credentials, those of the service account. Safe to share between threads.

    Args:
        cache: where workers share what is known of the limits; without one each process goes by what it knows itself.
        clock: the time.
        patience: how many seconds one call may wait altogether.
        refusals: after so many answers of 429 a call is given up, though there were time left.
    """

    def __init__(
        self, cache: SharedCache, clock: Clock, *, patience: float = PATIENCE, refusals: int = REFUSALS
    ) -> None:
        self._cache = cache
        self._clock = clock
        self._patience = patience
        self._refusals = refusals
        self._lock = threading.Lock()
        self._endpoints: dict[str, _Endpoint] = {}

    def ask(self, endpoint: str, attempt: Callable[[], Answer]) -> Answer:
        """Make an attempt when its turn has come; where the answer is a 429, again after the wait that it tells.

        A call that was answered with 429 was not executed: any may be made again.

        Args:
            endpoint: what is called, such as `v1/users.create`.
            attempt: makes the call once.

        Raises:
            RateLimited: its turn would come too late, or it was answered with 429 too often.
            RocketChatError: as the attempt does.
        """
        known = self._endpoint(endpoint)
        too_late = self._clock.monotonic() + self._patience
        refusals = 0
        while True:
            self._wait(endpoint, known.budget, too_late)
            try:
                return self._attempted(known, attempt)
            except RateLimited:
                refusals += 1
                if refusals >= self._refusals:
                    raise

    def _endpoint(self, endpoint: str) -> _Endpoint:
        # A route with a name behind it, such as v1/settings/:_id, is one endpoint.
        name = "/".join(endpoint.split("/")[:2])
        with self._lock:
            if name not in self._endpoints:
                budget = Budget(self._cache, f"calls-{name}", self._clock, silence_is_unlimited=True)
                self._endpoints[name] = _Endpoint(budget)
            return self._endpoints[name]

    def _wait(self, endpoint: str, budget: Budget, too_late: float) -> None:
        while not budget.take():
            wait = budget.wait()
            if self._clock.monotonic() + wait > too_late:
                raise _held_back(endpoint, wait, self._clock.time())
            self._clock.sleep(wait if budget.is_known() else min(wait, _GLANCE))

    def _attempted(self, known: _Endpoint, attempt: Callable[[], Answer]) -> Answer:
        try:
            with known.asking():
                answer = attempt()
        except RateLimited as refusal:
            known.budget.refused(refusal.reset_at)
            raise
        except CredentialsRefused:  # before anything was counted
            raise
        except Refused as refusal:
            known.budget.learn(refusal.rate, under_way=known.under_way)
            raise
        known.budget.learn(answer.rate, under_way=known.under_way)
        return answer


def _held_back(endpoint: str, wait: float, now: float) -> RateLimited:
    refusal = RateLimited("the calls that the server allows are used up; nothing was sent", endpoint=endpoint)
    refusal.wait = wait
    refusal.reset_at = now + wait
    return refusal
