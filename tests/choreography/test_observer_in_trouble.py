"""The observer where it dies, races, or is behind: nothing is lost, and nothing is said too early."""

from __future__ import annotations

import asyncio
import json

from orchestrator.choreography.observer import POLICY
from orchestrator.core.model import Phase, SagaState
from orchestrator.store.base import LogDataError
from sagaway.bus import Delivery, Poison
from tests.choreography.watched import Watched, watched
from tests.core.observed import BOUGHT, BROKE, ordered, reserved
from tests.engine.ports import Fault
from tests.engine.virtual import virtual

OUR_FAULT = Fault(RuntimeError("a fault of ours"))
IN_NO_YEAR = {
    "specversion": "1.0",
    "id": "1",
    "source": "/of/another/maker",
    "type": ordered.event_type,
    "subject": "order-1",
    "time": "0001-01-01T00:00:00+23:00",
}
NO_EVENTS = (b"", b"[]", json.dumps(IN_NO_YEAR).encode())


@virtual
async def test_what_it_took_and_had_not_committed_when_it_was_killed_comes_again() -> None:
    async with watched() as world:
        world.port.hold()
        await world.publish(*BOUGHT)
        await asyncio.sleep(1)
        assert world.port.waiting == 1
        await world.kill()
        await world.up()
        assert (await world.settled()).state is SagaState.COMPLETED


@virtual
async def test_a_saga_is_not_overdue_while_what_a_killed_observer_took_has_not_come_again() -> None:
    async with watched() as world:
        await world.publish(ordered)
        await world.caught_up()
        await asyncio.sleep(25)
        world.port.hold()
        await world.publish(reserved)
        await asyncio.sleep(1)
        await world.kill()
        await world.up()
        for number in range(10):  # the bus gives it that again after ten seconds only; others come meanwhile
            await world.publish(ordered, saga_id=f"other-{number}")
            await asyncio.sleep(1)
        await world.caught_up()
        assert "SagaStuck" not in await world.kinds()


@virtual
async def test_an_event_that_failed_is_not_taken_for_one_that_was_seen() -> None:
    async with watched() as world:
        await world.publish(ordered)
        await world.caught_up()
        await asyncio.sleep(26)
        world.port.fail("read", *[OUR_FAULT] * 4)
        await world.publish(ordered, saga_id="unlucky")
        before = world.clock.now()
        await asyncio.sleep(2)
        assert world.observer.progress.seen_until <= before
        await world.caught_up()
        assert (await world.row("unlucky")).state == SagaState.RUNNING


@virtual
async def test_a_saga_that_goes_on_in_the_last_moment_is_not_overdue() -> None:
    async with watched() as world:
        await asyncio.sleep(0.5)  # between two looks
        await world.publish(ordered, saga_id="first")
        await asyncio.sleep(0.01)
        await world.publish(ordered)
        await world.caught_up()
        world.port.hold()
        await until_one_is_written(world)  # the lookout found both, and says so of the first
        await world.publish(reserved)
        await asyncio.sleep(0.1)
        world.port.let_go()
        assert (await world.settled("first")).state is SagaState.STUCK
        await world.caught_up()
        assert "SagaStuck" not in await world.kinds()


async def until_one_is_written(world: Watched) -> None:
    """Return once a transaction is held."""
    async with asyncio.timeout(3_600):
        while not world.port.waiting:
            await asyncio.sleep(0.1)


@virtual
async def test_events_of_one_saga_have_their_turns_in_the_order_they_came() -> None:
    async with watched() as world:
        world.port.latency = 0.01
        await world.publish(*BROKE)
        assert (await world.settled()).state is SagaState.COMPENSATED
        assert world.port.calls["read_events"] == 0, "nobody had to read it anew: none was in another's way"


@virtual
async def test_a_dead_letter_waits_until_the_saga_that_it_holds_up_is_known() -> None:
    async def refuse(_delivery: Delivery) -> None:
        raise Poison("what is this?")

    async with watched() as world:
        world.port.hold()
        for number in range(POLICY.concurrency):  # so many others are before it that it is not even taken
            await world.publish(reserved, saga_id=f"other-{number}")
        await world.publish(ordered)
        await world.bus.subscribe("stock.reserve", [ordered.event_type], refuse)
        await asyncio.sleep(10)
        assert world.broker.dead
        world.port.let_go()
        saga = await world.settled()
        assert saga.failure is not None
        assert (saga.state, saga.failure.reason) == (SagaState.STUCK, "DELIVERY_GIVEN_UP")


@virtual
async def test_a_letter_says_whether_the_work_or_its_undoing_failed() -> None:
    async def fail(_delivery: Delivery) -> None:
        raise Poison("the shelf is locked")

    async with watched() as world:
        await world.publish(ordered, reserved)
        await world.caught_up()
        await world.bus.subscribe("stock.reserve", [BROKE[2].event_type], fail)
        await world.publish(BROKE[2])
        saga = await world.settled()
        assert (saga.state, saga.failure_step, saga.failure_phase) == (
            SagaState.STUCK,
            "stock.reserve",
            Phase.COMPENSATE,
        )


@virtual
async def test_a_saga_whose_events_cannot_be_written_is_put_aside_and_the_others_go_on() -> None:
    async with watched() as world:
        await world.publish(ordered)
        await world.caught_up()
        world.port.fail("commit", Fault(LogDataError("a character that it can't hold")))
        await world.publish(reserved)
        await world.publish(*BROKE, saga_id="order-2")
        assert (await world.settled("order-2")).state is SagaState.COMPENSATED
        await world.publish(*BOUGHT[2:])
        await world.caught_up()
        assert (await world.row()).quarantine_reason == "its events can't be written: a character that it can't hold"
        assert len(world.broker.dead) == 3, "what could not be written, and what came after it"


@virtual
async def test_letters_that_are_of_no_saga_keep_none_from_being_told() -> None:
    async def refuse(_delivery: Delivery) -> None:
        raise Poison("what is this?")

    async with watched() as world:
        for number, body in enumerate(NO_EVENTS):
            world.broker.store(ordered.event_type, body, f"n-{number}")
        await world.bus.subscribe("stock.reserve", [ordered.event_type], refuse)
        await asyncio.sleep(300)  # all are dead letters, whatever it takes
        await world.publish(ordered)
        saga = await world.settled()
        assert saga.failure is not None
        assert saga.failure.reason == "DELIVERY_GIVEN_UP"
        assert len(world.broker.dead) == 2 * len(NO_EVENTS) + 1, "the observer's own, and those of the stock"
