"""The client against the real orchestrator and a real participant, in one loop and on real files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orchestrator.app import serving
from orchestrator.config import Settings
from sagaway.client import (
    AlreadyExists,
    Client,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    Payload,
    PermissionDenied,
    Phase,
    Retries,
    Saga,
    SagaNotCompleted,
    StepCompletion,
    StepFailure,
    StepRejection,
    SyncClient,
    Unavailable,
    name_of,
    payload_of,
)
from tests.client.errands import NAME, Errands, errand, running

QUICK = Retries(patience=timedelta(seconds=20), max_backoff=timedelta(milliseconds=100))
LONG = timedelta(seconds=30)
HELD = {"first": "hold", "second": 2}


@dataclass
class World:
    settings: Settings
    address: str
    errands: Errands
    participant: str
    client: Client

    async def hold(self, saga_id: str, step: str = "second") -> None:
        """Start a saga whose step is Pending, and return once it is."""
        await self.client.start("errand", saga_id=saga_id, input={"first": 1, "second": 2} | {step: "hold"})
        async for event in self.client.watch(saga_id):
            if event.type == "StepPending":
                return
        raise AssertionError("it ended")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database=tmp_path / "saga.db", listen="127.0.0.1:0", drain_seconds=2)


@pytest.fixture
async def world(settings: Settings, tmp_path: Path) -> AsyncGenerator[World, None]:
    async with (
        running(tmp_path / "errands.db") as (errands, participant),
        serving(settings) as server,
        Client(server.address, retries=QUICK) as client,
    ):
        await client.participants.register(NAME, participant)
        await client.definitions.register(errand())
        yield World(settings, server.address, errands, participant, client)


def state(saga: Saga) -> str:
    return name_of(saga, "state")


async def test_a_saga_is_started_and_waited_for(world: World) -> None:
    handle = await world.client.start("errand", input={"first": {"n": 2**53}, "second": 2}, wait=LONG)
    assert handle.created
    assert state(handle.saga) == "COMPLETED"
    assert handle.output == {"first": {"ran": {"n": 2**53}}}
    assert handle.saga.completed_step_count == 2


async def test_the_same_start_is_the_same_saga_and_another_is_refused(world: World) -> None:
    first = await world.client.start("errand", saga_id="o-1", input={"first": 1, "second": 2}, labels={"k": "v"})
    again = await world.client.start("errand", saga_id="o-1", input={"first": 1, "second": 2}, labels={"k": "v"})
    assert (first.created, again.created) == (True, False)
    with pytest.raises(AlreadyExists) as caught:
        await world.client.start("errand", saga_id="o-1", input={"first": 1, "second": 3}, labels={"k": "v"})
    assert caught.value.reason == "SAGA_EXISTS"


async def test_a_refused_saga_says_why(world: World) -> None:
    refusal = {"reject": "NO_STOCK", "message": "there are none left"}
    handle = await world.client.start("errand", input={"first": 1, "second": refusal}, wait=LONG)
    assert (state(handle.saga), name_of(handle.saga, "cause")) == ("COMPENSATED", "REJECTED")
    assert handle.saga.error.reason == "NO_STOCK"
    with pytest.raises(SagaNotCompleted, match="there are none left"):
        _ = handle.output


async def test_a_wait_returns_the_open_saga_after_its_limit(world: World) -> None:
    handle = await world.client.start("errand", input={"first": "hold"}, wait=timedelta(milliseconds=100))
    assert state(handle.saga) == "RUNNING"
    assert state(await handle.wait(timedelta(milliseconds=50))) == "RUNNING"


async def test_a_pending_step_is_completed_by_its_token(world: World) -> None:
    await world.hold("o-1")
    token = world.errands.tokens["o-1", "second"]
    with pytest.raises(PermissionDenied):
        await world.client.complete_step("o-1", "second", token[:-2] + "xx", StepCompletion())
    outcome = StepCompletion(output=payload_of({"n": 7}))
    await world.client.complete_step("o-1", "second", token, outcome)
    await world.client.complete_step("o-1", "second", token, outcome)
    assert state(await world.client.wait("o-1", LONG)) == "COMPLETED"
    with pytest.raises(FailedPrecondition) as caught:
        await world.client.complete_step("o-1", "second", token, StepRejection(reason="NO"))
    assert caught.value.reason == "STEP_NOT_PENDING"


async def test_a_pending_step_that_failed_undoes_the_saga(world: World) -> None:
    await world.hold("o-1")
    token = world.errands.tokens["o-1", "second"]
    failure = StepFailure(reason="LOST", message="the parcel is lost")
    await world.client.complete_step("o-1", "second", token, failure, phase=Phase.PHASE_EXECUTE)
    saga = await world.client.wait("o-1", LONG)
    assert (state(saga), saga.compensated_step_count) == ("COMPENSATED", 2)


async def test_a_cancelled_saga_is_undone_and_an_ended_one_is_not_cancelled(world: World) -> None:
    await world.hold("o-1")
    assert (await world.client.cancel("o-1", "changed my mind")).cancel_requested
    saga = await world.client.wait("o-1", LONG)
    assert (state(saga), name_of(saga, "cause")) == ("COMPENSATED", "CANCELLED")
    with pytest.raises(FailedPrecondition) as caught:
        await world.client.cancel("o-1")
    assert caught.value.reason == "SAGA_NOT_CANCELLABLE"


async def test_events_are_watched_to_the_end_and_paged_afterwards(world: World) -> None:
    await world.client.start("errand", saga_id="o-1", input={"first": 1, "second": 2})
    watched = [event async for event in world.client.watch("o-1")]
    assert [event.sequence for event in watched] == list(range(1, len(watched) + 1))
    assert name_of(watched[-1], "saga_state") == "COMPLETED"
    paged = [event async for event in world.client.events("o-1", page_size=2)]
    assert paged == watched
    assert [event async for event in world.client.watch("o-1", after_sequence=len(watched) - 1)] == watched[-1:]


async def test_sagas_are_listed_by_every_filter_over_pages(world: World) -> None:
    before = datetime.now(UTC)
    for number in range(5):
        label = {"odd": str(number % 2)}
        saga_id = f"o-{number}"
        await world.client.start("errand", saga_id=saga_id, input={"first": 1, "second": 2}, labels=label, wait=LONG)

    async def ids(**filters: object) -> list[str]:
        return [saga.saga_id async for saga in world.client.list(page_size=2, **filters)]  # type: ignore[arg-type]

    assert await ids() == ["o-4", "o-3", "o-2", "o-1", "o-0"]
    assert await ids(labels={"odd": "1"}) == ["o-3", "o-1"]
    assert await ids(states=["COMPENSATED", "STUCK"]) == []
    assert await ids(states=["COMPLETED"], definition="errand", started_from=before) == await ids()
    assert await ids(started_to=before) == []


async def test_definitions_are_registered_validated_shown_and_deprecated(world: World) -> None:
    definitions = world.client.definitions
    assert not (await definitions.register(errand())).created
    changed = errand()
    changed.description = "another"
    with pytest.raises(AlreadyExists) as taken:
        await definitions.register(changed)
    assert taken.value.reason == "DEFINITION_EXISTS"
    second = await definitions.register(errand(2))
    assert second.created
    assert await definitions.validate(errand(2)) == second.definition.content_hash
    assert [row.definition.version async for row in definitions.list("errand", page_size=1)] == [1, 2]
    assert (await definitions.deprecate("errand", 2)).HasField("deprecate_time")
    assert (await definitions.get("errand")).definition.version == 1
    with pytest.raises(FailedPrecondition) as deprecated:
        await world.client.start("errand", version=2)
    assert deprecated.value.reason == "DEFINITION_DEPRECATED"
    broken = errand(3)
    broken.steps[0].action = "fly"
    broken.steps[1].id = "first"
    with pytest.raises(InvalidArgument) as faults:
        await definitions.register(broken)
    assert len(faults.value.violations) >= 2


async def test_participants_are_registered_updated_and_unregistered(world: World) -> None:
    participants = world.client.participants
    assert not (await participants.register(NAME, world.participant)).created
    updated = await participants.update(NAME, world.participant, max_concurrent_calls=3)
    assert updated.max_concurrent_calls == 3
    assert [row.name async for row in participants.list()] == [NAME]
    assert (await participants.get(NAME)).description.actions[0].name == "run"
    with pytest.raises(Unavailable) as unreachable:
        await participants.register("nobody", "127.0.0.1:1")
    assert unreachable.value.reason == "PARTICIPANT_UNREACHABLE"
    await world.hold("o-1")
    with pytest.raises(FailedPrecondition):
        await participants.unregister(NAME)
    await world.client.cancel("o-1")
    await world.client.wait("o-1", LONG)
    await participants.unregister(NAME)
    with pytest.raises(NotFound):
        await participants.get(NAME)


async def test_bad_requests_are_named_by_field(world: World) -> None:
    for field, arguments in {
        "saga_id": {"saga_id": "no spaces allowed"},
        "input.json": {"input": Payload(json="{")},
        "labels": {"labels": {str(number): "" for number in range(33)}},
    }.items():
        with pytest.raises(InvalidArgument) as caught:
            await world.client.start("errand", **arguments)  # type: ignore[arg-type]
        assert caught.value.violations[0].field.startswith(field.partition(".")[0])
    with pytest.raises(NotFound) as missing:
        await world.client.start("nothing")
    assert missing.value.reason == "DEFINITION_NOT_FOUND"
    for call in (world.client.get, world.client.cancel, world.client.wait):
        with pytest.raises(NotFound):
            await call("nobody")
    with pytest.raises(NotFound):
        await anext(world.client.events("nobody"))
    with pytest.raises(NotFound):
        await anext(world.client.watch("nobody"))


async def test_the_blocking_client_does_the_same(world: World) -> None:
    def use() -> Saga:
        with SyncClient(world.address, retries=QUICK) as client:
            handle = client.start("errand", input={"first": 1, "second": 2})
            events = list(handle.watch())
            assert len(events) == handle.wait().last_sequence
            assert handle.output == {"first": {"ran": 1}}
            assert [row.definition.name for row in client.definitions.list()] == ["errand"]
            return client.get(handle.saga_id)

    assert state(await asyncio.to_thread(use)) == "COMPLETED"


async def test_waits_and_watches_outlive_a_restart_of_the_orchestrator(settings: Settings, tmp_path: Path) -> None:
    async with running(tmp_path / "errands.db") as (errands, participant):
        async with serving(settings) as server:
            address = server.address
            client = Client(address, retries=QUICK)
            await client.participants.register(NAME, participant)
            await client.definitions.register(errand())
            world = World(settings, address, errands, participant, client)
            await world.hold("o-1")
            waiting = asyncio.create_task(client.wait("o-1", LONG))
            stream = client.watch("o-1")
            last = await anext(stream)
            while last.type != "StepPending":
                last = await anext(stream)
            watching = asyncio.create_task(_rest(stream))
            starting = asyncio.create_task(client.start("errand", saga_id="o-2", input=HELD, wait=LONG))
            while ("o-2", "first") not in errands.tokens:
                await asyncio.sleep(0.01)
        async with serving(settings.model_copy(update={"listen": address})):
            await client.complete_step("o-1", "second", errands.tokens["o-1", "second"], StepCompletion())
            await client.complete_step("o-2", "first", errands.tokens["o-2", "first"], StepCompletion())
            assert state(await waiting) == "COMPLETED"
            assert (await watching)[0] == last.sequence + 1
            second = await starting
            assert second.created
            assert state(second.saga) == "COMPLETED"
            await client.close()


async def _rest(stream: AsyncGenerator[object, None]) -> list[int]:
    return [event.sequence async for event in stream]  # type: ignore[attr-defined]
