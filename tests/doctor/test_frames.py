"""The rules of frames are those of browsers."""

import httpx2
import pytest

from rocketchat_auth.doctor.frames import Framing

CHAT = "https://chat.example.com"
PAGE = "https://www.example.com/login/"
CSP = "Content-Security-Policy"
XFO = "X-Frame-Options"


def allows(*headers: tuple[str, str], origin: str = CHAT, page: str = PAGE) -> bool:
    return Framing(page, httpx2.Headers(list(headers))).allows(origin)


@pytest.mark.parametrize(
    "value, allowed",
    [
        ("DENY", False),
        ("deny", False),
        ("SAMEORIGIN", False),
        ("DENY, ALLOWALL", False),
        ("ALLOWALL", True),
        ("ALLOW-FROM https://other.example.com", True),
    ],
)
def test_x_frame_options(value: str, allowed: bool) -> None:
    assert allows((XFO, value)) is allowed


def test_a_page_of_the_site_itself_is_of_the_same_origin() -> None:
    assert allows((XFO, "SAMEORIGIN"), origin="https://www.example.com")
    assert allows((CSP, "frame-ancestors 'self'"), origin="https://www.example.com:443")
    assert not allows((CSP, "frame-ancestors 'self'"), origin="http://www.example.com")


@pytest.mark.parametrize(
    "sources, allowed",
    [
        ("https://chat.example.com", True),
        ("HTTPS://Chat.Example.com", True),
        ("https://chat.example.com/path", True),
        ("chat.example.com", True),
        ("http://chat.example.com", True),
        ("https://other.example.com https://chat.example.com", True),
        ("https://*.example.com", True),
        ("*.example.com:*", True),
        ("*", True),
        ("https://*", True),
        ("*:443", True),
        ("http://*:*", True),
        ("https:", True),
        ("http:", True),
        ("https://chat.example.com:443", True),
        ("", False),
        ("'none'", False),
        ("'self'", False),
        ("https://chat.example.com:8443", False),
        ("https://*.chat.example.com", False),
        ("https://chat.example.com.evil.example", False),
        ("wss:", False),
        ("ftp://chat.example.com", False),
        ("https://*:8443", False),
    ],
)
def test_frame_ancestors(sources: str, allowed: bool) -> None:
    assert allows((CSP, f"default-src 'self'; frame-ancestors {sources}; img-src *")) is allowed


def test_frame_ancestors_make_x_frame_options_of_no_account() -> None:
    assert allows((XFO, "DENY"), (CSP, f"frame-ancestors {CHAT}"))
    assert not allows((XFO, "DENY"), (CSP, "default-src 'self'"))


def test_all_policies_have_to_allow_it() -> None:
    chat, none = f"frame-ancestors {CHAT}", "frame-ancestors 'none'"

    assert not allows((CSP, chat), (CSP, none))
    assert not allows((CSP, f"{chat}, {none}"))
    assert allows((CSP, f"{chat}, default-src 'self'"))
    assert allows(("Content-Security-Policy-Report-Only", none))


def test_the_first_directive_of_a_policy_counts() -> None:
    assert allows((CSP, f"frame-ancestors {CHAT}; frame-ancestors 'none'"))


def test_without_any_header_all_is_allowed() -> None:
    assert allows()


def test_a_scheme_that_is_not_said_is_that_of_the_page() -> None:
    assert not allows((CSP, "frame-ancestors chat.example.com"), origin="http://chat.example.com")
    http_page = "http://www.example.com/login/"
    assert allows((CSP, "frame-ancestors chat.example.com"), origin="http://chat.example.com", page=http_page)


@pytest.mark.parametrize(
    "headers, words",
    [
        ([(XFO, "DENY")], "X-Frame-Options: DENY"),
        ([(XFO, "DENY"), (CSP, "frame-ancestors 'none'")], "Content-Security-Policy: frame-ancestors 'none'"),
        ([], ""),
    ],
)
def test_says_which_header_decides(headers: list[tuple[str, str]], words: str) -> None:
    assert Framing(PAGE, httpx2.Headers(headers)).words == words


def others(*headers: tuple[str, str], page: str = PAGE) -> list[str]:
    return Framing(page, httpx2.Headers(list(headers))).others(CHAT)


@pytest.mark.parametrize(
    "sources",
    [
        "",
        "'none'",
        "'self'",
        CHAT,
        "'self' https://chat.example.com:443/path",
        "chat.example.com https://www.example.com",
        "HTTPS://Chat.Example.com",
        "capacitor: ionic://localhost data: 'nonsense' [::1] chat.example.com:65536 chat.example.com:123456",
    ],
)
def test_the_chat_and_the_page_s_own_site_are_no_others(sources: str) -> None:
    assert others((CSP, f"frame-ancestors {sources}")) == []


@pytest.mark.parametrize(
    "source",
    [
        "https://evil.example",
        "evil.example",
        "https://chat.example.com.evil.example",
        "https://*.example.com",
        "*.example.com",
        "https://chat.example.com:8443",
        "https://chat.example.com:*",
        "http://chat.example.com",
        "https:",
        "http:",
        "*",
        "https://*",
        "*:8443",
    ],
)
def test_whatever_lets_in_more_is_of_others(source: str) -> None:
    assert others((CSP, f"default-src 'self'; frame-ancestors 'self' {CHAT} {source}")) == [source]


def test_others_are_let_in_only_by_what_all_policies_allow() -> None:
    evil, wide, chat = (f"frame-ancestors {CHAT} {more}" for more in ("https://evil.example", "https:", ""))

    assert others((CSP, evil), (CSP, chat)) == []
    assert others((CSP, f"{wide}, {chat}")) == []
    assert others((CSP, evil), (CSP, wide)) == ["https://evil.example"]
    assert others((CSP, evil), (CSP, f"frame-ancestors {CHAT} https://*.other.example")) == []
    assert others((CSP, evil), (CSP, "default-src 'self'"), (XFO, "DENY")) == ["https://evil.example"]


def test_without_frame_ancestors_nothing_names_others() -> None:
    assert others((XFO, "ALLOW-FROM https://evil.example")) == []
