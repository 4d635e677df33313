"""`python -m rocketchat_auth.testing`: run the stand-in Rocket.Chat."""

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from rocketchat_auth.testing.accounts_by_hand import made_up_people
from rocketchat_auth.testing.server import StandInServer
from rocketchat_auth.testing.settings import overwritten
from rocketchat_auth.testing.stand_in import StandIn

MONGO_TIMEOUT = 5000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stand-in until it is told to stop, by Ctrl-C or SIGTERM.

    Args:
        arguments: the command line without the program; that of the process, by default.

    Returns:
        The exit status: 0, or 1 where it could not begin.
    """
    options = _parser().parse_args(arguments)
    if options.mongo is None:
        return _run(options, None)
    try:
        with MongoClient[dict[str, Any]](options.mongo, serverSelectionTimeoutMS=MONGO_TIMEOUT) as client:
            return _run(options, client)
    except PyMongoError as error:
        return _fail(f"MongoDB cannot be used: {error}")


def _run(options: argparse.Namespace, client: MongoClient[dict[str, Any]] | None) -> int:
    mongo = None if client is None else client.get_default_database("rocketchat")
    try:
        stand_in = StandIn(
            options.version,
            create_tokens=options.create_tokens,
            token_secret=options.token_secret,
            two_factor=options.two_factor,
            mongo=mongo,
        )
    except ValueError as error:
        return _fail(str(error))
    _set_iframe(stand_in, options)
    stand_in.settings.update(overwritten(os.environ))
    _fill(stand_in, options.users)
    server = StandInServer(stand_in, host=options.host, port=options.port)
    try:
        server.start()
    except OSError as error:
        return _fail(
            f"The stand-in cannot listen on port {options.port}: {error.strerror}. "
            "Stop what uses the port, or name another with --port."
        )
    try:
        with _told_to_stop() as stopped:
            _announce(server, options)
            stopped.wait()
    finally:
        server.stop()
    return 0


def _set_iframe(stand_in: StandIn, options: argparse.Namespace) -> None:
    if options.site is None:
        return
    site = options.site.rstrip("/")
    stand_in.settings["Accounts_iframe_url"] = options.iframe_url or f"{site}/login/?next=/rocketchat/redirect"
    stand_in.settings["Accounts_Iframe_api_url"] = f"{site}/rocketchat/api"
    stand_in.settings["Accounts_Iframe_api_method"] = options.iframe_api_method
    stand_in.settings["Accounts_iframe_enabled"] = True


def _fill(stand_in: StandIn, count: int) -> None:
    # In a MongoDB they may be from an earlier run.
    known = {user["username"] for user in stand_in.users.all()} if count else set()
    stand_in.add_users(username for username in made_up_people(count) if username not in known)


def _announce(server: StandInServer, options: argparse.Namespace) -> None:
    stand_in = server.stand_in
    if options.print_credentials:
        credentials = {
            "url": server.url,
            "version": stand_in.version,
            "userId": stand_in.admin.user_id,
            "authToken": stand_in.admin.auth_token,
            "adminUsername": "admin",
            "adminPassword": stand_in.admin_password,
        }
        _say(json.dumps(credentials))
    _say(f"Stand-in for Rocket.Chat {stand_in.version} at {server.url} (not Rocket.Chat). Ctrl-C stops it.")


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopped.set()

    former = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _fail(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rocketchat_auth.testing",
        description="Run a stand-in Rocket.Chat, for tests and demonstrations.",
    )
    parser.add_argument("--port", type=int, default=3000, help="port to listen at; 0 takes a free one (default: 3000)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default: 127.0.0.1)")
    parser.add_argument("--version", default="8.4", help="version of Rocket.Chat that is played (default: 8.4)")
    parser.add_argument("--site", metavar="URL", help="the Django site that is the workspace's login")
    parser.add_argument(
        "--iframe-url", metavar="URL", help="the page to frame (default: SITE/login/?next=/rocketchat/redirect)"
    )
    parser.add_argument(
        "--iframe-api-method", choices=("POST", "GET"), default="POST", help="how the API URL is called (default: POST)"
    )
    parser.add_argument(
        "--mongo", metavar="URI", help="MongoDB to keep the users in (default: they are kept in memory)"
    )
    parser.add_argument(
        "--create-tokens",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="up to 7.x: issue tokens, as with CREATE_TOKENS_FOR_USERS=true in the environment (the default)",
    )
    parser.add_argument(
        "--token-secret", metavar="SECRET", help="from 8.0 on: the value of CREATE_TOKENS_FOR_USERS_SECRET"
    )
    parser.add_argument(
        "--users", metavar="N", type=_count, default=0, help="add so many made-up users: user000001 and so on"
    )
    parser.add_argument("--two-factor", action="store_true", help="ask for second factors")
    parser.add_argument(
        "--print-credentials", action="store_true", help="print the service account's credentials as JSON, first"
    )
    return parser


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"give a whole number, not {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
