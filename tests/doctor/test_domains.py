"""What is one site to a browser."""

import pytest

from rocketchat_auth.doctor.domains import domain_of, is_local, site_of


@pytest.mark.parametrize(
    "host, site",
    [
        ("www.example.com", "example.com"),
        ("WWW.Example.com.", "example.com"),
        ("example.com", "example.com"),
        ("chat.example.co.uk", "example.co.uk"),
        ("mine.github.io", "mine.github.io"),
        ("a.mine.github.io", "mine.github.io"),
        ("github.io", "github.io"),
        ("chat.xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("intranet", "intranet"),
        ("localhost", "localhost"),
        ("192.168.0.1", "192.168.0.1"),
        ("::1", "::1"),
        ("[::1]", "::1"),
    ],
)
def test_site(host: str, site: str) -> None:
    assert site_of(host) == site


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "::1", "co.uk"])
def test_some_hosts_have_no_domain(host: str) -> None:
    assert domain_of(host) is None


@pytest.mark.parametrize(
    "host, local",
    [
        ("localhost", True),
        ("chat.localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost.example.com", False),
    ],
)
def test_local_hosts(host: str, local: bool) -> None:
    assert is_local(host) is local
