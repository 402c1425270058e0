"""What a participant's trouble does to those who do not need it: nothing. Each run is held against one without the trouble.

The neighbours' participant has queues of its own, for they come in bursts: so how long they wait says something.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from statistics import mean

import pytest

from orchestrator.caller.base import Call
from orchestrator.core.model import Phase, Saga
from orchestrator.core.retry import SECOND
from orchestrator.engine.instruments import Instruments
from orchestrator.engine.settings import EngineSettings
from tests.engine.harness import World, definition, spawn, step, world
from tests.engine.participants import DONE, UNAVAILABLE
from tests.engine.virtual import seconds, virtual

HOUR = 3_600
MORE = 1.2
"""How much longer the neighbours may wait, at the most."""

PATIENT = {"max_attempts": 1_000, "initial_backoff": "1s", "max_backoff": "1s"}
TWO = definition("two", step("x", participant="q"), step("a"), retry=PATIENT, compensation_retry=PATIENT)
SLOW = definition("slow", step("a", attempt_timeout="60s"))
NEIGHBOUR = definition("neighbour", step("x", participant="q"))


class Waits(Instruments):
    """Notes how long each attempt of the neighbours waited at its gate, microseconds."""

    __slots__ = ("all",)

    def __init__(self) -> None:
        self.all: list[int] = []

    def sent(self, saga: Saga, call: Call, phase: Phase, waited: int) -> None:
        if call.definition_name == "neighbour":
            self.all.append(waited)

    def hold_against(self, without: Waits) -> None:
        """Check that they waited no longer than in a run without the trouble, on average and at the most."""
        print(f"waited {self.told()}; without the trouble {without.told()}")
        assert without.all
        assert mean(without.all) > SECOND // 10, "they did not wait at all: there is nothing to compare with"
        assert mean(self.all) <= MORE * mean(without.all)
        assert max(self.all) <= MORE * max(without.all)

    def told(self) -> str:
        """Return how long, in words."""
        return f"{mean(self.all) / SECOND:.2f} s on average and {max(self.all) / SECOND:.2f} s at the most"


async def bursts(w: World, duration: float, every: float, sizes: dict[str, int]) -> list[str]:
    """Start so many sagas of each definition at once, again and again for so many seconds; returns which."""
    started: list[str] = []
    until = seconds() + duration
    while seconds() < until:
        for name, size in sizes.items():
            for _ in range(size):
                started.append(f"{name}-{seconds():.0f}-{len(started)}")
                await w.start(started[-1], name)
        await asyncio.sleep(every)
    return started


async def all_in_time(w: World, started: Sequence[str], limit: float) -> None:
    """Check that the neighbours among these took no longer than so many seconds, from their start to their end."""
    rows = [await w.row(saga_id) for saga_id in started if saga_id.startswith("neighbour")]
    assert rows
    assert all(row.end_time is not None for row in rows)
    assert max((row.end_time or 0) - row.start_time for row in rows) <= limit * SECOND


# An outage ----------------------------------------------------------------------------------------------------------

LATENCY = 0.5
LIMIT = 20
EVERY = 100
SIZES = {"two": 20, "neighbour": 20}
"""Each burst; there are as many in three hours as keep the participant busy for a minute afterwards."""


def _with_limits(w: World) -> None:
    w.participants.limits |= {"p": LIMIT, "q": 8}
    w.participants.latency = LATENCY


@pytest.mark.long(6)
@virtual
async def test_three_hours_of_outage_under_load() -> None:
    """Nobody else waits longer, the participant gets a probe now and then, and afterwards all that its limit allows."""
    without, with_ = Waits(), Waits()
    async with world(TWO, NEIGHBOUR, listen=lambda _: without) as w:
        _with_limits(w)
        await bursts(w, 20 * EVERY, EVERY, SIZES)
    async with world(TWO, NEIGHBOUR, listen=lambda _: with_) as w:
        _with_limits(w)
        await bursts(w, EVERY, EVERY, SIZES)
        w.participants.always["a"] = UNAVAILABLE
        began, live = seconds(), []

        async def watch() -> None:
            while True:
                await asyncio.sleep(30)
                live.append(w.live)

        watching = spawn(watch())
        parked = await bursts(w, 3 * HOUR, EVERY, SIZES)
        watching.cancel()
        away = [sent for sent in w.participants.sent if sent.time >= began and sent.call.participant == "p"]
        # At most one probe in three quarters of 30 s, after the few calls that it took to see it.
        assert len(away) < 3 * HOUR / 22.5 + 40
        assert max(live) < 60

        back, sent = seconds(), len(w.participants.sent)
        w.participants.always["a"] = DONE
        later = await bursts(w, 2 * EVERY, EVERY, SIZES)
        crowd = {saga_id for saga_id in parked if saga_id.startswith("two")}
        times = [one.time for one in w.participants.sent[sent:] if one.name == "a" and one.call.key.saga_id in crowd]
        full = next(n for n in range(len(times)) if times[n + LIMIT] - times[n] <= LATENCY * 1.1)
        rate = (len(times) - full) / (times[-1] - times[full])
        print(f"{len(crowd)} parked; {len(away)} calls meanwhile; memory {max(live)}; {len(times)} calls after")
        print(f"full after {times[full] - back:.1f} s; {rate:.1f}/s of {LIMIT / LATENCY}/s")
        assert times[full] - back < 60
        assert rate >= 0.9 * LIMIT / LATENCY
        assert w.participants.most["p"] <= LIMIT
        with_.hold_against(without)
        await all_in_time(w, parked + later, MORE * (max(without.all) / SECOND + LATENCY))
        for saga_id in crowd:
            assert (await w.row(saga_id)).end_time is not None
        await asyncio.sleep(EVERY)
        w.check_nothing_left()


# A participant that is slow -----------------------------------------------------------------------------------------

NARROW = EngineSettings(max_live_sagas=500, crowd=200, max_concurrent_calls=100)
"""So little room that the slow ones would fill it if they were let."""


async def _beside(waits: Waits, slow: int) -> None:
    """Let neighbours come in bursts, and so many sagas with each burst that need somebody who answers in 30 s."""
    async with world(SLOW, NEIGHBOUR, settings=NARROW, listen=lambda _: waits) as w:
        w.participants.limits |= {"p": LIMIT, "q": 4}
        w.participants.latencies |= {"p": 30.0, "q": 0.1}
        started = await bursts(w, 300, 10, {"slow": slow, "neighbour": 40})
        await all_in_time(w, started, MORE * 40 / 4 * 0.1)
        print(f"{w.live} sagas in memory of {len(started)}")
        assert w.live < NARROW.max_live_sagas


@virtual
async def test_a_participant_that_answers_in_thirty_seconds_does_not_hold_up_the_fast_ones() -> None:
    without, with_ = Waits(), Waits()
    await _beside(without, 0)
    await _beside(with_, 30)
    with_.hold_against(without)
