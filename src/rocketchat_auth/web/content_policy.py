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


def follows(request: HttpRequest) -> bool:
    """Whether a ContentSecurityPolicyMiddleware has seen ``request`` already and so will see its response after us."""
    return django.VERSION >= (6, 0) and _has_nonce(request)


def _has_nonce(request: HttpRequest) -> bool:  # since Django 6.0
    from django.middleware.csp import get_nonce

    return get_nonce(request) is not None


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
    sources = " ".join(filter(None, ["'self'", _origin_of(static(stylesheet))]))
    forms = " ".join(filter(None, ["'self'", form_leads_to]))
    calls = "connect-src 'self'; " if calls_site else ""
    return (
        f"default-src 'none'; script-src {sources}; style-src {sources}; img-src {sources}; {calls}"
        f"form-action {forms}; base-uri 'none'; {FRAME_ANCESTORS} {ancestors}"
    )


def _origin_of(url: str) -> str:
    """The origin of ``url``, without a scheme where it has none, or "" where it is a path."""
    parts = urlsplit(url)
    if not parts.netloc:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme else parts.netloc
