"""Waiting for a saga and watching it: nothing is missed, nothing is seen too early."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.core.model import SagaState
from orchestrator.core.retry import SECOND
from orchestrator.engine.errors import TooManyWatchers
from orchestrator.engine.settings import EngineSettings
from tests.engine.harness import World, abc, key_of, spawn, world
from tests.engine.participants import HELD, REFUSED, UNAVAILABLE
from tests.engine.virtual import seconds, settle, virtual


async def follow(w: World, saga_id: str) -> list[int]:
    """Watch a saga to its end as the API does; returns the sequences seen at each wake."""
    seen: list[int] = []
    with w.engine.watch(key_of(saga_id)) as watch:
        while not watch.settled:
            await watch.changed()
            seen.append(len(await w.port.read_events(key_of(saga_id))))
    return seen


@virtual
async def test_a_wait_returns_at_the_end_not_before() -> None:
    async with world(abc()) as w:
        w.participants.next("c", HELD)
        await w.start("s")
        waiting = spawn(w.engine.wait(key_of("s"), 3_600 * SECOND))
        call = await w.participants.arrival("c")
        await asyncio.sleep(5)
        assert not waiting.done()
        w.port.hold()
        call.ends()
        await settle()
        assert not waiting.done(), "the end is not durable"
        w.port.let_go()
        await waiting
        assert (await w.saga("s")).state is SagaState.COMPLETED


@virtual
async def test_a_wait_returns_when_the_time_is_up() -> None:
    async with world(abc()) as w:
        w.participants.next("c", HELD)
        await w.start("s")
        await w.engine.wait(key_of("s"), 2 * SECOND)
        assert seconds() == pytest.approx(2, abs=0.001)
        assert (await w.saga("s")).state is SagaState.RUNNING
        assert not w.engine._services.hub._watches


@virtual
async def test_a_wait_for_what_has_ended_is_stuck_or_does_not_exist_returns_at_once() -> None:
    async with world(abc()) as w:
        w.participants.next("c", REFUSED)
        w.participants.always["~b"] = UNAVAILABLE
        await w.start("s")
        await w.start("t")
        assert {(await w.ended("s")).state, (await w.ended("t")).state} == {SagaState.STUCK, SagaState.COMPLETED}
        began = seconds()
        for saga_id in ("s", "t", "nobody"):
            await w.engine.wait(key_of(saga_id), 3_600 * SECOND)
        assert seconds() == began


@virtual
async def test_a_wait_for_a_sleeping_saga_lasts_till_its_end() -> None:
    async with world(abc(retry={"max_attempts": 3, "initial_backoff": "3000s", "max_backoff": "3000s"})) as w:
        w.participants.next("b", UNAVAILABLE)
        await w.start("s")
        await asyncio.sleep(5)
        assert w.live == 0
        assert (await w.ended("s")).state is SagaState.COMPLETED


@virtual
async def test_a_watcher_is_woken_by_every_commit_and_after_it_only() -> None:
    async with world(abc()) as w:
        w.port.latency = w.participants.latency = 0.01
        watching = spawn(follow(w, "s"))
        await asyncio.sleep(0.001)
        await w.start("s")
        assert await watching == [2, 4, 6, 8]


@virtual
async def test_a_slow_watcher_misses_nothing() -> None:
    async with world(abc()) as w:
        await asyncio.sleep(0)
        with w.engine.watch(key_of("s")) as watch:
            await w.start("s")
            await asyncio.sleep(5)
            await watch.changed()
            assert watch.settled
            assert len(await w.port.read_events(key_of("s"))) == 8


@virtual
async def test_many_watch_one_saga_and_nobody_wakes_for_another() -> None:
    async with world(abc()) as w:
        watching = [spawn(follow(w, "s")) for _ in range(10)]
        other = spawn(follow(w, "t"))
        await settle()
        await w.start("s")
        await asyncio.gather(*watching)
        assert not other.done()
        await w.start("t")
        assert (await other)[-1] == 8
        assert not w.engine._services.hub._watches


@virtual
async def test_beyond_the_limit_watchers_are_refused_and_waits_too() -> None:
    async with world(abc(), settings=EngineSettings(max_watchers=2)) as w:
        w.participants.next("b", HELD)
        await w.start("s")
        first, second = w.engine.watch(key_of("s")), w.engine.watch(key_of("s"))
        with first, second:
            with pytest.raises(TooManyWatchers, match="2"), w.engine.watch(key_of("s")):
                pass
            with pytest.raises(TooManyWatchers):
                await w.engine.wait(key_of("s"), SECOND)
        with w.engine.watch(key_of("s")):
            pass
        assert not w.engine._services.hub._watches


@virtual
async def test_a_watcher_that_leaves_in_the_middle_leaves_nothing_behind() -> None:
    async with world(abc()) as w:
        watching = spawn(follow(w, "s"))
        waiting = spawn(w.engine.wait(key_of("s"), SECOND))
        await settle()
        watching.cancel()
        waiting.cancel()
        await settle()
        assert not w.engine._services.hub._watches
        assert w.engine._services.hub._count == 0


@virtual
async def test_a_follower_gets_the_committed_end_itself() -> None:
    async with world(abc()) as w:
        w.participants.next("c", HELD)
        with w.engine.follow(key_of("s")) as follower:
            await w.start("s")
            following = spawn(follower.settled(3_600))
            call = await w.participants.arrival("c")
            w.port.hold()
            call.ends()
            await settle()
            assert not following.done(), "the end is not durable"
            w.port.let_go()
            assert await following is True
            assert follower.saga == await w.saga("s")
        assert not w.engine._services.hub._watches


@virtual
async def test_a_follower_whose_time_is_up_or_whose_server_drains_is_told() -> None:
    async with world(abc()) as w:
        w.participants.next("b", HELD)
        with w.engine.follow(key_of("s")) as follower:
            await w.start("s")
            assert await follower.settled(2) is False
            assert follower.saga is not None
            assert follower.saga.state is SagaState.RUNNING
            following = spawn(follower.settled(3_600))
            await settle()
            draining = spawn(w.engine.drain(1))
            assert await following is False
            await draining
        assert not w.engine._services.hub._watches


@virtual
async def test_a_follower_of_a_stuck_saga_is_told_and_of_one_put_aside_must_ask_the_log() -> None:
    async with world(abc()) as w:
        w.participants.always.update({"c": REFUSED, "~b": UNAVAILABLE})
        with w.engine.follow(key_of("s")) as follower:
            await w.start("s")
            assert await follower.settled(3_600) is True
            assert follower.saga is not None
            assert follower.saga.state is SagaState.STUCK
        w.participants.next("a", HELD)
        with w.engine.follow(key_of("t")) as follower:
            await w.start("t")
            following = spawn(follower.settled(3_600))
            await settle()
            runner = w.engine._fleet.get(key_of("t"))
            assert runner is not None
            w.engine._fleet.quarantine(runner, "a test said so")
            assert await following is True
            assert follower.saga is None
