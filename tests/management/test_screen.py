import io
import sys

import pytest
from django.core.management import CommandError

from rocketchat_auth.management.rocketchat.screen import printable
from tests.management.conftest import Terminal, screen


@pytest.mark.parametrize(
    "name",
    [
        "Ada",
        "Zoë",
        'O\'Neill "Q"',
        "🎩 hat",
        "👩‍🚀",
        "שלום",
        "مرحبا",
        "[bold]x[/bold]",
        ":smile:",
        "<b>",
        "a\N{NO-BREAK SPACE}b",
    ],
)
def test_names_are_shown_as_they_are(name: str) -> None:
    out = io.StringIO()

    screen(out, io.StringIO()).say(name)

    assert printable(name) == name
    assert out.getvalue() == f"{name}\n"


@pytest.mark.parametrize(
    "name, shown",
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("two\nlines", "two\\nlines"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u2028b", "a\\u2028b"),
        ("half\ud83d", "half\\ud83d"),
        ("bell\a", "bell\\x07"),
    ],
)
def test_what_would_play_tricks_on_a_terminal_is_escaped(name: str, shown: str) -> None:
    assert printable(name) == shown


def test_long_sentences_are_wrapped_on_a_terminal_alone() -> None:
    sentence = "word " * 30
    terminal, file = Terminal(), io.StringIO()

    screen(terminal, file).say(sentence)
    screen(terminal, file).note(sentence)

    assert len(terminal.getvalue().splitlines()) == 2
    assert len(file.getvalue().splitlines()) == 1


def test_nobody_answers_where_there_is_no_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)

    with pytest.raises(CommandError, match="nobody to ask"):
        screen(io.StringIO(), io.StringIO()).check_can_ask({"yes": False, "dry_run": False})


@pytest.mark.parametrize("option", ["yes", "dry_run"])
def test_nobody_needs_to_where_nothing_will_be_asked(option: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)

    screen(io.StringIO(), io.StringIO()).check_can_ask({"yes": False, "dry_run": False, option: True})
