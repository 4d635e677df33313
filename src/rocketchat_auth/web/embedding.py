"""Chat in a page of the site: the login token for it, and what such a page's Content-Security-Policy has to allow."""

import json
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from rocketchat_auth import login
from rocketchat_auth.conf import conf
from rocketchat_auth.web import content_policy, origins

SCRIPT = "rocketchat_auth/embed.js"

_NOTED = "_rocketchat_auth_embeds"
_HEADERS = {
    "Cache-Control": origins.NO_STORE,
    "Cross-Origin-Resource-Policy": "same-origin",
    "Vary": "Cookie",
    "X-Content-Type-Options": "nosniff",
}


@login_not_required
@require_POST
@csrf_exempt
def token(request: HttpRequest) -> HttpResponse:
    """Answer `{"loginToken": …}` to a script of the site's own pages, for the chat that it shows.

    A POST with `fresh=1` gets a new one, for who wants back in after a logout. Without a body: 401 to who is not signed
    in, 409 to who logged out in chat (`ROCKETCHAT_LOGOUT_SITE`), 503 to who can't be let in, to whom the hand-over page
    explains it, and 403 to whoever is no page of the site. Origin and Sec-Fetch-Site tell that, which no page can
    forge, so no CSRF token is needed; and the answer has no CORS headers.
    """
    try:
        if not origins.comes_from_site_itself(request):
            return _empty(HTTPStatus.FORBIDDEN)
        if not request.user.is_authenticated:
            return _empty(HTTPStatus.UNAUTHORIZED)
        body = f'{{"loginToken": {json.dumps(login.token_for(request, fresh="fresh" in request.POST).token)}}}'
    except login.LeftChat:
        return _empty(HTTPStatus.CONFLICT)
    except login.LoginRefused:  # which is logged, with its reference
        return _empty(HTTPStatus.SERVICE_UNAVAILABLE)
    except Exception as error:  # noqa: BLE001 (it is logged there)
        login.refuse(request, error)
        return _empty(HTTPStatus.SERVICE_UNAVAILABLE)
    response = HttpResponse(body, "application/json", headers=_HEADERS)
    login.remember_session(request, response)
    return response


def note(request: HttpRequest) -> None:
    """Keep that the page which answers ``request`` shows chat."""
    setattr(request, _NOTED, True)


def allow(request: HttpRequest, response: HttpResponseBase, *, policy_follows: bool) -> None:
    """Let the page show chat, where it does so and has a Content-Security-Policy.

    Args:
        policy_follows: a ContentSecurityPolicyMiddleware has yet to see the response.
    """
    if not getattr(request, _NOTED, False):
        return
    try:
        frames = [conf.origin]
    except ImproperlyConfigured:  # since the tag was rendered, so hardly
        return
    own = ["'self'", *filter(None, [content_policy.origin_of_static(SCRIPT)])]
    wanted = {"frame-src": frames, "connect-src": ["'self'"], "script-src": own, "style-src": own}
    content_policy.add_sources(response, wanted, policy_follows=policy_follows)


def _empty(status: HTTPStatus) -> HttpResponse:
    return HttpResponse(b"", "text/plain; charset=utf-8", status, headers=_HEADERS)
