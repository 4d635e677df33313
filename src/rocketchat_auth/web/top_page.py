"""`rocketchat/top`: the last resort (`ROCKETCHAT_TOKEN_IN_URL`), a page in the chat's place that leads back into it.

The login token stands in the chat's address on the way, which the chat takes it out of at once.
"""

from http import HTTPStatus
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from rocketchat_auth import login
from rocketchat_auth.conf import conf
from rocketchat_auth.web import cookies, cross_site, origins, pages, views

_TOP_LEVEL = (None, "document")


@require_http_methods(["GET", "POST"])
@csrf_protect
@login_required
def top_page(request: HttpRequest) -> HttpResponse:
    """A button; and, when it is pressed, the way to the chat with a fresh login token."""
    if not cookies.is_on() or not cross_site.may_put_token_into_url():
        raise Http404
    if request.META.get("HTTP_SEC_FETCH_DEST") not in _TOP_LEVEL:
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    try:
        if request.method == "POST":
            return _lead_to_chat(request)
        return pages.render(request, "top", {}, form_leads_to=conf.origin)
    except Exception as error:  # noqa: BLE001 (it is logged there)
        return views.explain(request, error)


def _lead_to_chat(request: HttpRequest) -> HttpResponse:
    # A new one each time: what stood in an address is served to nobody else.
    chat_login = login.token_for(request, fresh=True)
    response = HttpResponse(status=HTTPStatus.SEE_OTHER)
    response.headers["Location"] = f"{conf.url}/home?resumeToken={quote(chat_login.token, safe='')}"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = origins.NO_STORE
    login.remember_session(request, response)
    return response
