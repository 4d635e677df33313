"""`rocketchat/logout`: ends the session of somebody who logged out in chat, where `ROCKETCHAT_LOGOUT_SITE` is on.

The script that `manage.py rocketchat setup --logout-script` puts into the chat calls it. It is as strict about whom it
answers as the API, and believes the chat only where the session's own chat login has ended (`login.has_left_chat`): no
page of the chat can sign anybody out of the site who is still in chat, or who came to the same browser since.
"""

import logging
from http import HTTPStatus

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.views.decorators.csrf import csrf_exempt

from rocketchat_auth import login
from rocketchat_auth.conf import conf
from rocketchat_auth.web import api, origins

logger = logging.getLogger("rocketchat_auth.web")


@login_not_required
@csrf_exempt
def answer(request: HttpRequest) -> api.ApiResponse:
    """Answer 204, whether somebody was signed out or not.

    404 while the setting is off, as if the page were not there: a script that is left in the chat shows up as that in
    the browser's console. 403 to whoever is no page of the chat; neither has CORS headers.
    """
    try:
        if not conf.logout_site:
            return api.empty(HTTPStatus.NOT_FOUND, {})
    except Exception:
        logger.exception("A logout in chat was not followed")
        return api.empty(HTTPStatus.NOT_FOUND, {})
    origin = api.origin_of_chat(request)
    if origin is None:
        return api.empty(HTTPStatus.FORBIDDEN, {})
    cors = origins.credentialed(origin)
    if request.method == "OPTIONS":
        return api.empty(HTTPStatus.NO_CONTENT, {**cors, **origins.PREFLIGHT})
    if request.method != "POST":
        refusal = api.empty(HTTPStatus.METHOD_NOT_ALLOWED, cors)
        refusal.headers["Allow"] = "POST, OPTIONS"
        return refusal
    return api.empty(_sign_out(request), cors)


def _sign_out(request: HttpRequest) -> HTTPStatus:
    try:
        if request.user.is_authenticated and login.has_left_chat(request):
            logger.info("The user with the primary key %s logged out in chat, and so of the site", request.user.pk)
            logout(request)
    except login.TooOften:
        return HTTPStatus.TOO_MANY_REQUESTS
    except Exception:
        logger.exception("A logout in chat could not be followed")
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.NO_CONTENT
