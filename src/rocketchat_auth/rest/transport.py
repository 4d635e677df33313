"""Building the pooled transport, and telling its failures apart without keeping what they hold."""

import errno
import os
import socket
import ssl
from collections.abc import Iterator
from urllib.request import getproxies_environment, proxy_bypass

import httpx2

from rocketchat_auth.rest.errors import BadAnswer, TimedOut, TlsFailed, Unavailable, Unreachable

# Node closes idle connections after 5 seconds: ours go first, so that no call meets one that is just being closed.
KEEPALIVE_SECONDS = 4.0
MAX_CONNECTIONS = 64
MAX_IDLE_CONNECTIONS = 16


def build(base_url: str, *, ca_file: str | None, proxy_from_environment: bool) -> httpx2.BaseTransport:
    """A pooled, thread-safe transport that verifies certificates.

    httpx2's transport is used without its client, which would keep cookies of one user for the next, log whole URLs at
    INFO, and read proxies and passwords from the environment.

    Args:
        base_url: the address of the chat, which decides on the proxy.
        ca_file: a PEM file; the certificate authorities in it are trusted in place of the system's.
        proxy_from_environment: whether HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY count.

    Raises:
        TlsFailed: the file cannot be read or holds no certificate.
        Unreachable: the environment names a proxy of a kind that is not supported.
    """
    context = _tls_context(ca_file)
    try:
        return httpx2.HTTPTransport(
            verify=context,
            limits=httpx2.Limits(
                max_connections=MAX_CONNECTIONS,
                max_keepalive_connections=MAX_IDLE_CONNECTIONS,
                keepalive_expiry=KEEPALIVE_SECONDS,
            ),
            proxy=proxy_of(base_url) if proxy_from_environment else None,
        )
    except (ImportError, ValueError, httpx2.InvalidURL):  # SOCKS needs another package
        pass
    raise Unreachable("The proxy that the environment names is of a kind that is not supported.")


def _tls_context(ca_file: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file) if ca_file else httpx2.create_ssl_context()
    except OSError as error:
        reason = _plain_reason(error)
    culprit = "ROCKETCHAT_CA_FILE" if ca_file else "The system's certificate authorities"
    raise TlsFailed(f"{culprit} cannot be used: {reason}.")


def proxy_of(base_url: str) -> httpx2.Proxy | None:
    """The proxy that the environment names for an address.

    Raises:
        ValueError: it is of a kind that is not supported.
        InvalidURL: it is no URL.
    """
    url = httpx2.URL(base_url)
    proxies = getproxies_environment()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(url.netloc.decode("ascii")):
        return None
    return httpx2.Proxy(proxy if "://" in proxy else f"http://{proxy}")


def certificate_ends(response: httpx2.Response) -> float | None:
    """When the certificate of the server that gave a response expires, in seconds since the epoch; None without TLS.

    Args:
        response: a response that is not closed yet.
    """
    stream = response.extensions.get("network_stream")
    tls = None if stream is None else stream.get_extra_info("ssl_object")
    certificate = None if tls is None else tls.getpeercert()
    return ssl.cert_time_to_seconds(str(certificate["notAfter"])) if certificate else None


# fmt: off
_FAILURES: tuple[tuple[type[Exception], type[Unavailable], str], ...] = (
    (httpx2.ConnectTimeout,      TimedOut,    "{url} did not accept a connection in time."),
    (httpx2.PoolTimeout,         TimedOut,    "All connections to {url} were busy for too long."),
    (httpx2.TimeoutException,    TimedOut,    "{url} did not answer {endpoint} in time."),
    (httpx2.ProxyError,          Unreachable, "The proxy does not connect to {url}."),
    (httpx2.RemoteProtocolError, Unreachable, "{url} closed the connection without an answer, or does not speak HTTP."),
    (httpx2.DecodingError,       BadAnswer,   "{url} answered {endpoint} in a compression that cannot be read."),
    (Exception,                  Unreachable, "No connection to {url}: {reason}."),
)
# fmt: on


def failure_of(error: Exception, base_url: str, endpoint: str) -> Unavailable:
    """What a failure of the transport is called here.

    Nothing is taken of the failure's own text, which may quote the request.

    Args:
        error: the failure.
        base_url: the address of the chat.
        endpoint: what was called.
    """
    for link in _chain(error):
        if isinstance(link, ssl.SSLError):
            return TlsFailed(_tls_sentence(link, base_url), endpoint=endpoint)
    kind, sentence = next((kind, sentence) for origin, kind, sentence in _FAILURES if isinstance(error, origin))
    return kind(sentence.format(url=base_url, endpoint=endpoint, reason=_reason(error)), endpoint=endpoint)


def _tls_sentence(error: ssl.SSLError, base_url: str) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"The certificate of {base_url} is not trusted: {error.verify_message}. If your own certificate authority "
            f"issued it, name its file in ROCKETCHAT_CA_FILE."
        )
    return f"No TLS connection to {base_url}: {_plain_reason(error)}."


def _reason(error: Exception) -> str:
    return next((_plain_reason(link) for link in _chain(error) if isinstance(link, OSError)), "it broke off")


def _plain_reason(error: OSError) -> str:
    """The reason in the system's or OpenSSL's own words, never in those that the error was raised with."""
    if isinstance(error, ssl.SSLError):
        return getattr(error, "reason", None) or type(error).__name__
    if isinstance(error, socket.gaierror):
        return "the name of its host cannot be resolved"
    number = error.errno
    return os.strerror(number) if number is not None and number in errno.errorcode else type(error).__name__


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
