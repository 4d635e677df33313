"""A project made by `django-admin startproject`, and the server that comes with Django."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.browser.chat import PASSWORD
from tests.published_steps.terminal import answered

START_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True)
class Project:
    """A new project, and the port on which it is served."""

    folder: Path
    port: int

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    def add_settings(self, code: str) -> None:
        self._append("settings.py", code)

    def add_urls(self, code: str) -> None:
        self._append("urls.py", code)

    def _append(self, name: str, code: str) -> None:
        with (self.folder / "mysite" / name).open("a") as file:
            file.write(f"\n{code}")

    def manage(self, *arguments: str) -> None:
        """Run manage.py; its words are in the error where it fails."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=_environment(), text=True, capture_output=True, check=False, timeout=60
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"

    def manage_in_terminal(self, *arguments: str, answers: Mapping[str, str]) -> str:
        """Run manage.py in a terminal, where somebody types the answers; returns what stood there."""
        command = [sys.executable, "manage.py", *arguments]
        environment = {**_environment(), "COLUMNS": "120", "TERM": "dumb"}
        return answered(command, answers, folder=self.folder, environment=environment)

    def add_superuser(self, username: str) -> None:
        self.manage("createsuperuser", "--noinput", "--username", username, "--email", f"{username}@example.com")

    @contextmanager
    def served(self) -> Iterator[None]:
        log = self.folder / "server.log"
        command = [sys.executable, "manage.py", "runserver", "--noreload", f"localhost:{self.port}"]
        with log.open("w") as output:
            process = subprocess.Popen(command, cwd=self.folder, env=_environment(), stdout=output, stderr=output)
            try:
                self._wait_until_served(process, log)
                yield
            finally:
                process.terminate()
                process.wait(timeout=20)

    def _wait_until_served(self, process: subprocess.Popen[bytes], log: Path) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while not _listens(self.port):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)


def start_project(folder: Path) -> Project:
    command = [sys.executable, "-m", "django", "startproject", "mysite", str(folder)]
    subprocess.run(command, env=_environment(), check=True, timeout=60)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return Project(folder, free.getsockname()[1])


def _environment() -> dict[str, str]:
    """The environment without what names the settings of the tests' own site."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DJANGO_SETTINGS_MODULE", "MONGO_DB")}
    return {**kept, "DJANGO_SUPERUSER_PASSWORD": PASSWORD}


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
