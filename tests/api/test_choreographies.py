"""Choreographies over gRPC: what can be registered, and that nobody drives their sagas."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import grpc
import pytest

from orchestrator.choreography.observer import Observer
from orchestrator.core.choreography_document import MAX_REACTIONS, MAX_TYPES
from sagaway.bus import Bus, BusUnavailableError
from sagaway.v1 import definition_service_pb2 as v1
from sagaway.v1 import (
    operations_service_pb2,
    operations_service_pb2_grpc,
    orchestrator_service_pb2,
    participant_registry_service_pb2,
    saga_pb2,
)
from tests.api.observing import bury, choreography, see
from tests.api.world import World, refused
from tests.core.observed import BROKE, DOCUMENT, ORDERED, PAID, SOLD_OUT, UNPAID, ordered, reserved

Code = grpc.StatusCode
SERVICES: list[Any] = DOCUMENT["choreography"]["services"]


async def register(world: World, given: Any, **fields: Any) -> Any:
    return await world.definitions.RegisterDefinition(v1.RegisterDefinitionRequest(definition=given, **fields))


async def deprecate(world: World, name: str, version: int) -> None:
    await world.definitions.DeprecateDefinition(v1.DeprecateDefinitionRequest(name=name, version=version))


async def known(world: World, namespace: str = "default") -> list[tuple[str, int]]:
    return [(one.name, one.version) for one in await world.catalog.choreographies(namespace)]


def operations(world: World) -> Any:
    return operations_service_pb2_grpc.OperationsServiceStub(world.channel)


# Registering ----------------------------------------------------------------------------------------------------------


async def test_a_choreography_is_registered_without_any_participant(world: World) -> None:
    answer = await register(world, choreography())
    assert answer.created
    assert answer.definition.definition == choreography()
    assert not (await register(world, choreography())).created
    valid = await world.definitions.ValidateDefinition(v1.ValidateDefinitionRequest(definition=choreography()))
    assert valid.content_hash == answer.definition.content_hash
    world.catalog._compiled.clear()
    compiled = await world.catalog.compiled("default", "shop", 1)
    assert compiled is not None
    assert compiled.choreography is not None
    assert [step.id for step in compiled.steps][-2:] == ["stock.reserve", "payment.pay"]


@pytest.mark.parametrize("rpc", ["RegisterDefinition", "ValidateDefinition"])
async def test_what_would_go_wrong_in_a_choreography_is_its_fault(world: World, rpc: str) -> None:
    request = {"RegisterDefinition": v1.RegisterDefinitionRequest, "ValidateDefinition": v1.ValidateDefinitionRequest}
    call = getattr(world.definitions, rpc)
    faulty = choreography(services=SERVICES[:2])
    refusal = await refused(call(request[rpc](definition=faulty)), Code.INVALID_ARGUMENT, "DEFINITION_INVALID")
    violations = refusal.details["BadRequest"].field_violations
    assert {one.field for one in violations} == {"definition.choreography"}
    assert next(one.description for one in violations).startswith(
        f"never fires: reaction order.accept waits for {PAID}, which nobody emits: correct the type"
    )
    assert len(violations) == 2
    assert await known(world) == []
    await register(world, choreography(services=SERVICES[:2], outside=[PAID, UNPAID]))


async def test_a_note_is_no_fault(world: World) -> None:
    services = copy.deepcopy(SERVICES)
    services[2]["reactions"][0]["emits"] = ["com.example.receipt.printed.v1"]
    await register(world, choreography(services=services))
    assert len(await known(world)) == 1


async def test_a_service_without_receipts_cannot_be_observed(world: World) -> None:
    with_ = [{**service, "receipts": True} for service in SERVICES]
    await register(world, choreography(services=with_))
    without = [with_[0], {**with_[1], "receipts": False}, with_[2]]
    call = register(world, choreography(version=2, services=without))
    refusal = await refused(call, Code.INVALID_ARGUMENT, "DEFINITION_INVALID")
    assert list(refusal.fields) == ["definition.choreography.services[1].receipts"]


async def test_a_type_starts_sagas_of_one_choreography(world: World) -> None:
    await register(world, choreography())
    refusal = await refused(register(world, choreography("kiosk")), Code.INVALID_ARGUMENT, "DEFINITION_INVALID")
    assert refusal.fields == {
        "definition.choreography": f"{ORDERED} starts sagas of the choreography 'shop' version 1 too, and nobody could "
        "tell whose a saga is: register both as one choreography, or deprecate that version"
    }
    await register(world, choreography(version=2))
    await register(world, choreography("kiosk"), namespace="other")
    await deprecate(world, "shop", 2)
    await refused(register(world, choreography("kiosk")), Code.INVALID_ARGUMENT, "DEFINITION_INVALID")
    await deprecate(world, "shop", 1)
    await register(world, choreography("kiosk"))
    assert not (await register(world, choreography())).created, "what stands is answered as it stands"


async def test_lists_that_are_far_too_long_are_refused_unread(world: World) -> None:
    many = ["com.example.a.v1"] * (MAX_TYPES + 1)
    services = [{**SERVICES[0], "starts": many, "reactions": SERVICES[0]["reactions"] * MAX_REACTIONS}]
    call = register(world, choreography(services=services, outside=many))
    refusal = await refused(call, Code.INVALID_ARGUMENT, "DEFINITION_INVALID")
    assert refusal.fields == {
        "definition.choreography.outside": "has 101 entries, the limit is 100",
        "definition.choreography.services[0].starts": "has 101 entries, the limit is 100",
        "definition.choreography.services[0].reactions": "has 300 entries, the limit is 100",
    }


async def test_the_observer_is_told_of_the_newest_version_of_each(world: World) -> None:
    assert await known(world) == []
    assert not await world.catalog.has_choreographies()
    await world.register()
    assert not await world.catalog.has_choreographies()
    await register(world, choreography(), namespace="other")
    assert await world.catalog.has_choreographies()
    assert await known(world) == []
    for version in (1, 2, 3):
        await register(world, choreography(version=version))
        assert await known(world) == [("shop", version)]
    await deprecate(world, "shop", 3)
    assert await known(world) == [("shop", 2)]
    assert await known(world, "other") == [("shop", 1)]


async def test_a_damaged_choreography_hides_no_other(world: World) -> None:
    await register(world, choreography())
    row = await world.log.get_definition("default", "shop", 1)
    assert row is not None
    for name, document in (("broken", "{"), ("wrong", '{"name":"wrong","version":1,"choreography":{}}')):
        await world.log.put_definition(replace(row, name=name, document=document))
    assert await known(world) == [("shop", 1)]


# Nobody drives its sagas ----------------------------------------------------------------------------------------------


async def test_no_saga_is_started_with_a_choreography(world: World) -> None:
    await register(world, choreography())
    refusal = await refused(world.start("o-1", definition_name="shop"), Code.FAILED_PRECONDITION, "CHOREOGRAPHED")
    assert refusal.metadata == {"name": "shop", "version": "1"}
    assert refusal.message == f"'shop' is a choreography: its sagas are started by an event; publish {ORDERED} instead"
    assert (await world.written())[0] == 0


async def test_a_choreography_is_not_paused(world: World) -> None:
    await register(world, choreography())
    for rpc in ("PauseDefinition", "ResumeDefinition"):
        for version in (0, 1):
            request = getattr(operations_service_pb2, f"{rpc}Request")(name="shop", version=version, reason="why")
            call = getattr(operations(world), rpc)(request)
            refusal = await refused(call, Code.FAILED_PRECONDITION, "CHOREOGRAPHED")
            assert "nobody can pause" in refusal.message


async def test_a_choreographed_saga_is_shown_and_listed(world: World) -> None:
    await register(world, choreography())
    await see(world, "o-1", *BROKE)
    saga = await world.get("o-1")
    assert saga.mode == saga_pb2.SAGA_MODE_CHOREOGRAPHY
    assert saga.state == saga_pb2.SAGA_STATE_COMPENSATED
    events = await world.reach("o-1", "SagaCompensated")
    assert next(event.observed.event_type for event in events if event.type == "EventObserved") == ORDERED
    (listed,) = (await world.sagas.ListSagas(orchestrator_service_pb2.ListSagasRequest())).sagas
    assert listed.mode == saga_pb2.SAGA_MODE_CHOREOGRAPHY


@pytest.mark.parametrize(
    ("facts", "ended"), [((ordered, reserved), False), (SOLD_OUT, True)], ids=["open", "compensated"]
)
async def test_nobody_drives_a_choreographed_saga(world: World, facts: Any, ended: bool) -> None:
    await register(world, choreography())
    await see(world, "o-1", *facts)
    before = await world.get("o-1")
    assert (not before.HasField("end_time")) is not ended
    cancel = world.sagas.CancelSaga(orchestrator_service_pb2.CancelSagaRequest(saga_id="o-1", reason="why"))
    outcome = orchestrator_service_pb2.CompleteStepRequest(
        saga_id="o-1", step_id="stock.reserve", phase=saga_pb2.PHASE_EXECUTE, completion_token="nonsense"
    )
    outcome.completed.SetInParent()
    complete = world.sagas.CompleteStep(outcome)
    restart = operations(world).RestartSaga(operations_service_pb2.RestartSagaRequest(saga_id="o-1", reason="why"))
    if not ended:
        await refused(cancel, Code.FAILED_PRECONDITION, "CHOREOGRAPHED")
    refusal = await refused(complete, Code.FAILED_PRECONDITION, "CHOREOGRAPHED")
    assert refusal.metadata == {"namespace": "default", "saga_id": "o-1"}
    await refused(restart, Code.FAILED_PRECONDITION, "CHOREOGRAPHED" if ended else "OPERATION_NOT_LEGAL")
    skip = operations_service_pb2.SkipStepRequest(
        saga_id="o-1", step_id="stock.reserve", reason="why", etag=before.last_sequence
    )
    refusal = await refused(operations(world).SkipStep(skip), Code.FAILED_PRECONDITION, "OPERATION_NOT_LEGAL")
    assert (await world.get("o-1")).last_sequence == before.last_sequence
    assert world.engine.load().live_sagas == 0


async def test_a_stuck_saga_is_a_dead_letter_and_can_be_given_up(world: World) -> None:
    await register(world, choreography())
    await see(world, "o-1", ordered, reserved, wait=True)
    (letter,) = (
        await operations(world).ListDeadLetters(operations_service_pb2.ListDeadLettersRequest(participant="payment"))
    ).sagas
    assert (letter.error.reason, letter.error.step_id) == ("NO_PROGRESS", "payment.pay")
    request = operations_service_pb2.AbandonSagaRequest(saga_id="o-1", reason="why", etag=letter.last_sequence)
    answer = await operations(world).AbandonSaga(request)
    assert answer.saga.state == saga_pb2.SAGA_STATE_ABANDONED


async def test_a_dead_letter_is_not_delivered_again_by_a_server_that_observes_nothing(world: World) -> None:
    await register(world, choreography())
    await see(world, "o-1", ordered, reserved, wait=True)
    again = operations_service_pb2.RetryStepRequest(saga_id="o-1", step_id="payment.pay", reason="why")
    await refused(operations(world).RetryStep(again), Code.FAILED_PRECONDITION, "OPERATION_NOT_LEGAL")
    await bury(world, "o-1", 7, "payment.pay", reserved)
    refusal = await refused(operations(world).RetryStep(again), Code.FAILED_PRECONDITION, "NOT_OBSERVING")
    assert refusal.metadata == {"namespace": "default", "saga_id": "o-1"}


async def test_a_bus_that_is_away_is_told_and_the_dead_letter_is_not_lost(world: World) -> None:
    async def connect() -> Bus:
        raise BusUnavailableError("no NATS server answers at nats://127.0.0.1:4222")

    observer = Observer(connect, world.engine.services, world.catalog)  # it has not come to the bus yet
    object.__setattr__(world.backend, "observer", observer)
    await register(world, choreography())
    await see(world, "o-1", ordered, reserved)
    await bury(world, "o-1", 7, "payment.pay", reserved)
    request = operations_service_pb2.RetryStepRequest(saga_id="o-1", step_id="payment.pay", reason="why")
    refusal = await refused(operations(world).RetryStep(request), Code.FAILED_PRECONDITION, "NOT_OBSERVING")
    assert "holds it up as before: not connected yet. Retry once the bus is back" in refusal.message


async def test_a_participant_that_only_a_choreography_names_may_go(world: World) -> None:
    services = copy.deepcopy(SERVICES)
    for service in services:
        service["participant"] = service["participant"].replace("payment", "shop")
    await world.register(choreography(services=services))
    await see(world, "o-1", ordered)
    request = participant_registry_service_pb2.UnregisterParticipantRequest(name="shop")
    await world.participants.UnregisterParticipant(request)
    gone = world.participants.GetParticipant(participant_registry_service_pb2.GetParticipantRequest(name="shop"))
    await refused(gone, Code.NOT_FOUND, "PARTICIPANT_NOT_FOUND")
