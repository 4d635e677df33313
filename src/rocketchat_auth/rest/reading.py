"""From a response to an answer, or to the error that it is."""

import json
from collections.abc import Iterable

import httpx2

from rocketchat_auth.rest.answer import Answer, Received
from rocketchat_auth.rest.classify import classify
from rocketchat_auth.rest.errors import BadAnswer, RateLimited, Refused
from rocketchat_auth.rest.rates import rate_of, wait_of
from rocketchat_auth.rest.secret import Secret

_SHORTEST_SECRET = 4


def answer_of(received: Received, *, endpoint: str, base_url: str, now: float, secrets: Iterable[Secret]) -> Answer:
    """The answer that a response is.

    Args:
        received: the response.
        endpoint: what was called.
        base_url: the address of the chat.
        now: seconds since the epoch.
        secrets: what was sent and must not come back in an error, should the server repeat it.

    Raises:
        BadAnswer: a redirect, a fault of the server, or not JSON.
        Refused: it says no.
    """
    if 300 <= received.status < 400:
        raise BadAnswer(_redirect(received, endpoint, base_url), endpoint=endpoint, status=received.status)
    answer = _answer(received, endpoint, now) if 200 <= received.status < 300 else None
    if answer is not None:
        return answer
    refusal = _refusal(received, endpoint=endpoint, now=now, secrets=secrets)
    if refusal is None:
        raise BadAnswer(
            f"{base_url} answered {endpoint} with status {received.status}, and not as Rocket.Chat does.",
            endpoint=endpoint,
            status=received.status,
        )
    raise refusal


def _answer(received: Received, endpoint: str, now: float) -> Answer | None:
    body = received.json_object()
    if body is None or body.get("success") is False or body.get("status") == "error":
        return None
    return Answer(endpoint=endpoint, body=body, rate=rate_of(received.headers, now=now))


def _refusal(received: Received, *, endpoint: str, now: float, secrets: Iterable[Secret]) -> Refused | None:
    body = _without(received, secrets).json_object()
    if body is None or received.status >= 500:
        return None
    refusal = classify(received.status, body, endpoint=endpoint)
    refusal.rate = rate_of(received.headers, now=now)
    if isinstance(refusal, RateLimited):
        refusal.wait = wait_of(received.headers, refusal.message, now=now)
        refusal.reset_at = now + refusal.wait
    return refusal


def _without(received: Received, secrets: Iterable[Secret]) -> Received:
    content = received.content
    for secret in secrets:
        if len(secret.reveal()) >= _SHORTEST_SECRET:
            content = content.replace(json.dumps(secret.reveal())[1:-1].encode(), b"(hidden)")
            content = content.replace(json.dumps(secret.reveal(), ensure_ascii=False)[1:-1].encode(), b"(hidden)")
    return Received(received.status, received.headers, content)


def redirected_to(received: Received, endpoint: str, base_url: str) -> str:
    """The address to which a redirect leads, or "" where it leads nowhere else: scheme, host and path, no query.

    Args:
        received: the redirect.
        endpoint: what was called.
        base_url: the address of the chat.
    """
    location = received.headers.get("location", "")
    try:
        target = httpx2.URL(base_url).join(location)
    except httpx2.InvalidURL:
        return ""
    if not location or not target.host or target.scheme not in ("http", "https"):
        return ""
    path, found, _ = target.path.partition(f"/api/{endpoint}")
    root = str(httpx2.URL(scheme=target.scheme, host=target.host, port=target.port, path=path if found else "/"))
    return "" if root.rstrip("/") == base_url.rstrip("/") else root.rstrip("/")


def _redirect(received: Received, endpoint: str, base_url: str) -> str:
    sentence = f"{base_url} answered {endpoint} with a redirect, which is not followed."
    root = redirected_to(received, endpoint, base_url)
    return f'{sentence} If that is where the chat is, set ROCKETCHAT_URL = "{root}".' if root else sentence
