"""Asking the site through the network."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from rocketchat_auth.doctor import Patient
from rocketchat_auth.doctor.outside import Unseen, api_url, ask, login_url, script_url
from tests.rest.loopback import answer, loopback


def test_the_network_is_asked_where_no_test_stands_in_its_place() -> None:
    with loopback(answer(b"", b"X-Seen: yes")) as server:
        seen = ask(Patient(server.url), "GET", f"{server.url}/", Sec_Fetch_Dest="iframe")

    assert (seen.status, seen.headers["X-Seen"], seen.is_empty) == (200, "yes", True)
    [request] = server.requests
    assert b"Sec-Fetch-Dest: iframe" in request
    assert b"Cookie" not in request


def test_of_a_long_answer_the_beginning_is_enough() -> None:
    with loopback(answer(b"a" * 300_000)) as server:
        seen = ask(Patient(server.url), "GET", f"{server.url}/")

    assert (len(seen.body), seen.is_empty) == (65536, False)


def test_a_network_that_cannot_be_used_is_no_answer(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ROCKETCHAT_PROXY_FROM_ENVIRONMENT = True
    monkeypatch.setenv("http_proxy", "gopher://proxy.example.com")

    with pytest.raises(Unseen, match="proxy"):
        ask(Patient(), "GET", "http://www.example.com/")


@pytest.mark.parametrize(
    "page, expected",
    [
        ("login", "https://www.example.com/login/?next=/rocketchat/redirect"),
        ("/login/?lang=de", "https://www.example.com/login/?lang=de&next=/rocketchat/redirect"),
        ("https://id.example.com/", "https://id.example.com/?next=/rocketchat/redirect"),
    ],
)
def test_the_login_page_is_asked_for_as_the_chat_does(settings: Settings, page: str, expected: str) -> None:
    settings.LOGIN_URL = page

    assert login_url(Patient("https://www.example.com")) == expected


def test_a_login_page_that_is_none_is_said_to_be(settings: Settings) -> None:
    settings.LOGIN_URL = "no-such-name"

    with pytest.raises(ImproperlyConfigured, match="LOGIN_URL"):
        login_url(Patient("https://www.example.com"))


@pytest.mark.parametrize(
    "prefix, expected",
    [
        ("/static/", "https://www.example.com/static/rocketchat_auth/redirect.js"),
        ("https://cdn.example.net/s/", "https://cdn.example.net/s/rocketchat_auth/redirect.js"),
        ("//cdn.example.net/s/", "https://cdn.example.net/s/rocketchat_auth/redirect.js"),
    ],
)
def test_the_script_is_asked_for_where_static_files_are(settings: Settings, prefix: str, expected: str) -> None:
    settings.STATIC_URL = prefix

    assert script_url(Patient("https://www.example.com")) == expected


def test_a_site_below_a_path_is_asked_there(settings: Settings) -> None:
    patient = Patient("https://www.example.com/site")

    assert api_url(patient) == "https://www.example.com/site/rocketchat/api"
    assert login_url(patient) == "https://www.example.com/site/login/?next=/rocketchat/redirect"
    assert script_url(patient) == "https://www.example.com/site/static/rocketchat_auth/redirect.js"


@pytest.mark.urls("tests.checks.urls_without")
@pytest.mark.parametrize("address", [api_url, login_url])
def test_pages_that_are_not_included_are_said_to_be_missing(
    settings: Settings, address: Callable[[Patient], str]
) -> None:
    settings.LOGIN_URL = "/login/"

    with pytest.raises(ImproperlyConfigured, match="no place in the site's URLs"):
        address(Patient("https://www.example.com"))
