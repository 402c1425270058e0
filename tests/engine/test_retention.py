"""Ended sagas are removed in the background, at leisure; and what a purge in between means to whoever reads."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.core.model import SagaKey, SagaState
from orchestrator.engine.errors import SagaExists, SagaNotFound
from orchestrator.engine.retention import BATCH, Retention
from orchestrator.engine.settings import DAY, RetentionSettings
from orchestrator.engine.view import read_saga
from orchestrator.store.base import Expiry, Outcome, SagaFilter, SagaLog, SequencedEvent
from orchestrator.store.memory import MemoryLog
from tests.engine.harness import World, definition, key_of, step, world
from tests.engine.ports import OUTAGE
from tests.engine.virtual import EPOCH, virtual
from tests.store.building import RUNNING, build, ended, make_new, start

ABC = definition("abc", step("a"))


async def fill(log: SagaLog, number: int, days_ago: float = 3, name: str = "s") -> None:
    """Sagas that ended so long ago, one after the other."""
    end = EPOCH - round(days_ago * DAY)
    for place in range(number):
        await start(log, f"{name}-{place}", ended(end), start_time=end - number + place)


def keeping(w: World, **settings: int) -> Retention:
    return Retention(w.engine.services, RetentionSettings(**settings))


async def left(w: World) -> int:
    return len(await w.log.list_sagas(SagaFilter("default"), None, 1_000))


@virtual
async def test_what_is_old_enough_goes_in_small_batches_with_pauses() -> None:
    async with world(ABC) as w:
        await fill(w.log, 250)
        await fill(w.log, 10, days_ago=1, name="young")
        await start(w.log, "open", RUNNING, start_time=5)
        w.port.latency = 0.1
        began = asyncio.get_running_loop().time()
        await keeping(w, ended_sagas=2 * DAY).round()
        took = asyncio.get_running_loop().time() - began
        assert await left(w) == 11
        assert w.port.calls["purge"] == 3
        assert BATCH == 100
        assert took >= 3 * 0.1 + 3 * 4 * 0.1, "most of the time others have their turn"
        assert await w.log.purged(key_of("s-0")) is not None
        assert await w.log.commit([build("s-0").append(1, RUNNING, make_new())]) == [Outcome.CONFLICT]


@virtual
async def test_nothing_goes_unless_it_is_set() -> None:
    async with world(ABC) as w:
        await fill(w.log, 5, days_ago=10_000)
        retention = keeping(w)
        retention.start()
        await asyncio.sleep(10_000)
        await retention.close()
        assert await left(w) == 5
        assert w.port.calls["expired"] == 0


@virtual
async def test_it_goes_on_by_itself_whatever_becomes_of_the_log() -> None:
    async with world(ABC) as w:
        await fill(w.log, 5)
        w.port.fail("expired", OUTAGE)
        retention = keeping(w, ended_sagas=2 * DAY)
        retention.start()
        await asyncio.sleep(300)
        assert await left(w) == 5
        await asyncio.sleep(600)
        assert await left(w) == 0
        await fill(w.log, 5, name="more")
        await asyncio.sleep(600)
        assert await left(w) == 0
        await retention.close()


@virtual
async def test_a_name_stays_taken_as_long_as_a_participant_may_remember_its_operations() -> None:
    async with world(ABC) as w:
        remembered = 400  # days, by the participants of this world
        for name, days_ago in (("old", remembered + 1), ("younger", remembered - 1)):
            await fill(w.log, 1, name=name, days_ago=days_ago)
            page = await w.log.expired(Expiry("default", EPOCH), None, 1)
            await w.log.purge(page, EPOCH - days_ago * DAY)
        await keeping(w, purged_names=(remembered + 2) * DAY).round()
        assert await w.log.purged(key_of("old-0")) is not None
        await keeping(w, purged_names=30 * DAY).round()
        assert [await w.log.purged(key_of(f"{name}-0")) is None for name in ("old", "younger")] == [True, False]


@virtual
async def test_a_start_of_a_purged_saga_is_known_again() -> None:
    async with world(ABC) as w:
        assert await w.start("s")
        assert (await w.ended("s")).state is SagaState.COMPLETED
        await w.log.purge(await w.log.expired(Expiry("default", w.clock.now() + 1), None, 9), w.clock.now())
        sent = len(w.participants.sent)
        assert not await w.start("s")
        with pytest.raises(SagaExists):
            await w.start("s", value={"other": 1})
        with pytest.raises(
            SagaNotFound, match=r"any more: it ended COMPLETED at 2027-01-15T08:00:0\dZ and was purged at"
        ):
            await w.cancel("s")
        await asyncio.sleep(10)
        assert len(w.participants.sent) == sent
        w.check_nothing_left()


class Vanishing(MemoryLog):
    """A log in which a saga is purged between a reader's look at its row and at its events."""

    async def read_events(self, key: SagaKey, after: int = 0, limit: int | None = None) -> list[SequencedEvent]:
        await self.purge(await self.expired(Expiry("default", 2**62), None, 9), 7)
        return await super().read_events(key, after, limit)


@virtual
async def test_who_reads_while_it_is_purged_is_told_that_it_is_gone() -> None:
    async with world(ABC, log=Vanishing()) as w:
        await w.start("s")
        await w.engine.wait(key_of("s"), 10_000_000)
        assert await read_saga(w.log, w.catalog, key_of("s")) is None
        assert await w.log.purged(key_of("s")) is not None
