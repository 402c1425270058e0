"""Limits that change while calls wait: they hold at once."""

from __future__ import annotations

import asyncio
import itertools

from orchestrator.caller.base import ActionLimits, Limits
from orchestrator.core.model import SagaState
from tests.engine.harness import World, definition, step, world
from tests.engine.virtual import settle, virtual

ONE = definition("one", step("a"))
TWO = definition("two", step("a"), step("x", participant="q", root=True))


def limit(w: World, limits: Limits) -> None:
    w.participants.limits["p"] = limits
    w.engine.limits_changed("default", "p")


@virtual
async def test_a_rate_that_is_taken_away_keeps_nobody_waiting() -> None:
    async with world(ONE) as w:
        limit(w, Limits(rate=0.001))
        for n in range(5):
            await w.start(f"s{n}", "one")
        await asyncio.sleep(60)
        assert len(w.participants.sent) == 1
        limit(w, Limits())
        await settle()
        assert len(w.participants.sent) == 5
        for n in range(5):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
        w.check_nothing_left()
        await asyncio.sleep(2_000)  # nothing is left of the old rate's timer


@virtual
async def test_a_rate_that_comes_holds_for_those_who_wait_and_for_nobody_else() -> None:
    async with world(ONE, TWO) as w:
        limit(w, Limits(1))
        w.participants.latency = 0.01
        for n in range(21):
            await w.start(f"s{n}", "two")
        limit(w, Limits(rate=2))
        await asyncio.sleep(5)
        mine = [sent.time for sent in w.participants.sent if sent.name == "a"]
        assert len([sent for sent in w.participants.sent if sent.name == "x"]) == 21
        assert all(later - first >= 0.4 for first, later in itertools.pairwise(mine[1:]))
        assert 10 <= len(mine) <= 12
        for n in range(21):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED


@virtual
async def test_the_limit_of_an_action_holds_up_neither_another_nor_another_participant() -> None:
    other = definition("other", step("b", action="look"))
    async with world(ONE, other) as w:
        limit(w, Limits(200, actions={"act": ActionLimits(calls=2)}))
        w.participants.latency = 1
        for n in range(10):
            await w.start(f"s{n}", "one")
            await w.start(f"o{n}", "other")
        await asyncio.sleep(0.5)
        assert sorted(sent.name for sent in w.participants.sent) == ["a"] * 2 + ["b"] * 10
        await asyncio.sleep(10)
        times = [sent.time for sent in w.participants.sent if sent.name == "a"]
        assert all(later - first >= 1 for first, later in zip(times, times[2:], strict=False))
