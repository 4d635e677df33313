"""What the chat's frame is answered when it claims a login."""

import sys

import pytest
from django.test import Client
from django.views.debug import ExceptionReporter
from pytest_django import Settings

from rocketchat_auth.testing import StandIn
from tests.web.crossing import CLAIM, VERIFIER, claim, press_continue, tell_digest

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cross_site(settings: Settings) -> None:
    settings.ROCKETCHAT_CROSS_SITE = True


def test_the_answer_is_kept_by_nobody(rocketchat: StandIn, browser_of_alice: Client) -> None:
    tell_digest(browser_of_alice)
    press_continue(browser_of_alice)

    response = claim(Client(enforce_csrf_checks=True))

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in response


def test_while_nothing_was_handed_over_there_is_no_answer_yet(client: Client) -> None:
    response = claim(client)

    assert (response.status_code, response.content) == (204, b"")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("verifier", ["", "v" * 42, "v" * 44, "v" * 42 + "+", VERIFIER + "\n"])
def test_what_is_no_verifier_is_refused_at_once(client: Client, verifier: str) -> None:
    assert claim(client, verifier).status_code == 400


def test_a_browser_that_does_not_tell_where_it_fetches_from_is_known_by_its_origin(client: Client) -> None:
    response = client.post(CLAIM, {"verifier": VERIFIER}, headers={"Origin": "https://testserver"}, secure=True)

    assert response.status_code == 204


def test_nothing_is_claimed_by_an_address(client: Client) -> None:
    assert client.get(f"{CLAIM}?verifier={VERIFIER}", secure=True).status_code == 405


def test_a_report_of_an_error_has_no_verifier(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr("rocketchat_auth.login.may_claim", fail)
    client.raise_request_exception = False
    assert claim(client).status_code == 500
    record = caplog.records[-1]

    report = ExceptionReporter(vars(record)["request"], *sys.exc_info()).get_traceback_text()

    assert "verifier" in report
    assert VERIFIER not in report


def test_who_asks_too_often_is_told_to_wait(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rocketchat_auth.login.windows.CLAIMS_A_MINUTE", 1)

    assert [claim(client).status_code for _ in range(2)] == [204, 429]
