"""A URL that somebody else named leads to the public internet, or to nothing."""

import socket
import ssl
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import trustme
from pytest_django import Settings

from rocketchat_auth.accounts.fetching import MAX_REDIRECTS, NotFetched, fetch, is_public
from rocketchat_auth.testing import StandIn
from rocketchat_auth.testing.clock import FakeClock
from tests.rest.loopback import Behaviour, Loopback, answer, loopback

CONTENT = b"the content"
SECRET = "signature=f00d"
HOST = "pictures.example.com"


def get(url: str, *, limit: int = 1000) -> bytes:
    """Fetch from a server of this machine, which nothing but a test may do."""
    return fetch(url, limit=limit, may_connect=lambda address: True)


def redirect(to: str) -> Behaviour:
    return answer(b"", b"Location: " + to.encode(), status=b"302 Found")


def wait(connection: socket.socket, request: bytes) -> None:
    """Say nothing until the other side has gone."""
    connection.recv(1)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Host names, and the addresses that they are to have."""
    known: dict[str, list[str]] = {}
    real = socket.getaddrinfo

    def look_up(host: str, *args: Any, **kwargs: Any) -> list[Any]:
        found = known.get(host, [host])
        return [place for address in found for place in real(address, *args, **kwargs)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "240.0.0.1",
        "224.0.0.1",
        "192.0.2.1",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff0e::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b:1::808:808",
        "2002:7f00:1::1",
        "2001:0:808:808::1",
    ],
)
def test_an_address_of_this_machine_or_of_a_private_network_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.215.14", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


class TestAnAddressThatIsNotPublic:
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "[::ffff:7f00:1]"])
    def test_is_not_connected_to_however_it_is_spelt(self, host: str) -> None:
        with loopback(answer(CONTENT)) as server, pytest.raises(NotFetched, match="private network"):
            fetch(f"http://{host}:{server.port}/", limit=1000)
        assert server.connections == 0

    def test_spoils_the_public_ones_of_the_same_name(self, names: dict[str, list[str]]) -> None:
        names[HOST] = ["8.8.8.8", "127.0.0.1"]
        with loopback(answer(CONTENT)) as server, pytest.raises(NotFetched, match="private network"):
            fetch(f"http://{HOST}:{server.port}/", limit=1000)
        assert server.connections == 0

    def test_is_not_reached_by_a_redirect(self) -> None:
        asked = []

        def only_the_first(address: object) -> bool:
            asked.append(address)
            return len(asked) == 1

        with loopback(answer(CONTENT)) as inner, loopback(redirect(inner.url)) as outer:
            with pytest.raises(NotFetched, match="private network"):
                fetch(outer.url, limit=1000, may_connect=only_the_first)
            assert (outer.connections, inner.connections) == (1, 0)


class TestTheConnection:
    def test_goes_to_the_address_that_was_checked_in_the_name_of_the_host(self, names: dict[str, list[str]]) -> None:
        names[HOST] = ["127.0.0.1"]
        with loopback(answer(CONTENT)) as server:
            assert get(f"http://{HOST}:{server.port}/ada.png?{SECRET}") == CONTENT
            [request] = server.requests
        assert request.startswith(f"GET /ada.png?{SECRET} HTTP/1.1\r\n".encode())
        assert f"Host: {HOST}:{server.port}\r\n".encode() in request

    def test_is_tried_with_the_next_address_where_one_does_not_answer(self, names: dict[str, list[str]]) -> None:
        with loopback(answer(CONTENT)) as server:
            names[HOST] = ["127.0.0.2", "127.0.0.1"]
            assert get(f"http://{HOST}:{server.port}/") == CONTENT

    def test_carries_neither_cookies_nor_credentials(self, settings: Settings) -> None:
        with loopback(answer(CONTENT)) as server:
            get(server.url)
            [request] = server.requests
        assert settings.ROCKETCHAT_AUTH_TOKEN.encode() not in request
        assert b"cookie" not in request.lower()
        assert b"authorization" not in request.lower()

    def test_asks_for_what_can_be_measured(self) -> None:
        with loopback(answer(CONTENT)) as server:
            get(server.url)
            [request] = server.requests
        assert b"Accept-Encoding: identity\r\n" in request


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """A certificate authority that this machine trusts."""
    authority = trustme.CA()
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return authority


def tls_of(authority: trustme.CA, host: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return context


class TestACertificate:
    def test_is_asked_for_the_name_and_not_for_the_address(
        self, authority: trustme.CA, names: dict[str, list[str]]
    ) -> None:
        names[HOST] = ["127.0.0.1"]
        with loopback(answer(CONTENT), tls=tls_of(authority, HOST)) as server:
            assert get(f"https://{HOST}:{server.port}/") == CONTENT

    def test_of_another_host_is_refused(self, authority: trustme.CA, names: dict[str, list[str]]) -> None:
        names[HOST] = ["127.0.0.1"]
        tls = tls_of(authority, "other.example.com")
        with loopback(answer(CONTENT), tls=tls) as server, pytest.raises(NotFetched, match="certificate") as caught:
            get(f"https://{HOST}:{server.port}/{SECRET}")
        assert SECRET not in str(caught.value)
        assert server.requests == []

    def test_of_the_chat_s_own_authority_is_refused(
        self, tmp_path: Path, names: dict[str, list[str]], settings: Settings
    ) -> None:
        names[HOST] = ["127.0.0.1"]
        authority = trustme.CA()
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        settings.ROCKETCHAT_CA_FILE = tmp_path / "ca.pem"
        tls = tls_of(authority, HOST)
        with loopback(answer(CONTENT), tls=tls) as server, pytest.raises(NotFetched, match="certificate"):
            get(f"https://{HOST}:{server.port}/")


class TestRedirects:
    def test_are_followed(self) -> None:
        with loopback(answer(CONTENT)) as inner, loopback(redirect(inner.url)) as outer:
            assert get(outer.url) == CONTENT

    def test_to_a_path_stay_on_the_host(self) -> None:
        def behave(connection: socket.socket, request: bytes) -> None:
            (answer(CONTENT) if request.startswith(b"GET /there ") else redirect("/there"))(connection, request)

        with loopback(behave) as server:
            assert get(f"{server.url}/here") == CONTENT

    def test_are_followed_so_many_times_only(self) -> None:
        with loopback(redirect("/")) as server, pytest.raises(NotFetched, match=f"more than {MAX_REDIRECTS} times"):
            get(server.url)
        assert len(server.requests) == MAX_REDIRECTS + 1

    @pytest.mark.parametrize(
        "to", ["file:///etc/passwd", "ftp://example.com/", "http://", "http://[", "http://\x7f/", "data:,a"]
    )
    def test_to_anything_but_the_web_are_refused(self, to: str) -> None:
        with loopback(redirect(to)) as server, pytest.raises(NotFetched):
            get(server.url)


class TestAnAnswer:
    @pytest.mark.parametrize("status", [b"204 No Content", b"404 Not Found", b"500 Error", b"304 Not Modified"])
    def test_that_brings_nothing_is_named_by_its_status(self, status: bytes) -> None:
        behave, sentence = answer(b"", status=status), f"status {status[:3].decode()}"
        with loopback(behave) as server, pytest.raises(NotFetched, match=sentence):
            get(server.url)

    def test_that_is_too_large_is_left_unread(self) -> None:
        with loopback(endless) as server:
            assert len(get(server.url, limit=1000)) > 1000

    def test_that_does_not_come_in_time_is_given_up(self, settings: Settings) -> None:
        settings.ROCKETCHAT_READ_TIMEOUT = 0.05
        with loopback(wait) as server, pytest.raises(NotFetched, match="did not answer in time"):
            get(server.url)

    def test_that_comes_too_slowly_is_given_up(self, rocketchat: StandIn, fake_clock: FakeClock) -> None:
        def drip(connection: socket.socket, request: bytes) -> None:
            fake_clock.advance(60)
            answer(CONTENT)(connection, request)

        with loopback(drip) as server, pytest.raises(NotFetched, match="did not finish in time"):
            get(server.url)

    def test_that_breaks_off_is_given_up(self) -> None:
        def hang_up(connection: socket.socket, request: bytes) -> None:
            connection.close()

        with loopback(hang_up) as server, pytest.raises(NotFetched, match="cannot be reached"):
            get(server.url)


def endless(connection: socket.socket, request: bytes) -> None:
    """Send more than anybody wants, until the other side has gone."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65536)


class TestAUrl:
    @pytest.mark.parametrize(
        "url", ["", "ada.png", "/media/ada.png", "//example.com/a", "file:///etc/passwd", "http:///a", "http://\x7f/"]
    )
    def test_that_is_none_of_the_web_is_refused(self, url: str) -> None:
        with pytest.raises(NotFetched, match="no http:// or https:// URL"):
            fetch(url, limit=1000)

    def test_with_a_password_is_refused_and_not_repeated(self) -> None:
        with pytest.raises(NotFetched, match=r"http://example\.com has a user name or a password in it") as caught:
            fetch(f"http://ada:{SECRET}@example.com/", limit=1000)
        assert SECRET not in str(caught.value)

    @pytest.mark.parametrize("host", ["pictures.invalid", "a" * 64 + ".example.com", f"127.0.0.1:{10**30}"])
    def test_of_an_unknown_host_is_said_to_be_unknown(self, host: str, monkeypatch: pytest.MonkeyPatch) -> None:
        real = socket.getaddrinfo

        def look_up(name: str, *args: Any, **kwargs: Any) -> Any:
            if name.endswith(".invalid"):
                raise socket.gaierror
            return real(name, *args, **kwargs)

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        with pytest.raises(NotFetched, match="cannot be resolved"):
            fetch(f"http://{host}/", limit=1000)

    def test_where_nothing_listens_is_said_to_be_out_of_reach(self) -> None:
        with loopback(answer(CONTENT)) as server:
            pass
        with pytest.raises(NotFetched, match="cannot be reached"):
            get(server.url)


class TestAProxy:
    @pytest.fixture
    def proxied(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> "Any":
        settings.ROCKETCHAT_PROXY_FROM_ENVIRONMENT = True
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)

        def use(server: Loopback) -> None:
            monkeypatch.setenv("http_proxy", server.url)

        return use

    def test_is_asked_for_the_name_which_it_alone_may_know(self, proxied: Any, names: dict[str, list[str]]) -> None:
        names[HOST] = []
        with loopback(answer(CONTENT)) as server:
            proxied(server)
            assert fetch(f"http://{HOST}/ada.png", limit=1000) == CONTENT
        assert server.requests[0].startswith(f"GET http://{HOST}/ada.png ".encode())

    def test_is_not_asked_for_what_is_known_to_be_private(self, proxied: Any, names: dict[str, list[str]]) -> None:
        names[HOST] = ["10.0.0.1"]
        with loopback(answer(CONTENT)) as server:
            proxied(server)
            with pytest.raises(NotFetched, match="private network"):
                fetch(f"http://{HOST}/ada.png", limit=1000)
        assert server.connections == 0

    def test_of_the_environment_is_not_used_unasked(
        self, proxied: Any, settings: Settings, names: dict[str, list[str]]
    ) -> None:
        settings.ROCKETCHAT_PROXY_FROM_ENVIRONMENT = False
        names[HOST] = ["127.0.0.1"]
        with loopback(answer(CONTENT)) as server, loopback(answer(b"by the proxy")) as proxy:
            proxied(proxy)
            assert get(f"http://{HOST}:{server.port}/") == CONTENT
        assert proxy.connections == 0

    def test_of_an_unknown_kind_is_a_reason(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.ROCKETCHAT_PROXY_FROM_ENVIRONMENT = True
        monkeypatch.setenv("http_proxy", "gopher://localhost:70")
        with pytest.raises(NotFetched, match="cannot be reached"):
            get(f"http://{HOST}/")
