"""That a log was restored from a backup, for every store."""

from __future__ import annotations

import asyncio

from orchestrator.core.model import Signature
from orchestrator.store.base import SagaLog
from orchestrator.store.sql import SqlLog
from tests.store.conftest import Store

ANNA = Signature("all is found", "anna", "ops")


async def test_the_first_declaration_stays_until_it_is_ended(log: SagaLog) -> None:
    assert await log.restored_time() == 0
    assert not await log.end_restore(ANNA, 1)
    assert await log.declare_restored(5)
    assert not await log.declare_restored(6)
    assert await log.restored_time() == 5
    assert await log.end_restore(ANNA, 7)
    assert not await log.end_restore(ANNA, 8)
    assert await log.restored_time() == 0
    assert await log.declare_restored(9), "another backup, another time"
    assert await log.restored_time() == 9


async def test_of_two_at_once_one_declares(log: SagaLog) -> None:
    told = await asyncio.gather(*(log.declare_restored(n) for n in range(1, 6)))
    assert sorted(told) == [False] * 4 + [True]


async def test_every_change_is_seen_by_others(log: SagaLog) -> None:
    seen = [await log.register_revision()]
    await log.declare_restored(5)
    seen.append(await log.register_revision())
    await log.end_restore(ANNA, 6)
    seen.append(await log.register_revision())
    assert len(set(seen)) == 3


async def test_it_outlives_a_restart(store: Store) -> None:
    await store.log.declare_restored(5)
    log = await store.reopen()
    assert await log.restored_time() == 5
    await log.end_restore(ANNA, 6)
    assert await (await store.reopen()).restored_time() == 0


async def test_who_ended_it_stays_in_the_table(sql: SqlLog) -> None:
    await sql.declare_restored(5)
    await sql.end_restore(ANNA, 6)
    rows = await sql._read(
        lambda connection: connection.exec_driver_sql(
            "SELECT declare_time, end_time, end_reason, end_actor, end_principal FROM restores"
        ).all()
    )
    assert [tuple(row) for row in rows] == [(5, 6, "all is found", "anna", "ops")]
