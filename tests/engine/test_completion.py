"""CompleteStep: the outcome of a step that somebody else reports."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.core.errors import CommandRefused
from orchestrator.core.model import Cause, Failure, Phase, SagaState
from orchestrator.core.outcome import Compensated, Completed, Failed, Rejected
from orchestrator.engine.errors import CompletionTokenInvalid, SagaNotFound
from tests.engine.harness import World, abc, definition, spawn, step, world
from tests.engine.participants import HELD, PENDING, REFUSED, Sent, payload
from tests.engine.virtual import settle, virtual

DONE_SO = Completed(payload({"n": 1}))
NO = Rejected(Failure("", "NO", "no"))
EXECUTE, COMPENSATE = Phase.EXECUTE, Phase.COMPENSATE


async def waiting(w: World, name: str = "abc") -> Sent:
    """Start a saga whose step b is pending; returns its call."""
    w.participants.always["b"] = PENDING
    await w.start("s", name)
    call = await w.participants.arrival("b")
    await settle()
    assert "StepPending b" in w.events("s")
    return call


@virtual
async def test_a_reported_output_is_the_steps_output() -> None:
    async with world(abc(output={"n": "${steps.b.output.n}"})) as w:
        call = await waiting(w)
        await w.complete("s", "b", call.call.completion_token, DONE_SO, EXECUTE)
        saga = await w.ended("s")
        assert (saga.state, saga.output) == (SagaState.COMPLETED, payload({"n": 1}).__class__(json='{"n":1}'))


@virtual
async def test_a_report_is_answered_once_it_is_durable() -> None:
    async with world(abc()) as w:
        call = await waiting(w)
        w.port.hold()
        reporting = spawn(w.complete("s", "b", call.call.completion_token, DONE_SO, EXECUTE))
        await settle()
        assert not reporting.done()
        assert "c" not in w.participants.names()
        w.port.let_go()
        await reporting
        await w.ended("s")


@virtual
async def test_the_same_report_again_is_fine_and_another_one_is_not() -> None:
    async with world(abc()) as w:
        w.participants.next("c", HELD)
        token = (await waiting(w)).call.completion_token
        for _ in range(2):
            await w.complete("s", "b", token, DONE_SO, EXECUTE)
        for other in (Completed(payload({"n": 2})), NO, Failed(Failure("", "X", "x"))):
            with pytest.raises(CommandRefused) as refused:
                await w.complete("s", "b", token, other, EXECUTE)
            assert refused.value.reason == "STEP_NOT_PENDING"
        (await w.participants.arrival("c")).ends()
        await w.ended("s")
        await w.complete("s", "b", token, DONE_SO, EXECUTE)
        assert w.events("s").count("StepCompleted b") == 1


@virtual
async def test_of_two_reports_at_once_one_wins_and_the_other_is_told_once_that_is_durable() -> None:
    async with world(abc()) as w:
        token = (await waiting(w)).call.completion_token
        w.port.hold()
        first = spawn(w.complete("s", "b", token, DONE_SO, EXECUTE))
        second = spawn(w.complete("s", "b", token, NO, EXECUTE))
        await settle()
        assert (first.done(), second.done()) == (False, False)
        w.port.let_go()
        await first
        with pytest.raises(CommandRefused):
            await second


@virtual
async def test_a_report_may_come_before_the_pending_answer() -> None:
    async with world(abc()) as w:
        w.participants.next("b", HELD)
        await w.start("s")
        call = await w.participants.arrival("b")
        await w.complete("s", "b", call.call.completion_token, DONE_SO, EXECUTE)
        await w.participants.arrival("c")
        call.ends(PENDING)
        saga = await w.ended("s")
        assert saga.state is SagaState.COMPLETED
        assert "StepPending b" not in w.events("s")


@virtual
async def test_an_answer_that_is_still_on_its_way_when_the_saga_has_ended_is_ignored() -> None:
    async with world(abc()) as w:
        w.participants.next("b", HELD)
        await w.start("s")
        call = await w.participants.arrival("b")
        await w.complete("s", "b", call.call.completion_token, DONE_SO, EXECUTE)
        saga = await w.ended("s")
        call.ends(REFUSED)
        await settle()
        assert (await w.saga("s")) == saga
        w.check_nothing_left()


@virtual
async def test_a_reported_refusal_and_a_reported_failure_send_the_saga_back() -> None:
    async with world(abc()) as w:
        token = (await waiting(w)).call.completion_token
        await w.complete("s", "b", token, NO, EXECUTE)
        saga = await w.ended("s")
        assert (saga.state, saga.cause) == (SagaState.COMPENSATED, Cause.REJECTED)
        assert w.participants.names()[-1:] == ["~a"], "a refusal by stable replies needs no compensation"
        await w.start("t")
        call = await w.participants.arrival("b", saga_id="t")
        await settle()
        await w.complete("t", "b", call.call.completion_token, Failed(Failure("", "X", "x")), EXECUTE)
        saga = await w.ended("t")
        assert (saga.state, saga.cause) == (SagaState.COMPENSATED, Cause.FAILED)
        assert w.participants.names("t")[-2:] == ["~b", "~a"]


@virtual
async def test_a_pending_compensation_can_be_reported() -> None:
    async with world(abc()) as w:
        w.participants.always.update({"c": REFUSED, "~b": PENDING})
        await w.start("s")
        call = await w.participants.arrival("~b")
        await settle()
        with pytest.raises(CompletionTokenInvalid):
            await w.complete("s", "b", call.call.completion_token, DONE_SO, EXECUTE)
        await w.complete("s", "b", call.call.completion_token, Compensated(), COMPENSATE)
        assert (await w.ended("s")).state is SagaState.COMPENSATED


@virtual
async def test_only_the_operations_own_token_is_taken() -> None:
    async with world(abc()) as w:
        token = (await waiting(w)).call.completion_token
        other = (await w.participants.arrival("a")).call.completion_token
        version, key_id, mac = token.split(".")
        wrong = [
            "",
            "x",
            other,
            token[:-1],
            token + "A",
            f"v2.{key_id}.{mac}",
            f"{version}.nokey.{mac}",
            f"{version}.{key_id}.",
            f"{version}.{key_id}.{mac}.x",
            f"{version}.{key_id}.ä",
        ]
        for token_ in wrong:
            with pytest.raises(CompletionTokenInvalid):
                await w.complete("s", "b", token_, DONE_SO, EXECUTE)
        with pytest.raises(CompletionTokenInvalid):
            await w.complete("s", "b", token, Compensated(), COMPENSATE)
        with pytest.raises(CompletionTokenInvalid):
            await w.complete("s", "c", token, DONE_SO, EXECUTE)
        with pytest.raises(CompletionTokenInvalid):
            await w.complete("s", "nostep", token, DONE_SO, EXECUTE)
        with pytest.raises(SagaNotFound):
            await w.complete("nobody", "b", token, DONE_SO, EXECUTE)
        assert (await w.saga("s")).state is SagaState.RUNNING


@virtual
async def test_a_token_is_valid_after_a_crash_and_while_the_saga_sleeps() -> None:
    async with world(abc()) as w:
        token = (await waiting(w)).call.completion_token
        assert w.live == 0
        await w.again()
        await w.complete("s", "b", token, DONE_SO, EXECUTE)
        assert (await w.ended("s")).state is SagaState.COMPLETED
        assert (await w.row("s")).claim == 2


@virtual
async def test_a_report_wakes_a_sleeping_saga_once_for_many() -> None:
    async with world(abc()) as w:
        token = (await waiting(w)).call.completion_token
        await asyncio.gather(*(w.complete("s", "b", token, DONE_SO, EXECUTE) for _ in range(8)))
        await w.ended("s")
        assert (await w.row("s")).claim == 2
        w.check_nothing_left()


@virtual
async def test_a_refused_report_is_not_told_before_what_refuses_it_is_durable() -> None:
    """A cancel is written; the pivot's completion and a second cancel come meanwhile and are decided together."""
    pivot = definition("d", step("a"), step("b", kind="STEP_KIND_PIVOT"))
    async with world(pivot) as w:
        w.participants.next("b", HELD)
        await w.start("s", "d")
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
        assert first.done()
        assert not second.done(), "that the saga has completed is not durable yet"
        w.port.let_go()
        with pytest.raises(CommandRefused, match="COMPLETED"):
            await second
