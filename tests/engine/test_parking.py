"""A participant that is away: its steps wait in the log, others do not notice, and when it is back it is not run over."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.core.model import SagaState
from orchestrator.core.standstill import LONGEST
from orchestrator.engine.settings import EngineSettings
from tests.engine.harness import World, definition, step, world
from tests.engine.participants import DONE, HELD, PENDING, REFUSED, UNAVAILABLE
from tests.engine.virtual import settle, virtual

HOUR = 3_600
PATIENT = {"max_attempts": 1_000, "initial_backoff": "1s", "max_backoff": "1s"}
"""Outlives the few attempts that it takes to see that somebody is away."""

ONE = definition("one", step("a"), retry=PATIENT, compensation_retry=PATIENT)
OTHER = definition("other", step("x", participant="q"), retry=PATIENT)
TWO = definition("two", step("x", participant="q"), step("a"), retry=PATIENT, compensation_retry=PATIENT)
BOTH = definition("both", step("a"), step("x", participant="q", root=True), retry=PATIENT)
MINE = ("p",)


async def goes_away(w: World, *names: str) -> None:
    """The participants of these calls go away, and the orchestrator finds out."""
    for name in names or ("a",):
        w.participants.always[name] = UNAVAILABLE
    await w.start("canary", "one")
    await asyncio.sleep(20)
    assert w.engine._services.gates.away(("default", "p"))


def comes_back(w: World, *names: str) -> None:
    for name in names or ("a",):
        w.participants.always[name] = DONE


def parked(w: World, saga_id: str) -> bool:
    return w.events(saga_id)[-1].startswith("StepParked")


@virtual
async def test_the_only_saga_that_needs_a_participant_is_its_probe_for_hours_and_pays_for_none_of_them() -> None:
    """Ten attempts, and more probes than that; a Compensate is no worse off than an Execute."""
    ten = {"max_attempts": 10, "initial_backoff": "1s", "max_backoff": "1s"}
    async with world(definition("ten", step("a"), step("b", participant="q"), retry=ten, compensation_retry=ten)) as w:
        w.participants.always |= {"a": UNAVAILABLE, "~a": UNAVAILABLE, "b": REFUSED}
        await w.start("s", "ten")
        await asyncio.sleep(HOUR)
        assert len(w.participants.attempts("a")) > 50
        saga = await w.saga("s")
        assert (saga.state, saga.steps["a"].execute_used) == (SagaState.RUNNING, 5), "those that found it out"
        await w.again()
        await asyncio.sleep(HOUR)
        comes_back(w)
        await asyncio.sleep(HOUR)
        assert len(w.participants.attempts("~a")) > 50
        assert (await w.saga("s")).state is SagaState.COMPENSATING
        comes_back(w, "~a")
        assert (await w.ended("s")).state is SagaState.COMPENSATED
        w.check_nothing_left()


@virtual
async def test_a_step_whose_participant_is_away_waits_in_the_log_and_costs_no_attempt() -> None:
    async with world(ONE) as w:
        await goes_away(w)
        for n in range(10):
            await w.start(f"s{n}", "one")
            assert w.events(f"s{n}") == ["SagaStarted", "StepIntended a", "StepParked a"]
            row = await w.row(f"s{n}")
            assert (row.owner_epoch, row.wake_time) == (None, row.timeout_time)
        assert w.live <= 2
        await asyncio.sleep(HOUR)
        assert w.live <= 2
        assert sum(len(w.participants.names(f"s{n}")) for n in range(10)) < 130
        comes_back(w)
        for n in range(10):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
        w.check_nothing_left()


@virtual
async def test_a_step_waits_in_the_log_until_the_next_probe_is_due() -> None:
    async with world(ONE) as w:
        await goes_away(w)
        await w.start("s", "one")
        await asyncio.sleep(100)
        in_memory = 0
        for _ in range(300):
            await asyncio.sleep(1)
            in_memory += w.live > 0
        assert in_memory < 60, "two sagas are probed in turn, and wait a second for their next attempt"
        comes_back(w)
        assert (await w.ended("s")).state is SagaState.COMPLETED


@virtual
async def test_a_step_that_waits_at_its_gate_is_parked_too_once_the_outage_lasts() -> None:
    async with world(ONE) as w:
        w.participants.always["a"] = UNAVAILABLE
        w.participants.limits["p"] = 4
        for n in range(30):
            await w.start(f"s{n}", "one")
        await asyncio.sleep(20)
        assert sum(parked(w, f"s{n}") for n in range(30)) >= 25
        assert w.live <= 5
        comes_back(w)
        for n in range(30):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
        w.check_nothing_left()


@virtual
async def test_the_next_step_is_parked_in_the_commit_that_makes_it_due() -> None:
    async with world(ONE, TWO) as w:
        await goes_away(w)
        await w.start("s", "two")
        await settle()
        await asyncio.sleep(1)
        assert w.commits("s") == [2, 3]
        assert w.events("s")[2:] == ["StepCompleted x", "StepIntended a", "StepParked a"]


@virtual
async def test_a_restart_finds_the_parked_and_probes_for_them() -> None:
    async with world(ONE) as w:
        await goes_away(w)
        for n in range(10):
            await w.start(f"s{n}", "one")
        await w.again()
        await asyncio.sleep(60)
        assert w.live <= 2
        sent = len(w.participants.sent)
        await asyncio.sleep(300)
        assert 5 <= len(w.participants.sent) - sent <= 20
        await w.kill()
        comes_back(w)
        await w.up()
        for n in range(10):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
        w.check_nothing_left()


@virtual
async def test_a_parked_step_is_possibly_done_and_its_saga_times_out() -> None:
    short = definition("short", step("a"), retry=PATIENT, compensation_retry=PATIENT, timeout="60s")
    async with world(ONE, short) as w:
        await goes_away(w, "a", "~a")
        for n in range(10):
            await w.start(f"before-{n}", "one")
            await asyncio.sleep(0.01)
        await w.start("s", "short")
        await asyncio.sleep(90)
        assert w.events("s")[2:] == [
            "StepParked a",
            "SagaTimedOut",
            "CompensationStarted",
            "CompensationIntended a",
            "StepParked a",
        ]
        comes_back(w, "a", "~a")
        assert (await w.ended("s")).state is SagaState.COMPENSATED
        assert w.participants.names("s") == ["~a"]  # it may be on its way, for all that the log says


@virtual
async def test_a_sagas_time_stands_still_while_its_participant_is_away() -> None:
    fields = {"retry": PATIENT, "compensation_retry": PATIENT, "timeout": "120s", "pause_timeout_during_outage": True}
    async with world(ONE, definition("patient", step("a"), **fields)) as w:
        await goes_away(w)
        await w.start("before", "one")
        await asyncio.sleep(0.01)
        await w.start("s", "patient")
        row = await w.row("s")
        assert row.wake_time == row.timeout_time + LONGEST
        await asyncio.sleep(HOUR / 2)
        assert parked(w, "s")
        await w.again()
        await asyncio.sleep(HOUR / 2)
        comes_back(w)
        assert (await w.ended("s")).state is SagaState.COMPLETED


@virtual
async def test_a_parked_saga_can_be_cancelled() -> None:
    async with world(ONE) as w:
        await goes_away(w)
        await w.start("before", "one")
        await asyncio.sleep(0.01)
        await w.start("s", "one")
        await w.cancel("s")
        assert w.events("s")[3:6] == ["CancelRequested", "CompensationStarted", "CompensationIntended a"]
        assert parked(w, "s")
        comes_back(w)
        assert (await w.ended("s")).state is SagaState.COMPENSATED


@virtual
async def test_a_saga_parked_on_two_goes_on_as_each_comes_back() -> None:
    async with world(ONE, OTHER, BOTH) as w:
        w.participants.always["x"] = UNAVAILABLE
        await w.start("other", "other")
        await goes_away(w)
        for n in range(5):
            await w.start(f"other-{n}", "other")
            await w.start(f"one-{n}", "one")
            await asyncio.sleep(0.01)
        await w.start("s", "both")
        assert {"StepParked a", "StepParked x"} <= set(w.events("s"))
        comes_back(w, "x")
        await asyncio.sleep(60)
        assert "StepCompleted x" in w.events("s")
        assert "StepUnparked a" not in w.events("s")
        comes_back(w)
        assert (await w.ended("s")).state is SagaState.COMPLETED


@virtual
async def test_a_pending_step_is_not_asked_while_its_participant_is_away() -> None:
    slow = definition("slow", step("b", pending_poll_interval="10s", pending_timeout="86400s"), retry=PATIENT)
    async with world(ONE, slow) as w:
        w.participants.next("b", *[PENDING] * 50)
        for n in range(50):
            await w.start(f"s{n}", "slow")
        await settle()
        w.participants.always["b"] = UNAVAILABLE
        await goes_away(w)
        await w.start("parked", "one")
        await asyncio.sleep(60)
        w.participants.acts["b"].clear()
        sent = len(w.participants.sent)
        await asyncio.sleep(HOUR)
        assert len(w.participants.sent) - sent < 200
        comes_back(w, "a", "b")
        for n in range(50):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED


@virtual
async def test_a_crowd_waits_in_the_log_and_nobody_overtakes_it_for_long() -> None:
    async with world(ONE, settings=EngineSettings(crowd=150)) as w:
        w.participants.limits["p"] = 10
        w.participants.latency = 0.1
        for n in range(400):
            await w.start(f"s{n:03}", "one")
            await asyncio.sleep(0.001)
        assert w.live <= 170
        assert sum(parked(w, f"s{n:03}") for n in range(400)) > 200
        for n in range(400):
            assert (await w.ended(f"s{n:03}")).state is SagaState.COMPLETED
        order = [sent.call.key.saga_id for sent in w.participants.sent]
        assert max(abs(place - int(saga_id[1:])) for place, saga_id in enumerate(order)) < 150
        assert len(order) / (w.participants.sent[-1].time - w.participants.sent[0].time) > 90
        w.check_nothing_left()


@pytest.mark.long(8)
@virtual
async def test_a_restart_with_ten_thousand_open_sagas_keeps_to_the_limit() -> None:
    async with world(ONE) as w:
        w.participants.limits["p"] = 20
        w.participants.always["a"] = HELD
        for n in range(10_000):
            await w.start(f"s{n}", "one")
        assert w.live < 4_000
        await w.kill()
        w.participants.always["a"] = DONE
        w.participants.latency = 0.1
        w.participants.on_wire["p"] = w.participants.most["p"] = 0
        await w.up()
        await asyncio.sleep(10)
        sent = len(w.participants.sent)
        await asyncio.sleep(30)
        assert 0.9 * 200 * 30 <= len(w.participants.sent) - sent <= 200 * 30
        await asyncio.sleep(20)
        assert w.participants.most["p"] <= 20
        w.check_nothing_left()
