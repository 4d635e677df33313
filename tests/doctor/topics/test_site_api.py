"""`rocketchat/api` as the chat's browser sees it."""

import ssl
from typing import Any
from wsgiref.types import WSGIEnvironment

import httpx2
import pytest
import trustme
from pytest_django import Settings

from rocketchat_auth.doctor import examine
from rocketchat_auth.doctor.topics import site_api
from rocketchat_auth.doctor.topics.site_api import TOPIC
from rocketchat_auth.testing import StandIn
from tests.doctor.conftest import CHAT, SITE, Answer, Site, with_header
from tests.rest.loopback import answer, loopback

API = f"{SITE}/rocketchat/api"

every_era = pytest.mark.parametrize("stand_in", ["6.5", "7.4", "8.4", "9.0"], indirect=True)
preflighting = pytest.mark.parametrize("stand_in", ["7.4"], indirect=True)


@every_era
def test_a_site_that_is_as_it_should_be_is_fine(site: Site, rocketchat: StandIn) -> None:
    assert site.examine(TOPIC) == []


def test_asks_without_a_cookie_as_the_chat_and_as_a_stranger(site: Site, rocketchat: StandIn) -> None:
    seen: list[tuple[object, object, object]] = []

    def note(environ: WSGIEnvironment) -> None:
        seen.append((environ["REQUEST_METHOD"], environ.get("HTTP_ORIGIN"), environ.get("HTTP_COOKIE")))

    site.put_behind(asks=note)
    rocketchat.fail_with("drop")

    assert site.examine(TOPIC) == []
    assert seen == [
        ("POST", CHAT, None),
        ("OPTIONS", CHAT, None),
        ("POST", "https://stranger.invalid", None),
        ("OPTIONS", "https://stranger.invalid", None),
    ]


def test_wants_to_be_told_where_the_site_is(site: Site) -> None:
    site.patient.site = ""

    [found] = site.examine(TOPIC)

    assert (found.number, found.severity) == ("D201", "unknown")
    assert found.mend == "manage.py rocketchat doctor --site https://www.example.com"
    assert site.wires.asked == []


def test_a_site_that_cannot_be_reached_is_not_known(site: Site) -> None:
    site.wires.places.clear()

    [found] = site.examine(TOPIC)

    assert (found.number, found.severity) == ("D202", "unknown")
    assert found.text == f"{SITE} could not be looked at from this server: no connection."


@pytest.mark.parametrize(
    "error, words",
    [
        (httpx2.ReadTimeout("slow"), "it did not answer in time"),
        (httpx2.RemoteProtocolError("gone"), "no connection"),
    ],
)
def test_says_why_a_site_cannot_be_reached(
    site: Site, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    def fail(request: httpx2.Request) -> httpx2.Response:
        raise error

    site.wires.places[SITE] = httpx2.MockTransport(fail)

    [found] = site.examine(TOPIC)

    assert (found.number, words in found.text) == ("D202", True)


def test_a_certificate_that_is_not_trusted_is_found(site: Site) -> None:
    authority = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    with loopback(answer(b""), tls=tls) as server:
        site.patient.browser = None
        site.patient.site = f"https://127.0.0.1:{server.port}"

        [found] = site.examine(TOPIC)

    assert (found.number, found.severity) == ("D203", "problem")
    assert "its certificate is not trusted" in found.text


def test_a_redirect_is_found(site: Site, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.MIDDLEWARE = [
        "django.middleware.security.SecurityMiddleware",
        *(name for name in settings.MIDDLEWARE if "SecurityMiddleware" not in name and "RocketChat" not in name),
    ]
    site.put_behind(asks=lambda environ: environ.update({"wsgi.url_scheme": "http"}))

    [found] = site.examine(TOPIC)

    assert found.number == "D204"
    assert f"redirects to {API}" in found.text


@pytest.mark.parametrize(
    "reply, words",
    [
        (("503 Service Unavailable", [], b"Back soon"), "503"),
        (("200 OK", [], b"{}"), "200"),
        (("403 Forbidden", [], b"Go away"), "403"),
        (("401 Unauthorized", [("WWW-Authenticate", "Basic")], b""), "a question for a password"),
        (("401 Unauthorized", [], b"Log in"), "a 401 that has a body"),
    ],
)
def test_an_answer_that_is_not_the_package_s_is_found(site: Site, reply: Answer, words: str) -> None:
    site.put_behind(instead=lambda environ: reply)

    [found] = site.examine(TOPIC)

    assert (found.number, found.severity) == ("D205", "problem")
    assert f"with {words}, in place of" in found.text


def test_a_proxy_that_takes_the_origin_away_is_found(site: Site) -> None:
    site.put_behind(asks=lambda environ: environ.pop("HTTP_ORIGIN", None))

    [found] = site.examine(TOPIC)

    assert (found.number, found.severity) == ("D206", "problem")
    assert CHAT in found.text


@preflighting
@pytest.mark.parametrize(
    "reply, words",
    [
        (("405 Method Not Allowed", [], b""), "405"),
        (("204 No Content", [], b""), "headers that do not allow it"),
        (
            (
                "204 No Content",
                [("Access-Control-Allow-Origin", CHAT), ("Access-Control-Allow-Credentials", "true")],
                b"",
            ),
            "headers that do not allow content-type",
        ),
    ],
)
def test_a_proxy_that_answers_preflights_itself_is_found(
    site: Site, rocketchat: StandIn, reply: Answer, words: str
) -> None:
    site.put_behind(instead=lambda environ: reply if environ["REQUEST_METHOD"] == "OPTIONS" else None)

    [found] = site.examine(TOPIC)

    assert (found.number, found.severity) == ("D207", "problem")
    assert f"with {words}." in found.text


def test_a_proxy_that_answers_preflights_does_no_harm_where_chat_sends_none(site: Site, rocketchat: StandIn) -> None:
    reply: Answer = ("405 Method Not Allowed", [], b"")
    site.put_behind(instead=lambda environ: reply if environ["REQUEST_METHOD"] == "OPTIONS" else None)

    assert site.examine(TOPIC) == []


@preflighting
def test_a_preflight_may_allow_more_than_is_asked_for(site: Site, rocketchat: StandIn) -> None:
    def widen(environ: WSGIEnvironment, answer: Answer) -> Answer:
        return with_header("Access-Control-Allow-Headers", "Authorization, Content-Type")(environ, answer)

    site.put_behind(answers=widen)

    assert site.examine(TOPIC) == []


@pytest.mark.parametrize(
    "header, value, words",
    [
        ("Access-Control-Allow-Origin", None, "nothing where exactly https://chat.example.com"),
        ("Access-Control-Allow-Origin", "*", "* where exactly"),
        ("Access-Control-Allow-Origin", f"{CHAT}/", f"{CHAT}/ where exactly"),
        ("Access-Control-Allow-Origin", f"{CHAT}, {CHAT}", f"{CHAT}, {CHAT} where exactly"),
        ("Access-Control-Allow-Credentials", None, "nothing where exactly true"),
        ("Access-Control-Allow-Credentials", "True", "True where exactly true"),
    ],
)
def test_a_cors_header_that_a_proxy_spoils_is_found(
    site: Site, rocketchat: StandIn, header: str, value: str | None, words: str
) -> None:
    def spoil(environ: WSGIEnvironment, answer: Answer) -> Answer:
        return with_header(header, value)(environ, answer) if environ.get("HTTP_ORIGIN") == CHAT else answer

    site.put_behind(answers=spoil)

    [found] = site.examine(TOPIC)

    assert (found.number, found.severity) == ("D208", "problem")
    assert f"{header}: {words}" in found.text


def test_a_cors_header_that_comes_twice_is_found(site: Site, rocketchat: StandIn) -> None:
    def double(environ: WSGIEnvironment, answer: Answer) -> Answer:
        status, headers, body = answer
        return status, [*headers, ("access-control-allow-origin", CHAT)], body

    site.put_behind(answers=double)

    assert "D208" in site.numbers(TOPIC)


@pytest.mark.parametrize(
    "spoil",
    [
        {"asks": lambda environ: environ.update(HTTP_ORIGIN=CHAT)},
        {"answers": with_header("Access-Control-Allow-Credentials", "true")},
    ],
    ids=["every origin taken for the chat's", "credentials for every origin"],
)
def test_a_proxy_that_lets_strangers_in_is_found(site: Site, rocketchat: StandIn, spoil: dict[str, Any]) -> None:
    site.put_behind(**spoil)

    [found] = site.examine(TOPIC)

    assert (found.number, found.severity) == ("D209", "warning")


@preflighting
@pytest.mark.parametrize("allowed,numbers", [("https://stranger.invalid", ["D209"]), ("*", ["D209"]), (CHAT, [])])
def test_a_proxy_that_lets_strangers_ask_is_found(
    site: Site, rocketchat: StandIn, allowed: str, numbers: list[str]
) -> None:
    def widen(environ: WSGIEnvironment, answer: Answer) -> Answer:
        is_forged = environ["REQUEST_METHOD"] == "OPTIONS" and environ["HTTP_ORIGIN"] != CHAT
        return with_header("Access-Control-Allow-Origin", allowed)(environ, answer) if is_forged else answer

    site.put_behind(answers=widen)

    assert site.numbers(TOPIC) == numbers


def test_strangers_are_not_let_ask_where_chat_does_not(site: Site, rocketchat: StandIn) -> None:
    site.examine(TOPIC)

    assert [method for method, _ in site.wires.asked] == ["POST", "POST"]


@pytest.mark.parametrize("value, words", [(None, "missing"), ("public, max-age=60", "public, max-age=60")])
def test_a_cache_that_may_keep_the_answer_is_found(
    site: Site, rocketchat: StandIn, value: str | None, words: str
) -> None:
    site.put_behind(answers=with_header("Cache-Control", value))

    [found] = site.examine(TOPIC)

    assert (found.number, found.severity) == ("D210", "warning")
    assert f"is {words}, without" in found.text


@pytest.mark.urls("tests.checks.urls_without")
def test_says_that_the_pages_are_not_included(site: Site) -> None:
    [examined] = examine(site.patient, [TOPIC]).topics

    assert [found.number for found in examined.found] == ["D002"]


def test_each_finding_has_an_id_of_its_own() -> None:
    numbers = [finding.number for finding in site_api.FINDINGS]

    assert numbers == [f"D{number}" for number in range(201, 211)]
