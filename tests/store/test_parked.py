"""Sagas that are parked on a participant: who has the next turn, for every store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from orchestrator.core.model import SagaKey, SagaState
from orchestrator.store.base import Claimed, Head, Outcome, SagaLog
from tests.store.building import RUNNING, Built, asleep, build, ended, make_new, start
from tests.store.conftest import Store

FAR = asleep(10**9)


def keys(claimed: list[Claimed]) -> list[SagaKey]:
    return [each.row.key for each in claimed]


async def park(log: SagaLog, parked: Mapping[str, int], definition: str = "place_order", head: Head = FAR) -> Built:
    """Commit a new saga that is parked at once."""
    built = build()
    append = replace(built.append(2, head, make_new(definition)), parked=parked)
    assert await log.commit([append]) == [Outcome.COMMITTED]
    return built.after(2)


async def moved(log: SagaLog, built: Built, parked: Mapping[str, int] | None, head: Head = FAR) -> Built:
    """Commit an event of a saga, with what it is parked on afterwards."""
    assert await log.commit([replace(built.append(1, head), parked=parked)]) == [Outcome.COMMITTED]
    return built.after(1)


async def test_the_oldest_has_the_next_turn_and_stays_parked_until_an_append_says_otherwise(log: SagaLog) -> None:
    await start(log, head=FAR)
    sagas = {time: await park(log, {"pay": time}) for time in (30, 10, 20)}
    assert keys(await log.claim_parked("default", "pay", 2)) == [sagas[10].key, sagas[20].key]
    await moved(log, sagas[10], {}, RUNNING)
    assert keys(await log.claim_parked("default", "pay", 5)) == [sagas[20].key, sagas[30].key]
    assert await log.claim_parked("default", "ship", 5) == []
    assert await log.claim_parked("other", "pay", 5) == []


async def test_a_claim_makes_it_ours_once(log: SagaLog) -> None:
    built = await park(log, {"pay": 1})
    [first] = await log.claim_parked("default", "pay", 5)
    assert (first.row.claim, first.orphaned, len(first.events)) == (1, False, 2)
    assert first.row.owner_epoch is not None
    assert await log.claim_parked("default", "pay", 5) == [first]
    assert await log.read(built.key) == first.row


async def test_what_another_life_owned_is_an_orphan(store: Store) -> None:
    built = await park(store.log, {"pay": 1}, head=RUNNING)
    log = await store.reopen()
    [claimed] = await log.claim_parked("default", "pay", 5)
    assert (claimed.row.key, claimed.row.claim, claimed.orphaned) == (built.key, 2, True)
    assert await log.claim_orphans(5) == []


async def test_what_is_parked_outlives_a_restart(store: Store) -> None:
    built = await park(store.log, {"pay": 5, "ship": 7})
    log = await store.reopen()
    assert await log.parked_participants() == [("default", "pay"), ("default", "ship")]
    await moved(log, built, {"ship": 7})
    log = await store.reopen()
    assert await log.parked_participants() == [("default", "ship")]
    assert keys(await log.claim_parked("default", "ship", 5)) == [built.key]


async def test_an_append_that_says_nothing_leaves_it_parked(log: SagaLog) -> None:
    built = await moved(log, await park(log, {"pay": 5}), None)
    assert keys(await log.claim_parked("default", "pay", 5)) == [built.key]


async def test_a_saga_goes_to_the_end_of_the_queue_when_it_is_parked_again(log: SagaLog) -> None:
    first, second = await park(log, {"pay": 1}), await park(log, {"pay": 2})
    await moved(log, first, {"pay": 3})
    assert keys(await log.claim_parked("default", "pay", 5)) == [second.key, first.key]


async def test_definitions_take_turns(log: SagaLog) -> None:
    many = [await park(log, {"pay": time}, "many") for time in range(10, 16)]
    few = [await park(log, {"pay": time}, "few") for time in (90, 91)]
    taken = keys(await log.claim_parked("default", "pay", 5))
    assert taken == [many[0].key, few[0].key, many[1].key, few[1].key, many[2].key]
    assert keys(await log.claim_parked("default", "pay", 1)) == [many[0].key]


async def test_what_is_paused_in_quarantine_or_ended_has_no_turn(log: SagaLog) -> None:
    paused = await park(log, {"pay": 1}, head=replace(FAR, paused=True))
    aside = await park(log, {"pay": 2})
    await log.quarantine(aside.key, "bad", 1)
    over = await moved(log, await park(log, {"pay": 3}), {}, ended())
    last = await park(log, {"pay": 4})
    assert keys(await log.claim_parked("default", "pay", 5)) == [last.key]
    await moved(log, paused, None)
    assert keys(await log.claim_parked("default", "pay", 1)) == [paused.key]
    lifted = replace(aside.append(1, FAR), lifts_quarantine=True)
    assert await log.commit([lifted]) == [Outcome.COMMITTED]
    assert keys(await log.claim_parked("default", "pay", 5)) == [paused.key, aside.key, last.key]
    assert over.key not in keys(await log.claim_parked("default", "pay", 5))


async def test_who_loses_parks_nothing(log: SagaLog) -> None:
    built = await start(log, head=FAR)
    stale = replace(replace(built, sequence=1).append(1, FAR), parked={"pay": 1})
    assert await log.commit([stale]) == [Outcome.CONFLICT]
    assert await log.parked_participants() == []
    append = replace(built.append(1, asleep(5, SagaState.COMPENSATING)), parked={"pay": 1})
    assert await log.commit([append]) == [Outcome.COMMITTED]
    assert await log.commit([append]) == [Outcome.COMMITTED]  # its answer was lost
    assert len(await log.claim_parked("default", "pay", 5)) == 1


# Held: their definition is paused ---------------------------------------------------------------------------------------


async def test_those_who_wait_for_their_definition_are_found_by_it_alone(log: SagaLog) -> None:
    sagas = {time: await park(log, {":1": time}) for time in (30, 10, 20)}
    other = await park(log, {":1": 5}, "other")
    newer = await park(log, {":2": 5})
    parked = await park(log, {"pay": 5})
    assert await log.held_definitions() == [
        ("default", "other", 1),
        ("default", "place_order", 1),
        ("default", "place_order", 2),
    ]
    assert await log.parked_participants() == [("default", "pay")]
    first, second = await log.claim_held("default", "place_order", 1, 2)
    assert keys([first, second]) == [sagas[10].key, sagas[20].key]
    assert (first.held_time, second.held_time) == (10, 20)
    await moved(log, sagas[10], {}, RUNNING)
    assert keys(await log.claim_held("default", "place_order", 1, 5)) == [sagas[20].key, sagas[30].key]
    assert keys(await log.claim_held("default", "other", 1, 5)) == [other.key]
    assert keys(await log.claim_held("default", "place_order", 2, 5)) == [newer.key]
    assert await log.claim_held("elsewhere", "place_order", 1, 5) == []
    assert keys(await log.claim_parked("default", "pay", 5)) == [parked.key]


async def test_whoever_claims_one_that_waits_for_its_definition_is_told_since_when(store: Store) -> None:
    held, free = await park(store.log, {":1": 7}, head=asleep(3)), await start(store.log, head=asleep(3))
    owned = await park(store.log, {":1": 8}, head=RUNNING)
    assert {one.row.key: one.held_time for one in await store.log.claim_due(5, 5)} == {held.key: 7, free.key: 0}
    log = await store.reopen()
    assert {one.row.key: one.held_time for one in await log.claim_orphans(5)} == {
        held.key: 7,
        free.key: 0,
        owned.key: 8,
    }
    again = await log.claim(held.key)
    assert again is not None
    assert again.held_time == 7
    assert keys(await log.claim_held("default", "place_order", 1, 5)) == [held.key, owned.key]


async def test_a_paused_saga_has_its_turn_too_when_its_definition_is_resumed(log: SagaLog) -> None:
    paused = await park(log, {":1": 1}, head=replace(FAR, paused=True))
    aside = await park(log, {":1": 2})
    await log.quarantine(aside.key, "bad", 1)
    await moved(log, await park(log, {":1": 3}), {}, ended())
    assert keys(await log.claim_held("default", "place_order", 1, 5)) == [paused.key]
