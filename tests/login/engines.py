"""The session engines that Django has, and one of a site's own, each with what it needs."""

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.sessions.backends import file
from pytest_django import Settings

DJANGOS = "django.contrib.sessions.backends."
SERVED = ("db", "cached_db", "cache", "file", "tests.login.own_sessions")
"""Those that keep sessions on the server."""
COOKIES = "signed_cookies"

UseEngine = Callable[[str], None]


@pytest.fixture
def use_engine(request: pytest.FixtureRequest, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> UseEngine:
    """Lets the site keep its sessions in another way; in a cache, that is a real Redis."""

    def use(name: str) -> None:
        settings.SESSION_ENGINE = name if "." in name else DJANGOS + name
        if "cache" in name:
            settings.SESSION_CACHE_ALIAS = "sessions"
            settings.CACHES = settings.CACHES | {
                "sessions": {
                    "BACKEND": "django.core.cache.backends.redis.RedisCache",
                    "LOCATION": request.getfixturevalue("redis_url"),
                    "KEY_PREFIX": uuid.uuid4().hex,
                }
            }
        if name == "file":
            folder: Path = request.getfixturevalue("tmp_path")
            monkeypatch.setattr(file.SessionStore, "_storage_path", str(folder), raising=False)

    return use
