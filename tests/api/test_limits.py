"""A participant's limits over gRPC: registered, kept by a running server, changed at once, and kept after a restart."""

from __future__ import annotations

import asyncio
import math
from typing import Any

import grpc
import pytest

from orchestrator.caller.limits import MAX_LIMITED_ACTIONS
from orchestrator.store.base import SagaLog
from sagaway.v1 import definition_service_pb2, saga_pb2
from sagaway.v1 import participant_registry_service_pb2 as v1
from tests.api.test_participants import get, register, update
from tests.api.world import WAIT, World, definition, refused, run
from tests.caller.participants import COMPLETED

INVALID = grpc.StatusCode.INVALID_ARGUMENT, "FIELD_INVALID"
ONE = definition(steps=[{"id": "a", "participant": "shop", "action": "do"}])


def action(calls: int = 0, rate: float = 0) -> Any:
    return v1.ActionLimits(max_concurrent_calls=calls, max_calls_per_second=rate)


class Crowd:
    """A handler that lets nobody go until told, and counts who is there."""

    def __init__(self) -> None:
        self.inside = self.came = 0
        self.go = asyncio.Event()
        self._moved = asyncio.Condition()

    async def __call__(self, request: Any, context: Any) -> Any:
        async with self._moved:
            self.inside += 1
            self.came += 1
            self._moved.notify_all()
        await self.go.wait()
        self.inside -= 1
        return COMPLETED

    async def has(self, count: int) -> None:
        """Return once so many have come."""
        async with asyncio.timeout(WAIT), self._moved:
            await self._moved.wait_for(lambda: self.came >= count)


async def ready(world: World, **limits: Any) -> None:
    await register(world, **limits)
    await world.definitions.RegisterDefinition(definition_service_pb2.RegisterDefinitionRequest(definition=ONE))


async def all_end(world: World, count: int) -> None:
    for n in range(count):
        await world.reach(f"o-{n}", "SagaCompleted")


async def waiting(world: World, count: int, running: int) -> None:
    """Return once so many calls wait, and so many run."""
    async with asyncio.timeout(WAIT):
        while (now := (await get(world)).status) and (now.waiting_calls, now.running_calls) != (count, running):
            await asyncio.sleep(0.01)


async def test_limits_are_kept_as_registered_and_replaced_as_a_whole(log: SagaLog) -> None:
    asked = {
        "max_concurrent_calls": 7,
        "max_calls_per_second": 0.5,
        "action_limits": {"do": action(2, 100), "check": action(rate=1)},
    }
    async with run(log) as world:
        kept = (await register(world, **asked)).participant
        assert (kept.max_concurrent_calls, kept.max_calls_per_second) == (7, 0.5)
        assert dict(kept.action_limits) == asked["action_limits"]
        assert (await register(world, **asked)).created is False
        address = world.shop.address
        others: tuple[dict[str, Any], ...] = (
            {"max_calls_per_second": 0.6},
            {"action_limits": {"do": action(2, 100)}},
            {"action_limits": {"do": action(2), "check": action(rate=1)}},
        )
        for other in others:
            refusal = await refused(
                register(world, **{**asked, **other}), grpc.StatusCode.ALREADY_EXISTS, "PARTICIPANT_EXISTS"
            )
            assert (
                "7 calls at once, 0.5 a second; of check 1 a second; of do 2 at once, 100 a second" in refusal.message
            )
    async with run(log) as world:
        shown = (await world.participants.ListParticipants(v1.ListParticipantsRequest())).participants[0]
        assert (shown.max_calls_per_second, dict(shown.action_limits)) == (0.5, asked["action_limits"])
        found = world.registry.find("default", "shop")
        assert found is not None
        assert (found.address, found.limits.calls, found.limits.rate) == (address, 7, 0.5)
        assert {name: (one.calls, one.rate) for name, one in found.limits.actions.items()} == {
            "do": (2, 100),
            "check": (0, 1),
        }
        cleared = await update(world, action_limits={"check": action(calls=3)})
        assert (cleared.max_concurrent_calls, cleared.max_calls_per_second) == (64, 0)
        assert dict(cleared.action_limits) == {"check": action(calls=3)}
        assert dict((await update(world)).action_limits) == {}


async def test_bad_limits_are_named(world: World) -> None:
    for call in (register, update):
        for rate in (-1, math.nan, math.inf, 100_001, 0.0009):
            refusal = await refused(call(world, max_calls_per_second=rate), *INVALID)
            assert list(refusal.fields) == ["participant.max_calls_per_second"]
            assert "0.001 to 100,000 a second" in refusal.message
        bad = {"do": action(), "check": action(-1, math.nan), "no name": action(1)}
        refusal = await refused(call(world, action_limits=bad), *INVALID)
        assert list(refusal.fields) == [
            'participant.action_limits["check"].max_concurrent_calls',
            'participant.action_limits["check"].max_calls_per_second',
            'participant.action_limits["do"]',
            'participant.action_limits["no name"]',
        ]
        many = {f"a{n}": action(1) for n in range(MAX_LIMITED_ACTIONS + 1)}
        assert list((await refused(call(world, action_limits=many), *INVALID)).fields) == ["participant.action_limits"]
    assert (await world.written())[2] == 0


async def test_only_what_a_participant_offers_can_be_limited(world: World) -> None:
    misspelt = {"action_limits": {"do": action(1), "doo": action(1)}}
    refusal = await refused(register(world, **misspelt), *INVALID)
    assert refusal.fields == {
        'participant.action_limits["doo"]': "the participant offers no such action; it offers 'do', 'check'"
    }
    await register(world)
    await refused(update(world, **misspelt), *INVALID)
    assert dict((await get(world)).action_limits) == {}


async def test_a_registered_limit_of_an_action_is_kept_and_gives_way_at_once(world: World) -> None:
    world.shop.execute = crowd = Crowd()
    await ready(world, action_limits={"do": action(2)})
    for n in range(6):
        await world.start(f"o-{n}")
    await waiting(world, 4, running=2)
    assert crowd.inside == 2
    await update(world, action_limits={"do": action(4)})
    await crowd.has(4)
    await waiting(world, 2, running=4)
    await update(world)
    await crowd.has(6)
    crowd.go.set()
    await all_end(world, 6)


async def test_a_registered_rate_is_kept_after_a_restart_too(log: SagaLog) -> None:
    loop = asyncio.get_running_loop()
    async with run(log) as world:
        await ready(world, max_calls_per_second=20)
    async with run(log) as world:
        # The server is another one, and so is its participant's address.
        await update(world, max_calls_per_second=20)
        began = loop.time()
        for n in range(12):
            await world.start(f"o-{n}")
        await all_end(world, 12)
        assert loop.time() - began >= (12 - 1 - 2) / 20
        await update(world, max_calls_per_second=0.001)
        await world.start("o-12")
        await all_end(world, 13)  # what the rate of before had left over
        for n in range(13, 16):
            await world.start(f"o-{n}")
        await waiting(world, 3, running=0)
        await update(world)
        await all_end(world, 16)
        assert {(await world.get(f"o-{n}")).state for n in range(16)} == {saga_pb2.SAGA_STATE_COMPLETED}


@pytest.mark.parametrize("limits", [{"max_calls_per_second": 20}, {"action_limits": {"do": action(rate=20)}}])
async def test_a_restarted_server_keeps_to_what_was_registered(log: SagaLog, limits: dict[str, Any]) -> None:
    """The sagas wait for the next server, which knows the participant from the log alone."""
    loop = asyncio.get_running_loop()
    async with run(log) as world:
        await ready(world, **limits)
        registration = world.registry.find("default", "shop")
    async with run(log) as world:
        found = world.registry.find("default", "shop")
        assert found is not None
        assert registration is not None
        assert found.limits == registration.limits
        world.registry.put("default", "shop", world.shop.address, found.limits)  # where it listens now
        began = loop.time()
        for n in range(12):
            await world.start(f"o-{n}")
        await all_end(world, 12)
        assert loop.time() - began >= (12 - 1 - 2) / 20
