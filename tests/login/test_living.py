from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from rocketchat_auth.login.living import SessionsUnknown, living
from tests.login.conftest import new_session
from tests.login.engines import COOKIES, SERVED, UseEngine, use_engine

__all__ = ["use_engine"]

pytestmark = pytest.mark.django_db

each_engine = pytest.mark.parametrize("engine", SERVED)


def started() -> str:
    session = new_session()
    session["somebody"] = 1
    session.save()
    assert session.session_key
    return session.session_key


def expired() -> str:
    session = new_session(started())
    session.set_expiry(-1)
    session.save()
    assert session.session_key
    return session.session_key


def alive(keys: Iterable[str], *, overdue: bool = False) -> set[str]:
    return living(dict.fromkeys(keys, overdue))


@each_engine
@pytest.mark.parametrize("overdue", [False, True])
def test_a_session_lives_though_it_should_be_over(engine: str, overdue: bool, use_engine: UseEngine) -> None:
    use_engine(engine)
    keys = [started(), started()]

    assert alive(keys, overdue=overdue) == set(keys)


@each_engine
def test_one_that_ran_out_does_not(engine: str, use_engine: UseEngine) -> None:
    use_engine(engine)
    lives = started()

    assert alive([lives, expired()], overdue=True) == {lives}


@pytest.mark.parametrize("engine", ["file", "tests.login.own_sessions"])
def test_one_by_one_they_are_only_read_where_they_should_be_over(engine: str, use_engine: UseEngine) -> None:
    use_engine(engine)
    key = expired()

    assert alive([key], overdue=False) == {key}


@each_engine
def test_one_that_was_flushed_does_not(engine: str, use_engine: UseEngine) -> None:
    use_engine(engine)
    lives, flushed = started(), started()
    new_session(flushed).flush()

    assert alive([lives, flushed]) == {lives}


@each_engine
def test_what_is_no_key_at_all_is_no_session(engine: str, use_engine: UseEngine) -> None:
    use_engine(engine)

    assert alive(["no/../key-of-any-engine", "short"]) == set()


@each_engine
def test_looking_makes_no_session_in_the_place_of_one_that_ran_out(engine: str, use_engine: UseEngine) -> None:
    use_engine(engine)
    key = expired()
    before = set(Session.objects.values_list("pk", flat=True))

    alive([key], overdue=True)

    assert set(Session.objects.values_list("pk", flat=True)) <= before


def test_files_of_sessions_that_ran_out_are_cleared_and_no_others_made(use_engine: UseEngine, tmp_path: Any) -> None:
    use_engine("file")
    key = expired()

    alive([key], overdue=True)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("engine", ["db", "cached_db"])
def test_a_database_is_asked_once_for_many(
    engine: str, use_engine: UseEngine, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    use_engine(engine)
    keys = [started() for _ in range(20)]

    with django_assert_num_queries(1):
        assert alive(keys) == set(keys)


def test_a_cached_session_whose_row_is_gone_still_lets_its_user_in(use_engine: UseEngine) -> None:
    use_engine("cached_db")
    key = started()
    Session.objects.all().delete()
    assert new_session(key).get("somebody") == 1

    assert alive([key]) == {key}


def test_a_cached_session_is_kept_in_the_database_for_sure(use_engine: UseEngine) -> None:
    use_engine("cached_db")
    key = started()
    caches["sessions"].clear()

    assert alive([key]) == {key}


def test_the_time_is_that_of_the_row(use_engine: UseEngine) -> None:
    use_engine("db")
    key = started()
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    assert alive([key]) == set()


def test_nobody_is_asked_for_nothing(use_engine: UseEngine, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    use_engine("cache")

    assert living({}) == set()


class TestWhereSessionsAreOutOfSight:
    def test_as_in_cookies_what_was_last_seen_counts(self, use_engine: UseEngine) -> None:
        use_engine(COOKIES)

        assert living({"one": True, "another": False}) == {"another"}

    def test_as_in_the_memory_of_each_process_likewise(self, use_engine: UseEngine, settings: Settings) -> None:
        use_engine("cache")
        settings.SESSION_CACHE_ALIAS = "default"

        assert living({"one": True, "another": False}) == {"another"}


class Down(LocMemCache):
    """A cache whose server is down, as a backend that says so."""

    def get_many(self, *args: object, **kwargs: object) -> dict[str, Any]:
        raise ConnectionError("redis://:password@localhost")


class Silent(LocMemCache):
    """One that does not say so."""

    def set(self, *args: object, **kwargs: object) -> None:
        pass


@pytest.mark.parametrize("engine", ["cache", "cached_db"])
@pytest.mark.parametrize("backend", ["Down", "Silent"])
def test_a_cache_that_is_down_has_not_ended_every_session(
    engine: str, backend: str, use_engine: UseEngine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_engine(engine)
    settings.CACHES = settings.CACHES | {"sessions": {"BACKEND": f"{__name__}.{backend}"}}
    monkeypatch.setattr("rocketchat_auth.login.living.LocMemCache", type("Another", (), {}))

    with pytest.raises(SessionsUnknown, match="does not work") as raised:
        alive(["a-session-of-somebody"])

    assert "password" not in str(raised.value)


def test_a_cache_that_has_all_is_not_tried(use_engine: UseEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    use_engine("cache")
    keys = [started(), started()]
    monkeypatch.setattr("rocketchat_auth.login.living._keeps", lambda kept_in: pytest.fail("it was tried"))

    assert alive(keys) == set(keys)


def test_a_cache_leaves_the_database_alone(use_engine: UseEngine) -> None:
    from django.db import connection

    use_engine("cache")
    key = started()

    with CaptureQueriesContext(connection) as queries:
        assert alive([key, "another-of-somebody"]) == {key}
    assert len(queries) == 0
