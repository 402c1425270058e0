"""What every bus must do when it is killed: lose nothing that it acknowledged, and say clearly that it is away."""

import asyncio

import pytest

from sagaway.bus import BusUnavailableError, Redeliver, jetstream_connection, memory
from tests.bus.worlds import CREATED, QUICK, Collector, World, an_event, drained, until

BOUND = 1.0
"""Seconds; in production some more, which nobody here needs to wait for."""


async def test_a_kill_loses_nothing_that_was_acknowledged(world: World) -> None:
    bus, handler = await world.connect(), Collector()
    subscription = await bus.subscribe("orders", [CREATED], handler, QUICK)
    await bus.publish(an_event(0), message_id="0")
    await handler.has(1)
    await drained(bus, "orders")
    await subscription.stop()
    for number in range(1, 101):
        await bus.publish(an_event(number), message_id=f"{number}")
    await world.kill()
    await world.restart()
    later = Collector()
    await bus.subscribe("orders", [CREATED], later, QUICK)
    await later.has(100)
    await drained(bus, "orders")
    assert set(later.ids) - {"event-0"} == {f"event-{number}" for number in range(1, 101)}


async def test_a_consumer_rides_out_an_outage(world: World) -> None:
    bus, handler = await world.connect(), Collector()
    await bus.subscribe("orders", [CREATED], handler, QUICK)
    await bus.publish(an_event(1), message_id="1")
    await handler.has(1)
    await world.kill()
    publishing = asyncio.create_task(bus.publish(an_event(2), message_id="2"))
    await world.restart()
    await publishing
    await until(lambda: "event-2" in handler.ids)  # the first may come again before it


async def test_a_publish_in_an_outage_fails_clearly_within_a_bound(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in (jetstream_connection, memory):
        monkeypatch.setattr(one, "PATIENCE", BOUND)
    bus = await world.connect()
    await world.kill()
    began = asyncio.get_running_loop().time()
    with pytest.raises(BusUnavailableError):
        await bus.publish(an_event(1), message_id="1")
    assert asyncio.get_running_loop().time() - began < BOUND + 1
    await world.restart()
    # Whatever became of the first one, this one is stored once.
    await bus.publish(an_event(1), message_id="1")
    handler = Collector()
    await bus.subscribe("orders", [CREATED], handler, QUICK)
    await handler.has(1)
    await drained(bus, "orders")
    assert handler.ids == ["event-1"]


async def test_a_handler_that_ends_in_an_outage_is_called_again_or_was_heard(world: World) -> None:
    bus, entered, release = await world.connect(), asyncio.Event(), asyncio.Event()
    ended = 0

    async def handle(delivery: object) -> None:
        nonlocal ended
        entered.set()
        await release.wait()
        ended += 1
        if ended == 1:
            raise Redeliver("once")

    await bus.subscribe("orders", [CREATED], handle, QUICK)
    await bus.publish(an_event(1), message_id="1")
    await entered.wait()
    await world.kill()
    release.set()
    await world.restart()
    async with asyncio.timeout(20):
        while ended < 2:
            await asyncio.sleep(0.01)
    await drained(bus, "orders")
