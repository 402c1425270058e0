"""A saga that waits has no owner and no memory; it wakes when its time comes, or when somebody asks."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from orchestrator.core.errors import CommandRefused
from orchestrator.core.model import Cause, SagaState
from orchestrator.core.retry import SECOND
from orchestrator.engine.errors import SagaNotFound, SagaQuarantined
from orchestrator.engine.settings import EngineSettings
from orchestrator.store.base import LogUnavailable
from tests.engine.harness import abc, key_of, spawn, world
from tests.engine.participants import HELD, PENDING, REFUSED, UNAVAILABLE, fails
from tests.engine.ports import OUTAGE, Fault
from tests.engine.virtual import EPOCH, seconds, settle, virtual

LONG = fails("ABORTED", retry_after=600 * SECOND)
RARE_SWEEPS = EngineSettings(sweep_interval=3_600 * SECOND)


@virtual
async def test_a_saga_that_waits_long_leaves_memory_in_the_commit_that_brings_the_wait_about() -> None:
    async with world(abc()) as w:
        w.participants.next("b", LONG)
        await w.start("s")
        await settle()
        row = await w.row("s")
        assert (w.live, row.owner_epoch) == (0, None)
        assert row.wake_time == pytest.approx(EPOCH + 600 * SECOND, abs=1_000)
        assert w.commits("s") == [2, 2, 1]
        w.check_nothing_left()


@virtual
async def test_it_wakes_when_its_time_has_come_not_at_the_next_sweep() -> None:
    async with world(abc(), settings=RARE_SWEEPS) as w:
        w.participants.next("b", LONG)
        await w.start("s")
        assert (await w.ended("s")).state is SagaState.COMPLETED
        first, second = [sent.time for sent in w.participants.sent if sent.name == "b"]
        assert second - first == pytest.approx(600, abs=0.01)
        assert w.participants.attempts("b") == [1, 2]


@virtual
async def test_a_saga_that_falls_asleep_while_the_dispatcher_looks_is_not_overlooked() -> None:
    async with world(abc(), settings=RARE_SWEEPS) as w:
        w.port.latency = 0.01
        for n in range(30):
            w.participants.next("b", fails("ABORTED", retry_after=10 * SECOND + n))
            await w.start(f"s{n}")
            await asyncio.sleep(0.003)
        for n in range(30):
            await w.ended(f"s{n}")
        times = {n: [sent.time for sent in w.participants.sent if sent.call.key == key_of(f"s{n}")] for n in range(30)}
        for first, _, again, _ in ((t[0], t[1], t[2], t[3]) for t in times.values()):
            assert again - first < 11


@virtual
async def test_the_shorter_sleep_wakes_first() -> None:
    async with world(abc(), settings=RARE_SWEEPS) as w:
        w.participants.next("a", LONG, fails("ABORTED", retry_after=60 * SECOND))
        await w.start("long")
        await w.start("short")
        await w.ended("short")
        assert seconds() == pytest.approx(60, abs=0.1)
        await w.ended("long")
        assert seconds() == pytest.approx(600, abs=0.1)


@virtual
async def test_the_sagas_own_timeout_wakes_it() -> None:
    async with world(abc(timeout="100s"), settings=RARE_SWEEPS) as w:
        w.participants.next("b", LONG)
        await w.start("s")
        saga = await w.ended("s")
        assert (saga.state, saga.cause) == (SagaState.COMPENSATED, Cause.TIMED_OUT)
        assert seconds() == pytest.approx(100, abs=0.1)


@virtual
async def test_a_cancel_wakes_it() -> None:
    async with world(abc()) as w:
        w.participants.next("b", LONG)
        await w.start("s")
        await settle()
        await w.cancel("s", "enough")
        saga = await w.ended("s")
        assert (saga.state, saga.cause) == (SagaState.COMPENSATED, Cause.CANCELLED)
        assert w.participants.names() == ["a", "b", "~b", "~a"]


@virtual
async def test_many_commands_at_once_claim_it_once() -> None:
    async with world(abc()) as w:
        w.participants.next("b", LONG)
        await w.start("s")
        await settle()
        await asyncio.gather(*(w.cancel("s") for _ in range(10)))
        await w.ended("s")
        assert (await w.row("s")).claim == 2
        w.check_nothing_left()


@virtual
async def test_a_command_that_changes_nothing_puts_it_back_to_sleep() -> None:
    async with world(abc()) as w:
        w.participants.next("c", REFUSED)
        w.participants.next("~b", LONG)
        await w.start("s")
        await settle()
        assert w.live == 0
        before = await w.row("s")
        with pytest.raises(CommandRefused):
            await w.cancel("s")
        await settle()
        after = await w.row("s")
        assert (w.live, after.owner_epoch, after.wake_time) == (0, None, before.wake_time)
        assert (await w.ended("s")).state is SagaState.COMPENSATED


@virtual
async def test_commands_to_sagas_that_are_not_there_or_have_ended_are_refused() -> None:
    async with world(abc()) as w:
        with pytest.raises(SagaNotFound, match="'nobody'"):
            await w.cancel("nobody")
        await w.start("s")
        await w.ended("s")
        with pytest.raises(CommandRefused) as refused:
            await w.cancel("s")
        assert refused.value.state == "COMPLETED"
        w.participants.always.update({"c": REFUSED, "~b": UNAVAILABLE})
        await w.start("t")
        assert (await w.ended("t")).state is SagaState.STUCK
        with pytest.raises(CommandRefused, match="STUCK"):
            await w.cancel("t")
        await settle()
        assert (await w.row("t")).owner_epoch is None
        w.check_nothing_left()


@virtual
async def test_commands_to_a_saga_in_quarantine_are_refused_with_the_reason() -> None:
    async with world(abc()) as w:
        w.participants.next("b", LONG)
        await w.start("s")
        await settle()
        await w.log.quarantine(key_of("s"), "it smells", w.clock.now())
        with pytest.raises(SagaQuarantined, match="it smells"):
            await w.cancel("s")
        w.check_nothing_left()


@virtual
async def test_a_saga_that_cannot_be_loaded_now_can_be_loaded_later() -> None:
    async with world(abc()) as w:
        w.participants.next("b", LONG)
        await w.start("s")
        await asyncio.sleep(5)
        for fault in (OUTAGE, Fault(ZeroDivisionError("a fault of ours"))):
            w.port.fail("claim", fault)
            replies = await asyncio.gather(w.cancel("s"), w.cancel("s"), return_exceptions=True)
            assert [type(reply) for reply in replies] == [type(fault.error)] * 2
        await w.cancel("s")
        assert (await w.ended("s")).state is SagaState.COMPENSATED
        w.check_nothing_left()


@virtual
async def test_a_client_that_leaves_while_its_command_waits_leaves_nothing_behind() -> None:
    async with world(abc()) as w:
        w.participants.next("b", LONG)
        await w.start("s")
        await asyncio.sleep(5)
        w.port.latency = 1
        asking = spawn(w.cancel("nobody"))
        await asyncio.sleep(0.5)
        asking.cancel()
        await asyncio.sleep(5)
        w.check_nothing_left()


@virtual
async def test_a_pending_step_sleeps_between_two_questions() -> None:
    async with world(abc()) as w:
        w.participants.next("b", *[PENDING] * 4)
        await w.start("s")
        await asyncio.sleep(59)
        assert w.live == 0
        await w.ended("s")
        times = [sent.time for sent in w.participants.sent if sent.name == "b"]
        assert [round(later - first) for first, later in itertools.pairwise(times)] == [60] * 4


@virtual
async def test_hundreds_of_sleepers_cost_no_memory_and_wake_in_pages() -> None:
    async with world(abc(), settings=EngineSettings(claim_page=50)) as w:
        w.participants.next("b", *[LONG] * 200)
        await asyncio.gather(*(w.start(f"s{n}") for n in range(200)))
        await asyncio.sleep(1)
        w.check_nothing_left()
        for n in range(200):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
        w.check_nothing_left()


@virtual
async def test_the_log_is_asked_for_due_sagas_now_and_then_not_at_every_end() -> None:
    async with world(abc()) as w:
        w.port.latency = w.participants.latency = 0.0005
        asked = w.port.calls["claim_due"]
        began = seconds()
        for n in range(200):
            await w.start(f"s{n}")
        for n in range(200):
            await w.ended(f"s{n}")
        assert w.port.calls["claim_due"] - asked <= 2 + (seconds() - began)


@virtual
async def test_nor_at_every_saga_that_falls_asleep() -> None:
    async with world(abc()) as w:
        w.port.latency = 0.002
        w.participants.always["b"] = PENDING
        asked = w.port.calls["claim_due"]
        began = seconds()
        for n in range(1_000):
            spawn(w.start(f"s{n}"))
            await asyncio.sleep(0.002)
        await asyncio.sleep(1)
        assert w.live == 0
        assert w.port.calls["claim_due"] - asked <= 3 + (seconds() - began)
        w.participants.always.clear()
        await w.ended("s0")
        assert seconds() == pytest.approx(60, abs=0.1)


@virtual
async def test_a_command_during_an_outage_is_refused_in_time() -> None:
    async with world(abc(), settings=EngineSettings(commit_patience=2 * SECOND)) as w:
        w.participants.next("a", HELD)
        await w.start("s")
        w.port.hold()
        with pytest.raises(LogUnavailable, match="2 s"):
            await w.cancel("s")
        w.port.let_go()
        assert (await w.ended("s")).cause is Cause.CANCELLED, "it was taken all the same"
