"""The page for somebody who logged out in chat: what it offers, and what its buttons do."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from rocketchat_auth.login import LeftChat
from tests.web.desk import ORIGIN, TOKEN, LoginDesk
from tests.web.test_views import FRAMED, REDIRECT, submit_retry, text_of

HERE = {"Origin": "http://testserver"}


@pytest.fixture
def left(desk: LoginDesk) -> LoginDesk:
    desk.error = LeftChat()
    return desk


def press(browser: Client, instead: str) -> Any:
    page = browser.get(REDIRECT, headers=FRAMED)
    token = text_of(page).partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    return browser.post(REDIRECT, {"csrfmiddlewaretoken": token, "instead": instead}, headers=FRAMED | HERE)


def test_who_logged_out_in_chat_is_asked_and_gets_no_token(left: LoginDesk, browser_of_alice: Client) -> None:
    response = browser_of_alice.get(REDIRECT, headers=FRAMED)

    assert response.status_code == 200
    assert "Continue as alice" in text_of(response)
    assert TOKEN not in text_of(response)
    assert "no-store" in response["Cache-Control"]


def test_the_page_may_be_framed_by_exactly_the_chat(left: LoginDesk, browser_of_alice: Client) -> None:
    response = browser_of_alice.get(REDIRECT, headers=FRAMED)

    assert f"frame-ancestors {ORIGIN}" in response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response


def test_a_name_cannot_break_out_of_the_page(left: LoginDesk, browser_of_alice: Client, alice: User) -> None:
    alice.username = "<b>alice"
    alice.save()

    assert "<b>alice" not in text_of(browser_of_alice.get(REDIRECT))


def test_who_continues_gets_a_fresh_token(left: LoginDesk, browser_of_alice: Client) -> None:
    page = browser_of_alice.get(REDIRECT, headers=FRAMED)
    left.error = None

    response = submit_retry(browser_of_alice, page)

    assert TOKEN in text_of(response)
    assert left.asked == [False, True]


def test_only_the_page_in_the_frame_tells_that_nobody_is_logged_in_there(
    desk: LoginDesk, browser_of_alice: Client
) -> None:
    browser_of_alice.get(REDIRECT, headers=FRAMED)
    browser_of_alice.get(REDIRECT)
    browser_of_alice.get(REDIRECT, headers={"Sec-Fetch-Dest": "document"})
    browser_of_alice.post("/rocketchat/api", headers={"Origin": ORIGIN})

    assert desk.handing_over == [True, True, False, False]


def test_who_signs_out_is_told_so_and_can_sign_in_again(left: LoginDesk, browser_of_alice: Client) -> None:
    response = press(browser_of_alice, "sign-out")

    assert "You are signed out" in text_of(response)
    assert f'href="{REDIRECT}"' in text_of(response)
    assert f"frame-ancestors {ORIGIN}" in response["Content-Security-Policy"]
    assert "_auth_user_id" not in browser_of_alice.session


def test_who_uses_another_account_comes_to_the_login_page_and_back(left: LoginDesk, browser_of_alice: Client) -> None:
    response = press(browser_of_alice, "switch")

    assert (response.status_code, response["Location"]) == (302, f"/login/?next={REDIRECT}")
    assert "no-store" in response["Cache-Control"]
    assert "_auth_user_id" not in browser_of_alice.session


@pytest.mark.parametrize("instead", ["sign-out", "switch"])
def test_no_other_site_can_press_a_button(left: LoginDesk, browser_of_alice: Client, instead: str) -> None:
    browser_of_alice.get(REDIRECT)

    response = browser_of_alice.post(REDIRECT, {"instead": instead}, headers={"Origin": "https://evil.example"})

    assert response.status_code == 403
    assert "_auth_user_id" in browser_of_alice.session


def test_who_was_signed_out_meanwhile_is_sent_to_the_login_page(left: LoginDesk, browser_of_alice: Client) -> None:
    page = browser_of_alice.get(REDIRECT, headers=FRAMED)
    browser_of_alice.session.flush()

    assert submit_retry(browser_of_alice, page)["Location"] == f"/login/?next={REDIRECT}"


def test_the_api_answers_401_and_logs_nothing(
    left: LoginDesk, browser_of_alice: Client, caplog: pytest.LogCaptureFixture
) -> None:
    response = browser_of_alice.post("/rocketchat/api", headers={"Origin": ORIGIN})

    assert (response.status_code, response.content) == (401, b"")
    assert response["Access-Control-Allow-Origin"] == ORIGIN
    assert [record.name for record in caplog.records] == ["django.request"]
