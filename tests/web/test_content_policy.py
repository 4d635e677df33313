import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from rocketchat_auth.web import content_policy

ORIGIN = "https://chat.example.com"


@pytest.mark.parametrize(
    "header, expected",
    [
        ("", "frame-ancestors O"),
        ("default-src 'self'", "default-src 'self'; frame-ancestors O"),
        ("default-src 'self';", "default-src 'self'; frame-ancestors O"),
        ("frame-ancestors 'none'", "frame-ancestors O"),
        ("frame-ancestors 'none'; default-src 'self'; img-src *", "default-src 'self'; img-src *; frame-ancestors O"),
        ("FRAME-Ancestors 'self' https://other.example", "frame-ancestors O"),
        ("frame-ancestors", "frame-ancestors O"),
        ("frame-ancestors 'self'; frame-ancestors *", "frame-ancestors O"),
        (" ; default-src 'self' ;; ", "default-src 'self'; frame-ancestors O"),
        ("upgrade-insecure-requests", "upgrade-insecure-requests; frame-ancestors O"),
        ("x-frame-ancestors a; frame-ancestors-x b", "x-frame-ancestors a; frame-ancestors-x b; frame-ancestors O"),
        ("default-src a, frame-ancestors 'none'; img-src b", "default-src a; frame-ancestors O, img-src b"),
        ("frame-ancestors 'none', frame-ancestors 'self'", "frame-ancestors O"),
        ("default-src a, frame-ancestors 'self', img-src b", "default-src a; frame-ancestors O, img-src b"),
    ],
)
def test_frame_ancestors_is_replaced_and_the_rest_is_kept(header: str, expected: str) -> None:
    assert content_policy.with_frame_ancestors(header, "O") == expected


def test_a_page_of_ours_loads_from_the_site_alone() -> None:
    assert content_policy.own_policy("rocketchat_auth/pages.css", ORIGIN) == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"form-action 'self'; base-uri 'none'; frame-ancestors {ORIGIN}"
    )


@pytest.mark.parametrize(
    "static_url, source",
    [
        ("https://cdn.example.net/site/", "https://cdn.example.net"),
        ("http://localhost:9000/", "http://localhost:9000"),
        ("//cdn.example.net/site/", "cdn.example.net"),
    ],
)
def test_a_page_of_ours_loads_static_files_from_where_they_are(
    settings: Settings, static_url: str, source: str
) -> None:
    settings.STATIC_URL = static_url

    policy = content_policy.own_policy("rocketchat_auth/pages.css", "'none'")

    assert f"script-src 'self' {source}; style-src 'self' {source}; img-src 'self' {source};" in policy


def test_a_request_that_no_policy_middleware_has_seen_is_followed_by_none() -> None:
    assert content_policy.follows(RequestFactory().get("/")) is False


@pytest.mark.since_django(6, 0)
def test_a_request_that_a_policy_middleware_has_seen_is_followed_by_it() -> None:
    from django.http import HttpResponse
    from django.middleware.csp import ContentSecurityPolicyMiddleware

    request = RequestFactory().get("/")
    ContentSecurityPolicyMiddleware(lambda request: HttpResponse()).process_request(request)

    assert content_policy.follows(request) is True


@pytest.mark.parametrize(
    "header, expected",
    [
        ("img-src a", "img-src a"),
        ("default-src a", "default-src a; frame-src a C; script-src a S"),
        ("default-src 'none'", "default-src 'none'; frame-src C; script-src S"),
        ("child-src b; default-src a", "child-src b; default-src a; frame-src b C; script-src a S"),
        ("frame-src 'None'", "frame-src C"),
        ("Frame-Src C; frame-src d", "frame-src C"),
        ("script-src S; script-src-elem e", "script-src S; script-src-elem e S"),
        ("script-src a; ; upgrade-insecure-requests", "script-src a S; upgrade-insecure-requests"),
        ("frame-src a, default-src b", "frame-src a C, default-src b; frame-src b C; script-src b S"),
    ],
)
def test_more_sources_are_admitted_where_a_policy_would_refuse_them(header: str, expected: str) -> None:
    response = HttpResponse(headers={content_policy.HEADER: header})

    content_policy.add_sources(response, {"frame-src": ["C"], "script-src": ["S"]})

    assert response[content_policy.HEADER] == expected


def test_a_policy_that_follows_is_given_the_sources_only_where_there_is_none_yet() -> None:
    response = HttpResponse(headers={content_policy.HEADER: "frame-src a"})

    content_policy.add_sources(response, {"frame-src": ["C"]}, policy_follows=True)

    assert response[content_policy.HEADER] == "frame-src a C"


@pytest.mark.since_django(6, 0)
@pytest.mark.parametrize(
    "config, expected",
    [
        ({}, {}),
        ({"default-src": "'none'"}, {"default-src": ["'none'"], "frame-src": ["C"]}),
        ({"frame-src": {"a"}, "img-src": None}, {"frame-src": ["a", "C"]}),
        ({"FRAME-SRC": ["a"], "sandbox": True}, {"frame-src": ["a", "C"], "sandbox": []}),
    ],
)
def test_the_policy_of_django_that_follows_admits_more_sources(
    settings: Settings, config: dict[str, object], expected: dict[str, list[str]]
) -> None:
    settings.SECURE_CSP = config
    response = HttpResponse()

    content_policy.add_sources(response, {"frame-src": ["C"]}, policy_follows=True)

    assert vars(response)["_csp_config"] == expected


def test_a_request_has_the_nonce_that_a_middleware_gave_it() -> None:
    request = RequestFactory().get("/")
    assert content_policy.nonce(request) == ""

    request.csp_nonce = "abc"  # type: ignore[attr-defined]

    assert content_policy.nonce(request) == "abc"
