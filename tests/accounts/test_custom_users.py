"""A user model with UUIDs for primary keys, e-mail addresses for usernames, and no groups."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def said() -> list[Any]:
    """What the site of `tests.accounts.people` prints."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.accounts.people.site"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
        text=True,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_saved_user_is_looked_at_by_whichever_class(said: list[Any]) -> None:
    ada, ben = said[0]

    assert [noted["users"] for noted in said[1:4]] == [[ada], [ada], [ben]]


def test_a_deleted_users_account_is_remembered(said: list[Any]) -> None:
    assert [noted["accounts"] for noted in said[4:]] == [[1], [2]]
