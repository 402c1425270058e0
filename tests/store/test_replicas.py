"""Several replicas on one log: whose a saga is, who may write, and what one hears of another."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from orchestrator.core.model import SagaState, Signature
from orchestrator.core.retry import SECOND
from orchestrator.store.base import LogFatal, Outcome, ParticipantRow, PauseKind, SagaLog, Target
from orchestrator.store.memory import MemoryLog
from orchestrator.store.sql import SqlLog
from tests.postgresql import LogDatabase
from tests.store.building import RUNNING, Built, asleep, build, ended, make_new, start

LEASE = 60 * SECOND
COMMITTED, CONFLICT = Outcome.COMMITTED, Outcome.CONFLICT


class Replicas:
    """Makes replicas of one log, and lets their leases run out."""

    def __init__(self, database: LogDatabase | None) -> None:
        self._database = database
        self._now = 1_000
        self._first: MemoryLog | None = None
        self._open: list[SagaLog] = []

    async def join(self, name: str = "") -> SagaLog:
        log: SagaLog
        if self._database is None:
            log = MemoryLog(self._first, name=name, lease=LEASE, now=lambda: self._now)
            self._first = self._first or log
        else:
            log = SqlLog(self._database.location, name=name, lease=LEASE)
        await log.open(1)
        self._open.append(log)
        return log

    def run_out(self) -> None:
        """Let all leases run out."""
        if self._database is None:
            self._now += 2 * LEASE
        else:
            self._database.run("UPDATE replicas SET lease_expire_time = 1")

    async def close(self) -> None:
        for log in self._open:
            await log.close()


@pytest.fixture(params=["memory", "postgresql"])
async def replicas(request: pytest.FixtureRequest) -> AsyncIterator[Replicas]:
    made = Replicas(request.getfixturevalue("log_database") if request.param == "postgresql" else None)
    yield made
    await made.close()


@pytest.fixture
async def a(replicas: Replicas) -> SagaLog:
    return await replicas.join("a")


@pytest.fixture
async def b(replicas: Replicas, a: SagaLog) -> SagaLog:
    return await replicas.join("b")


def told(built: Built, events: int = 1, state: SagaState = SagaState.COMPENSATING) -> object:
    return replace(built.append(events, replace(RUNNING, state=state, wake_time=7)), for_owner=True)


async def test_they_have_epochs_and_leases_of_their_own(a: SagaLog, b: SagaLog) -> None:
    assert a.epoch != b.epoch
    assert a.lease == b.lease == LEASE
    assert a.installation == b.installation
    assert await a.commit([build().append(1, RUNNING, make_new())]) == [COMMITTED]
    assert await b.commit([build().append(1, RUNNING, make_new())]) == [COMMITTED]


async def test_nothing_of_a_living_replica_is_claimed(a: SagaLog, b: SagaLog) -> None:
    mine = await start(a, head=replace(RUNNING, wake_time=5))
    assert await a.commit([replace(mine.append(0, replace(RUNNING, wake_time=5)), parked={"pay": 3, ":1": 4})])
    assert await b.claim_orphans(9) == await b.claim_due(99, 9) == []
    assert await b.claim_parked("default", "pay", 9) == []
    assert await b.claim_held("default", "place_order", 1, 9) == []
    claimed = await b.claim(mine.key)
    assert claimed is not None
    assert (claimed.foreign, claimed.orphaned, claimed.row.owner_epoch) == (True, False, a.epoch)
    assert (claimed.row.claim, len(claimed.events), claimed.held_time) == (1, 2, 4)
    assert await b.renew() == 0
    assert await a.commit([mine.append(1)]) == [COMMITTED]
    assert [each.foreign for each in await a.claim_parked("default", "pay", 9)] == [False]


async def test_what_nobody_owns_is_whose_hand_is_first(a: SagaLog, b: SagaLog) -> None:
    sleepers = {(await start(a, head=asleep(place))).key for place in range(20)}
    pages = await asyncio.gather(*(log.claim_due(99, 10) for log in (a, b, a, b)))
    keys = [claimed.row.key for page in pages for claimed in page]
    assert len(keys) == len(set(keys))
    rest = [claimed.row.key for claimed in await a.claim_due(99, 20)]
    assert set(keys) | set(rest) == sleepers
    one = await start(a, head=asleep(None))
    both = await asyncio.gather(a.claim(one.key), b.claim(one.key))
    assert sorted(claimed.foreign for claimed in both if claimed is not None) == [False, True]


async def test_a_replica_whose_lease_has_run_out_is_ended_and_its_sagas_are_orphans(
    replicas: Replicas, a: SagaLog, b: SagaLog
) -> None:
    mine, sleeper = await start(a), await start(a, head=asleep(5))
    replicas.run_out()
    assert await b.renew() == 1
    with pytest.raises(LogFatal):
        await a.commit([mine.append(1)])
    with pytest.raises(LogFatal):
        await a.renew()
    [orphan] = await b.claim_orphans(9)
    assert (orphan.row.key, orphan.row.owner_epoch, orphan.row.claim, orphan.orphaned) == (mine.key, b.epoch, 2, True)
    assert await b.claim_orphans(9) == []
    assert await b.commit([mine.append(1)]) == [COMMITTED]
    [due] = await b.claim_due(9, 9)
    assert (due.row.key, due.orphaned) == (sleeper.key, False)


async def test_who_writes_in_time_needs_no_renewal(replicas: Replicas, a: SagaLog, b: SagaLog) -> None:
    """A replica whose lease has run out, and that nobody has ended, saves itself by its next write."""
    mine = await start(a)
    replicas.run_out()
    if isinstance(a, SqlLog):
        a._renewed -= LEASE / SECOND  # as if so much time had passed for it, too
    assert a.silence() >= LEASE
    assert await a.commit([mine.append(1)]) == [COMMITTED]
    assert a.silence() < LEASE // 6
    assert await b.renew() == 0
    assert await a.commit([mine.after(1).append(1)]) == [COMMITTED]


async def test_who_only_renews_ends_nobody(replicas: Replicas, a: SagaLog, b: SagaLog) -> None:
    replicas.run_out()
    assert [await a.renew(ends=False), await b.renew(ends=False), await a.renew()] == [0, 0, 0]
    replicas.run_out()
    assert await a.renew() == 1


async def test_one_that_is_started_again_takes_its_own_place(replicas: Replicas, a: SagaLog, b: SagaLog) -> None:
    mine, other = await start(a), await start(b)
    again = await replicas.join("a")
    with pytest.raises(LogFatal):
        await a.commit([mine.append(1)])
    assert [orphan.row.key for orphan in await again.claim_orphans(9)] == [mine.key]
    assert await b.commit([other.append(1)]) == [COMMITTED]


async def test_one_that_closes_leaves_at_once(a: SagaLog, b: SagaLog) -> None:
    mine = await start(a)
    await a.close()
    assert [orphan.row.key for orphan in await b.claim_orphans(9)] == [mine.key]


async def test_an_append_for_the_owner_leaves_the_saga_its_own_and_tells_it(a: SagaLog, b: SagaLog) -> None:
    mine = await start(a)
    assert await a.nudged(9) == []
    assert await b.commit([told(mine)]) == [COMMITTED]  # type: ignore[list-item]
    row = await a.read(mine.key)
    assert row is not None
    assert (row.owner_epoch, row.state, row.sequence) == (a.epoch, SagaState.COMPENSATING, 3)
    assert (await a.nudged(9), await b.nudged(9)) == ([mine.key], [])
    assert await a.commit([mine.append(1)]) == [CONFLICT]
    claimed = await a.claim(mine.key)
    assert claimed is not None
    assert (claimed.foreign, claimed.orphaned, len(claimed.events)) == (False, False, 3)
    assert await a.nudged(9) == []
    assert await a.commit([mine.after(1).append(1)]) == [COMMITTED]


async def test_an_append_for_the_owner_may_end_what_it_owns(a: SagaLog, b: SagaLog) -> None:
    mine = await start(a)
    end = replace(mine.append(1, ended(state=SagaState.ABANDONED)), for_owner=True)
    assert await b.commit([end]) == [COMMITTED]
    assert await b.commit([end]) == [COMMITTED], "the same once more"
    row = await a.read(mine.key)
    assert row is not None
    assert (row.owner_epoch, row.end_time, row.state) == (None, 99, SagaState.ABANDONED)
    assert await a.nudged(9) == [mine.key]
    claimed = await a.claim(mine.key)
    assert claimed is not None
    assert (claimed.foreign, claimed.row.owner_epoch) == (False, None)
    assert await a.nudged(9) == []


async def test_an_append_for_an_owner_that_has_let_go_wakes_the_saga(a: SagaLog, b: SagaLog) -> None:
    """Its owner gave it back in the meantime, which changes no sequence."""
    mine = await start(a)
    assert await a.commit([mine.append(0, asleep(None))]) == [COMMITTED]
    assert await b.commit([told(mine)]) == [COMMITTED]  # type: ignore[list-item]
    assert await a.nudged(9) == []
    assert [claimed.row.key for claimed in await b.claim_due(7, 9)] == [mine.key]


async def test_a_saga_is_given_back_by_its_owner_only(a: SagaLog, b: SagaLog) -> None:
    """What sets the head only changes no sequence, and another such append takes its id's place there: what is sent again,
    because its COMMIT got no answer, could find all as it was, though the saga has had two owners since.
    """
    mine = await start(a)
    given, again = mine.append(0, asleep(3)), mine.append(0, asleep(4))
    assert await a.commit([given]) == [COMMITTED]
    assert [claimed.row.key for claimed in await b.claim_due(9, 9)] == [mine.key]
    assert await a.commit([given]) == [COMMITTED], "it stood, and stands"
    assert await b.commit([again]) == [COMMITTED]
    assert [claimed.row.key for claimed in await b.claim_due(9, 9)] == [mine.key]
    other = await start(a)
    assert await a.commit([given, other.append(1)]) == [CONFLICT, COMMITTED]
    row = await a.read(mine.key)
    assert row is not None
    assert (row.owner_epoch, row.wake_time, row.claim) == (b.epoch, 4, 3)
    assert await a.claim_due(9, 9) == []
    assert await b.commit([mine.append(0, asleep(5))]) == [COMMITTED]


async def test_of_two_that_make_one_saga_one_has_made_it(a: SagaLog, b: SagaLog) -> None:
    for place in range(10):
        appends = [build(f"same-{place}").append(1, RUNNING, make_new()) for _ in range(2)]
        outcomes = await asyncio.gather(a.commit([appends[0]]), b.commit([appends[1]]))
        assert sorted(outcome.value for [outcome] in outcomes) == ["COMMITTED", "CONFLICT"]


async def test_a_change_of_the_register_is_seen_by_all(a: SagaLog, b: SagaLog) -> None:
    row = ParticipantRow("default", "pay", "127.0.0.1:1", 8, "{}", 5, 6, "{}")
    target, by = Target(PauseKind.PARTICIPANT, "default", "pay"), Signature("", "", "")
    seen = [await b.register_revision()]
    for change in (
        lambda: a.put_participant(row),
        lambda: a.pause(target, by, 3),
        lambda: a.resume(target, by, 4),
        lambda: a.delete_participant("default", "pay"),
    ):
        await change()
        seen.append(await b.register_revision())
    assert seen == sorted(set(seen))


async def test_sequences_are_read_at_once(a: SagaLog, b: SagaLog) -> None:
    one, other = await start(a), await start(b)
    await a.quarantine(other.key, "no", 3)
    assert await b.read_sequences([one.key, build("none").key, other.key]) == {one.key: 2, other.key: -2}
    assert await b.read_sequences([]) == {}


async def test_on_postgresql_news_are_told(log_database: LogDatabase) -> None:
    heard = [threading.Event(), threading.Event()]
    logs = [SqlLog(log_database.location, name=name, lease=LEASE) for name in "ab"]
    tells: list[Callable[[], None]] = [event.set for event in heard]
    for log, tell in zip(logs, tells, strict=True):
        log.on_news(tell)
        await log.open(1)
    try:
        for event in heard:
            assert await asyncio.to_thread(event.wait, 30), "the first look"
            event.clear()
        mine = await start(logs[0])
        assert await logs[1].commit([told(mine)]) == [COMMITTED]  # type: ignore[list-item]
        assert await asyncio.to_thread(heard[0].wait, 30)
        heard[0].clear()
        # And once more after its connection was lost.
        log_database.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sagaway listens'"
        )
        assert await asyncio.to_thread(heard[0].wait, 30)
    finally:
        for log in logs:
            await log.close()
