"""The middleware does its work beside the others that mind frames, origins and policies, in whatever order."""

from collections.abc import Iterator
from itertools import chain, permutations

import django
import pytest
from django.test import Client, override_settings
from pytest_django import Settings

from tests.web.desk import ORIGIN, TOKEN, LoginDesk

OURS = "rocketchat_auth.middleware.RocketChatMiddleware"
SESSION = "django.contrib.sessions.middleware.SessionMiddleware"
AUTHENTICATION = "django.contrib.auth.middleware.AuthenticationMiddleware"
CORS = "corsheaders.middleware.CorsMiddleware"
CSRF = "django.middleware.csrf.CsrfViewMiddleware"
FRAME_OPTIONS = "django.middleware.clickjacking.XFrameOptionsMiddleware"
POLICY = "django.middleware.csp.ContentSecurityPolicyMiddleware"
MESSAGES = "django.contrib.messages.middleware.MessageMiddleware"

HAS_POLICIES = django.VERSION >= (6, 0)
PREFLIGHT = {
    "Origin": ORIGIN,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "content-type",
}
SITE_POLICY = "default-src 'self'"

pytestmark = [pytest.mark.urls("tests.web.urls"), pytest.mark.django_db]


def orders() -> Iterator[list[str]]:
    """Every order of those that touch the same headers, with the session and its user together at every place."""
    movable = [
        [OURS],
        [CORS],
        [CSRF],
        [FRAME_OPTIONS],
        [SESSION, AUTHENTICATION],
        *([[POLICY]] if HAS_POLICIES else []),
    ]
    for order in permutations(movable):
        yield [*chain.from_iterable(order), MESSAGES]


@pytest.fixture
def site(settings: Settings) -> Settings:
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "corsheaders"]
    settings.CORS_ALLOWED_ORIGINS = ["https://partner.example"]
    settings.SECURE_CSP = {"default-src": ["'self'"], "frame-ancestors": ["'none'"]}
    settings.SECURE_CSP_REPORT_ONLY = {"frame-ancestors": ["'none'"]}
    return settings


def check_framing(browser: Client) -> None:
    site_policy = f"{SITE_POLICY}; " if HAS_POLICIES else ""
    login_page = browser.get("/login/")
    assert login_page["Content-Security-Policy"] == f"{site_policy}frame-ancestors {ORIGIN}"
    assert "X-Frame-Options" not in login_page

    hand_over = browser.get("/rocketchat/redirect")
    assert hand_over["Content-Security-Policy"].endswith(f"base-uri 'none'; frame-ancestors {ORIGIN}")
    assert "X-Frame-Options" not in hand_over

    page = browser.get("/page/")
    assert page["X-Frame-Options"] == "DENY"
    if HAS_POLICIES:
        assert page["Content-Security-Policy"] == f"{SITE_POLICY}; frame-ancestors 'none'"
        assert login_page["Content-Security-Policy-Report-Only"] == "frame-ancestors 'none'"


def check_csrf(browser: Client) -> None:
    form = {"username": "alice", "password": "wonderland-of-old"}
    assert browser.post("/login/", form, headers={"Origin": ORIGIN}).status_code == 403


def check_api(browser: Client, *, answers_preflights: bool) -> None:
    answer = browser.post("/rocketchat/api", headers={"Origin": ORIGIN})
    assert answer.json() == {"loginToken": TOKEN}
    assert answer["Access-Control-Allow-Origin"] == ORIGIN
    assert answer["Access-Control-Allow-Credentials"] == "true"

    for origin in ("https://evil.example", "https://partner.example"):
        refusal = browser.post("/rocketchat/api", headers={"Origin": origin})
        assert (refusal.status_code, refusal.content) == (403, b"")
        assert "Access-Control-Allow-Credentials" not in refusal

    preflight = browser.options("/rocketchat/api", headers=PREFLIGHT)
    assert answers_preflights == (preflight.headers.get("Access-Control-Allow-Origin") == ORIGIN)


def test_framing_csrf_and_the_api_are_the_same_in_every_order(
    desk: LoginDesk, browser_of_alice: Client, site: Settings
) -> None:
    for order in orders():
        browser = Client(enforce_csrf_checks=True)
        browser.cookies.update(browser_of_alice.cookies)
        try:
            with override_settings(MIDDLEWARE=order):
                check_framing(browser)
                check_csrf(browser)
                # What CorsMiddleware answers before us, only the system check W093 can mend.
                check_api(browser, answers_preflights=order.index(OURS) < order.index(CORS))
        except AssertionError as error:
            error.add_note(f"MIDDLEWARE = {order}")
            raise


def test_a_session_that_changes_is_seen_in_every_place(
    desk: LoginDesk, browser_of_alice: Client, settings: Settings
) -> None:
    others = [name for name in settings.MIDDLEWARE if name != OURS]
    for place in range(len(others) + 1):
        old = browser_of_alice.cookies["sessionid"].value
        browser = Client()
        browser.cookies.update(browser_of_alice.cookies)
        with override_settings(MIDDLEWARE=[*others[:place], OURS, *others[place:]]):
            browser.get("/new-key/")
        browser_of_alice.cookies.update(browser.cookies)

        assert desk.changes.pop() == (old, browser.cookies["sessionid"].value)
        assert desk.changes == []


def cors_over_the_api(settings: Settings, **of_cors: object) -> None:
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "corsheaders"]
    settings.MIDDLEWARE = [OURS, CORS, *(name for name in settings.MIDDLEWARE if name != OURS)]
    for name, value in of_cors.items():
        setattr(settings, name, value)


def test_rules_of_the_site_for_every_origin_are_not_the_api_s(
    desk: LoginDesk, browser_of_alice: Client, settings: Settings
) -> None:
    cors_over_the_api(settings, CORS_ALLOW_ALL_ORIGINS=True, CORS_EXPOSE_HEADERS=["X-Request-Id"])

    answer = browser_of_alice.post("/rocketchat/api", headers={"Origin": ORIGIN})
    refusal = browser_of_alice.post("/rocketchat/api", headers={"Origin": "https://evil.example"})
    page = browser_of_alice.get("/page/", headers={"Origin": "https://evil.example"})

    assert answer["Access-Control-Allow-Origin"] == ORIGIN
    assert answer["Access-Control-Allow-Credentials"] == "true"
    assert "Access-Control-Expose-Headers" not in answer
    assert not [name for name in refusal.headers if name.lower().startswith("access-control-")]
    assert page["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("whitelist", ["CORS_ORIGIN_WHITELIST", "CORS_ALLOWED_ORIGINS"])
def test_who_did_it_the_old_way_is_served_as_well(
    desk: LoginDesk, browser_of_alice: Client, settings: Settings, whitelist: str
) -> None:
    del settings.CORS_ORIGIN_WHITELIST
    cors_over_the_api(settings, **{whitelist: [ORIGIN], "CORS_ALLOW_CREDENTIALS": True})
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name not in {OURS, FRAME_OPTIONS}]

    login_page = browser_of_alice.get("/login/")
    hand_over = browser_of_alice.get("/rocketchat/redirect")
    answer = browser_of_alice.post("/rocketchat/api", headers={"Origin": ORIGIN})
    refusal = browser_of_alice.post("/rocketchat/api", headers={"Origin": "https://evil.example"})
    preflight = browser_of_alice.options("/rocketchat/api", headers=PREFLIGHT)

    assert "X-Frame-Options" not in login_page
    assert f"frame-ancestors {ORIGIN}" in hand_over["Content-Security-Policy"]
    assert answer.json() == {"loginToken": TOKEN}
    assert (refusal.status_code, refusal.content) == (403, b"")
    for response in (answer, preflight):
        assert response["Access-Control-Allow-Origin"] == ORIGIN
        assert response["Access-Control-Allow-Credentials"] == "true"
    assert "content-type" in preflight["Access-Control-Allow-Headers"]


@pytest.mark.since_django(6, 0)
@pytest.mark.parametrize("is_outside", [True, False])
@pytest.mark.parametrize(
    "path, policy",
    [("/login-with-other-policy/", "img-src 'self'; "), ("/login-without-policy/", "")],
)
def test_a_policy_that_a_login_view_chose_itself_is_kept(
    client: Client, site: Settings, is_outside: bool, path: str, policy: str
) -> None:
    site.MIDDLEWARE = [*([POLICY, OURS] if is_outside else [OURS, POLICY]), SESSION, AUTHENTICATION]

    assert client.get(path)["Content-Security-Policy"] == f"{policy}frame-ancestors {ORIGIN}"


@pytest.mark.since_django(6, 0)
@pytest.mark.parametrize("is_outside", [True, False])
def test_a_header_that_a_login_view_set_itself_is_kept(client: Client, site: Settings, is_outside: bool) -> None:
    site.LOGIN_URL = "/login-with-policy/"
    site.MIDDLEWARE = [*([POLICY, OURS] if is_outside else [OURS, POLICY]), SESSION, AUTHENTICATION]

    response = client.get("/login-with-policy/")

    assert response["Content-Security-Policy"] == f"default-src 'self'; frame-ancestors {ORIGIN}"
