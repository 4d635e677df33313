import getpass
import io
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from pytest_django import Settings
from rich.console import Console

from rocketchat_auth.management.rocketchat.screen import Screen
from rocketchat_auth.testing import StandIn


class Terminal(io.StringIO):
    """A stream with somebody in front of it."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a command: its exit status, what it wrote, and what `CommandError` said."""

    status: int
    out: str
    notes: str
    error: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `manage.py rocketchat`, 100 columns wide, as cron does, or in a terminal where somebody types `answer`.

    With `checked` Django's system checks run before it, as from a shell.

    An answer may have several lines, for one question after the other; one that the terminal does not show, too.
    """
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr(getpass, "getpass", _typed_unseen)

    def run(*arguments: str, answer: str | None = None, checked: bool = False) -> Ran:
        stream = io.StringIO if answer is None else Terminal
        out, notes = stream(), stream()
        monkeypatch.setattr(sys, "stdin", stream("" if answer is None else f"{answer}\n"))
        status, error = 0, ""
        try:
            call_command("rocketchat", *arguments, stdout=out, stderr=notes, no_color=True, skip_checks=not checked)
        except SystemExit as ended:
            status = int(ended.code or 0)
        except CommandError as refusal:
            status, error = refusal.returncode, str(refusal)
        return Ran(status, out.getvalue(), notes.getvalue(), error)

    return run


def _typed_unseen(prompt: str) -> str:
    sys.stderr.write(prompt)
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.rstrip("\n")


def screen(out: io.StringIO, notes: io.StringIO, *, width: int = 80) -> Screen:
    """A screen on two streams."""
    return Screen(*(Console(file=file, width=width, no_color=True, highlight=False) for file in (out, notes)))


@pytest.fixture
def _with_a_bot(rocketchat: StandIn, settings: Settings) -> None:
    """The service account may not see or change settings."""
    login = rocketchat.add_service_account("django-site")
    settings.ROCKETCHAT_USER_ID, settings.ROCKETCHAT_AUTH_TOKEN = login.user_id, login.auth_token


@pytest.fixture
def alice(db: None) -> User:
    return get_user_model().objects.create_user("alice", "alice@example.com", first_name="Alice")


@pytest.fixture
def bob(db: None) -> User:
    return get_user_model().objects.create_user("bob", "bob@example.com", first_name="Bob")
