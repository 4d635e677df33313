"""One sweep in a process that does nothing else: `python -m bench.sweep.child` prints what it took as JSON.

The chat is a few lines in the same process, which say yes to everything: what is measured is the sweep.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from bench.sync.child import UNITS_IN_MIB

ALL = 10**9


@dataclass(frozen=True, slots=True)
class Took:
    """What a sweep took.

    Args:
        logins: how many chat logins were looked at.
        over: of how many the session was over.
        left: how many still have to be ended in chat.
        queries: what the site's database was asked.
        calls: what Rocket.Chat was asked.
        seconds: by the clock on the wall.
        cpu: seconds of computing.
        mib: the peak of its memory, the interpreter and all libraries included.
    """

    logins: int
    over: int
    left: int
    queries: int
    calls: int
    seconds: float
    cpu: float
    mib: float


class Counting:
    """Counts the queries of a connection."""

    def __init__(self) -> None:
        self.queries = 0

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        self.queries += 1
        return execute(*arguments)


def sweep() -> Took:
    """Look at all chat logins, and end in chat whatever is over."""
    import httpx2
    from django.db import connection

    from rocketchat_auth.login import sweeping
    from rocketchat_auth.rest.service import install_transport

    calls: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        calls.append(request.url.path)
        return httpx2.Response(200, json={"status": "success", "data": {}})

    install_transport(httpx2.MockTransport(answer))
    counting = Counting()
    began, computed = time.monotonic(), time.process_time()
    with connection.execute_wrapper(counting):
        looked, revoked = sweeping.sweep(ALL)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / UNITS_IN_MIB
    seconds, cpu = time.monotonic() - began, time.process_time() - computed
    return Took(looked.logins, looked.over, revoked.left, counting.queries, len(calls), seconds, cpu, peak)


def _main() -> None:
    import django

    django.setup()
    json.dump(asdict(sweep()), sys.stdout)


if __name__ == "__main__":
    _main()
