"""What the site's processes share, and whether the work that they leave to others is done."""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from operator import attrgetter

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.utils.translation import gettext_lazy as _

from rocketchat_auth.doctor import queues
from rocketchat_auth.doctor.findings import Finding, Found, Severity, Topic
from rocketchat_auth.doctor.patient import Patient
from rocketchat_auth.login.living import SessionsUnknown
from rocketchat_auth.login.sweeping import count_long_overdue
from rocketchat_auth.rest import service

LONG_OVER = timedelta(days=1)

_REDIS = (
    'CACHES = {{"default": {{"BACKEND": "django.core.cache.backends.redis.RedisCache",'
    ' "LOCATION": "redis://localhost"}}}}'
)

OF_ONE_PROCESS = Finding(
    "D171",
    Severity.WARNING,
    _("The default cache is each process's own ({cache})."),
    _("With several workers each counts for itself: Rocket.Chat's rate limits are overrun, and its outages met anew."),
    _REDIS,
)
KEEPS_NOTHING = Finding(
    "D172",
    Severity.WARNING,
    _("The default cache keeps nothing: it is a DummyCache, or it is down ({error})."),
    _("Rocket.Chat is asked for the same again and again, its rate limits are overrun, and its outages met anew."),
    _REDIS,
)
HELD_BACK = Finding(
    "D173",
    Severity.PROBLEM,
    _("Calls to Rocket.Chat are held back for {seconds} seconds, since the last ones all failed."),
    _("So long nobody can sign in to chat who has no login yet."),
    _("It ends by itself once Rocket.Chat answers. See what is said of the connection."),
)
NOBODY_SWEEPS = Finding(
    "D176",
    Severity.WARNING,
    _("Chat logins that go on though their session has been over for more than a day: {count}."),
    _("Whoever has such a login open goes on reading, after signing out of the site too."),
    _("Let cron run this every five minutes: manage.py rocketchat sweep (docs/sweeping.md)."),
)
SESSIONS_UNKNOWN = Finding(
    "D177",
    Severity.UNKNOWN,
    _("It could not be looked at whether chat logins outlive their sessions: {reason}"),
    mend=_("Start the cache that SESSION_CACHE_ALIAS names."),
)
OWN = (OF_ONE_PROCESS, KEEPS_NOTHING, HELD_BACK, NOBODY_SWEEPS, SESSIONS_UNKNOWN)
FINDINGS = tuple(sorted((*OWN, *queues.FINDINGS), key=attrgetter("number")))


def probe(patient: Patient) -> Iterator[Found]:
    """Look at the cache, the breaker, the tasks and what a sweep would find."""
    yield from _of_cache()
    yield from queues.probe()
    yield from _of_sweeps()
    wait = service.client().held_back()
    if wait:
        yield HELD_BACK.seen(seconds=round(wait))


def _of_cache() -> Iterator[Found]:
    cache = caches["default"]
    error = _error_of(cache)
    if error:
        yield KEEPS_NOTHING.seen(error=error)
    elif isinstance(cache, LocMemCache) and not settings.DEBUG:
        yield OF_ONE_PROCESS.seen(cache=type(cache).__name__)


def _error_of(cache: BaseCache) -> str:
    """What is wrong with the cache, by the name of its class or of its failure; "" where it keeps what it is given."""
    key = f"rocketchat_auth:doctor:{secrets.token_hex(8)}"
    try:
        cache.set(key, key, 60)
        kept = cache.get(key)
        cache.delete(key)
    except Exception as error:  # noqa: BLE001 - every backend has failures of its own
        return type(error).__name__
    return "" if kept == key else type(cache).__name__


def _of_sweeps() -> Iterator[Found]:
    try:
        overdue = count_long_overdue(LONG_OVER)
    except SessionsUnknown as reason:
        yield SESSIONS_UNKNOWN.seen(reason=reason)
    else:
        if overdue:
            yield NOBODY_SWEEPS.seen(count=overdue)


TOPIC = Topic(
    "background",
    _("Cache and background work"),
    FINDINGS,
    probe,
    _("The cache keeps what it is given, no task waits for long, and no chat login outlives its session for long."),
    asks=False,
)
