"""Back-offs, deadlines, timeouts and questions, to the microsecond."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from orchestrator.core.model import Cause, SagaState
from orchestrator.core.retry import SECOND
from tests.engine.harness import World, abc, definition, pivoted, step, world
from tests.engine.participants import DONE, HELD, PENDING, REFUSED, REPLY_LOST, UNAVAILABLE, fails
from tests.engine.virtual import seconds, virtual


def times(w: World, name: str) -> list[float]:
    return [sent.time for sent in w.participants.sent if sent.name == name]


def timeouts(w: World, name: str) -> list[float]:
    """The deadlines that were given to a call's attempts, seconds from their sending."""
    return [sent.call.timeout / SECOND for sent in w.participants.sent if sent.name == name]


@virtual
async def test_each_retry_waits_within_its_growing_ceiling() -> None:
    retry = {"max_attempts": 6, "initial_backoff": "0.100s", "max_backoff": "0.700s", "multiplier": 2}
    waits: list[list[float]] = []
    steps = step("a"), step("b", retry_codes=["NOT_FOUND"]), step("c")
    async with world(definition("abc", *steps, retry=retry)) as w:
        w.participants.always["b"] = fails("NOT_FOUND")  # which says nothing against the participant
        for n in range(40):
            await w.start(f"s{n}")
            assert (await w.ended(f"s{n}")).cause is Cause.ATTEMPTS_EXHAUSTED
            own = [sent.time for sent in w.participants.sent if sent.name == "b" and sent.call.key.saga_id == f"s{n}"]
            waits.append([later - first for first, later in itertools.pairwise(own)])
    for place, ceiling in enumerate((0.1, 0.2, 0.4, 0.7, 0.7)):
        column = [row[place] for row in waits]
        assert 0.7 * ceiling < max(column) <= ceiling + 0.001, "full jitter goes up to the ceiling"
        assert min(column) < 0.3 * ceiling, "and down to nothing"


@virtual
async def test_a_participant_that_asks_to_be_left_alone_is() -> None:
    async with world(abc()) as w:
        w.participants.next("b", fails("RESOURCE_EXHAUSTED", retry_after=3 * SECOND))
        w.participants.next("~a", fails("RESOURCE_EXHAUSTED", retry_after=4 * SECOND))
        w.participants.next("c", REFUSED)
        await w.start("s")
        await w.ended("s")
        first, second = times(w, "b")
        assert second - first == pytest.approx(3, abs=0.001)
        first, second = times(w, "~a")
        assert second - first == pytest.approx(4, abs=0.001)


@virtual
async def test_an_attempt_gets_the_steps_deadline_or_what_is_left_of_the_sagas_time() -> None:
    steps = step("a"), step("b", attempt_timeout="8s"), step("c")
    async with world(definition("d", *steps, timeout="20s")) as w:
        w.participants.always["b"] = HELD
        await w.start("s", "d")
        saga = await w.ended("s")
        assert (saga.state, saga.cause) == (SagaState.COMPENSATED, Cause.TIMED_OUT)
        first, second, third = times(w, "b")
        assert timeouts(w, "b")[:2] == [8, 8]
        assert timeouts(w, "b")[2] == pytest.approx(20 - third, abs=0.001)
        assert first < second < third < 20
        assert seconds() == pytest.approx(20, abs=0.01), "the abort is not late"
        assert timeouts(w, "~b") == [30], "compensation has its own time"


@virtual
async def test_the_pivot_and_what_follows_get_their_full_deadline_though_the_sagas_time_is_all_but_up() -> None:
    async with world(pivoted(timeout="10s")) as w:
        w.participants.next("a", HELD)
        w.participants.next("b", HELD)
        await w.start("s", "pivoted")
        await asyncio.sleep(9.9)
        (await w.participants.arrival("a")).ends()
        pivot = await w.participants.arrival("b")
        assert pivot.call.timeout == 10 * SECOND
        await asyncio.sleep(5)
        assert "SagaTimedOut" in w.events("s")
        pivot.ends()
        assert (await w.ended("s")).state is SagaState.COMPLETED
        assert timeouts(w, "c") == [10]


@virtual
async def test_a_timeout_while_the_pivot_is_open_acts_once_it_proves_rejected() -> None:
    async with world(pivoted(timeout="10s")) as w:
        w.participants.next("b", HELD)
        await w.start("s", "pivoted")
        pivot = await w.participants.arrival("b")
        await asyncio.sleep(9.99)
        pivot.ends(fails("UNAVAILABLE"))
        await asyncio.sleep(5)
        assert w.participants.names().count("b") == 2, "the pivot is asked on after the timeout"
        saga = await w.ended("s")
        assert saga.state is SagaState.COMPLETED


@virtual
async def test_no_intent_of_a_pivot_once_the_time_is_up() -> None:
    async with world(pivoted(timeout="10s")) as w:
        w.participants.next("a", HELD)
        await w.start("s", "pivoted")
        call = await w.participants.arrival("a")
        assert call.call.timeout == 10 * SECOND
        await asyncio.sleep(10)
        assert (await w.ended("s")).cause is Cause.TIMED_OUT
        assert "b" not in w.participants.names()


@virtual
async def test_the_sagas_time_runs_on_while_nobody_drives_it() -> None:
    async with world(abc(timeout="60s")) as w:
        w.participants.next("b", HELD)
        await w.start("s")
        await asyncio.sleep(1)
        await w.kill()
        await asyncio.sleep(30)
        w.participants.next("b", HELD)
        await w.up()
        call = await w.participants.arrival("b", attempt=2)
        assert call.call.timeout == 10 * SECOND
        await w.ended("s")
        assert seconds() == pytest.approx(60, abs=1.01) or (await w.saga("s")).state is SagaState.COMPLETED


@virtual
async def test_queueing_at_a_gate_counts_as_the_sagas_time_and_a_call_gets_what_is_left() -> None:
    async with world(abc(timeout="9s")) as w:
        w.participants.limits["p"] = 1
        w.participants.next("a", HELD)
        await w.start("first")
        await w.start("second")
        await asyncio.sleep(4)
        (await w.participants.arrival("a")).ends()
        second = await w.participants.arrival("a", saga_id="second")
        assert second.call.timeout == pytest.approx(5 * SECOND, abs=10_000)


@virtual
async def test_a_pending_step_is_asked_at_its_interval_and_given_up_at_its_timeout() -> None:
    steps = step("a"), step("b", pending_poll_interval="10s", pending_timeout="35s"), step("c")
    async with world(definition("d", *steps)) as w:
        w.participants.always["b"] = PENDING
        await w.start("s", "d")
        saga = await w.ended("s")
        assert (saga.state, saga.cause) == (SagaState.COMPENSATED, Cause.TIMED_OUT)
        assert [round(time) for time in times(w, "b")] == [0, 10, 20, 30]
        assert seconds() == pytest.approx(35, abs=0.01)
        assert saga.steps["b"].execute_used == 0, "questions cost no attempt"
        assert w.participants.names()[-2:] == ["~b", "~a"]


@virtual
async def test_the_outcome_of_a_pending_step_may_come_with_a_question() -> None:
    async with world(abc()) as w:
        w.participants.next("b", PENDING, UNAVAILABLE, PENDING, DONE)
        await w.start("s")
        assert (await w.ended("s")).state is SagaState.COMPLETED
        assert [round(time) for time in times(w, "b")] == [0, 60, 120, 180]


@virtual
async def test_a_pending_compensation_is_asked_and_given_up() -> None:
    steps = step("a"), step("b", pending_poll_interval="10s", pending_timeout="25s"), step("c")
    async with world(definition("d", *steps)) as w:
        w.participants.always.update({"c": REFUSED, "~b": PENDING})
        await w.start("s", "d")
        saga = await w.ended("s")
        assert saga.state is SagaState.STUCK
        assert [round(time) for time in times(w, "~b")] == [0, 10, 20]
        assert "~a" not in w.participants.names()


@virtual
async def test_a_compensation_outlives_the_sagas_time() -> None:
    async with world(abc(timeout="5s", compensation_retry={"max_attempts": 9, "initial_backoff": "9s"})) as w:
        w.participants.next("c", REFUSED)
        w.participants.next("~b", *[fails("UNAVAILABLE", retry_after=9 * SECOND)] * 5)
        await w.start("s")
        assert (await w.ended("s")).state is SagaState.COMPENSATED
        assert seconds() > 45
        assert "SagaTimedOut" not in w.events("s")


@virtual
async def test_an_answer_lost_is_asked_again_with_the_same_key() -> None:
    async with world(abc()) as w:
        w.participants.next("b", REPLY_LOST, UNAVAILABLE)
        await w.start("s")
        assert (await w.ended("s")).state is SagaState.COMPLETED
        calls = [sent.call for sent in w.participants.sent if sent.name == "b"]
        assert len({call.idempotency_key for call in calls}) == 1
        assert len({call.completion_token for call in calls}) == 1
        assert len({call.first_sent_time for call in calls}) == 1
        assert [call.attempt for call in calls] == [1, 2, 3]
        for call, time in zip(calls, times(w, "b"), strict=True):
            assert call.not_after_time - call.timeout - 600 * SECOND == pytest.approx(
                call.first_sent_time + (time - times(w, "b")[0]) * SECOND, abs=2
            )


@virtual
async def test_every_operation_and_phase_has_its_own_key() -> None:
    async with world(abc()) as w:
        w.participants.next("c", REFUSED)
        for saga_id in ("s", "t"):
            await w.start(saga_id)
            await w.ended(saga_id)
        keys = {(s.call.key, s.name): s.call.idempotency_key for s in w.participants.sent}
        assert len(set(keys.values())) == len(keys)
        operations = {(s.call.key, s.call.step_id): s.call.operation_key for s in w.participants.sent}
        assert len(set(operations.values())) == len(operations) == 6
