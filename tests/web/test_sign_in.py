"""The views with the real login behind them, and the stand-in behind that."""

import re

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from rocketchat_auth.login import ChatLogin
from rocketchat_auth.rest import Secret
from rocketchat_auth.testing import StandIn
from tests.chat import CREATE_TOKEN, is_live
from tests.web.desk import ORIGIN

API = "/rocketchat/api"
REDIRECT = "/rocketchat/redirect"
FROM_CHAT = {"Origin": ORIGIN}


def login_of(stand_in: StandIn, token: str) -> ChatLogin:
    return ChatLogin(secret=Secret(token), user_id=stand_in.user("alice")["_id"])


def token_of_api(browser: Client) -> str:
    token: str = browser.post(API, headers=FROM_CHAT).json()["loginToken"]
    return token


def token_of_page(text: str) -> str:
    match = re.search(r'"loginToken": "([^"]+)"', text)
    assert match is not None
    return match[1]


def test_the_api_gives_a_live_token_and_the_same_one_again(rocketchat: StandIn, browser_of_alice: Client) -> None:
    first, second = token_of_api(browser_of_alice), token_of_api(browser_of_alice)

    assert first == second
    assert is_live(rocketchat, login_of(rocketchat, first))
    assert rocketchat.calls.count(CREATE_TOKEN) == 1


def test_the_hand_over_page_gives_the_api_s_token_and_another_when_tried_again(
    rocketchat: StandIn, browser_of_alice: Client
) -> None:
    of_api = token_of_api(browser_of_alice)
    page = browser_of_alice.get(REDIRECT).content.decode()
    csrf_token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[0]

    again = browser_of_alice.post(REDIRECT, {"csrfmiddlewaretoken": csrf_token}).content.decode()

    assert token_of_page(page) == of_api
    assert token_of_page(again) != of_api
    assert is_live(rocketchat, login_of(rocketchat, token_of_page(again)))


def test_signing_out_of_the_site_ends_the_token(
    rocketchat: StandIn, alice: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    browser = Client()
    browser.force_login(alice)
    token = token_of_api(browser)

    with django_capture_on_commit_callbacks(execute=True):
        browser.post("/logout/")

    assert not is_live(rocketchat, login_of(rocketchat, token))
    assert browser.post(API, headers=FROM_CHAT).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_the_chat_of_a_browser_taken_over_ends_only_when_the_next_person_s_session_has_reached_it(
    rocketchat: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("alice", "eve"):
        User.objects.create_user(name, f"{name}@example.com", "wonderland-of-old")
    browser = Client()
    browser.login(username="alice", password="wonderland-of-old")
    login = login_of(rocketchat, token_of_api(browser))
    lives: list[bool] = []
    close = HttpResponse.close

    def sent(response: HttpResponse) -> None:
        lives.append(is_live(rocketchat, login))
        close(response)

    monkeypatch.setattr(HttpResponse, "close", sent)
    assert browser.post("/login/", {"username": "eve", "password": "wonderland-of-old"}).status_code == 302

    assert lives == [True]
    assert not is_live(rocketchat, login)


def test_a_chat_that_is_down_is_401_to_the_chat_and_a_reason_to_the_person(
    rocketchat: StandIn, browser_of_alice: Client, caplog: pytest.LogCaptureFixture
) -> None:
    rocketchat.fail_with("drop")

    answer = browser_of_alice.post(API, headers=FROM_CHAT)
    page = browser_of_alice.get(REDIRECT)

    assert (answer.status_code, answer.content) == (401, b"")
    assert page.status_code == 503
    assert "Chat cannot be reached" in page.content.decode()
    [reference] = re.findall(r"<code>([0-9A-F]{8})</code>", page.content.decode())
    assert reference in caplog.text


def test_an_account_of_somebody_else_is_401_to_the_chat_and_a_reason_to_the_person(
    rocketchat: StandIn, browser_of_alice: Client
) -> None:
    rocketchat.add_user("alice", email="another.alice@example.org")

    answer = browser_of_alice.post(API, headers=FROM_CHAT)
    page = browser_of_alice.get(REDIRECT)

    assert (answer.status_code, answer.content) == (401, b"")
    assert page.status_code == 403
    assert "Your chat account needs a look" in page.content.decode()
