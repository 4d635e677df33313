"""`make demo`, as a process of its own."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import Chat
from tests.browser.console import Console

ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = [sys.executable, str(ROOT / "example" / "demo.py")]


@dataclass(frozen=True, slots=True)
class Demo:
    """The running demonstration, and what it said."""

    process: subprocess.Popen[str]
    site: str
    chat: str
    passwords: dict[str, str]


@contextmanager
def running() -> Iterator[Demo]:
    command = [*COMMAND, "--site-port", "0", "--chat-port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            said = announcement(process)
            site, chat = re.findall(r"^\S.*: +(http://localhost:\d+)/", said, re.MULTILINE)
            yield Demo(process, site, chat, dict(re.findall(r"^  (\w+) +(\S+)", said, re.MULTILINE)))
        finally:
            process.terminate()


def announcement(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    said = ""
    while "Ctrl-C" not in said:
        line = process.stdout.readline()
        assert line, said
        said += line
    return said


def sign_in(chat: Chat, demo: Demo, name: str) -> None:
    """Sign in to the site within the chat."""
    chat.shows("frame")
    chat.frame.get_by_label("User name").fill(name)
    chat.frame.get_by_label("Password").fill(demo.passwords[name])
    chat.frame.get_by_role("button", name="Sign in").click()


def refusal(*options: str) -> str:
    """What it says instead of starting."""
    done = subprocess.run([*COMMAND, *options], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    return done.stderr


@pytest.mark.browser
def test_the_people_it_names_can_sign_in_to_its_chat_and_its_admin_is_refused(page: Page, console: Console) -> None:
    console.expect("status of 403")
    with running() as demo:
        chat = Chat(page, demo.chat)
        sign_in(chat.open(), demo, "alice")
        chat.shows_home_of("alice")

        for path in "/rocketchat/", "/rocketchat/redirect":
            assert "shelf/chat.css" in page.request.get(f"{demo.site}{path}").text()

        page.goto(f"{demo.site}/rocketchat/")
        page.get_by_role("link", name="Back to the Reading Room").click()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("link", name="Sign in")).to_be_visible()

        sign_in(chat.open(), demo, "admin")
        expect(chat.frame.get_by_role("heading", name="Your chat account needs a look")).to_be_visible()
        page.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_runs_until_it_is_told_to_stop(number: signal.Signals) -> None:
    with running() as demo:
        assert httpx2.get(f"{demo.site}/talk/").status_code == 200
        assert httpx2.get(f"{demo.chat}/api/info").json()["standIn"]["notice"]
        assert httpx2.post(f"{demo.site}/rocketchat/api", headers={"Origin": demo.chat}).status_code == 401

        demo.process.send_signal(number)
        out, err = demo.process.communicate(timeout=20)

    assert (demo.process.returncode, out, err) == (0, "Stopped.\n", "")


@pytest.mark.parametrize("option, variable", [("--site-port", "SITE_PORT"), ("--chat-port", "CHAT_PORT")])
def test_a_port_in_use_gets_a_sentence_that_says_what_to_type(option: str, variable: str) -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert f"{option} $({variable})" in makefile
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        other = "--chat-port" if option == "--site-port" else "--site-port"

        said = refusal(option, port, other, "0")

    assert re.fullmatch(
        rf"Port {port} is in use\. Stop what uses it, or take another one: make demo {variable}=\d+\n", said
    )


def test_one_port_for_both_gets_a_sentence() -> None:
    said = refusal("--site-port", "8000", "--chat-port", "8000")

    assert said == "The site and its chat need a port each: make demo SITE_PORT=8001\n"
