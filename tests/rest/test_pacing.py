import threading
from email.utils import formatdate
from typing import Any

import httpx2
import pytest
from django.core.cache.backends.locmem import LocMemCache

from rocketchat_auth.rest import (
    BreakerOpen,
    Client,
    CredentialsRefused,
    NotFound,
    Pacer,
    RateLimited,
    Unreachable,
    users,
)
from rocketchat_auth.rest.breaker import FAILURES, Breaker
from rocketchat_auth.rest.budget import CALLS, SECONDS
from rocketchat_auth.rest.pacing import PATIENCE, REFUSALS
from rocketchat_auth.rest.shared_cache import SharedCache
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from rocketchat_auth.testing.limiter import RateLimiter
from tests.rest.talking import BASE, SERVICE_ACCOUNT, Script, client_for, client_of, says_no, says_yes
from tests.rest.versions import client_as

SLOW_DOWN = "Error, too many requests. You must wait 17 seconds before trying this endpoint again."
ENOUGH_TIME = 30


@pytest.fixture
def shared(request: pytest.FixtureRequest) -> SharedCache:
    return SharedCache(LocMemCache(request.node.name, {}), "chat")


@pytest.fixture
def pacer(shared: SharedCache, fake_clock: FakeClock) -> Pacer:
    return Pacer(shared, fake_clock)


class Limited:
    """A server that counts as Rocket.Chat does, and says by its own clock when it begins anew.

    Args:
        clock: the time.
        skew: by how many seconds the server's clock is wrong.
        others: calls that others make from the same address before each of ours.
        latency: how long a call is on its way, and its answer.
        dated: whether its answers say when they were given.
    """

    def __init__(
        self, clock: FakeClock, *, skew: float = 0.0, others: int = 0, latency: float = 0.0, dated: bool = True
    ) -> None:
        self._clock = clock
        self._limiter = RateLimiter(clock)
        self._skew = skew
        self._others = others
        self._latency = latency
        self._dated = dated
        self._lock = threading.Lock()
        self.statuses: list[int] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self._clock.advance(self._latency)
        with self._lock:
            for _ in range(self._others):
                self._limiter.count(request.url.path, "address")
            verdict = self._limiter.count(request.url.path, "address")
            self.statuses.append(200 if verdict.allowed else 429)
            headers = verdict.headers()
        headers["X-RateLimit-Reset"] = str(round((verdict.reset_at + self._skew) * 1000))
        if self._dated:
            headers["Date"] = formatdate(int(self._clock.time() + self._skew), usegmt=True)
        self._clock.advance(self._latency)
        return says_yes(headers) if verdict.allowed else says_no(SLOW_DOWN, status=429, headers=headers)


def in_threads(client: Client, count: int, *, calls: int = 1, endpoint: str = "v1/users.create") -> list[Exception]:
    failures: list[Exception] = []

    def work() -> None:
        try:
            for _ in range(calls):
                client.call("POST", endpoint, json={})
        except Exception as error:  # noqa: BLE001 - it is looked at
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(ENOUGH_TIME)
    return failures


def test_calls_of_an_account_without_a_limit_do_not_wait(pacer: Pacer, fake_clock: FakeClock) -> None:
    script = Script(says_yes())
    client = client_of(script, clock=fake_clock).paced(pacer)

    for _ in range(100):
        client.call("POST", "v1/users.create", json={})

    assert (len(script.requests), fake_clock.slept) == (100, [])


def test_calls_of_an_account_with_a_limit_wait_for_their_turn(pacer: Pacer, fake_clock: FakeClock) -> None:
    server = Limited(fake_clock)
    client = client_of(server, clock=fake_clock).paced(pacer)
    started = fake_clock.time()

    for _ in range(3 * CALLS):
        client.call("POST", "v1/users.create", json={})

    assert server.statuses == [200] * 3 * CALLS
    assert fake_clock.time() - started == pytest.approx(2 * SECONDS, abs=2)


def test_each_endpoint_has_a_turn_of_its_own_and_names_behind_a_path_are_one(
    pacer: Pacer, fake_clock: FakeClock
) -> None:
    client = client_of(Limited(fake_clock), clock=fake_clock).paced(pacer)

    for _ in range(CALLS):
        client.call("GET", "v1/users.info")
    client.call("GET", "v1/users.list")
    client.call("GET", "info")
    assert fake_clock.slept == []

    for number in range(CALLS + 1):
        client.call("GET", f"v1/settings/Setting_{number}")
    assert len(fake_clock.slept) == 1


@pytest.mark.parametrize(
    "how",
    [
        {"skew": 0.0},
        {"skew": 0.7},
        {"skew": -3600.0},
        # A thread that sleeps makes the answers of others late by a minute: their date would tell nothing.
        {"latency": 0.9, "dated": False},
    ],
    ids=str,
)
@pytest.mark.parametrize("start", [0.0, 0.35, 59.9])
@pytest.mark.parametrize("others", [0, 1])
def test_many_threads_of_an_account_with_a_limit_never_break_it(
    shared: SharedCache, how: dict[str, Any], start: float, others: int
) -> None:
    clock = FakeClock(1_798_761_600.0 + start)
    server = Limited(clock, others=others, **how)
    # By this clock, a call is also under way while another thread sleeps for a minute.
    client = Client(
        BASE,
        credentials=SERVICE_ACCOUNT,
        connect_timeout=2.0,
        read_timeout=1e6,
        transport=httpx2.MockTransport(server),
        clock=clock,
    ).paced(Pacer(shared, clock, patience=1e6))

    failures = in_threads(client, 8, calls=8)

    assert failures == []
    assert server.statuses.count(200) == 64
    if not others:
        assert 429 not in server.statuses


def test_the_workers_of_a_site_share_the_limit(shared: SharedCache, fake_clock: FakeClock) -> None:
    server = Limited(fake_clock)
    workers = [client_of(server, clock=fake_clock).paced(Pacer(shared, fake_clock)) for _ in range(4)]

    for _ in range(8):
        for worker in workers:
            worker.call("POST", "v1/users.create", json={})

    assert server.statuses == [200] * 32


class Standing(FakeClock):
    """A clock that stands while somebody sleeps, until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.asleep = threading.Semaphore(0)
        self.go_on = threading.Event()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.asleep.release()
        assert self.go_on.wait(ENOUGH_TIME)


def test_before_anything_is_known_no_more_calls_are_under_way_than_there_may_be(shared: SharedCache) -> None:
    clock, arrived, answer_now = Standing(), threading.Semaphore(0), threading.Event()
    requests: list[httpx2.Request] = []

    def slow(request: httpx2.Request) -> httpx2.Response:
        requests.append(request)
        arrived.release()
        assert answer_now.wait(ENOUGH_TIME)
        return says_yes()

    client, done = client_of(slow, clock=clock).paced(Pacer(shared, clock)), threading.Semaphore(0)

    def work() -> None:
        client.call("POST", "v1/users.create", json={})
        done.release()

    threads = [threading.Thread(target=work) for _ in range(25)]
    for thread in threads:
        thread.start()
    assert all(arrived.acquire(timeout=ENOUGH_TIME) for _ in range(CALLS))
    assert all(clock.asleep.acquire(timeout=ENOUGH_TIME) for _ in range(25 - CALLS))
    assert len(requests) == CALLS
    assert max(clock.slept) < 1  # any answer may end the wait

    answer_now.set()
    assert all(done.acquire(timeout=ENOUGH_TIME) for _ in range(CALLS))
    clock.go_on.set()
    for thread in threads:
        thread.join(ENOUGH_TIME)
    assert len(requests) == 25


def test_a_429_is_waited_out_and_the_call_made_again(pacer: Pacer, fake_clock: FakeClock) -> None:
    script = Script(says_no(SLOW_DOWN, status=429), says_yes(user={"_id": "u1"}))
    client = client_of(script, clock=fake_clock).paced(pacer)

    assert client.call("POST", "v1/users.create", json={}).text("user", "_id") == "u1"

    assert (len(script.requests), sum(fake_clock.slept)) == (2, 17)


def test_after_so_many_429_a_call_is_given_up(pacer: Pacer, fake_clock: FakeClock) -> None:
    script = Script(says_no(SLOW_DOWN, status=429))

    with pytest.raises(RateLimited) as caught:
        client_of(script, clock=fake_clock).paced(pacer).call("POST", "v1/users.create", json={})

    assert (len(script.requests), caught.value.status, caught.value.wait) == (REFUSALS, 429, 17)


def test_a_call_whose_turn_comes_too_late_is_not_made(shared: SharedCache, fake_clock: FakeClock) -> None:
    script = Script(says_no(SLOW_DOWN, status=429))
    client = client_of(script, clock=fake_clock).paced(Pacer(shared, fake_clock, patience=20))

    with pytest.raises(RateLimited, match="nothing was sent") as caught:
        client.call("POST", "v1/users.create", json={})

    assert (len(script.requests), fake_clock.slept) == (2, [17])
    assert (caught.value.wait, caught.value.reset_at) == (17, fake_clock.time() + 17)
    assert caught.value.endpoint == "v1/users.create"
    assert caught.value.__context__ is None


def test_waiting_has_an_end_also_where_others_are_always_faster(pacer: Pacer, fake_clock: FakeClock) -> None:
    """Other sites at the same address may take all calls of each window."""
    server = Limited(fake_clock, others=CALLS)
    started = fake_clock.time()

    with pytest.raises(RateLimited):
        client_of(server, clock=fake_clock).paced(pacer).call("POST", "v1/users.create", json={})

    assert fake_clock.time() - started <= PATIENCE


def test_a_refusal_tells_of_the_limit_as_an_answer_does(pacer: Pacer, fake_clock: FakeClock) -> None:
    script = Script(says_no("User not found."))
    client = client_of(script, clock=fake_clock).paced(pacer)

    for _ in range(3 * CALLS):
        with pytest.raises(NotFound):
            client.call("POST", "v1/users.update", json={})

    assert fake_clock.slept == []


def test_credentials_that_are_refused_tell_nothing_of_the_limit(pacer: Pacer, fake_clock: FakeClock) -> None:
    script = Script(httpx2.Response(401, json={"status": "error", "message": "You must be logged in to do this."}))
    client = client_of(script, clock=fake_clock).paced(pacer)

    for _ in range(CALLS + 1):
        with pytest.raises(CredentialsRefused):
            client.call("GET", "v1/users.info")

    assert sum(fake_clock.slept) == pytest.approx(SECONDS)


def test_attempts_after_a_broken_connection_are_counted_too(pacer: Pacer, fake_clock: FakeClock) -> None:
    script = Script(httpx2.ConnectError("broken"))
    client = client_of(script, clock=fake_clock).paced(pacer)

    for _ in range(4):
        with pytest.raises(Unreachable):
            client.call("GET", "v1/users.info")

    assert len(script.requests) == 12
    assert sum(fake_clock.slept) >= SECONDS


def test_a_twin_has_the_same_breaker_and_leaves_the_connections_open(
    shared: SharedCache, pacer: Pacer, fake_clock: FakeClock
) -> None:
    script = Script(httpx2.ConnectError("broken"))
    client = client_of(script, clock=fake_clock, breaker=Breaker(shared, fake_clock))
    twin = client.paced(pacer)
    for _ in range(FAILURES):
        with pytest.raises(Unreachable):
            twin.call("POST", "v1/users.create", json={})

    with pytest.raises(BreakerOpen):
        client.call("POST", "v1/users.create", json={})
    assert twin.base_url == client.base_url


def test_closing_a_twin_leaves_the_connections_of_the_client_open(pacer: Pacer) -> None:
    client = Client(BASE, credentials=SERVICE_ACCOUNT, connect_timeout=1, read_timeout=1)
    with pytest.MonkeyPatch.context() as patch:
        closed: list[bool] = []
        patch.setattr(client._transport, "close", lambda: closed.append(True))
        client.paced(pacer).close()
        assert closed == []
        client.close()
        assert closed == [True]


@pytest.mark.parametrize("stand_in", ["6.5", "9.0"], indirect=True)
def test_an_ordinary_account_reads_more_than_ten_accounts(
    stand_in: StandIn, pacer: Pacer, fake_clock: FakeClock
) -> None:
    names = [f"user{number}" for number in range(25)]
    for name in names:
        stand_in.add_user(name)
    client = client_as(stand_in, "user0", fake_clock).paced(pacer)

    assert [users.info(client, username=name).username for name in names] == names

    assert fake_clock.slept == [SECONDS, SECONDS]
    assert len(stand_in.calls) == 25


def test_an_administrator_does_not_wait(stand_in: StandIn, pacer: Pacer, fake_clock: FakeClock) -> None:
    client = client_for(stand_in, fake_clock).paced(pacer)

    for _ in range(30):
        users.info(client, username="admin")

    assert fake_clock.slept == []
