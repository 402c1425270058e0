"""A person's hands on sagas that the engine drives, that sleep, that are STUCK, and that are in quarantine."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from orchestrator.core import events as e
from orchestrator.core.errors import OperationNotLegal, SagaChanged
from orchestrator.core.model import Payload, SagaState, Signature, StepState
from orchestrator.core.operations import Action, Operate
from orchestrator.core.outcome import Found, Sealed
from orchestrator.core.retry import SECOND
from orchestrator.engine.errors import SagaNotFound, SagaQuarantined
from orchestrator.store.base import SagaFilter
from orchestrator.store.memory import MemoryLog
from tests.engine.harness import NAMESPACE, SETTINGS, World, abc, definition, key_of, pivoted, step, world
from tests.engine.participants import HELD, LATE, REFUSED, REPLY_LOST, failed, fails
from tests.engine.virtual import settle, virtual

BY = Signature("mended", "ann", "ops")
BROKEN = (fails("INTERNAL"),) * 3


async def operate(
    w: World, saga_id: str, action: Action, step_id: str = "", *, etag: int = 0, output: Payload | None = None
) -> None:
    await w.engine.operate(key_of(saga_id), Operate(action, BY, etag, step_id, output))


async def stuck(w: World, saga_id: str = "s") -> None:
    """A saga whose refund of `a` is broken."""
    w.participants.next("b", REFUSED)
    w.participants.next("~a", *BROKEN)
    await w.start(saga_id)
    assert (await w.ended(saga_id)).state is SagaState.STUCK
    assert w.live == 0


@virtual
async def test_a_stuck_saga_is_claimed_and_mended() -> None:
    async with world(abc()) as w:
        await stuck(w)
        claim = (await w.row("s")).claim
        await operate(w, "s", Action.RETRY_STEP, "a")
        assert (await w.ended("s")).state is SagaState.COMPENSATED
        assert (await w.row("s")).claim == claim + 1
        w.check_atomic("s", SagaState.COMPENSATED, 3)
        w.check_nothing_left()


@virtual
async def test_a_refused_action_leaves_a_stuck_saga_as_it_was() -> None:
    async with world(abc()) as w:
        await stuck(w)
        before = w.events("s")
        with pytest.raises(OperationNotLegal, match=r"is STUCK; legal now: ABANDON_SAGA, RETRY_STEP of 'a'"):
            await operate(w, "s", Action.PAUSE_SAGA)
        await settle()
        assert (w.events("s"), w.live, (await w.row("s")).owner_epoch) == (before, 0, None)
        with pytest.raises(SagaNotFound):
            await operate(w, "nobody", Action.PAUSE_SAGA)


@virtual
async def test_what_a_person_asserts_is_sealed_and_a_late_execute_has_no_effect() -> None:
    async with world(abc()) as w:
        w.participants.next("b", LATE, fails("FAILED_PRECONDITION"))
        w.participants.next("~b", *BROKEN)
        await w.start("s")
        assert (await w.ended("s")).state is SagaState.STUCK
        await operate(w, "s", Action.RESOLVE_STEP_COMPENSATED, "b")
        away = failed("UNAVAILABLE")
        w.participants.seals.append(away)
        assert await w.engine.seal(key_of("s"), "b", SECOND) == away
        assert (await w.ended("s")).state is SagaState.COMPENSATED, "the assertion stands, sealed or not"
        await operate(w, "s", Action.RESOLVE_STEP_COMPENSATED, "b")
        assert await w.engine.seal(key_of("s"), "b", SECOND) == Sealed(Found.NOTHING)
        w.participants.deliver_late()
        assert w.participants.standing(key_of("s")) == set()
        w.check_nothing_left()


@virtual
async def test_an_assertion_survives_a_kill_before_its_seal_and_is_sealed_when_it_is_repeated() -> None:
    async with world(abc()) as w:
        w.participants.next("b", REPLY_LOST, fails("FAILED_PRECONDITION"))
        w.participants.next("~b", *BROKEN)
        await w.start("s")
        seen = (await w.ended("s")).sequence
        await operate(w, "s", Action.RESOLVE_STEP_COMPENSATED, "b", etag=seen)
        await w.kill()
        await w.up()
        await operate(w, "s", Action.RESOLVE_STEP_COMPENSATED, "b", etag=seen)
        assert await w.engine.seal(key_of("s"), "b", SECOND) == Sealed(Found.COMPLETED), "the person was wrong"
        assert w.events("s").count("CompensationAsserted b") == 1


@virtual
async def test_a_mended_saga_survives_a_kill_in_the_middle() -> None:
    async with world(abc()) as w:
        await stuck(w)
        w.participants.next("~a", HELD)
        await operate(w, "s", Action.RETRY_STEP, "a")
        await w.participants.arrival("~a", saga_id="s")
        await w.again()
        assert (await w.ended("s")).state is SagaState.COMPENSATED
        w.check_atomic("s", SagaState.COMPENSATED, 3)


@virtual
async def test_of_two_operators_at_once_one_wins_and_the_other_sees_what_changed() -> None:
    async with world(abc()) as w:
        await stuck(w)
        w.participants.next("~a", HELD)
        seen = (await w.saga("s")).sequence
        outcomes = await asyncio.gather(
            operate(w, "s", Action.RETRY_STEP, "a", etag=seen),
            operate(w, "s", Action.ABANDON_SAGA, etag=seen),
            return_exceptions=True,
        )
        assert outcomes[0] is None
        assert isinstance(outcomes[1], SagaChanged)
        assert "ann did CompensateRetried of 'a'" in str(outcomes[1])
        await operate(w, "s", Action.RETRY_STEP, "a", etag=seen)  # the winner's answer was lost, it asks again
        assert w.events("s").count("CompensateRetried a") == 1


@virtual
async def test_a_paused_saga_sends_nothing_over_kills_and_hours_and_then_goes_on() -> None:
    async with world(abc()) as w:
        w.participants.next("b", HELD)
        await w.start("s")
        call = await w.participants.arrival("b", saga_id="s")
        await operate(w, "s", Action.PAUSE_SAGA)
        call.ends()
        await settle()
        assert (await w.row("s")).paused
        assert (await w.row("s")).wake_time is None
        assert w.live == 0
        await w.again()
        await asyncio.sleep(7_200)
        assert w.participants.names("s") == ["a", "b"]
        await operate(w, "s", Action.RESUME_SAGA)
        assert (await w.ended("s")).state is SagaState.COMPLETED
        assert not (await w.row("s")).paused


@virtual
async def test_what_waits_at_a_gate_when_its_saga_is_paused_is_not_sent() -> None:
    async with world(abc()) as w:
        w.engine._services.gates.close()
        await w.start("s")
        await settle()
        await operate(w, "s", Action.PAUSE_SAGA)
        assert w.engine._services.gates.idle
        assert w.participants.names("s") == []


@virtual
async def test_a_saga_that_waits_for_room_and_is_paused_does_not_begin() -> None:
    async with world(abc(), settings=replace(SETTINGS, max_live_sagas=1)) as w:
        w.participants.next("a", HELD)
        await w.start("first")
        await w.start("s")
        assert (await w.saga("s")).state is SagaState.PENDING
        await operate(w, "s", Action.PAUSE_SAGA)
        (await w.participants.arrival("a", saga_id="first")).ends()
        await w.ended("first")
        await asyncio.sleep(60)
        assert (await w.saga("s")).state is SagaState.PENDING
        await operate(w, "s", Action.RESUME_SAGA)
        assert (await w.ended("s")).state is SagaState.COMPLETED


@virtual
async def test_a_pivot_is_asked_again_with_the_same_keys() -> None:
    async with world(pivoted()) as w:
        w.participants.next("b", *BROKEN)
        await w.start("s", "pivoted")
        assert (await w.ended("s")).state is SagaState.STUCK
        first = await w.participants.arrival("b", saga_id="s")
        await operate(w, "s", Action.RETRY_STEP, "b")
        assert (await w.ended("s")).state is SagaState.COMPLETED
        keys = {sent.call.idempotency_key for sent in w.participants.sent if sent.name == "b"}
        assert keys == {first.call.idempotency_key}
        w.check_atomic("s", SagaState.COMPLETED, 3)


@virtual
async def test_an_asserted_output_reaches_the_steps_behind_it() -> None:
    document = definition(
        "told",
        step("b", kind="STEP_KIND_PIVOT"),
        step("c", kind="STEP_KIND_RETRYABLE", input={"n": "${steps.b.output.n}"}),
    )
    async with world(document) as w:
        w.participants.next("b", *BROKEN)
        await w.start("s", "told")
        seen = (await w.ended("s")).sequence
        output = Payload(json='{"n": 7}')
        await operate(w, "s", Action.RESOLVE_STEP_COMPLETED, "b", etag=seen, output=output)
        assert (await w.ended("s")).state is SagaState.COMPLETED
        (sent,) = [sent for sent in w.participants.sent if sent.name == "c"]
        assert sent.call.input == Payload(json='{"n":7}')


@virtual
async def test_an_abandoned_saga_is_left_alone_for_ever() -> None:
    async with world(abc()) as w:
        await stuck(w)
        await operate(w, "s", Action.ABANDON_SAGA, etag=(await w.saga("s")).sequence)
        saga = await w.ended("s")
        assert (saga.state, (await w.row("s")).end_time) == (SagaState.ABANDONED, saga.end_time)
        sent = len(w.participants.names("s"))
        await w.again()
        await asyncio.sleep(3_600)
        assert len(w.participants.names("s")) == sent
        event = w.durable[key_of("s")][-1]
        assert isinstance(event, e.SagaAbandoned)
        assert event.standing == ("a",)


# Out of quarantine ---------------------------------------------------------------------------------------------------


async def put_aside(w: World, saga_id: str = "s") -> None:
    """A saga whose step `b` is on the wire is put in quarantine, although its log is fine."""
    await w.log.quarantine(key_of(saga_id), "a fault of ours", w.clock.now())


@pytest.mark.parametrize("name", ["stable", "forgetful"])
def test_a_saga_out_of_quarantine_goes_on_as_an_orphan(name: str) -> None:
    participant = "p" if name == "stable" else "forgetful"

    async def story() -> None:
        async with world(definition("d", step("a"), step("b", participant=participant))) as w:
            w.participants.next("b", HELD)
            await w.start("s", "d")
            await w.participants.arrival("b", saga_id="s")
            await w.kill()
            await w.log.open(w.clock.now())
            await put_aside(w)
            await w.up()
            with pytest.raises(SagaQuarantined):
                await operate(w, "s", Action.ABANDON_SAGA)
            await operate(w, "s", Action.RESUME_SAGA)
            row = await w.row("s")
            assert (row.quarantine_time, row.quarantine_reason) == (None, "")
            told = w.events("s")
            assert ("ExecuteAttemptFailed b" in told) is (name == "forgetful"), "what was on its way is unknown"
            assert "SagaResumed" in told
            assert (await w.ended("s")).state is SagaState.COMPLETED
            w.check_atomic("s", SagaState.COMPLETED, 2)
            w.check_nothing_left()

    virtual(story)()


@virtual
async def test_a_stuck_saga_out_of_quarantine_is_stuck_and_can_be_mended() -> None:
    async with world(abc()) as w:
        await stuck(w)
        await put_aside(w)
        await operate(w, "s", Action.RESUME_SAGA)
        assert (await w.saga("s")).state is SagaState.STUCK
        await operate(w, "s", Action.RESUME_SAGA)  # the same again
        await operate(w, "s", Action.RETRY_STEP, "a")
        assert (await w.ended("s")).state is SagaState.COMPENSATED


@virtual
async def test_a_log_that_still_can_not_be_read_keeps_its_saga_in_quarantine() -> None:
    async with world(abc()) as w:
        await stuck(w)
        assert isinstance(w.log, MemoryLog)
        events = w.log._sagas[key_of("s")].events
        events[1] = (events[1][0]._replace(data=b"{"), events[1][1])
        await put_aside(w)
        with pytest.raises(SagaQuarantined):
            await operate(w, "s", Action.RESUME_SAGA)
        assert (await w.row("s")).quarantine_time is not None


@virtual
async def test_a_call_that_a_pause_found_on_the_wire_counts() -> None:
    async with world(abc()) as w:
        w.participants.next("b", fails("INTERNAL", retry_after=600 * SECOND))
        await w.start("s")
        await settle()
        await operate(w, "s", Action.PAUSE_SAGA)
        assert (await w.saga("s")).steps["b"].state is StepState.EXECUTING
        await operate(w, "s", Action.RESUME_SAGA)
        assert (await w.ended("s")).state is SagaState.COMPLETED
        assert w.participants.attempts("b") == [1, 2]


# Many at once --------------------------------------------------------------------------------------------------------

MANY = 1_000


@virtual
async def test_a_thousand_sagas_stuck_by_a_broken_refund_are_mended_though_the_process_is_killed_in_the_middle() -> (
    None
):
    once = {"max_attempts": 1}
    document = definition("order", step("a"), step("b"), compensation_retry=once)
    async with world(document) as w:
        w.participants.next("b", *(REFUSED,) * MANY)
        w.participants.next("~a", *(fails("FAILED_PRECONDITION"),) * MANY)
        ids = [f"s-{index}" for index in range(MANY)]
        await asyncio.gather(*(w.start(saga_id, "order") for saga_id in ids))
        for saga_id in ids:
            await w.ended(saga_id)
        assert len(await letters(w)) == MANY
        # The refund is fixed. Somebody mends them all, and the orchestrator dies when half of them were asked for.
        for saga_id in (await letters(w))[: MANY // 2]:
            await operate(w, saga_id, Action.RETRY_STEP, "a")
        await w.again()
        for saga_id in await letters(w):
            await operate(w, saga_id, Action.RETRY_STEP, "a")
        for saga_id in ids:
            saga = await w.ended(saga_id)
            assert saga.state is SagaState.COMPENSATED, saga_id
        assert await letters(w) == []
        for saga_id in ids:
            assert w.events(saga_id).count("CompensateRetried a") == 1, saga_id
            w.check_atomic(saga_id, SagaState.COMPENSATED, 2)
        w.check_nothing_left()


async def letters(w: World) -> list[str]:
    """The ids of all dead letters, as ListDeadLetters finds them."""
    rows = await w.log.list_sagas(SagaFilter(NAMESPACE, dead_letters=True), None, MANY + 1)
    return [row.key.saga_id for row in rows]
