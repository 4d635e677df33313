"""The client of this process, built from the site's settings, and what is known of its workspace.

This is the one file of `rest` that reads settings and knows Django's cache. What it keeps there is bound to the address
of the chat. A cache that is down or a dummy is no trouble: then each process knows what it found out itself.
"""

import os
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx2
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from rocketchat_auth.conf import conf
from rocketchat_auth.rest import workspace
from rocketchat_auth.rest.breaker import Breaker
from rocketchat_auth.rest.budget import Budget
from rocketchat_auth.rest.call import Credentials
from rocketchat_auth.rest.client import Client
from rocketchat_auth.rest.clock import Clock, SystemClock
from rocketchat_auth.rest.known import Known
from rocketchat_auth.rest.pacing import Pacer
from rocketchat_auth.rest.shared_cache import SharedCache
from rocketchat_auth.rest.workspace import UsernameRule, Version


@dataclass(frozen=True, slots=True)
class _Seam:
    """What tests put in place of the network and of time. `name` keeps what they learn apart from everything else."""

    transport: httpx2.BaseTransport
    clock: Clock
    name: str


@dataclass(frozen=True, slots=True)
class _Basis:
    """What the client is made from. The process is part of it: connections do not survive a fork."""

    process: int
    url: str
    credentials: Credentials
    connect_timeout: float
    read_timeout: float
    ca_file: str | None
    proxy_from_environment: bool
    seam: _Seam | None


@dataclass(frozen=True, slots=True)
class _Service:
    """All that belongs to one chat, in one process."""

    basis: _Basis
    client: Client
    background_client: Client
    version: Known[Version]
    username_rule: Known[UsernameRule]
    me_budget: Budget
    login_budget: Budget


_SYSTEM_CLOCK = SystemClock()
_is_background: ContextVar[bool] = ContextVar("rocketchat_auth_background", default=False)
_lock = threading.Lock()
_service: _Service | None = None
_seam: _Seam | None = None


def client() -> Client:
    """The client for the workspace that the settings name: one for the whole process, made anew when they change.

    Within `in_background` its calls wait for their turn.

    Raises:
        SettingError: a setting is missing or wrong.
        TlsFailed: `ROCKETCHAT_CA_FILE` cannot be used.
        Unreachable: the environment names a proxy that cannot be used.
    """
    service = _current()
    return service.background_client if _is_background.get() else service.client


def stranger(url: str) -> Client:
    """A client of a workspace that no setting names yet, without an account. Whoever takes it closes it.

    Args:
        url: the address of the chat.

    Raises:
        SettingError: a setting about connections is wrong.
        TlsFailed: `ROCKETCHAT_CA_FILE` cannot be used.
        Unreachable: the environment names a proxy that cannot be used.
    """
    seam = _seam
    return Client(
        url,
        credentials=Credentials("", ""),
        connect_timeout=conf.connect_timeout,
        read_timeout=conf.read_timeout,
        ca_file=conf.ca_file,
        proxy_from_environment=conf.proxy_from_environment,
        transport=seam.transport if seam else None,
        clock=clock(),
    )


@contextmanager
def in_background() -> Iterator[None]:
    """Work that nobody waits for: until it ends, calls of this thread keep to the server's rate limits by waiting."""
    reset = _is_background.set(True)
    try:
        yield
    finally:
        _is_background.reset(reset)


def version() -> Version:
    """The version of the server, asked every 10 minutes; the last known one while there is no answer.

    Raises:
        RocketChatError: it could not be asked, and never was known.
    """
    return _current().version.get()


def username_rule() -> UsernameRule:
    """The workspace's rule for user names, asked every 10 minutes; the last known one while there is no answer.

    Where the workspace refuses to tell, it is Rocket.Chat's default.

    Raises:
        Unavailable: it could not be asked, and never was known.
    """
    return _current().username_rule.get()


def me_budget() -> Budget:
    """The site's allowance of `GET /api/v1/me` with tokens of ordinary users."""
    return _current().me_budget


def login_budget() -> Budget:
    """The site's allowance of `POST /api/v1/login`."""
    return _current().login_budget


def clock() -> Clock:
    """The time by which the site goes: the system's, or the one that a test installed."""
    seam = _seam
    return seam.clock if seam else _SYSTEM_CLOCK


def now() -> datetime:
    """The time of `clock` as the database wants it: aware, unless the site has `USE_TZ = False`."""
    moment = datetime.fromtimestamp(clock().time(), UTC)
    return moment if settings.USE_TZ else timezone.make_naive(moment)


def install_transport(transport: httpx2.BaseTransport, *, clock: Clock | None = None) -> Callable[[], None]:
    """Put something in place of the network: the seam for tests, of this package and of sites.

    Args:
        transport: what all calls go through, such as `httpx2.WSGITransport(app=stand_in.wsgi)`.
        clock: the time; the system's if not given.

    Returns:
        A function that takes it away again.
    """
    global _seam  # noqa: PLW0603 - a test replaces what the process has one of
    with _lock:
        before = _seam
        _seam = _Seam(transport, clock or SystemClock(), uuid.uuid4().hex)

    def undo() -> None:
        global _seam  # noqa: PLW0603
        with _lock:
            _seam = before

    return undo


def _current() -> _Service:
    global _service  # noqa: PLW0603 - the one place of the process where connections are kept
    basis = _basis()
    service = _service
    if service is not None and service.basis == basis:
        return service
    with _lock:
        former = _service
        if former is not None and former.basis == basis:
            return former
        _service = _build(basis)
        if former is not None and former.basis.process == basis.process:
            former.client.close()
        return _service


def _basis() -> _Basis:
    return _Basis(
        process=os.getpid(),
        url=conf.url,
        credentials=Credentials(conf.user_id, conf.auth_token),
        connect_timeout=conf.connect_timeout,
        read_timeout=conf.read_timeout,
        ca_file=conf.ca_file,
        proxy_from_environment=conf.proxy_from_environment,
        seam=_seam,
    )


def _build(basis: _Basis) -> _Service:
    time = basis.seam.clock if basis.seam else _SYSTEM_CLOCK
    shared = SharedCache(cache, f"{basis.url} {basis.seam.name if basis.seam else ''}")
    client = Client(
        basis.url,
        credentials=basis.credentials,
        connect_timeout=basis.connect_timeout,
        read_timeout=basis.read_timeout,
        ca_file=basis.ca_file,
        proxy_from_environment=basis.proxy_from_environment,
        transport=basis.seam.transport if basis.seam else None,
        clock=time,
        breaker=Breaker(shared, time),
    )
    return _Service(
        basis=basis,
        client=client,
        background_client=client.paced(Pacer(shared, time)),
        version=Known(
            shared,
            "version",
            time,
            ask=lambda: workspace.info(client),
            pack=list,
            unpack=lambda packed: Version(*packed),
        ),
        username_rule=Known(
            shared,
            "username-rule",
            time,
            ask=lambda: workspace.username_rule(client),
            pack=lambda rule: rule.pattern,
            unpack=workspace.rule_of,
            fallback=UsernameRule(),
        ),
        me_budget=Budget(shared, "me", time),
        login_budget=Budget(shared, "login", time, silence_is_unlimited=True),
    )
