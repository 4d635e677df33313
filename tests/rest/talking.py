"""Talking to a Rocket.Chat whose answers a test writes itself."""

from collections.abc import Callable, Mapping
from typing import Any

import httpx2

from rocketchat_auth.rest import Breaker, Client, Credentials
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock

BASE = "https://chat.example.com"
TOKEN = "tOkEn-of-the-service-account-0123456789abcd"
SERVICE_ACCOUNT = Credentials("serviceAccountId1", TOKEN)

Step = httpx2.Response | Exception | Callable[[httpx2.Request], httpx2.Response]


class Script:
    """A transport's handler that gives one answer after another, and keeps what was asked.

    Args:
        steps: the answers; the last one goes on for ever.
    """

    def __init__(self, *steps: Step) -> None:
        self._steps = list(steps)
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        if isinstance(step, Exception):
            raise step
        return step if isinstance(step, httpx2.Response) else step(request)

    @property
    def paths(self) -> list[str]:
        """The path of each request."""
        return [request.url.path for request in self.requests]


def says_yes(headers: Mapping[str, str] | None = None, **body: Any) -> httpx2.Response:
    return httpx2.Response(200, json={**body, "success": True}, headers=headers)


def says_no(
    error: str, error_type: str = "", *, status: int = 400, headers: Mapping[str, str] | None = None, **more: Any
) -> httpx2.Response:
    body = {"success": False, "error": error, **({"errorType": error_type} if error_type else {}), **more}
    return httpx2.Response(status, json=body, headers=headers)


def client_of(
    handler: Callable[[httpx2.Request], httpx2.Response],
    *,
    clock: FakeClock | None = None,
    breaker: Breaker | None = None,
    base_url: str = BASE,
    credentials: Credentials = SERVICE_ACCOUNT,
) -> Client:
    """A client whose requests go to the handler."""
    return Client(
        base_url,
        credentials=credentials,
        connect_timeout=2.0,
        read_timeout=5.0,
        transport=httpx2.MockTransport(handler),
        clock=clock or FakeClock(),
        breaker=breaker,
    )


def client_for(stand_in: StandIn, clock: FakeClock, credentials: Credentials | None = None) -> Client:
    """A client of the stand-in, by default with its administrator's token, which bypasses the second factor."""
    admin = Credentials(stand_in.admin.user_id, stand_in.admin.auth_token)
    return Client(
        BASE,
        credentials=credentials or admin,
        connect_timeout=2.0,
        read_timeout=5.0,
        transport=httpx2.WSGITransport(app=stand_in.wsgi),
        clock=clock,
    )
