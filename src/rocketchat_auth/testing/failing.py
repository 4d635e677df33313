"""Making the stand-in fail, for tests of what happens then."""

import socket
import threading

import httpx2
from werkzeug.wrappers import Request, Response

HANG = 30.0
"""How long, in seconds, a call that "times out" is held at most."""


class Failure:
    """What the next calls meet instead of an answer: a status, `"timeout"` or `"drop"`.

    Args:
        kind: an HTTP status, `"timeout"` (no answer comes) or `"drop"` (the connection is closed without one).
        times: how many calls meet it; all, by default.
        path: only calls of this path meet it, such as `/api/v1/users.create`; all, by default.
    """

    def __init__(self, kind: int | str, *, times: int | None, path: str | None) -> None:
        if not isinstance(kind, int) and kind not in ("timeout", "drop"):
            raise ValueError('A failure is an HTTP status, "timeout" or "drop".')
        self._kind = kind
        self._left = times
        self._path = path
        self._lock = threading.Lock()
        self._over = threading.Event()

    def end(self) -> None:
        """Let go of the calls that are held."""
        self._over.set()

    def meets(self, path: str) -> bool:
        """Whether a call of that path fails; counts it."""
        if self._path is not None and path != self._path:
            return False
        with self._lock:
            if self._left == 0:
                return False
            if self._left is not None:
                self._left -= 1
            return True

    def happen(self, request: Request) -> Response:
        """Fail: answer with the status, or hold or drop the connection.

        Without a server, under `httpx2.WSGITransport`, the last two raise what httpx2 would.
        """
        if isinstance(self._kind, int):
            return Response(f"Stand-in: {self._kind}", self._kind, content_type="text/plain")
        connection = request.environ.get("rocketchat_auth.connection")
        if not isinstance(connection, socket.socket):
            if self._kind == "timeout":
                raise httpx2.ReadTimeout("The stand-in does not answer.")
            raise httpx2.RemoteProtocolError("The stand-in closed the connection.")
        if self._kind == "timeout":
            self._over.wait(HANG)
        connection.shutdown(socket.SHUT_RDWR)
        raise ConnectionAbortedError("The stand-in closed the connection.")
