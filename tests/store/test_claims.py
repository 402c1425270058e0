"""Who owns a saga: claims, wake times, quarantine, for every store."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from orchestrator.core.model import SagaKey, SagaState
from orchestrator.store.base import Claimed, Head, ListPosition, Outcome, SagaFilter, SagaLog
from orchestrator.store.survey import MOVING, OPEN
from tests.store.building import RUNNING, asleep, build, ended, make_events, start
from tests.store.conftest import Store


def keys(claimed: list[Claimed]) -> list[SagaKey]:
    return [each.row.key for each in claimed]


async def test_after_a_restart_what_was_owned_is_an_orphan(store: Store) -> None:
    owned = [await start(store.log) for _ in range(5)]
    for head in (asleep(5), asleep(None, SagaState.STUCK), ended()):
        await start(store.log, head=head)
    aside = await start(store.log)
    await store.log.quarantine(aside.key, "bad", 1)
    assert await store.log.claim_orphans(10) == []  # its own are none

    log = await store.reopen()
    mine = await start(log)
    pages = [await log.claim_orphans(2) for _ in range(4)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    claimed = [each for page in pages for each in page]
    assert sorted(keys(claimed)) == sorted(built.key for built in owned)
    row = await log.read(mine.key)
    assert row is not None
    for each in claimed:
        assert each.orphaned
        assert each.row.claim == 2
        assert each.row.owner_epoch == row.owner_epoch
        assert [event.event for event in each.events] == list(make_events(2))
        assert [event.sequence for event in each.events] == [1, 2]
        assert await log.read(each.row.key) == each.row


async def test_orphans_of_several_lives_are_claimed_once_each_also_at_once(store: Store) -> None:
    expected = []
    for _ in range(3):
        expected += [(await start(store.log)).key for _ in range(4)]
        await store.reopen()
    pages = await asyncio.gather(*(store.log.claim_orphans(3) for _ in range(8)))
    assert sorted(key for page in pages for key in keys(page)) == sorted(expected)


async def test_an_orphan_that_is_claimed_is_an_orphan_again_after_the_next_restart(store: Store) -> None:
    built = await start(store.log)
    for claim in (2, 3):
        log = await store.reopen()
        [claimed] = await log.claim_orphans(5)
        assert (claimed.row.key, claimed.row.claim, claimed.orphaned) == (built.key, claim, True)


async def test_due_sagas_are_taken_oldest_first_and_once(log: SagaLog) -> None:
    sleepers = {wake: await start(log, head=asleep(wake)) for wake in (30, 10, 50, 20, 40)}
    await start(log, head=asleep(None))
    aside = await start(log, head=asleep(5))
    await log.quarantine(aside.key, "bad", 1)
    assert await log.claim_due(9, 10) == []
    assert keys(await log.claim_due(40, 2)) == [sleepers[10].key, sleepers[20].key]
    assert keys(await log.claim_due(40, 10)) == [sleepers[30].key, sleepers[40].key]
    [last] = await log.claim_due(50, 10)
    assert (last.row.key, last.row.claim, last.orphaned) == (sleepers[50].key, 1, False)
    assert last.row.owner_epoch is not None
    assert [event.event for event in last.events] == list(make_events(2))
    assert await log.claim_due(1_000, 10) == []


async def test_a_claimed_saga_can_be_appended_to_and_put_to_sleep_again(log: SagaLog) -> None:
    built = await start(log, head=asleep(10))
    assert await log.next_wake() == 10
    assert len(await log.claim_due(10, 1)) == 1
    assert await log.next_wake() is None
    assert await log.commit([built.append(1, asleep(70))]) == [Outcome.COMMITTED]
    assert await log.next_wake() == 70


async def test_next_wake_is_that_of_the_first_sleeper_nobody_owns(log: SagaLog) -> None:
    assert await log.next_wake() is None
    owned = await start(log)
    await log.commit([owned.append(1, Head(SagaState.RUNNING, owned=True, wake_time=1))])
    await start(log, head=ended())
    aside = await start(log, head=asleep(2))
    await log.quarantine(aside.key, "bad", 1)
    assert await log.next_wake() is None
    for wake in (90, 60, 80):
        await start(log, head=asleep(wake))
    assert await log.next_wake() == 60


async def test_open_sagas_are_counted_by_state_and_those_in_quarantine_too(log: SagaLog) -> None:
    assert (dict(await log.count_states()), await log.count_quarantined()) == ({}, 0)
    for state, number in ((SagaState.PENDING, 1), (SagaState.RUNNING, 2), (SagaState.STUCK, 3)):
        for _ in range(number):
            await start(log, head=asleep(None, state))
    await start(log, head=ended())
    await start(log, head=ended(state=SagaState.COMPENSATED))
    aside = await start(log)
    await log.quarantine(aside.key, "bad", 1)
    expected = {SagaState.PENDING: 1, SagaState.RUNNING: 3, SagaState.STUCK: 3}
    assert (dict(await log.count_states()), await log.count_quarantined()) == (expected, 1)


async def test_a_survey_counts_open_sagas_up_to_a_limit_and_names_the_oldest_that_move(log: SagaLog) -> None:
    nothing = await log.survey("default", 2, 2)
    assert (set(nothing.counts.values()), nothing.quarantined, nothing.oldest) == ({0}, 0, ())
    times = iter((5, 3, 4, 1, 6, 2))
    moving = [await start(log, head=asleep(None, state), start_time=next(times)) for state in MOVING for _ in range(2)]
    for _ in range(3):
        await start(log, head=asleep(None, SagaState.STUCK))
    await start(log, head=ended())
    await start(log, namespace="other")
    await log.quarantine(moving[0].key, "bad", 1)
    found = await log.survey("default", 9, 9)
    assert found.counts == {**dict.fromkeys(MOVING, 2), SagaState.STUCK: 3}
    assert found.quarantined == 1
    assert [row.start_time for row in found.oldest] == [1, 2, 3, 4, 6]
    assert {row.key for row in found.oldest} == {one.key for one in moving[1:]}
    few = await log.survey("default", 2, 3)
    assert few.counts == dict.fromkeys(OPEN, 2)
    assert few.oldest == found.oldest[:3]


async def test_claiming_by_name(store: Store) -> None:
    log = store.log
    assert await log.claim(SagaKey("default", "nobody")) is None

    sleeper = await start(log, head=asleep(500))
    claimed = await log.claim(sleeper.key)
    assert claimed is not None
    assert (claimed.row.claim, claimed.orphaned, len(claimed.events)) == (1, False, 2)
    assert claimed.row.owner_epoch is not None

    again = await log.claim(sleeper.key)  # its own: as it stands
    assert again == claimed

    log = await store.reopen()
    orphan = await log.claim(sleeper.key)
    assert orphan is not None
    assert (orphan.row.claim, orphan.orphaned) == (2, True)
    assert await log.claim_orphans(5) == []


async def test_a_saga_that_ended_or_is_in_quarantine_is_returned_unclaimed(log: SagaLog) -> None:
    over, aside = await start(log, head=ended()), await start(log)
    await log.quarantine(aside.key, "bad", 1)
    for built in (over, aside):
        before = await log.read(built.key)
        claimed = await log.claim(built.key)
        assert claimed is not None
        assert claimed.row == before == await log.read(built.key)
        assert (claimed.row.owner_epoch, claimed.orphaned, len(claimed.events)) == (None, False, 2)


async def test_quarantine_keeps_its_first_reason(log: SagaLog) -> None:
    built = await start(log, head=asleep(5))
    await log.quarantine(built.key, "first", 10)
    await log.quarantine(built.key, "second", 20)
    await log.quarantine(SagaKey("default", "nobody"), "nothing there", 30)
    row = await log.read(built.key)
    assert row is not None
    assert (row.quarantine_reason, row.quarantine_time) == ("first", 10)
    assert (row.owner_epoch, row.wake_time, row.sequence, row.state) == (None, None, 2, SagaState.RUNNING)


async def test_of_many_claims_at_once_each_saga_goes_to_one(log: SagaLog) -> None:
    builts = [await start(log, head=asleep(place)) for place in range(12)]
    pages = await asyncio.gather(*(log.claim_due(100, 5) for _ in range(6)))
    assert sorted(key for page in pages for key in keys(page)) == sorted(built.key for built in builts)


async def test_a_saga_made_for_later_has_had_no_owner(log: SagaLog) -> None:
    built = await start(log, head=asleep(3, SagaState.PENDING))
    row = await log.read(built.key)
    assert row is not None
    assert (row.claim, row.owner_epoch) == (0, None)
    assert build().key != built.key


async def test_an_append_that_lifts_the_quarantine_does_it_with_its_events_and_any_other_leaves_it(
    log: SagaLog,
) -> None:
    saga = await start(log)
    await log.quarantine(saga.key, "broken", 7)
    assert await log.commit([saga.append(1, asleep(9))]) == [Outcome.COMMITTED]
    row = await log.read(saga.key)
    assert row is not None
    assert (row.quarantine_time, row.wake_time) == (7, None)
    saga = saga.after(1)
    lifting = replace(saga.append(1, asleep(9)), lifts_quarantine=True)
    assert await log.commit([lifting]) == [Outcome.COMMITTED]
    assert await log.commit([lifting]) == [Outcome.COMMITTED], "the same once more"
    row = await log.read(saga.key)
    assert row is not None
    assert (row.quarantine_time, row.quarantine_reason, row.wake_time, row.sequence) == (None, "", 9, 4)
    (claimed,) = await log.claim_due(9, 10)
    assert (claimed.row.key, claimed.orphaned) == (saga.key, False)
    late = replace(saga.append(1, asleep(9)), lifts_quarantine=True)
    assert await log.commit([late]) == [Outcome.CONFLICT]


async def test_an_append_may_end_a_saga_as_it_lifts_its_quarantine(log: SagaLog) -> None:
    saga = await start(log)
    await log.quarantine(saga.key, "broken", 7)
    lifting = replace(saga.append(1, ended(99)), lifts_quarantine=True)
    assert await log.commit([lifting]) == [Outcome.COMMITTED]
    row = await log.read(saga.key)
    assert row is not None
    assert (row.quarantine_time, row.end_time) == (None, 99)


async def test_that_a_saga_is_paused_stands_in_its_row(log: SagaLog) -> None:
    saga = await start(log)
    for paused in (True, False):
        assert await log.commit([saga.append(2, replace(asleep(), paused=paused))]) == [Outcome.COMMITTED]
        saga = saga.after(2)
        row = await log.read(saga.key)
        assert row is not None
        assert row.paused is paused


async def test_dead_letters_are_those_that_are_stuck_or_in_quarantine_newest_first(log: SagaLog) -> None:
    heads = [RUNNING, asleep(state=SagaState.STUCK), RUNNING, ended(), asleep(state=SagaState.STUCK), RUNNING]
    sagas = [
        await start(log, head=head, start_time=index, definition_name=("x", "y")[index % 2])
        for index, head in enumerate(heads)
    ]
    for index in (2, 3, 4):
        await log.quarantine(sagas[index].key, "broken", 50 - index)
    filter_ = SagaFilter("default", dead_letters=True)
    found = await log.list_sagas(filter_, None, 10)
    assert [row.start_time for row in found] == [4, 3, 2, 1]
    paged: list[int] = []
    after = None
    while rows := await log.list_sagas(filter_, after, 2):
        paged += [row.start_time for row in rows]
        after = ListPosition(rows[-1].start_time, rows[-1].uid)
    assert paged == [4, 3, 2, 1]
    assert [row.start_time for row in await log.list_sagas(replace(filter_, definition_name="y"), None, 10)] == [3, 1]
    stuck = replace(filter_, states=frozenset({SagaState.STUCK}))
    assert [row.start_time for row in await log.list_sagas(stuck, None, 10)] == [4, 1]
