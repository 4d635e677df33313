import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import trustme

from rocketchat_auth.rest import BadAnswer, Client, TimedOut, TlsFailed, Unreachable
from rocketchat_auth.rest import client as client_module
from rocketchat_auth.rest import transport as transports
from rocketchat_auth.rest.transport import failure_of
from tests.rest.loopback import answer, loopback
from tests.rest.talking import SERVICE_ACCOUNT


@pytest.fixture(autouse=True)
def _no_proxies_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def client_at(
    url: str, *, read_timeout: float = 5.0, ca_file: str | None = None, proxy_from_environment: bool = False
) -> Client:
    return Client(
        url,
        credentials=SERVICE_ACCOUNT,
        connect_timeout=2.0,
        read_timeout=read_timeout,
        ca_file=ca_file,
        proxy_from_environment=proxy_from_environment,
    )


def ask(client: Client, endpoint: str = "info") -> object:
    """Ask once, whatever comes of it, and close."""
    try:
        return client.call("GET", endpoint, idempotent=False).body["version"]
    finally:
        client.close()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return context


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def test_a_certificate_of_one_s_own_authority_is_accepted_with_its_file(tls: ssl.SSLContext, ca_file: str) -> None:
    with loopback(answer(), tls=tls) as server:
        assert ask(client_at(f"https://localhost:{server.port}", ca_file=ca_file)) == "8.4"


def test_the_same_certificate_is_refused_without_the_file(tls: ssl.SSLContext) -> None:
    with loopback(answer(), tls=tls) as server, pytest.raises(TlsFailed, match="is not trusted") as caught:
        ask(client_at(f"https://localhost:{server.port}"))

    assert "ROCKETCHAT_CA_FILE" in str(caught.value)
    assert server.requests == []


def test_a_certificate_of_another_authority_is_refused(tls: ssl.SSLContext, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))

    with loopback(answer(), tls=tls) as server, pytest.raises(TlsFailed):
        ask(client_at(f"https://localhost:{server.port}", ca_file=str(other)))

    assert server.requests == []


def test_a_certificate_of_another_host_is_refused(tls: ssl.SSLContext, ca_file: str) -> None:
    with loopback(answer(), tls=tls) as server, pytest.raises(TlsFailed, match=r"127\.0\.0\.1"):
        ask(client_at(f"https://127.0.0.1:{server.port}", ca_file=ca_file))

    assert server.requests == []


def test_a_server_without_tls_is_no_server_with_it(ca_file: str) -> None:
    def hang_up(connection: socket.socket, request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with loopback(hang_up) as server, pytest.raises((TlsFailed, TimedOut)):
        ask(client_at(f"https://localhost:{server.port}", ca_file=ca_file, read_timeout=0.3))


def test_the_file_s_authorities_stand_in_place_of_the_system_s(ca_file: str) -> None:
    context = ssl.create_default_context(cafile=ca_file)

    assert context.cert_store_stats()["x509_ca"] == 1


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_file_that_cannot_be_used_is_named_by_its_setting(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)

    with pytest.raises(TlsFailed, match=r"^ROCKETCHAT_CA_FILE cannot be used: ") as caught:
        client_at("https://localhost", ca_file=str(path))

    assert caught.value.__context__ is None


def test_authorities_of_the_system_that_cannot_be_used_are_not_blamed_on_the_setting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nowhere.pem"))

    with pytest.raises(TlsFailed, match=r"^The system's certificate authorities cannot be used: "):
        client_at("https://localhost")


def test_a_server_that_does_not_answer_is_given_up_after_the_read_timeout() -> None:
    def say_nothing(connection: socket.socket, request: bytes) -> None:
        connection.recv(1)

    with loopback(say_nothing) as server:
        started = time.monotonic()
        with pytest.raises(TimedOut, match="did not answer info in time"):
            ask(client_at(server.url, read_timeout=0.2))

        assert 0.15 < time.monotonic() - started < 2


def test_a_server_that_answers_drop_by_drop_is_given_up_too() -> None:
    over = threading.Event()

    def drip(connection: socket.socket, request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not over.wait(0.05):
            connection.sendall(b" ")

    with loopback(drip) as server:
        started = time.monotonic()
        with pytest.raises(TimedOut, match="did not finish its answer to info in time"):
            ask(client_at(server.url, read_timeout=0.2))
        over.set()

        assert 0.7 < time.monotonic() - started < 3


def test_a_server_that_accepts_no_connection_is_given_up_after_the_connect_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        # The queue of a server that never accepts has room for one or two; these fill it.
        fillers = [_connecting(address) for _ in range(4)]
        client = Client(
            f"http://127.0.0.1:{address[1]}", credentials=SERVICE_ACCOUNT, connect_timeout=0.2, read_timeout=0.2
        )
        with pytest.raises(TimedOut, match="did not accept a connection in time"):
            ask(client)
        for filler in fillers:
            filler.close()


def _connecting(address: tuple[str, int]) -> socket.socket:
    filler = socket.socket()
    filler.setblocking(False)
    filler.connect_ex(address)
    return filler


def test_a_pool_whose_connections_are_all_busy_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transports, "MAX_CONNECTIONS", 1)
    busy, over = threading.Event(), threading.Event()

    def hold(connection: socket.socket, request: bytes) -> None:
        busy.set()
        over.wait(5)
        answer()(connection, request)

    with loopback(hold) as server:
        client = Client(server.url, credentials=SERVICE_ACCOUNT, connect_timeout=0.2, read_timeout=5.0)
        first = threading.Thread(target=client.call, args=("GET", "info"))
        first.start()
        busy.wait(5)
        with pytest.raises(TimedOut, match="were busy for too long"):
            client.call("GET", "info")
        over.set()
        first.join()
        client.close()


def test_connections_are_used_again() -> None:
    with loopback(answer()) as server:
        client = client_at(server.url)
        for _ in range(5):
            client.call("GET", "info")
        client.close()

    assert (server.connections, len(server.requests)) == (1, 5)


def test_cookies_are_not_kept_for_the_next_call() -> None:
    with loopback(answer(b'{"success": true}', b"Set-Cookie: rc_uid=somebody; Path=/")) as server:
        client = client_at(server.url)
        for _ in range(2):
            client.call("GET", "v1/me")
        client.close()

    assert not any(b"cookie" in request.lower() for request in server.requests)


def test_nobody_listening_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(Unreachable, match=rf"^No connection to http://127.0.0.1:{port}: Connection refused.$"):
        ask(client_at(f"http://127.0.0.1:{port}"))


@pytest.mark.parametrize("garbage", [b"", b"SSH-2.0-OpenSSH_9.6\r\n"])
def test_a_connection_that_ends_without_an_answer_is_unreachable(garbage: bytes) -> None:
    def hang_up(connection: socket.socket, request: bytes) -> None:
        connection.sendall(garbage)
        connection.shutdown(socket.SHUT_RDWR)

    with loopback(hang_up) as server, pytest.raises(Unreachable, match="closed the connection without an answer"):
        ask(client_at(server.url))


def test_a_compressed_answer_that_was_not_asked_for_is_read_all_the_same() -> None:
    import gzip

    with loopback(answer(gzip.compress(b'{"version": "8.4"}'), b"Content-Encoding: gzip")) as server:
        assert ask(client_at(server.url)) == "8.4"

    assert b"accept-encoding: identity" in server.requests[0].lower()


def test_a_broken_compression_is_a_bad_answer() -> None:
    with (
        loopback(answer(b"no gzip", b"Content-Encoding: gzip")) as server,
        pytest.raises(BadAnswer, match="compression"),
    ):
        ask(client_at(server.url))


def test_a_small_answer_that_unpacks_to_a_huge_one_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    import gzip

    monkeypatch.setattr(client_module, "MAX_ANSWER_BYTES", 100_000)
    bomb = gzip.compress(b" " * 50_000_000)

    with (
        loopback(answer(bomb, b"Content-Encoding: gzip")) as server,
        pytest.raises(BadAnswer, match="more than 100000"),
    ):
        ask(client_at(server.url))


@pytest.fixture
def proxy() -> Iterator[str]:
    with loopback(answer(b'{"version": "by proxy"}')) as server:
        yield f"127.0.0.1:{server.port}"


@pytest.fixture
def chat() -> Iterator[str]:
    with loopback(answer(b'{"version": "direct"}')) as server:
        yield server.url


def test_proxies_of_the_environment_are_left_alone_unless_asked_for(
    monkeypatch: pytest.MonkeyPatch, proxy: str, chat: str
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://{proxy}")
    monkeypatch.setenv("ALL_PROXY", f"http://{proxy}")

    assert ask(client_at(chat)) == "direct"


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", ["http://", "http://user:pass@", ""])
def test_proxies_of_the_environment_are_used_when_asked_for(
    monkeypatch: pytest.MonkeyPatch, proxy: str, chat: str, name: str, scheme: str
) -> None:
    monkeypatch.setenv(name, f"{scheme}{proxy}")

    assert ask(client_at(chat, proxy_from_environment=True)) == "by proxy"


def test_hosts_that_need_no_proxy_are_called_directly(monkeypatch: pytest.MonkeyPatch, proxy: str, chat: str) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://{proxy}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    assert ask(client_at(chat, proxy_from_environment=True)) == "direct"


def test_without_a_proxy_in_the_environment_the_chat_is_called_directly(chat: str) -> None:
    assert ask(client_at(chat, proxy_from_environment=True)) == "direct"


@pytest.mark.parametrize("proxy_url", ["gopher://user:pass@proxy.example.com", "http://proxy.example.com:port"])
def test_a_proxy_that_cannot_be_used_is_unreachable(monkeypatch: pytest.MonkeyPatch, proxy_url: str) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy_url)

    with pytest.raises(Unreachable, match=r"^The proxy that the environment names") as caught:
        client_at("http://chat.example.com", proxy_from_environment=True)

    assert caught.value.__context__ is None


def test_a_proxy_that_refuses_is_unreachable() -> None:
    failure = failure_of(httpx2.ProxyError("407"), "https://chat.example.com", "info")

    assert isinstance(failure, Unreachable)
    assert str(failure) == "The proxy does not connect to https://chat.example.com."


@pytest.mark.parametrize(
    "origin,reason",
    [
        (socket.gaierror(-2, "X-Auth-Token: abc"), "the name of its host cannot be resolved"),
        (OSError(111, "X-Auth-Token: abc"), "Connection refused"),
        (OSError("X-Auth-Token: abc"), "OSError"),
        (ConnectionResetError(104, "X-Auth-Token: abc"), "Connection reset by peer"),
    ],
    ids=["name", "refused", "unknown", "reset"],
)
def test_the_reason_is_the_system_s_own_and_no_other_words(origin: OSError, reason: str) -> None:
    failure = httpx2.ConnectError("X-Auth-Token: abc")
    failure.__cause__ = origin

    found = failure_of(failure, "https://chat.example.com", "info")

    assert str(found) == f"No connection to https://chat.example.com: {reason}."


def test_a_failure_of_tls_without_a_reason_is_one_all_the_same() -> None:
    failure = failure_of(ssl.SSLError("X-Auth-Token: abc"), "https://chat.example.com", "info")

    assert isinstance(failure, TlsFailed)
    assert str(failure) == "No TLS connection to https://chat.example.com: SSLError."


def test_a_failure_of_which_nothing_is_known_is_unreachable() -> None:
    failure = failure_of(httpx2.ReadError("X-Auth-Token: abc"), "https://chat.example.com", "info")

    assert isinstance(failure, Unreachable)
    assert str(failure) == "No connection to https://chat.example.com: it broke off."
