"""Calls of background work, which can wait: they keep to Rocket.Chat's rate limits instead of running into them."""

import threading
from collections.abc import Callable

from rocketchat_auth.rest.answer import Answer
from rocketchat_auth.rest.budget import Budget
from rocketchat_auth.rest.clock import Clock
from rocketchat_auth.rest.errors import CredentialsRefused, RateLimit, RateLimited, Refused
from rocketchat_auth.rest.shared_cache import SharedCache

PATIENCE = 10 * 60.0
REFUSALS = 5

# While nothing is known of a limit, any answer may end a wait: so often it is looked whether one did.
_GLANCE = 0.1


class _Endpoint:
    """The allowance of an endpoint, and how many calls of this process have no answer yet.

    A call may reach the server when the window is over in which it was taken: so those under way count in the next too.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._under_way = 0
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Count a call, and say whether it may be made. Whoever makes it tells what became of it."""
        with self._lock:
            taken = self._budget.take(under_way=self._under_way)
            self._under_way += taken
            return taken

    def wait(self) -> float:
        """Seconds until it is worth asking again."""
        wait = self._budget.wait()
        return wait if self._budget.is_known() else min(wait, _GLANCE)

    def answered(self, rate: RateLimit | None) -> None:
        """The answer told that of the limit."""
        with self._lock:
            self._under_way -= 1
            self._budget.learn(rate, under_way=self._under_way)

    def refused(self, reset_at: float) -> None:
        """The answer was a 429."""
        with self._lock:
            self._under_way -= 1
            self._budget.refused(reset_at)

    def unanswered(self) -> None:
        """There was no answer, or one that tells nothing."""
        with self._lock:
            self._under_way -= 1


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
        counted = self._endpoint(endpoint)
        too_late = self._clock.monotonic() + self._patience
        refusals = 0
        while True:
            self._wait(endpoint, counted, too_late)
            try:
                return _attempted(counted, attempt)
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

    def _wait(self, endpoint: str, counted: _Endpoint, too_late: float) -> None:
        while not counted.take():
            wait = counted.wait()
            if self._clock.monotonic() + wait > too_late:
                raise _held_back(endpoint, wait, self._clock.time())
            self._clock.sleep(wait)


def _attempted(counted: _Endpoint, attempt: Callable[[], Answer]) -> Answer:
    try:
        answer = attempt()
    except RateLimited as refusal:
        counted.refused(refusal.reset_at)
        raise
    except Refused as refusal:
        if isinstance(refusal, CredentialsRefused):  # before the server counted it
            counted.unanswered()
        else:
            counted.answered(refusal.rate)
        raise
    except BaseException:
        counted.unanswered()
        raise
    counted.answered(answer.rate)
    return answer


def _held_back(endpoint: str, wait: float, now: float) -> RateLimited:
    refusal = RateLimited("the calls that the server allows are used up; nothing was sent", endpoint=endpoint)
    refusal.wait = wait
    refusal.reset_at = now + wait
    return refusal
