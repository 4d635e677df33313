"""No token, password or shared secret gets into a log, a text, a repr or a report of an error."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from django.core.cache.backends.locmem import LocMemCache

from rocketchat_auth.rest import (
    Breaker,
    Client,
    Credentials,
    CredentialsRefused,
    Image,
    NewUser,
    Pacer,
    RocketChatError,
    Room,
    RoomKind,
    Secret,
    avatars,
    roles,
    rooms,
    users,
)
from rocketchat_auth.rest.shared_cache import SharedCache
from rocketchat_auth.testing import StandIn, StandInServer
from rocketchat_auth.testing.clock import FakeClock
from tests.reports import deep, report_of
from tests.rest.talking import BASE

SERVICE_TOKEN = "SERVICE-TOKEN-c-BKZwPpJBCrgoEkZhU"
USER_TOKEN = "USER-TOKEN-N_zoP_XdssX4p6HuSaOnBkm"
ISSUED_TOKEN = "ISSUED-TOKEN-s0u5jaQpfsyAoGEUBddq"
SHARED_SECRET = 'SHARED-SECRET-mit-Ümlaut-and-"quote"'
PASSWORD = "PASSWORD-correct-horse-battery"
PASSWORD_HASH = "HASH-$2b$10$gGotHviRddQbVi2nmH5ACOb"
HIDDEN = ("SERVICE-TOKEN", "USER-TOKEN", "ISSUED-TOKEN", "SHARED-SECRET", "PASSWORD-correct", "HASH-$2b")

NEW_USER = NewUser(username="ada", email="ada@example.com", name="Ada", password=PASSWORD)

Action = Callable[[Client], object]

ACTIONS: dict[str, Action] = {
    "users.info": lambda client: users.info(client, user_id="u1"),
    "users.create": lambda client: users.create(client, NEW_USER),
    "users.update": lambda client: users.update(client, "u1", {"password": Secret(PASSWORD)}),
    "users.createToken": lambda client: users.create_token(client, "u1", secret=SHARED_SECRET),
    "login": lambda client: users.login_with_password(client, "ada", PASSWORD),
    "me": lambda client: users.me(client, Credentials("u1", USER_TOKEN)),
    "logout": lambda client: users.logout(client, Credentials("u1", USER_TOKEN)),
    "users.logout": lambda client: users.logout_everywhere(client, "u1"),
    "users.setActiveStatus": lambda client: users.set_active(client, "u1", active=False),
    "users.setAvatar": lambda client: avatars.set_avatar(client, "u1", Image(PASSWORD.encode(), "image/png", "a.png")),
    "roles.addUserToRole": lambda client: roles.add(client, "ada", "user"),
    "channels.invite": lambda client: rooms.invite(client, Room("r1", "news", RoomKind.CHANNEL, 1, ""), "u1"),
    "users.create in the background": lambda client: users.create(
        client.paced(Pacer(SharedCache(None, "chat"), client.clock)), NEW_USER
    ),
    "a body that has no form in JSON": lambda client: client.call(
        "POST", "v1/login", json={"password": Secret(PASSWORD), "user": object()}
    ),
    "credentials that no header holds": lambda client: users.me(client, Credentials("u1", f"{USER_TOKEN}\n")),
    "credentials that are not ASCII": lambda client: users.me(client, Credentials("u1", f"{USER_TOKEN}ü")),
}


def everything_of(request: httpx2.Request) -> str:
    """All that a request holds, as a careless server or library would quote it."""
    return f"{request.headers.raw!r} {request.content.decode()}"


def raising(kind: type[Exception]) -> Callable[[httpx2.Request], httpx2.Response]:
    def fail(request: httpx2.Request) -> httpx2.Response:
        raise kind(everything_of(request)) from OSError(5, everything_of(request))

    return fail


def refusing(status: int, **more: Any) -> Callable[[httpx2.Request], httpx2.Response]:
    def refuse(request: httpx2.Request) -> httpx2.Response:
        sent = [*request.headers.values(), *_texts(json.loads(request.content or b"{}"))]
        body = {"success": False, "error": f"Bad: {sent}", "details": {"sent": sent}, **more}
        return httpx2.Response(status, json=body)

    return refuse


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)


def answering(body: object) -> Callable[[httpx2.Request], httpx2.Response]:
    return lambda request: httpx2.Response(200, json=body)


FAILURES: dict[str, Callable[[httpx2.Request], httpx2.Response]] = {
    **{
        kind.__name__: raising(kind)
        for kind in (
            httpx2.ConnectError,
            httpx2.ConnectTimeout,
            httpx2.ReadTimeout,
            httpx2.RemoteProtocolError,
            httpx2.LocalProtocolError,
            httpx2.ProxyError,
            httpx2.DecodingError,
            httpx2.InvalidURL,
            ValueError,
            OSError,
            RuntimeError,
        )
    },
    **{f"{status} that repeats all": refusing(status) for status in (400, 401, 403, 404, 429)},
    "400 with a code": refusing(400, errorType="error-not-authorized"),
    "400 that wants no secret": refusing(400, error="no additional properties", errorType="invalid-params"),
    "500 that repeats all": lambda request: httpx2.Response(500, text=everything_of(request)),
    "503 that repeats all": lambda request: httpx2.Response(503, text=everything_of(request)),
    "200 that repeats all": lambda request: httpx2.Response(200, text=everything_of(request)),
    "redirect that repeats all": lambda request: httpx2.Response(
        302, headers={"location": f"https://ada:{PASSWORD}@new.example.com/api/v1/me?t={SERVICE_TOKEN}#{USER_TOKEN}"}
    ),
    "login answer of another shape": answering({"data": {"userId": "u1", "authToken": {"token": ISSUED_TOKEN}}}),
    "login answer of another user": answering({"data": {"userId": "u2", "authToken": ISSUED_TOKEN}}),
    "user without id": answering({"user": {"name": "A", "services": {"password": {"bcrypt": PASSWORD_HASH}}}}),
    "user in a list": answering({"user": [{"_id": "u1", "services": {"password": {"bcrypt": PASSWORD_HASH}}}]}),
}


def client_of(transport: httpx2.BaseTransport | None, base_url: str = BASE, breaker: Breaker | None = None) -> Client:
    return Client(
        base_url,
        credentials=Credentials("serviceAccountId1", SERVICE_TOKEN),
        connect_timeout=2.0,
        read_timeout=5.0,
        transport=transport,
        clock=FakeClock(),
        breaker=breaker,
    )


def error_of(action: Action, client: Client) -> RocketChatError | None:
    """What the action raises, logged as a careful site would log it."""
    try:
        action(client)
    except RocketChatError as error:
        logging.getLogger("site").exception("Sign-in failed")
        return error
    return None


def assert_shows_nothing(text: str) -> None:
    assert [secret for secret in HIDDEN if secret in text] == []


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """All that anybody logs, libraries included."""
    with caplog.at_level(logging.DEBUG):
        yield caplog


def shown_by(log: pytest.LogCaptureFixture) -> str:
    return log.text + " ".join(deep(vars(record)) for record in log.records)


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("action", ACTIONS)
def test_a_call_that_fails_shows_no_secret(action: str, failure: str, log: pytest.LogCaptureFixture) -> None:
    client = client_of(httpx2.MockTransport(FAILURES[failure]))

    error = error_of(ACTIONS[action], client)

    if error is not None:
        report = report_of(error)
        assert "Traceback" in report
        assert_shows_nothing(report)
        assert error.__cause__ is None
    assert_shows_nothing(shown_by(log))


def test_the_report_would_show_what_is_not_hidden() -> None:
    def careless(client: Client) -> object:
        return client.call("POST", "v1/login", json={"password": PASSWORD}, credentials=None)

    with pytest.raises(RocketChatError) as caught:
        careless(client_of(httpx2.MockTransport(raising(httpx2.ConnectError))))

    assert PASSWORD in report_of(caught.value)


@pytest.mark.parametrize("action", ["users.create", "users.createToken", "login", "me"])
def test_a_breaker_that_is_open_shows_no_secret(action: str, request: pytest.FixtureRequest) -> None:
    clock = FakeClock()
    breaker = Breaker(SharedCache(LocMemCache(request.node.name, {}), "chat"), clock)
    for _ in range(5):
        breaker.failed()

    with pytest.raises(RocketChatError) as caught:
        ACTIONS[action](client_of(httpx2.MockTransport(FAILURES["ConnectError"]), breaker=breaker))

    assert_shows_nothing(report_of(caught.value))


@pytest.mark.parametrize("failure", [None, "drop", "timeout", 503])
def test_real_connections_show_no_secret_in_any_log(failure: str | int | None, log: pytest.LogCaptureFixture) -> None:
    stand_in = StandIn("8.4", token_secret=SHARED_SECRET, rate_limit=False)
    ada = stand_in.add_user("ada", password=PASSWORD)["_id"]
    stand_in.fail_with(failure)
    issued: list[Credentials] = []

    def use(client: Client) -> None:
        issued.append(users.create_token(client, ada, secret=SHARED_SECRET))
        issued.append(users.login_with_password(client, "ada", PASSWORD))
        users.me(client, issued[0])
        users.logout(client, issued[0])
        users.create(client, NewUser(username="bob", email="bob@example.com", name="Bob", password=PASSWORD))

    with StandInServer(stand_in) as server:
        client = Client(
            server.url,
            credentials=Credentials(stand_in.admin.user_id, stand_in.admin.auth_token),
            connect_timeout=2.0,
            read_timeout=0.5 if failure == "timeout" else 5.0,
        )
        error = error_of(use, client)
        client.close()

    assert (error is None) is (failure is None)
    if error is not None:
        assert_shows_nothing(report_of(error))

    loggers = {record.name.partition(".")[0] for record in log.records}
    assert {"rocketchat_auth", "httpcore2"} <= loggers
    assert_shows_nothing(shown_by(log))
    for secret in (stand_in.admin.auth_token, *(credentials.auth_token for credentials in issued)):
        assert secret not in shown_by(log)
    if failure is None:
        assert len(issued) == 2
        assert issued[0].auth_token not in f"{issued!r} {issued[0]}"


@pytest.mark.parametrize("failure", [None, "drop"])
def test_real_connections_show_no_address_of_a_person_in_any_log(
    failure: str | None, log: pytest.LogCaptureFixture
) -> None:
    stand_in = StandIn("8.4")
    stand_in.fail_with(failure)

    with StandInServer(stand_in) as server:
        client = client_of(None, server.url)
        with pytest.raises((RocketChatError, CredentialsRefused)):
            client.call("GET", "v1/users.info", params={"email": "ada@example.com"})
        client.close()

    assert "v1/users.info" in log.text
    assert "ada" not in shown_by(log)
