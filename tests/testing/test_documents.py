from datetime import UTC, datetime, timedelta, timezone

import pytest

from rocketchat_auth.testing.documents import as_json, listed_view, new_user

NOON = datetime(2027, 1, 1, 12, 0, 0, 5000, tzinfo=UTC)


@pytest.mark.parametrize("instant", [NOON, NOON.astimezone(timezone(timedelta(hours=2)))])
def test_dates_are_written_as_javascript_writes_them(instant: datetime) -> None:
    assert as_json({"when": instant}) == '{"when": "2027-01-01T12:00:00.005Z"}'


def test_other_things_are_no_json() -> None:
    with pytest.raises(TypeError, match="set is not JSON"):
        as_json({"a": {1}})


def test_names_are_lowered_as_mongodb_does() -> None:
    user = new_user(username="gina", name="Gïna ÜN", email=None, now=NOON)

    assert listed_view(user, full=True)["nameInsensitive"] == "gïna Ün"
