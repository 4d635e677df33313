import json
import socket
import threading
from http.client import HTTPConnection
from typing import Any

import httpx2
import pytest

from rocketchat_auth.testing import StandIn, StandInServer


@pytest.fixture
def connection() -> Any:
    with StandInServer(StandIn()) as server:
        connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
        yield connection
        connection.close()


def test_serves_at_its_url() -> None:
    stand_in = StandIn()
    with StandInServer(stand_in) as server:
        assert server.url == f"http://localhost:{server.port}" == stand_in.settings["Site_Url"]
        assert httpx2.get(f"{server.url}/api/info").json()["version"] == "8.4"


def test_serves_at_a_port_that_is_named() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for _ in range(2):
        with StandInServer(StandIn(), port=port) as server:
            assert httpx2.get(f"http://127.0.0.1:{port}/api/info").status_code == 200
            assert server.port == port


def test_a_port_that_is_taken_is_an_error() -> None:
    with StandInServer(StandIn()) as server, pytest.raises(OSError, match="in use"):
        StandInServer(StandIn(), port=server.port).start()


def test_names_other_addresses_as_they_are() -> None:
    with StandInServer(StandIn(), host="127.0.0.2") as server:
        assert server.url == f"http://127.0.0.2:{server.port}"


def test_has_a_port_only_while_it_runs() -> None:
    server = StandInServer(StandIn())
    with pytest.raises(RuntimeError, match="not running"):
        server.port  # noqa: B018 - reading it is what fails
    server.start()
    with pytest.raises(RuntimeError, match="already"):
        server.start()
    server.stop()
    server.stop()
    with pytest.raises(RuntimeError, match="not running"):
        server.url  # noqa: B018 - reading it is what fails


def test_may_be_started_again() -> None:
    server = StandInServer(StandIn())
    for _ in range(2):
        with server:
            assert httpx2.get(f"{server.url}/api/info").status_code == 200


def test_keeps_connections_alive(connection: HTTPConnection) -> None:
    sockets = set()
    for method, path in (("GET", "/api/info"), ("POST", "/api/v1/login"), ("GET", "/home"), ("HEAD", "/home")):
        connection.request(method, path, json.dumps({"user": "x"}) if method == "POST" else None)
        connection.getresponse().read()
        sockets.add(connection.sock)

    assert len(sockets) == 1
    assert None not in sockets


def test_bodies_that_nobody_reads_do_not_disturb_the_next_request(connection: HTTPConnection) -> None:
    for _ in range(3):
        connection.request("POST", "/api/v1/nosuch", b"x" * 100_000)
        response = connection.getresponse()
        response.read()
        assert response.status == 404


def test_bodies_may_come_in_chunks(connection: HTTPConnection) -> None:
    headers = {"Content-Type": "application/json"}
    for _ in range(2):
        chunks = iter([b'{"user": "nobody",', b' "password": "x"}'])
        connection.request("POST", "/api/v1/login", chunks, headers, encode_chunked=True)
        response = connection.getresponse()
        assert json.loads(response.read())["message"] == "Unauthorized"


def test_paths_and_queries_arrive_decoded(connection: HTTPConnection) -> None:
    connection.request("GET", "/avatar/%C3%A9lodie?size=20")

    assert "É" in connection.getresponse().read().decode()


def test_answers_many_at_once() -> None:
    stand_in = StandIn()
    with StandInServer(stand_in) as server, httpx2.Client(base_url=server.url, timeout=20) as client:
        headers = {"X-User-Id": stand_in.admin.user_id, "X-Auth-Token": stand_in.admin.auth_token}
        body = {"username": "alice", "email": "alice@example.com", "name": "Alice", "password": "correct horse"}
        statuses: list[int] = []

        def create() -> None:
            statuses.append(client.post("/api/v1/users.create", json=body, headers=headers).status_code)

        threads = [threading.Thread(target=create) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(statuses) == [200] + [400] * 19


def test_clients_that_go_away_are_no_event(capfd: pytest.CaptureFixture[str]) -> None:
    with StandInServer(StandIn()) as server:
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", server.port)) as client:
                # Closing with this option resets the connection while the answer is on its way.
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
                client.sendall(b"GET /home HTTP/1.1\r\nHost: x\r\n\r\n" * 50)

    assert capfd.readouterr() == ("", "")


def test_faults_of_its_own_are_shown(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = StandIn()

    def fault(request: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(stand_in.application, "_respond", fault)
    with StandInServer(stand_in) as server, pytest.raises(httpx2.TransportError):
        httpx2.get(f"{server.url}/api/info")

    assert "ZeroDivisionError" in capfd.readouterr().err


def test_open_connections_do_not_hold_up_its_end() -> None:
    with StandInServer(StandIn()) as server:
        idle = [HTTPConnection("127.0.0.1", server.port, timeout=10) for _ in range(3)]
        for connection in idle:
            connection.request("GET", "/api/info")
            connection.getresponse().read()

    for connection in idle:
        assert connection.sock.recv(1) == b""
        connection.close()
