"""Show it: the example site and a stand-in Rocket.Chat beside it, until Ctrl-C.

Everything lives in this one process and in a directory that goes with it.
"""

import argparse
import os
import secrets
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

if __name__ == "__main__":
    # Loading the rest takes a moment, in which Ctrl-C should end it without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import django
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from werkzeug.serving import WSGIRequestHandler, make_server

from rocketchat_auth.setting_up import embedding
from rocketchat_auth.testing import StandIn, StandInServer

HOST = "127.0.0.1"
# Ports to propose where the usual ones are taken.
ELSEWHERE = {"SITE_PORT": 8001, "CHAT_PORT": 3001}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in to the example site."""

    username: str
    name: str
    password: str
    hint: str
    is_admin: bool = False


PEOPLE = (
    Person("alice", "Alice Liddell", "looking-glass", "a reader"),
    Person("bob", "Bob Cratchit", "christmas-goose", "another reader"),
    Person("admin", "Ada Minster", "keys-of-the-house", "runs the site, and is refused by chat", is_admin=True),
)


class CannotStart(Exception):
    """The demonstration cannot begin; the text says why and what to do."""


class QuietHandler(WSGIRequestHandler):
    """Lets the requests go unmentioned: what matters is what the package logs."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demonstration until Ctrl-C or SIGTERM; return the exit status."""
    options = parser().parse_args(arguments)
    stopped = stop_event()
    try:
        with ExitStack() as stack:
            site_port = free_port(options.site_port, "SITE_PORT", besides=options.chat_port)
            site_url = f"http://localhost:{site_port}"
            token_secret = secrets.token_urlsafe(32)
            chat = stack.enter_context(running_chat(options, site_url, token_secret))
            state = stack.enter_context(tempfile.TemporaryDirectory(prefix="reading-room-"))
            stack.enter_context(running_site(site_port, state, chat, token_secret))
            announce(site_url, chat)
            stopped.wait()
    except CannotStart as error:
        print(error, file=sys.stderr)
        return 1
    print("Stopped.")
    return 0


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Show the example site and a stand-in Rocket.Chat beside it.")
    parser.add_argument("--site-port", type=int, default=8000, help="0 takes a free one (default: 8000)")
    parser.add_argument("--chat-port", type=int, default=3000, help="0 takes a free one (default: 3000)")
    parser.add_argument("--version", default="8.4", help="version of Rocket.Chat that is played (default: 8.4)")
    return parser


def stop_event() -> threading.Event:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    return stopped


def free_port(port: int, variable: str, *, besides: int = 0) -> int:
    """The port, or a free one for 0.

    Args:
        port: the number.
        variable: what `make demo` calls it.
        besides: the port that the other part gets.

    Raises:
        CannotStart: something answers there, at one of the addresses that browsers try for localhost; or the port
            cannot be had for another reason.
    """
    other = f"make demo {variable}={ELSEWHERE[variable]}"
    if port and port == besides:
        raise CannotStart(f"The site and its chat need a port each: {other}")
    if port and answers(port):
        raise CannotStart(f"Port {port} is in use. Stop what uses it, or take another one: {other}")
    try:
        with socket.create_server((HOST, port)) as probe:
            chosen: int = probe.getsockname()[1]
            return chosen
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CannotStart(f"Port {port} cannot be used ({reason}). Free it, or take another one: {other}") from None


def answers(port: int) -> bool:
    """Whether something listens at the port."""
    try:
        addresses = socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM)
    except OverflowError:
        return False
    for family, kind, protocol, _, address in addresses:
        with socket.socket(family, kind, protocol) as probe:
            if probe.connect_ex(address) == 0:
                return True
    return False


@contextmanager
def running_chat(options: argparse.Namespace, site_url: str, token_secret: str) -> Iterator[StandIn]:
    """The stand-in, set up as the README says that a workspace is."""
    try:
        stand_in = StandIn(options.version, token_secret=token_secret)
    except ValueError as error:
        raise CannotStart(str(error)) from None
    stand_in.settings.update(
        Accounts_iframe_enabled=True,
        Accounts_iframe_url=f"{site_url}/login/?next=/rocketchat/redirect",
        Accounts_Iframe_api_url=f"{site_url}/rocketchat/api",
        Accounts_Iframe_api_method="POST",
    )
    stand_in.settings.update(embedding.wanted({}, site=site_url, chat=str(stand_in.settings["Site_Url"])))
    with StandInServer(stand_in, host=HOST, port=free_port(options.chat_port, "CHAT_PORT")):
        yield stand_in


@contextmanager
def running_site(port: int, state: str, chat: StandIn, token_secret: str) -> Iterator[None]:
    """The example site, on a database of its own in the directory ``state``."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "reading_room.settings",
        "READING_ROOM_STATE": state,
        "ROCKETCHAT_URL": str(chat.settings["Site_Url"]),
        "ROCKETCHAT_USER_ID": chat.admin.user_id,
        "ROCKETCHAT_AUTH_TOKEN": chat.admin.auth_token,
        "ROCKETCHAT_TOKEN_SECRET": token_secret,
    }
    django.setup()
    call_command("migrate", verbosity=0)
    add_people()
    application = StaticFilesHandler(get_wsgi_application())
    server = make_server(HOST, port, application, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, name="site")
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def add_people() -> None:
    from django.contrib.auth.models import User

    for person in PEOPLE:
        first_name, last_name = person.name.split(" ", 1)
        User.objects.create_user(
            person.username,
            f"{person.username}@example.com",
            person.password,
            first_name=first_name,
            last_name=last_name,
            is_staff=person.is_admin,
            is_superuser=person.is_admin,
        )


def announce(site_url: str, chat: StandIn) -> None:
    print(f"The site:            {site_url}/")
    print(f"Its chat:            {chat.settings['Site_Url']}/   (a stand-in for Rocket.Chat {chat.version})")
    print()
    print("Open the chat: it shows the site's login page. These people can sign in:")
    print()
    for person in PEOPLE:
        print(f"  {person.username:<7} {person.password:<18} {person.hint}")
    print()
    print(f"What to try is written on {site_url}/talk/. Ctrl-C stops both.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
