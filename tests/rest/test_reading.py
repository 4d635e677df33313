import json
from typing import Any

import pytest

from rocketchat_auth.rest import (
    Answer,
    BadAnswer,
    NotFound,
    PermissionRefused,
    RateLimit,
    RateLimited,
    Secret,
)
from rocketchat_auth.rest.answer import Received
from rocketchat_auth.rest.reading import answer_of

NOW = 1_800_000_000.0
BASE = "https://chat.example.com/team"


def read(
    status: int,
    body: Any = None,
    headers: dict[str, str] | None = None,
    *,
    base_url: str = BASE,
    secrets: tuple[str, ...] = (),
) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    received = Received(status, headers or {}, content)
    return answer_of(
        received, endpoint="v1/users.info", base_url=base_url, now=NOW, secrets=[Secret(secret) for secret in secrets]
    )


def limited(remaining: str) -> dict[str, str]:
    return {
        "x-ratelimit-limit": "10",
        "x-ratelimit-remaining": remaining,
        "x-ratelimit-reset": f"{(NOW + 20) * 1000:.0f}",
    }


def test_an_answer_has_its_body_and_what_it_tells_of_the_limit() -> None:
    answer = read(200, {"user": {"_id": "u1"}, "success": True}, limited("4"))

    assert answer.at("user", "_id") == "u1"
    assert answer.rate == RateLimit(10, 4, NOW + 20)


def test_an_answer_without_success_is_one_too() -> None:
    assert read(200, {"status": "success", "data": {}}).rate is None


@pytest.mark.parametrize(
    "body", [{"success": False, "error": "User not found."}, {"status": "error", "message": "User not found"}]
)
def test_a_200_that_says_no_is_a_refusal(body: dict[str, Any]) -> None:
    with pytest.raises(NotFound):
        read(200, body)


def test_a_refusal_knows_what_its_answer_told_of_the_limit() -> None:
    with pytest.raises(PermissionRefused) as caught:
        read(403, {"success": False, "error": "unauthorized"}, limited("2"))

    assert caught.value.rate == RateLimit(10, 2, NOW + 20)


def test_a_429_tells_when_calls_are_answered_again() -> None:
    with pytest.raises(RateLimited) as caught:
        read(429, {"success": False, "error": "You must wait 5 seconds"}, limited("0"))

    assert (caught.value.wait, caught.value.reset_at) == (20, NOW + 20)


def test_a_429_without_the_header_tells_it_in_words() -> None:
    with pytest.raises(RateLimited) as caught:
        read(429, {"success": False, "error": "You must wait 5 seconds before"})

    assert (caught.value.wait, caught.value.reset_at) == (5, NOW + 5)


@pytest.mark.parametrize(
    "status,body",
    [
        (500, {"success": False, "error": "Internal server error"}),
        (502, b"<html>Bad Gateway</html>"),
        (200, b"<html>Welcome to nginx</html>"),
        (200, ["a", "list"]),
        (404, b"Not Found"),
        (204, b""),
        (101, b""),
    ],
)
def test_what_rocketchat_does_not_answer_is_a_bad_answer(status: int, body: Any) -> None:
    with pytest.raises(BadAnswer, match=f"answered v1/users.info with status {status}") as caught:
        read(status, body)

    assert caught.value.status == status
    assert "nginx" not in str(caught.value)


@pytest.mark.parametrize(
    "location,root",
    [
        ("https://new.example.com/api/v1/users.info?email=ada%40example.com#x", "https://new.example.com"),
        ("https://new.example.com:8443/chat/api/v1/users.info", "https://new.example.com:8443/chat"),
        ("https://user:password@new.example.com/api/v1/users.info", "https://new.example.com"),
        ("/chat/api/v1/users.info", "https://chat.example.com/chat"),
        ("https://login.example.com/sso?token=abc", "https://login.example.com"),
        ("//elsewhere.example.com/home", "https://elsewhere.example.com"),
    ],
)
def test_a_redirect_says_where_rocketchat_url_should_point_and_no_secret(location: str, root: str) -> None:
    with pytest.raises(BadAnswer) as caught:
        read(302, b"", {"location": location})

    assert str(caught.value).endswith(f'set ROCKETCHAT_URL = "{root}".')
    assert not any(part in str(caught.value) for part in ("password", "user:", "token", "ada", "?", "#"))
    assert caught.value.status == 302


@pytest.mark.parametrize(
    "location",
    [
        "",
        "https://chat.example.com:port/",
        "ftp://chat.example.com/",
        "mailto:ada@example.com",
        f"{BASE}/api/v1/users.info",
    ],
)
def test_a_redirect_to_nowhere_says_nothing_of_where_to_point(location: str) -> None:
    with pytest.raises(BadAnswer, match=r"with a redirect, which is not followed\.$"):
        read(301, b"", {"location": location})


@pytest.mark.parametrize("secret", ["swordfish", 'with "quotes" and \\', "mit Ümläuten"])
def test_a_secret_that_the_server_repeats_does_not_come_through(secret: str) -> None:
    body = {"success": False, "error": f"Bad token {secret}!", "errorType": "x", "details": {"token": secret}}

    for ascii_only in True, False:
        with pytest.raises(Exception, match=r"Bad token \(hidden\)!") as caught:
            read(400, json.dumps(body, ensure_ascii=ascii_only).encode(), secrets=(secret,))

        assert secret not in repr(vars(caught.value))


def test_a_secret_too_short_to_be_one_leaves_the_words_alone() -> None:
    with pytest.raises(NotFound, match="User not found"):
        read(400, {"success": False, "error": "User not found."}, secrets=("", "no"))
