"""The observer: from the bus to the saga log."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.core.errors import OperationNotLegal
from orchestrator.core.model import Mode, SagaKey, SagaState, Signature, StepState
from orchestrator.core.operations import Action, Operate
from orchestrator.store.base import Expiry
from sagaway.bus import BusUnavailableError, Delivery, Policy, Redeliver
from tests.choreography.watched import Watched, watched
from tests.core.observed import BOUGHT, BROKE, KEY, SOLD_OUT, fact, ordered, paid, receipt, reserved
from tests.engine.ports import LOST_ANSWER, OUTAGE
from tests.engine.virtual import virtual
from tests.store.building import asleep, start

BY = Signature("the reader is mended", "ann")


@virtual
async def test_what_participants_publish_is_folded_into_the_log() -> None:
    async with watched() as world:
        await world.publish(*BOUGHT)
        saga = await world.settled()
        assert saga.state is SagaState.COMPLETED
        assert saga.input.json == '{"told":"com.example.order.created.v1"}'
        assert world.told.events == [f"order-1 {kind}" for kind in await world.kinds()]
        row = await world.row()
        assert (row.mode, row.owner_epoch, row.wake_time) == (Mode.CHOREOGRAPHY, None, None)
        assert (row.definition_name, row.completed_steps, row.step_count) == ("shop", 3, 5)


@virtual
async def test_many_sagas_at_once_each_to_its_end() -> None:
    stories = {"bought": BOUGHT, "sold": SOLD_OUT, "broke": BROKE}
    async with watched() as world:
        for number in range(50):
            for name, story in stories.items():
                await world.publish(*story, saga_id=f"{name}-{number}")
        ends = {"bought": SagaState.COMPLETED, "sold": SagaState.COMPENSATED, "broke": SagaState.COMPENSATED}
        for number in range(50):
            for name, end in ends.items():
                assert (await world.settled(f"{name}-{number}")).state is end


@virtual
async def test_an_observer_that_was_away_catches_up_and_knows_what_it_had_seen() -> None:
    async with watched() as world:
        await world.publish(ordered, reserved)
        await world.caught_up()
        before = (await world.row()).sequence
        await world.down()
        await asyncio.sleep(3_600)
        await world.publish(ordered, *BOUGHT[2:], reserved)
        await world.up()
        saga = await world.settled()
        assert saga.state is SagaState.COMPLETED
        assert saga.sequence > before
        assert (await world.kinds()).count("EventObserved") == 4


@virtual
async def test_nothing_for_too_long_is_told_once_everything_has_been_seen() -> None:
    async with watched() as world:
        await world.publish(ordered)
        await world.caught_up()
        await asyncio.sleep(26)
        assert (await world.saga()).state is SagaState.RUNNING
        saga = await world.settled()
        assert saga.state is SagaState.STUCK
        assert saga.failure is not None
        assert saga.failure.reason == "NO_PROGRESS"
        await world.publish(*BOUGHT[1:])
        await world.caught_up()
        assert (await world.saga()).state is SagaState.COMPLETED


@virtual
async def test_a_saga_is_not_stuck_because_the_observer_was_away() -> None:
    async with watched() as world:
        await world.publish(ordered)
        await world.caught_up()
        await world.down()
        await asyncio.sleep(7_200)
        await world.publish(reserved)
        await world.up()
        await world.caught_up()
        assert "SagaStuck" not in await world.kinds()
        assert (await world.saga()).steps["payment.pay"].state is StepState.EXECUTING


@virtual
async def test_a_dead_letter_makes_its_saga_stuck() -> None:
    async with watched() as world:
        await stuck_by_a_letter(world)
        saga = await world.saga()
        assert saga.failure is not None
        assert saga.failure.reason == "DELIVERY_GIVEN_UP"
        assert "the card reader is broken (3 deliveries)" in saga.failure.message
        assert saga.observation is not None
        assert list(saga.observation.letters) == [1]


@virtual
async def test_what_is_of_no_choreography_is_let_go_and_counted() -> None:
    async with watched() as world:
        stranger = ordered.__class__(ordered.key, "com.example.weather.changed.v1", 1)
        await world.publish(stranger, saga_id="weather")
        await world.caught_up()
        assert await world.log.read(SagaKey("default", "weather")) is None
        assert world.observer.sight().counts == {"unknown": 1}


@virtual
async def test_the_log_may_be_away_for_long_and_nothing_is_lost() -> None:
    async with watched() as world:
        world.port.fail("read", *[OUTAGE] * 5)
        world.port.fail("commit", *[OUTAGE, LOST_ANSWER] * 10)
        await world.publish(*BROKE)
        assert (await world.settled()).state is SagaState.COMPENSATED
        assert world.observer.sight().counts == {"observed": len(BROKE)}


async def stuck_by_a_letter(world: Watched) -> None:
    """A saga whose payment can't be handled."""

    async def pay(delivery: Delivery) -> None:
        if world.broken:
            raise Redeliver("the card reader is broken")
        await world.publish(paid)

    await world.bus.subscribe("payment.pay", [reserved.event_type], pay, Policy(max_deliveries=3))
    await world.publish(ordered, reserved)
    assert (await world.settled()).state is SagaState.STUCK


@virtual
async def test_a_person_has_it_delivered_once_more_by_name() -> None:
    async with watched() as world:
        await stuck_by_a_letter(world)
        world.broken = False
        await world.engine.operate(KEY, Operate(Action.RETRY_STEP, BY, step_id="payment.pay"))
        saga = await world.saga()
        assert (saga.state, saga.failure) == (SagaState.RUNNING, None)
        assert saga.operation is not None
        assert (saga.operation.kind, saga.operation.by) == ("RedeliveryRequested", BY)
        await world.observer.redeliver([1])
        await world.publish(BOUGHT[-1])
        await world.caught_up()
        assert (await world.saga()).state is SagaState.COMPLETED


@virtual
async def test_what_still_fails_is_told_again() -> None:
    async with watched() as world:
        await stuck_by_a_letter(world)
        await world.engine.operate(KEY, Operate(Action.RETRY_STEP, BY, step_id="payment.pay"))
        await world.observer.redeliver([1])
        saga = await world.settled()
        assert saga.failure is not None
        assert saga.failure.reason == "DELIVERY_GIVEN_UP"
        assert saga.observation is not None
        assert list(saga.observation.letters) == [2]


@virtual
async def test_nothing_for_too_long_after_a_persons_hand_makes_it_stuck_too() -> None:
    async with watched() as world:
        await stuck_by_a_letter(world)
        await world.engine.operate(KEY, Operate(Action.RETRY_STEP, BY, step_id="payment.pay"))
        await world.bus.discard(1)
        await asyncio.sleep(25)
        assert (await world.saga()).state is SagaState.RUNNING
        await asyncio.sleep(10)
        saga = await world.saga()
        assert saga.failure is not None
        assert (saga.state, saga.failure.reason) == (SagaState.STUCK, "NO_PROGRESS")


@virtual
async def test_one_that_was_to_be_delivered_again_and_was_not_is_told_again() -> None:
    async with watched() as world:
        await stuck_by_a_letter(world)
        await world.engine.operate(KEY, Operate(Action.RETRY_STEP, BY, step_id="payment.pay"))
        # Whoever asked for it hangs up, so that the bus is never told.
        assert (await world.saga()).state is SagaState.RUNNING
        await asyncio.sleep(60)
        saga = await world.saga()
        assert saga.failure is not None
        assert (saga.state, saga.failure.reason) == (SagaState.STUCK, "DELIVERY_GIVEN_UP")
        assert saga.observation is not None
        assert list(saga.observation.letters) == [1]


@virtual
async def test_a_bus_that_is_away_then_leaves_it_where_it_was() -> None:
    async with watched() as world:
        await stuck_by_a_letter(world)
        await world.engine.operate(KEY, Operate(Action.RETRY_STEP, BY, step_id="payment.pay"))
        world.broker.down()
        with pytest.raises(BusUnavailableError):
            await world.observer.redeliver([1])
        world.broker.up()
        saga = await world.settled()
        assert saga.observation is not None
        assert list(saga.observation.letters) == [1]


@virtual
async def test_a_person_gives_it_up_and_what_comes_later_is_let_go() -> None:
    async with watched() as world:
        await stuck_by_a_letter(world)
        await world.engine.operate(KEY, Operate(Action.ABANDON_SAGA, BY, etag=(await world.row()).sequence))
        row = await world.row()
        assert (row.state, row.wake_time) == (SagaState.ABANDONED, None)
        await world.publish(paid, *BOUGHT[3:])
        await world.caught_up()
        assert (await world.row()).sequence == row.sequence
        assert world.observer.sight().counts == {"observed": 2, "late": 2}
        assert [letter.durable for letter in world.broker.dead.values()] == ["payment.pay"]


@virtual
async def test_what_comes_after_it_was_purged_is_let_go_and_begins_nothing() -> None:
    async with watched() as world:
        await world.publish(*BOUGHT)
        await world.settled()
        await world.kill()
        await world.log.purge(await world.log.expired(Expiry("default", 2**62), None, 9), 7)
        await world.log.close()
        await world.up()  # which does not have it in memory any more
        await world.publish(ordered, paid)
        await world.caught_up()
        assert await world.log.read(KEY) is None
        assert world.observer.sight().counts == {"late": 2}
        assert not world.broker.dead


@virtual
async def test_nothing_else_can_be_done_to_it_by_hand() -> None:
    async with watched() as world:
        await world.publish(ordered)
        await world.caught_up()
        for action in set(Action) - {Action.RESTART_SAGA}:
            command = Operate(action, BY, step_id="stock.reserve" if "STEP" in action else "")
            with pytest.raises(OperationNotLegal, match="no operator's action is legal now"):
                await world.engine.operate(KEY, command)


@virtual
async def test_what_comes_after_its_end_is_a_dead_letter_and_changes_nothing() -> None:
    async with watched() as world:
        await world.publish(*BOUGHT)
        assert (await world.settled()).state is SagaState.COMPLETED
        before = (await world.row()).sequence
        await world.publish(BROKE[2], *BOUGHT)
        await world.caught_up()
        (letter,) = world.broker.dead.values()
        assert letter.durable == f"observer-{world.log.installation.id}"
        assert letter.reason == "saga order-1 had ended as COMPLETED before com.example.payment.failed.v1 was published"
        assert (await world.row()).sequence == before


@virtual
async def test_what_nobody_declares_is_nothing_after_its_end_either() -> None:
    async with watched() as world:
        await world.publish(*BOUGHT)
        assert (await world.settled()).state is SagaState.COMPLETED
        mail = fact("com.example.mail.sent.v1", "mailer.send", "paid", event_id="mail")
        await world.publish(mail, receipt("mailer.note", "paid"), receipt("stock.count", "paid"))
        await world.caught_up()
        assert not world.broker.dead
        assert world.observer.sight().counts == {"observed": len(BOUGHT), "unknown": 3}
        await world.publish(receipt("order.accept", "sold"))
        await world.caught_up()
        assert len(world.broker.dead) == 1, "an answer of one who is declared should not have come"


@virtual
async def test_an_id_that_an_orchestrated_saga_has_is_told_as_a_dead_letter() -> None:
    async with watched() as world:
        await start(world.log, KEY.saga_id)
        await world.publish(ordered)
        await world.caught_up()
        (letter,) = world.broker.dead.values()
        assert letter.reason == "saga order-1 is an orchestrated one: its id is taken"


@virtual
async def test_a_saga_that_cannot_be_read_is_put_aside_and_the_others_go_on() -> None:
    async with watched() as world:
        await start(world.log, KEY.saga_id, asleep(5), mode=Mode.CHOREOGRAPHY, definition_name="shop")
        await world.publish(ordered)
        await world.publish(*BOUGHT, saga_id="order-2")
        assert (await world.settled("order-2")).state is SagaState.COMPLETED
        await world.caught_up()
        assert (await world.row()).quarantine_reason
        assert "in quarantine" in next(iter(world.broker.dead.values())).reason
