"""`rocketchat/api`: gives the chat of a signed-in person its login token.

The web client of Rocket.Chat calls it several times a page load, and again after a logout in chat. What it takes for an
answer differs by version, but a 200 with `loginToken` and a 401 without a body are understood alike by 6.x to 9.x.
"""

import json
import logging
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from rocketchat_auth import login
from rocketchat_auth.conf import conf
from rocketchat_auth.web import origins

logger = logging.getLogger("rocketchat_auth.web")

APP_NAME = "rocketchat_auth"
URL_NAME = "api"

_PLAIN = {
    "Cache-Control": origins.NO_STORE,
    "Vary": "Origin, Cookie",
    "X-Content-Type-Options": "nosniff",
}
_TEXT = "text/plain; charset=utf-8"
_encode_text = json.JSONEncoder().encode


class ApiResponse(HttpResponse):
    """An answer of the API, which remembers the CORS headers that it must leave the site with."""

    cors: Mapping[str, str]

    def restore_cors(self) -> None:
        """Undo what another middleware did to the CORS headers: the site's rules for them are not the API's."""
        cors = {name: value for name, value in self.headers.items() if name[:15].lower() == "access-control-"}
        if cors == self.cors:
            return
        for name in cors:
            del self.headers[name]
        for name, value in self.cors.items():
            self.headers[name] = value


@login_not_required
@csrf_exempt
def answer(request: HttpRequest) -> ApiResponse:
    """Answer `{"loginToken": …}` to a signed-in session, else 401 without a body.

    Whoever is not a page of the chat gets 403, neither body nor CORS headers. No failure gets out: it is logged.
    """
    origin = origin_of_chat(request)
    if origin is None:
        return empty(HTTPStatus.FORBIDDEN, {})
    if request.method in ("GET", "POST"):
        return _login(request, origin)
    cors = origins.credentialed(origin)
    if request.method == "OPTIONS":
        return empty(HTTPStatus.NO_CONTENT, {**cors, **origins.PREFLIGHT})
    refusal = empty(HTTPStatus.METHOD_NOT_ALLOWED, cors)
    refusal.headers["Allow"] = "GET, POST, OPTIONS"
    return refusal


def refuse(request: HttpRequest) -> ApiResponse:
    """What to answer where the view was not asked: 401, or 403 to whoever is not a page of the chat."""
    origin = origin_of_chat(request)
    if origin is None:
        return empty(HTTPStatus.FORBIDDEN, {})
    return empty(HTTPStatus.UNAUTHORIZED, origins.credentialed(origin))


def origin_of_chat(request: HttpRequest) -> str | None:
    """The chat's origin where the request comes from it, else ``None``."""
    try:
        origin = conf.origin
        return origin if origins.comes_from(request, origin) else None
    except Exception:
        logger.exception("The API could not tell whether a request comes from the chat, and refused it")
        return None


def _login(request: HttpRequest, origin: str) -> ApiResponse:
    try:
        if request.user.is_authenticated:
            # No variable has the body, for reports of errors show variables.
            response = ApiResponse(
                f'{{"loginToken": {_encode_text(login.token_for(request).token)}}}',
                "application/json",
                headers=_headers(origin),
            )
            response.cors = origins.credentialed(origin)
            login.remember_session(request, response)
            return response
    except (login.LoginRefused, login.LeftChat):
        pass  # `login` logged the first, with its reference; the second is what the person wanted.
    except Exception as error:  # noqa: BLE001 (it is logged there)
        login.refuse(request, error)
    return empty(HTTPStatus.UNAUTHORIZED, origins.credentialed(origin))


@lru_cache(maxsize=8)
def _headers(origin: str) -> dict[str, str]:
    return {**_PLAIN, **origins.credentialed(origin)}


def empty(status: HTTPStatus, cors: Mapping[str, str]) -> ApiResponse:
    """An answer without a body, which nobody keeps."""
    response = ApiResponse(b"", _TEXT, status, headers={**_PLAIN, **cors})
    response.cors = cors
    return response
