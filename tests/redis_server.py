"""A real Redis for tests, started here and ended after them; it keeps nothing."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import redis

START_TIMEOUT = 30.0
STOP_TIMEOUT = 20.0


class NoRedis(RuntimeError):
    """No Redis can be started here."""


@contextmanager
def redis_server() -> Iterator[str]:
    """Start a Redis on a free port of the loopback, and yield its URL."""
    program = shutil.which("redis-server")
    if program is None:
        raise NoRedis("Tests need redis-server, and it is not on PATH. Install Redis; on Debian `make test` does that.")
    with tempfile.TemporaryDirectory(prefix="rocketchat-auth-redis-", ignore_cleanup_errors=True) as folder:
        process, url = _start(program, folder)
        try:
            yield url
        finally:
            _stop(process)


def _start(program: str, folder: str) -> "tuple[subprocess.Popen[bytes], str]":
    deadline = time.monotonic() + START_TIMEOUT
    while True:
        port = free_port()
        process = subprocess.Popen(
            [
                *(program, "--bind", "127.0.0.1", "--port", str(port), "--dir", folder),
                *("--save", "", "--appendonly", "no", "--loglevel", "warning"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        url = f"redis://127.0.0.1:{port}/0"
        while process.poll() is None and time.monotonic() < deadline:
            if _answers(url):
                return process, url
            time.sleep(0.02)
        _stop(process)
        if time.monotonic() >= deadline:
            raise NoRedis(f"{program} did not start (exit {process.returncode}).")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url) as client:
            return bool(client.ping())
    except redis.ConnectionError:
        return False
