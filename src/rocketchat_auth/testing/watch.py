"""`GET /stand-in/watch`: tells a page when its login has ended."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.wrappers import Request, Response

from rocketchat_auth.testing.store import Document
from rocketchat_auth.testing.workspace import Workspace

LONGEST = 25.0
STEP = 0.1


class Watch:
    """Answers as soon as a login token is dead, or when the wait is over.

    A real workspace closes the client's socket within 0.3 s; the stand-in looks every tenth of a second, because
    tokens are also removed by those who write to its MongoDB.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._closing = threading.Event()
        self._counting = threading.Lock()
        self.watching = 0
        """How many pages are waiting at this moment."""

    def close(self) -> None:
        """Let go of all who wait."""
        self._closing.set()

    def open(self) -> None:
        """Let callers wait, also after `close`."""
        self._closing.clear()

    def answer(self, request: Request) -> Response:
        """Wait for the end of the login whose credentials the headers bear."""
        user_id = request.headers.get("X-User-Id", "")
        token = request.headers.get("X-Auth-Token", "")
        wait = min(max(request.args.get("wait", LONGEST, type=float), 0.0), LONGEST)
        with self._counted():
            user = self._wait_for_end(user_id, token, wait)
        answer: Document = {"alive": False}
        if user is not None:
            answer = {"alive": True, "username": user["username"], "name": user.get("name")}
        response = Response(json.dumps(answer), content_type="application/json")
        response.headers["Cache-Control"] = "no-store"
        return response

    def _wait_for_end(self, user_id: str, token: str, wait: float) -> Document | None:
        deadline = time.monotonic() + wait
        while user := self._user(user_id, token):
            left = deadline - time.monotonic()
            if left <= 0 or self._closing.wait(min(STEP, left)):
                break
        return user

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._counting:
            self.watching += 1
        try:
            yield
        finally:
            with self._counting:
                self.watching -= 1

    def _user(self, user_id: str, token: str) -> Document | None:
        with self._workspace.lock:
            holder = self._workspace.holder(user_id, token)
        return None if holder is None else holder[0]
