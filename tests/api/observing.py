"""Choreographed sagas in a server of a test: registered over gRPC, and written to its log as the observer does."""

from __future__ import annotations

import copy
from functools import partial
from typing import Any

from google.protobuf import json_format

from orchestrator.choreography.sagas import Sagas
from orchestrator.core.model import Failure, Phase, SagaKey
from orchestrator.core.observation import Fact, Letter
from orchestrator.core.observing import begin, give_up, observe, overdue
from sagaway.v1 import definition_pb2
from tests.api.world import World
from tests.core.observed import DOCUMENT


def choreography(name: str = "shop", version: int = 1, **changes: Any) -> Any:
    """Return the shop's choreography as a message; `changes` are made to the field `choreography`."""
    document = {**copy.deepcopy(DOCUMENT), "name": name, "version": version}
    document["choreography"].update(changes)
    return json_format.ParseDict(document, definition_pb2.SagaDefinition())


async def bury(world: World, saga_id: str, letter_id: int, step_id: str, fact: Fact) -> None:
    """Take it that a step could not handle an event of a saga."""
    services, key = world.engine.services, SagaKey("default", saga_id)
    sagas = Sagas(services, world.catalog)
    async with sagas.turn(key):
        standing = await sagas.get(key)
        assert standing is not None
        letter = Letter(step_id, fact.key, Phase.EXECUTE, Failure("", "", "it raised"))
        assert await sagas.change(
            key, standing, partial(give_up, standing.saga, letter_id, letter, services.clock.now())
        )


async def see(world: World, saga_id: str, *facts: Fact, wait: bool = False) -> None:
    """Observe events of a saga of the shop's choreography, which is registered.

    Args:
        world: the server.
        saga_id: the saga.
        facts: its events.
        wait: let nothing happen for too long then.
    """
    services, key = world.engine.services, SagaKey("default", saga_id)
    sagas = Sagas(services, world.catalog)
    definition = await world.catalog.compiled("default", "shop", 1)
    assert definition is not None
    async with sagas.turn(key):
        for fact in facts:
            standing, now = await sagas.get(key), services.clock.now()
            decide = (
                partial(begin, key, definition, fact, "", now)
                if standing is None
                else partial(observe, standing.saga, fact, now)
            )
            assert await sagas.change(key, standing, decide)
        if wait:
            standing = await sagas.get(key)
            assert standing is not None
            assert await sagas.change(key, standing, partial(overdue, standing.saga, services.clock.now()))
