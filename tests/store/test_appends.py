"""What `SagaLog.commit` promises, for every store."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace

import pytest

from orchestrator.core.model import Cause, Mode, SagaKey, SagaState
from orchestrator.store.base import Append, Head, LogDataError, Outcome, RecordedEvent, SagaLog, SequencedEvent
from tests.store.building import RUNNING, Built, asleep, build, ended, make_events, make_new, start
from tests.store.conftest import Store

COMMITTED, CONFLICT = Outcome.COMMITTED, Outcome.CONFLICT


async def state_of(log: SagaLog, built: Built) -> tuple[object, object]:
    return await log.read(built.key), await log.read_events(built.key)


async def test_a_new_saga_is_read_back_whole(log: SagaLog) -> None:
    built = build("order-1", "shop")
    labels = {"customer": "c-7", "ünïcode": "välue \x00 \U0001f600"}
    append = built.append(3, Head(SagaState.PENDING, wake_time=77), make_new(start_time=123, labels=labels))
    assert await log.commit([append]) == [COMMITTED]

    row = await log.read(SagaKey("shop", "order-1"))
    assert row is not None
    assert row.owner_epoch is not None
    assert row.key == SagaKey("shop", "order-1")
    assert (row.uid, row.sequence, row.state, row.cause) == (built.uid, 3, SagaState.PENDING, None)
    assert (row.definition_name, row.definition_version, row.definition_hash) == ("place_order", 1, "ab" * 32)
    assert (row.fingerprint, row.labels) == (bytes(range(32)), labels)
    assert (row.start_time, row.timeout_time, row.end_time, row.wake_time) == (123, 1_123, None, 77)
    assert (row.claim, row.step_count, row.completed_steps, row.compensated_steps) == (1, 3, 0, 0)
    assert (row.mode, row.paused, row.quarantine_reason, row.quarantine_time) == (Mode.ORCHESTRATION, False, "", None)
    assert await log.read_events(built.key) == [
        SequencedEvent(place, event) for place, event in enumerate(make_events(3), 1)
    ]


async def test_an_append_moves_the_head_and_keeps_the_events_dense(log: SagaLog) -> None:
    built = await start(log)
    head = Head(SagaState.COMPENSATING, Cause.REJECTED, owned=True, wake_time=5, completed_steps=2, compensated_steps=1)
    assert await log.commit([built.append(3, head)]) == [COMMITTED]
    row = await log.read(built.key)
    assert row is not None
    assert (row.sequence, row.state, row.cause, row.wake_time) == (5, SagaState.COMPENSATING, Cause.REJECTED, 5)
    assert (row.completed_steps, row.compensated_steps, row.end_time) == (2, 1, None)
    assert [event.sequence for event in await log.read_events(built.key)] == [1, 2, 3, 4, 5]
    assert [event.event for event in await log.read_events(built.key)] == list(make_events(5))


async def test_an_end_is_an_end(log: SagaLog) -> None:
    built = await start(log)
    assert await log.commit([built.append(1, ended(500))]) == [COMMITTED]
    row = await log.read(built.key)
    assert row is not None
    assert (row.state, row.end_time, row.owner_epoch, row.wake_time) == (SagaState.COMPLETED, 500, None, None)
    assert await log.commit([built.after(1).append(1)]) == [CONFLICT]
    assert await log.commit([built.after(1).append(0, asleep(5))]) == [CONFLICT]
    assert await log.read(built.key) == row


@pytest.mark.parametrize("expected", [1, 3, 7])
async def test_another_sequence_is_a_conflict_and_writes_nothing(log: SagaLog, expected: int) -> None:
    built = await start(log)
    before = await state_of(log, built)
    assert await log.commit([replace(built, sequence=expected).append(2, ended())]) == [CONFLICT]
    assert await log.commit([replace(built, sequence=expected).append(0, asleep(3))]) == [CONFLICT]
    assert await state_of(log, built) == before


async def test_an_unknown_saga_is_a_conflict(log: SagaLog) -> None:
    built = replace(build("nobody"), sequence=2)
    assert await log.commit([built.append()]) == [CONFLICT]
    assert await log.commit([built.append(0)]) == [CONFLICT]
    assert await log.read(built.key) is None


async def test_a_taken_key_is_a_conflict_and_the_first_stays(log: SagaLog) -> None:
    first = await start(log, "taken", labels={"by": "first"})
    before = await state_of(log, first)
    assert await log.commit([build("taken").append(5, RUNNING, make_new(labels={"by": "second"}))]) == [CONFLICT]
    assert await state_of(log, first) == before
    assert (await start(log, "taken", namespace="elsewhere")).uid != first.uid


async def test_losers_do_not_disturb_a_batch(log: SagaLog) -> None:
    stale, good, sleeper, closing = [await start(log) for _ in range(4)]
    taken = await start(log, "taken")
    fresh = build("fresh")
    before = await state_of(log, stale), await state_of(log, taken)
    outcomes = await log.commit(
        [
            replace(stale, sequence=1).append(),
            good.append(2),
            build("taken").append(2, RUNNING, make_new(labels={"a": "b"})),
            sleeper.append(0, asleep(44)),
            fresh.append(2, RUNNING, make_new(labels={"a": "b"})),
            replace(build("nobody"), sequence=9).append(),
            closing.append(1, ended()),
        ]
    )
    assert outcomes == [CONFLICT, COMMITTED, CONFLICT, COMMITTED, COMMITTED, CONFLICT, COMMITTED]
    assert (await state_of(log, stale), await state_of(log, taken)) == before
    sequences = [(await log.read_events(built.key))[-1].sequence for built in (good, sleeper, fresh, closing)]
    assert sequences == [4, 2, 2, 3]
    row = await log.read(sleeper.key)
    assert row is not None
    assert (row.owner_epoch, row.wake_time) == (None, 44)


async def test_the_same_append_again_is_success_and_is_not_written_twice(log: SagaLog) -> None:
    built = build()
    creation = built.append(2, RUNNING, make_new(labels={"a": "b"}))
    following = built.after(2).append(2)
    ending = built.after(4).append(1, ended())
    for append in (creation, following, ending):
        assert await log.commit([append]) == [COMMITTED]
        before = await state_of(log, built)
        assert await log.commit([append]) == [COMMITTED]
        assert await state_of(log, built) == before
    # Also when others have appended since: the event at its place tells.
    for append in (creation, following, ending):
        assert await log.commit([append]) == [COMMITTED]
    assert await state_of(log, built) == before


async def test_a_batch_of_unknown_outcome_is_sent_again_together_with_what_was_lost(log: SagaLog) -> None:
    first, second = await start(log), await start(log)
    written, rival = first.append(1), second.append(1)
    assert await log.commit([written, rival]) == [COMMITTED, COMMITTED]
    loser, fresh = second.append(1), build()
    batch = [written, loser, fresh.append(1, RUNNING, make_new())]
    assert await log.commit(batch) == [COMMITTED, CONFLICT, COMMITTED]
    assert await log.commit(batch) == [COMMITTED, CONFLICT, COMMITTED]
    assert [event.sequence for event in await log.read_events(fresh.key)] == [1]


async def test_a_head_alone_can_be_set(log: SagaLog) -> None:
    built = await start(log)
    before = await log.read_events(built.key)
    assert await log.commit([built.append(0, asleep(1_000, SagaState.RUNNING))]) == [COMMITTED]
    row = await log.read(built.key)
    assert row is not None
    assert (row.sequence, row.owner_epoch, row.wake_time) == (2, None, 1_000)
    assert await log.read_events(built.key) == before


async def test_a_head_sent_again_does_not_take_a_saga_from_who_claimed_it_since(log: SagaLog) -> None:
    built = await start(log)
    sleep = built.append(0, asleep(1_000))
    assert await log.commit([sleep]) == [COMMITTED]
    claimed = await log.claim(built.key)
    assert claimed is not None
    assert await log.commit([sleep]) == [COMMITTED]
    row = await log.read(built.key)
    assert row == claimed.row
    assert row.owner_epoch is not None


async def test_of_many_at_once_one_wins(log: SagaLog) -> None:
    built = await start(log)
    outcomes = await asyncio.gather(*(log.commit([built.append(1)]) for _ in range(20)))
    assert sorted(outcome.value for [outcome] in outcomes) == ["COMMITTED"] + ["CONFLICT"] * 19
    assert len(await log.read_events(built.key)) == 3

    creations = [build("one").append(1, RUNNING, make_new()) for _ in range(20)]
    results = await asyncio.gather(*(log.commit([append]) for append in creations))
    [winner] = [append for append, [outcome] in zip(creations, results, strict=True) if outcome is COMMITTED]
    row = await log.read(SagaKey("default", "one"))
    assert row is not None
    assert row.uid == winner.uid


async def test_a_long_batch_with_losers_in_it(log: SagaLog) -> None:
    builts = [build(f"s-{place}") for place in range(2_500)]
    creations = [built.append(1, RUNNING, make_new()) for built in builts]
    assert set(await log.commit(creations)) == {COMMITTED}
    follow = [
        (built if place % 7 == 0 else built.after(1)).append(1, RUNNING, make_new() if place % 7 == 0 else None)
        for place, built in enumerate(builts)
    ]
    assert await log.commit(follow) == [CONFLICT if place % 7 == 0 else COMMITTED for place in range(2_500)]
    assert await log.commit(creations) == [COMMITTED] * 2_500


async def test_no_batch_no_work(log: SagaLog) -> None:
    assert await log.commit([]) == []


async def test_a_payload_comes_back_byte_for_byte(log: SagaLog) -> None:
    data = '{"output":{"json":"\\u0000 \\\\ \' \\" ß \U0001f600 {}"}}'.encode().replace(b"{}", b"x" * 1_048_576)
    built = build()
    event = RecordedEvent("StepCompleted", 3, 9_007_199_254_740_993, data)
    append = replace(built.append(0, RUNNING, make_new()), events=(event,))
    assert await log.commit([append]) == [COMMITTED]
    assert await log.read_events(built.key) == [SequencedEvent(1, event)]


async def test_what_is_appended_in_quarantine_stands_but_leaves_the_saga_aside(log: SagaLog) -> None:
    built = await start(log)
    await log.quarantine(built.key, "its log can't be read", 50)
    assert await log.commit([built.append(1, Head(SagaState.RUNNING, owned=True, wake_time=5))]) == [COMMITTED]
    row = await log.read(built.key)
    assert row is not None
    assert (row.sequence, row.owner_epoch, row.wake_time, row.quarantine_time) == (3, None, None, 50)


def impossible() -> list[Append]:
    built = build().after(2)
    return [
        built.append(1, Head(SagaState.COMPLETED, owned=False)),
        built.append(1, Head(SagaState.RUNNING, end_time=4)),
        built.append(1, Head(SagaState.ABANDONED, owned=True, end_time=4)),
        built.append(1, Head(SagaState.COMPENSATED, owned=False, wake_time=5, end_time=4)),
        built.append(1, RUNNING, make_new()),
        build().append(1, RUNNING),
        build().append(0, RUNNING, make_new()),
    ]


@pytest.mark.parametrize("append", impossible())
async def test_an_impossible_append_is_refused_before_anything_is_written(log: SagaLog, append: Append) -> None:
    good = await start(log)
    before = await state_of(log, good)
    with pytest.raises(LogDataError):
        await log.commit([good.append(), append])
    assert await state_of(log, good) == before


async def test_two_appends_of_one_saga_in_a_batch_are_refused(log: SagaLog) -> None:
    built = await start(log)
    before = await state_of(log, built)
    with pytest.raises(LogDataError, match="at most one append a saga"):
        await log.commit([built.append(), replace(built.append(), append_id=os.urandom(16))])
    assert await state_of(log, built) == before


async def test_what_was_committed_outlives_the_process(store: Store) -> None:
    builts = [await start(store.log, head=head) for head in (RUNNING, asleep(5), ended())]
    await store.log.quarantine(builts[1].key, "bad", 7)
    before = [await state_of(store.log, built) for built in builts]
    installation = store.log.installation
    log = await store.reopen()
    assert [await state_of(log, built) for built in builts] == before
    assert log.installation == installation
    assert len(installation.keys[installation.key_id]) == 32
    assert installation.id
