"""Reading sagas, for every store."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import pytest

from orchestrator.core.model import SagaKey, SagaState
from orchestrator.store.base import (
    Head,
    ListPosition,
    LogUnavailable,
    SagaFilter,
    SagaLog,
    SagaRow,
)
from tests.store.building import asleep, build, ended, make_events, make_new, start
from tests.store.conftest import Store


async def test_a_saga_that_is_not_there(log: SagaLog) -> None:
    await start(log, "a")
    assert await log.read(SagaKey("default", "b")) is None
    assert await log.read(SagaKey("elsewhere", "a")) is None
    assert await log.read_events(SagaKey("default", "b")) == []


async def test_events_by_page(log: SagaLog) -> None:
    built = await start(log)
    await start(log)
    await log.commit([built.append(5)])
    expected = [event for event in await log.read_events(built.key) if event.sequence > 2]
    assert [event.event for event in expected] == list(make_events(5, 3))
    assert await log.read_events(built.key, after=2) == expected
    assert await log.read_events(built.key, after=2, limit=2) == expected[:2]
    assert await log.read_events(built.key, after=7) == []


HEADS: list[Head] = [
    Head(SagaState.PENDING),
    Head(SagaState.RUNNING),
    asleep(9, SagaState.COMPENSATING),
    asleep(None, SagaState.STUCK),
    ended(5),
    ended(6, SagaState.COMPENSATED),
    ended(7, SagaState.ABANDONED),
]


async def populate(log: SagaLog) -> list[SagaRow]:
    """Make 84 sagas that differ in everything one can filter by; several start at the same time."""
    builts = []
    for place in range(84):
        built = build(namespace="other" if place % 12 == 0 else "default")
        labels = {"region": "north" if place % 2 else "south", "tier": str(place % 3)} if place % 5 else {}
        new = make_new("place_order" if place % 4 else "refund", 1 + place % 2, start_time=place // 3, labels=labels)
        builts.append((built, built.append(1, HEADS[place % 7], new)))
    await log.commit([append for _, append in builts])
    rows = [await log.read(built.key) for built, _ in builts]
    return [row for row in rows if row is not None]


async def all_pages(log: SagaLog, filter_: SagaFilter, limit: int) -> list[SagaRow]:
    found: list[SagaRow] = []
    after = None
    while True:
        page = await log.list_sagas(filter_, after, limit)
        assert len(page) <= limit
        if not page:
            return found
        found += page
        after = ListPosition(page[-1].start_time, page[-1].uid)


def brute(rows: list[SagaRow], filter_: SagaFilter) -> list[SagaRow]:
    chosen = [
        row
        for row in rows
        if row.key.namespace == filter_.namespace
        and row.state in (filter_.states or frozenset(SagaState))
        and (row.definition_name == filter_.definition_name or not filter_.definition_name)
        and filter_.labels.items() <= row.labels.items()
        and (filter_.start_from is None or filter_.start_from <= row.start_time)
        and (filter_.start_to is None or row.start_time < filter_.start_to)
    ]
    return sorted(chosen, key=lambda row: (row.start_time, row.uid), reverse=True)


async def test_every_combination_of_filters_lists_what_it_should_newest_first(log: SagaLog) -> None:
    rows = await populate(log)
    states: list[frozenset[SagaState]] = [
        frozenset(),
        frozenset({SagaState.COMPLETED}),
        frozenset({SagaState.STUCK}),
        frozenset({SagaState.RUNNING, SagaState.COMPENSATED, SagaState.COMPLETED}),
    ]
    labels: list[Mapping[str, str]] = [{}, {"region": "north"}, {"region": "south", "tier": "1"}, {"no": "such"}]
    spans = [(None, None), (5, None), (5, 20), (None, 5)]
    seen = 0
    for namespace, chosen, definition, wanted, (low, high) in itertools.product(
        ("default", "other"), states, ("", "refund"), labels, spans
    ):
        filter_ = SagaFilter(namespace, chosen, definition, wanted, low, high)
        expected = brute(rows, filter_)
        seen += len(expected)
        assert await log.list_sagas(filter_, None, 1_000) == expected
    assert seen > 600


@pytest.mark.parametrize("limit", [1, 2, 7, 100])
async def test_pages_neither_repeat_nor_skip(log: SagaLog, limit: int) -> None:
    rows = await populate(log)
    several = frozenset({SagaState.RUNNING, SagaState.STUCK, SagaState.COMPLETED})
    for filter_ in (
        SagaFilter("default"),
        SagaFilter("default", states=several),
        SagaFilter("default", labels={"region": "north"}),
        SagaFilter("default", definition_name="refund"),
    ):
        assert await all_pages(log, filter_, limit) == brute(rows, filter_)


async def test_a_saga_started_between_two_pages_does_not_shift_them(log: SagaLog) -> None:
    for time in range(6):
        await start(log, start_time=time)
    first = await log.list_sagas(SagaFilter("default"), None, 3)
    await start(log, start_time=100)
    second = await log.list_sagas(SagaFilter("default"), ListPosition(first[-1].start_time, first[-1].uid), 10)
    assert [row.start_time for row in first + second] == [5, 4, 3, 2, 1, 0]


async def test_open_sagas_are_counted_by_definition(log: SagaLog) -> None:
    rows = await populate(log)
    versions = [("place_order", 1), ("refund", 1), ("absent", 1)]
    expected = [
        row
        for row in rows
        if row.key.namespace == "default"
        and row.end_time is None
        and (row.definition_name, row.definition_version) in versions
    ]
    assert {row.state for row in expected} >= {SagaState.STUCK, SagaState.RUNNING}
    assert await log.count_open("default", versions) == len(expected)
    assert await log.count_open("default", []) == 0
    assert await log.count_open("nowhere", versions) == 0


async def test_a_closed_log_says_so(store: Store) -> None:
    log = store.log
    await log.close()
    await log.close()
    with pytest.raises(LogUnavailable, match="not open"):
        await log.read(SagaKey("default", "a"))
    with pytest.raises(LogUnavailable, match="not open"):
        await log.commit([])
    with pytest.raises(LogUnavailable, match="not open"):
        await log.claim_due(1, 1)
