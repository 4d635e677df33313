"""What each setting may hold, and still does not fit: a table of what is broken and of what is right."""

import re
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme
from django.conf import settings as site
from django.core.checks import CheckMessage
from django.utils.translation import gettext_lazy
from django.views.debug import SafeExceptionReporterFilter

from rocketchat_auth.middleware import RocketChatMiddleware
from tests.checks.conftest import Found

KEY = "a-key-of-more-than-thirty-two-different-characters"
OURS = "rocketchat_auth.middleware.RocketChatMiddleware"
FRAME_OPTIONS = "django.middleware.clickjacking.XFrameOptionsMiddleware"
CORS = "corsheaders.middleware.CorsMiddleware"
CSRF = "django.middleware.csrf.CsrfViewMiddleware"
OURS_FIRST = [OURS, CORS, *[path for path in site.MIDDLEWARE if path != OURS]]
CHAT = "https://chat.example.com"
TOKEN, USER_ID = "x" * 43, "aBcDeFgHiJkLmNoPq"


def without(*paths: str) -> list[str]:
    return [path for path in site.MIDDLEWARE if path not in paths]


def mongo(uri: str, **changes: object) -> dict[str, object]:
    return {"MONGO_DB": uri, **changes}


def hidden_by(path: str) -> dict[str, object]:
    return {"DEFAULT_EXCEPTION_REPORTER_FILTER": path}


class NotAnAdapter:
    """A class that is no adapter, and no source."""


class HidesEverything(SafeExceptionReporterFilter):
    """A site's own filter."""

    hidden_settings = re.compile("")


class Subclass(RocketChatMiddleware):
    """A site's own kind of the middleware."""


ELSEWHERE = f"{__name__}.NotAnAdapter"
DJANGOS_FILTER = "django.views.debug.SafeExceptionReporterFilter"

BROKEN: list[tuple[str, dict[str, Any]]] = [
    ("W001", {"ROCKETCHAT_URL": "http://chat.example.com"}),
    ("W001", {"ROCKETCHAT_URL": "http://192.168.0.7:3000"}),
    ("W011", {"ROCKETCHAT_AUTH_TOKEN": USER_ID, "ROCKETCHAT_USER_ID": TOKEN}),
    ("W012", {"ROCKETCHAT_AUTH_TOKEN": TOKEN, "ROCKETCHAT_USER_ID": TOKEN}),
    ("E024", mongo("user:100%@localhost:27017/rocketchat")),
    ("E024", mongo("user:pw@localhost:27017/rocketchat?tls=true&tlsCAFile=/missing.pem")),
    ("E024", mongo("user:pw@localhost:27017/rocketchat?tls=true&tlsCertificateKeyFile=/missing.pem")),
    ("E025", mongo("mongodb+srv://cluster.example.com:27017/rocketchat")),
    ("E025", mongo("mongodb+srv://one.example.com,two.example.com/rocketchat")),
    ("E034", {"ROCKETCHAT_LOGIN_SOURCE": "nowhere.Source"}),
    ("E035", {"ROCKETCHAT_LOGIN_SOURCE": ELSEWHERE}),
    ("E036", {"ROCKETCHAT_LOGIN_SOURCE": "mongo"}),
    ("E037", {"ROCKETCHAT_LOGIN_SOURCE": "password"}),
    ("E038", {"ROCKETCHAT_LOGIN_SOURCE": "password", "ROCKETCHAT_PASSWORD_KEY": "short"}),
    ("E038", {"ROCKETCHAT_LOGIN_SOURCE": "password", "ROCKETCHAT_PASSWORD_KEY": "a" * 50}),
    ("E039", {"ROCKETCHAT_LOGIN_SOURCE": "password", "ROCKETCHAT_PASSWORD_KEY": KEY, "SECRET_KEY": KEY}),
    ("E039", {"ROCKETCHAT_LOGIN_SOURCE": "password", "ROCKETCHAT_PASSWORD_KEY": KEY, "SECRET_KEY_FALLBACKS": [KEY]}),
    ("W031", {**mongo("localhost:27017"), "ROCKETCHAT_LOGIN_SOURCE": "create_token"}),
    ("W032", {"ROCKETCHAT_TOKEN_SECRET": "guessed"}),
    ("W033", {"ROCKETCHAT_TOKEN_SECRET": "a-long-random-secret\n"}),
    ("W034", mongo("localhost:27017/rocketchat?authSauce=admin")),
    ("W035", mongo("user:pw@localhost:27017/rocketchat", **hidden_by(DJANGOS_FILTER))),
    ("W035", mongo("mongodb+srv://user:pw@cluster.example.com/rocketchat", **hidden_by(DJANGOS_FILTER))),
    (
        "W035",
        mongo("localhost:27017/?tls=true&tlsCertificateKeyFilePassword=pw", **hidden_by(DJANGOS_FILTER)),
    ),
    ("E055", {"ROCKETCHAT_CA_FILE": "/nowhere/ca.pem"}),
    ("E055", {"ROCKETCHAT_CA_FILE": __file__}),
    ("W051", {"ROCKETCHAT_CONNECT_TIMEOUT": 31}),
    ("W052", {"ROCKETCHAT_READ_TIMEOUT": 31}),
    ("E046", {"ROCKETCHAT_ADAPTER": "nowhere.Adapter"}),
    ("E047", {"ROCKETCHAT_ADAPTER": ELSEWHERE}),
    ("W041", {"ROCKETCHAT_LINK_EXISTING": "username"}),
    ("W042", {"ROCKETCHAT_LOGOUT": "none"}),
    ("W043", {"ROCKETCHAT_GROUPS": {"Staff": {"roles": ["moderator"]}, "Board": {"roles": ["admin"]}}}),
    ("E062", {"ROCKETCHAT_LOGIN_PAGES": ["two-factor"]}),
    ("E062", {"ROCKETCHAT_LOGIN_PAGES": ["//www.example.com/"]}),
    ("E063", {"ROOT_URLCONF": "tests.checks.urls_without"}),
    ("E064", {"LOGIN_URL": "no-such-name"}),
    ("E064", {"LOGIN_URL": None}),
    ("W061", {"LOGIN_URL": "/sign-in/"}),
    ("E071", {"ROCKETCHAT_LOGUOT": "session"}),
    ("E071", {"ROCKET_CHAT_URL": CHAT}),
    ("W071", {"ROCKETCHAT": CHAT}),
    ("W072", {"ROCKETCHAT_TELEPHONE": "112"}),
    ("E081", {"SESSION_COOKIE_SAMESITE": "None"}),
    ("E082", {"CSRF_COOKIE_SAMESITE": "none"}),
    ("W081", {"SESSION_COOKIE_SAMESITE": None}),
    ("W081", {"SESSION_COOKIE_SAMESITE": False}),
    ("W082", {"CSRF_COOKIE_SAMESITE": None}),
    ("E091", {"MIDDLEWARE": without("django.contrib.sessions.middleware.SessionMiddleware")}),
    ("E092", {"MIDDLEWARE": without("django.contrib.auth.middleware.AuthenticationMiddleware")}),
    ("W091", {"MIDDLEWARE": without(OURS)}),
    ("W092", {"MIDDLEWARE": without(OURS, FRAME_OPTIONS)}),
    ("W093", {"MIDDLEWARE": [CORS, *site.MIDDLEWARE], "CORS_ALLOWED_ORIGINS": [CHAT]}),
    ("W094", {"X_FRAME_OPTIONS": "ALLOW-FROM https://chat.example.com"}),
    ("W095", {"MIDDLEWARE": without(CSRF)}),
    ("I101", {"CORS_ORIGIN_WHITELIST": ["chat.example.com"]}),
    (
        "W103",
        {"MIDDLEWARE": OURS_FIRST, "CORS_ALLOW_ALL_ORIGINS": True, "CORS_ALLOW_CREDENTIALS": True},
    ),
    (
        "W103",
        {"MIDDLEWARE": OURS_FIRST, "CORS_ORIGIN_ALLOW_ALL": True, "CORS_ALLOW_CREDENTIALS": True},
    ),
    ("E111", {"INSTALLED_APPS": [app for app in site.INSTALLED_APPS if app != "django.contrib.sessions"]}),
    ("W111", {"CACHES": {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}}),
    ("W112", {"SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies"}),
    ("W113", {"SESSION_ENGINE": "django.contrib.sessions.backends.file"}),
]

RIGHT: list[dict[str, Any]] = [
    {"ROCKETCHAT_URL": "http://localhost:3000"},
    {"ROCKETCHAT_URL": "http://chat.localhost:3000"},
    {"ROCKETCHAT_URL": "http://[::1]:3000"},
    {"ROCKETCHAT_URL": "http://127.0.0.2:3000"},
    {"ROCKETCHAT_URL": "http://chat.example.com", "DEBUG": True},
    {"ROCKETCHAT_AUTH_TOKEN": TOKEN, "ROCKETCHAT_USER_ID": USER_ID},
    mongo("user:100%25@localhost:27017/rocketchat"),
    mongo("user:pw@localhost:27017/rocketchat", **hidden_by(f"{__name__}.HidesEverything")),
    mongo("localhost:27017/rocketchat", **hidden_by(DJANGOS_FILTER)),
    mongo("user@localhost:27017/rocketchat?authMechanism=MONGODB-X509&tls=true", **hidden_by(DJANGOS_FILTER)),
    # What is no filter breaks Django's reports, of which this package says nothing.
    mongo("user:pw@localhost:27017/rocketchat", **hidden_by(ELSEWHERE)),
    mongo("user:pw@localhost:27017/rocketchat", **hidden_by("nowhere.Filter")),
    mongo("mongodb+srv://cluster.example.com/rocketchat?srvServiceName=chat"),
    {**mongo("localhost:27017"), "ROCKETCHAT_LOGIN_SOURCE": "mongo"},
    {"ROCKETCHAT_LOGIN_SOURCE": "password", "ROCKETCHAT_PASSWORD_KEY": KEY},
    {"ROCKETCHAT_LOGIN_SOURCE": "rocketchat_auth.login.sources.create_token.CreateTokenSource"},
    {"ROCKETCHAT_TOKEN_SECRET": "a-long-random-secret"},
    {"ROCKETCHAT_CONNECT_TIMEOUT": 30, "ROCKETCHAT_READ_TIMEOUT": 30.0},
    {"ROCKETCHAT_ADAPTER": "tests.adapters.NobodyMayChat"},
    {"ROCKETCHAT_LOGIN_PAGES": ["/accounts/two-factor/", "login"]},
    {"LOGIN_URL": "/login/?from=chat"},
    {"LOGIN_URL": gettext_lazy("/login/")},
    {"LOGIN_URL": "/below/a/path/login/"},
    {"LOGIN_URL": "https://accounts.example.com/login/"},
    {"ROCKETRY": "launch"},
    {"SESSION_COOKIE_SAMESITE": "None", "SESSION_COOKIE_SECURE": True},
    {"CSRF_COOKIE_SAMESITE": None, "CSRF_USE_SESSIONS": True},
    {"SESSION_COOKIE_SAMESITE": "Strict"},
    {"MIDDLEWARE": OURS_FIRST, "CORS_ALLOWED_ORIGINS": []},
    {"X_FRAME_OPTIONS": "sameorigin"},
    {"CORS_ORIGIN_WHITELIST": [CHAT]},
    {"CORS_ORIGIN_WHITELIST": None},
    {"SESSION_ENGINE": "django.contrib.sessions.backends.file", "SESSION_FILE_PATH": "/var/lib/example"},
]


@pytest.mark.parametrize("number, changes", BROKEN)
def test_what_is_broken_is_found_and_nothing_else(number: str, changes: dict[str, Any], found: Found) -> None:
    assert found(changes) == [number]


@pytest.mark.parametrize("changes", RIGHT)
def test_what_is_right_is_not_found(changes: dict[str, Any], found: Found) -> None:
    assert found(changes) == []


@pytest.fixture
def old_way() -> dict[str, Any]:
    """The site as 1.x wanted it: CorsMiddleware first, and neither XFrameOptionsMiddleware nor ours."""
    return {"MIDDLEWARE": [CORS, *without(OURS, FRAME_OPTIONS)], "CORS_ALLOW_CREDENTIALS": True}


@pytest.mark.parametrize(
    "name, value",
    [
        ("CORS_ORIGIN_WHITELIST", [CHAT]),
        ("CORS_ALLOWED_ORIGINS", (CHAT,)),
        ("CORS_ALLOWED_ORIGIN_REGEXES", [r"https://\w+\.example\.com$"]),
        ("CORS_ORIGIN_REGEX_WHITELIST", [re.compile(r"https://\w+\.example\.com$")]),
    ],
)
def test_the_old_way_is_served_and_told_of_framing_alone(
    old_way: dict[str, Any], name: str, value: object, found: Found
) -> None:
    assert found({"CORS_ORIGIN_WHITELIST": [], **old_way, name: value}) == ["W092"]


@pytest.mark.parametrize("patterns", [[], [7], ["("], [b"https://"], ["https://other"]])
def test_the_old_way_without_the_chat_s_origin_is_found(
    old_way: dict[str, Any], patterns: list[object], found: Found
) -> None:
    changes = {**old_way, "CORS_ORIGIN_WHITELIST": [], "CORS_ALLOWED_ORIGIN_REGEXES": patterns}
    assert found(changes) == ["W092", "W101"]


def test_the_old_way_without_credentials_is_found(old_way: dict[str, Any], found: Found) -> None:
    changes = {**old_way, "CORS_ORIGIN_WHITELIST": [CHAT], "CORS_ALLOW_CREDENTIALS": False}
    assert found(changes) == ["W092", "W102"]


@pytest.mark.since_django(6, 0)
def test_a_content_security_policy_of_the_site_that_names_ancestors_will_do(found: Found) -> None:
    policy = "django.middleware.csp.ContentSecurityPolicyMiddleware"
    middleware = [policy, *without(OURS, FRAME_OPTIONS)]
    assert found({"MIDDLEWARE": middleware, "SECURE_CSP": {"frame-ancestors": [CHAT]}}) == []
    assert found({"MIDDLEWARE": middleware, "SECURE_CSP": {"default-src": [CHAT]}}) == ["W092"]


def test_a_subclass_of_a_middleware_counts_as_it(found: Found) -> None:
    middleware = [f"{__name__}.Subclass" if path == OURS else path for path in site.MIDDLEWARE]
    assert found({"MIDDLEWARE": middleware}) == []


def test_a_file_with_certificates_is_one(found: Found, tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(path)
    assert ssl.create_default_context(cafile=path).get_ca_certs()
    assert found({"ROCKETCHAT_CA_FILE": path}) == []


def test_urls_that_cannot_be_loaded_are_left_to_django(found: Found) -> None:
    assert found({"ROOT_URLCONF": "tests.checks.no_such_module"}) == []


def test_urls_with_a_language_prefix_are_taken_as_they_are(found: Found) -> None:
    assert found({"ROOT_URLCONF": "tests.checks.urls_by_language", "LOGIN_URL": "/sign-in/"}) == []


def test_a_login_page_is_named_by_its_place(found: Found, messages: Callable[[], list[CheckMessage]]) -> None:
    assert found({"ROCKETCHAT_LOGIN_PAGES": ["login", "two-factor"]}) == ["E062"]
    assert messages()[0].msg.startswith("Entry 2 of ROCKETCHAT_LOGIN_PAGES")


def test_an_empty_secret_key_is_left_to_django(found: Found) -> None:
    changes = {"ROCKETCHAT_LOGIN_SOURCE": "password", "ROCKETCHAT_PASSWORD_KEY": KEY, "SECRET_KEY": ""}
    assert found(changes) == []


def test_no_caches_at_all_are_no_dummy(found: Found) -> None:
    assert found({"CACHES": {}}) == []


def test_the_swapped_credentials_are_not_repeated(found: Found, messages: Callable[[], list[CheckMessage]]) -> None:
    assert found({"ROCKETCHAT_AUTH_TOKEN": USER_ID, "ROCKETCHAT_USER_ID": TOKEN}) == ["W011"]
    assert not {TOKEN, USER_ID} & set(re.split(r"\W", f"{messages()[0].msg} {messages()[0].hint}"))
