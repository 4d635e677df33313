import threading
import time

import httpx2
import pytest

from rocketchat_auth.testing import StandIn, StandInServer
from tests.testing.talk import Talk


def test_fails_with_a_status_until_it_recovers(talk: Talk) -> None:
    talk.stand_in.fail_with(503)
    assert [talk.get("/api/info").status_code for _ in range(3)] == [503] * 3

    talk.stand_in.fail_with(None)
    assert talk.get("/api/info").status_code == 200


def test_fails_so_many_times(talk: Talk) -> None:
    talk.stand_in.fail_with(502, times=2)

    assert [talk.get("/api/info").status_code for _ in range(3)] == [502, 502, 200]


def test_fails_at_one_path(talk: Talk) -> None:
    talk.stand_in.fail_with(500, path="/api/v1/me")

    assert talk.get("/api/info").status_code == 200
    assert talk.get("me", talk.admin).status_code == 500


def test_failed_calls_are_listed_too(talk: Talk) -> None:
    talk.stand_in.fail_with(503)
    talk.get("/api/info")

    assert talk.stand_in.calls == [("GET", "/api/info")]
    talk.stand_in.reset_calls()
    assert talk.stand_in.calls == []


@pytest.mark.parametrize("failure", ["", "fire", "503"])
def test_knows_no_other_failures(talk: Talk, failure: str) -> None:
    with pytest.raises(ValueError, match="timeout"):
        talk.stand_in.fail_with(failure)


@pytest.mark.parametrize("failure, error", [("timeout", httpx2.ReadTimeout), ("drop", httpx2.RemoteProtocolError)])
def test_without_a_socket_it_raises_what_the_client_would(
    talk: Talk, failure: str, error: type[httpx2.TransportError]
) -> None:
    talk.stand_in.fail_with(failure)

    with pytest.raises(error):
        talk.get("/api/info")


@pytest.mark.parametrize("failure, errors", [("timeout", httpx2.ReadTimeout), ("drop", httpx2.TransportError)])
def test_with_a_socket_the_client_meets_it(failure: str, errors: type[httpx2.TransportError]) -> None:
    stand_in = StandIn()
    with StandInServer(stand_in) as server, httpx2.Client(base_url=server.url, timeout=0.2) as client:
        stand_in.fail_with(failure, times=1)

        with pytest.raises(errors):
            client.get("/api/info")

        assert client.get("/api/info").status_code == 200


def test_held_calls_are_let_go_when_it_recovers() -> None:
    stand_in = StandIn()
    seen: list[type[BaseException]] = []

    def call(url: str) -> None:
        try:
            httpx2.get(f"{url}/api/info", timeout=20)
        except httpx2.TransportError as error:
            seen.append(type(error))

    with StandInServer(stand_in) as server:
        stand_in.fail_with("timeout")
        caller = threading.Thread(target=call, args=(server.url,))
        caller.start()
        deadline = time.monotonic() + 10
        while not stand_in.calls and time.monotonic() < deadline:
            caller.join(0.01)
        stand_in.fail_with(None)
        caller.join(10)

    assert seen
    assert seen[0] is not httpx2.ReadTimeout
