"""A proxy before PostgreSQL that loses, or holds up, what it is told to."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from enum import Enum
from types import TracebackType


class Lose(Enum):
    """What becomes of the next COMMIT."""

    NOTHING = "NOTHING"
    COMMIT = "COMMIT"
    """It does not arrive."""
    REPLY = "REPLY"
    """It is carried out, and nobody is told."""


# A simple query and a parsed one begin with a letter and a length; what they say ends with a zero.
_COMMIT = b"COMMIT\0"


class Proxy:
    """Listens on a port of this machine. Both ends of a connection learn of a loss as one does of a broken network.

    Args:
        socket_directory: of the server.
        of: loses nothing but what comes on connections that have said this before.
    """

    def __init__(self, socket_directory: str, of: bytes = b"") -> None:
        self._of = of
        self._target = f"{socket_directory}/.s.PGSQL.5432"
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.port = self._listener.getsockname()[1]
        self.lose = Lose.NOTHING
        self.lost = 0
        self._hold = b""
        self.held = threading.Event()
        self._released = threading.Event()

    def hold(self, what: bytes) -> None:
        """Hold up the next that a client says of this kind, and all that it says after it, until `release`."""
        self._hold = what
        self.held.clear()
        self._released.clear()

    def release(self) -> None:
        self._released.set()

    def __enter__(self) -> Proxy:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()
        for each in (self._listener, *self._open):
            _shut(each)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                try:
                    server.connect(self._target)
                except OSError:  # it is away
                    _shut(server)
                    _shut(client)
                    continue
                self._open += (client, server)
                threading.Thread(target=self._upwards, args=(client, server), daemon=True).start()

    def _upwards(self, client: socket.socket, server: socket.socket) -> None:
        """Carry what the client says; what the server says is carried by a thread of its own."""
        answering = threading.Event()
        answering.set()
        threading.Thread(target=self._downwards, args=(client, server, answering), daemon=True).start()
        meant = not self._of
        with suppress(OSError):
            while data := client.recv(65536):
                meant = meant or self._of in data
                if meant and data.endswith(_COMMIT) and self.lose is not Lose.NOTHING:
                    what, self.lose = self.lose, Lose.NOTHING
                    self.lost += 1
                    if what is Lose.REPLY:
                        answering.clear()
                        server.sendall(data)
                        answering.wait()
                    break
                if self._hold and self._hold in data:
                    self._hold = b""
                    self.held.set()
                    self._released.wait()
                server.sendall(data)
        _shut(client)
        _shut(server)

    def _downwards(self, client: socket.socket, server: socket.socket, answering: threading.Event) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                if not answering.is_set():
                    break
                client.sendall(data)
        answering.set()
        _shut(client)  # it learns that the server has left


def _shut(each: socket.socket) -> None:
    with suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
