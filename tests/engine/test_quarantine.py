"""One bad saga never stops the others: it is put aside, says why, and waits for a person."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from orchestrator.core import decide as core_decide
from orchestrator.core import due
from orchestrator.core.commands import Cancel
from orchestrator.core.model import EMPTY, Phase, Saga, SagaKey, SagaState
from orchestrator.core.outcome import Completed
from orchestrator.core.retry import SECOND
from orchestrator.engine import runner as runner_module
from orchestrator.engine.errors import SagaQuarantined
from orchestrator.engine.view import read_saga
from orchestrator.store.base import LogFatal, RecordedEvent
from orchestrator.store.memory import MemoryLog
from tests.engine.harness import World, abc, key_of, spawn, world
from tests.engine.participants import HELD, fails
from tests.engine.ports import OUTAGE, Fault
from tests.engine.virtual import settle, virtual


async def two(w: World) -> None:
    """Start sagas `bad` and `good`, whose step b is on the wire, and kill the process."""
    w.participants.next("b", HELD, HELD)
    await w.start("bad")
    await w.start("good")
    await settle()
    await w.kill()


def events_of(w: World, saga_id: str) -> list[tuple[RecordedEvent, bytes]]:
    assert isinstance(w.log, MemoryLog)
    return w.log._sagas[key_of(saga_id)].events


def wrong_type(w: World) -> str:
    events = events_of(w, "bad")
    events[1] = (events[1][0]._replace(type="SomethingElse"), events[1][1])
    return "SomethingElse"


def broken_json(w: World) -> str:
    events = events_of(w, "bad")
    events[1] = (events[1][0]._replace(data=b"{"), events[1][1])
    return "2"


def newer_version(w: World) -> str:
    events = events_of(w, "bad")
    events[1] = (events[1][0]._replace(version=9), events[1][1])
    return "9"


def missing_event(w: World) -> str:
    del events_of(w, "bad")[-1]
    return "sequence"


def illegal_order(w: World) -> str:
    events = events_of(w, "bad")
    events[1], events[2] = events[2], events[1]
    return "StepCompleted"


def definition_changed(w: World) -> str:
    assert isinstance(w.log, MemoryLog)
    saga = w.log._sagas[key_of("bad")]
    saga.row = replace(saga.row, definition_hash="0" * 64)
    return "definition"


def definition_missing(w: World) -> str:
    assert isinstance(w.log, MemoryLog)
    saga = w.log._sagas[key_of("bad")]
    saga.row = replace(saga.row, definition_name="gone")
    return "definition 'gone'"


def definition_unreadable(w: World) -> str:
    assert isinstance(w.log, MemoryLog)
    for key, row in list(w.log._definitions.items()):
        w.log._definitions[*key[:1], "odd", 1] = replace(row, name="odd", document="[")
    saga = w.log._sagas[key_of("bad")]
    saga.row = replace(saga.row, definition_name="odd")
    return "definition 'odd'"


FAULTS = [
    wrong_type,
    broken_json,
    newer_version,
    missing_event,
    illegal_order,
    definition_changed,
    definition_missing,
    definition_unreadable,
]


@pytest.mark.parametrize("damage", FAULTS, ids=lambda damage: damage.__name__)
def test_a_saga_whose_log_cannot_be_folded_is_put_aside_and_the_others_go_on(damage: object) -> None:
    @virtual
    async def run() -> None:
        async with world(abc()) as w:
            await two(w)
            said = damage(w)  # type: ignore[operator]  # one of FAULTS
            await w.up()
            waiting = spawn(w.engine.wait(key_of("bad"), 10**12))
            assert (await w.ended("good")).state is SagaState.COMPLETED
            await waiting
            view = await read_saga(w.log, w.catalog, key_of("bad"))
            assert view is not None
            assert view.saga is None
            assert said in view.row.quarantine_reason
            assert (view.row.owner_epoch, view.row.wake_time) == (None, None)
            with pytest.raises(SagaQuarantined, match="quarantine"):
                await w.cancel("bad")
            with pytest.raises(SagaQuarantined, match="quarantine"):
                await w.complete("bad", "b", "a token", Completed(EMPTY), Phase.EXECUTE)
            assert w.participants.names("bad") == ["a", "b"]
            assert await w.start("bad") is False, "its id stays taken"
            w.check_nothing_left()
            await w.again()
            await asyncio.sleep(5)
            assert (await w.row("bad")).claim == 2, "nobody takes it up again"

    run()


@virtual
async def test_a_bad_saga_found_by_a_command_is_put_aside_too() -> None:
    async with world(abc()) as w:
        await two(w)
        wrong_type(w)
        await w.up()
        replies = await asyncio.gather(w.cancel("bad"), w.cancel("bad"), return_exceptions=True)
        assert [type(reply) for reply in replies] == [SagaQuarantined] * 2
        assert "SomethingElse" in (await w.row("bad")).quarantine_reason


def break_decisions(monkeypatch: pytest.MonkeyPatch, saga_id: str) -> None:
    """Let a fault of ours happen whenever that saga is decided about."""

    def decide(saga: Saga, *args: object) -> object:
        if saga.key.saga_id == saga_id:
            raise ZeroDivisionError("a fault of ours")
        return core_decide.decide(saga, *args)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(runner_module, "decide", decide)


def test_a_fault_of_ours_puts_its_saga_aside_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    @virtual
    async def run() -> None:
        async with world(abc()) as w:
            w.participants.next("b", HELD, HELD)
            await w.start("bad")
            await w.start("good")
            await settle()
            break_decisions(monkeypatch, "bad")
            with pytest.raises(SagaQuarantined, match="ZeroDivisionError"):
                await w.cancel("bad")
            for sent in w.participants.sent[-2:]:
                if not sent.cancelled:
                    sent.ends()
            assert (await w.ended("good")).state is SagaState.COMPLETED
            assert "ZeroDivisionError" in (await w.row("bad")).quarantine_reason
            w.check_nothing_left()

    run()


def test_what_comes_while_a_saga_is_put_aside_is_told_so_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    @virtual
    async def run() -> None:
        async with world(abc()) as w:
            w.participants.next("b", HELD)
            await w.start("bad")
            await settle()
            break_decisions(monkeypatch, "bad")
            w.port.fail("quarantine", *[OUTAGE] * 3)
            for _ in range(3):
                with pytest.raises(SagaQuarantined):
                    await w.cancel("bad")
            assert await w.start("bad") is False
            assert (await w.row("bad")).quarantine_time is None, "it is not durable yet"
            await asyncio.sleep(5)
            assert (await w.row("bad")).quarantine_time is not None
            with pytest.raises(SagaQuarantined):
                await w.cancel("bad")
            w.check_nothing_left()

    run()


@virtual
async def test_a_saga_that_cannot_be_put_aside_yet_holds_up_nobody() -> None:
    async with world(abc()) as w:
        await two(w)
        wrong_type(w)
        await w.up()
        w.port.fail("quarantine", *[OUTAGE, Fault(ZeroDivisionError("a fault of ours"))] * 20)
        assert (await w.ended("good")).state is SagaState.COMPLETED
        w.participants.next("b", fails("UNAVAILABLE", retry_after=6 * SECOND))
        await w.start("sleeper")
        assert (await w.ended("sleeper", 8)).state is SagaState.COMPLETED
        with pytest.raises(SagaQuarantined, match="SomethingElse"):
            await w.cancel("bad")
        assert (await w.row("bad")).quarantine_time is None
        await asyncio.sleep(20)
        assert (await w.row("bad")).quarantine_time is not None
        w.check_nothing_left()


@virtual
async def test_a_fatal_error_while_a_saga_is_put_aside_is_fatal() -> None:
    async with world(abc()) as w:
        await two(w)
        wrong_type(w)
        await w.up()
        w.port.fail("quarantine", Fault(LogFatal("input/output error")))
        await asyncio.sleep(1)
        assert [str(error) for error in w.fatal] == ["input/output error"]


def test_a_step_that_waits_at_a_gate_is_not_sent_after_its_saga_was_put_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    @virtual
    async def run() -> None:
        async with world(abc()) as w:
            w.participants.limits["p"] = 1
            w.participants.next("a", HELD)
            await w.start("blocker")
            await w.start("bad")
            await settle()
            break_decisions(monkeypatch, "bad")
            with pytest.raises(SagaQuarantined):
                await w.cancel("bad")
            (await w.participants.arrival("a")).ends()
            await w.ended("blocker")
            assert w.participants.names("bad") == []
            w.check_nothing_left()

    run()


def test_a_call_on_the_wire_when_its_saga_is_put_aside_frees_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    @virtual
    async def run() -> None:
        async with world(abc()) as w:
            w.participants.limits["p"] = 1
            w.participants.next("a", HELD)
            await w.start("bad")
            call = await w.participants.arrival("a")
            await w.start("good")
            break_decisions(monkeypatch, "bad")
            with pytest.raises(SagaQuarantined):
                await w.cancel("bad")
            await settle()
            assert call.cancelled
            assert (await w.ended("good")).state is SagaState.COMPLETED
            w.check_nothing_left()

    run()


def test_a_fault_while_sending_hurts_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """It happens in the middle of another saga's work: its call ends, and makes room for the bad one's."""

    def operation_key(installation: str, saga: Saga, step_id: str) -> str:
        if saga.key.saga_id == "bad":
            raise ZeroDivisionError("a fault of ours")
        return f"{saga.key}/{step_id}"

    monkeypatch.setattr(due, "operation_key", operation_key)

    @virtual
    async def run() -> None:
        async with world(abc()) as w:
            w.participants.limits["p"] = 1
            w.participants.next("a", HELD)
            await w.start("good")
            await w.start("bad")
            await settle()
            (await w.participants.arrival("a")).ends()
            assert (await w.ended("good")).state is SagaState.COMPLETED
            saga = await w.ended("bad")
            assert saga.settled
            assert saga.failure is not None
            assert saga.failure.reason == "INTERNAL_FAULT"

    run()


@virtual
async def test_many_bad_sagas_in_a_page_of_orphans_stop_no_good_one() -> None:
    async with world(abc()) as w:
        w.participants.next("b", *[HELD] * 60)
        for n in range(60):
            await w.start(f"s{n}")
        await settle()
        await w.kill()
        assert isinstance(w.log, MemoryLog)
        for n in range(0, 60, 2):
            events = w.log._sagas[SagaKey("default", f"s{n}")].events
            events[0] = (events[0][0]._replace(type="SomethingElse"), events[0][1])
        await w.up()
        for n in range(1, 60, 2):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
        for n in range(0, 60, 2):
            assert (await w.row(f"s{n}")).quarantine_time is not None
        w.check_nothing_left()


def test_the_quarantine_of_a_live_saga_ends_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    @virtual
    async def run() -> None:
        async with world(abc()) as w:
            w.participants.next("b", HELD)
            await w.start("bad")
            waiting = spawn(w.engine.wait(key_of("bad"), 10**12))
            await settle()
            break_decisions(monkeypatch, "bad")
            w.engine._fleet.deliver(key_of("bad"), Cancel(), None)
            await settle()
            await settle()
            assert waiting.done()

    run()
