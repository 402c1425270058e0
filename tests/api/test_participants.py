"""ParticipantRegistryService over gRPC: what each RPC does, and each refusal that its comments name."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import grpc

from orchestrator.api.backend import ApiSettings
from orchestrator.caller.limits import DEFAULT_LIMIT
from orchestrator.core.retry import SECOND
from orchestrator.store.base import SagaLog
from sagaway.v1 import definition_service_pb2, saga_pb2
from sagaway.v1 import participant_registry_service_pb2 as v1
from sagaway.v1.participant_service_pb2 import ActionDescription
from tests.api.test_sagas import REJECTED
from tests.api.world import WAIT, World, definition, opened, refused, run
from tests.caller.participants import Participant, Slow, describe, hang, refuse, serve

Code = grpc.StatusCode
DO = ActionDescription(name="do", compensatable=True)
CHECK = ActionDescription(name="check", effect_free=True)


def participant(world: World, **fields: Any) -> Any:
    return v1.Participant(**{"name": "shop", "address": world.shop.address, **fields})


async def register(world: World, **fields: Any) -> Any:
    request = v1.RegisterParticipantRequest(participant=participant(world, **fields))
    return await world.participants.RegisterParticipant(request)


async def update(world: World, **fields: Any) -> Any:
    request = v1.UpdateParticipantRequest(participant=participant(world, **fields))
    return (await world.participants.UpdateParticipant(request)).participant


async def unregister(world: World, name: str = "shop") -> Any:
    return await world.participants.UnregisterParticipant(v1.UnregisterParticipantRequest(name=name))


async def get(world: World, name: str = "shop") -> Any:
    return (await world.participants.GetParticipant(v1.GetParticipantRequest(name=name))).participant


async def test_a_participant_is_registered_with_what_it_says_of_itself(world: World) -> None:
    answer = await register(world)
    assert answer.created
    kept = answer.participant
    assert (kept.namespace, kept.name, kept.address) == ("default", "shop", world.shop.address)
    assert kept.max_concurrent_calls == DEFAULT_LIMIT
    assert kept.description == describe()
    assert kept.create_time == kept.update_time
    again = await register(world)
    assert (again.created, again.participant) == (False, kept)
    assert await get(world) == kept
    for other in ({"address": "127.0.0.1:1"}, {"max_concurrent_calls": 1}):
        refusal = await refused(register(world, **other), Code.ALREADY_EXISTS, "PARTICIPANT_EXISTS")
        assert refusal.metadata == {"name": "shop"}
        assert world.shop.address in refusal.message
    assert await get(world) == kept


async def test_of_registrations_at_once_one_creates(world: World) -> None:
    count = 8
    together = asyncio.Barrier(count)

    async def describe_together(request: Any, context: Any) -> Any:
        await together.wait()
        return describe()

    world.shop.description = describe_together
    answers = await asyncio.gather(*(register(world) for _ in range(count)))
    assert sorted(answer.created for answer in answers) == [False] * (count - 1) + [True]


async def test_a_client_that_leaves_does_not_leave_a_registration_half_done(template: Path, tmp_path: Path) -> None:
    async with opened("sqlite", template, tmp_path) as log, run(log) as world:
        with closing(sqlite3.connect(tmp_path / "log.db", isolation_level=None)) as locker:
            locker.execute("BEGIN IMMEDIATE")
            request = v1.RegisterParticipantRequest(participant=participant(world))
            call = world.participants.RegisterParticipant(request, timeout=0.2)  # It waits for the lock.
            assert await call.code() is Code.DEADLINE_EXCEEDED
            locker.execute("ROLLBACK")
        async with asyncio.timeout(WAIT):
            while (found := world.registry.find("default", "shop")) is None:
                await asyncio.sleep(0.01)
        assert found.address == (await get(world)).address


async def test_a_participant_must_be_there_and_make_sense(log: SagaLog) -> None:
    async with run(log, ApiSettings(describe_timeout=SECOND // 5)) as world:
        unreachable = Code.UNAVAILABLE, "PARTICIPANT_UNREACHABLE"
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            refusal = await refused(register(world, address=address), *unreachable)
            assert refusal.metadata == {"address": address}
        for answer in (hang, refuse(Code.INTERNAL)):
            world.shop.description = answer
            await refused(register(world), *unreachable)
        invalid = Code.FAILED_PRECONDITION, "PARTICIPANT_DESCRIPTION_INVALID"
        world.shop.description = describe(DO, DO, retention=-1)
        refusal = await refused(register(world), *invalid)
        assert [violation.subject for violation in refusal.details["PreconditionFailure"].violations] == [
            "actions[1].name",
            "deduplication_retention",
        ]
        for nonsense in (b"garbage", refuse(Code.UNIMPLEMENTED)):
            world.shop.description = nonsense
            await refused(register(world), *invalid)
        assert await world.written() == (0, 0, 0)
        # The same for an update: what stands, stands.
        world.shop.description = describe()
        kept = (await register(world)).participant
        world.shop.description = b"garbage"
        await refused(update(world, max_concurrent_calls=1), *invalid)
        world.shop.description = hang
        await refused(update(world, max_concurrent_calls=1), *unreachable)
        assert await get(world) == kept


async def test_bad_fields(world: World) -> None:
    invalid = Code.INVALID_ARGUMENT, "FIELD_INVALID"
    for call in (register, update):
        bad = {"namespace": "a b", "name": "", "address": "", "max_concurrent_calls": 10_001}
        refusal = await refused(call(world, **bad), *invalid)
        assert list(refusal.fields) == [f"participant.{field}" for field in bad]
        for address in ("a b", "ü:1", "x" * 256, "a\n"):
            assert list((await refused(call(world, address=address), *invalid)).fields) == ["participant.address"]
        assert list((await refused(call(world, max_concurrent_calls=-1), *invalid)).fields) == [
            "participant.max_concurrent_calls"
        ]
    for empty in (
        world.participants.RegisterParticipant(v1.RegisterParticipantRequest()),
        world.participants.UpdateParticipant(v1.UpdateParticipantRequest()),
    ):
        assert list((await refused(empty, *invalid)).fields) == ["participant"]
    await refused(get(world, ""), *invalid)
    await refused(unregister(world, "a b"), *invalid)
    listing = world.participants.ListParticipants(v1.ListParticipantsRequest(namespace="?", page_size=-1))
    assert list((await refused(listing, *invalid)).fields) == ["namespace", "page_size"]
    listing = world.participants.ListParticipants(v1.ListParticipantsRequest(page_token="x"))
    await refused(listing, Code.INVALID_ARGUMENT, "PAGE_TOKEN_INVALID")
    assert await world.written() == (0, 0, 0)


async def test_who_is_not_registered(world: World) -> None:
    for call in (get(world), update(world), unregister(world)):
        refusal = await refused(call, Code.NOT_FOUND, "PARTICIPANT_NOT_FOUND")
        assert refusal.metadata == {"name": "shop"}
        assert refusal.details["ResourceInfo"].resource_name == "shop"


async def test_participants_are_listed_by_name(world: World) -> None:
    names = ["a", "b", "b-b", "c"]
    for name in reversed(names):
        await register(world, name=name)
    await register(world, name="z", namespace="else")
    for size in (1, 3, 4, 100):
        found: list[str] = []
        token = ""
        while True:
            request = v1.ListParticipantsRequest(page_size=size, page_token=token)
            answer = await world.participants.ListParticipants(request)
            found += [one.name for one in answer.participants]
            token = answer.next_page_token
            if not token:
                break
        assert found == names
    token = (await world.participants.ListParticipants(v1.ListParticipantsRequest(page_size=1))).next_page_token
    elsewhere = world.participants.ListParticipants(v1.ListParticipantsRequest(page_token=token, namespace="else"))
    await refused(elsewhere, Code.INVALID_ARGUMENT, "PAGE_TOKEN_INVALID")


# Update ---------------------------------------------------------------------------------------------------------------


async def test_a_participant_moves_with_its_sagas_running(world: World) -> None:
    world.shop.execute = slow = Slow()
    await world.register()
    before = await get(world)
    await world.start()
    await asyncio.wait_for(slow.arrived.wait(), WAIT)
    async with serve(Participant(description=describe(DO, CHECK, ActionDescription(name="new")))) as moved:
        kept = await update(world, address=moved.address, max_concurrent_calls=2)
        assert (kept.address, kept.max_concurrent_calls) == (moved.address, 2)
        assert [action.name for action in kept.description.actions] == ["do", "check", "new"]
        assert kept.create_time == before.create_time
        assert kept.update_time.ToMicroseconds() > before.update_time.ToMicroseconds()
        assert await get(world) == kept
        # The call in flight ends where it was sent; the next goes to the new address.
        slow.go.set()
        assert (await world.start(wait=WAIT)).saga.state == saga_pb2.SAGA_STATE_COMPLETED
        assert [request.context.step_id for request in moved.executed] == ["b"]


async def test_an_update_may_not_break_what_definitions_rely_on(world: World) -> None:
    check = {"id": "c", "participant": "shop", "action": "check"}
    await world.register(definition(steps=[{"id": "a", "participant": "shop", "action": "do"}, check]))
    kept = await get(world)
    in_use = Code.FAILED_PRECONDITION, "PARTICIPANT_IN_USE"
    year = 365 * 86_400
    for described, says in (
        (describe(CHECK), "step 'a' relies on action 'do'"),
        (describe(ActionDescription(name="do"), CHECK), "step 'a' relies on its Compensate"),
        (describe(DO, ActionDescription(name="check", compensatable=True)), "step 'c' relies on its being effect_free"),
        (describe(DO, CHECK, stable=False), "step 'a' relies on stable_replies"),
        (describe(DO, CHECK, retention=0), "step 'a' relies on a deduplication_retention"),
        (describe(DO, CHECK, retention=86_400), "timeout: "),
    ):
        world.shop.description = described
        refusal = await refused(update(world), *in_use)
        (violation, *_) = refusal.details["PreconditionFailure"].violations
        assert violation.subject == "order/1"
        assert says in violation.description, violation.description
        assert await get(world) == kept
    for described in (describe(DO, CHECK, retention=year), describe(DO, CHECK, retention=20 * 86_400)):
        world.shop.description = described
        assert (await update(world)).description == described


async def test_a_deprecated_definition_holds_only_while_sagas_run_on_it(world: World) -> None:
    world.shop.execute = slow = Slow()
    await world.register()
    await world.start()
    await asyncio.wait_for(slow.arrived.wait(), WAIT)
    request = definition_service_pb2.DeprecateDefinitionRequest(name="order", version=1)
    await world.definitions.DeprecateDefinition(request)
    world.shop.description = described = describe(CHECK)
    await refused(update(world), Code.FAILED_PRECONDITION, "PARTICIPANT_IN_USE")
    slow.go.set()
    await world.reach("o-1", "SagaCompleted")
    assert (await update(world)).description == described


# Unregister -----------------------------------------------------------------------------------------------------------


async def test_a_participant_stays_while_open_sagas_need_it(world: World) -> None:
    world.shop.execute = slow = Slow()
    await world.register()
    await world.start()
    await asyncio.wait_for(slow.arrived.wait(), WAIT)
    refusal = await refused(unregister(world), Code.FAILED_PRECONDITION, "PARTICIPANT_IN_USE")
    assert refusal.metadata == {"name": "shop"}
    (violation,) = refusal.details["PreconditionFailure"].violations
    assert (violation.subject, violation.description) == ("order/1", "1 open sagas")
    slow.go.set()
    await world.reach("o-1", "SagaCompleted")
    await unregister(world)
    await refused(get(world), Code.NOT_FOUND, "PARTICIPANT_NOT_FOUND")
    assert world.registry.find("default", "shop") is None
    # A saga that starts all the same fails its step, and says why.
    retry = {"max_attempts": 1}
    steps = [{"id": "a", "participant": "shop", "action": "do", "retry": retry}]
    await world.register(definition(version=2, steps=steps))
    await unregister(world)
    await world.start("o-2")
    await world.reach("o-2", "CompensationStarted")
    saga = await world.get("o-2")
    assert saga.cause == saga_pb2.SAGA_CAUSE_ATTEMPTS_EXHAUSTED
    assert (saga.error.code, saga.error.reason) == ("UNIMPLEMENTED", "PARTICIPANT_NOT_REGISTERED")


async def test_another_participants_sagas_hold_nobody_back(world: World) -> None:
    world.shop.execute = REJECTED
    await world.register()
    await register(world, name="bank")
    await world.start(wait=WAIT)
    await unregister(world, "bank")
    await unregister(world)
    assert (await world.written())[2] == 0


async def test_participants_outlive_the_server(log: SagaLog) -> None:
    async with run(log) as world:
        await world.register()
        address = world.shop.address
        for index in range(3):
            await register(world, name=f"p{index}", namespace=f"n{index % 2}", max_concurrent_calls=index + 1)
    async with run(log) as world:
        found = world.registry.find("default", "shop")
        assert found is not None
        assert found.address == address
        kept = [world.registry.find(f"n{index % 2}", f"p{index}") for index in range(3)]
        assert [one.limits.calls for one in kept if one is not None] == [1, 2, 3]
