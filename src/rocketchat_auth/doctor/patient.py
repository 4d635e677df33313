"""What is examined: a site, its workspace, and where browsers find the two."""

import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address

import httpx2

from rocketchat_auth import rest
from rocketchat_auth.rest import service
from rocketchat_auth.setting_up.site import Site

Address = IPv4Address | IPv6Address


def addresses_of(host: str) -> list[Address]:
    """The addresses of a host as this server sees them; none where its name cannot be resolved."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [ip_address(place[0]) for *_unused, place in found]


@dataclass(slots=True)
class Patient:
    """What the probes look at.

    Args:
        site: the site's own address, `https://www.example.com`, as a browser has it, with a path where it lives below
            one; "" where it was not told, and then what has to be seen from outside is left out.
        browser: what requests from outside go through in place of the network: the seam for tests.
        look_up: finds the addresses of a host: another seam.
    """

    site: str = ""
    browser: httpx2.BaseTransport | None = field(default=None, repr=False)
    look_up: Callable[[str], list[Address]] = field(default=addresses_of, repr=False)

    @property
    def place(self) -> Site:
        """The site as `setup` takes it, for the addresses of its pages.

        Raises:
            BadSite: it was not told, or its address is none.
        """
        return Site.at(self.site)

    @property
    def client(self) -> rest.Client:
        """The client that the site's settings make. It asks also while calls are held back."""
        return service.client().unguarded()
