"""ListSagas: every filter, pages that join, and tokens that mean one list only."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import pytest

from sagaway.v1 import orchestrator_service_pb2 as v1
from sagaway.v1 import saga_pb2
from tests.api.test_sagas import REJECTING, reject_b
from tests.api.world import WAIT, World, definition, refused

Code = grpc.StatusCode
COMPLETED, COMPENSATED = saga_pb2.SAGA_STATE_COMPLETED, saga_pb2.SAGA_STATE_COMPENSATED


async def list_(world: World, **fields: Any) -> Any:
    return await world.sagas.ListSagas(v1.ListSagasRequest(**fields))


async def ids(world: World, **fields: Any) -> list[str]:
    return [saga.saga_id for saga in (await list_(world, **fields)).sagas]


@pytest.fixture
async def shown(world: World) -> list[Any]:
    """Six sagas in the order of their start: even ones are of `order`, odd ones of `refused` and undone."""

    async def execute(request: Any, context: Any) -> Any:
        if request.context.definition_name == "refused":
            return await reject_b(request, context)
        return await default(request, context)

    completed = world.shop.execute

    async def default(request: Any, context: Any) -> Any:
        return completed

    world.shop.execute = execute
    await world.register(definition(), definition("refused", steps=REJECTING))
    return [
        (
            await world.start(
                f"s-{index}",
                wait=WAIT,
                definition_name=("order", "refused")[index % 2],
                labels={"half": str(index // 3), "all": "yes"},
            )
        ).saga
        for index in range(6)
    ]


async def test_sagas_are_listed_newest_first_without_payloads(world: World, shown: list[Any]) -> None:
    answer = await list_(world)
    assert [saga.saga_id for saga in answer.sagas] == ["s-5", "s-4", "s-3", "s-2", "s-1", "s-0"]
    assert not answer.next_page_token
    full, listed = shown[5], answer.sagas[0]
    for field in ("input", "output", "error", "legal_actions"):
        full.ClearField(field)
    full.ClearField("steps")
    assert listed == full


async def test_filters(world: World, shown: list[Any]) -> None:
    assert await ids(world, states=[COMPLETED]) == ["s-4", "s-2", "s-0"]
    assert await ids(world, states=[COMPENSATED, saga_pb2.SAGA_STATE_STUCK]) == ["s-5", "s-3", "s-1"]
    assert await ids(world, states=[saga_pb2.SAGA_STATE_RUNNING]) == []
    assert await ids(world, definition_name="refused") == ["s-5", "s-3", "s-1"]
    assert await ids(world, labels={"half": "1"}) == ["s-5", "s-4", "s-3"]
    assert await ids(world, labels={"half": "1", "all": "yes"}, states=[COMPLETED]) == ["s-4"]
    assert await ids(world, labels={"half": "1", "all": "no"}) == []
    assert await ids(world, start_time_from=shown[4].start_time) == ["s-5", "s-4"]
    assert await ids(world, start_time_to=shown[1].start_time) == ["s-0"]
    assert await ids(world, start_time_from=shown[1].start_time, start_time_to=shown[3].start_time) == ["s-2", "s-1"]
    assert await ids(world, namespace="else") == []


async def pages(world: World, size: int) -> list[str]:
    found: list[str] = []
    token = ""
    while True:
        answer = await list_(world, page_size=size, page_token=token)
        assert 1 <= len(answer.sagas) <= size
        found += [saga.saga_id for saga in answer.sagas]
        token = answer.next_page_token
        if not token:
            return found


async def test_pages_join_without_a_gap(world: World, shown: list[Any]) -> None:
    for size in (1, 2, 5, 6, 7):
        assert await pages(world, size) == ["s-5", "s-4", "s-3", "s-2", "s-1", "s-0"]


async def test_a_page_holds_when_sagas_come_in_between(world: World, shown: list[Any]) -> None:
    first = await list_(world, page_size=2, labels={"all": "yes", "half": "1"})
    await world.start("s-6", wait=WAIT, labels={"half": "1", "all": "yes"})
    second = await list_(world, page_size=2, page_token=first.next_page_token, labels={"half": "1", "all": "yes"})
    assert [saga.saga_id for saga in second.sagas] == ["s-3"]


async def test_a_token_is_bound_to_its_filter(world: World, shown: list[Any]) -> None:
    token = (await list_(world, page_size=1, states=[COMPLETED])).next_page_token
    for fields in (
        {},
        {"states": [COMPENSATED]},
        {"states": [COMPLETED], "definition_name": "order"},
        {"states": [COMPLETED], "labels": {"all": "yes"}},
        {"states": [COMPLETED], "namespace": "else"},
        {"states": [COMPLETED], "start_time_from": shown[0].start_time},
    ):
        refusal = await refused(list_(world, page_token=token, **fields), Code.INVALID_ARGUMENT, "PAGE_TOKEN_INVALID")
        assert list(refusal.fields) == ["page_token"]
    assert await ids(world, page_token=token, states=[COMPLETED]) == ["s-2", "s-0"]


async def test_bad_filters(world: World) -> None:
    request = v1.ListSagasRequest(
        namespace="a b",
        definition_name="?",
        labels={str(index): "" for index in range(9)},
        page_size=1_001,
    )
    states: Any = [COMPLETED, 0, 99]
    request.states.extend(states)
    request.start_time_from.seconds = 253_402_300_800
    request.start_time_to.nanos = -1
    refusal = await refused(world.sagas.ListSagas(request), Code.INVALID_ARGUMENT, "FIELD_INVALID")
    assert set(refusal.fields) == {
        "namespace",
        "states[1]",
        "states[2]",
        "definition_name",
        "labels",
        "start_time_from",
        "start_time_to",
        "page_size",
    }
    for token in ("x", "ä", "AAAA", "=", "A" * 1_000):
        await refused(list_(world, page_token=token), Code.INVALID_ARGUMENT, "PAGE_TOKEN_INVALID")


async def test_a_list_is_not_disturbed_by_sagas_that_end_meanwhile(world: World) -> None:
    await world.register()
    await asyncio.gather(*(world.start(f"s-{index}") for index in range(20)))
    assert sorted(await pages(world, 3)) == sorted(f"s-{index}" for index in range(20))
