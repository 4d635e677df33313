"""The versions of Rocket.Chat that tests of endpoints run against, and what they have in common."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from rocketchat_auth.rest import Client, Credentials
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.rest.talking import client_for

EVERY_VERSION = pytest.mark.parametrize("stand_in", ["6.5", "7.10", "8.4", "9.0"], indirect=True)

_RECORDINGS = Path(__file__).resolve().parent.parent / "recordings" / "rocketchat-6.5.3"


def client_as(stand_in: StandIn, username: str, clock: FakeClock) -> Client:
    """A client of the stand-in with a token of that user."""
    login = stand_in.log_in(username)
    return client_for(stand_in, clock, Credentials(login.user_id, login.auth_token))


def recorded(number: str) -> httpx2.Response:
    """What a real 6.5.3 answered."""
    recording = _recording(number)
    return httpx2.Response(recording["status"], json=recording["body"])


def recorded_body(number: str) -> Any:
    """What a real 6.5.3 was sent, and answered that it was well."""
    recording = _recording(number)
    assert recording["status"] == 200
    return recording["request"]["json"]


def _recording(number: str) -> dict[str, Any]:
    (path,) = _RECORDINGS.glob(f"{number}-*.json")
    recording: dict[str, Any] = json.loads(path.read_text())
    return recording
