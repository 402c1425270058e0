"""Group commit: many sagas in few transactions."""

from __future__ import annotations

import asyncio
import itertools

from orchestrator.core.model import SagaState
from orchestrator.engine.settings import EngineSettings
from tests.engine.harness import abc, diamond, spawn, world
from tests.engine.virtual import settle, virtual


@virtual
async def test_sagas_at_once_share_transactions() -> None:
    async with world(abc()) as w:
        w.port.latency = w.participants.latency = 0.001
        await asyncio.gather(*(w.start(f"s{n}") for n in range(64)))
        for n in range(64):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
        assert len(w.port.batches) / 64 < 0.5
        assert max(len(batch) for batch in w.port.batches) > 16


@virtual
async def test_a_batch_has_one_append_a_saga_at_most_and_is_sorted() -> None:
    async with world(diamond()) as w:
        w.port.latency = 0.001
        w.participants.latency = 0.0007
        await asyncio.gather(*(w.start(f"s{n % 40}", "diamond") for n in range(200)))
        for n in range(40):
            await w.ended(f"s{n}")
        for batch in w.port.batches:
            keys = [append.key for append in batch]
            assert keys == sorted(set(keys))


@virtual
async def test_a_batch_is_bounded() -> None:
    async with world(abc(), settings=EngineSettings(max_batch=8)) as w:
        w.port.hold()
        starting = [spawn(w.start(f"s{n}")) for n in range(50)]
        await settle()
        w.port.let_go()
        assert await asyncio.gather(*starting) == [True] * 50
        assert max(len(batch) for batch in w.port.batches) == 8


@virtual
async def test_a_batch_is_bounded_in_bytes_and_one_that_is_larger_goes_alone() -> None:
    async with world(abc(), settings=EngineSettings(max_batch_bytes=5_000)) as w:
        w.port.hold()
        starting = [spawn(w.start(f"s{n:02}", value={"text": "x" * (9_000 if n == 7 else 1_000)})) for n in range(20)]
        await settle()
        w.port.let_go()
        assert await asyncio.gather(*starting) == [True] * 20
        sizes = [[sum(len(event.data) for event in append.events) for append in batch] for batch in w.port.batches]
        assert all(sum(batch) - max(batch) < 5_000 for batch in sizes)
        assert max(len(batch) for batch in sizes) > 5, "later appends are small"
        for n in range(20):
            await w.ended(f"s{n:02}")
        assert w.engine._services.committer.backlog_bytes == 0


@virtual
async def test_answers_that_arrive_during_a_commit_are_decided_together() -> None:
    fan = [{"id": name, "participant": "p", "action": "act", "root": True} for name in "abcdef"]
    async with world({"name": "fan", "version": 1, "steps": fan}) as w:
        w.port.latency = 0.01
        w.participants.latency = 0.001
        await w.start("s", "fan")
        await w.ended("s")
        # The first answer is committed alone, those that came meanwhile together, with the end.
        assert w.commits("s") == [7, 1, 6]


@virtual
async def test_a_second_append_of_a_saga_keeps_its_place() -> None:
    """Nothing overtakes: one saga's commits are in the order of its events."""
    async with world(diamond()) as w:
        w.port.latency = 0.001
        await asyncio.gather(*(w.start(f"s{n}", "diamond") for n in range(30)))
        for n in range(30):
            await w.ended(f"s{n}")
        appends = sorted(
            ((append.key, place, append) for place, batch in enumerate(w.port.batches) for append in batch),
            key=lambda entry: entry[:2],
        )
        for _, group in itertools.groupby(appends, key=lambda entry: entry[0]):
            expected = 0
            for _, _, append in group:
                assert append.expected == expected
                expected += len(append.events)
