"""Talking to a stand-in in tests."""

from collections.abc import Iterable
from typing import Any

import httpx2

from rocketchat_auth.testing import FakeClock, Login, StandIn

SECRET = "the-secret"


class Talk:
    """A stand-in, its clock, and a client that calls it without a socket."""

    def __init__(self, version: str, **options: Any) -> None:
        self.clock = FakeClock()
        options.setdefault("token_secret", SECRET)
        self.stand_in = StandIn(version, clock=self.clock, admin_password="adminpass", **options)
        transport = httpx2.WSGITransport(app=self.stand_in.wsgi)
        self.client = httpx2.Client(transport=transport, base_url="http://localhost:3000")

    @property
    def admin(self) -> Login:
        """The service account's personal access token, which bypasses second factors."""
        return self.stand_in.admin

    def call(
        self, method: str, endpoint: str, login: Login | None = None, *, headers: Any = (), **arguments: Any
    ) -> httpx2.Response:
        """Call an endpoint, which is named without `/api/v1/`, as a user or as nobody."""
        path = endpoint if endpoint.startswith("/") else f"/api/v1/{endpoint}"
        return self.client.request(method, path, headers={**as_headers(login), **dict(headers)}, **arguments)

    def get(self, endpoint: str, login: Login | None = None, **arguments: Any) -> httpx2.Response:
        """GET an endpoint."""
        return self.call("GET", endpoint, login, **arguments)

    def post(self, endpoint: str, login: Login | None = None, **arguments: Any) -> httpx2.Response:
        """POST to an endpoint."""
        return self.call("POST", endpoint, login, **arguments)

    def add(self, username: str = "alice", **facts: Any) -> Login:
        """Add a user and log them in."""
        self.stand_in.add_user(username, **facts)
        return self.stand_in.log_in(username)

    def create(self, login: Login | None = None, **changes: Any) -> httpx2.Response:
        """Call users.create with a body that is in order but for the changes."""
        body = {"username": "carol", "email": "carol@example.com", "name": "Carol", "password": "correct horse"}
        body = {name: value for name, value in {**body, **changes}.items() if value is not None}
        return self.post("users.create", login or self.admin, json=body)


def as_headers(login: Login | None) -> dict[str, str]:
    """The headers that bear those credentials."""
    return {} if login is None else {"X-User-Id": login.user_id, "X-Auth-Token": login.auth_token}


def refusal(answer: httpx2.Response) -> tuple[int, str | None]:
    """Status and errorType of an answer."""
    return answer.status_code, answer.json().get("errorType")


def usernames(users: Iterable[Any]) -> list[str]:
    """The usernames of documents."""
    return [user["username"] for user in users]
