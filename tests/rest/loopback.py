"""Small servers of the loopback that misbehave as a test says."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

YES = b'{"success": true, "version": "8.4"}'


@dataclass
class Loopback:
    """A server that is running: its port, how many connections it had, and the requests' bytes."""

    port: int
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address for plain HTTP."""
        return f"http://127.0.0.1:{self.port}"


Behaviour = Callable[[socket.socket, bytes], None]


def answer(body: bytes = YES, *headers: bytes, status: bytes = b"200 OK") -> Behaviour:
    """Answer each request with that body."""

    def behave(connection: socket.socket, request: bytes) -> None:
        length = b"Content-Length: %d" % len(body)
        connection.sendall(b"\r\n".join((b"HTTP/1.1 " + status, length, *headers, b"", body)))

    return behave


@contextmanager
def loopback(behave: Behaviour, *, tls: ssl.SSLContext | None = None) -> Iterator[Loopback]:
    """A server that reads a request, behaves, and reads the next one of that connection."""
    over = threading.Event()
    threads: list[threading.Thread] = []
    open_connections: list[socket.socket] = []
    listener = socket.create_server(("127.0.0.1", 0))
    server = Loopback(listener.getsockname()[1])

    def serve(connection: socket.socket) -> None:
        with suppress(OSError):
            wrapped = tls.wrap_socket(connection, server_side=True) if tls else connection
            with wrapped:
                while not over.is_set() and (request := _request(wrapped)):
                    server.requests.append(request)
                    behave(wrapped, request)
        connection.close()

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                server.connections += 1
                open_connections.append(connection)
                threads.append(threading.Thread(target=serve, args=(connection,)))
                threads[-1].start()

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield server
    finally:
        over.set()
        for open_socket in (listener, *open_connections):
            with suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)
            open_socket.close()
        for thread in (acceptor, *threads):
            thread.join()


def _request(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65536)
        if not piece:
            return b""
        received += piece
    return received
