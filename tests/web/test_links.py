import pytest
from pytest_django import Settings

from rocketchat_auth.web import links


@pytest.mark.parametrize(
    "url, app_link",
    [
        ("https://chat.example.com", "https://go.rocket.chat/auth?host=chat.example.com"),
        ("https://chat.example.com/", "https://go.rocket.chat/auth?host=chat.example.com"),
        ("https://chat.example.com:8443", "https://go.rocket.chat/auth?host=chat.example.com%3A8443"),
        ("https://www.example.com/chat", "https://go.rocket.chat/auth?host=https%3A%2F%2Fwww.example.com%2Fchat"),
        ("http://localhost:3000", "https://go.rocket.chat/auth?host=http%3A%2F%2Flocalhost%3A3000"),
        ("https://http.example.com", "https://go.rocket.chat/auth?host=https%3A%2F%2Fhttp.example.com"),
    ],
)
def test_the_app_is_told_the_host_or_the_whole_address_where_a_host_is_not_enough(
    settings: Settings, url: str, app_link: str
) -> None:
    settings.ROCKETCHAT_URL = url

    assert links.app_link() == app_link


@pytest.mark.parametrize(
    "url, chat_link",
    [
        ("https://chat.example.com", "https://chat.example.com/"),
        ("https://www.example.com/chat/", "https://www.example.com/chat/"),
    ],
)
def test_the_chat_is_where_the_setting_says(settings: Settings, url: str, chat_link: str) -> None:
    settings.ROCKETCHAT_URL = url

    assert links.chat_link() == chat_link
