"""The stand-in as a WSGI application: its REST API, its pages, and what its pages ask of it.

REST, below `/api/`: the endpoints that the modules listed in `ENDPOINTS` register.

For the web client in `testing/web/`:

`GET /`, `/home` and any other path outside `/api/` and `/stand-in/`
    `testing/web/index.html`.
`GET /stand-in/static/NAME`
    The file `testing/web/NAME`.
`GET /stand-in/era`
    `{"version": "6.5", "era": "A", "alwaysCalls": false, "scriptAtEveryEnd": false, "meteorInConsole": true,
    "settings": {...}}`. `era` is how the client calls the site's API URL: `"A"` (6.x: XMLHttpRequest, no headers),
    `"B"` (7.0 to 7.9: fetch with `Content-Type: application/json`, so with a preflight), `"C"` (later: fetch without
    headers). `alwaysCalls`: it calls also when it is logged in (from 7.8 on). `scriptAtEveryEnd`: it runs
    `Custom_Script_On_Logout` whenever a login ends (from 7.0 on). `meteorInConsole`: its console has
    `Meteor.loginWithPassword()` (up to 7.x). `settings`: those of iframe login and of iframe integration by their
    `_id`. A real client has them over its socket, which no rate limit counts, as it would count calls of
    `/api/v1/settings.public`.
`GET /scripts.js`
    The setting `Custom_Script_On_Logout`, in a listener for the event of that name.
`GET /stand-in/watch?wait=SECONDS` with the headers `X-User-Id` and `X-Auth-Token`
    Stands for the socket that a workspace closes when a login ends. It answers 200 `{"alive": false}` within 0.2 s
    after that login token is dead (logged out, ended by an administrator, evicted, expired, user deactivated or
    deleted, token removed from MongoDB), at once if it is dead already or the headers are missing; and 200
    `{"alive": true, "username": "ada", "name": "Ada Lovelace"}` when `wait` seconds are over (25 at most, and by
    default) or the stand-in closes. Then ask again. With `wait=0` it tells a page at once who is logged in.
    It is neither counted by the rate limiter nor listed in `StandIn.calls`.
"""

import json
from collections.abc import Callable, Iterable

from werkzeug.wrappers import Request, Response

from rocketchat_auth.testing import (
    accounts,
    avatars,
    directory,
    information,
    login,
    login_tokens,
    pages,
    permission_api,
    role_api,
    room_api,
    team_api,
)
from rocketchat_auth.testing.documents import as_json
from rocketchat_auth.testing.errors import ApiError, NotLoggedIn, Unpermitted
from rocketchat_auth.testing.failing import Failure
from rocketchat_auth.testing.routes import ROUTES, Call, Route
from rocketchat_auth.testing.store import Document
from rocketchat_auth.testing.two_factor import SecondFactor
from rocketchat_auth.testing.watch import Watch
from rocketchat_auth.testing.workspace import Workspace

ENDPOINTS = (
    accounts,
    avatars,
    directory,
    information,
    login,
    login_tokens,
    permission_api,
    role_api,
    room_api,
    team_api,
)


class Application:
    """The WSGI application of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.watch = Watch(workspace)
        self.calls: list[tuple[str, str]] = []
        self.failure: Failure | None = None
        self._second_factor = SecondFactor(workspace)

    def __call__(
        self, environ: dict[str, object], start_response: Callable[..., Callable[[bytes], object]]
    ) -> Iterable[bytes]:
        """Answer one request."""
        with Request(environ) as request:
            response = self._respond(request)
        return response(environ, start_response)

    def _respond(self, request: Request) -> Response:
        if request.path == "/stand-in/watch":
            return self.watch.answer(request)
        self.calls.append((request.method, request.path))
        failure = self.failure
        if failure is not None and failure.meets(request.path):
            return failure.happen(request)
        with self.workspace.lock:
            # Before the call, which may change the settings.
            headers = pages.frame_headers(self.workspace.settings)
            response = self._api(request) if request.path.startswith("/api/") else self._page(request)
        response.headers.update(headers)
        return response

    def _page(self, request: Request) -> Response:
        if request.path == "/stand-in/era":
            return pages.era(self.workspace.version, self.workspace.settings)
        if request.path == "/scripts.js":
            return pages.scripts(self.workspace.settings)
        if request.path.startswith("/avatar/"):
            return avatars.picture(self.workspace, request.path.removeprefix("/avatar/"))
        if request.path.startswith("/stand-in/static/"):
            return pages.static_file(request.path.removeprefix("/stand-in/static/"))
        return pages.page()

    def _api(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return self._preflight()
        headers: dict[str, str] = {}
        try:
            status, body = self._call(request, headers)
        except ApiError as error:
            status, body = error.answer(self.workspace.version)
        response = Response(as_json(body), status, content_type="application/json")
        response.headers["Cache-Control"] = "no-store"
        response.headers.update(headers)
        return response

    def _preflight(self) -> Response:
        if not self.workspace.settings["API_Enable_CORS"]:
            return Response('CORS not enabled. Go to "Admin > General > REST Api" to enable it.', 405)
        response = Response(status=200)
        response.headers["Access-Control-Allow-Methods"] = "GET, POST, PUT, DELETE, HEAD, PATCH"
        response.headers["Access-Control-Allow-Headers"] = (
            "Origin, X-Requested-With, Content-Type, Accept, X-User-Id, X-Auth-Token, x-visitor-token, Authorization"
        )
        return response

    def _call(self, request: Request, headers: dict[str, str]) -> tuple[int, Document]:
        route, tail = _find(request)
        if route is None:
            return 404, {"status": "error", "message": "API endpoint does not exist"}
        user, token = self._authenticate(request, route)
        self._limit(request, route, tail, user, headers)
        if route.permission is not None and not self.workspace.allows(user, route.permission):
            raise Unpermitted
        if route.asks_second_factor(self.workspace.version):
            self._second_factor.check(user, token, request)
        call = Call(self.workspace, request, user, token, dict(request.args.items()), _body(request), tail)
        answer = route.handler(call)
        return 200, {**answer, "success": True} if route.says_success else answer

    def _authenticate(self, request: Request, route: Route) -> tuple[Document, Document]:
        if not route.authenticated:
            return {}, {}
        user_id, token = request.headers.get("X-User-Id", ""), request.headers.get("X-Auth-Token", "")
        holder = self.workspace.holder(user_id, token)
        if holder is None:
            raise NotLoggedIn
        return holder

    def _limit(self, request: Request, route: Route, tail: str, user: Document, headers: dict[str, str]) -> None:
        enabled = route.limited and self.workspace.settings["API_Enable_Rate_Limiter"]
        if not enabled or self.workspace.allows(user, "api-bypass-rate-limit"):
            return
        name = f"{request.method} {request.path.removesuffix(tail)}"
        verdict = self.workspace.limiter.count(name, request.remote_addr or "")
        headers.update(verdict.headers())
        if not verdict.allowed:
            raise TooManyRequests(verdict.wait)


class TooManyRequests(ApiError):
    """429: the route has been called too often from that address."""

    def __init__(self, seconds: int) -> None:
        text = f"You must wait {seconds} seconds before trying this endpoint again."
        message = f"Error, too many requests. Please slow down. {text} [error-too-many-requests]"
        super().__init__(message, status=429)


def _find(request: Request) -> tuple[Route | None, str]:
    path = request.path.removeprefix("/api/")
    folder, _, tail = path.rpartition("/")
    if not tail:
        return None, ""
    route = ROUTES.get((request.method, path))
    if route is not None:
        return route, ""
    return ROUTES.get((request.method, f"{folder}/")), tail


def _body(request: Request) -> Document:
    if request.mimetype != "application/json":
        return dict(request.form.items())
    try:
        body = json.loads(request.get_data() or b"{}")
    except ValueError:
        raise ApiError("Invalid JSON") from None
    if not isinstance(body, dict):
        raise ApiError("Invalid JSON")
    return body
