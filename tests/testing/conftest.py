from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.testing.talk import Talk

Play = Callable[..., Talk]


@pytest.fixture
def play() -> Iterator[Play]:
    """Makes stand-ins to talk to, of version 8.4 unless it is told otherwise."""
    with ExitStack() as stack:

        def make(version: str = "8.4", **options: Any) -> Talk:
            talk = Talk(version, **options)
            stack.enter_context(talk.client)
            return talk

        yield make


@pytest.fixture
def talk(play: Play) -> Talk:
    return play()
