from collections.abc import Callable

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User

from rocketchat_auth.doctor import Found, Patient, Topic, examine

FoundOf = Callable[..., dict[str, Found]]


@pytest.fixture
def found() -> FoundOf:
    """What the probe of a topic finds, by its number, with those probes that failed."""

    def found(topic: Topic, *, site: str = "") -> dict[str, Found]:
        examined = examine(Patient(site=site), [topic]).topics[0]
        return {each.number: each for each in examined.found}

    return found


@pytest.fixture
def alice(db: None) -> User:
    return get_user_model().objects.create_user("alice", "alice@example.com", first_name="Alice")
