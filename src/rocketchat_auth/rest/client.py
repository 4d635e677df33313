"""One client for all calls: pooled, safe to share between threads, and silent about what it carries.

The logger `rocketchat_auth.rest` has a line for each attempt at DEBUG: method, endpoint, status or kind of failure, and
milliseconds. It never has a query, a header or a body: there are addresses of people in the one, tokens in the others.
"""

import copy
import logging
from collections.abc import Mapping
from dataclasses import replace

import httpx2

from rocketchat_auth.rest import transport as transports
from rocketchat_auth.rest.answer import Answer, Received
from rocketchat_auth.rest.breaker import Admission, Breaker
from rocketchat_auth.rest.call import SERVICE, Call, Credentials, File
from rocketchat_auth.rest.clock import Clock, SystemClock
from rocketchat_auth.rest.errors import (
    BadAnswer,
    BreakerOpen,
    CredentialsRefused,
    TimedOut,
    Unavailable,
    Unreachable,
)
from rocketchat_auth.rest.pacing import Pacer
from rocketchat_auth.rest.reading import answer_of
from rocketchat_auth.rest.two_factor import AskSecondFactor, passed

logger = logging.getLogger("rocketchat_auth.rest")

RETRY_PAUSES = (0.1, 0.4)
"""Seconds before the second and before the third attempt."""

GATEWAY_STATUSES = (502, 503, 504)
"""What a proxy answers for a chat that is down."""

MAX_ANSWER_BYTES = 8 * 1024 * 1024

# The read timeout is for each piece of an answer; so many of them are for the whole.
_WHOLE_ANSWER = 4


class Client:
    """Calls the REST API of one Rocket.Chat workspace.

    Certificates are verified, redirects are not followed, cookies are not kept, and an answer may have
    `MAX_ANSWER_BYTES`. Safe to share between threads; not across a fork.

    Args:
        base_url: the address of the chat, a path included where it lives below one.
        credentials: the service account, used where a call names no others.
        connect_timeout: seconds to wait for a connection, be it a new one or a free one of the pool.
        read_timeout: seconds to wait for each piece of an answer; the whole has four times as long.
        ca_file: a PEM file with the certificate authorities to trust in place of the system's.
        proxy_from_environment: whether HTTPS_PROXY and its like count.
        transport: what to send requests through in place of the network: the seam for tests.
        clock: the time; the system's if not given.
        breaker: keeps calls back while the chat is down.

    Raises:
        TlsFailed: the CA file cannot be used.
        Unreachable: the environment names a proxy that cannot be used.
    """

    def __init__(
        self,
        base_url: str,
        *,
        credentials: Credentials,
        connect_timeout: float,
        read_timeout: float,
        ca_file: str | None = None,
        proxy_from_environment: bool = False,
        transport: httpx2.BaseTransport | None = None,
        clock: Clock | None = None,
        breaker: Breaker | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.clock: Clock = clock or SystemClock()
        self._credentials = credentials
        self._timeouts = httpx2.Timeout(read_timeout, connect=connect_timeout, pool=connect_timeout)
        self._whole_answer = read_timeout * _WHOLE_ANSWER
        self._breaker = breaker
        self._pacer: Pacer | None = None
        self._ask_second_factor: AskSecondFactor | None = None
        self._is_own_transport = transport is None
        self._transport = transport or transports.build(
            self.base_url, ca_file=ca_file, proxy_from_environment=proxy_from_environment
        )

    def call(
        self,
        method: str,
        endpoint: str,
        *,
        params: Mapping[str, str | int] | None = None,
        json: Mapping[str, object] | None = None,
        form: Mapping[str, str | File] | None = None,
        credentials: Credentials | None = SERVICE,
        idempotent: bool | None = None,
    ) -> Answer:
        """Ask Rocket.Chat one thing.

        A call that may be made twice is tried up to three times where the connection failed, or a proxy answered 502,
        503 or 504. It is not tried again after a timeout, since somebody is waiting, nor after a 429, of which the
        caller knows more.

        Args:
            method: the HTTP method.
            endpoint: the path below `/api/`, such as `v1/users.info`.
            params: the query. It may stand in the logs of servers on the way, so it is no place for secrets.
            json: the body. Passwords and tokens in it are to be given as `Secret`.
            form: fields and files to upload, in place of `json`.
            credentials: whose call it is: the service account's if not given, nobody's if None.
            idempotent: whether it may be made twice: only GET if not given.

        Raises:
            Unavailable: there is no answer to go by.
            Refused: the answer says no.
        """
        is_own = credentials is SERVICE
        call = Call(method, endpoint, params, json, self._credentials if is_own else credentials, form)
        if not call.has_usable_credentials():
            raise CredentialsRefused(
                "user id or token have a character that Rocket.Chat's never have; nothing was sent",
                status=401,
                endpoint=endpoint,
            )
        repeatable = method == "GET" if idempotent is None else idempotent
        ask = self._ask_second_factor
        if ask is None or not is_own:
            return self._tried(call, repeatable=repeatable)
        return passed(ask, lambda factor: self._tried(replace(call, second_factor=factor), repeatable=repeatable))

    def paced(self, pacer: Pacer) -> "Client":
        """A twin for background work, with the same connections and the same breaker.

        Its calls wait for their turn, and after a 429 until they may be made again. All else is as with `call`.

        Args:
            pacer: knows whose turn it is.
        """
        twin = copy.copy(self)
        twin._pacer = pacer
        twin._is_own_transport = False
        return twin

    def unguarded(self) -> "Client":
        """A twin that asks also while the breaker is open, and tells it nothing: for finding out what is wrong."""
        twin = copy.copy(self)
        twin._breaker = None
        twin._is_own_transport = False
        return twin

    def held_back(self) -> float:
        """Seconds for which the breaker still keeps calls back; 0 while it does not."""
        return 0.0 if self._breaker is None else self._breaker.wait()

    def look(self, endpoint: str) -> Received:
        """What comes back for one question of nobody's, as it is: a redirect, a fault, whatever it may be.

        Raises:
            Unavailable: nothing comes back.
        """
        return self._looked(Call("GET", endpoint))

    def look_at_page(self, path: str) -> Received:
        """What comes back where a browser opens a page of the chat, as it is.

        Args:
            path: the path of the page, without a slash before it.

        Raises:
            Unavailable: nothing comes back.
        """
        return self._looked(Call("GET", path, is_page=True))

    def _looked(self, call: Call) -> Received:
        outcome = self._exchange(call, looks_at_certificate=True)
        if isinstance(outcome, Unavailable):
            raise outcome
        return outcome

    def signed_in(self, credentials: Credentials, *, second_factor: AskSecondFactor | None = None) -> "Client":
        """A twin for the calls of somebody else, with the same connections.

        Args:
            credentials: whose calls they are.
            second_factor: is asked where an endpoint wants one; Rocket.Chat then remembers it for a while.
        """
        twin = copy.copy(self)
        twin._credentials = credentials
        twin._ask_second_factor = second_factor
        twin._is_own_transport = False
        return twin

    def close(self) -> None:
        """Close all connections. A transport that was handed in stays open, as a twin's does: it is another's."""
        if self._is_own_transport:
            self._transport.close()

    def _tried(self, call: Call, *, repeatable: bool) -> Answer:
        for pause in RETRY_PAUSES if repeatable else ():
            try:
                return self._paced(call)
            except Unavailable as failure:
                if not _may_pass(failure):
                    raise
            self.clock.sleep(pause)
        return self._paced(call)

    def _paced(self, call: Call) -> Answer:
        return (
            self._attempt(call) if self._pacer is None else self._pacer.ask(call.endpoint, lambda: self._attempt(call))
        )

    def _attempt(self, call: Call) -> Answer:
        admission = self._admitted(call.endpoint)
        started = self.clock.monotonic()
        outcome = self._exchange(call)
        milliseconds = (self.clock.monotonic() - started) * 1000
        result = type(outcome).__name__ if isinstance(outcome, Unavailable) else outcome.status
        logger.debug("%s %s: %s, %.0f ms", call.method, call.endpoint, result, milliseconds)
        self._tell_breaker(admission, outcome)
        if isinstance(outcome, Unavailable):
            raise outcome
        return answer_of(
            outcome, endpoint=call.endpoint, base_url=self.base_url, now=self.clock.time(), secrets=call.secrets()
        )

    def _admitted(self, endpoint: str) -> Admission | None:
        if self._breaker is None:
            return None
        admission = self._breaker.admit()
        if admission is None:
            wait = self._breaker.wait()
            raise BreakerOpen(
                f"{self.base_url} did not answer the last calls; {endpoint} is held back for {wait:.0f} s.",
                endpoint=endpoint,
                wait=wait,
            )
        return admission

    def _tell_breaker(self, admission: Admission | None, outcome: Received | Unavailable) -> None:
        if self._breaker is None or admission is None:
            return
        # A BadAnswer is an answer: the chat is up, whatever else is wrong.
        down = isinstance(outcome, Unavailable) and not isinstance(outcome, BadAnswer)
        if down or (isinstance(outcome, Received) and outcome.status in GATEWAY_STATUSES):
            self._breaker.failed()
        else:
            self._breaker.succeeded(admission)

    def _exchange(self, call: Call, *, looks_at_certificate: bool = False) -> Received | Unavailable:
        """Send and receive. A failure is returned, not raised: no frame that sees the request is in its traceback."""
        try:
            return self._send(call, looks_at_certificate=looks_at_certificate)
        except Unavailable as failure:
            return failure.with_traceback(None)
        except (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL, OSError) as error:
            return transports.failure_of(error, self.base_url, call.endpoint)
        except Exception as error:  # noqa: BLE001 - whatever it is, its frames hold the request's headers
            return Unreachable(f"{call.endpoint} broke off with {type(error).__name__}.", endpoint=call.endpoint)

    def _send(self, call: Call, *, looks_at_certificate: bool) -> Received:
        response = self._transport.handle_request(call.request(self.base_url, self._timeouts))
        try:
            ends = transports.certificate_ends(response) if looks_at_certificate else None
            return Received(response.status_code, response.headers, self._content(response, call.endpoint), ends)
        finally:
            response.close()

    def _content(self, response: httpx2.Response, endpoint: str) -> bytes:
        too_late = self.clock.monotonic() + self._whole_answer
        content = bytearray()
        for piece in response.iter_bytes():
            content += piece
            if len(content) > MAX_ANSWER_BYTES:
                raise BadAnswer(f"The answer to {endpoint} has more than {MAX_ANSWER_BYTES} bytes.", endpoint=endpoint)
            if self.clock.monotonic() > too_late:
                raise TimedOut(f"{self.base_url} did not finish its answer to {endpoint} in time.", endpoint=endpoint)
        return bytes(content)


def _may_pass(failure: Unavailable) -> bool:
    return isinstance(failure, Unreachable) or (isinstance(failure, BadAnswer) and failure.status in GATEWAY_STATUSES)
