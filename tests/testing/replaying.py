"""Replaying the recorded exchanges, in their order, against a stand-in of the same version.

The recordings show `<token>` in the place of every token that was sent, and not everything that was done between two
exchanges. `Replay` keeps the tokens of each user; the interludes say what else was done, by the exchange that it came
before or after.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
from pymongo.database import Database

from rocketchat_auth.testing import FakeClock, StandIn
from tests.testing.comparing import Comparison

RECORDINGS = Path(__file__).parent.parent / "recordings" / "rocketchat-6.5.3"

ADMIN = "6b0427d8d7149eb200f95761"
ALICE = "vdNWNpywH5bAYTCpn"
BOB = "RYRuSczmsmKBycGHH"
IFRAME_TOKEN = "Zr7szBtrAKaQz3GEg_uQk4GDLpQNGdfauIfb8lU4V4A"
PICTURES = "http://127.0.0.1:8099"
STARTED = datetime(2026, 11, 23, 11, 47, 34, 764000, tzinfo=UTC)


def recorded_names() -> list[str]:
    """The names of the recorded exchanges, in their order."""
    return sorted(path.stem for path in RECORDINGS.glob("[0-9]*.json"))


def read(name: str) -> Any:
    """A recording, by its name."""
    return json.loads((RECORDINGS / f"{name}.json").read_text())


def note(name: str) -> Any:
    """A note that was taken beside the exchanges, by its name."""
    return read(f"note-{name}")


_EXACT_HEADERS = (
    *("content-type", "access-control-allow-origin", "x-frame-options", "content-security-policy"),
    *("x-ratelimit-limit", "x-ratelimit-remaining"),
)

Interludes = dict[str, Callable[["Replay"], None]]


@dataclass
class Replay:
    """One run through all exchanges."""

    pictures: str
    mongo: Database[Any] | None = None
    clock: FakeClock = field(default_factory=lambda: FakeClock(STARTED.timestamp()))
    comparison: Comparison = field(default_factory=Comparison)
    differences: dict[str, list[str]] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    """The token that each user calls with, by recorded user id."""
    other_tokens: dict[str, str] = field(default_factory=dict)
    """Tokens for single exchanges, by the exchange's name."""

    def __post_init__(self) -> None:
        self.stand_in = StandIn("6.5", clock=self.clock, mongo=self.mongo, admin_password="adminpass")
        self.client = httpx2.Client(
            transport=httpx2.WSGITransport(self.stand_in.wsgi), base_url="http://localhost:3000"
        )
        self.learn(ADMIN, self.stand_in.admin.user_id)
        self.learn(PICTURES, self.pictures)

    def run(self, before: Interludes, after: Interludes) -> None:
        """Replay every exchange, with what else was done before and after some of them."""
        for name in recorded_names():
            if name in before:
                before[name](self)
            self.differences[name] = self._replay(name, read(name))
            if name in after:
                after[name](self)
        self.client.close()

    def learn(self, recorded: str, ours: str) -> None:
        """Note which string of ours stands for a recorded one."""
        self.comparison.stands_for[recorded] = ours

    def ours(self, recorded: str) -> str:
        """The string of ours that stands for a recorded one."""
        return self.comparison.stands_for[recorded]

    def call(self, method: str, path: str, user: str | None = None, **arguments: Any) -> httpx2.Response:
        """Call an endpoint as a user, by recorded id, with their token."""
        headers = arguments.pop("headers", {})
        if user is not None:
            headers = {"X-User-Id": self.ours(user), "X-Auth-Token": self.tokens[user], **headers}
        return self.client.request(method, path, headers=headers, **arguments)

    def create_token(self, user: str) -> str:
        """Let the administrator make a token for a user, outside the recorded exchanges."""
        answer = self.call("POST", "/api/v1/users.createToken", ADMIN, json={"userId": self.ours(user)})
        token: str = answer.json()["data"]["authToken"]
        return token

    def document(self, user: str) -> dict[str, Any]:
        """What is stored of a user."""
        document = self.stand_in.users.get(self.ours(user))
        assert document is not None
        return document

    def now(self) -> datetime:
        """The stand-in's time."""
        return datetime.fromtimestamp(self.clock.time(), UTC)

    def alive(self, user: str, token: str) -> bool:
        """What the watch tells a page that is logged in with that token."""
        headers = {"X-User-Id": self.ours(user), "X-Auth-Token": token}
        answer: bool = self.client.get("/stand-in/watch?wait=0", headers=headers).json()["alive"]
        return answer

    def _replay(self, name: str, exchange: Any) -> list[str]:
        request = exchange["request"]
        headers = dict(request["headers"])
        user = headers.pop("X-User-Id", None)
        if user is not None:
            token = self.other_tokens.get(name, self.tokens[user])
            headers |= {"X-User-Id": self.ours(user), "X-Auth-Token": token}
        response = self.client.request(
            request["method"],
            self.comparison.played(request["path"]),
            headers=headers,
            json=self.comparison.played(request["json"]),
        )
        return self._compare(name, exchange, response)

    def _compare(self, name: str, exchange: Any, response: httpx2.Response) -> list[str]:
        found = [] if response.status_code == exchange["status"] else [f"status {response.status_code}"]
        found += _differing_headers(exchange["headers"], response.headers)
        if exchange["headers"].get("Content-Type", "").startswith("text/html"):
            page = re.match("<!doctype html>", response.text, re.IGNORECASE)
            return found if page else [*found, "no page"]
        body = response.json()
        if name == "001-info":
            # The one thing that the stand-in says and Rocket.Chat does not.
            del body["standIn"]
        found += self.comparison.differences(exchange["body"], body)
        self._remember_token(body)
        return found

    def _remember_token(self, body: Any) -> None:
        data = body.get("data", {})
        if "authToken" in data and "me" in data:
            user = next(theirs for theirs, ours in self.comparison.stands_for.items() if ours == data["userId"])
            self.tokens[user] = data["authToken"]


def _differing_headers(recorded: dict[str, str], actual: httpx2.Headers) -> list[str]:
    theirs = {name.lower(): value.strip() for name, value in recorded.items()}
    ours = {name.lower(): value.strip() for name, value in actual.items()}
    names = [*_EXACT_HEADERS]
    if theirs["content-type"] == "application/json":
        names.append("cache-control")
    found = [
        f"{name}: {theirs.get(name)!r} recorded, {ours.get(name)!r} given"
        for name in names
        if theirs.get(name) != ours.get(name)
    ]
    # When the window ends depends on when it began.
    if ("x-ratelimit-reset" in theirs) is not ("x-ratelimit-reset" in ours):
        found.append(f"x-ratelimit-reset: {ours.get('x-ratelimit-reset')!r} given")
    return found
