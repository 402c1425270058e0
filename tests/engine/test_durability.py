"""Nothing is told, sent or shown before it is durable, and what belongs together is one commit."""

from __future__ import annotations

from orchestrator.core.model import SagaState
from tests.engine.harness import abc, definition, spawn, step, world
from tests.engine.participants import HELD, REFUSED
from tests.engine.virtual import settle, virtual


@virtual
async def test_nothing_is_sent_and_nobody_is_told_before_the_start_is_committed() -> None:
    async with world(abc()) as w:
        w.port.hold()
        starting = spawn(w.start("s"))
        await settle()
        assert (w.port.waiting, w.participants.names(), starting.done()) == (1, [], False)
        w.port.let_go()
        assert await starting
        assert (await w.ended("s")).state is SagaState.COMPLETED
        assert w.participants.names() == ["a", "b", "c"]


@virtual
async def test_a_step_is_not_sent_before_its_intent_is_committed() -> None:
    async with world(abc()) as w:
        w.participants.next("a", HELD)
        await w.start("s")
        call = await w.participants.arrival("a")
        w.port.hold()
        call.ends()
        await settle()
        assert w.port.waiting == 1
        assert w.participants.names() == ["a"]
        w.port.let_go()
        await w.ended("s")
        assert w.participants.names() == ["a", "b", "c"]


@virtual
async def test_no_compensate_is_sent_before_the_abort_is_committed() -> None:
    async with world(abc()) as w:
        w.participants.next("b", HELD)
        await w.start("s")
        call = await w.participants.arrival("b")
        w.port.hold()
        call.ends(REFUSED)
        await settle()
        assert w.participants.names() == ["a", "b"]
        w.port.let_go()
        assert (await w.ended("s")).state is SagaState.COMPENSATED
        assert w.participants.names() == ["a", "b", "~a"]


@virtual
async def test_n_sequential_steps_take_n_plus_1_commits_with_results_and_next_intents_together() -> None:
    async with world(definition("five", *(step(name) for name in "vwxyz"))) as w:
        await w.start("s", "five")
        await w.ended("s")
        assert w.commits("s") == [2, 2, 2, 2, 2, 2]
        assert w.events("s")[:4] == ["SagaStarted", "StepIntended v", "StepCompleted v", "StepIntended w"]
        assert w.events("s")[-2:] == ["StepCompleted z", "SagaCompleted"]
