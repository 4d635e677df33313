"""The recipe of an audit log in the documentation: its code is run as it stands there."""

import re
from pathlib import Path
from typing import Any

import pytest

from rocketchat_auth import signals
from tests.sites import ROOT, said_by
from tests.test_docs import blocks

PAGE = ROOT / "docs" / "audit-log.md"


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    folder = tmp_path_factory.mktemp("site")
    for code in blocks(PAGE, "python"):
        named = re.match(r"# (club/\w+\.py)\n", code)
        assert named is not None
        path: Path = folder / named[1]
        path.parent.mkdir(exist_ok=True)
        path.write_text(code)
    (folder / "club" / "__init__.py").touch()
    return said_by("tests.sites.club", str(folder))


def test_it_tells_what_became_of_an_account(events: list[Any]) -> None:
    assert [event[:3] for event in events] == [
        [what, "ada", True] for what in ("created", "updated", "moved", "deactivated", "revived", "failed")
    ]


def test_it_tells_what_was_and_what_is(events: list[Any]) -> None:
    (change,) = events[1][3]["changes"]

    assert (change["field"], change["before"], change["after"]) == ("email", "ada@example.com", "ada@example.org")
    assert events[2][3] == {"joined": [["roles", "moderator"]], "left": []}


def test_every_signal_about_accounts_is_on_the_page() -> None:
    named = {name for name in vars(signals) if name.startswith(("account_", "membership_"))}

    assert named <= set(re.findall(r"\bsignals\.(\w+)\.connect", PAGE.read_text()))
    assert named <= set(re.findall(r"^\| `(\w+)` \|", PAGE.read_text(), re.MULTILINE))
