from collections.abc import Callable, Iterable
from ipaddress import ip_address
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import httpx2
import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from rocketchat_auth.doctor import Found, Patient, Topic, examine
from rocketchat_auth.doctor.patient import Address

SITE = "https://www.example.com"
CHAT = "https://chat.example.com"

Headers = list[tuple[str, str]]
Answer = tuple[str, Headers, bytes]
"""Status, headers and body."""

Change = Callable[[WSGIEnvironment, Answer], Answer]


class Proxy:
    """The site behind a reverse proxy, which a test may let do harm.

    Args:
        site: the site.
        asks: does something to a request on its way to the site.
        answers: does something to an answer on its way to the browser.
        instead: answers in the place of the site, for those requests for which it gives an answer.
    """

    def __init__(
        self,
        site: WSGIApplication,
        *,
        asks: Callable[[WSGIEnvironment], None] = lambda environ: None,
        answers: Change = lambda environ, answer: answer,
        instead: Callable[[WSGIEnvironment], Answer | None] = lambda environ: None,
    ) -> None:
        self._site = site
        self._asks = asks
        self._answers = answers
        self._instead = instead

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self._asks(environ)
        status, headers, body = self._instead(environ) or self._answers(environ, self._of_site(environ))
        start_response(status, headers)
        return [body]

    def _of_site(self, environ: WSGIEnvironment) -> Answer:
        begun: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, *unused: object) -> Callable[[bytes], object]:
            begun.append((status, headers))
            return lambda data: None

        content = self._site(environ, start)
        try:
            body = b"".join(content)
        finally:
            getattr(content, "close", lambda: None)()
        return (*begun[0], body)


class Wires(httpx2.BaseTransport):
    """Leads to applications by the origins that they are at; nothing else can be reached."""

    def __init__(self, **unused: object) -> None:
        self.places: dict[str, httpx2.BaseTransport] = {}
        self.asked: list[tuple[str, str]] = []

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        origin = f"{request.url.scheme}://{request.url.netloc.decode()}"
        self.asked.append((request.method, str(request.url)))
        if origin not in self.places:
            raise httpx2.ConnectError("no way")
        return self.places[origin].handle_request(request)


class Site:
    """The site of the tests as browsers find it: `found(topic)` says what the doctor finds there."""

    def __init__(self) -> None:
        self.patient = Patient(SITE, browser=Wires(), look_up=lambda host: [ip_address("93.184.215.14")])
        self.put_behind()

    @property
    def wires(self) -> Wires:
        assert isinstance(self.patient.browser, Wires)
        return self.patient.browser

    def put_behind(
        self,
        *,
        asks: Callable[[WSGIEnvironment], None] = lambda environ: None,
        answers: Change = lambda environ, answer: answer,
        instead: Callable[[WSGIEnvironment], Answer | None] = lambda environ: None,
    ) -> None:
        """Put the site, as its settings are now, behind a reverse proxy."""
        site = StaticFilesHandler(get_wsgi_application())
        self.serve(SITE, Proxy(site, asks=asks, answers=answers, instead=instead))

    def serve(self, origin: str, application: WSGIApplication) -> None:
        """Let an application be found at an origin."""
        self.wires.places[origin] = httpx2.WSGITransport(app=application)

    def look_up(self, **addresses: str) -> None:
        """Let `www` and `chat` have these addresses."""
        known = {f"{name}.example.com": ip_address(address) for name, address in addresses.items()}

        def look_up(host: str) -> list[Address]:
            return [known[host]] if host in known else []

        self.patient.look_up = look_up

    def examine(self, topic: Topic) -> list[Found]:
        """What the doctor finds, in order."""
        [examined] = examine(self.patient, [topic]).topics
        assert {found.number for found in examined.found} <= {finding.number for finding in topic.findings}
        return list(examined.found)

    def numbers(self, topic: Topic) -> list[str]:
        """The ids of what the doctor finds, in order."""
        return [found.number for found in self.examine(topic)]


@pytest.fixture
def site(db: None) -> Iterable[Site]:
    # As Django's own test client does: the test's transaction is not to be broken off between two requests.
    for signal in request_started, request_finished:
        signal.disconnect(close_old_connections)
    yield Site()
    for signal in request_started, request_finished:
        signal.connect(close_old_connections)


def with_header(name: str, value: str | None) -> Change:
    """A reverse proxy that sets a header, or takes it away."""

    def change(environ: WSGIEnvironment, answer: Answer) -> Answer:
        status, headers, body = answer
        left = [header for header in headers if header[0].lower() != name.lower()]
        return status, left if value is None else [*left, (name, value)], body

    return change
