"""The port of metrics and health: what it answers, and that no client of it can hurt anybody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from orchestrator.app import StartRefused, serving
from orchestrator.config import Settings
from orchestrator.store.base import LogUnavailable
from orchestrator.store.sql import SqlLog
from orchestrator.telemetry import endpoint
from orchestrator.telemetry.endpoint import MAX_CONNECTIONS, MAX_REQUEST_BYTES, Endpoint
from tests.caller.participants import Participant
from tests.metrics.world import WAIT, get, http, world

BODY = b"x" * (16 << 20)
"""More than the buffers between two sockets take."""


@asynccontextmanager
async def opened(body: bytes = b"metrics") -> AsyncIterator[tuple[Endpoint, str]]:
    async def metrics(accept: str) -> tuple[str, bytes]:
        return f"of/{accept or 'nothing'}", body

    port = Endpoint(metrics, lambda: "")
    address = f"127.0.0.1:{await port.start('127.0.0.1', 0)}"
    try:
        yield port, address
    finally:
        await asyncio.wait_for(port.close(), WAIT.total_seconds())


async def connect(address: str, stack: AsyncExitStack) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect until the end of ``stack``; nothing is read before somebody asks for it."""
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1)
    stack.callback(writer.close)
    return reader, writer


async def test_it_answers_what_it_knows_and_says_what_it_does_not() -> None:
    async with opened() as (_, address):
        assert (await get(address, "/metrics", "Accept: it")).body == "metrics"
        assert (await get(address, "/metrics?x=1", "Accept: it")).headers["content-type"] == "of/it"
        assert (await get(address, "/livez")).status == (await get(address, "/readyz")).status == 200
        head = await http(address, "HEAD /metrics HTTP/1.1\r\n\r\n")
        assert (head.status, head.headers["content-length"], head.body) == (200, "7", "")
        assert (await get(address, "/etc/passwd")).status == 404
        assert (await http(address, "POST /metrics HTTP/1.1\r\n\r\n")).status == 405
        for garbage in ("\r\n\r\n", "PRI * HTTP/2.0\r\n\r\n", "\x16\x03\x01\r\n\r\n", "GET\r\n\r\n"):
            assert (await http(address, garbage)).status == 400
        assert (await get(address, "/metrics", "X: " + "y" * MAX_REQUEST_BYTES)).status == 400


async def test_a_client_that_does_not_take_its_answer_loses_it_and_holds_up_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(endpoint, "TAKE_SECONDS", 0.2)
    async with opened(BODY) as (port, address), AsyncExitStack() as stack:
        _, writer = await connect(address, stack)
        writer.write(b"GET /metrics HTTP/1.1\r\n\r\n")
        assert (await get(address, "/livez")).status == 200
        slow = list(port._clients)
        assert slow
        monkeypatch.setattr(endpoint, "TAKE_SECONDS", WAIT.total_seconds())
        assert len((await get(address, "/metrics")).body) == len(BODY)
        _, pending = await asyncio.wait(slow, timeout=WAIT.total_seconds())
        assert not pending


async def test_a_client_that_takes_nothing_does_not_hold_up_the_end() -> None:
    async with opened(BODY) as (_, address), AsyncExitStack() as stack:
        for request in (b"GET /metrics HTTP/1.1\r\n\r\n", b"GET /met"):
            _, writer = await connect(address, stack)
            writer.write(request)
        assert (await get(address, "/livez")).status == 200


async def test_connections_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "ASK_SECONDS", 3600)
    async with opened() as (_, address), AsyncExitStack() as stack:
        for _ in range(MAX_CONNECTIONS + 1):
            reader, _ = await connect(address, stack)
        assert await _ends(reader)  # the one too many, at once


async def test_who_asks_nothing_loses_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "ASK_SECONDS", 0.05)
    async with opened() as (_, address), AsyncExitStack() as stack:
        reader, writer = await connect(address, stack)
        writer.write(b"GET /livez HTTP/1.1\r\n")
        assert await _ends(reader)


async def _ends(reader: asyncio.StreamReader) -> bool:
    async with asyncio.timeout(WAIT.total_seconds()):
        try:
            return await reader.read() == b""
        except ConnectionResetError:
            return True


class Opening(SqlLog):
    """A log that migrates until it is told that it is done."""

    def __init__(self, location: Path) -> None:
        super().__init__(location)
        self.migrating, self.migrated = asyncio.Event(), asyncio.Event()

    async def open(self, now: int) -> None:
        self.migrating.set()
        await self.migrated.wait()
        await super().open(now)


async def test_readiness_tells_the_truth_from_before_the_log_is_open_until_the_drain(tmp_path: Path) -> None:
    settings = Settings(database=tmp_path / "saga.db", listen="127.0.0.1:0", metrics_listen=await _free())
    log = Opening(settings.database)
    serves, drain, drained, end = (asyncio.Event() for _ in range(4))

    async def live() -> None:
        async with serving(settings, log) as server:
            serves.set()
            await drain.wait()
            await server.engine.drain(0)
            drained.set()
            await end.wait()

    address = settings.metrics_listen
    async with asyncio.timeout(WAIT.total_seconds()), asyncio.TaskGroup() as group:
        group.create_task(live())
        await log.migrating.wait()
        starting = await get(address, "/readyz")
        assert (starting.status, starting.body) == (503, "starting: the saga log is opened and migrated\n")
        assert (await get(address, "/livez")).status == 200
        assert "saga_ready 0.0" in (await get(address, "/metrics")).body
        log.migrated.set()
        await serves.wait()
        assert (await get(address, "/readyz")).status == 200
        drain.set()
        await drained.wait()
        draining = await get(address, "/readyz")
        assert (draining.status, draining.body) == (503, "draining\n")
        assert (await get(address, "/livez")).status == 200
        end.set()


async def test_a_log_that_cannot_be_written_is_not_ready_but_alive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(tmp_path, Participant()) as w:
        committer = w.server.engine._services.committer
        monkeypatch.setattr(committer, "unavailable", str(LogUnavailable("the disk is full")))
        answer = await get(w.server.metrics, "/readyz")
        assert (answer.status, answer.body) == (503, "the saga log can't be written: the disk is full\n")
        assert (await get(w.server.metrics, "/livez")).status == 200
        now = await w.scrape()
        assert (now.of("saga_ready"), now.of("saga_log_writable")) == (0, 0)


async def test_a_port_that_is_taken_is_refused_if_it_was_asked_for(tmp_path: Path) -> None:
    async with opened() as (_, taken):
        with pytest.raises(StartRefused, match=f"can't listen on {taken} for metrics.*choose another --metrics-listen"):
            async with serving(Settings(database=tmp_path / "a.db", listen="127.0.0.1:0", metrics_listen=taken)):
                raise AssertionError("it serves")
        named = Settings(database=tmp_path / "a.db", listen="127.0.0.1:0", metrics_listen=taken)
        by_default = Settings.model_construct({"database", "listen"}, **dict(named))
        async with serving(by_default) as server:
            assert server.metrics == ""


async def _free() -> str:
    async with opened() as (_, address):
        return address
