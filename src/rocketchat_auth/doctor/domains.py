"""What is one site to a browser: hosts of one registrable domain, by the public-suffix list.

Of the libraries that have the list, `publicsuffixlist` brings it along, never asks the network, and needs nothing else.
A list that is a year old is wrong about hosts that hardly anybody runs a chat on.
"""

from functools import lru_cache
from ipaddress import ip_address

from publicsuffixlist import PublicSuffixList


def site_of(host: str) -> str:
    """The registrable domain of a host; the host itself where it has none, as `localhost` or an address."""
    return domain_of(host) or host.strip("[].").lower()


def domain_of(host: str) -> str | None:
    """The registrable domain of a host, or None where it has none."""
    host = host.strip("[].").lower()
    try:
        ip_address(host)
    except ValueError:
        return _list().privatesuffix(host)
    return None


def is_local(host: str) -> bool:
    """Whether browsers trust a host without https, because it is this machine."""
    host = host.strip("[]")
    return host in ("127.0.0.1", "::1", "localhost") or host.endswith(".localhost")


@lru_cache(maxsize=1)
def _list() -> PublicSuffixList:
    return PublicSuffixList()
