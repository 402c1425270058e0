"""The HTTP port beside the API: `/metrics` for Prometheus, `/livez` and `/readyz` for whoever starts and stops us.

It is open from before the saga log is opened until after everything else has ended, so that it can say what a start or
a drain is waiting for. `/livez` answers 200 as long as the event loop turns, and nothing else: no restart mends a full
disk or ends a drain sooner. `/readyz` answers 503 with the reason while the server should get no traffic.

Rules. One answer a connection. Everything that a client may do is bounded: connections at once, bytes of a request,
time to ask, time to take the answer. A client that is slow loses its connection and costs nobody anything else. There
is nothing here to write to, and no payload, token or saga id to read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import structlog

MAX_CONNECTIONS = 32
MAX_REQUEST_BYTES = 16 << 10
ASK_SECONDS = 5.0
TAKE_SECONDS = 10.0

_TEXT = "text/plain; charset=utf-8"
_log = structlog.get_logger(__name__)

Answer = tuple[HTTPStatus, str, bytes]


class Endpoint:
    """The HTTP port."""

    def __init__(self, metrics: Callable[[str], Awaitable[tuple[str, bytes]]], readiness: Callable[[], str]) -> None:
        """Make it; `start` opens the port.

        Args:
            metrics: returns content type and text of all metrics, given an Accept header.
            readiness: why the server should get no traffic now; empty if it should.
        """
        self._metrics = metrics
        self._readiness = readiness
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()

    async def start(self, host: str, port: int) -> int:
        """Open the port.

        Args:
            host: address to listen on.
            port: 0 takes a free one.

        Returns:
            The port.

        Raises:
            OSError: it can't listen there.
        """
        self._server = await asyncio.start_server(self._connected, host, port, limit=MAX_REQUEST_BYTES)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Close the port, and every connection at once."""
        if self._server is not None:
            self._server.close()
        clients = list(self._clients)
        for client in clients:
            client.cancel()
        if clients:
            await asyncio.wait(clients)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if len(self._clients) >= MAX_CONNECTIONS:
            writer.transport.abort()
            return
        self._clients.add(task)
        try:
            await self._serve(reader, writer)
        except asyncio.CancelledError:
            pass  # closed: nobody waits for this task but `close`
        except (OSError, TimeoutError):
            pass  # the client has gone, or was too slow
        finally:
            writer.transport.abort()  # what was taken is taken
            self._clients.discard(task)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(ASK_SECONDS):
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                return
            except asyncio.LimitOverrunError:
                head = b""
        status, content_type, body = await self._answer(head)
        lines = (
            f"HTTP/1.1 {status.value} {status.phrase}",
            f"Content-Type: {content_type}",
            f"Content-Length: {len(body)}",
            "Connection: close",
            "Cache-Control: no-store",
        )
        writer.write("\r\n".join((*lines, "", "")).encode("ascii"))
        if not head.startswith(b"HEAD "):
            writer.write(body)
        async with asyncio.timeout(TAKE_SECONDS):
            writer.close()  # once all is sent
            await writer.wait_closed()

    async def _answer(self, head: bytes) -> Answer:
        request, *headers = head.decode("latin-1").split("\r\n")
        words = request.split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            return _said(HTTPStatus.BAD_REQUEST, "this is no HTTP/1 request, or its head is too long")
        if words[0] not in ("GET", "HEAD"):
            return _said(HTTPStatus.METHOD_NOT_ALLOWED, "there is nothing here but to read")
        match words[1].partition("?")[0]:
            case "/livez":
                return _said(HTTPStatus.OK, "alive")
            case "/readyz":
                reason = self._readiness()
                return _said(HTTPStatus.SERVICE_UNAVAILABLE, reason) if reason else _said(HTTPStatus.OK, "ready")
            case "/metrics":
                try:
                    content_type, body = await self._metrics(_header(headers, "accept"))
                except Exception:
                    _log.exception("the metrics can't be told")
                    return _said(HTTPStatus.INTERNAL_SERVER_ERROR, "a fault of ours; the log says more")
                return HTTPStatus.OK, content_type, body
            case _:
                return _said(HTTPStatus.NOT_FOUND, "there is /metrics, /livez and /readyz")


def _said(status: HTTPStatus, text: str) -> Answer:
    return status, _TEXT, f"{text}\n".encode()


def _header(headers: list[str], name: str) -> str:
    pairs = (line.partition(":") for line in headers)
    return ",".join(value.strip() for key, _, value in pairs if key.strip().lower() == name)
