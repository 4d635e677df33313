"""Refusals that say that all is as it was to become."""

from collections.abc import Iterator
from contextlib import contextmanager

from rocketchat_auth.rest.errors import Refused


@contextmanager
def already(code: str) -> Iterator[None]:
    """Take a refusal with that code for success.

    Args:
        code: Rocket.Chat's code, such as `error-user-already-in-role`.
    """
    try:
        yield
    except Refused as refusal:
        if refusal.code != code:
            raise
