"""Content-Security-Policy headers: frame-ancestors in the policy of the site, and the policy of our own pages."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.templatetags.static import static

HEADER = "Content-Security-Policy"
FRAME_ANCESTORS = "frame-ancestors"

_FALLBACKS = {
    "frame-src": ("child-src", "default-src"),
    "connect-src": ("default-src",),
    "script-src": ("default-src",),
    "style-src": ("default-src",),
}


def set_frame_ancestors(response: HttpResponseBase, ancestors: str, *, policy_follows: bool = False) -> None:
    """Make ``ancestors`` the only pages that may frame ``response``; the rest of the site's policy stays.

    Args:
        policy_follows: a ContentSecurityPolicyMiddleware has yet to see the response. It leaves out its own policy
            where it finds the header, so the directive is given to it instead.
    """
    if policy_follows and HEADER not in response:  # since Django 6
        _override(response, ancestors)
    else:
        response.headers[HEADER] = with_frame_ancestors(response.headers.get(HEADER, ""), ancestors)


def with_frame_ancestors(header: str, ancestors: str) -> str:
    """``header``, in which commas separate policies that all hold, with frame-ancestors replaced or added."""
    policies = [_without_frame_ancestors(policy) for policy in header.split(",")]
    rest = "; ".join(filter(None, [policies[0], f"{FRAME_ANCESTORS} {ancestors}"]))
    return ", ".join(filter(None, [rest, *policies[1:]]))


def _without_frame_ancestors(policy: str) -> str:
    directives = (directive.strip() for directive in policy.split(";"))
    return "; ".join(directive for directive in directives if directive and not _is_frame_ancestors(directive))


def _is_frame_ancestors(directive: str) -> bool:
    return directive.split(maxsplit=1)[0].lower() == FRAME_ANCESTORS


def add_sources(response: HttpResponseBase, wanted: Mapping[str, list[str]], *, policy_follows: bool = False) -> None:
    """Let ``response`` load from more places; where its policy is silent, nothing is added.

    Args:
        wanted: sources by the directive that has to allow them.
        policy_follows: a ContentSecurityPolicyMiddleware has yet to see the response.
    """
    if policy_follows and HEADER not in response:  # since Django 6
        _override_sources(response, wanted)
    elif HEADER in response:
        policies = [_with_sources(policy, wanted) for policy in response.headers[HEADER].split(",")]
        response.headers[HEADER] = ", ".join(policies)


def _with_sources(policy: str, wanted: Mapping[str, list[str]]) -> str:
    directives: dict[str, list[str]] = {}
    for directive in filter(str.strip, policy.split(";")):
        name, *sources = directive.split()
        directives.setdefault(name.lower(), sources)
    return "; ".join(" ".join([name, *sources]) for name, sources in _admitting(directives, wanted).items())


def _admitting(directives: Mapping[str, list[str]], wanted: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The directives with more sources; one that is missing begins with what browsers take in its place."""
    admitting = dict(directives)
    for name, sources in wanted.items():
        instead = next((fallback for fallback in (name, *_FALLBACKS[name]) if fallback in directives), None)
        if instead is not None:
            admitting[name] = _joined(directives[instead], sources)
        if (elements := f"{name}-elem") in directives:
            admitting[elements] = _joined(directives[elements], sources)
    return admitting


def _joined(sources: list[str], more: list[str]) -> list[str]:
    return list(dict.fromkeys([*(source for source in sources if source.lower() != "'none'"), *more]))


def follows(request: HttpRequest) -> bool:
    """Whether a ContentSecurityPolicyMiddleware has seen ``request`` already and so will see its response after us."""
    return django.VERSION >= (6, 0) and _has_nonce(request)


def _has_nonce(request: HttpRequest) -> bool:  # since Django 6.0
    return _nonce_of_django(request) is not None


def nonce(request: HttpRequest) -> str:
    """What scripts of the page that answers ``request`` may be known by, or "" where the site has no such thing.

    Django 6 and django-csp have one.
    """
    own = getattr(request, "csp_nonce", None)
    if own is None and django.VERSION >= (6, 0):  # since Django 6.0
        own = _nonce_of_django(request)
    return str(own) if own is not None else ""


def _nonce_of_django(request: HttpRequest) -> object:  # since Django 6.0
    from django.middleware.csp import get_nonce

    return get_nonce(request)


def _override_sources(response: HttpResponseBase, wanted: Mapping[str, list[str]]) -> None:  # since Django 6.0
    from django.views.decorators.csp import csp_override

    config: Mapping[str, Any] = getattr(response, "_csp_config", settings.SECURE_CSP)
    directives = {name.lower(): _listed(values) for name, values in config.items() if values not in (None, False)}
    csp_override(_admitting(directives, wanted))(lambda request: response)(HttpRequest())


def _listed(values: Any) -> list[str]:  # since Django 6.0
    """The sources of a directive, which may be written as a list, a set, one text, or True where it has none."""
    if values is True:
        return []
    return [values] if isinstance(values, str) else [*values]


def _override(response: HttpResponseBase, ancestors: str) -> None:  # since Django 6.0
    from django.views.decorators.csp import csp_override

    # There is no public way to ask which policy a view chose with csp_override.
    config: Mapping[str, Any] = getattr(response, "_csp_config", settings.SECURE_CSP)
    kept = {name: values for name, values in config.items() if name.lower() != FRAME_ANCESTORS}
    csp_override({**kept, FRAME_ANCESTORS: [ancestors]})(lambda request: response)(HttpRequest())


def own_policy(stylesheet: str, ancestors: str, *, calls_site: bool = False, form_leads_to: str = "") -> str:
    """The policy of a page of ours: static files, forms to the site itself, and nothing else.

    Args:
        stylesheet: the path of a static file of the page; where it is served from, all of them are.
        ancestors: who may frame the page: an origin, or `'none'`.
        calls_site: whether its script may call the site.
        form_leads_to: an origin to which the answer to its form may lead, since browsers hold that against the form.
    """
    sources = " ".join(filter(None, ["'self'", origin_of_static(stylesheet)]))
    forms = " ".join(filter(None, ["'self'", form_leads_to]))
    calls = "connect-src 'self'; " if calls_site else ""
    return (
        f"default-src 'none'; script-src {sources}; style-src {sources}; img-src {sources}; {calls}"
        f"form-action {forms}; base-uri 'none'; {FRAME_ANCESTORS} {ancestors}"
    )


def origin_of_static(path: str) -> str:
    """Where a static file is served from, or "" where that is the site itself."""
    return _origin_of(static(path))


def _origin_of(url: str) -> str:
    """The origin of ``url``, without a scheme where it has none, or "" where it is a path."""
    parts = urlsplit(url)
    if not parts.netloc:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme else parts.netloc
