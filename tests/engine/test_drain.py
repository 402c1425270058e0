"""Shutting down: send nothing more, lose nothing that was answered, give everything back."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.core.model import SagaState
from orchestrator.core.retry import SECOND
from orchestrator.engine.errors import Draining
from orchestrator.engine.settings import EngineSettings
from orchestrator.store.base import LogUnavailable
from tests.engine.harness import abc, definition, diamond, key_of, spawn, step, world
from tests.engine.participants import HELD, LATE, PENDING, REFUSED, fails
from tests.engine.ports import OUTAGE
from tests.engine.virtual import seconds, settle, virtual


@virtual
async def test_an_idle_engine_drains_at_once() -> None:
    async with world(abc()) as w:
        await w.start("s")
        await w.ended("s")
        await w.engine.drain(60)
        assert seconds() < 0.01


@virtual
async def test_calls_in_flight_end_their_results_are_durable_and_nothing_more_is_sent() -> None:
    async with world(abc()) as w:
        w.participants.next("b", HELD)
        await w.start("s")
        call = await w.participants.arrival("b")
        draining = spawn(w.engine.drain(60))
        await asyncio.sleep(3)
        assert not draining.done()
        assert not call.cancelled
        call.ends()
        await draining
        assert seconds() == pytest.approx(3, abs=0.01)
        assert w.participants.names() == ["a", "b"]
        assert w.events("s")[-2:] == ["StepCompleted b", "StepIntended c"]
        row = await w.row("s")
        assert row.owner_epoch is None
        assert row.wake_time is not None
        assert row.wake_time <= w.clock.now()
        assert w.live == 0


@virtual
async def test_after_the_restart_it_goes_on_without_sending_anything_twice() -> None:
    async with world(abc()) as w:
        w.participants.next("b", HELD)
        await w.start("s")
        call = await w.participants.arrival("b")
        draining = spawn(w.engine.drain(60))
        await settle()
        call.ends()
        await draining
        await w.again()
        assert (await w.ended("s")).state is SagaState.COMPLETED
        assert w.participants.names() == ["a", "b", "c"]
        assert w.participants.attempts("c") == [1]


@virtual
async def test_a_refusal_after_a_clean_handover_is_confirmed() -> None:
    """Nothing of unknown outcome was left behind, so nothing need be compensated."""
    forgetful = definition("forgetful", step("a"), step("b", participant="forgetful"))
    async with world(forgetful) as w:
        w.participants.next("a", HELD)
        w.participants.next("b", REFUSED)
        await w.start("s", "forgetful")
        call = await w.participants.arrival("a")
        draining = spawn(w.engine.drain(60))
        await settle()
        call.ends()
        await draining
        await w.again()
        assert (await w.ended("s")).state is SagaState.COMPENSATED
        assert w.participants.names() == ["a", "b", "~a"]


@virtual
async def test_a_call_that_hangs_is_left_to_recovery() -> None:
    forgetful = definition("forgetful", step("a"), step("b", participant="forgetful"))
    async with world(forgetful) as w:
        w.participants.next("b", HELD)
        await w.start("s", "forgetful")
        call = await w.participants.arrival("b")
        await w.engine.drain(2)
        assert seconds() == pytest.approx(2, abs=0.01)
        assert call.cancelled
        assert (await w.row("s")).owner_epoch is not None, "an orphan's sign"
        w.participants.always["b"] = REFUSED
        await w.again()
        assert (await w.ended("s")).state is SagaState.COMPENSATED
        assert w.participants.names()[-2:] == ["~b", "~a"], "the call is of unknown outcome"
        assert w.participants.attempts("b") == [1, 2]


@virtual
async def test_what_waits_at_a_gate_is_given_back_unsent() -> None:
    async with world(abc()) as w:
        w.participants.limits["p"] = 1
        w.participants.next("a", HELD)
        await w.start("first")
        for n in range(5):
            await w.start(f"s{n}")
        call = await w.participants.arrival("a")
        draining = spawn(w.engine.drain(60))
        await settle()
        call.ends()
        await draining
        assert seconds() < 0.01
        assert w.participants.names() == ["a"]
        assert {(await w.row(f"s{n}")).owner_epoch for n in range(5)} == {None}
        await w.again()
        for n in range(5):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
            assert w.participants.names(f"s{n}") == ["a", "b", "c"]


@virtual
async def test_a_saga_in_a_backoff_is_given_back() -> None:
    async with world(abc()) as w:
        w.participants.next("b", fails("UNAVAILABLE", retry_after=4 * SECOND))
        await w.start("s")
        await settle()
        await w.engine.drain(60)
        assert seconds() < 0.01
        await w.again()
        await w.ended("s")
        first, second = [sent.time for sent in w.participants.sent if sent.name == "b"]
        assert second - first == pytest.approx(4, abs=0.01), "the backoff is kept"


@virtual
async def test_parallel_steps_are_all_awaited() -> None:
    async with world(diamond()) as w:
        w.participants.next("b", HELD)
        w.participants.next("c", HELD)
        await w.start("s", "diamond")
        first, second = await w.participants.arrival("b"), await w.participants.arrival("c")
        draining = spawn(w.engine.drain(60))
        await settle()
        first.ends()
        await asyncio.sleep(1)
        assert not draining.done()
        second.ends()
        await draining
        assert w.events("s")[-3:] == ["StepCompleted b", "StepCompleted c", "StepIntended d"]
        await w.again()
        assert (await w.ended("s")).state is SagaState.COMPLETED


@virtual
async def test_a_saga_that_ends_while_draining_ends() -> None:
    async with world(abc()) as w:
        w.participants.next("c", HELD)
        await w.start("s")
        call = await w.participants.arrival("c")
        draining = spawn(w.engine.drain(60))
        await settle()
        call.ends()
        await draining
        assert (await w.saga("s")).state is SagaState.COMPLETED


@virtual
async def test_waits_and_watches_end_and_new_commands_are_refused() -> None:
    async with world(abc()) as w:
        w.participants.next("b", HELD)
        await w.start("s")
        call = await w.participants.arrival("b")
        waiting = spawn(w.engine.wait(key_of("s"), 10**12))

        async def watch() -> None:
            with w.engine.watch(key_of("s")) as watch:
                while True:
                    await watch.changed()

        watching = spawn(watch())
        await settle()
        draining = spawn(w.engine.drain(60))
        await settle()
        assert waiting.done()
        with pytest.raises(Draining):
            await watching
        with pytest.raises(Draining):
            await w.cancel("s")
        with pytest.raises(Draining):
            await w.start("t")
        call.ends()
        await draining
        assert not w.engine._services.hub._watches


@virtual
async def test_a_command_under_way_is_told_what_became_of_it() -> None:
    async with world(abc()) as w:
        w.participants.next("b", HELD)
        await w.start("s")
        await w.participants.arrival("b")
        w.port.hold()
        cancelling = spawn(w.cancel("s"))
        starting = spawn(w.start("t"))
        await settle()
        draining = spawn(w.engine.drain(5))
        await asyncio.sleep(1)
        w.port.let_go()
        await cancelling
        assert await starting is True
        await draining
        assert "CancelRequested" in w.events("s")
        await w.again()
        assert (await w.ended("s")).state is SagaState.COMPENSATED
        assert (await w.ended("t")).state is SagaState.COMPLETED
        assert w.participants.names("t")[0] == "a"


@virtual
async def test_a_command_that_waits_for_a_claim_is_refused_not_kept() -> None:
    async with world(abc()) as w:
        w.participants.next("b", PENDING)
        await w.start("s")
        await asyncio.sleep(10)
        w.port.latency = 30
        cancelling = spawn(w.cancel("s"))
        await asyncio.sleep(1)
        await w.engine.drain(2)
        with pytest.raises((Draining, LogUnavailable)):
            await cancelling
        assert seconds() < 20


@virtual
async def test_a_drain_during_an_outage_ends_in_time_and_loses_nothing() -> None:
    async with world(abc()) as w:
        w.participants.next("b", HELD)
        await w.start("s")
        call = await w.participants.arrival("b")
        w.port.fail("commit", *[OUTAGE] * 1_000)
        call.ends()
        await settle()
        await w.engine.drain(3)
        assert seconds() < 5
        await w.again()
        assert (await w.ended("s")).state is SagaState.COMPLETED
        assert w.participants.standing(key_of("s")) == {"a", "b", "c"}


@virtual
async def test_what_a_dead_owner_may_have_sent_is_not_forgotten_by_a_drain_before_the_first_look() -> None:
    """Recovered sagas wait a moment for their turn; a drain in that moment must not make orphans look clean."""
    forgetful = definition("forgetful", step("a"), step("b", participant="forgetful"))
    async with world(forgetful) as w:
        for n in range(50):
            w.participants.next("b", LATE)
            await w.start(f"s{n}", "forgetful")
        await settle()
        await w.kill()
        w.participants.always["b"] = REFUSED
        await w.up()
        await settle()
        await w.engine.drain(5)
        await w.again()
        for n in range(50):
            saga = await w.ended(f"s{n}")
            w.check_atomic(f"s{n}", saga.state, 2)


@virtual
async def test_many_sagas_drain_and_go_on() -> None:
    async with world(abc(), settings=EngineSettings(max_concurrent_calls=20)) as w:
        w.port.latency = w.participants.latency = 0.002
        await asyncio.gather(*(w.start(f"s{n}") for n in range(200)))
        for _ in range(10):
            await asyncio.sleep(0.01)
            await w.engine.drain(5)
            assert w.live == 0
            assert w.engine._services.gates.running == 0
            await w.again()
            w.port.latency = 0.002
        for n in range(200):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
        assert sorted(w.participants.names()) == sorted("abc" * 200), "nothing was sent twice"
