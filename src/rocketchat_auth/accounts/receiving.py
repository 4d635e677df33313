"""Receivers of Django's signals that never break what the site is doing."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

Receiver = Callable[..., None]


def never_in_the_way(logger: logging.Logger, message: str) -> Callable[[Receiver], Receiver]:
    """Log what a receiver raises, under `message`, and let the site go on."""

    def decorate(receiver: Receiver) -> Receiver:
        @wraps(receiver)
        def guarded(*args: Any, **kwargs: Any) -> None:
            try:
                receiver(*args, **kwargs)
            except Exception:
                logger.exception(message)

        return guarded

    return decorate
