"""Choreographed sagas in the log: nobody owns them, and who looks after them is the observer."""

from __future__ import annotations

from orchestrator.core.model import Mode, SagaState
from orchestrator.store.base import SagaLog
from tests.store.building import asleep, ended, start


async def test_they_are_overdue_when_their_time_has_come_and_due_to_nobody(log: SagaLog) -> None:
    late = await start(log, head=asleep(30), mode=Mode.CHOREOGRAPHY)
    early = await start(log, head=asleep(20), mode=Mode.CHOREOGRAPHY)
    driven = await start(log, head=asleep(25))
    for head in (asleep(50), asleep(None, SagaState.STUCK), ended()):
        await start(log, head=head, mode=Mode.CHOREOGRAPHY)
    aside = await start(log, head=asleep(10), mode=Mode.CHOREOGRAPHY)
    await log.quarantine(aside.key, "bad", 1)

    assert [row.key for row in await log.overdue(40, 10)] == [early.key, late.key]
    assert [row.key for row in await log.overdue(40, 1)] == [early.key]
    assert await log.overdue(19, 10) == []
    assert await log.next_wake() == 25
    assert [claimed.row.key for claimed in await log.claim_due(60, 10)] == [driven.key]
    assert await log.next_wake() is None
    assert [row.key for row in await log.overdue(40, 10)] == [early.key, late.key]


async def test_a_command_does_not_claim_one(log: SagaLog) -> None:
    built = await start(log, head=asleep(30), mode=Mode.CHOREOGRAPHY)
    claimed = await log.claim(built.key)
    assert claimed is not None
    assert (claimed.row.mode, claimed.row.owner_epoch, claimed.row.wake_time) == (Mode.CHOREOGRAPHY, None, 30)
    assert len(claimed.events) == 2
    assert await log.read(built.key) == claimed.row
