import logging
import threading
from collections.abc import Iterator
from contextlib import suppress

import httpx2
import pytest
from django.core.cache.backends.locmem import LocMemCache

from rocketchat_auth.rest import (
    SERVICE,
    BadAnswer,
    Breaker,
    BreakerOpen,
    Client,
    Credentials,
    CredentialsRefused,
    NotFound,
    RateLimited,
    Refused,
    TimedOut,
    Unavailable,
    Unreachable,
)
from rocketchat_auth.rest import client as client_module
from rocketchat_auth.rest.breaker import FAILURES, PAUSE
from rocketchat_auth.rest.client import RETRY_PAUSES
from rocketchat_auth.rest.shared_cache import SharedCache
from rocketchat_auth.testing import StandIn, StandInServer
from rocketchat_auth.testing.clock import FakeClock
from tests.rest.loopback import answer, loopback
from tests.rest.talking import BASE, SERVICE_ACCOUNT, TOKEN, Script, client_of, says_no, says_yes

BROKEN = httpx2.ConnectError("broken")


@pytest.fixture
def breaker(request: pytest.FixtureRequest, fake_clock: FakeClock) -> Breaker:
    return Breaker(SharedCache(LocMemCache(request.node.name, {}), "chat"), fake_clock)


def test_calls_are_the_service_account_s_unless_said_otherwise() -> None:
    script = Script(says_yes())
    client = client_of(script)

    client.call("GET", "v1/me")
    client.call("GET", "v1/me", credentials=SERVICE)
    client.call("GET", "v1/me", credentials=Credentials("u1", "t1"))
    client.call("GET", "info", credentials=None)

    assert [request.headers.get("x-auth-token") for request in script.requests] == [TOKEN, TOKEN, "t1", None]


def test_a_slash_at_the_end_of_the_address_is_no_matter() -> None:
    script = Script(says_yes())

    client_of(script, base_url=f"{BASE}/team/").call("GET", "info")

    assert script.paths == ["/team/api/info"]


def test_credentials_that_cannot_be_sent_are_refused_without_a_call() -> None:
    script = Script(says_yes())

    with pytest.raises(CredentialsRefused) as caught:
        client_of(script).call("GET", "v1/me", credentials=Credentials("u1", "two\nlines"))

    assert (caught.value.status, caught.value.endpoint, script.requests) == (401, "v1/me", [])


@pytest.mark.parametrize(
    "failure",
    [
        BROKEN,
        httpx2.ReadError("reset"),
        httpx2.RemoteProtocolError("eof"),
        *(httpx2.Response(s) for s in (502, 503, 504)),
    ],
    ids=repr,
)
def test_what_may_pass_is_tried_twice_more_with_pauses(failure: Exception | httpx2.Response) -> None:
    script, clock = Script(failure), FakeClock()

    with pytest.raises(Unavailable):
        client_of(script, clock=clock).call("GET", "info")

    assert len(script.requests) == 3
    assert tuple(clock.slept) == RETRY_PAUSES


def test_a_second_attempt_that_is_answered_is_the_answer() -> None:
    script = Script(BROKEN, says_yes(version="8.4"))

    assert client_of(script).call("GET", "info").body["version"] == "8.4"


def test_a_second_attempt_that_is_refused_is_not_followed_by_a_third() -> None:
    script = Script(BROKEN, says_no("User not found."), says_yes())

    with pytest.raises(NotFound):
        client_of(script).call("GET", "v1/users.info")

    assert len(script.requests) == 2


@pytest.mark.parametrize(
    "failure",
    [
        httpx2.ConnectTimeout("late"),
        httpx2.ReadTimeout("late"),
        httpx2.Response(500),
        httpx2.Response(404, text="Not Found"),
        httpx2.Response(302, headers={"location": "https://new.example.com"}),
        says_no("Too many", status=429),
        says_no("User not found."),
    ],
    ids=repr,
)
def test_what_will_not_pass_is_not_tried_again(failure: Exception | httpx2.Response) -> None:
    script, clock = Script(failure), FakeClock()

    with pytest.raises((Unavailable, Refused)):
        client_of(script, clock=clock).call("GET", "info")

    assert (len(script.requests), clock.slept) == (1, [])


@pytest.mark.parametrize("failure", [BROKEN, httpx2.Response(503)], ids=repr)
def test_a_post_is_made_once_only(failure: Exception | httpx2.Response) -> None:
    script = Script(failure)

    with pytest.raises(Unavailable):
        client_of(script).call("POST", "v1/users.create", json={})

    assert len(script.requests) == 1


def test_a_post_that_may_be_made_twice_and_a_get_that_may_not_are_taken_at_their_word() -> None:
    script = Script(BROKEN)
    client = client_of(script)

    for method, idempotent in ("POST", True), ("GET", False):
        with pytest.raises(Unreachable):
            client.call(method, "v1/logout", idempotent=idempotent)

    assert [request.method for request in script.requests] == ["POST"] * 3 + ["GET"]


def test_a_429_is_raised_at_once_with_its_wait() -> None:
    clock = FakeClock()
    headers = {"X-RateLimit-Reset": f"{(clock.time() + 17) * 1000:.0f}"}

    with pytest.raises(RateLimited) as caught:
        client_of(Script(says_no("Slow down", status=429, headers=headers)), clock=clock).call("GET", "v1/me")

    assert (caught.value.wait, caught.value.reset_at, clock.slept) == (17, clock.time() + 17, [])


def test_an_endless_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "MAX_ANSWER_BYTES", 5_000)
    sent = 0

    def endless(request: httpx2.Request) -> httpx2.Response:
        def pieces() -> Iterator[bytes]:
            nonlocal sent
            while True:
                sent += 1
                yield b" " * 1000

        return httpx2.Response(200, content=pieces())

    with pytest.raises(BadAnswer, match="more than 5000 bytes"):
        client_of(endless).call("GET", "v1/users.list")

    assert sent == 6


def test_an_unforeseen_failure_is_an_error_of_ours_too() -> None:
    with pytest.raises(Unreachable, match=r"^v1/me broke off with ZeroDivisionError\.$"):
        client_of(Script(ZeroDivisionError("token"))).call("GET", "v1/me")


def test_the_log_has_a_line_for_each_attempt_without_query_header_or_body(caplog: pytest.LogCaptureFixture) -> None:
    script, clock = Script(BROKEN, says_no("User not found."), says_yes()), FakeClock()
    client = client_of(script, clock=clock)

    with caplog.at_level(logging.DEBUG):
        with pytest.raises(NotFound):
            client.call("GET", "v1/users.info", params={"email": "ada@example.com"})
        client.call("POST", "v1/users.update", json={"userId": "u1"})

    assert [(record.name, record.levelname, record.getMessage()) for record in caplog.records] == [
        ("rocketchat_auth.rest", "DEBUG", "GET v1/users.info: Unreachable, 0 ms"),
        ("rocketchat_auth.rest", "DEBUG", "GET v1/users.info: 400, 0 ms"),
        ("rocketchat_auth.rest", "DEBUG", "POST v1/users.update: 200, 0 ms"),
    ]


def test_the_log_tells_the_milliseconds(caplog: pytest.LogCaptureFixture) -> None:
    clock = FakeClock()

    def slow(request: httpx2.Request) -> httpx2.Response:
        clock.advance(1.234)
        return says_yes()

    with caplog.at_level(logging.DEBUG, "rocketchat_auth.rest"):
        client_of(slow, clock=clock).call("GET", "info")

    assert caplog.messages == ["GET info: 200, 1234 ms"]


@pytest.mark.parametrize("failure", [BROKEN, httpx2.ReadTimeout("late"), httpx2.Response(503)], ids=repr)
def test_a_chat_that_is_down_is_not_asked_any_more(
    failure: Exception | httpx2.Response, breaker: Breaker, fake_clock: FakeClock
) -> None:
    script = Script(failure)
    client = client_of(script, clock=fake_clock, breaker=breaker)
    for _ in range(FAILURES):
        with pytest.raises(Unavailable):
            client.call("POST", "v1/users.create")

    with pytest.raises(BreakerOpen) as caught:
        client.call("POST", "v1/users.create")

    assert len(script.requests) == FAILURES
    assert (caught.value.endpoint, caught.value.wait) == ("v1/users.create", PAUSE)


def test_a_breaker_that_opens_between_attempts_ends_them(breaker: Breaker, fake_clock: FakeClock) -> None:
    script = Script(BROKEN)
    client = client_of(script, clock=fake_clock, breaker=breaker)

    with pytest.raises(Unreachable):
        client.call("GET", "info")
    with pytest.raises(BreakerOpen):
        client.call("GET", "info")

    assert len(script.requests) == FAILURES


@pytest.mark.parametrize(
    "alive", [says_yes(), says_no("No."), httpx2.Response(500), httpx2.Response(404, text="?")], ids=repr
)
def test_a_chat_that_answers_whatever_is_asked_again(
    alive: httpx2.Response, breaker: Breaker, fake_clock: FakeClock
) -> None:
    script = Script(*[BROKEN] * FAILURES, alive)
    client = client_of(script, clock=fake_clock, breaker=breaker)
    for _ in range(FAILURES):
        with pytest.raises(Unreachable):
            client.call("POST", "v1/users.create")
    fake_clock.advance(PAUSE)

    for _ in range(3):
        with suppress(BadAnswer, Refused):
            client.call("POST", "v1/users.create")

    assert len(script.requests) == FAILURES + 3


def test_an_answer_too_long_does_not_count_as_down(
    breaker: Breaker, fake_clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "MAX_ANSWER_BYTES", 5)
    client = client_of(Script(says_yes()), clock=fake_clock, breaker=breaker)

    for _ in range(2 * FAILURES):
        with pytest.raises(BadAnswer):
            client.call("GET", "info")


class TestFindingOutWhatIsWrong:
    def test_an_unguarded_twin_asks_also_while_calls_are_held_back(self, breaker: Breaker) -> None:
        script = Script(*[BROKEN] * FAILURES, says_yes())
        client = client_of(script, breaker=breaker)
        for _ in range(FAILURES):
            with pytest.raises(Unreachable):
                client.call("GET", "info", idempotent=False)

        assert client.held_back() == PAUSE
        assert client.unguarded().held_back() == 0
        client.unguarded().call("GET", "info")

        assert client.held_back() == PAUSE

    def test_an_unguarded_twin_leaves_the_connections_open(self) -> None:
        with loopback(answer()) as server:
            client = Client(server.url, credentials=SERVICE_ACCOUNT, connect_timeout=2.0, read_timeout=5.0)
            client.call("GET", "info")
            client.unguarded().close()
            client.call("GET", "info")
            client.close()

        assert server.connections == 1

    @pytest.mark.parametrize("status", [200, 301, 404, 502])
    def test_a_look_shows_what_comes_back_to_nobody(self, status: int) -> None:
        script = Script(httpx2.Response(status, headers={"Location": "/elsewhere"}, text="whatever"))

        received = client_of(script).look("info")

        assert (received.status, received.content, received.certificate_ends) == (status, b"whatever", None)
        assert received.headers["location"] == "/elsewhere"
        assert "x-auth-token" not in script.requests[0].headers

    def test_a_look_at_a_page_is_below_no_api(self) -> None:
        script = Script(httpx2.Response(200, text="<!doctype html>"))

        received = client_of(script, base_url="https://chat.example.com/chat").look_at_page("home")

        assert (received.status, received.content) == (200, b"<!doctype html>")
        [request] = script.requests
        assert (str(request.url), request.headers["accept"]) == ("https://chat.example.com/chat/home", "text/html")
        assert "x-auth-token" not in request.headers

    def test_a_look_at_nothing_fails(self) -> None:
        with pytest.raises(Unreachable):
            client_of(Script(BROKEN)).look("info")


def test_closing_closes_the_connections_that_it_made_itself() -> None:
    with loopback(answer()) as server:
        client = Client(server.url, credentials=SERVICE_ACCOUNT, connect_timeout=2, read_timeout=2)
        client.call("GET", "info")
        client.close()
        client.call("GET", "info")
        client.close()

    assert server.connections == 2


def test_closing_leaves_another_s_transport_open() -> None:
    class Transport(httpx2.MockTransport):
        closed = False

        def close(self) -> None:
            self.closed = True

    transport = Transport(Script(says_yes()))

    Client(BASE, credentials=SERVICE_ACCOUNT, connect_timeout=2, read_timeout=2, transport=transport).close()

    assert not transport.closed


def test_many_threads_share_one_client_and_nobody_gets_another_s_answer() -> None:
    stand_in = StandIn("8.4", rate_limit=False)
    names = [f"user{number}" for number in range(8)]
    for name in names:
        stand_in.add_user(name, password="swordfish!")
    wrong: list[object] = []

    def work(client: Client, name: str) -> None:
        login = client.call("POST", "v1/login", json={"user": name, "password": "swordfish!"}, credentials=None)
        credentials = Credentials(login.text("data", "userId"), login.text("data", "authToken"))
        for _ in range(15):
            seen = client.call("GET", "v1/me", credentials=credentials).at("username")
            if seen != name:
                wrong.append((name, seen))

    with StandInServer(stand_in) as server:
        client = Client(server.url, credentials=SERVICE_ACCOUNT, connect_timeout=5, read_timeout=20)
        threads = [threading.Thread(target=work, args=(client, name)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        client.close()

    assert wrong == []
    assert stand_in.calls.count(("GET", "/api/v1/me")) == 8 * 15


def test_a_server_that_drops_the_connection_is_unreachable_and_one_that_hangs_times_out() -> None:
    stand_in = StandIn("8.4")
    with StandInServer(stand_in) as server:
        client = Client(server.url, credentials=SERVICE_ACCOUNT, connect_timeout=2, read_timeout=0.3)
        stand_in.fail_with("drop")
        with pytest.raises(Unreachable):
            client.call("GET", "info")
        stand_in.fail_with("timeout")
        with pytest.raises(TimedOut):
            client.call("GET", "info")
        client.close()
