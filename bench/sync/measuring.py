"""One site and one chat, and syncs between them."""

import json
import math
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.load import NotMeasured
from bench.site_server import ROOT, environment
from bench.sync.chat import CHANNEL, TEAM, Chat, chat
from bench.sync.child import Took
from bench.sync.limited import Waited
from bench.sync.people import GROUP

UNCHANGED, CHANGED = 0, 3
LONGEST = 3600.0

# What ROCKETCHAT_CONCURRENCY is unless a site says otherwise.
USUAL = 4

PAGE = 100
HANDFUL = 10
"""Calls that a sync makes whatever the number of accounts: settings, roles, and some for each room and team."""

# The administrator and the bot that every workspace has.
NOT_OF_THE_SITE = 2


@dataclass(frozen=True, slots=True)
class Measured:
    """A sync that was measured."""

    users: int
    what: str
    took: Took
    calls: Counter[str]

    @property
    def per_second(self) -> float:
        """Users a second."""
        return self.users / self.took.seconds

    @property
    def most_calls(self) -> int:
        """What it may make if nothing changed."""
        return math.ceil((self.users + NOT_OF_THE_SITE) / PAGE) + HANDFUL


@dataclass(frozen=True, slots=True)
class Place:
    """A site with its chat."""

    users: int
    chat: Chat
    values: dict[str, str]

    def sync(self, what: str, *, concurrency: int = USUAL, status: int = UNCHANGED) -> Measured:
        """Measure one sync, and see that it did what it was to do."""
        self.chat.calls()
        done = run_module({**self.values, "BENCH_CONCURRENCY": str(concurrency)}, "bench.sync.child")
        measured = Measured(self.users, what, Took(**json.loads(done)), self.chat.calls())
        if measured.took.status != status:
            raise NotMeasured(f"{what}: the exit status was {measured.took.status}, and should have been {status}.")
        return measured

    def fill(self, *, linked: bool) -> None:
        """Make the site's users."""
        run_module(self.values, "bench.sync.people", str(self.users), *(["--linked"] if linked else []))


@contextmanager
def place(users: int, *, linked: bool, seconds: float = 0.0) -> Iterator[Place]:
    """A site with its chat.

    Args:
        users: how many users the site has.
        linked: whether their chat accounts are all there and linked; else none is there.
        seconds: how long each answer of the chat takes at least.
    """
    people = users if linked else 0
    with TemporaryDirectory(prefix="rocketchat-auth-bench-") as folder, chat(people, seconds=seconds) as workspace:
        groups = {GROUP: {"roles": [workspace.role], "channels": [CHANNEL], "teams": [TEAM]}}
        values = {
            "BENCH_DATABASE": str(Path(folder) / "site.sqlite3"),
            "BENCH_CHAT_URL": workspace.url,
            "BENCH_CHAT_USER_ID": workspace.user_id,
            "BENCH_CHAT_AUTH_TOKEN": workspace.auth_token,
            "BENCH_GROUPS": json.dumps(groups),
        }
        made = Place(users, workspace, values)
        made.fill(linked=linked)
        yield made


def limited(users: int, folder: Path) -> Waited:
    """Set up that many accounts without the permission to ignore rate limits."""
    waited = Waited(
        **json.loads(run_module({"BENCH_DATABASE": str(folder / "site.sqlite3")}, "bench.sync.limited", str(users)))
    )
    if waited.status != CHANGED:
        raise NotMeasured(f"Within rate limits, the exit status was {waited.status}, and should have been {CHANGED}.")
    return waited


def run_module(values: dict[str, str], module: str, *arguments: str) -> str:
    """What a module prints that is run in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=environment(values),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    if done.returncode:
        raise NotMeasured(f"python -m {module} failed:\n{done.stderr[-2000:]}")
    return done.stdout
