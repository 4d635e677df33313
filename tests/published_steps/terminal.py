"""A terminal with somebody in front of it, for commands that ask for a password."""

import os
import pty
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


def answered(
    command: Sequence[str], answers: Mapping[str, str], *, folder: Path, environment: Mapping[str, str]
) -> str:
    """Run a command and answer each question once; returns what stood on the screen.

    Args:
        command: the command.
        answers: what is typed, by the end of the question.
        folder: where it runs.
        environment: its environment.
    """
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as process:
        os.close(theirs)
        screen = _typed(ours, dict(answers))
    assert process.returncode == 0, screen
    return screen


def _typed(terminal: int, answers: dict[str, str]) -> str:
    screen, seen = "", 0
    try:
        while piece := os.read(terminal, 4096):
            screen += piece.decode()
            question = next((question for question in answers if screen[seen:].rstrip().endswith(question)), None)
            if question is not None:
                seen = len(screen)
                os.write(terminal, f"{answers.pop(question)}\n".encode())
    except OSError:  # Linux reports the end of a terminal this way
        pass
    finally:
        os.close(terminal)
    return screen.replace("\r\n", "\n")
