from collections.abc import Callable

import pytest

from rocketchat_auth.doctor import Found, queues

Look = Callable[[], dict[str, Found]]


@pytest.fixture
def look() -> Look:
    """What is found wrong with the queue of the setting `TASKS`, by its number."""

    def look() -> dict[str, Found]:
        found = list(queues.probe())
        assert {each.number for each in found} <= {finding.number for finding in queues.FINDINGS}
        return {each.number: each for each in found}

    return look
