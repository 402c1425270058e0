"""Peers that speak garbage, reset what they ask for, or say nothing: others are served, and memory stays bounded.

The server is a real process with a log on disk, because its memory is what is measured.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import ssl
from collections.abc import Generator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection

from orchestrator.api.backend import ApiSettings
from orchestrator.core.retry import SECOND
from orchestrator.store.memory import MemoryLog
from sagaway.client import Client, ClientTls
from tests.api.world import run
from tests.cli.conftest import Process, serve
from tests.security.house import WAIT, Keys, channel

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
HEADERS = [
    (":method", "POST"),
    (":scheme", "http"),
    (":path", "/sagaway.v1.OrchestratorService/ListSagas"),
    (":authority", "orchestrator"),
    ("te", "trailers"),
    ("content-type", "application/grpc"),
]
ROOM = 64 << 20
"""What the server may have in use beyond its first hundred RPCs, bytes: of a leak per stream or connection, the floods
here would make more."""

GARBAGE = {
    "zeros": b"\x00" * 512,
    "noise": os.urandom(4096),
    "HTTP/1": b"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sgw_secret\r\n\r\n",
    "a wrong preface": b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n",
    "no frame after the preface": PREFACE + b"\xff" * 64,
    "a frame too large": PREFACE + SETTINGS + b"\xff\xff\xff\x00\x00\x00\x00\x00\x01",
    "a truncated frame": PREFACE + SETTINGS + b"\x00\x40\x00\x01\x04\x00\x00\x00\x01cut",
    "headers that are no HPACK": PREFACE + SETTINGS + b"\x00\x00\x04\x01\x05\x00\x00\x00\x01\xff\xff\xff\xff",
    "data of no stream": PREFACE + SETTINGS + b"\x00\x00\x04\x00\x00\x00\x00\x00\x07data",
    "headers without end": PREFACE + SETTINGS + b"\x00\x00\x01\x01\x00\x00\x00\x00\x01\x82",
}


class Server:
    """A real process that serves over TLS."""

    def __init__(self, process: Process, keys: Keys) -> None:
        self.process = process
        self.address = process.ready()
        self._keys = keys
        self._context = ssl.create_default_context(cafile=str(keys.cert("ca")))
        self._context.set_alpn_protocols(["h2"])

    def connect(self, encrypted: bool = True) -> socket.socket:
        """Open a connection."""
        host, _, port = self.address.rpartition(":")
        plain = socket.create_connection((host, int(port)), timeout=WAIT)
        return self._context.wrap_socket(plain, server_hostname="localhost") if encrypted else plain

    @property
    def memory(self) -> int:
        """What the process has in memory, bytes."""
        status = Path(f"/proc/{self.process.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) * 1024

    def client(self) -> Client:
        """A client that behaves."""
        return Client(self.address, tls=ClientTls(self._keys.cert("ca")))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, keys: Keys) -> Generator[Server, None, None]:
    variables = {"SAGAWAY_TLS_CERT": str(keys.cert("server")), "SAGAWAY_TLS_KEY": str(keys.key("server"))}
    folder = tmp_path_factory.mktemp("log")
    flags = ("--metrics-listen", "off", "--drain-seconds", "0")
    process = serve(folder / "saga.db", *flags, variables=variables)
    try:
        yield Server(process, keys)
    finally:
        code, log = process.end()
    assert code == 0, log
    assert "sgw_secret" not in log
    for line in log.splitlines():
        assert json.loads(line)["level"] in ("info", "debug"), line


async def served(client: Client) -> None:
    """Be served, in time."""
    async with asyncio.timeout(WAIT):
        assert [saga async for saga in client.list()] == []


def hang_up(connection: socket.socket) -> None:
    """Read until the other side closes, or resets."""
    try:
        while connection.recv(1 << 16):
            pass
    except (ConnectionError, ssl.SSLError):
        pass
    finally:
        connection.close()


@pytest.mark.parametrize("encrypted", [False, True], ids=["below TLS", "within TLS"])
@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE)
async def test_garbage_ends_its_connection_and_nothing_else(server: Server, garbage: bytes, encrypted: bool) -> None:
    def send() -> None:
        connection = server.connect(encrypted)
        with suppress(OSError):  # It may have been closed in the middle.
            connection.sendall(garbage)
            connection.shutdown(socket.SHUT_WR)
        hang_up(connection)

    async with server.client() as client:
        await served(client)
        await asyncio.to_thread(send)
        await served(client)


async def test_rapid_resets_leave_others_served_and_memory_bounded(server: Server) -> None:
    streams, batch = 6_000, 100

    def flood() -> None:
        connection = server.connect()
        talk = H2Connection(H2Configuration(client_side=True))
        talk.initiate_connection()
        connection.sendall(talk.data_to_send())
        for _ in range(streams // batch):
            for _ in range(batch):
                stream = talk.get_next_available_stream_id()
                talk.send_headers(stream, HEADERS)
                talk.reset_stream(stream)
            connection.sendall(talk.data_to_send())
        connection.close()

    async with server.client() as client:
        for _ in range(20):
            await served(client)
        before = server.memory
        flooding = asyncio.gather(*(asyncio.to_thread(flood) for _ in range(2)), return_exceptions=True)
        while not flooding.done():
            await served(client)
        await flooding
        await served(client)
        assert server.memory < before + ROOM


async def test_half_open_connections_leave_others_served_and_memory_bounded(server: Server) -> None:
    async with server.client() as client:
        await served(client)
        before = server.memory
        with ExitStack() as stack:
            for number in range(200):
                connection = stack.enter_context(server.connect(encrypted=number % 3 == 0))
                connection.sendall((b"", PREFACE[:10], PREFACE, b"\x16\x03\x01\x02\x00")[number % 4])
            await served(client)
            async with server.client() as newcomer:
                await served(newcomer)
            assert server.memory < before + ROOM
        await served(client)


async def test_who_connects_and_says_nothing_is_shown_the_door() -> None:
    hasty = ApiSettings(handshake_timeout=SECOND // 5)
    log = MemoryLog()
    await log.open(0)
    async with run(log, hasty) as world:
        for words in (b"", PREFACE[:7], PREFACE):
            connection = socket.create_connection(("127.0.0.1", world.server.port), timeout=WAIT)
            connection.sendall(words)
            await asyncio.wait_for(asyncio.to_thread(hang_up, connection), WAIT)


async def test_connections_have_a_limit_and_room_comes_back() -> None:
    few = ApiSettings(max_connections=4)
    log = MemoryLog()
    await log.open(0)
    async with run(log, few) as world:
        await world.channel.channel_ready()
        with ExitStack() as stack:
            for _ in range(3):
                taken = stack.enter_context(socket.create_connection(("127.0.0.1", world.server.port), WAIT))
                taken.sendall(PREFACE + SETTINGS)
                assert await asyncio.to_thread(taken.recv, 1)
            more = stack.enter_context(socket.create_connection(("127.0.0.1", world.server.port), WAIT))
            await asyncio.wait_for(asyncio.to_thread(hang_up, more), WAIT)
            await world.written()
        async with asyncio.timeout(WAIT), channel(world.address) as newcomer:
            await newcomer.channel_ready()
