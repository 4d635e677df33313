"""WSGI applications behind a real socket, so that a browser can meet them."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from wsgiref.types import WSGIApplication

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Write nothing: the requests of a test are no news."""


@contextmanager
def serve(application: WSGIApplication, *, name: str = "localhost", tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve on a free port of the loopback; yield the origin, always under that name."""
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Silent)
    if tls is not None:
        _speak_tls(server, tls)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"{'http' if tls is None else 'https'}://{name}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _speak_tls(server: BaseWSGIServer, tls: ssl.SSLContext) -> None:
    """What the argument `ssl_context` of `make_server` does, but for who waits while a browser shakes hands slowly.

    There the loop that accepts connections waits, and all others with it; here only the thread of the connection.
    """
    server.ssl_context = tls
    server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
