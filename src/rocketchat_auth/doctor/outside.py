"""The site as a browser finds it: asked through the network and its reverse proxies, without a cookie."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx2
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.shortcuts import resolve_url
from django.templatetags.static import static
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rocketchat_auth import rest
from rocketchat_auth.conf import conf
from rocketchat_auth.doctor.findings import Finding, Severity
from rocketchat_auth.doctor.patient import Patient
from rocketchat_auth.rest import transport

STRANGER = "https://stranger.invalid"
"""An origin that no site allows anything, since nobody can have it."""

_REDIRECTS = (301, 302, 303, 307, 308)
_MAX_REDIRECTS = 5
_ENOUGH = 65536
_SCRIPT = "rocketchat_auth/redirect.js"
_HEADERS = {"User-Agent": "django-rocketchat-auth (doctor)", "Accept": "*/*", "Accept-Encoding": "identity"}


class Unseen(Exception):
    """There was no answer; the text says why. `is_tls` tells whether TLS was the fault."""

    def __init__(self, reason: str, *, is_tls: bool = False) -> None:
        super().__init__(reason)
        self.is_tls = is_tls


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer of the site.

    Args:
        url: what was asked for.
        status: the HTTP status.
        headers: the headers.
        body: the beginning of its body, as it was sent.
    """

    url: str
    status: int
    headers: httpx2.Headers
    body: bytes

    @property
    def is_empty(self) -> bool:
        """Whether it has no body."""
        return not self.body

    @property
    def location(self) -> str:
        """Where it redirects to, or ""."""
        location = self.headers.get("Location", "") if self.status in _REDIRECTS else ""
        return urljoin(self.url, location) if location else ""

    def values(self, name: str) -> list[str]:
        """All values of a header, whether in one line or in many."""
        return [value.strip() for line in self.headers.get_list(name) for value in line.split(",")]


def ask(patient: Patient, method: str, url: str, **headers: str) -> Seen:
    """Ask the site one thing; redirects are not followed.

    Args:
        patient: the site, and the network in between.
        method: the HTTP method.
        url: what is asked for.
        headers: more headers, with `_` in the place of `-`.

    Raises:
        Unseen: there was no answer.
    """
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    timeouts = httpx2.Timeout(conf.read_timeout, connect=conf.connect_timeout, pool=conf.connect_timeout).as_dict()
    request = httpx2.Request(method, url, headers={**_HEADERS, **named}, extensions={"timeout": timeouts})
    try:
        if patient.browser is not None:
            return _sent(patient.browser, request)
        with transport.build(url, ca_file=None, proxy_from_environment=conf.proxy_from_environment) as network:
            return _sent(network, request)
    except rest.RocketChatError as error:
        raise Unseen(str(error)) from None
    except (httpx2.HTTPError, httpx2.StreamError, OSError) as error:
        raise _unseen(transport.failure_of(error, origin_of(url), "")) from None


def follow(patient: Patient, url: str, **headers: str) -> list[Seen]:
    """Get a page or file as a browser does, through its redirects; where the last answer is one, there are too many.

    Args:
        patient: the site, and the network in between.
        url: what is asked for.
        headers: more headers, with `_` in the place of `-`.

    Raises:
        Unseen: there was no answer.
    """
    seen = [ask(patient, "GET", url, **headers)]
    while seen[-1].location and len(seen) <= _MAX_REDIRECTS:
        seen.append(ask(patient, "GET", seen[-1].location, **headers))
    return seen


def _sent(network: httpx2.BaseTransport, request: httpx2.Request) -> Seen:
    response = network.handle_request(request)
    try:
        return Seen(str(request.url), response.status_code, response.headers, _beginning(response.iter_raw()))
    finally:
        response.close()


def _beginning(chunks: Iterator[bytes]) -> bytes:
    body = b""
    for chunk in chunks:
        body += chunk
        if len(body) >= _ENOUGH:
            break
    return body[:_ENOUGH]


def _unseen(failure: rest.Unavailable) -> Unseen:
    if isinstance(failure, rest.TlsFailed):
        return Unseen(_("its certificate is not trusted, or TLS fails otherwise"), is_tls=True)
    if isinstance(failure, rest.TimedOut):
        return Unseen(_("it did not answer in time"))
    return Unseen(_("no connection"))


def not_told(number: str) -> Finding:
    """What a topic says where it has to be looked at from outside, and nobody told where that is."""
    return Finding(
        number,
        Severity.UNKNOWN,
        gettext_lazy("This has to be seen from outside, and the address of the site was not told."),
        mend="manage.py rocketchat doctor --site https://www.example.com",
    )


def unreached(number: str) -> Finding:
    """What a topic says where the site did not answer."""
    return Finding(
        number,
        Severity.UNKNOWN,
        gettext_lazy("{url} could not be looked at from this server: {reason}."),
        why=gettext_lazy("Browsers may reach it all the same, by another way."),
        mend=gettext_lazy(
            "Check the address after --site, and let this server reach it. A site with one worker can't answer itself"
            " while it serves the help desk: run manage.py rocketchat doctor in its place."
        ),
    )


def origin_of(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def api_url(patient: Patient) -> str:
    """Where the chat asks for a login."""
    try:
        return patient.place.api_url
    except NoReverseMatch:
        raise _without_pages() from None


def login_url(patient: Patient) -> str:
    """The login page as the chat shows it in its frame."""
    try:
        resolve_url(settings.LOGIN_URL)
    except NoReverseMatch:
        raise ImproperlyConfigured(_("LOGIN_URL is neither a path nor the name of a URL.")) from None
    try:
        return patient.place.iframe_url
    except NoReverseMatch:
        raise _without_pages() from None


def script_url(patient: Patient) -> str:
    """The script of the page that hands the login over to the chat."""
    return patient.place.absolute(urljoin("/", static(_SCRIPT)))


def _without_pages() -> ImproperlyConfigured:
    return ImproperlyConfigured(_("The pages of this package have no place in the site's URLs."))
