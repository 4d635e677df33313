"""What is measured, and what must hold while it is."""

import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from bench.load import CONNECTIONS, Measured, NotMeasured, Request, cookies, send, sign_in
from rocketchat_auth.testing import StandIn

API = "/rocketchat/api"
AFTERMATH = 0.3
"""Seconds in which the requests that the round before broke off come to their end."""

CALL = ("POST", "/api/v1/users.createToken")


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the table.

    Args:
        name: what the line says.
        url: the URL of the site that is asked.
        path: what is asked of it; `{}` is the chat's `_id` of a user.
        new_sessions: whether each request is the first of its session.
        upstream: how many calls of the chat each request may make.
        writes: whether the site's database may change.
    """

    name: str
    url: str
    path: str = API
    new_sessions: bool = False
    upstream: int = 0
    writes: bool = False


@dataclass(slots=True)
class Workbench:
    """All that the cases share."""

    folder: Path
    database: Path
    stand_in: StandIn
    origin: str
    rocketchat_ids: list[str]
    unused: Iterator[str]
    results: dict[str, list[Measured]] = field(default_factory=dict)

    def run(self, case: Case, seconds: int, prepared: int) -> None:
        """Measure one round of a case, and see that it did no more than it may."""
        requests = self._requests(case, seconds * prepared)
        time.sleep(AFTERMATH)
        self.stand_in.reset_calls()
        with sqlite3.connect(self.database) as connection:
            before = _version(connection)
            measured = send(
                requests,
                url=case.url,
                origin=self.origin,
                seconds=seconds,
                folder=self.folder,
                again=not case.new_sessions,
            )
            changed = _version(connection) != before
        connection.close()
        self._check(case, measured, changed=changed)
        self.results.setdefault(case.name, []).append(measured)

    def _requests(self, case: Case, number: int) -> list[Request]:
        if case.new_sessions:
            return [Request("POST", case.path, cookies(session)) for session in islice(self.unused, number)]
        if "{}" in case.path:
            return [Request("POST", case.path.format(user_id)) for user_id in self.rocketchat_ids]
        session = next(self.unused)
        if case.path != API:
            return [Request("POST", case.path, cookies(session))]
        # Its first call is another case, and so is the check of its token that a minute later brings.
        return [Request("POST", case.path, sign_in(case.url, case.path, session=session, origin=self.origin))]

    def warm_up(self, url: str, requests: list[Request]) -> None:
        """Send the requests for a second, whatever comes of it."""
        send(requests, url=url, origin=self.origin, seconds=1, folder=self.folder, again=True)

    def _check(self, case: Case, measured: Measured, *, changed: bool) -> None:
        calls = self.stand_in.calls
        # When the time is up, a request is on its way on each connection that nobody counts.
        fewest = case.upstream * measured.requests
        if not fewest <= len(calls) <= fewest + case.upstream * CONNECTIONS or {*calls} - {CALL}:
            raise NotMeasured(f"{case.name}: {measured.requests} requests made {len(calls)} calls of the chat.")
        if changed and not case.writes:
            raise NotMeasured(f"{case.name}: the site's database was written to.")


def _version(connection: sqlite3.Connection) -> int:
    """A number that changes whenever somebody else commits a change."""
    version: int = connection.execute("PRAGMA data_version").fetchone()[0]
    return version
