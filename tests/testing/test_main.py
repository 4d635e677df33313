"""`python -m rocketchat_auth.testing`, as a process of its own."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest

from rocketchat_auth.testing import StandIn, StandInServer
from rocketchat_auth.testing.__main__ import main
from tests.mongod import MongoServer

COMMAND = [sys.executable, "-W", "error", "-m", "rocketchat_auth.testing"]


@contextmanager
def running(*options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Run the command at a free port until the block ends; yields its credentials."""
    with started("--print-credentials", *options) as process:
        credentials = json.loads(said(process))
        assert "Ctrl-C stops it" in said(process)
        yield process, credentials


@contextmanager
def started(*options: str) -> Iterator[subprocess.Popen[str]]:
    command = [*COMMAND, "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def settings(credentials: dict[str, Any]) -> dict[str, Any]:
    answer = httpx2.get(f"{credentials['url']}/api/v1/settings.public")
    return {setting["_id"]: setting["value"] for setting in answer.json()["settings"]}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serves_until_it_is_told_to_stop(number: signal.Signals) -> None:
    with running() as (process, credentials):
        headers = {"X-User-Id": credentials["userId"], "X-Auth-Token": credentials["authToken"]}
        assert httpx2.get(f"{credentials['url']}/api/v1/me", headers=headers).json()["username"] == "admin"
        login = {"user": credentials["adminUsername"], "password": credentials["adminPassword"]}
        assert httpx2.post(f"{credentials['url']}/api/v1/login", json=login).status_code == 200

        process.send_signal(number)
        out, err = process.communicate(timeout=20)

    assert (process.returncode, out, err) == (0, "", "")


def test_keeps_its_credentials_to_itself_unless_it_is_asked() -> None:
    with started("--version", "9.0") as process:
        line = said(process)

    assert line.startswith("Stand-in for Rocket.Chat 9.0 at http://localhost:")


def test_sets_up_iframe_logins_at_a_site() -> None:
    with running("--site", "http://localhost:8000/") as (_, credentials):
        found = settings(credentials)

    assert found["Accounts_iframe_enabled"] is True
    assert found["Accounts_iframe_url"] == "http://localhost:8000/login/?next=/rocketchat/redirect"
    assert found["Accounts_Iframe_api_url"] == "http://localhost:8000/rocketchat/api"
    assert found["Accounts_Iframe_api_method"] == "POST"


def test_sets_up_iframe_logins_as_it_is_told() -> None:
    options = ("--site", "http://localhost:8000", "--iframe-url", "http://localhost:8000/admin/login/")
    with running(*options, "--iframe-api-method", "GET", "--version", "7.2") as (_, credentials):
        found = settings(credentials)

    assert found["Accounts_iframe_url"] == "http://localhost:8000/admin/login/"
    assert found["Accounts_Iframe_api_method"] == "GET"
    assert credentials["version"] == "7.2"


@pytest.mark.parametrize(
    "options, body, status",
    [
        (("--version", "8.4", "--token-secret", "s"), {"secret": "s"}, 200),
        (("--version", "8.4"), {"secret": "s"}, 400),
        (("--version", "7.2"), {}, 200),
        (("--version", "7.2", "--no-create-tokens"), {}, 400),
    ],
)
def test_issues_tokens_as_its_environment_would(options: tuple[str, ...], body: dict[str, str], status: int) -> None:
    with running(*options) as (_, credentials):
        headers = {"X-User-Id": credentials["userId"], "X-Auth-Token": credentials["authToken"]}
        body = {"userId": credentials["userId"], **body}
        answer = httpx2.post(f"{credentials['url']}/api/v1/users.createToken", json=body, headers=headers)

    assert answer.status_code == status


def test_adds_made_up_users() -> None:
    with running("--users", "120") as (_, credentials):
        headers = {"X-User-Id": credentials["userId"], "X-Auth-Token": credentials["authToken"]}
        page = httpx2.get(f"{credentials['url']}/api/v1/users.list?offset=121", headers=headers).json()

    assert (page["total"], page["users"][0]["username"]) == (122, "user000120")


@pytest.mark.parametrize("number", ["-1", "many"])
def test_says_so_when_users_are_no_number(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--users", number])

    assert f"give a whole number, not '{number}'" in capsys.readouterr().err


def test_says_so_when_the_port_is_in_use(capsys: pytest.CaptureFixture[str]) -> None:
    with StandInServer(StandIn()) as server:
        port = server.port
        status = main(["--port", str(port)])

    assert status == 1
    error = capsys.readouterr().err
    assert f"cannot listen on port {port}: Address already in use." in error
    assert "--port" in error


@pytest.mark.parametrize("version", ["5.4", "eight"])
def test_says_so_when_it_cannot_play_the_version(version: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version", version]) == 1
    assert version in capsys.readouterr().err


def test_says_so_when_there_is_no_mongodb(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rocketchat_auth.testing.__main__.MONGO_TIMEOUT", 100)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        uri = f"mongodb://127.0.0.1:{nobody.getsockname()[1]}/"
        assert main(["--mongo", uri]) == 1

    assert capsys.readouterr().err.startswith("MongoDB cannot be used: ")


@pytest.mark.mongo
@pytest.mark.usefixtures("mongo_database")
def test_keeps_its_users_in_mongodb(mongo_server: MongoServer, mongo_database: Any) -> None:
    uri = mongo_server.uri(mongo_database.name)
    with running("--mongo", uri) as (process, credentials):
        assert mongo_database["users"].find_one({"username": "admin"})["_id"] == credentials["userId"]
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)

    assert process.returncode == 0


@pytest.mark.mongo
@pytest.mark.usefixtures("mongo_database")
def test_adds_made_up_users_once_to_a_mongodb(mongo_server: MongoServer, mongo_database: Any) -> None:
    uri = mongo_server.uri(mongo_database.name)
    for count in ("3", "5"):
        with running("--mongo", uri, "--users", count) as (process, _):
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=20)

    assert mongo_database["users"].count_documents({"username": {"$regex": "^user0"}}) == 5


def test_its_environment_overwrites_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OVERWRITE_SETTING_Accounts_iframe_enabled", "false")

    with running("--site", "http://localhost:8000/") as (_, credentials):
        assert settings(credentials)["Accounts_iframe_enabled"] is False
