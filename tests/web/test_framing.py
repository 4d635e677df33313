"""Exactly the login page and the hand-over page can be framed, by exactly the chat's origin."""

import pytest
from django.test import Client
from django.urls import reverse_lazy
from pytest_django import Settings

from tests.web import urls
from tests.web.desk import ORIGIN, LoginDesk

pytestmark = [pytest.mark.urls("tests.web.urls"), pytest.mark.django_db]

ONLY_CHAT = f"frame-ancestors {ORIGIN}"


def is_framable(client: Client, path: str) -> bool:
    response = client.get(path)
    policy = response.headers.get("Content-Security-Policy", "")
    framable = ONLY_CHAT in policy.split("; ")
    assert framable == ("X-Frame-Options" not in response)
    return framable


@pytest.mark.parametrize(
    "path", ["/login/", "/login/?next=/rocketchat/redirect", "/admin/login/?next=/rocketchat/redirect"]
)
def test_the_iframe_urls_of_the_set_up_steps_are_framable(client: Client, path: str) -> None:
    assert is_framable(client, path)


@pytest.mark.parametrize("path", ["/special-login/", "/login-with-other-policy/"])
def test_any_login_view_of_django_is_framable_wherever_it_is(client: Client, path: str) -> None:
    assert is_framable(client, path)


@pytest.mark.parametrize(
    "login_url",
    [
        "/own-login/",
        "own-login",
        "http://testserver/own-login/",
        "//testserver/own-login/",
        "/own-login/?from=chat",
        urls.own_login,
        reverse_lazy("own-login"),
    ],
)
def test_the_page_of_login_url_is_framable_however_it_is_written(
    client: Client, settings: Settings, login_url: object
) -> None:
    settings.LOGIN_URL = login_url

    assert is_framable(client, "/own-login/")
    assert not is_framable(client, "/page/")


@pytest.mark.parametrize("login_url", ["https://identity.example.com/own-login/", "/", "/own-login", "own-login/"])
def test_another_page_than_that_of_login_url_is_not_framable(
    client: Client, settings: Settings, login_url: str
) -> None:
    settings.LOGIN_URL = login_url

    assert not is_framable(client, "/own-login/")


def test_a_namespaced_url_name_is_understood(client: Client, settings: Settings) -> None:
    settings.LOGIN_URL = "members:login"

    assert is_framable(client, "/members/login/")
    assert not is_framable(client, "/own-login/")


def test_further_login_pages_are_framable_by_path_or_name(client: Client, settings: Settings) -> None:
    settings.ROCKETCHAT_LOGIN_PAGES = ["/own-login/", "members:login"]

    assert is_framable(client, "/own-login/")
    assert is_framable(client, "/members/login/")
    assert not is_framable(client, "/page/")


@pytest.mark.parametrize("path", ["/page/", "/own-login/", "/rocketchat/", "/nowhere/", "/admin/", "/rocketchat/api"])
def test_no_other_page_is_touched(client: Client, path: str) -> None:
    response = client.get(path)

    assert response["X-Frame-Options"] == "DENY"
    assert "Content-Security-Policy" not in response


def test_a_redirect_from_a_login_page_is_not_touched(client: Client, settings: Settings) -> None:
    settings.LOGIN_URL = "/redirecting-login/"

    response = client.get("/redirecting-login/")

    assert response.status_code == 302
    assert response["X-Frame-Options"] == "DENY"
    assert "Content-Security-Policy" not in response


def test_a_login_page_s_own_policy_is_kept_but_for_frames(client: Client, settings: Settings) -> None:
    settings.LOGIN_URL = "/login-with-policy/"

    response = client.get("/login-with-policy/")

    assert response["Content-Security-Policy"] == f"default-src 'self'; frame-ancestors {ORIGIN}"
    assert response["Content-Security-Policy-Report-Only"] == "frame-ancestors 'none'"
    assert "X-Frame-Options" not in response


def test_a_form_that_was_filled_in_wrongly_stays_in_the_frame(client: Client) -> None:
    response = client.post("/login/", {"username": "alice", "password": "wrong"})

    assert response.status_code == 200
    assert response["Content-Security-Policy"] == ONLY_CHAT
    assert "X-Frame-Options" not in response


def test_csrf_protection_of_the_login_page_stays_on_and_says_so_in_the_frame() -> None:
    response = Client(enforce_csrf_checks=True).post(
        "/login/", {"username": "alice", "password": "x"}, headers={"Origin": ORIGIN}
    )

    assert response.status_code == 403
    assert response["Content-Security-Policy"] == ONLY_CHAT


@pytest.mark.usefixtures("no_chat_url")
def test_without_a_chat_url_nothing_is_framable_and_the_site_goes_on(client: Client) -> None:
    response = client.get("/login/")

    assert response.status_code == 200
    assert response["X-Frame-Options"] == "DENY"
    assert "Content-Security-Policy" not in response


def test_with_login_pages_of_the_wrong_type_the_site_goes_on(client: Client, settings: Settings) -> None:
    settings.ROCKETCHAT_LOGIN_PAGES = "/own-login/"

    assert client.get("/page/")["X-Frame-Options"] == "DENY"
    assert is_framable(client, "/login/")


def test_the_hand_over_page_keeps_its_own_policy(desk: LoginDesk, browser_of_alice: Client) -> None:
    policy = browser_of_alice.get("/rocketchat/redirect")["Content-Security-Policy"]

    assert policy.count("frame-ancestors") == 1
    assert policy.startswith("default-src 'none'; ")
    assert ONLY_CHAT in policy


def test_the_hand_over_page_is_framable_without_the_middleware(
    desk: LoginDesk, browser_of_alice: Client, settings: Settings
) -> None:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("rocketchat_auth")]

    assert is_framable(browser_of_alice, "/rocketchat/redirect")
    assert not is_framable(browser_of_alice, "/login/")


def test_a_refused_retry_says_so_in_the_frame(desk: LoginDesk, browser_of_alice: Client) -> None:
    response = browser_of_alice.post("/rocketchat/redirect")

    assert response.status_code == 403
    assert "CSRF" in response.content.decode()
    assert response["Content-Security-Policy"] == ONLY_CHAT
