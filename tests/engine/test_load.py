"""Thousands of sagas at once, and all that can go wrong with them going wrong at random."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress

import pytest

from orchestrator.core.errors import CommandRefused
from orchestrator.core.model import Cause, SagaState
from orchestrator.core.retry import SECOND
from orchestrator.engine.settings import EngineSettings
from orchestrator.store.base import LogUnavailable
from tests.engine.harness import abc, definition, diamond, key_of, pivoted, step, world
from tests.engine.participants import DONE, HELD, LATE, PENDING, REFUSED, REPLY_LOST, UNAVAILABLE, Act, fails
from tests.engine.ports import LOST_ANSWER, OUTAGE
from tests.engine.virtual import virtual

LASTING = {"max_attempts": 30, "initial_backoff": "0.5s", "max_backoff": "20s"}
FORGETFUL = definition(
    "forgetful", step("a"), step("b", participant="forgetful"), step("c"), retry=LASTING, compensation_retry=LASTING
)


def acts(chance: random.Random, count: int, refusals: float) -> list[Act]:
    """What happens to so many deliveries: mostly they work, sometimes anything else."""
    words = [DONE, REFUSED, UNAVAILABLE, REPLY_LOST, LATE, PENDING, fails("INTERNAL"), fails("ABORTED", "IN_PROGRESS")]
    return chance.choices(words, [20, 20 * refusals, 1, 1, 1, 0.3, 1, 0.3], k=count)


@pytest.mark.long(4)
@virtual
async def test_two_thousand_sagas_at_once_all_end_as_they_must() -> None:
    count, chance = 2_000, random.Random(7)
    documents = {name: make(retry=LASTING, compensation_retry=LASTING) for name, make in KINDS.items()}
    settings = EngineSettings(max_live_sagas=1_200, max_concurrent_calls=500, sweep_interval=60 * SECOND)
    async with world(*documents.values(), FORGETFUL, settings=settings) as w:
        w.port.latency = w.participants.latency = 0.002
        w.participants.limits.update({"p": 300, "forgetful": 100})
        for name in "abcd":
            w.participants.next(name, *acts(chance, count, 0.05 if name != "a" else 0.02))
            w.participants.next(f"~{name}", *acts(chance, count // 20, 0))
        w.port.fail("commit", *chance.choices([None, OUTAGE, LOST_ANSWER], [50, 1, 1], k=400))
        kinds = [chance.choice([*documents, "forgetful"]) for _ in range(count)]
        assert all(await asyncio.gather(*(w.start(f"s{n}", kind) for n, kind in enumerate(kinds))))
        for n in chance.sample(range(count), count // 30):
            with suppress(CommandRefused, LogUnavailable):
                await w.cancel(f"s{n}")
        ends: Counter[SagaState] = Counter()
        for n in range(count):
            await w.engine.wait(key_of(f"s{n}"), 10**12)
        w.participants.deliver_late()
        for n in range(count):
            state = (await w.row(f"s{n}")).state
            ends[state] += 1
            if state is not SagaState.STUCK:
                standing = w.participants.standing(key_of(f"s{n}"))
                size = 0 if state is SagaState.COMPENSATED else 4 if kinds[n] == "diamond" else 3
                assert len(standing) == size, (n, kinds[n], state, standing, w.events(f"s{n}"))
        assert ends[SagaState.COMPLETED] > count / 2
        assert ends[SagaState.COMPENSATED] > count / 20
        assert ends.total() == count
        assert max(len(batch) for batch in w.port.batches) > 100
        w.check_nothing_left()


KINDS = {"abc": abc, "diamond": diamond, "pivoted": pivoted}


@virtual
async def test_ten_kills_under_load_change_no_outcome() -> None:
    count, chance = 360, random.Random(11)
    settings = EngineSettings(sweep_interval=60 * SECOND)  # the memory log looks at every saga at each sweep
    async with world(abc(retry=LASTING, compensation_retry=LASTING), FORGETFUL, settings=settings) as w:
        w.port.latency = w.participants.latency = 0.002
        names = {n: chance.choice(["abc", "forgetful"]) for n in range(count)}
        w.participants.next("b", *acts(chance, 2 * count, 0.05))
        w.participants.next("c", *acts(chance, 2 * count, 0.05))
        w.participants.next("~b", *chance.choices([DONE, REPLY_LOST, UNAVAILABLE], k=100))
        w.participants.limits["p"] = 40
        begun: set[int] = set()
        for _ in range(10):
            todo = sorted(set(range(count)) - begun)[:48]
            clients = [asyncio.ensure_future(w.start(f"s{n}", names[n])) for n in todo]
            await asyncio.sleep(chance.uniform(0.005, 0.2))
            begun.update(n for n, client in zip(todo, clients, strict=True) if client.done())
            for client in clients:
                client.cancel()
            await w.again()
            w.port.latency = 0.002
        for n in range(count):
            await w.start(f"s{n}", names[n])
        for n in range(count):
            await w.engine.wait(key_of(f"s{n}"), 10**12)
        ends = Counter[SagaState]()
        w.participants.deliver_late()
        for n in range(count):
            saga = await w.saga(f"s{n}")
            ends[saga.state] += 1
            w.check_atomic(f"s{n}", saga.state, 3)
            assert saga.cause in (None, Cause.REJECTED, Cause.FAILED, Cause.ATTEMPTS_EXHAUSTED)
        assert ends[SagaState.COMPLETED] > count / 2
        assert ends[SagaState.COMPENSATED] > 10
        assert ends[SagaState.STUCK] == 0


@virtual
async def test_a_saga_leaves_nothing_in_memory_however_it_ends() -> None:
    async with world(abc(timeout="30s"), diamond(timeout="30s"), pivoted(timeout="30s")) as w:
        plans: list[dict[str, Act]] = [
            {},
            {"a": REFUSED},
            {"c": REFUSED},
            {"b": HELD},
            {"b": PENDING},
            {"b": UNAVAILABLE},
            {"c": REFUSED, "~b": UNAVAILABLE},
        ]
        for number, plan in enumerate(plans):
            w.participants.always = plan
            for name in KINDS:
                await w.start(f"{name}{number}", name)
            for name in KINDS:
                await w.ended(f"{name}{number}")
        w.check_nothing_left()
        names = {task.get_name() for task in asyncio.all_tasks()} - {asyncio.current_task().get_name()}  # type: ignore[union-attr]
        assert names == {"committer", "dispatcher", "admission"}
