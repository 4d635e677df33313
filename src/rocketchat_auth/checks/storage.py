"""Where sessions and shared counts are kept."""

from django.apps import apps
from django.conf import settings
from django.core.cache.backends.dummy import DummyCache
from django.core.checks import CheckMessage

from rocketchat_auth.checks.findings import Finding
from rocketchat_auth.checks.reading import load

_DATABASE_ENGINES = ("django.contrib.sessions.backends.db", "django.contrib.sessions.backends.cached_db")

NO_SESSIONS_APP = Finding(
    "E111",
    "Sessions are kept in the database, and django.contrib.sessions is not in INSTALLED_APPS.",
    '"django.contrib.sessions",  # in INSTALLED_APPS',
)
DUMMY_CACHE = Finding(
    "W111",
    "The default cache is a DummyCache, which keeps nothing: Rocket.Chat is asked for the same again and again, its "
    "rate limit is not heeded, and an outage is met anew by every request.",
    'CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://localhost"}}',
)
SIGNED_COOKIES = Finding(
    "W112",
    "Sessions are kept in signed cookies, whose key changes with every change of the session: each needs a chat login "
    "of its own, and none can be ended for sure.",
    'SESSION_ENGINE = "django.contrib.sessions.backends.db"',
)
TEMPORARY_FILES = Finding(
    "W113",
    "Sessions are kept in the system's folder for temporary files, which services and cron may each have of their own: "
    "'manage.py rocketchat sweep' would take every session to be over.",
    'SESSION_FILE_PATH = "/var/lib/example/sessions"',
)
FINDINGS = (NO_SESSIONS_APP, DUMMY_CACHE, SIGNED_COOKIES, TEMPORARY_FILES)


def check(**kwargs: object) -> list[CheckMessage]:
    """The session engine and the default cache."""
    found = []
    engine: object = settings.SESSION_ENGINE
    if engine in _DATABASE_ENGINES and not apps.is_installed("django.contrib.sessions"):
        found.append(NO_SESSIONS_APP.message())
    if engine == "django.contrib.sessions.backends.signed_cookies":
        found.append(SIGNED_COOKIES.message())
    if engine == "django.contrib.sessions.backends.file" and not settings.SESSION_FILE_PATH:
        found.append(TEMPORARY_FILES.message())
    if _default_cache_is_dummy():
        found.append(DUMMY_CACHE.message())
    return found


def _default_cache_is_dummy() -> bool:
    caches: object = settings.CACHES
    default = caches.get("default") if isinstance(caches, dict) else None
    backend = default.get("BACKEND") if isinstance(default, dict) else None
    loaded, _ = load(backend) if isinstance(backend, str) else (None, "")
    return isinstance(loaded, type) and issubclass(loaded, DummyCache)
