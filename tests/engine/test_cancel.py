"""CancelSaga: what is under way, what waits, and what wins."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.core.errors import CommandRefused
from orchestrator.core.model import Cause, ExecuteOutcome, SagaState
from orchestrator.core.retry import SECOND
from tests.engine.harness import abc, definition, diamond, pivoted, spawn, step, world
from tests.engine.participants import HELD, REFUSED, UNAVAILABLE, done, fails, payload
from tests.engine.virtual import seconds, settle, virtual


@virtual
async def test_a_cancel_cancels_the_call_on_the_wire_once_it_is_durable_and_undoes_all() -> None:
    async with world(abc()) as w:
        w.participants.next("b", HELD)
        await w.start("s")
        call = await w.participants.arrival("b")
        w.port.hold()
        cancelling = spawn(w.cancel("s", "enough"))
        await settle()
        assert (cancelling.done(), call.cancelled) == (False, False)
        w.port.let_go()
        await cancelling
        await settle()
        assert call.cancelled
        saga = await w.ended("s")
        assert (saga.state, saga.cause) == (SagaState.COMPENSATED, Cause.CANCELLED)
        assert w.participants.names() == ["a", "b", "~b", "~a"], "the cancelled call is possibly done"
        assert seconds() < 1


@virtual
async def test_cancelling_twice_is_fine() -> None:
    async with world(abc()) as w:
        w.participants.next("b", HELD)
        w.participants.next("~a", HELD)
        await w.start("s")
        await w.participants.arrival("b")
        await asyncio.gather(w.cancel("s"), w.cancel("s"))
        await w.participants.arrival("~a")
        await w.cancel("s")
        (await w.participants.arrival("~a")).ends()
        await w.ended("s")
        assert w.events("s").count("CancelRequested") == 1


@virtual
async def test_a_cancel_before_the_last_completion_wins_and_after_it_loses() -> None:
    async with world(abc()) as w:
        for saga_id, cancel_first in (("s", True), ("t", False)):
            w.participants.next("c", HELD)
            await w.start(saga_id)
            call = await w.participants.arrival("c", saga_id=saga_id)
            if cancel_first:
                cancelling = spawn(w.cancel(saga_id))
                await asyncio.sleep(0)
                call.ends()
            else:
                call.ends()
                cancelling = spawn(w.cancel(saga_id))
            replies = await asyncio.gather(cancelling, return_exceptions=True)
            saga = await w.ended(saga_id)
            if saga.state is SagaState.COMPLETED:
                assert isinstance(replies[0], CommandRefused)
            else:
                assert (saga.state, saga.cause) == (SagaState.COMPENSATED, Cause.CANCELLED)
                assert list(replies) == [None]
            w.check_atomic(saga_id, saga.state, 3)
        assert (await w.saga("s")).state is SagaState.COMPENSATED


@virtual
async def test_a_step_that_waits_at_a_gate_is_struck_and_never_sent_nor_compensated() -> None:
    async with world(abc()) as w:
        w.participants.limits["p"] = 1
        w.participants.next("a", HELD)
        await w.start("blocker")
        blocker = await w.participants.arrival("a")
        await w.start("s")
        await settle()
        await w.cancel("s")
        saga = await w.ended("s")
        assert (saga.state, saga.cause) == (SagaState.COMPENSATED, Cause.CANCELLED)
        assert w.events("s")[-2:] == ["CompensationStarted", "SagaCompensated"]
        blocker.ends()
        await w.ended("blocker")
        assert w.participants.names("s") == []
        w.check_nothing_left()


@virtual
async def test_a_retry_that_waits_at_a_gate_is_withdrawn_and_compensated() -> None:
    """It was sent before, so it is possibly done; but it is not sent again."""
    async with world(definition("d", step("a"), step("b", participant="q"))) as w:
        w.participants.limits["q"] = 1
        w.participants.next("b", UNAVAILABLE, HELD)
        await w.start("s", "d")
        await settle()
        await w.start("blocker", "d")
        blocker = await w.participants.arrival("b", saga_id="blocker")
        await asyncio.sleep(2)
        assert w.participants.names("s") == ["a", "b"]
        await w.cancel("s")
        await settle()
        assert w.participants.names("s") == ["a", "b"], "its compensation waits at the same gate"
        blocker.ends()
        assert (await w.ended("s")).state is SagaState.COMPENSATED
        await w.ended("blocker")
        assert w.participants.names("s") == ["a", "b", "~b", "~a"]


@virtual
async def test_a_cancel_while_the_pivot_is_open_waits_for_its_outcome() -> None:
    async with world(pivoted()) as w:
        for saga_id, outcome, state in (
            ("s", REFUSED, SagaState.COMPENSATED),
            ("t", UNAVAILABLE, SagaState.COMPLETED),
        ):
            w.participants.next("b", HELD)
            await w.start(saga_id, "pivoted")
            call = await w.participants.arrival("b", saga_id=saga_id)
            await w.cancel(saga_id)
            await asyncio.sleep(1)
            assert not call.cancelled, "nobody cancels a pivot"
            call.ends(outcome)
            assert (await w.ended(saga_id)).state is state
        with pytest.raises(CommandRefused):
            await w.cancel("t")


@virtual
async def test_after_the_pivot_a_cancel_is_refused() -> None:
    async with world(pivoted()) as w:
        w.participants.next("c", HELD)
        await w.start("s", "pivoted")
        call = await w.participants.arrival("c")
        with pytest.raises(CommandRefused, match="pivot has completed") as refused:
            await w.cancel("s")
        assert refused.value.reason == "SAGA_NOT_CANCELLABLE"
        call.ends()
        assert (await w.ended("s")).state is SagaState.COMPLETED


@virtual
async def test_an_abort_by_failure_awaits_the_calls_in_flight() -> None:
    async with world(diamond()) as w:
        w.participants.next("b", HELD)
        w.participants.next("c", REFUSED)
        await w.start("s", "diamond")
        call = await w.participants.arrival("b")
        await asyncio.sleep(3)
        assert not call.cancelled
        assert w.participants.names() == ["a", "b", "c"], "a is an ancestor of b, whose end is not known"
        call.ends(done({"n": 1}))
        assert (await w.ended("s")).state is SagaState.COMPENSATED
        assert w.participants.names() == ["a", "b", "c", "~b", "~a"]
        undoing = (await w.participants.arrival("~b")).call
        assert (undoing.outcome, undoing.output) == (ExecuteOutcome.COMPLETED, payload({"n": 1}))


@virtual
async def test_an_abort_by_failure_awaits_a_call_no_longer_than_its_deadline() -> None:
    async with world(diamond()) as w:
        w.participants.next("b", HELD)
        w.participants.next("c", REFUSED)
        await w.start("s", "diamond")
        assert (await w.ended("s")).state is SagaState.COMPENSATED
        assert seconds() == pytest.approx(10, abs=0.1)
        assert w.participants.names().count("b") == 1, "it is not tried again"


@virtual
async def test_a_cancel_during_an_abort_by_failure_changes_nothing() -> None:
    async with world(diamond()) as w:
        w.participants.next("b", HELD)
        w.participants.next("c", REFUSED)
        await w.start("s", "diamond")
        call = await w.participants.arrival("b")
        await settle()
        with pytest.raises(CommandRefused, match="COMPENSATING"):
            await w.cancel("s")
        assert not call.cancelled
        saga = await w.ended("s")
        assert saga.cause is Cause.REJECTED


@virtual
async def test_a_cancel_during_a_backoff_is_taken_at_once() -> None:
    async with world(abc()) as w:
        w.participants.next("b", fails("ABORTED", retry_after=4 * SECOND))
        await w.start("s")
        await asyncio.sleep(1)
        await w.cancel("s")
        await w.ended("s")
        assert seconds() == pytest.approx(1, abs=0.01)
        assert w.participants.names() == ["a", "b", "~b", "~a"]


@virtual
async def test_a_saga_cancelled_before_its_first_step_was_sent_sends_nothing() -> None:
    async with world(abc()) as w:
        w.port.latency = 0.01
        w.participants.limits["p"] = 1
        w.participants.next("a", HELD)
        await w.start("blocker")
        starting = spawn(w.start("s"))
        await asyncio.sleep(0.005)
        await w.cancel("s")
        assert await starting is True
        await w.ended("s")
        assert w.participants.names("s") == []
        (await w.participants.arrival("a")).ends()
        await w.ended("blocker")
