"""A site with chat logins, and sweeps of it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.load import NotMeasured
from bench.sweep.child import Took
from bench.sweep.grants import SHARE
from bench.sync.limited import Waited
from bench.sync.measuring import run_module

# Nothing is called by these, but a client is made with them.
_ACCOUNT = {"BENCH_CHAT_USER_ID": "service", "BENCH_CHAT_AUTH_TOKEN": "token"}


@dataclass(frozen=True, slots=True)
class Measured:
    """A sweep that was measured."""

    grants: int
    what: str
    took: Took


@dataclass(frozen=True, slots=True)
class Place:
    """A site with so many chat logins."""

    grants: int
    values: dict[str, str]

    def sweep(self, what: str, *, over: int) -> Measured:
        """Measure one sweep, and see that it did what it was to do."""
        measured = Measured(self.grants, what, Took(**json.loads(run_module(self.values, "bench.sweep.child"))))
        took = measured.took
        if (took.logins, took.over, took.left) != (self.grants, over, 0):
            raise NotMeasured(f"{what}: {took}, and should have found {over} of {self.grants}.")
        return measured

    def end_some(self) -> int:
        """Let one session of a hundred be over; says how many that are."""
        run_module(self.values, "bench.sweep.grants", str(self.grants), "--over")
        return self.grants // SHARE


@contextmanager
def place(grants: int) -> Iterator[Place]:
    """A site with so many chat logins, each of which has a session that lives."""
    with TemporaryDirectory(prefix="rocketchat-auth-bench-") as folder:
        made = Place(grants, {"BENCH_DATABASE": str(Path(folder) / "site.sqlite3"), **_ACCOUNT})
        run_module(made.values, "bench.sweep.grants", str(grants))
        yield made


def limited(logins: int) -> Waited:
    """End that many chat logins within the rate limit."""
    with TemporaryDirectory(prefix="rocketchat-auth-bench-") as folder:
        values = {"BENCH_DATABASE": str(Path(folder) / "site.sqlite3")}
        waited = Waited(**json.loads(run_module(values, "bench.sweep.limited", str(logins))))
    if waited.status:
        raise NotMeasured(f"Within the rate limit, {waited.status} of {logins} were left.")
    return waited
