"""The script of the page that hands the login over to the chat."""

from collections.abc import Callable
from wsgiref.types import WSGIEnvironment

import pytest
from pytest_django import Settings

from rocketchat_auth.doctor.topics.login_page import TOPIC
from tests.doctor.conftest import SITE, Answer, Headers, Proxy, Site, with_header

SCRIPT = f"{SITE}/static/rocketchat_auth/redirect.js"


def of_script(environ: WSGIEnvironment) -> bool:
    return str(environ["PATH_INFO"]).endswith(".js")


def in_place_of_the_script(answer: Answer) -> Callable[[WSGIEnvironment], Answer | None]:
    return lambda environ: answer if of_script(environ) else None


def test_a_script_that_is_not_there_is_found(site: Site) -> None:
    missing: Answer = ("404 Not Found", [], b"")
    site.put_behind(instead=lambda environ: missing if of_script(environ) else None)

    [found] = site.examine(TOPIC)

    assert (found.number, found.severity) == ("D219", "problem")
    assert "the answer is 404" in found.text
    assert found.mend.startswith("manage.py collectstatic;")


@pytest.mark.parametrize("nosniff", [[], [("X-Content-Type-Options", "nosniff")]])
@pytest.mark.parametrize(
    "type_, words", [("text/html; charset=utf-8", "text/html"), ("text/javascript", "text/javascript")]
)
def test_a_page_that_comes_for_the_script_is_found(site: Site, type_: str, words: str, nosniff: Headers) -> None:
    page: Answer = ("200 OK", [("Content-Type", type_), *nosniff], b"<!doctype html><div id=app></div>")
    site.put_behind(instead=in_place_of_the_script(page))

    [found] = site.examine(TOPIC)

    assert (found.number, found.severity) == ("D219", "problem")
    assert f"something else comes in its place ({words})" in found.text


@pytest.mark.parametrize("body", [b"", b"window.other = 1;"])
def test_what_is_no_script_of_ours_is_found(site: Site, body: bytes) -> None:
    site.put_behind(instead=in_place_of_the_script(("200 OK", [], body)))

    [found] = site.examine(TOPIC)

    assert (found.number, "(of no type)" in found.text) == ("D219", True)


def test_a_script_that_was_minified_is_fine(site: Site) -> None:
    minified = b'"use strict";(()=>{let e={event:"login-with-token",loginToken:d.loginToken}})();'
    site.put_behind(instead=in_place_of_the_script(("200 OK", [("Content-Type", "text/javascript")], minified)))

    assert site.examine(TOPIC) == []


def test_a_script_that_comes_compressed_is_not_read(site: Site) -> None:
    headers = [("Content-Type", "text/javascript"), ("Content-Encoding", "br")]
    site.put_behind(instead=in_place_of_the_script(("200 OK", headers, b"\x0b\x02\x80")))

    assert site.examine(TOPIC) == []


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
class TestRedirectsOfTheScript:
    def leads_to(self, site: Site, status: str, location: str) -> None:
        def lead(environ: WSGIEnvironment) -> Answer | None:
            path = str(environ["PATH_INFO"])
            if path.startswith("/v2/"):
                environ["PATH_INFO"] = path.removeprefix("/v2")
                return None
            return (status, [("Location", location)], b"") if of_script(environ) else None

        site.put_behind(instead=lead)

    def test_are_followed(self, site: Site, status: str) -> None:
        self.leads_to(site, status, "/v2/static/rocketchat_auth/redirect.js")

        assert site.examine(TOPIC) == []
        assert site.wires.asked[-1] == ("GET", f"{SITE}/v2/static/rocketchat_auth/redirect.js")

    def test_may_lead_to_nothing(self, site: Site, status: str) -> None:
        self.leads_to(site, status, "/v2/static/no-such-file.js")

        [found] = site.examine(TOPIC)

        assert (found.number, "the answer is 404" in found.text) == ("D219", True)

    def test_may_lead_in_circles(self, site: Site, status: str) -> None:
        self.leads_to(site, status, "/static/rocketchat_auth/redirect.js")

        [found] = site.examine(TOPIC)

        assert (found.number, "again and again" in found.text) == ("D219", True)
        assert len(site.wires.asked) < 10

    def test_may_not_lead_to_another_host(self, site: Site, status: str) -> None:
        script = ("200 OK", [("Content-Type", "text/javascript")], b'"login-with-token"')
        self.leads_to(site, status, "https://cdn.example.net/redirect.js")
        site.serve("https://cdn.example.net", Proxy(lambda *_: [], instead=lambda environ: script))

        [found] = site.examine(TOPIC)

        assert (found.number, found.severity) == ("D272", "problem")
        assert "is redirected to https://cdn.example.net." in found.text
        assert "STATIC_URL" in found.mend

    def test_may_lead_from_http_to_https(self, site: Site, status: str) -> None:
        served = site.wires.places[SITE]
        self.leads_to(site, status, SCRIPT)
        site.wires.places["http://www.example.com"] = site.wires.places[SITE]
        site.wires.places[SITE] = served
        site.patient.site = "http://www.example.com"

        assert site.examine(TOPIC) == []

    def test_may_not_lead_from_https_to_http(self, site: Site, status: str) -> None:
        self.leads_to(site, status, "http://www.example.com/v2/static/rocketchat_auth/redirect.js")
        site.wires.places["http://www.example.com"] = site.wires.places[SITE]

        assert site.numbers(TOPIC) == ["D272"]

    def test_are_not_known_where_they_lead_to_what_this_server_cannot_reach(self, site: Site, status: str) -> None:
        self.leads_to(site, status, "https://cdn.example.net/redirect.js")

        [found] = site.examine(TOPIC)

        assert (found.number, SCRIPT in found.text) == ("D212", True)


def test_a_script_at_the_static_files_own_host_is_fine(site: Site, settings: Settings) -> None:
    settings.STATIC_URL = "https://cdn.example.net/static/"
    script = ("200 OK", [("Content-Type", "text/javascript")], b'"login-with-token"')
    site.serve("https://cdn.example.net", Proxy(lambda *_: [], instead=lambda environ: script))

    assert site.examine(TOPIC) == []


@pytest.mark.parametrize("type_, words", [("text/plain", "text/plain"), (None, "nothing")])
def test_a_script_that_browsers_do_not_run_is_found(site: Site, type_: str | None, words: str) -> None:
    def spoil(environ: WSGIEnvironment, answer: Answer) -> Answer:
        if not of_script(environ):
            return answer
        answer = with_header("Content-Type", type_)(environ, answer)
        return with_header("X-Content-Type-Options", "nosniff")(environ, answer)

    site.put_behind(answers=spoil)

    [found] = site.examine(TOPIC)

    assert (found.number, found.severity) == ("D220", "problem")
    assert f"is served as {words}, together with" in found.text


def test_without_nosniff_browsers_run_it_whatever_its_type(site: Site) -> None:
    def spoil(environ: WSGIEnvironment, answer: Answer) -> Answer:
        if not of_script(environ):
            return answer
        return with_header("X-Content-Type-Options", None)(
            environ, with_header("Content-Type", "text/plain")(environ, answer)
        )

    site.put_behind(answers=spoil)

    assert site.examine(TOPIC) == []
