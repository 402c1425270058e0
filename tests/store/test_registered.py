"""Definitions and participants, for every store."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from orchestrator.store.base import DefinitionRow, ParticipantRow, SagaLog
from tests.store.conftest import Store


def definition(name: str = "place_order", version: int = 1, namespace: str = "default") -> DefinitionRow:
    return DefinitionRow(namespace, name, version, f"{version:064x}", '{"name":"ü"}', '{"pay":{}}', 100 + version)


def participant(name: str, namespace: str = "default", address: str = "127.0.0.1:1") -> ParticipantRow:
    return ParticipantRow(namespace, name, address, 32, '{"actions":[]}', 100, 100)


async def test_a_definition_is_registered_once_and_never_changed(log: SagaLog) -> None:
    row = definition()
    assert await log.put_definition(row)
    assert not await log.put_definition(row)
    assert not await log.put_definition(replace(row, content_hash="f" * 64, document="{}"))
    assert await log.get_definition("default", "place_order", 1) == row
    assert await log.get_definition("other", "place_order", 1) is None
    assert await log.get_definition("default", "place_order", 2) is None


async def test_of_two_registrations_at_once_one_is_told_so(log: SagaLog) -> None:
    rows = [replace(definition(), facts=str(place)) for place in range(10)]
    told = await asyncio.gather(*(log.put_definition(row) for row in rows))
    assert sorted(told) == [False] * 9 + [True]
    assert await log.get_definition("default", "place_order", 1) == rows[told.index(True)]


async def test_version_0_is_the_highest_that_is_not_deprecated(log: SagaLog) -> None:
    assert await log.get_definition("default", "place_order", 0) is None
    for version in (1, 3, 2, 10):
        await log.put_definition(definition(version=version))
    await log.put_definition(definition("other", 99))
    assert await log.get_definition("default", "place_order", 0) == definition(version=10)
    assert await log.deprecate_definition("default", "place_order", 10, 500)
    assert await log.get_definition("default", "place_order", 0) == definition(version=3)
    assert await log.deprecate_definition("default", "place_order", 10, 900)
    deprecated = await log.get_definition("default", "place_order", 10)
    assert deprecated == replace(definition(version=10), deprecate_time=500)
    assert not await log.deprecate_definition("default", "place_order", 11, 500)


async def test_definitions_by_page(log: SagaLog) -> None:
    rows = [definition(name, version) for name in ("a", "b", "c") for version in (1, 2, 10)]
    for row in [*reversed(rows), definition("b", 5, "other")]:
        await log.put_definition(row)
    assert await log.list_definitions("default", "", None, 100) == rows
    assert await log.list_definitions("default", "b", None, 100) == rows[3:6]
    assert await log.list_definitions("default", "", ("a", 2), 3) == rows[2:5]
    assert await log.list_definitions("default", "b", ("b", 1), 1) == rows[4:5]
    assert await log.list_definitions("default", "", ("c", 10), 3) == []


async def test_namespaces_that_have_definitions(log: SagaLog) -> None:
    assert await log.definition_namespaces() == []
    for name, version, namespace in (("a", 1, "green"), ("a", 2, "green"), ("b", 1, "blue"), ("a", 1, "Blue")):
        await log.put_definition(definition(name, version, namespace))
    assert await log.definition_namespaces() == ["Blue", "blue", "green"]


async def test_a_participant_is_replaced_and_keeps_its_birthday(log: SagaLog) -> None:
    first = participant("payment")
    await log.put_participant(first)
    second = ParticipantRow("default", "payment", "127.0.0.1:2", 8, '{"actions":["pay"]}', 700, 700)
    await log.put_participant(second)
    assert await log.get_participant("default", "payment") == replace(second, create_time=100)
    assert await log.get_participant("other", "payment") is None


async def test_a_participant_is_removed(log: SagaLog) -> None:
    await log.put_participant(participant("payment"))
    assert await log.delete_participant("default", "payment")
    assert not await log.delete_participant("default", "payment")
    assert await log.get_participant("default", "payment") is None


async def test_participants_by_page(log: SagaLog) -> None:
    rows = [participant(name, namespace) for namespace in ("blue", "green") for name in ("a", "b", "c")]
    for row in reversed(rows):
        await log.put_participant(row)
    assert await log.list_participants("", None, 100) == rows
    assert await log.list_participants("green", None, 100) == rows[3:]
    assert await log.list_participants("", ("blue", "b"), 2) == rows[2:4]
    assert await log.list_participants("green", ("green", "a"), 1) == rows[4:5]


async def test_they_outlive_the_process(store: Store) -> None:
    await store.log.put_definition(definition())
    await store.log.deprecate_definition("default", "place_order", 1, 5)
    await store.log.put_participant(participant("payment"))
    log = await store.reopen()
    assert await log.list_definitions("default", "", None, 5) == [replace(definition(), deprecate_time=5)]
    assert await log.list_participants("", None, 5) == [participant("payment")]
