"""Sending requests with wrk, and what came of it."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx2

CONNECTIONS = 2
"""As many as the site has processes: a request waits for nobody but its twin on the other core."""

SCRIPT = Path(__file__).with_name("requests.lua")
MISSING = "wrk is missing, which sends the requests. Please install it: apt install wrk, or brew install wrk."


class NotMeasured(RuntimeError):
    """The load could not be put on the site, or the site did not answer as it should."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request to send, with the cookies of the browser that it stands for."""

    method: str
    path: str
    cookies: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one round gave; times in milliseconds."""

    requests: int
    per_second: float
    p50: float
    p99: float


def cookies(session: str) -> str:
    """The cookies of a browser that was signed in just now."""
    return f"sessionid={session}"


def sign_in(url: str, path: str, *, session: str, origin: str) -> str:
    """Make the first call of a session, and give the cookies that its browser has afterwards.

    Raises:
        NotMeasured: the site did not answer with a login token.
    """
    headers = {"Origin": origin, "Cookie": cookies(session)}
    answer = httpx2.post(f"{url}{path}", headers=headers, trust_env=False)
    if answer.status_code != 200:
        raise NotMeasured(f"{path} answered {answer.status_code} to a session that is signed in.")
    return "; ".join([cookies(session), *(f"{name}={value}" for name, value in answer.cookies.items())])


def check_installed() -> None:
    """Raise `NotMeasured`, which says what to install, where there is no wrk."""
    if shutil.which("wrk") is None:
        raise NotMeasured(MISSING)


def send(
    requests: Sequence[Request], *, url: str, origin: str, seconds: float, folder: Path, again: bool = False
) -> Measured:
    """Send the requests one after the other over a few connections, and measure.

    Args:
        requests: what to send. There must be enough of them unless they may be sent again.
        url: the site's.
        origin: the chat's, which the API wants to see.
        seconds: for how long.
        folder: where a file may be put.
        again: whether to start anew with the first one when all are sent.
    """
    lines = folder / "requests.txt"
    lines.write_text("".join(f"{request.method}\t{request.path}\t{request.cookies}\n" for request in requests))
    command = ["wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds:.0f}s"]
    command += ["--latency", "--script", str(SCRIPT), url, "--", str(lines), "again" if again else "once", origin]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=False)
    if done.returncode:
        raise NotMeasured(f"wrk failed: {done.stderr or done.stdout}")
    result = json.loads(done.stdout.splitlines()[-1])
    if result["failed"] or not result["requests"]:
        raise NotMeasured(f"{result['failed']} of {result['requests']} requests to {requests[0].path} failed.")
    lasted = result["microseconds"] / 1_000_000
    if not again and (result["requests"] >= len(requests) - CONNECTIONS or lasted < 0.9 * seconds):
        raise NotMeasured(f"{len(requests)} prepared requests to {requests[0].path} did not last for {seconds} s.")
    return Measured(result["requests"], result["requests"] / lasted, result["p50"] / 1000, result["p99"] / 1000)
