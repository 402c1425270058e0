"""A nats-server that hangs up on who is connected and says why: the client takes that for the end, and the bus must not."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sagaway.bus import EventInvalidError, embedded
from sagaway.bus.embedded import NatsServer
from sagaway.bus.events import MAX_EVENT_BYTES
from sagaway.bus.jetstream import JetStreamBus
from sagaway.bus.settings import NatsSettings
from tests.bus.worlds import CREATED, QUICK, Collector, an_event, drained, until


class Configured:
    """A server whose configuration changes while it runs.

    Args:
        store: of its streams.
    """

    def __init__(self, store: Path) -> None:
        self.server = NatsServer(store)

    def lets_in(self, token: str) -> None:
        """Let in who has this token, and hang up on everybody else."""
        file = Path(self.server._folder.name) / "server.conf"
        plain, _, _ = file.read_text().partition("authorization")
        file.write_text(f"{plain}authorization {{ token: {token} }}\n")
        os.kill(self.server.pid, signal.SIGHUP)


@pytest.fixture
async def configured(tmp_path: Path) -> AsyncIterator[Configured]:
    made = Configured(tmp_path / "store")
    async with made.server:
        yield made


async def test_a_bus_whose_credentials_were_refused_goes_on_once_it_is_let_in_again(
    configured: Configured, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    bus = await JetStreamBus.connect(NatsSettings(urls=(configured.server.url,), token="right"))
    handler, held = Collector(), asyncio.Event()

    async def hold(_delivery: object) -> None:
        await held.wait()

    await bus.subscribe("orders", [CREATED], handler, QUICK)
    await bus.subscribe("slow", [CREATED], hold, QUICK)
    await bus.publish(an_event(1), message_id="1")
    await handler.has(1)
    configured.lets_in("another")
    await until(lambda: "refuses these credentials" in caplog.text)
    held.set()  # it can't say so
    configured.lets_in("right")
    await until(lambda: "the connection to NATS is back" in caplog.text)
    await bus.publish(an_event(2), message_id="2")
    await until(lambda: "event-2" in handler.ids)
    for durable in ("orders", "slow"):
        await drained(bus, durable)
    await bus.close()
    assert caplog.text.count("gives no other one") == 1, "it is said once"


async def test_who_leaves_while_refused_is_not_kept(configured: Configured, caplog: pytest.LogCaptureFixture) -> None:
    bus = await JetStreamBus.connect(NatsSettings(urls=(configured.server.url,), token="right"))
    configured.lets_in("another")
    await until(lambda: "refuses these credentials" in caplog.text)
    async with asyncio.timeout(20):
        await bus.close()
    mine = [task for task in asyncio.all_tasks() if task.get_name() == "sagaway-bus-connection"]
    assert not mine


async def test_an_event_that_the_server_would_hang_up_for_is_refused_and_the_next_one_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_MAX_PAYLOAD", limit := 8_192)
    headers = len("NATS/1.0\r\nNats-Msg-Id: 1\r\nContent-Type: application/cloudevents+json\r\n\r\n")
    room = limit - headers - len(an_event(1, data="").encode())
    async with NatsServer(tmp_path) as server:
        bus = await JetStreamBus.connect(NatsSettings(urls=(server.url,)))
        with pytest.raises(
            EventInvalidError, match=r"data: the event has 8193 bytes.*takes 8192: raise its max_payload"
        ):
            await bus.publish(an_event(1, data="x" * (room + 1)), message_id="1")
        assert await bus.publish(an_event(2, data="x" * room), message_id="2")
        await bus.close()


async def test_the_largest_event_fits_into_a_server_as_it_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_MAX_PAYLOAD", 1024 * 1024)
    empty = len(an_event(1, data="").encode())
    largest = an_event(1, data="x" * (MAX_EVENT_BYTES - empty))
    assert len(largest.encode()) == MAX_EVENT_BYTES

    async def fail(_delivery: object) -> None:
        raise ValueError

    async with NatsServer(tmp_path) as server:
        bus = await JetStreamBus.connect(NatsSettings(urls=(server.url,)))
        await bus.publish(largest, message_id="1")
        await bus.subscribe("orders", [CREATED], fail, QUICK)
        await drained(bus, "orders")
        (letter,) = await bus.dead_letters()
        assert letter.data == largest.encode(), "whole, so that it can be replayed"
        await bus.replay(letter.id)
        await bus.close()
