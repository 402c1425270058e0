"""Somebody else was faster: the saga is folded anew and the command decided again."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.core.commands import Cancel, ExecuteAnswered, Report
from orchestrator.core.context import Context
from orchestrator.core.decide import decide
from orchestrator.core.errors import CommandRefused
from orchestrator.core.model import EMPTY, Cause, Phase, SagaState
from orchestrator.core.outcome import Completed
from orchestrator.engine.errors import SagaQuarantined
from orchestrator.engine.view import read_saga
from orchestrator.store import codec
from orchestrator.store.base import Append, Head, Outcome
from tests.engine.harness import World, abc, key_of, pivoted, spawn, world
from tests.engine.participants import HELD, failed
from tests.engine.ports import OUTAGE
from tests.engine.virtual import settle, virtual


async def another_writer(
    w: World, saga_id: str, command: Cancel | Report | ExecuteAnswered, *, owned: bool = True
) -> None:
    """Append to a saga behind the engine's back, as another replica would for a command it was given."""
    view = await read_saga(w.log, w.catalog, key_of(saga_id))
    assert view is not None
    assert view.saga is not None
    running = frozenset(id_ for id_, step in view.saga.steps.items() if step.state == "EXECUTING")
    decision = decide(view.saga, command, Context(now=w.clock.now(), on_wire=running))
    append = Append(
        key=key_of(saga_id),
        uid=view.row.uid,
        append_id=bytes(15) + saga_id.encode()[:1],
        expected=view.saga.sequence,
        events=tuple(codec.encode(event) for event in decision.events),
        head=Head(state=decision.saga.state, cause=decision.saga.cause, owned=owned),
    )
    assert await w.log.commit([append]) == [Outcome.COMMITTED]
    w.port._remember(append)


@virtual
async def test_an_answer_is_decided_anew_on_what_another_writer_left() -> None:
    async with world(abc()) as w:
        w.participants.next("b", HELD)
        await w.start("s")
        call = await w.participants.arrival("b")
        await another_writer(w, "s", Cancel())
        call.ends()
        saga = await w.ended("s")
        assert (saga.state, saga.cause) == (SagaState.COMPENSATED, Cause.CANCELLED)
        assert w.participants.names() == ["a", "b", "~b", "~a"]
        w.check_atomic("s", saga.state, 3)
        w.check_nothing_left()


@virtual
async def test_a_command_that_lost_is_judged_by_what_won() -> None:
    async with world(pivoted()) as w:
        w.participants.next("b", HELD)
        w.participants.next("c", HELD)
        await w.start("s", "pivoted")
        pivot = await w.participants.arrival("b")
        await another_writer(w, "s", Report("b", Phase.EXECUTE, Completed(EMPTY)))
        with pytest.raises(CommandRefused, match="pivot has completed"):
            await w.cancel("s")
        pivot.ends()
        (await w.participants.arrival("c")).ends()
        assert (await w.ended("s")).state is SagaState.COMPLETED
        assert w.events("s").count("StepCompleted b") == 1


@virtual
async def test_a_refusal_that_was_decided_on_a_state_that_lost_is_taken_back() -> None:
    """The pivot's completion and a cancel are decided together, lose, and the pivot is not complete after all."""
    async with world(pivoted()) as w:
        w.participants.next("b", HELD)
        await w.start("s", "pivoted")
        call = await w.participants.arrival("b")
        w.port.hold()
        first = spawn(w.cancel("s"))
        await settle()
        call.ends()
        await settle()
        second = spawn(w.cancel("s"))
        await settle()
        w.port.let_one_go()
        await settle()
        w.port.let_go()
        await first
        with pytest.raises(CommandRefused):
            await second


@virtual
async def test_a_saga_that_another_writer_gave_back_is_claimed_anew() -> None:
    async with world(abc()) as w:
        w.participants.next("b", HELD)
        await w.start("s")
        call = await w.participants.arrival("b")
        await another_writer(w, "s", Cancel(), owned=False)
        call.ends()
        assert (await w.ended("s")).state is SagaState.COMPENSATED
        assert (await w.row("s")).claim == 2


@virtual
async def test_what_this_owner_never_sent_another_one_may_have_sent() -> None:
    async with world(abc()) as w:
        w.participants.limits["p"] = 1
        w.participants.next("a", HELD)
        await w.start("blocker")
        await w.start("s")
        await settle()
        await another_writer(w, "s", ExecuteAnswered("a", 1, 1, failed("UNAVAILABLE")), owned=False)
        await w.cancel("s")
        (await w.participants.arrival("a")).ends()
        saga = await w.ended("s")
        assert saga.state is SagaState.COMPENSATED
        assert w.participants.names("s") == ["~a"], "nothing is struck that somebody sent"


@virtual
async def test_a_reload_waits_out_an_outage() -> None:
    async with world(abc()) as w:
        w.participants.next("b", HELD)
        await w.start("s")
        call = await w.participants.arrival("b")
        await another_writer(w, "s", Cancel())
        w.port.fail("claim", OUTAGE, OUTAGE)
        call.ends()
        assert (await w.ended("s")).state is SagaState.COMPENSATED


@virtual
async def test_a_saga_that_was_put_aside_meanwhile_is_let_go() -> None:
    async with world(abc()) as w:
        w.participants.next("b", HELD)
        await w.start("s")
        call = await w.participants.arrival("b")
        await another_writer(w, "s", Cancel())
        await w.log.quarantine(key_of("s"), "by a person", w.clock.now())
        with pytest.raises(SagaQuarantined, match="by a person"):
            await w.cancel("s")
        await settle()
        assert call.cancelled
        w.check_nothing_left()


@virtual
async def test_a_saga_that_another_writer_ended_is_let_go() -> None:
    async with world(abc()) as w:
        w.participants.next("c", HELD)
        await w.start("s")
        call = await w.participants.arrival("c")
        view = await read_saga(w.log, w.catalog, key_of("s"))
        assert view is not None
        assert view.saga is not None
        decision = decide(view.saga, Report("c", Phase.EXECUTE, Completed(EMPTY)), Context(now=w.clock.now()))
        head = Head(state=SagaState.COMPLETED, owned=False, end_time=w.clock.now(), completed_steps=3)
        events = tuple(codec.encode(event) for event in decision.events)
        append = Append(key_of("s"), view.row.uid, b"x" * 16, view.saga.sequence, events, head)
        await w.log.commit([append])
        before = await w.row("s")
        call.ends()
        await asyncio.sleep(1)
        assert await w.row("s") == before, "nothing is written to it any more"
        w.check_nothing_left()
