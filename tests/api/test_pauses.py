"""Pausing definitions and participants over gRPC, and how it is shown."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import grpc
import pytest

from sagaway.v1 import definition_service_pb2, orchestrator_service_pb2, saga_pb2
from sagaway.v1 import operations_service_pb2 as v1
from tests.api.test_operations import STUCK, hands, stuck
from tests.api.test_participants import get, register, unregister, update
from tests.api.world import WAIT, World, definition, opened, refused, run
from tests.caller.participants import Slow

Code = grpc.StatusCode
WHY: Any = {"reason": "it is broken", "claimed_actor": "ann"}
BACK: Any = {"reason": "mended", "claimed_actor": "ben"}
PENDING, COMPLETED = saga_pb2.SAGA_STATE_PENDING, saga_pb2.SAGA_STATE_COMPLETED


async def pause_participant(world: World, name: str = "shop", **fields: Any) -> Any:
    return await hands(world).PauseParticipant(v1.PauseParticipantRequest(name=name, **{**WHY, **fields}))


async def resume_participant(world: World, name: str = "shop", **fields: Any) -> Any:
    return await hands(world).ResumeParticipant(v1.ResumeParticipantRequest(name=name, **{**BACK, **fields}))


async def pause_definition(world: World, name: str = "order", **fields: Any) -> Any:
    return await hands(world).PauseDefinition(v1.PauseDefinitionRequest(name=name, **{**WHY, **fields}))


async def resume_definition(world: World, name: str = "order", **fields: Any) -> Any:
    return await hands(world).ResumeDefinition(v1.ResumeDefinitionRequest(name=name, **{**BACK, **fields}))


async def shown(world: World, version: int = 1) -> Any:
    request = definition_service_pb2.GetDefinitionRequest(name="order", version=version)
    return (await world.definitions.GetDefinition(request)).definition


async def overview(world: World) -> Any:
    return await world.sagas.GetOverview(orchestrator_service_pb2.GetOverviewRequest())


async def test_a_paused_participant_is_shown_and_called_by_nobody_until_it_is_resumed(world: World) -> None:
    await world.register()
    answer = await pause_participant(world)
    assert (answer.changed, answer.pause.reason, answer.pause.claimed_actor) == (True, "it is broken", "ann")
    assert (answer.pause.principal, answer.pause.all_versions) == ("", False)
    await world.start()
    await world.reach("o-1", "StepParked")
    assert world.shop.executed == []
    again = await pause_participant(world, reason="another", claimed_actor="ben")
    assert (again.changed, again.pause) == (False, answer.pause)
    assert (await get(world)).status.pause == answer.pause
    (one,) = (await overview(world)).participants
    assert (one.name, one.status.pause) == ("shop", answer.pause)
    assert (await resume_participant(world)).changed
    await world.reach("o-1", "SagaCompleted")
    assert not (await resume_participant(world)).changed
    assert not (await get(world)).status.HasField("pause")


async def test_a_call_under_way_when_its_participant_is_paused_counts(world: World) -> None:
    world.shop.execute = slow = Slow()
    await world.register()
    await world.start()
    await asyncio.wait_for(slow.arrived.wait(), WAIT)
    await pause_participant(world)
    slow.go.set()
    events = await world.reach("o-1", "StepParked")
    assert [event.type for event in events][-3:] == ["StepCompleted", "StepIntended", "StepParked"]
    assert len(world.shop.executed) == 1
    await resume_participant(world)
    await world.reach("o-1", "SagaCompleted")


async def test_new_sagas_of_a_paused_definition_are_accepted_and_wait(world: World) -> None:
    await world.register(definition(), definition("other"))
    answer = await pause_definition(world)
    assert (answer.changed, answer.pause.reason, answer.pause.all_versions) == (True, "it is broken", True)
    started = await world.start(wait=0.2)
    assert (started.created, started.saga.state, started.saga.last_sequence) == (True, PENDING, 1)
    other = await world.start("o-2", definition_name="other", wait=WAIT)
    assert other.saga.state == COMPLETED
    assert (await shown(world)).pause == answer.pause
    listed = await world.definitions.ListDefinitions(definition_service_pb2.ListDefinitionsRequest())
    assert [one.HasField("pause") for one in listed.definitions] == [True, False]
    (paused,) = (await overview(world)).paused_definitions
    assert (paused.name, paused.version, paused.pause) == ("order", 0, answer.pause)
    assert (await resume_definition(world)).changed
    assert (await world.reach("o-1", "SagaCompleted"))[0].type == "SagaStarted"
    assert not (await shown(world)).HasField("pause")
    assert not (await overview(world)).paused_definitions


async def test_one_version_is_paused_and_all_of_them_together(world: World) -> None:
    await world.register(definition(), definition(version=2))
    assert (await pause_definition(world, version=1)).pause.all_versions is False
    assert not (await shown(world, 2)).HasField("pause")
    await pause_definition(world, reason="all of them")
    assert [(await shown(world, one)).pause.reason for one in (1, 2)] == ["all of them"] * 2
    refusal = await refused(resume_definition(world, version=1), Code.FAILED_PRECONDITION, "DEFINITION_PAUSED")
    assert refusal.metadata == {"name": "order", "version": "1"}
    answer = await resume_definition(world)
    assert (answer.changed, list(answer.paused_versions)) == (True, [1])
    assert (await shown(world, 1)).pause.reason == "it is broken"
    assert not (await shown(world, 2)).HasField("pause")
    assert (await resume_definition(world, version=1)).changed
    assert not (await shown(world, 1)).HasField("pause")


async def test_what_is_not_registered_can_not_be_paused(world: World) -> None:
    await world.register()
    for act in (pause_participant, resume_participant):
        refusal = await refused(act(world, "nobody"), Code.NOT_FOUND, "PARTICIPANT_NOT_FOUND")
        assert refusal.metadata == {"name": "nobody"}
        await refused(act(world, namespace="elsewhere"), Code.NOT_FOUND, "PARTICIPANT_NOT_FOUND")
    for do in (pause_definition, resume_definition):
        await refused(do(world, "nothing"), Code.NOT_FOUND, "DEFINITION_NOT_FOUND")
        await refused(do(world, version=9), Code.NOT_FOUND, "DEFINITION_NOT_FOUND")
        await refused(do(world, namespace="elsewhere"), Code.NOT_FOUND, "DEFINITION_NOT_FOUND")
    assert await world.log.list_pauses() == []


@pytest.mark.parametrize("act", [pause_participant, resume_participant, pause_definition, resume_definition])
async def test_bad_fields_are_named(world: World, act: Any) -> None:
    bad = {"name": "a b", "namespace": "?", "reason": " ", "claimed_actor": "x" * 256}
    refusal = await refused(act(world, **bad), Code.INVALID_ARGUMENT, "FIELD_INVALID")
    assert list(refusal.fields) == ["namespace", "name", "reason", "claimed_actor"]
    if act in (pause_definition, resume_definition):
        refusal = await refused(act(world, version=-1), Code.INVALID_ARGUMENT, "FIELD_INVALID")
        assert list(refusal.fields) == ["version"]


async def test_pauses_outlive_the_server(template: Path, tmp_path: Path) -> None:
    async with opened("sqlite", template, tmp_path) as log:
        async with run(log) as world:
            await world.register(definition(), definition("other"))
            pause = (await pause_participant(world)).pause
            await pause_definition(world)
            await world.start()
            await world.start("o-2", definition_name="other")
            await world.reach("o-2", "StepParked")
        async with run(log) as world:
            assert (await get(world)).status.pause == pause
            assert (await shown(world)).pause.reason == "it is broken"
            await update(world)  # where it listens now; it may be described while it is paused
            assert (await get(world)).status.pause == pause
            await resume_participant(world)
            await world.reach("o-2", "SagaCompleted")
            assert (await world.get("o-1")).state == PENDING
            await resume_definition(world)
            await world.reach("o-1", "SagaCompleted")


async def test_who_is_unregistered_is_not_paused_any_more(world: World) -> None:
    await register(world)
    await pause_participant(world)
    await unregister(world)
    assert await world.log.list_pauses() == []
    await world.register()
    assert (await world.start(wait=WAIT)).saga.state == COMPLETED


async def test_a_paused_participant_is_not_asked_to_seal(world: World) -> None:
    (saga,) = await stuck(world, "o-1")
    assert saga.state == STUCK
    await pause_participant(world)
    request = v1.ResolveStepRequest(
        saga_id="o-1", step_id="a", etag=saga.last_sequence, compensated=v1.AssertedCompensation(), **WHY
    )
    answer = await hands(world).ResolveStep(request)
    assert (answer.late_delivery_possible, answer.seal_error.reason) == (True, "PARTICIPANT_PAUSED")
    assert world.shop.sealed == []
