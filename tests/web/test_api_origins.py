"""Who gets a login token: a page of exactly the chat's origin, and nobody else."""

import pytest
from django.test import Client
from pytest_django import Settings

from rocketchat_auth.accounts.refusals import RefusalReason
from rocketchat_auth.login import LoginRefused
from tests.web.desk import TOKEN, LoginDesk

API = "/rocketchat/api"

FORGED = [
    # Close to https://chat.example.com:
    "https://chat.example.com.evil.example",
    "https://chat.example.comevil.example",
    "https://evilchat.example.com",
    "https://evil.chat.example.com",
    "https://example.com",
    "https://evil.example",
    "https://chat-example.com",
    "https://chatXexample.com",
    "https://chat.example.co",
    "https://chat.example.com:8443",
    "https://chat.example.com:443",
    "https://chat.example.com:",
    "https://chat.example.com:443@evil.example",
    "http://chat.example.com",
    "http://chat.example.com:443",
    "HTTPS://chat.example.com",
    "https://CHAT.example.com",
    "https://chat.Example.com",
    "https://chat.example.com.",
    "https://chat.example.com/",
    "https://chat.example.com/home",
    "https://chat.example.com?",
    "https://chat.example.com#",
    "https://chat.example.com\\",
    "https://chat.example.com@evil.example",
    "https://user@chat.example.com",
    "https://user:password@chat.example.com",
    "https://@chat.example.com",
    "//chat.example.com",
    "chat.example.com",
    "ws://chat.example.com",
    "wss://chat.example.com",
    "null",
    "NULL",
    "undefined",
    "*",
    "",
    " ",
    " https://chat.example.com",
    "https://chat.example.com ",
    "\thttps://chat.example.com",
    "https://chat.example.com\t",
    "https:// chat.example.com",
    "https://chat.example.com, https://chat.example.com",
    "https://chat.example.com,https://evil.example",
    "https://evil.example, https://chat.example.com",
    "https://chat.example.com https://evil.example",
    "https://chat.example.com;https://evil.example",
    # Look-alikes and their Punycode: a Cyrillic a, a full-width stop, a soft hyphen.
    "https://chаt.example.com",
    "https://xn--cht-7cd.example.com",
    "https://chat。example.com",
    "https://chat.exam\u00adple.com",
    "https://chat%2eexample.com",
    "https://chat.example.com%00",
    "https://chat.example.com\x00",
    # The server's own names and addresses.
    "http://testserver",
    "https://testserver",
    "https://127.0.0.1",
    "https://[::1]",
    "https://2130706433",
    "https://0x7f000001",
    "http://localhost",
    "file://",
    "about:blank",
    "data:text/html,x",
    "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
]


def is_empty_refusal(response: object) -> bool:
    headers = {name.lower() for name in response.headers}  # type: ignore[attr-defined]
    return (
        response.status_code == 403  # type: ignore[attr-defined]
        and response.content == b""  # type: ignore[attr-defined]
        and not [name for name in headers if name.startswith("access-control-")]
    )


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "HEAD", "PUT"])
@pytest.mark.parametrize("origin", FORGED)
def test_a_forged_origin_gets_nothing(desk: LoginDesk, browser_of_alice: Client, method: str, origin: str) -> None:
    response = browser_of_alice.generic(method, API, HTTP_ORIGIN=origin, HTTP_SEC_FETCH_SITE="same-origin")

    assert is_empty_refusal(response)
    assert TOKEN not in repr(response.headers)
    assert desk.asked == []


@pytest.mark.parametrize(
    "origin",
    [
        "http://localhost",
        "http://localhost:80",
        "http://localhost:30000",
        "http://localhost:300",
        "http://localhost:03000",
        "http://localhost.:3000",
        "http://LOCALHOST:3000",
        "https://localhost:3000",
        "http://127.0.0.1:3000",
        "http://[::1]:3000",
        "http://localhost:3000.evil.example",
        "http://localhost:3000@evil.example",
        "http://localhost:3000/",
    ],
)
def test_a_forged_origin_beside_a_chat_on_a_port_gets_nothing(
    desk: LoginDesk, browser_of_alice: Client, settings: Settings, origin: str
) -> None:
    settings.ROCKETCHAT_URL = "http://localhost:3000"

    assert is_empty_refusal(browser_of_alice.post(API, HTTP_ORIGIN=origin))
    assert browser_of_alice.post(API, HTTP_ORIGIN="http://localhost:3000").status_code == 200


@pytest.mark.parametrize(
    "url, origin",
    [
        ("https://chat.example.com/", "https://chat.example.com"),
        ("https://CHAT.example.com:443", "https://chat.example.com"),
        ("https://www.example.com/chat", "https://www.example.com"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://chät.example.com", "https://xn--cht-rla.example.com"),
        ("http://[::1]:3000", "http://[::1]:3000"),
    ],
)
def test_the_origin_that_browsers_send_for_the_setting_is_let_in(
    desk: LoginDesk, browser_of_alice: Client, settings: Settings, url: str, origin: str
) -> None:
    settings.ROCKETCHAT_URL = url

    response = browser_of_alice.post(API, HTTP_ORIGIN=origin)

    assert response.status_code == 200
    assert response["Access-Control-Allow-Origin"] == origin


@pytest.mark.parametrize("site", [None, "", "none", "same-site", "cross-site", "same-origin"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_an_origin_nobody_gets_a_token_of_a_chat_elsewhere(
    desk: LoginDesk, browser_of_alice: Client, method: str, site: str | None
) -> None:
    headers = {} if site is None else {"Sec-Fetch-Site": site}

    assert is_empty_refusal(browser_of_alice.generic(method, API, headers=headers))
    assert desk.asked == []


@pytest.mark.parametrize(
    "url, own_origin",
    [
        ("https://www.example.com/chat", "https://www.example.com"),
        ("https://www.example.com/chat", "https://www.example.com:443"),
        ("https://www.example.com/chat", "https://WWW.example.com"),
        ("http://localhost", "http://localhost"),
        ("http://localhost", "http://localhost:80"),
        ("http://localhost:8000", "http://localhost:8000"),
    ],
)
def test_a_chat_on_the_site_s_own_origin_needs_no_origin_header(
    desk: LoginDesk, browser_of_alice: Client, settings: Settings, url: str, own_origin: str
) -> None:
    settings.ROCKETCHAT_URL = url
    scheme, _, host = own_origin.partition("://")

    response = browser_of_alice.get(
        API, secure=scheme == "https", headers={"Host": host, "Sec-Fetch-Site": "same-origin"}
    )

    assert response.status_code == 200


@pytest.mark.parametrize("site", [None, "", "none", "same-site", "cross-site", "Same-Origin", "same-origin,cross-site"])
def test_a_chat_on_the_site_s_own_origin_is_believed_only_from_that_origin(
    desk: LoginDesk, browser_of_alice: Client, settings: Settings, site: str | None
) -> None:
    settings.ROCKETCHAT_URL = "http://www.example.com/chat"
    headers = {"Host": "www.example.com"} | ({} if site is None else {"Sec-Fetch-Site": site})

    assert is_empty_refusal(browser_of_alice.get(API, headers=headers))


@pytest.mark.parametrize(
    "url, own_origin",
    [
        ("http://www.example.com/chat", "http://localhost"),
        ("https://www.example.com/chat", "http://www.example.com"),
        ("http://www.example.com/chat", "https://www.example.com"),
        ("http://www.example.com/chat", "http://www.example.com:8000"),
        ("http://www.example.com/chat", "http://www.example.com:443"),
        ("http://chat.example.com", "http://chat.example.com"),
    ],
)
def test_another_host_port_or_scheme_is_not_the_site_s_own_origin(
    desk: LoginDesk, browser_of_alice: Client, settings: Settings, url: str, own_origin: str
) -> None:
    settings.ROCKETCHAT_URL = url
    scheme, _, host = own_origin.partition("://")

    response = browser_of_alice.get(
        API, secure=scheme == "https", headers={"Host": host, "Sec-Fetch-Site": "same-origin"}
    )

    assert response.status_code in {400, 403}
    assert TOKEN not in response.content.decode()
    assert desk.asked == []


def test_a_refused_person_is_not_let_know_to_strangers(desk: LoginDesk, browser_of_alice: Client) -> None:
    desk.error = LoginRefused(RefusalReason.CONFLICT, "0A1B2C3D", None)

    assert is_empty_refusal(browser_of_alice.post(API, HTTP_ORIGIN="https://evil.example"))
