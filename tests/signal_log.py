"""Seeing what a signal was sent with."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.dispatch import Signal


@contextmanager
def received(signal: Signal) -> Iterator[list[dict[str, Any]]]:
    """The keyword arguments of every time that `signal` was sent inside the block."""
    log: list[dict[str, Any]] = []

    def receiver(**kwargs: Any) -> None:
        log.append(kwargs)

    signal.connect(receiver)
    try:
        yield log
    finally:
        signal.disconnect(receiver)
