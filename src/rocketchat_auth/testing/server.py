"""The stand-in as an HTTP server."""

import io
import socket
import sys
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote_to_bytes

from rocketchat_auth.testing.stand_in import StandIn


class StandInServer:
    """Serves a stand-in over HTTP, in threads of its own, with connections that are kept alive.

    Use it as a context manager::

        with StandInServer(StandIn("8.4")) as server:
            print(server.url)

    Args:
        stand_in: what is served; its setting `Site_Url` becomes the server's URL.
        host: the address to listen at.
        port: the port to listen at; 0 takes a free one.

    Raises:
        OSError: the port cannot be had; upon entering.
    """

    def __init__(self, stand_in: StandIn, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.stand_in = stand_in
        self._host = host
        self._port = port
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port it listens at."""
        if self._server is None:
            raise RuntimeError("The stand-in's server is not running.")
        port: int = self._server.server_address[1]
        return port

    @property
    def url(self) -> str:
        """The workspace's URL, without a slash at its end."""
        host = "localhost" if self._host == "127.0.0.1" else self._host
        return f"http://{host}:{self.port}"

    def start(self) -> Self:
        """Begin to serve."""
        if self._server is not None:
            raise RuntimeError("The stand-in's server is running already.")
        self._server = _Server((self._host, self._port), self.stand_in)
        self.stand_in.application.watch.open()
        self.stand_in.settings["Site_Url"] = self.url
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="stand-in", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """End all connections, after the answers that are on their way, and wait for their threads."""
        if self._server is None or self._thread is None:
            return
        self.stand_in.application.watch.close()
        self.stand_in.fail_with(None)
        self._server.shutdown()
        self._server.end_connections()
        self._server.server_close()
        self._thread.join()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        """Begin to serve."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop serving."""
        self.stop()


class _Server(ThreadingHTTPServer):
    # Closing waits for the threads, so that none outlives the server with an open socket.
    daemon_threads = False
    block_on_close = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], stand_in: StandIn) -> None:
        self.application = stand_in.application
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def end_connections(self) -> None:
        with self._lock:
            for connection in self._connections:
                _end(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that goes away in the middle is no event.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _end(connection: socket.socket) -> None:
    # The other side may have gone already.
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RD)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "RocketChatStandIn"
    sys_version = ""
    # Small answers go out at once, and in one piece.
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        """Answer one request, whatever its method."""
        chunks = self.server.application(self._environ(self._body()), self._start)
        content = b"".join(chunks)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    # http.server looks for its methods by these names.
    do_POST = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = do_PATCH = do_GET  # noqa: N815

    def _body(self) -> bytes:
        # Read whole, whatever becomes of it: what is left of a body would be taken for the next request.
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _start(self, status: str, headers: list[tuple[str, str]]) -> Any:
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            if name.lower() != "content-length":
                self.send_header(name, value)

    def _environ(self, body: bytes) -> dict[str, object]:
        path, _, query = self.path.partition("?")
        host, port = self.server.server_address[:2]
        environ: dict[str, object] = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": str(host),
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "rocketchat_auth.connection": self.connection,
        }
        for name, value in self.headers.items():
            if name.lower() not in ("content-type", "content-length", "transfer-encoding"):
                environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
        return environ

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server calls it so
        """Say nothing: the stand-in keeps a list of its calls instead."""
