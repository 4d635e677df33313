"""The page in the chat's place, from which a person comes back into chat with a login token in the address."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from rocketchat_auth.accounts.refusals import RefusalReason
from rocketchat_auth.login import FORMER_COOKIE, LoginRefused
from tests.web.crossing import AS_PAGE, TOP, csrf_token, text_of
from tests.web.desk import ORIGIN, TOKEN, LoginDesk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cross_site(settings: Settings) -> None:
    settings.ROCKETCHAT_CROSS_SITE = settings.ROCKETCHAT_TOKEN_IN_URL = True


def press(browser: Client) -> Any:
    page = browser.get(TOP, headers=AS_PAGE, secure=True)
    return browser.post(TOP, {"csrfmiddlewaretoken": csrf_token(page)}, headers=AS_PAGE, secure=True)


def test_a_button_names_the_account(desk: LoginDesk, browser_of_alice: Client) -> None:
    page = browser_of_alice.get(TOP, headers=AS_PAGE, secure=True)

    assert "Open chat as alice" in text_of(page)
    assert TOKEN not in text_of(page)
    assert desk.asked == []
    policy = page["Content-Security-Policy"]
    assert f"form-action 'self' {ORIGIN};" in policy
    assert "frame-ancestors 'none'" in policy


def test_the_button_leads_to_the_chat_with_a_fresh_token(desk: LoginDesk, browser_of_alice: Client) -> None:
    response = press(browser_of_alice)

    assert response.status_code == 303
    address = urlsplit(response["Location"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{ORIGIN}/home"
    assert parse_qs(address.query) == {"resumeToken": [TOKEN]}
    assert desk.asked == [True]
    assert FORMER_COOKIE in response.cookies


def test_who_is_not_signed_in_signs_in_first(client: Client, alice: User) -> None:
    assert client.get(TOP, headers=AS_PAGE, secure=True)["Location"] == f"/login/?next={TOP}"


def test_who_may_not_chat_is_told_why(desk: LoginDesk, browser_of_alice: Client) -> None:
    desk.error = LoginRefused(RefusalReason.NOT_ALLOWED, "0A1B2C3D", None)

    response = press(browser_of_alice)

    assert response.status_code == 403
    assert "Chat is not open to you" in text_of(response)


@pytest.mark.parametrize("name", ["ROCKETCHAT_CROSS_SITE", "ROCKETCHAT_TOKEN_IN_URL"])
def test_there_is_no_such_page_unless_the_site_says_so(browser_of_alice: Client, settings: Settings, name: str) -> None:
    setattr(settings, name, False)

    assert browser_of_alice.get(TOP, headers=AS_PAGE, secure=True).status_code == 404
