"""To whom the package's scripts send messages: one origin, letter by letter, whatever page is there by then."""

import re
from pathlib import Path

import pytest

import rocketchat_auth

SCRIPTS = Path(rocketchat_auth.__file__).parent / "static" / "rocketchat_auth"
CHANNEL = "#channel?.postMessage("
"""A channel of pages of one origin, which no other hears."""


def targets(script: Path) -> list[str]:
    """What stands last in each call."""
    calls = [line for line in script.read_text().splitlines() if "postMessage" in line and CHANNEL not in line]
    return [match[1] if (match := re.search(r"postMessage\(.+, ([^,]+)\);$", call)) else call for call in calls]


@pytest.mark.parametrize(
    "name, expected",
    [
        ("embed.js", ["this.#origin"]),
        ("redirect.js", ["data.origin"]),
        ("steps.js", ["data.origin", "location.origin"]),
        ("window.js", ["location.origin"]),
    ],
)
def test_every_message_is_for_one_origin(name: str, expected: list[str]) -> None:
    assert targets(SCRIPTS / name) == expected


def test_no_other_script_sends_messages() -> None:
    senders = {script.name for script in SCRIPTS.glob("*.js") if "postMessage" in script.read_text()}

    assert senders == {"embed.js", "redirect.js", "steps.js", "window.js"}
