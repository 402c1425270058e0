"""More than there is room for: it waits where it is durable, in order, and everything ends."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.core.model import EMPTY, Phase, SagaState
from orchestrator.core.outcome import Completed
from orchestrator.core.retry import SECOND
from orchestrator.engine.settings import EngineSettings
from tests.engine.harness import abc, definition, diamond, key_of, spawn, step, world
from tests.engine.participants import DONE, HELD, PENDING, UNAVAILABLE, done, fails
from tests.engine.virtual import seconds, settle, virtual

TWO = EngineSettings(max_live_sagas=2)


@virtual
async def test_sagas_beyond_the_limit_are_durable_and_pending_and_all_end() -> None:
    async with world(abc(), settings=TWO) as w:
        w.participants.always["a"] = HELD
        assert all(await asyncio.gather(*(w.start(f"s{n}") for n in range(20))))
        await settle()
        assert w.live == 2
        rows = [await w.row(f"s{n}") for n in range(20)]
        assert sorted(row.state for row in rows) == [SagaState.PENDING] * 18 + [SagaState.RUNNING] * 2
        assert {row.owner_epoch is None for row in rows if row.state is SagaState.PENDING} == {True}
        w.participants.always.clear()
        for sent in list(w.participants.sent):
            sent.ends()
        for n in range(20):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
        w.check_nothing_left()


@virtual
async def test_large_sagas_take_more_of_the_room() -> None:
    async with world(abc(), settings=EngineSettings(max_live_bytes=50_000)) as w:
        w.participants.always["b"] = HELD
        for n in range(20):
            await w.start(f"s{n:02}", value={"text": "x" * 10_000})
        await settle()
        assert w.live == 5
        for n in range(20):
            call = await w.participants.arrival("b", saga_id=f"s{n:02}")
            call.ends(done({"text": "x" * 10_000}))
        for n in range(20):
            assert (await w.ended(f"s{n:02}")).state is SagaState.COMPLETED
        w.check_nothing_left()


@virtual
async def test_memory_never_holds_more_than_the_limit_by_much() -> None:
    async with world(abc(), settings=EngineSettings(max_live_sagas=10)) as w:
        w.port.latency = w.participants.latency = 0.001
        highest = 0

        async def look() -> None:
            nonlocal highest
            while True:
                highest = max(highest, w.live)
                await asyncio.sleep(0.0005)

        looking = spawn(look())
        for n in range(300):
            await w.start(f"s{n}")
        for n in range(300):
            await w.ended(f"s{n}")
        looking.cancel()
        assert highest <= 12, "ten, and those that are just being put to bed"


@virtual
async def test_a_saga_that_waited_for_room_starts_before_one_that_came_later() -> None:
    async with world(abc(), settings=TWO) as w:
        w.port.latency = w.participants.latency = 0.01
        for n in range(40):
            await w.start(f"s{n:02}")
            await asyncio.sleep(0.004)
        for n in range(40):
            await w.ended(f"s{n:02}")
        firsts = [sent.call.key.saga_id for sent in w.participants.sent if sent.name == "a"]
        places = {saga_id: place for place, saga_id in enumerate(firsts)}
        assert max(abs(places[f"s{n:02}"] - n) for n in range(40)) <= 2


@virtual
async def test_a_pending_saga_survives_a_crash_and_times_out_in_its_queue() -> None:
    async with world(abc(timeout="60s"), settings=TWO) as w:
        w.participants.next("a", HELD, HELD)
        for n in range(4):
            await w.start(f"s{n}")
        await settle()
        await w.kill()
        await asyncio.sleep(61)
        await w.up()
        for n in range(4):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPENSATED
        assert w.participants.names("s3") == []


@virtual
async def test_a_pending_saga_can_be_cancelled() -> None:
    async with world(abc(), settings=TWO) as w:
        w.participants.always["a"] = HELD
        for n in range(4):
            await w.start(f"s{n}")
        await w.cancel("s3")
        assert (await w.ended("s3")).state is SagaState.COMPENSATED
        assert w.participants.names("s3") == []


@virtual
async def test_a_participant_that_hangs_does_not_hold_up_the_others() -> None:
    both = definition("both", step("a", participant="q"), step("b"))
    async with world(abc(), both) as w:
        w.participants.limits["q"] = 4
        w.participants.always["a"] = HELD
        for n in range(50):
            await w.start(f"slow{n}", "both")
        w.participants.always.clear()
        began = seconds()
        for n in range(50):
            await w.start(f"s{n}")
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
        assert seconds() - began < 0.01
        assert w.participants.most["q"] == 4
        assert w.participants.on_wire["q"] == 4


@virtual
async def test_no_participant_gets_more_calls_at_once_than_its_limit_nor_all_together() -> None:
    mixed = definition(
        "mixed", step("a"), step("b", after=["a"], participant="q"), step("c", after=["a"]), step("d", after=["b", "c"])
    )
    async with world(mixed, settings=EngineSettings(max_concurrent_calls=7)) as w:
        w.participants.limits.update({"p": 5, "q": 3})
        w.participants.latency = 0.01
        together = 0

        async def look() -> None:
            nonlocal together
            while True:
                together = max(together, sum(w.participants.on_wire.values()))
                await asyncio.sleep(0.001)

        looking = spawn(look())
        await asyncio.gather(*(w.start(f"s{n}", "mixed") for n in range(100)))
        for n in range(100):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
        looking.cancel()
        assert w.participants.most == {"p": 5, "q": 3}
        assert together == 7
        w.check_nothing_left()


@virtual
async def test_sagas_that_time_out_at_a_stuck_participant_leave_no_trace_at_its_gate() -> None:
    async with world(abc(timeout="5s"), definition("long", step("a", attempt_timeout="100s"))) as w:
        w.participants.limits["p"] = 1
        w.participants.next("a", HELD)
        await w.start("stuck", "long")
        await settle()
        for n in range(200):
            await w.start(f"s{n}")
        await asyncio.sleep(5.5)
        for n in range(200):
            assert (await w.saga(f"s{n}")).state is SagaState.COMPENSATED
            assert w.participants.names(f"s{n}") == []
        (await w.participants.arrival("a")).ends()
        await w.ended("stuck")
        w.check_nothing_left()


@virtual
async def test_an_outcome_reported_while_a_question_waits_at_the_gate_takes_the_question_back() -> None:
    steps = step("a"), step("b", participant="q", pending_poll_interval="3s")
    async with world(definition("d", *steps)) as w:
        w.participants.limits["q"] = 1
        w.participants.next("b", PENDING, HELD)
        await w.start("s", "d")
        call = await w.participants.arrival("b")
        await settle()
        await w.start("blocker", "d")
        blocker = await w.participants.arrival("b", saga_id="blocker")
        await asyncio.sleep(4)
        w.participants.works(call)
        await w.complete("s", "b", call.call.completion_token, Completed(EMPTY), Phase.EXECUTE)
        assert (await w.ended("s")).state is SagaState.COMPLETED
        blocker.ends()
        await w.ended("blocker")
        assert w.participants.names("s") == ["a", "b"]
        w.check_nothing_left()


@virtual
async def test_a_crowd_of_retries_does_not_starve_new_sagas() -> None:
    async with world(abc(), settings=EngineSettings(max_concurrent_calls=3)) as w:
        w.participants.latency = 0.01
        w.participants.always["b"] = UNAVAILABLE
        for n in range(100):
            await w.start(f"s{n}")
        await asyncio.sleep(0.5)
        w.participants.always.clear()
        for n in range(100):
            assert (await w.ended(f"s{n}")).settled


@pytest.mark.parametrize("limit", [1, 3, 10])
def test_few_places_in_memory_and_few_calls_at_once_are_enough_for_any_number(limit: int) -> None:
    @virtual
    async def run() -> None:
        settings = EngineSettings(max_live_sagas=limit, max_concurrent_calls=limit, claim_page=4)
        retry = {"max_attempts": 20, "initial_backoff": "1s", "max_backoff": "1s"}
        async with world(diamond(retry=retry), settings=settings) as w:
            w.port.latency = w.participants.latency = 0.001
            w.participants.next("b", *[UNAVAILABLE, DONE, DONE] * 20)
            for n in range(60):
                await w.start(f"s{n}", "diamond")
            for n in range(60):
                assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
            w.check_nothing_left()

    run()


@virtual
async def test_a_sleeper_whose_time_has_come_gets_room_among_new_sagas() -> None:
    async with world(abc(), settings=TWO) as w:
        w.participants.next("b", fails("ABORTED", retry_after=10 * SECOND))
        await w.start("sleeper")
        await settle()
        w.participants.latency = 0.05

        async def flood() -> None:
            for n in range(2_000):
                await w.start(f"s{n}")
                await asyncio.sleep(0.05)

        flooding = spawn(flood())
        await asyncio.sleep(18)
        assert (await w.row("sleeper")).end_time is not None
        flooding.cancel()
        assert key_of("sleeper") in w.durable
