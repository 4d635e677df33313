import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import django
import hypothesis
import pytest
from django.core.cache import caches
from pymongo.database import Database
from pytest_django import Settings

from tests import mongod, redis_server

if TYPE_CHECKING:
    from rocketchat_auth.testing import StandIn, StandInServer
    from rocketchat_auth.testing.clock import FakeClock

TOKEN_SECRET = "the-value-of-CREATE_TOKENS_FOR_USERS_SECRET"
SKIP_ALLOWED = "shared recordings missing"

# How long an example takes says nothing on a machine that does other things as well.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


@pytest.fixture(scope="session")
def mongo_server() -> Iterator[mongod.MongoServer]:
    """A real MongoDB, one for each worker of a test run."""
    with mongod.mongo_server() as server:
        yield server


@pytest.fixture
def mongo_database(mongo_server: mongod.MongoServer) -> Iterator[Database[dict[str, Any]]]:
    """An empty database of the test's own."""
    with mongo_server.client() as client:
        name = f"test_{uuid.uuid4().hex}"
        yield client[name]
        client.drop_database(name)


@pytest.fixture
def mongo_uri(mongo_server: mongod.MongoServer, mongo_database: Database[dict[str, Any]]) -> str:
    """What `MONGO_DB` is set to for `mongo_database`."""
    return mongo_server.uri(mongo_database.name)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A real Redis, one for each worker of a test run."""
    with redis_server.redis_server() as url:
        yield url


@pytest.fixture
def fake_clock() -> "FakeClock":
    from rocketchat_auth.testing.clock import FakeClock

    return FakeClock()


@pytest.fixture
def stand_in(request: pytest.FixtureRequest, fake_clock: "FakeClock") -> "StandIn":
    """A Rocket.Chat 8.4, or of the version that the test asks for by indirect parametrization."""
    from rocketchat_auth.testing import StandIn

    version = getattr(request, "param", "8.4")
    return StandIn(version, clock=fake_clock, token_secret=TOKEN_SECRET)


@pytest.fixture
def stand_in_server(stand_in: "StandIn") -> Iterator["StandInServer"]:
    """The stand-in behind a real socket on a free port of the loopback."""
    from rocketchat_auth.testing import StandInServer

    with StandInServer(stand_in, port=0) as server:
        yield server


@pytest.fixture
def rocketchat(stand_in: "StandIn", fake_clock: "FakeClock", settings: Settings) -> Iterator["StandIn"]:
    """The stand-in as the workspace that the site's settings name, reached without a socket."""
    with _installed(stand_in, settings, fake_clock):
        yield stand_in


@pytest.fixture
def rocketchat_in_real_time(settings: Settings) -> Iterator["StandIn"]:
    """The same by the machine's clock, for tests whose threads wait for each other."""
    from rocketchat_auth.testing import StandIn

    stand_in = StandIn("8.4", token_secret=TOKEN_SECRET)
    with _installed(stand_in, settings, None):
        yield stand_in


@contextmanager
def _installed(stand_in: "StandIn", settings: Settings, clock: "FakeClock | None") -> Iterator[None]:
    import httpx2

    from rocketchat_auth.rest.service import install_transport

    settings.ROCKETCHAT_USER_ID = stand_in.admin.user_id
    settings.ROCKETCHAT_AUTH_TOKEN = stand_in.admin.auth_token
    settings.ROCKETCHAT_TOKEN_SECRET = TOKEN_SECRET
    undo = install_transport(httpx2.WSGITransport(app=stand_in.wsgi), clock=clock)
    try:
        yield
    finally:
        undo()


@pytest.fixture(autouse=True)
def _empty_caches() -> Iterator[None]:
    _clear_caches()
    yield
    _clear_caches()


def _clear_caches() -> None:
    for cache in caches.all():
        cache.clear()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this Django does not have; the matrix runs it on one that does."""
    too_new = [item for item in items if _wants_newer_django(item)]
    if too_new:
        config.hook.pytest_deselected(items=too_new)
        items[:] = [item for item in items if item not in too_new]


def _wants_newer_django(item: pytest.Item) -> bool:
    return any(marker.args > django.VERSION[:2] for marker in item.iter_markers("since_django"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Any:
    report: pytest.TestReport = yield
    return _without_skip(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Any:
    report: pytest.CollectReport = yield
    return _without_skip(report)


def _without_skip(report: Report) -> Report:
    """A skipped test is a failed one, but for those whose recordings are not in the repository."""
    if report.skipped and not hasattr(report, "wasxfail") and SKIP_ALLOWED not in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"Skipped, which no test may be: {report.longrepr}"
    return report
