"""A proxy by which a browser finds every name on the loopback, where it can't be told so otherwise."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import StreamRequestHandler, ThreadingTCPServer


class _Tunnel(StreamRequestHandler):
    """Answers `CONNECT name:port` with a connection to that port of the loopback."""

    def handle(self) -> None:
        request = re.fullmatch(rb"CONNECT [^ ]+:(\d+) HTTP/1\.1\r\n", self.rfile.readline())
        while self.rfile.readline().strip():
            pass
        if request is None:
            return
        with suppress(OSError), socket.create_connection(("127.0.0.1", int(request[1]))) as server:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            answers = threading.Thread(target=_carry, args=(server, self.connection), daemon=True)
            answers.start()
            _carry(self.connection, server)
            answers.join()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


class _Server(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False


@contextmanager
def proxy() -> Iterator[str]:
    """The address of such a proxy."""
    with _Server(("127.0.0.1", 0), _Tunnel) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
