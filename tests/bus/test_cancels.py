"""Who cancels a task that asks NATS is heard, also where NATS's client swallows the cancel."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from sagaway.bus.embedded import NatsServer
from sagaway.bus.jetstream import JetStreamBus
from sagaway.bus.jetstream_connection import Connection
from sagaway.bus.settings import NatsSettings


@pytest.mark.parametrize("fault", [None, TimeoutError])
async def test_a_cancel_that_the_client_swallows_is_raised(fault: type[Exception] | None) -> None:
    connection = Connection(NatsSettings())
    connection.up.set()

    async def ask() -> None:
        async with connection.reaching():
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            if fault is not None:
                raise fault

    asking = asyncio.create_task(ask())
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_nothing_of_a_closed_client_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its reconnecting may swallow the cancel of its own close, and would try for ever."""
    async with NatsServer(tmp_path) as server:
        bus = await JetStreamBus.connect(NatsSettings(urls=(server.url,)))
        swallowed = asyncio.Event()

        async def connect_for_ever() -> None:
            try:
                await asyncio.get_running_loop().create_future()
            except asyncio.CancelledError:
                swallowed.set()
                await asyncio.get_running_loop().create_future()

        monkeypatch.setattr(bus._connection.client, "_select_next_server", connect_for_ever)
    reconnecting = await _task_of(bus)
    async with asyncio.timeout(20):
        await bus.close()
    assert swallowed.is_set()
    assert reconnecting.done()


async def _task_of(bus: JetStreamBus) -> asyncio.Task[None]:
    async with asyncio.timeout(20):
        while (task := bus._connection.client._reconnection_task) is None:
            await asyncio.sleep(0)
        await asyncio.sleep(0)  # it begins
    return task
