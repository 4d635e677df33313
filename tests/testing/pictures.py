"""A site with a picture, for servers that fetch avatars."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

PNG = b"\x89PNG\r\n\x1a\n"


class _Pictures(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kinds = {"/a.png": "image/png", "/a": "text/html"}
        kind = kinds.get(self.path)
        self.send_response(404 if kind is None else 200)
        self.send_header("Content-Type", kind or "text/plain")
        self.send_header("Content-Length", str(len(PNG)))
        self.end_headers()
        self.wfile.write(PNG)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server calls it so
        pass


@contextmanager
def pictures() -> Iterator[str]:
    """Serve `/a.png`, a picture, and `/a`, which is none; yields the site's URL."""
    with HTTPServer(("127.0.0.1", 0), _Pictures) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()
