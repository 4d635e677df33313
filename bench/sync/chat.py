"""The stand-in for the chat in a process of its own, so that its memory is not the sync's."""

import multiprocessing
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, cast

from bench.load import NotMeasured

if TYPE_CHECKING:
    from rocketchat_auth.testing.app import Application

START_TIMEOUT = 600.0
STOP_TIMEOUT = 10.0

CHANNEL = "everyone"
TEAM = "company"
ROLE = "colleague"


@dataclass(frozen=True, slots=True)
class Chat:
    """A workspace that is being served.

    Args:
        url: where.
        user_id: the service account's `_id`.
        auth_token: its token.
        role: the `_id` of the role that all are to have.
        connection: to its process.
    """

    url: str
    user_id: str
    auth_token: str
    role: str
    connection: Connection

    def calls(self) -> Counter[str]:
        """The calls that it received since it was asked last, by endpoint."""
        self.connection.send("calls")
        calls: Counter[str] = self.connection.recv()
        return calls


class Slow:
    """A WSGI application that thinks for a while before it answers, as a server does that hashes a password.

    Args:
        application: what answers in the end.
        seconds: how long it thinks.
    """

    def __init__(self, application: "Application", seconds: float) -> None:
        self._application = application
        self._seconds = seconds

    def __call__(self, *arguments: Any) -> Iterable[bytes]:
        """Answer one request."""
        time.sleep(self._seconds)
        return self._application(*arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._application, name)


@contextmanager
def chat(people: int, *, seconds: float = 0.0) -> Iterator[Chat]:
    """Serve a workspace with made-up people, each of whom is in the channel and the team and has the role.

    Args:
        people: how many.
        seconds: how long each answer takes at least.
    """
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, people, seconds), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(START_TIMEOUT):
            raise NotMeasured("The stand-in for the chat did not start.")
        url, user_id, auth_token, role = ours.recv()
        yield Chat(url, user_id, auth_token, role, ours)
    finally:
        ours.close()
        process.join(STOP_TIMEOUT)
        if process.is_alive():
            process.kill()
            process.join()


def _serve(connection: Connection, people: int, seconds: float) -> None:
    """Serve until the other side closes the connection."""
    from rocketchat_auth.testing import StandIn, StandInServer
    from rocketchat_auth.testing.accounts_by_hand import Person, made_up_people

    stand_in = StandIn("8.4")
    role = stand_in.add_role(ROLE)
    usernames = list(made_up_people(people))
    stand_in.add_users(Person(username=username, roles=("user", ROLE)) for username in usernames)
    stand_in.add_room(CHANNEL, members=usernames)
    stand_in.add_room(TEAM, "team", members=usernames)
    if seconds:
        stand_in.application = cast("Application", Slow(stand_in.application, seconds))
    with StandInServer(stand_in) as server:
        connection.send((server.url, stand_in.admin.user_id, stand_in.admin.auth_token, role))
        try:
            while connection.recv() == "calls":
                connection.send(Counter(path.removeprefix("/api/v1/") for _, path in stand_in.calls))
                stand_in.reset_calls()
        except EOFError:
            pass
