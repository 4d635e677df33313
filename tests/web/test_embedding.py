"""What pages of the site are told for the chat in them, and whom nothing is told."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from rocketchat_auth import signals
from rocketchat_auth.login import LeftChat, LoginRefused, RefusalReason
from rocketchat_auth.web import embedding
from tests.signal_log import received
from tests.web.desk import ORIGIN, TOKEN, LoginDesk

URL = "/rocketchat/token"
OWN = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
NOT_OWN = [
    {},
    {"Origin": ORIGIN},
    {"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"},
    {"Origin": "https://testserver", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "http://testserver:80", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "http://testserver.evil.example", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "http://TESTSERVER", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "http://testserver", "Sec-Fetch-Site": "same-site"},
    {"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "http://testserver", "Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-origin"},
]

pytestmark = pytest.mark.django_db


def test_a_page_of_the_site_gets_the_session_s_token(desk: LoginDesk, browser_of_alice: Client) -> None:
    response = browser_of_alice.post(URL, headers=OWN)

    assert (response.status_code, response.json()) == (200, {"loginToken": TOKEN})
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in response
    assert "rocketchat_auth_former" in response.cookies


@pytest.mark.parametrize("headers", NOT_OWN)
def test_nobody_else_gets_anything(desk: LoginDesk, browser_of_alice: Client, headers: dict[str, str]) -> None:
    response = browser_of_alice.post(URL, headers=headers)

    assert (response.status_code, response.content) == (403, b"")
    assert "Access-Control-Allow-Origin" not in response
    assert desk.asked == []


def test_there_is_nothing_to_get_by_a_link(desk: LoginDesk, browser_of_alice: Client) -> None:
    assert browser_of_alice.get(URL, headers=OWN).status_code == 405
    assert desk.asked == []


def test_who_is_not_signed_in_is_told_so(desk: LoginDesk, client: Client) -> None:
    response = client.post(URL, headers=OWN)

    assert (response.status_code, response.content) == (401, b"")


def test_who_logged_out_in_chat_stays_out(desk: LoginDesk, browser_of_alice: Client) -> None:
    desk.error = LeftChat()

    response = browser_of_alice.post(URL, headers=OWN)

    assert (response.status_code, response.content) == (409, b"")


@pytest.mark.parametrize("body, fresh", [({}, False), ({"fresh": "1"}, True)])
def test_who_wants_back_in_gets_a_new_token(
    desk: LoginDesk, browser_of_alice: Client, body: dict[str, str], fresh: bool
) -> None:
    browser_of_alice.post(URL, body, headers=OWN)

    assert desk.asked == [fresh]


@pytest.mark.parametrize("error", [LoginRefused(RefusalReason.CONFLICT, "ABCD1234", None), RuntimeError("broken")])
def test_who_cannot_be_let_in_gets_no_more_than_that(
    desk: LoginDesk, browser_of_alice: Client, error: Exception
) -> None:
    desk.error = error

    response = browser_of_alice.post(URL, headers=OWN)

    assert (response.status_code, response.content) == (503, b"")


def test_a_fault_is_told_and_logged_under_the_same_reference(
    desk: LoginDesk, browser_of_alice: Client, caplog: pytest.LogCaptureFixture
) -> None:
    desk.error = RuntimeError("broken")

    with received(signals.login_refused) as told:
        browser_of_alice.post(URL, headers=OWN)

    [refusal] = told
    assert refusal["reason"] is RefusalReason.UNEXPECTED
    [record] = [record for record in caplog.records if refusal["reference"] in record.getMessage()]
    assert record.exc_info is not None
    assert record.exc_info[1] is desk.error


def test_a_host_that_is_not_the_site_s_is_refused(
    desk: LoginDesk, browser_of_alice: Client, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["www.example.com"]

    response = browser_of_alice.post(URL, headers={**OWN, "Host": "evil.example", "Origin": "http://evil.example"})

    assert TOKEN not in response.content.decode()
    assert response.status_code >= 400


def answered(rf: RequestFactory, policy: str | None, *, noted: bool = True) -> HttpResponse:
    request, response = rf.get("/"), HttpResponse()
    if policy is not None:
        response.headers["Content-Security-Policy"] = policy
    if noted:
        embedding.note(request)
    embedding.allow(request, response, policy_follows=False)
    return response


class TestPolicy:
    def test_admits_chat_where_it_is_shown(self, rf: RequestFactory) -> None:
        response = answered(rf, "default-src 'none'; script-src 'self'")

        assert response["Content-Security-Policy"] == (
            f"default-src 'none'; script-src 'self'; frame-src {ORIGIN}; connect-src 'self'; style-src 'self'"
        )

    def test_admits_the_host_of_static_files(self, rf: RequestFactory, settings: Settings) -> None:
        settings.STATIC_URL = "https://cdn.example.net/"

        policy = answered(rf, "script-src 'self'")["Content-Security-Policy"]

        assert policy == "script-src 'self' https://cdn.example.net"

    def test_is_left_where_chat_is_not_shown(self, rf: RequestFactory) -> None:
        assert answered(rf, "default-src 'none'", noted=False)["Content-Security-Policy"] == "default-src 'none'"

    def test_is_left_out_where_the_site_has_none(self, rf: RequestFactory) -> None:
        assert "Content-Security-Policy" not in answered(rf, None)

    def test_is_left_where_no_chat_is_set(self, rf: RequestFactory, no_chat_url: None) -> None:
        assert answered(rf, "default-src 'none'")["Content-Security-Policy"] == "default-src 'none'"
