"""The site's login page in the chat's frame."""

from wsgiref.types import WSGIEnvironment

import pytest
from pytest_django import Settings

from rocketchat_auth.doctor.topics import login_page
from rocketchat_auth.doctor.topics.login_page import TOPIC
from tests.doctor.conftest import CHAT, SITE, Answer, Proxy, Site, with_header

FRAME_OPTIONS = "django.middleware.clickjacking.XFrameOptionsMiddleware"
OURS = "rocketchat_auth.middleware.RocketChatMiddleware"
SCRIPT = f"{SITE}/static/rocketchat_auth/redirect.js"


def without(settings: Settings, *names: str) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name not in names]


def of_script(environ: WSGIEnvironment) -> bool:
    return str(environ["PATH_INFO"]).endswith(".js")


def test_a_site_that_is_as_it_should_be_is_fine(site: Site) -> None:
    assert site.examine(TOPIC) == []
    assert site.wires.asked == [("GET", f"{SITE}/login/?next=/rocketchat/redirect"), ("GET", SCRIPT)]


def test_wants_to_be_told_where_the_site_is(site: Site) -> None:
    site.patient.site = ""

    assert site.numbers(TOPIC) == ["D211"]


def test_a_page_that_cannot_be_reached_is_not_known(site: Site) -> None:
    site.wires.places.clear()

    [found] = site.examine(TOPIC)

    assert (found.number, found.severity) == ("D212", "unknown")


def test_a_page_that_is_not_there_is_found(site: Site, settings: Settings) -> None:
    settings.LOGIN_URL = "/no-such-page/"

    [found] = site.examine(TOPIC)

    assert (found.number, found.severity) == ("D213", "problem")
    assert "the answer is 404" in found.text


def test_an_answer_that_is_no_page_is_found(site: Site) -> None:
    site.put_behind(instead=lambda environ: None if of_script(environ) else ("300 Multiple Choices", [], b""))

    [found] = site.examine(TOPIC)

    assert (found.number, "the answer is 300" in found.text) == ("D213", True)


def test_a_page_that_redirects_for_ever_is_found(site: Site) -> None:
    site.put_behind(
        instead=lambda environ: None if of_script(environ) else ("302 Found", [("Location", "/login/")], b"")
    )

    [found] = site.examine(TOPIC)

    assert (found.number, "again and again" in found.text) == ("D213", True)


def test_redirects_are_followed(site: Site) -> None:
    def to_german(environ: WSGIEnvironment) -> Answer | None:
        path = str(environ["PATH_INFO"])
        if path.startswith("/de/"):
            environ["PATH_INFO"] = path.removeprefix("/de")
            return None
        return None if of_script(environ) else ("302 Found", [("Location", f"/de{path}")], b"")

    site.put_behind(instead=to_german)

    assert site.examine(TOPIC) == []
    assert ("GET", f"{SITE}/de/login/") in site.wires.asked


@pytest.mark.parametrize("header", ["X-Frame-Options", "Content-Security-Policy"])
def test_a_page_of_another_that_refuses_frames_is_found(site: Site, header: str) -> None:
    value = "DENY" if header == "X-Frame-Options" else "frame-ancestors 'none'"
    location = "https://identity.example.net/authorize"
    site.put_behind(
        instead=lambda environ: None if of_script(environ) else ("302 Found", [("Location", location)], b"")
    )
    refusing: Answer = ("200 OK", [(header, value)], b"Sign in")
    site.serve("https://identity.example.net", Proxy(lambda *_: [], instead=lambda environ: refusing))

    [found] = site.examine(TOPIC)

    assert (found.number, found.severity) == ("D214", "problem")
    assert f"https://identity.example.net, which allows the chat no frame ({header}: {value})" in found.text


def test_a_site_without_the_middleware_is_found(site: Site, settings: Settings) -> None:
    without(settings, OURS)
    site.put_behind()

    [found] = site.examine(TOPIC)

    assert (found.number, found.severity) == ("D215", "problem")
    assert f"{CHAT} may not show" in found.text
    assert "X-Frame-Options: DENY" in found.text
    assert f'"{OURS}"' in found.mend


def test_a_proxy_that_forbids_frames_is_found(site: Site) -> None:
    def forbid(environ: WSGIEnvironment, answer: Answer) -> Answer:
        status, headers, body = answer
        return status, [*headers, ("Content-Security-Policy", "frame-ancestors 'self'")], body

    site.put_behind(answers=forbid)

    assert site.numbers(TOPIC) == ["D215"]


def test_a_page_that_anybody_can_frame_is_found(site: Site, settings: Settings) -> None:
    without(settings, OURS, FRAME_OPTIONS)
    site.put_behind()

    [found] = site.examine(TOPIC)

    assert (found.number, found.severity) == ("D216", "warning")
    assert f'"{OURS}"' in found.mend


@pytest.mark.parametrize(
    "more", ["https://evil.example", "https://*.example.com", "https://a.example https://b.example"]
)
def test_a_page_that_others_can_frame_beside_the_chat_is_found(site: Site, more: str) -> None:
    policy = f"default-src 'self'; frame-ancestors 'self' {CHAT} {more}"
    site.put_behind(answers=with_header("Content-Security-Policy", policy))

    [found] = site.examine(TOPIC)

    assert (found.number, found.severity) == ("D271", "warning")
    assert found.text.endswith(f": {more}")
    assert f"'self' {CHAT} and nothing else" in found.mend


@pytest.mark.parametrize("sources", [CHAT, f"'self' {CHAT}", f"{CHAT} {SITE}", "chat.example.com"])
def test_a_page_that_the_chat_and_the_site_can_frame_is_fine(site: Site, sources: str) -> None:
    site.put_behind(answers=with_header("Content-Security-Policy", f"frame-ancestors {sources}"))

    assert site.examine(TOPIC) == []


@pytest.mark.parametrize("sources", ["*", "https:", "https://*"])
def test_a_policy_that_lets_in_anybody_is_found(site: Site, sources: str) -> None:
    site.put_behind(answers=with_header("Content-Security-Policy", f"frame-ancestors {CHAT} {sources}"))

    assert site.numbers(TOPIC) == ["D216"]


@pytest.mark.parametrize(
    "value, words", [("Lax", "SameSite=Lax"), ("Strict", "SameSite=Strict"), (None, "SameSite=(not said)")]
)
def test_a_form_whose_cookie_does_not_reach_another_site_is_found(
    site: Site, settings: Settings, value: str | None, words: str
) -> None:
    settings.ROCKETCHAT_URL = "https://chat.example.net"
    settings.CSRF_COOKIE_SAMESITE = value

    [found] = site.examine(TOPIC)

    assert (found.number, found.severity) == ("D217", "problem")
    assert f"csrftoken has {words}, and chat.example.net is another site than www.example.com" in found.text
    assert 'CSRF_COOKIE_SAMESITE = "None"' in found.mend


def test_a_form_whose_cookie_crosses_sites_is_fine(site: Site, settings: Settings) -> None:
    settings.ROCKETCHAT_URL = "https://chat.example.net"
    settings.CSRF_COOKIE_SAMESITE = "None"
    settings.CSRF_COOKIE_SECURE = True

    assert site.examine(TOPIC) == []


def test_a_cookie_that_browsers_refuse_is_found(site: Site, settings: Settings) -> None:
    settings.CSRF_COOKIE_SAMESITE = "None"

    [found] = site.examine(TOPIC)

    assert (found.number, found.severity, found.mend) == ("D218", "problem", "CSRF_COOKIE_SECURE = True")


def test_where_the_session_keeps_the_form_s_secret_its_cookie_counts(site: Site, settings: Settings) -> None:
    settings.CSRF_USE_SESSIONS = True
    settings.SESSION_COOKIE_SAMESITE = "None"

    [found] = site.examine(TOPIC)

    assert (found.number, found.mend) == ("D218", "SESSION_COOKIE_SECURE = True")


def test_cookies_of_others_do_not_count(site: Site) -> None:
    def add(environ: WSGIEnvironment, answer: Answer) -> Answer:
        status, headers, body = answer
        return status, [*headers, ("Set-Cookie", "balancer=1; SameSite=None")], body

    site.put_behind(answers=add)

    assert site.examine(TOPIC) == []


def test_each_finding_has_an_id_of_its_own() -> None:
    numbers = sorted(finding.number for finding in login_page.FINDINGS)

    assert numbers == [*(f"D{number}" for number in range(211, 221)), "D271", "D272"]
