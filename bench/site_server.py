"""The site behind gunicorn."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from bench.load import NotMeasured

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = 2
START_TIMEOUT = 30.0
STOP_TIMEOUT = 10.0


def environment(values: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process that knows the site's settings."""
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "bench.site.settings", **values}


@contextmanager
def serving(values: Mapping[str, str], log: Path) -> Iterator[str]:
    """Serve the site on a free port and yield its URL; what gunicorn says goes to the file `log`."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener, log.open("w") as output:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        command = [sys.executable, "-m", "gunicorn", "--workers", str(PROCESSES), "--bind", f"fd://{listener.fileno()}"]
        process = subprocess.Popen(
            [*command, "--no-control-socket", "--log-level", "warning", "bench.site.wsgi"],
            cwd=ROOT,
            env=environment(values),
            pass_fds=[listener.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            _wait_for(url, process, log)
            yield url
        finally:
            _stop(process)


def _wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while process.poll() is None and time.monotonic() < deadline:
        try:
            # The API refuses whoever is no page of the chat, and that is an answer as well.
            with urlopen(f"{url}/rocketchat/api", timeout=START_TIMEOUT):  # noqa: S310 - the URL is the one above
                return
        except OSError as error:
            if getattr(error, "code", None) is not None:
                return
            time.sleep(0.1)
    raise NotMeasured(f"The site did not start.\n{log.read_text()[-2000:]}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
