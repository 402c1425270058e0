"""The next process goes on where the last one stopped."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.core.errors import CommandRefused
from orchestrator.core.model import Cause, SagaState
from orchestrator.core.retry import SECOND
from orchestrator.engine.company import PACE
from orchestrator.engine.settings import EngineSettings
from orchestrator.store.base import LogFatal, LogUnavailable
from tests.engine.harness import World, abc, definition, key_of, spawn, step, world
from tests.engine.participants import HELD, LATE, PENDING, REFUSED, UNAVAILABLE, fails
from tests.engine.ports import OUTAGE, Fault
from tests.engine.virtual import seconds, settle, virtual

FORGETFUL = definition("forgetful", step("a"), step("b", participant="forgetful"), step("c"))


async def crowd(w: World, count: int) -> None:
    """Start sagas whose step b is on the wire."""
    w.participants.next("b", *[HELD] * count)
    await asyncio.gather(*(w.start(f"s{n}") for n in range(count)))
    await asyncio.sleep(PACE)
    assert w.participants.names().count("b") == count


@virtual
async def test_every_open_saga_goes_on_page_by_page() -> None:
    async with world(abc(), settings=EngineSettings(claim_page=7)) as w:
        await crowd(w, 100)
        await w.again()
        for n in range(100):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
        w.check_nothing_left()


@virtual
async def test_recovered_sagas_are_spread_over_a_short_time() -> None:
    async with world(abc(), settings=EngineSettings(claim_page=1_000)) as w:
        await crowd(w, 600)
        await w.again()
        began, before = seconds(), len(w.participants.sent)
        for n in range(600):
            await w.ended(f"s{n}")
        times = [sent.time - began for sent in w.participants.sent[before:] if sent.name == "b"]
        assert len(times) == 600
        assert max(times) <= 1
        assert max(times) - min(times) > 0.8


@virtual
async def test_new_sagas_do_not_wait_for_recovery() -> None:
    async with world(abc()) as w:
        await crowd(w, 300)
        await w.again()
        began = seconds()
        await w.start("new")
        assert (await w.ended("new")).state is SagaState.COMPLETED
        assert seconds() - began < 0.01


@virtual
async def test_recovery_fills_memory_only_as_far_as_there_is_room() -> None:
    async with world(abc()) as w:
        await crowd(w, 30)
        w.participants.always["b"] = HELD
        await w.kill()
        await w.up(settings=EngineSettings(max_live_sagas=10))
        await asyncio.sleep(2)
        assert w.live == 10
        assert w.participants.names().count("b") == 40
        w.participants.always.clear()
        for sent in w.participants.sent[-10:]:
            sent.ends()
        for n in range(30):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED


@virtual
async def test_timers_fire_before_anything_is_sent_again() -> None:
    async with world(abc(timeout="60s")) as w:
        w.participants.next("b", HELD)
        await w.start("s")
        await w.participants.arrival("b")
        await w.kill()
        await asyncio.sleep(61)
        await w.up()
        saga = await w.ended("s")
        assert (saga.state, saga.cause) == (SagaState.COMPENSATED, Cause.TIMED_OUT)
        assert w.participants.names() == ["a", "b", "~b", "~a"]


@virtual
async def test_a_crash_costs_no_attempt_of_the_budget() -> None:
    async with world(abc()) as w:
        w.participants.always["b"] = HELD
        await w.start("s")
        for _ in range(5):
            await w.participants.arrival("b", claim=(await w.row("s")).claim)
            await w.again()
            await asyncio.sleep(1)
        w.participants.always.clear()
        (await w.participants.arrival("b", claim=6)).ends()
        saga = await w.ended("s")
        assert saga.state is SagaState.COMPLETED
        assert saga.steps["b"].execute_used == 0
        assert w.participants.attempts("b")[1] == 2


@virtual
async def test_what_a_dead_owner_may_have_sent_makes_a_refusal_unconfirmed() -> None:
    async with world(FORGETFUL) as w:
        w.participants.next("b", LATE)
        w.crashes.at = "b was answered"
        await w.start("s", "forgetful")
        await w.crashes.crashed.wait()
        w.participants.always["b"] = REFUSED
        await w.again()
        assert (await w.ended("s")).cause is Cause.REJECTED
        assert w.participants.names()[-2:] == ["~b", "~a"]
        w.check_atomic("s", SagaState.COMPENSATED, 3)


@virtual
async def test_a_repeated_start_during_recovery_does_not_make_that_forgotten() -> None:
    """The repeated start's runner had the saga's place when the orphan arrived."""
    async with world(FORGETFUL) as w:
        w.participants.next("b", LATE)
        w.crashes.at = "b was answered"
        await w.start("s", "forgetful")
        await w.crashes.crashed.wait()
        w.participants.always["b"] = REFUSED
        await w.kill()
        await w.up()
        assert await w.start("s", "forgetful") is False
        await w.ended("s")
        assert w.participants.names()[-2:] == ["~b", "~a"]
        w.check_atomic("s", SagaState.COMPENSATED, 3)


@virtual
async def test_a_repeated_start_during_recovery_does_not_make_the_saga_forgotten() -> None:
    async with world(abc()) as w:
        await crowd(w, 20)
        await w.again()
        started = await asyncio.gather(*(w.start(f"s{n}") for n in range(20)))
        assert started == [False] * 20
        for n in range(20):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED


@virtual
async def test_commands_during_recovery_find_the_saga_that_recovery_found() -> None:
    async with world(abc()) as w:
        await crowd(w, 10)
        await w.kill()
        await w.up()
        w.port.latency = 0.002
        w.participants.always["b"] = HELD
        replies = [spawn(w.cancel(f"s{n}")) for n in range(10) for _ in range(3)]
        await asyncio.gather(*replies)
        for n in range(10):
            saga = await w.ended(f"s{n}")
            assert (saga.state, saga.cause) == (SagaState.COMPENSATED, Cause.CANCELLED)
            assert (await w.row(f"s{n}")).claim == 2
        w.check_nothing_left()


@virtual
async def test_a_definition_that_cannot_be_read_at_the_moment_delays_a_recovered_saga_and_loses_none() -> None:
    async with world(abc()) as w:
        await crowd(w, 20)
        await w.kill()
        await w.up()
        w.port.fail("get_definition", *[OUTAGE] * 4)
        await asyncio.sleep(5)
        for n in range(20):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED


@virtual
async def test_recovery_goes_on_after_an_outage_and_after_a_fault() -> None:
    async with world(abc()) as w:
        await crowd(w, 5)
        await w.kill()
        await w.up()
        w.port.fail("claim_orphans", OUTAGE, Fault(ZeroDivisionError("a fault of ours")), OUTAGE)
        for n in range(5):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED


@virtual
async def test_a_fatal_error_of_a_claim_is_fatal() -> None:
    async with world(abc()) as w:
        await w.kill()
        await w.up()
        w.port.fail("claim_orphans", Fault(LogFatal("input/output error")))
        await settle()
        assert [str(error) for error in w.fatal] == ["input/output error"]
        assert "input/output" in w.engine.readiness()
        with pytest.raises(LogUnavailable):
            await w.start("s")


@virtual
async def test_a_compensation_under_way_goes_on_and_no_execute_is_sent() -> None:
    async with world(abc()) as w:
        w.participants.next("c", REFUSED)
        w.participants.next("~b", HELD)
        await w.start("s")
        await w.participants.arrival("~b")
        await w.again()
        assert (await w.ended("s")).state is SagaState.COMPENSATED
        assert w.participants.names() == ["a", "b", "c", "~b", "~b", "~a"]
        assert w.participants.attempts("~b") == [1, 2]


@virtual
async def test_after_a_takeover_one_does_not_wait_for_a_dead_owners_calls() -> None:
    async with world(abc()) as w:
        w.participants.next("b", HELD)
        await w.start("s")
        await w.participants.arrival("b")
        w.crashes.at = "after a commit"
        spawn(w.cancel("s"))  # recorded, but the process dies before it cancels the call
        await w.crashes.crashed.wait()
        await w.again()
        began = seconds()
        await w.ended("s")
        assert seconds() - began < 1
        assert w.participants.names() == ["a", "b", "~b", "~a"]


@virtual
async def test_a_sleeping_saga_is_no_orphan() -> None:
    async with world(FORGETFUL) as w:
        w.participants.next("b", PENDING)
        await w.start("s", "forgetful")
        await asyncio.sleep(10)
        assert w.live == 0
        await w.again()
        await asyncio.sleep(10)
        assert (await w.row("s")).claim == 1, "nobody needs it before it is asked again"
        w.participants.next("b", REFUSED)
        await w.ended("s")


@virtual
async def test_a_backoff_outlives_a_crash() -> None:
    async with world(abc()) as w:
        w.participants.next("b", fails("UNAVAILABLE", retry_after=4 * SECOND))
        await w.start("s")
        await settle()
        assert w.live == 1, "it is not worth to sleep for that"
        await w.again()
        await w.ended("s")
        first, second = [sent.time for sent in w.participants.sent if sent.name == "b"]
        assert second - first == pytest.approx(4, abs=0.001)


@virtual
async def test_a_saga_recovered_in_another_life_ends_once() -> None:
    async with world(abc()) as w:
        w.participants.always["b"] = UNAVAILABLE
        await w.start("s")
        for _ in range(10):
            await asyncio.sleep(0.3)
            await w.again()
        saga = await w.ended("s")
        assert (saga.state, saga.cause) == (SagaState.COMPENSATED, Cause.ATTEMPTS_EXHAUSTED)
        assert saga.steps["b"].execute_used == 2
        with pytest.raises(CommandRefused):
            await w.cancel("s")
        assert w.durable[key_of("s")][-1].time == saga.end_time
