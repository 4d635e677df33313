"""`rocketchat/claim`: gives the chat's frame, once, the login that the window handed over to it.

The frame has no cookies that count. It proves itself by the verifier, of which the window knew only the digest.
"""

import json
import re
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from rocketchat_auth import login
from rocketchat_auth.web import cookies, origins

_VERIFIER = re.compile(r"[A-Za-z0-9_-]{43}")
_HEADERS = {"Cache-Control": origins.NO_STORE, "X-Content-Type-Options": "nosniff"}


@require_POST
@login_not_required
@csrf_exempt
@sensitive_post_parameters("verifier")
def claim(request: HttpRequest) -> HttpResponse:
    """Answer `{"loginToken": …}` to who knows the verifier, and 204 while nothing was handed over."""
    if not cookies.is_on():
        raise Http404
    if not origins.comes_from_site_itself(request):
        return _empty(HTTPStatus.FORBIDDEN)
    if not _VERIFIER.fullmatch(request.POST.get("verifier", "")):
        return _empty(HTTPStatus.BAD_REQUEST)
    if not login.may_claim(request.META.get("REMOTE_ADDR", "")):
        return _empty(HTTPStatus.TOO_MANY_REQUESTS)
    claimed = login.claim(request.POST["verifier"])
    if claimed is None:
        return _empty(HTTPStatus.NO_CONTENT)
    body = f'{{"loginToken": {json.dumps(claimed.token)}}}'
    return HttpResponse(body, "application/json", headers=_HEADERS)


def _empty(status: HTTPStatus) -> HttpResponse:
    return HttpResponse(b"", "text/plain; charset=utf-8", status, headers=_HEADERS)
