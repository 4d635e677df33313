"""What a chat on another site needs of the settings."""

from typing import Any

import pytest
from django.conf import settings as site

from tests.checks.conftest import Found

OURS = "rocketchat_auth.middleware.RocketChatMiddleware"
SESSION = "django.contrib.sessions.middleware.SessionMiddleware"
CSRF = "django.middleware.csrf.CsrfViewMiddleware"
REST = [path for path in site.MIDDLEWARE if path != OURS]
SECURE = {"ROCKETCHAT_CROSS_SITE": True, "SESSION_COOKIE_SECURE": True, "CSRF_COOKIE_SECURE": True}


def below(path: str) -> list[str]:
    place = REST.index(path) + 1
    return [*REST[:place], OURS, *REST[place:]]


@pytest.mark.parametrize(
    "numbers, changes",
    [
        (["E132"], {"MIDDLEWARE": [path for path in REST if "clickjacking" not in path]}),
        (["E133"], {"MIDDLEWARE": below(SESSION)}),
        (["E133", "E133"], {"MIDDLEWARE": below(CSRF)}),
        (["W045"], {"SESSION_COOKIE_SECURE": False}),
        (["W045"], {"CSRF_COOKIE_SECURE": False}),
        (["W046"], {"SESSION_COOKIE_SAMESITE": "None"}),
        (["W046"], {"CSRF_COOKIE_SAMESITE": "none"}),
        (["W047"], {"ROCKETCHAT_TOKEN_IN_URL": True}),
    ],
)
def test_what_is_wrong_with_a_chat_on_another_site_is_found(
    numbers: list[str], changes: dict[str, Any], found: Found
) -> None:
    also = ["W092"] if numbers == ["E132"] else []

    assert found({**SECURE, **changes}) == sorted(numbers + also)


@pytest.mark.parametrize(
    "changes",
    [
        SECURE,
        {**SECURE, "CSRF_USE_SESSIONS": True, "CSRF_COOKIE_SECURE": False},
        {**SECURE, "MIDDLEWARE": [OURS, *[path for path in REST if path != CSRF]]},
        {"ROCKETCHAT_CROSS_SITE": False, "ROCKETCHAT_TOKEN_IN_URL": False},
    ],
)
def test_what_is_right_with_a_chat_on_another_site_is_not_found(changes: dict[str, Any], found: Found) -> None:
    without_csrf = CSRF not in changes.get("MIDDLEWARE", site.MIDDLEWARE)

    assert found(changes) == (["W095"] if without_csrf else [])


def test_a_token_in_an_address_is_told_of_for_phones_too(found: Found) -> None:
    assert found({"ROCKETCHAT_CROSS_SITE": False, "ROCKETCHAT_TOKEN_IN_URL": True}) == ["W047"]


def test_the_middleware_is_named_whose_cookie_is_not_seen(found: Found, messages: Any) -> None:
    found({**SECURE, "MIDDLEWARE": below(SESSION)})

    assert "below SessionMiddleware in" in messages()[0].msg
