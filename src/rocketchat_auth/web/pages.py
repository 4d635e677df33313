"""A page of ours as a response: the template, its own Content-Security-Policy, headers that keep it to one person."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from rocketchat_auth.web import content_policy, framing, origins

STYLESHEET = "rocketchat_auth/pages.css"


def render(
    request: HttpRequest,
    name: str,
    context: dict[str, Any],
    *,
    status: int = 200,
    framed_by: str | None = None,
    calls_site: bool = False,
    form_leads_to: str = "",
) -> HttpResponse:
    """Render the template ``rocketchat_auth/<name>.html``.

    Args:
        framed_by: the origin whose pages may frame this one; nobody may where it is ``None``.
        calls_site: whether its script calls the site.
        form_leads_to: the origin, besides the site's own, to which the answer to its form may lead.
    """
    response = HttpResponse(render_to_string(f"rocketchat_auth/{name}.html", context, request), status=status)
    policy = content_policy.own_policy(
        STYLESHEET, framed_by or "'none'", calls_site=calls_site, form_leads_to=form_leads_to
    )
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cache-Control"] = origins.NO_STORE
    response.headers["X-Content-Type-Options"] = "nosniff"
    # With no-referrer, browsers send `Origin: null` along with the form of the page, which CSRF protection refuses.
    response.headers["Referrer-Policy"] = "same-origin"
    if framed_by is not None:
        framing.leave_out_x_frame_options(response)
    return response
