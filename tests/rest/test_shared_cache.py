import logging
from pathlib import Path
from typing import Any

import pytest
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.management import call_command

from rocketchat_auth.rest.shared_cache import SharedCache


class BrokenCache:
    """A cache whose server is down."""

    def __getattr__(self, name: str) -> Any:
        def fail(*arguments: object) -> Any:
            raise ConnectionError("redis://:the-cache-password@cache.example.com refuses")

        return fail


@pytest.fixture(params=["locmem", "file", "database"])
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> BaseCache:
    if request.param == "locmem":
        return LocMemCache(request.node.name, {})
    if request.param == "file":
        return FileBasedCache(str(tmp_path), {})
    request.getfixturevalue("db")
    cache = DatabaseCache("shared_cache_of_tests", {})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.core.management.commands.createcachetable.caches", {"tests": cache})
        patch.setattr("django.conf.settings.CACHES", {"tests": {}})
        call_command("createcachetable", "shared_cache_of_tests", verbosity=0)
    return cache


def test_values_are_shared_by_name(backend: BaseCache) -> None:
    one, other = SharedCache(backend, "https://chat.example.com"), SharedCache(backend, "https://chat.example.com")

    one.set("a", [1.5, "x", None], 60)
    one.set("b", 2, None)

    assert other.get("a") == [1.5, "x", None]
    assert other.get_many("a", "b", "c") == {"a": [1.5, "x", None], "b": 2}


def test_values_are_bound_to_their_owner(backend: BaseCache) -> None:
    SharedCache(backend, "https://chat.example.com").set("a", 1, 60)

    assert SharedCache(backend, "https://other.example.com").get("a") is None


def test_only_the_first_is_added(backend: BaseCache) -> None:
    shared = SharedCache(backend, "chat")

    assert shared.add("probe", 1, 60)
    assert not shared.add("probe", 2, 60)
    assert shared.get("probe") == 1


def test_numbers_are_counted_from_nothing(backend: BaseCache) -> None:
    shared = SharedCache(backend, "chat")

    assert [shared.count("calls", 60) for _ in range(3)] == [1, 2, 3]


def test_what_is_forgotten_is_gone(backend: BaseCache) -> None:
    shared = SharedCache(backend, "chat")
    shared.set("a", 1, 60)
    shared.set("b", 1, 60)

    shared.forget("a", "b", "c")

    assert shared.get_many("a", "b") == {}


def test_the_owner_is_not_readable_in_a_key() -> None:
    backend = LocMemCache("keys", {})

    SharedCache(backend, "https://chat.example.com").set("version", 1, 60)

    (key,) = backend._cache  # type: ignore[attr-defined]
    assert key.startswith(":1:rocketchat_auth:1:")
    assert "chat.example.com" not in key
    backend.clear()


@pytest.mark.parametrize("cache", [DummyCache("", {}), BrokenCache(), None], ids=["dummy", "broken", "none"])
def test_without_a_cache_that_works_nothing_is_known_and_nothing_breaks(cache: Any) -> None:
    shared = SharedCache(cache, "chat")

    shared.set("a", 1, 60)
    shared.forget("a")

    assert shared.get("a") is None
    assert shared.get_many("a", "b") == {}
    assert shared.add("a", 1, 60)
    assert shared.count("a", 60) == 0


def test_a_cache_that_fails_is_logged_once_and_without_its_address(caplog: pytest.LogCaptureFixture) -> None:
    shared = SharedCache(BrokenCache(), "chat")

    with caplog.at_level(logging.DEBUG):
        for _ in range(5):
            shared.get("a")

    assert [(record.name, record.levelname) for record in caplog.records] == [("rocketchat_auth.rest", "WARNING")]
    assert "ConnectionError" in caplog.text
    assert "the-cache-password" not in caplog.text


def test_a_cache_that_fails_again_after_it_worked_is_logged_again(caplog: pytest.LogCaptureFixture) -> None:
    cache: Any = BrokenCache()
    shared = SharedCache(cache, "chat")
    shared.get("a")
    cache.get = lambda key: "back"
    assert shared.get("a") == "back"
    del cache.get

    shared.get("a")

    assert len(caplog.records) == 2
