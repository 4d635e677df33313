from collections.abc import Callable, Mapping

import pytest
from django.core.checks import CheckMessage, run_checks
from pytest_django import Settings

from rocketchat_auth.checks import TAG

Found = Callable[..., list[str]]


@pytest.fixture
def messages() -> Callable[[], list[CheckMessage]]:
    """What all of the package's checks say of the settings as they are now, and is not silenced."""
    return lambda: [message for message in run_checks(tags=[TAG]) if not message.is_silenced()]


@pytest.fixture
def found(messages: Callable[[], list[CheckMessage]], settings: Settings) -> Found:
    """The same, as sorted ids without the app label; settings given to it are set first."""

    def found(changes: Mapping[str, object] | None = None) -> list[str]:
        for name, value in (changes or {}).items():
            setattr(settings, name, value)
        return sorted(str(message.id).removeprefix("rocketchat_auth.") for message in messages())

    return found
