"""A participant that a person has paused: nothing is sent to it, its steps wait in the log, others do not notice."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from orchestrator.core.model import SagaState, Signature
from orchestrator.core.operations import Action, Operate
from orchestrator.core.outcome import Failed
from orchestrator.core.retry import SECOND
from orchestrator.engine.company import PACE
from orchestrator.engine.errors import Draining
from orchestrator.engine.gates import Gates, Ticket
from orchestrator.store.base import LogUnavailable, Pause, PauseKind, Target
from tests.engine.harness import NAMESPACE, World, definition, key_of, step, world
from tests.engine.participants import DONE, HELD, PENDING, REFUSED, UNAVAILABLE, fails
from tests.engine.ports import LOST_ANSWER
from tests.engine.virtual import settle, virtual

HOUR = 3_600
PATIENT = {"max_attempts": 1_000, "initial_backoff": "1s", "max_backoff": "1s"}
ONE = definition("one", step("a"))
OTHER = definition("other", step("x", participant="q"))
TWO = definition("two", step("x", participant="q"), step("a"))
P = Target(PauseKind.PARTICIPANT, NAMESPACE, "p")
ANNA, BEN = Signature("it is broken", "anna", "ops"), Signature("mended", "ben", "ops")


async def pause(w: World) -> None:
    await w.engine.pausing.pause(P, ANNA)


async def resume(w: World) -> None:
    await w.engine.pausing.resume(P, BEN)


def mine(w: World) -> int:
    """How many calls have been sent to the participant."""
    return sum(sent.call.participant == "p" for sent in w.participants.sent)


@virtual
async def test_nothing_is_sent_to_it_and_what_is_due_is_parked_at_once() -> None:
    async with world(ONE, TWO) as w:
        await pause(w)
        for n in range(10):
            await w.start(f"s{n}", "one")
            assert w.events(f"s{n}") == ["SagaStarted", "StepIntended a", "StepParked a"]
        await w.start("t", "two")
        await settle()
        assert w.events("t")[2:] == ["StepCompleted x", "StepIntended a", "StepParked a"]
        await asyncio.sleep(HOUR)
        assert (mine(w), w.live) == (0, 0)
        await resume(w)
        for saga_id in ("t", *(f"s{n}" for n in range(10))):
            assert (await w.ended(saga_id)).state is SagaState.COMPLETED
        assert w.participants.attempts("a") == [1] * 11
        w.check_nothing_left()


@virtual
async def test_calls_under_way_are_awaited_and_those_that_wait_for_room_go_to_the_log() -> None:
    async with world(ONE) as w:
        w.participants.limits["p"] = limit = 4
        w.participants.next("a", *[HELD] * limit)
        for n in range(30):
            await w.start(f"s{n}", "one")
        await settle()
        await pause(w)
        await settle()
        assert (mine(w), w.live) == (limit, limit)
        for sent in list(w.participants.sent):
            sent.ends()
        await asyncio.sleep(PACE)
        assert [(await w.saga(f"s{n}")).state for n in range(limit)] == [SagaState.COMPLETED] * limit
        assert all(w.events(f"s{n}")[-1] == "StepParked a" for n in range(limit, 30))
        await asyncio.sleep(HOUR)
        assert (mine(w), w.live) == (limit, 0)
        w.participants.latency = 0.1
        await resume(w)
        for n in range(limit, 30):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
        assert w.participants.most["p"] == limit
        w.check_nothing_left()


@virtual
async def test_after_a_pause_it_is_given_a_few_calls_at_first() -> None:
    async with world(ONE) as w:
        w.participants.limits["p"] = 80
        w.participants.latency = 1
        for n in range(200):
            await w.start(f"early-{n}", "one")
        await asyncio.sleep(20)
        assert w.participants.most["p"] == 80
        w.participants.most["p"] = 0
        await pause(w)
        for n in range(200):
            await w.start(f"s{n}", "one")
        await resume(w)
        await asyncio.sleep(0.5)
        assert w.participants.on_wire["p"] == 10
        await asyncio.sleep(1)
        assert 10 < w.participants.on_wire["p"] <= 20
        for n in range(200):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
        assert w.participants.most["p"] <= 80


@virtual
async def test_a_retry_waits_without_losing_an_attempt_or_a_pause_between_two() -> None:
    async with world(ONE) as w:
        w.participants.next("a", fails("INTERNAL"), fails("INTERNAL"))
        await w.start("s", "one")
        await asyncio.sleep(0.1)
        await pause(w)
        await asyncio.sleep(HOUR)
        assert w.events("s")[2:] == ["ExecuteAttemptFailed a", "StepParked a"]
        await resume(w)
        assert (await w.ended("s")).state is SagaState.COMPLETED
        assert w.participants.attempts("a") == [1, 2, 3]


@virtual
async def test_a_compensation_waits_too_and_timers_act() -> None:
    short = definition("short", step("a"), step("x", participant="q"), timeout="60s")
    async with world(short) as w:
        w.participants.next("x", PENDING)
        await w.start("s", "short")
        await w.participants.arrival("x")
        await pause(w)
        await asyncio.sleep(HOUR)
        assert w.events("s")[-3:] == ["StepCompensated x", "CompensationIntended a", "StepParked a"]
        assert w.participants.names("s") == ["a", "x", "~x"]
        await resume(w)
        assert (await w.ended("s")).state is SagaState.COMPENSATED
        w.check_atomic("s", SagaState.COMPENSATED, 2)


@virtual
async def test_others_do_not_notice() -> None:
    async with world(ONE, OTHER) as w:
        await pause(w)
        w.participants.latency = 0.5
        for n in range(500):
            await w.start(f"s{n}", "one")
            await w.start(f"o{n}", "other")
            await asyncio.sleep(0.01)
        await asyncio.sleep(40)
        assert w.live == 0
        rows = [await w.row(f"o{n}") for n in range(500)]
        assert all(row.end_time is not None for row in rows)
        assert max((row.end_time or 0) - row.start_time for row in rows) <= 0.5 * SECOND


@virtual
async def test_a_restart_keeps_it_and_then_nothing_is_lost() -> None:
    async with world(ONE) as w:
        w.participants.next("a", HELD)
        await w.start("flying", "one")
        await w.participants.arrival("a")
        await pause(w)
        for n in range(10):
            await w.start(f"s{n}", "one")
        await w.again()
        await asyncio.sleep(HOUR)
        assert (mine(w), w.live) == (1, 0)
        assert w.engine._services.pauses.participant(NAMESPACE, "p") is not None
        await resume(w)
        await w.again()
        for saga_id in ("flying", *(f"s{n}" for n in range(10))):
            assert (await w.ended(saga_id)).state is SagaState.COMPLETED
        w.check_nothing_left()


@virtual
async def test_while_it_is_away_and_paused_nobody_asks_whether_it_is_back() -> None:
    patient = definition("patient", step("a"), retry=PATIENT)
    async with world(patient) as w:
        w.participants.always["a"] = UNAVAILABLE
        for n in range(5):
            await w.start(f"s{n}", "patient")
            await asyncio.sleep(1)
        await asyncio.sleep(30)
        assert w.engine._services.gates.away((NAMESPACE, "p"))
        await pause(w)
        await asyncio.sleep(1)
        sent = mine(w)
        await asyncio.sleep(HOUR)
        assert (mine(w), w.live) == (sent, 0)
        w.participants.always["a"] = DONE
        await resume(w)
        for n in range(5):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
        w.check_nothing_left()


@virtual
async def test_a_pending_step_is_not_asked() -> None:
    slow = definition("slow", step("a", pending_poll_interval="10s", pending_timeout="86400s"))
    async with world(slow) as w:
        w.participants.next("a", PENDING)
        await w.start("s", "slow")
        await settle()
        await pause(w)
        await asyncio.sleep(HOUR)
        assert mine(w) == 1
        await resume(w)
        assert (await w.ended("s")).state is SagaState.COMPLETED


@virtual
async def test_it_is_not_asked_to_seal_either() -> None:
    async with world(definition("then", step("a"), step("x", participant="q"))) as w:
        w.participants.next("x", REFUSED)
        w.participants.next("~a", *[fails("INTERNAL")] * 3)
        await w.start("s", "then")
        assert (await w.ended("s")).state is SagaState.STUCK
        await pause(w)
        await w.engine.operate(key_of("s"), Operate(Action.RESOLVE_STEP_COMPENSATED, ANNA, 0, "a"))
        answer = await w.engine.seal(key_of("s"), "a", SECOND)
        assert isinstance(answer, Failed)
        assert answer.failure.reason == "PARTICIPANT_PAUSED"
        await resume(w)
        assert not isinstance(await w.engine.seal(key_of("s"), "a", SECOND), Failed)


@virtual
async def test_pausing_and_resuming_again_changes_nothing() -> None:
    async with world(ONE) as w:
        pausing = w.engine.pausing
        first, changed = await pausing.pause(P, ANNA)
        assert (first, changed) == (Pause(P, first.time, ANNA), True)
        await asyncio.sleep(5)
        assert await pausing.pause(P, BEN) == (first, False)
        assert await pausing.resume(P, BEN)
        assert not await pausing.resume(P, BEN)
        await w.start("s", "one")
        assert (await w.ended("s")).state is SagaState.COMPLETED


@virtual
async def test_a_pause_whose_commit_had_no_answer_holds_when_it_is_asked_for_again() -> None:
    async with world(ONE) as w:
        w.port.fail("pause", LOST_ANSWER)
        with pytest.raises(LogUnavailable):
            await pause(w)
        pause_, changed = await w.engine.pausing.pause(P, BEN)
        assert (pause_.by, changed) == (ANNA, False)
        await w.start("s", "one")
        await asyncio.sleep(60)
        assert mine(w) == 0
        w.port.fail("resume", LOST_ANSWER)
        with pytest.raises(LogUnavailable):
            await resume(w)
        assert not await w.engine.pausing.resume(P, BEN)
        assert (await w.ended("s")).state is SagaState.COMPLETED


@virtual
async def test_a_server_that_shuts_down_pauses_nothing() -> None:
    async with world(ONE) as w:
        await w.engine.drain(1)
        with pytest.raises(Draining):
            await pause(w)
        with pytest.raises(Draining):
            await resume(w)
        assert await w.log.list_pauses() == []


@virtual
async def test_a_pause_between_the_turn_of_a_parked_step_and_its_call_sends_nothing() -> None:
    async with world(ONE) as w:
        await pause(w)
        await w.start("s", "one")
        await settle()
        await resume(w)
        w.port.hold()
        await settle()
        await pause(w)
        w.port.let_go()
        await asyncio.sleep(60)
        assert mine(w) == 0
        assert w.events("s")[-3:] == ["StepParked a", "StepUnparked a", "StepParked a"]
        await resume(w)
        assert (await w.ended("s")).state is SagaState.COMPLETED
        w.check_nothing_left()


@virtual
async def test_a_call_that_has_passed_its_gate_and_not_left_stays_here_and_costs_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with world(definition("once", step("a"), retry={"max_attempts": 1})) as w:
        services = w.engine._services

        def enter(*arguments: Any, **more: Any) -> Ticket:
            ticket = Gates.enter(services.gates, *arguments, **more)
            services.pauses.replace([Pause(P, 1, ANNA)])
            services.gates.pause((NAMESPACE, "p"))
            return ticket

        with monkeypatch.context() as patch:
            patch.setattr(services.gates, "enter", enter)
            await w.start("s", "once")
            await settle()
        assert w.participants.sent == []
        assert w.events("s")[-2:] == ["ExecuteAttemptFailed a", "StepParked a"]
        await pause(w)
        await resume(w)
        assert (await w.ended("s")).state is SagaState.COMPLETED
