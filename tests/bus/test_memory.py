"""The twin runs on virtual time: a backoff of minutes takes none, and every run goes the same way."""

import asyncio
import itertools
import random
from datetime import timedelta

from sagaway.bus import Delivery, MemoryBroker, MemoryBus, Policy, Redeliver
from tests.bus.worlds import CREATED, Collector, an_event, drained
from tests.engine.virtual import seconds, virtual


@virtual
async def test_backoffs_double_up_to_the_longest() -> None:
    bus, times = MemoryBus(MemoryBroker()), list[float]()

    async def refuse(delivery: Delivery) -> None:
        times.append(seconds())
        raise Redeliver("never")

    policy = Policy(max_deliveries=6, first_backoff=timedelta(seconds=30), max_backoff=timedelta(minutes=3))
    await bus.subscribe("orders", [CREATED], refuse, policy)
    await bus.publish(an_event(), message_id="1")
    while await bus.backlog("orders"):
        await asyncio.sleep(60)
    assert [round(later - earlier) for earlier, later in itertools.pairwise(times)] == [30, 60, 120, 180, 180]
    assert len(await bus.dead_letters()) == 1
    await bus.close()


@virtual
async def test_the_broker_remembers_a_message_id_for_its_window_and_no_longer() -> None:
    bus = MemoryBus(MemoryBroker(dedupe_window=timedelta(minutes=2)))
    began, stored = seconds(), 0
    while seconds() - began < 600:
        stored += await bus.publish(an_event(), message_id="1")
        await asyncio.sleep(1.0)
    assert stored == 5


def test_a_run_depends_on_nothing_but_its_seed() -> None:
    def run(seed: int) -> list[tuple[str, int, float]]:
        happened: list[tuple[str, int, float]] = []

        @virtual
        async def play() -> None:
            dice, broker = random.Random(seed), MemoryBroker()

            async def handle(delivery: Delivery) -> None:
                happened.append((delivery.event.id, delivery.deliveries, seconds()))
                if dice.random() < 0.4:
                    raise Redeliver("chance")

            buses = [MemoryBus(broker) for _ in range(3)]
            for bus in buses:
                await bus.subscribe("orders", [CREATED], handle, Policy(concurrency=4))
            for number in range(40):
                await buses[0].publish(an_event(number), message_id=f"{number}")
                await asyncio.sleep(dice.random())
            await buses[1].crash()
            await drained(buses[0], "orders")
            for bus in buses:
                await bus.close()

        play()
        return happened

    assert run(1) == run(1)
    assert run(1) != run(2)


@virtual
async def test_what_is_in_the_broker_can_be_looked_at() -> None:
    broker, handler = MemoryBroker(), Collector()
    bus = MemoryBus(broker)
    await bus.subscribe("orders", [CREATED], handler)
    await bus.publish(an_event(), message_id="1")
    await handler.has(1)
    assert [message.subject for message in broker.messages] == [CREATED]
    await bus.close()
