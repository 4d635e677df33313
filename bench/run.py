"""`python -m bench.run`: how fast a sign-in to chat is, beside the least that any view of the same site takes."""

import argparse
import json
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.cases import API, Case, Workbench
from bench.load import NotMeasured, Request, check_installed, cookies
from bench.people import People
from bench.site_server import PROCESSES, ROOT, environment, serving
from bench.table import Goal, figures, goals
from rocketchat_auth.testing import StandIn, StandInServer
from tests.mongod import NoMongod, mongo_server

LOADING = "floor 1: load session and user"
SAVING = "floor 2: the same, and save the session"
REPEAT = "repeat call of a session"
FIRST_MONGO = "first call, mongo"
PUSHING = "the same without the package: session, user, one push"
BARE = "floor 3: users.createToken and nothing else"
FIRST_CREATE_TOKEN = "first call, create_token"

GOALS = (
    Goal(REPEAT, LOADING, share=0.9),
    Goal(FIRST_MONGO, SAVING, share=0.7),
    Goal(FIRST_CREATE_TOKEN, BARE, milliseconds=2.0),
)

# Sessions for a second of first calls: more than any machine has needed.
PREPARED = 1500
SESSIONS_OF_A_USER = 20


def main() -> int:
    """Measure and print; a goal that is missed is said and is no failure."""
    options = _options()
    try:
        check_installed()
        with _workbench(options) as (bench, cases):
            for number in range(options.rounds):
                print(f"Round {number + 1} of {options.rounds}, {options.seconds} s for each line.", flush=True)
                for case in cases:
                    bench.run(case, options.seconds, PREPARED)
    except (NotMeasured, NoMongod) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"\n{figures(bench.results)}\n\n{goals(bench.results, GOALS)}\n")
    print("Repeat calls wrote nothing and called nobody; first calls with create_token made one call each.")
    print("Rocket.Chat was played by the package's stand-in; MongoDB, SQLite and gunicorn were real.")
    return 0


@contextmanager
def _workbench(options: argparse.Namespace) -> Iterator[tuple[Workbench, list[Case]]]:
    """The site twice, once for each login source, on one database; a stand-in for the chat; a MongoDB."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rocketchat-auth-bench-")))
        mongo = stack.enter_context(mongo_server())
        database = f"bench_{secrets.token_hex(8)}"
        secret = secrets.token_urlsafe(32)
        server = stack.enter_context(StandInServer(StandIn("8.4", token_secret=secret, rate_limit=False)))
        values = {
            "BENCH_DATABASE": str(folder / "site.sqlite3"),
            "BENCH_CHAT_URL": server.url,
            "BENCH_CHAT_USER_ID": server.stand_in.admin.user_id,
            "BENCH_CHAT_AUTH_TOKEN": server.stand_in.admin.auth_token,
            "BENCH_CHAT_TOKEN_SECRET": secret,
            "BENCH_MONGO_DB": mongo.uri(database),
        }
        people = _people(values, 3 * options.rounds * options.seconds * PREPARED)
        client = stack.enter_context(mongo.client())
        stack.callback(client.drop_database, database)
        for number, user_id in enumerate(people.rocketchat_ids):
            user = {**server.stand_in.add_user(f"reader{number}"), "_id": user_id}
            server.stand_in.users.insert(user)
            client[database]["users"].insert_one(user)
        sites = [
            stack.enter_context(serving({**values, "BENCH_LOGIN_SOURCE": source}, folder / f"{source}.log"))
            for source in ("mongo", "create_token")
        ]
        bench = Workbench(
            folder=folder,
            database=Path(values["BENCH_DATABASE"]),
            stand_in=server.stand_in,
            origin=server.url,
            rocketchat_ids=people.rocketchat_ids,
            unused=iter(people.sessions),
        )
        _warm_up(bench, sites)
        yield bench, _cases(*sites)


def _people(values: dict[str, str], sessions: int) -> People:
    """Fill the site's database, in a process of its own since it takes the site's settings."""
    print("Preparing the site.", flush=True)
    more = 100
    command = [sys.executable, "-m", "bench.people", str(sessions // SESSIONS_OF_A_USER), str(sessions + more)]
    made = subprocess.run(command, cwd=ROOT, env=environment(values), stdout=subprocess.PIPE, check=True)
    return People(**json.loads(made.stdout))


def _cases(mongo: str, create_token: str) -> list[Case]:
    return [
        Case(LOADING, mongo, "/floor/loading"),
        Case(REPEAT, mongo),
        Case(SAVING, mongo, "/floor/saving", writes=True),
        Case(PUSHING, mongo, "/floor/pushing", new_sessions=True),
        Case(FIRST_MONGO, mongo, new_sessions=True, writes=True),
        Case(BARE, create_token, "/bare/{}", upstream=1),
        Case(FIRST_CREATE_TOKEN, create_token, new_sessions=True, upstream=1, writes=True),
    ]


def _warm_up(bench: Workbench, sites: list[str]) -> None:
    """Let each process open its connections and learn the chat's version, and sign one session in."""
    ids = [Request("POST", f"/bare/{user_id}") for user_id in bench.rocketchat_ids[:10]]
    for site in sites:
        for requests in ids, [Request("POST", API, cookies(next(bench.unused)))]:
            bench.warm_up(site, requests)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.run",
        description=f"Measure how fast a sign-in to chat is: gunicorn with {PROCESSES} processes, SQLite, MongoDB.",
    )
    parser.add_argument("--seconds", type=int, default=4, help="for each line and round (default: 4)")
    parser.add_argument("--rounds", type=int, default=3, help="how often all is measured; medians count (default: 3)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
