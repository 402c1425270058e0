"""Under load a transaction waits a little for more; a few sagas never do."""

from __future__ import annotations

import asyncio

from orchestrator.engine.company import CROWD, ENOUGH, PACE, Company
from tests.engine.harness import abc, spawn, world
from tests.engine.virtual import seconds, virtual


async def arrive(queue: list[int], every: float, until: float) -> None:
    while seconds() < until:
        await asyncio.sleep(every)
        queue.append(0)


async def gathered(waiting: Company, queue: list[int]) -> float:
    """Wait as the committer does; returns for how long."""
    began = seconds()
    while await waiting.grows(queue):
        pass
    return seconds() - began


def company(*sizes: int, took: float = 0.001, under_way: int = 1) -> Company:
    """Return a company after transactions of these sizes, the last of which has just ended."""
    made = Company(lambda: under_way)
    for size in sizes:
        made.leaves(size)
    made._began -= took
    made.returns()
    return made


@virtual
async def test_nobody_waits_before_and_after_a_transaction_of_a_few() -> None:
    assert await gathered(Company(lambda: 1), [0]) == 0
    assert await gathered(company(CROWD - 1), [0]) == 0
    assert await gathered(company(CROWD, CROWD - 1, CROWD - 1), [0]) == 0


@virtual
async def test_stragglers_do_not_part_a_crowd() -> None:
    assert await gathered(company(CROWD, 1), [0]) > 0


@virtual
async def test_after_a_crowd_a_transaction_waits_while_others_come_but_not_for_ever() -> None:
    queue = [0]
    spawn(arrive(queue, every=0.001, until=1))
    waited = await gathered(company(CROWD), queue)
    assert PACE <= waited <= PACE * 1.2
    assert len(queue) > 5


@virtual
async def test_after_a_crowd_it_begins_soon_if_nobody_comes() -> None:
    assert 0 < await gathered(company(CROWD), [0]) <= PACE / 3


@virtual
async def test_soon_is_as_long_as_the_last_transaction_took() -> None:
    waited = await gathered(company(CROWD, took=0.009), [0])
    assert 0.009 <= waited < 0.013


@virtual
async def test_it_begins_at_once_when_all_are_there_that_can_come() -> None:
    assert await gathered(company(CROWD, under_way=0), [0] * CROWD) == 0
    assert (
        await gathered(company(CROWD, under_way=0), [0] * (CROWD - 1)) > 0
    )  # whoever has just ended may begin another
    assert await gathered(company(CROWD, under_way=1), [0] * CROWD) > 0


@virtual
async def test_enough_of_them_wait_for_no_more_after_a_transaction_that_took_long() -> None:
    assert await gathered(company(CROWD, took=PACE), [0] * ENOUGH) == 0
    assert await gathered(company(CROWD, took=PACE), [0] * (ENOUGH - 1)) > 0


async def transactions_a_saga(sagas: int) -> tuple[float, float]:
    """Run sagas that begin one after the other, a little apart; returns how many transactions one takes, and how long the last lasts."""
    async with world(abc()) as w:
        w.port.latency, w.participants.latency = 0.001, 0.002
        for n in range(sagas - 1):
            spawn(w.start(f"s{n}"))
            await asyncio.sleep(0.000_2)
        began = seconds()
        await w.start(f"s{sagas - 1}")
        await w.ended(f"s{sagas - 1}")
        took = seconds() - began
        for n in range(sagas):
            await w.ended(f"s{n}")
        return len(w.port.batches) / sagas, took


@virtual
async def test_a_stream_of_sagas_shares_larger_transactions() -> None:
    transactions, took = await transactions_a_saga(400)
    assert transactions < 0.06  # 0.2 at one a millisecond, which is as fast as they follow each other
    assert took < 4 * (0.001 + 0.002 + 1.2 * PACE)


@virtual
async def test_a_few_sagas_take_no_longer_for_it() -> None:
    _, took = await transactions_a_saga(5)
    assert took < 4 * (2 * 0.001 + 0.002)
