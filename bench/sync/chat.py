"""The stand-in for the chat in a process of its own, so that its memory is not the sync's."""

import multiprocessing
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

from bench.load import NotMeasured

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


@contextmanager
def chat(people: int) -> Iterator[Chat]:
    """Serve a workspace with that many made-up people, each of whom is in the channel and the team and has the role."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, people), daemon=True)
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


def _serve(connection: Connection, people: int) -> None:
    """Serve until the other side closes the connection."""
    from rocketchat_auth.testing import StandIn, StandInServer
    from rocketchat_auth.testing.accounts_by_hand import Person, made_up_people

    stand_in = StandIn("8.4")
    role = stand_in.add_role(ROLE)
    usernames = list(made_up_people(people))
    stand_in.add_users(Person(username=username, roles=("user", ROLE)) for username in usernames)
    stand_in.add_room(CHANNEL, members=usernames)
    stand_in.add_room(TEAM, "team", members=usernames)
    with StandInServer(stand_in) as server:
        connection.send((server.url, stand_in.admin.user_id, stand_in.admin.auth_token, role))
        try:
            while connection.recv() == "calls":
                connection.send(Counter(path.removeprefix("/api/v1/") for _, path in stand_in.calls))
                stand_in.reset_calls()
        except EOFError:
            pass
