"""What a person has paused, for every store."""

from __future__ import annotations

import asyncio

from orchestrator.core.model import Signature
from orchestrator.store.base import Pause, PauseKind, SagaLog, Target
from orchestrator.store.sql import SqlLog
from tests.store.conftest import Store

ANNA = Signature("it is broken", "anna", "ops")
BEN = Signature("mended", "ben", "ops")
ALL = Target(PauseKind.DEFINITION, "default", "order")
ONE = Target(PauseKind.DEFINITION, "default", "order", 1)
TWO = Target(PauseKind.DEFINITION, "default", "order", 2)
PAY = Target(PauseKind.PARTICIPANT, "default", "order")  # the same name: they have nothing in common
ELSEWHERE = Target(PauseKind.PARTICIPANT, "other", "order")


async def test_the_first_pause_stays_until_it_is_resumed(log: SagaLog) -> None:
    assert await log.list_pauses() == []
    assert await log.pause(PAY, ANNA, 5)
    assert not await log.pause(PAY, BEN, 6)
    assert await log.list_pauses() == [Pause(PAY, 5, ANNA)]
    assert await log.resume(PAY, BEN, 7)
    assert not await log.resume(PAY, BEN, 8)
    assert await log.list_pauses() == []
    assert await log.pause(PAY, BEN, 9)
    assert await log.list_pauses() == [Pause(PAY, 9, BEN)]


async def test_of_two_at_once_one_pauses(log: SagaLog) -> None:
    told = await asyncio.gather(*(log.pause(PAY, Signature(f"reason {n}"), n) for n in range(8)))
    assert sorted(told) == [False] * 7 + [True]
    [pause] = await log.list_pauses()
    assert pause.by.reason == f"reason {told.index(True)}"


async def test_each_version_and_all_of_them_are_paused_and_resumed_apart(log: SagaLog) -> None:
    targets = [ONE, PAY, ALL, ELSEWHERE, TWO]
    assert [await log.pause(target, ANNA, time) for time, target in enumerate(targets, 1)] == [True] * 5
    assert [pause.target for pause in await log.list_pauses()] == targets
    assert await log.resume(TWO, BEN, 10)
    assert [pause.target for pause in await log.list_pauses()] == targets[:4]
    assert await log.resume(ALL, BEN, 11)
    assert [pause.target for pause in await log.list_pauses()] == [ONE, PAY, ELSEWHERE]
    assert await log.resume(PAY, BEN, 12)
    assert [pause.target for pause in await log.list_pauses()] == [ONE, ELSEWHERE]


async def test_a_pause_outlives_a_restart(store: Store) -> None:
    await store.log.pause(ALL, ANNA, 5)
    await store.log.pause(PAY, ANNA, 6)
    await store.log.resume(PAY, BEN, 7)
    log = await store.reopen()
    assert await log.list_pauses() == [Pause(ALL, 5, ANNA)]


async def test_who_paused_and_who_resumed_stays_in_the_table(sql: SqlLog) -> None:
    await sql.pause(PAY, ANNA, 5)
    await sql.resume(PAY, BEN, 7)
    await sql.pause(PAY, BEN, 9)
    rows = await sql._read(
        lambda connection: connection.exec_driver_sql(
            "SELECT pause_time, pause_reason, pause_actor, pause_principal, resume_time, resume_reason, resume_actor,"
            " resume_principal FROM pauses ORDER BY id"
        ).all()
    )
    assert rows == [
        (5, "it is broken", "anna", "ops", 7, "mended", "ben", "ops"),
        (9, "mended", "ben", "ops", None, None, None, None),
    ]
