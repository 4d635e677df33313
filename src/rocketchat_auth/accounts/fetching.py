"""Fetching a file from the web by a URL that a user may have named, without being led into the site's own network.

Each address is looked up once, checked, and connected to, so that a name that changes its mind between the look-up and
the connection gains nothing. What remains: behind a proxy (`ROCKETCHAT_PROXY_FROM_ENVIRONMENT`) it is the proxy that
connects, and its own rules that count; and a server that sends its headers byte by byte holds a worker up for longer
than the time below.
"""

import socket
from collections.abc import Callable
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx2
from django.utils.translation import gettext as _

from rocketchat_auth.conf import conf
from rocketchat_auth.rest import RocketChatError, TimedOut, TlsFailed, service, transport

Address = IPv4Address | IPv6Address
MayConnect = Callable[[Address], bool]

MAX_REDIRECTS = 3
# Of the read timeout, for all redirects together.
_PATIENCE = 4
_ADDRESSES_TRIED = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_HEADERS = {"Accept": "image/*", "Accept-Encoding": "identity", "User-Agent": "django-rocketchat-auth"}
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")


class NotFetched(Exception):
    """Why not, as a sentence for people. Of the URL it has the scheme and the host alone: the rest may be secret."""


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet: not to this machine, a private network or a single link."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or (IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None)
        if inner is not None:
            return is_public(inner)
        if address not in _GLOBAL_UNICAST or address.sixtofour is not None or address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast


def fetch(url: str, *, limit: int, may_connect: MayConnect = is_public) -> bytes:
    """The content that a URL leads to, a little more than `limit` bytes of it at most.

    Args:
        url: `http` or `https`.
        limit: after so many bytes the rest is left unread.
        may_connect: which addresses may be connected to.

    Raises:
        NotFetched: there is none to be had.
    """
    too_late = service.clock().monotonic() + _PATIENCE * conf.read_timeout
    target = _parsed(url)
    for _redirect in range(MAX_REDIRECTS + 1):
        found = _get(target, limit, too_late, may_connect)
        if isinstance(found, bytes):
            return found
        target = found
    raise NotFetched(
        _("%(site)s redirects more than %(times)d times.") % {"site": _site(target), "times": MAX_REDIRECTS}
    )


def _parsed(url: str, *, base: httpx2.URL | None = None) -> httpx2.URL:
    try:
        parsed = httpx2.URL(url) if base is None else base.join(url)
    except (httpx2.InvalidURL, ValueError):
        parsed = httpx2.URL()
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise NotFetched(
            _("That is no http:// or https:// URL. For a file of this site, give the field itself, not its URL.")
        )
    if parsed.userinfo:
        raise NotFetched(_("The URL at %(site)s has a user name or a password in it.") % {"site": _site(parsed)})
    return parsed


def _get(url: httpx2.URL, limit: int, too_late: float, may_connect: MayConnect) -> bytes | httpx2.URL:
    """The content, or where it is instead."""
    try:
        with transport.build(str(url), ca_file=None, proxy_from_environment=conf.proxy_from_environment) as connections:
            response = _answer(connections, url, _places(url, may_connect))
            try:
                return _taken(response, url, limit, too_late)
            finally:
                response.close()
    except RocketChatError as error:
        failure = error
    except (httpx2.HTTPError, httpx2.StreamError, OSError) as error:
        failure = transport.failure_of(error, _site(url), "")
    raise NotFetched(_sentence(failure) % {"site": _site(url)})


def _places(url: httpx2.URL, may_connect: MayConnect) -> list[httpx2.URL]:
    """The URL with each address that it may be connected to in the place of its host."""
    addresses = _looked_up(url)
    if not all(map(may_connect, addresses)):
        raise NotFetched(_("%(site)s is inside of a private network.") % {"site": _site(url)})
    if conf.proxy_from_environment and transport.proxy_of(str(url)) is not None:
        return [url]
    if not addresses:
        raise NotFetched(_("%(site)s is not known: the name cannot be resolved.") % {"site": _site(url)})
    return [url.copy_with(host=str(address)) for address in addresses[:_ADDRESSES_TRIED]]


def _looked_up(url: httpx2.URL) -> list[Address]:
    try:
        found = socket.getaddrinfo(_host(url), url.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, OverflowError):
        return []
    return [ip_address(place[0]) for *_unused, place in found]


def _answer(connections: httpx2.BaseTransport, url: httpx2.URL, places: list[httpx2.URL]) -> httpx2.Response:
    """What the first place answers that can be connected to, to a request for the host that the URL names."""
    timeouts = httpx2.Timeout(conf.read_timeout, connect=conf.connect_timeout, pool=conf.connect_timeout)
    headers = {**_HEADERS, "Host": url.netloc.decode("ascii")}
    extensions = {"timeout": timeouts.as_dict(), "sni_hostname": _host(url)}
    *others, last = places
    for place in others:
        with suppress(httpx2.ConnectError, httpx2.ConnectTimeout):
            return connections.handle_request(httpx2.Request("GET", place, headers=headers, extensions=extensions))
    return connections.handle_request(httpx2.Request("GET", last, headers=headers, extensions=extensions))


def _taken(response: httpx2.Response, url: httpx2.URL, limit: int, too_late: float) -> bytes | httpx2.URL:
    if response.status_code in _REDIRECTS and "Location" in response.headers:
        return _parsed(response.headers["Location"], base=url)
    if response.status_code != 200:
        raise NotFetched(
            _("%(site)s answered with the status %(status)d.") % {"site": _site(url), "status": response.status_code}
        )
    content = bytearray()
    for piece in response.iter_raw():
        content += piece
        if len(content) > limit:
            break
        if service.clock().monotonic() > too_late:
            raise NotFetched(_("%(site)s did not finish in time.") % {"site": _site(url)})
    return bytes(content)


def _sentence(failure: RocketChatError) -> str:
    if isinstance(failure, TlsFailed):
        return _("The certificate of %(site)s is not trusted, or TLS fails otherwise.")
    if isinstance(failure, TimedOut):
        return _("%(site)s did not answer in time.")
    return _("%(site)s cannot be reached.")


def _host(url: httpx2.URL) -> str:
    """The host as it stands in requests and certificates."""
    return url.raw_host.decode("ascii")


def _site(url: httpx2.URL) -> str:
    """What of a URL may be shown."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}"
