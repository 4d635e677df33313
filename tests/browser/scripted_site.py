"""A tiny site that does what a test tells it, right or wrong: what the stand-in's web client is tried against."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.wrappers import Request, Response

FRAMED_PAGE = """<!doctype html>
<html lang="en">
<title>Framed</title>
<link rel="icon" href="data:,">
<h1>The site's login page</h1>
<button>Post the message</button>
<p>Heard: <output></output></p>
<script>
const message = MESSAGE;
const output = document.querySelector("output");
document.querySelector("button").addEventListener("click", () => parent.postMessage(message, "*"));
addEventListener("message", ({ data, origin }) => { output.value += JSON.stringify(data) + " from " + origin; });
</script>
</html>
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API URL answers."""

    status: int = 200
    body: str = ""
    content_type: str = "application/json"
    location: str = ""
    cors: bool = True

    @classmethod
    def json(cls, value: Any, status: int = 200) -> Self:
        return cls(status, json.dumps(value))


@dataclass(frozen=True, slots=True)
class Received:
    """A call of the API URL."""

    method: str
    origin: str | None
    content_type: str | None
    body: bytes


@dataclass
class ScriptedSite:
    """The WSGI application. `api` answers the API URL, `message` is what the framed page posts."""

    api: Answer = field(default_factory=lambda: Answer(401))
    message: dict[str, Any] = field(default_factory=dict)
    origin: str = ""
    frame_goes_to: str = ""
    api_once_framed: Answer | None = None
    calls: list[Received] = field(default_factory=list)

    def methods(self) -> list[str]:
        """The methods with which the API URL was called, in order."""
        return [call.method for call in self.calls]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        handler = {"/api": self._api, "/login": self._login}.get(request.path)
        response = handler(request) if handler else Response("Not found", 404)
        return response(environ, start_response)

    def _api(self, request: Request) -> Response:
        origin = request.headers.get("Origin")
        content_type = request.headers.get("Content-Type")
        self.calls.append(Received(request.method, origin, content_type, request.get_data()))
        answer = Answer(204) if request.method == "OPTIONS" else self.api
        response = Response(answer.body, answer.status, content_type=answer.content_type)
        if answer.location:
            response.headers["Location"] = answer.location
        if self.api.cors and origin:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Credentials"] = "true"
            response.headers["Access-Control-Allow-Headers"] = "content-type"
        return response

    def _login(self, request: Request) -> Response:
        """The page in the frame; or, as in 1.x, a redirect to the chat by somebody who is signed in from then on."""
        if self.frame_goes_to:
            self.api = self.api_once_framed or self.api
            return Response(status=302, headers={"Location": self.frame_goes_to})
        return Response(FRAMED_PAGE.replace("MESSAGE", json.dumps(self.message)), content_type="text/html")
