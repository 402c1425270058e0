"""A caller, and a participant that takes batches. Modules that need others have fixtures of the same names."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from orchestrator.caller.base import Limits
from orchestrator.caller.client import GrpcCaller
from orchestrator.caller.registry import ParticipantRegistry
from tests.caller.batching import LIMIT, completing
from tests.caller.participants import Participant, serve


@pytest.fixture
async def registry() -> AsyncIterator[ParticipantRegistry]:
    registry = ParticipantRegistry()
    yield registry
    await registry.close()


@pytest.fixture
async def participant(registry: ParticipantRegistry) -> AsyncIterator[Participant]:
    async with serve(Participant(batch=completing)) as participant:
        registry.put("default", "order", participant.address, Limits(1_000), LIMIT)
        yield participant


@pytest.fixture
def caller(registry: ParticipantRegistry) -> GrpcCaller:
    return GrpcCaller(registry)
