"""Where participants are, what they say of themselves, and that a change of either loses no call in flight."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import socket
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest

from orchestrator.caller.base import Limits
from orchestrator.caller.client import GrpcCaller
from orchestrator.caller.description import batch_limit, parse_description, seals
from orchestrator.caller.errors import DescriptionInvalid, ParticipantUnreachable
from orchestrator.caller.registry import ParticipantRegistry
from orchestrator.core.outcome import Completed, Failed
from orchestrator.core.retry import SECOND
from sagaway.v1 import participant_service_pb2 as v1
from tests.caller.participants import CALL, RETENTION, Participant, Slow, describe, hang, refuse, serve


@pytest.fixture
async def registry() -> AsyncIterator[ParticipantRegistry]:
    registry = ParticipantRegistry()
    yield registry
    await registry.close()


async def test_a_description_is_stored_as_json(registry: ParticipantRegistry) -> None:
    async with serve(Participant(description=describe(batch_limit=100, seals=True))) as participant:
        text = await registry.describe(participant.address, 5 * SECOND)
    assert json.loads(text) == {
        "actions": [
            {
                "name": "do",
                "compensatable": True,
                "effect_free": False,
                "description": "does",
                "input_schema": '{"type": "object"}',
                "output_schema": "",
                "probe": False,
            },
            {
                "name": "check",
                "compensatable": False,
                "effect_free": True,
                "description": "",
                "input_schema": "",
                "output_schema": "",
                "probe": False,
            },
        ],
        "deduplication_retention": RETENTION * SECOND,
        "stable_replies": True,
        "execute_batch_limit": 100,
        "seals": True,
    }
    assert parse_description(text)["actions"][1]["name"] == "check"
    assert batch_limit(text) == 100


def test_a_description_of_a_version_that_knew_no_batches_offers_none() -> None:
    old = '{"actions": [], "deduplication_retention": 0, "stable_replies": true}'
    assert (batch_limit(old), seals(old)) == (0, False)


BIG_SCHEMA = '{"title": "' + "x" * 60_000 + '"}'


def action(name: str = "do", **fields: Any) -> v1.ActionDescription:
    return v1.ActionDescription(name=name, **fields)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (describe(action("")), "actions[0].name: '' does not match"),
        (describe(action("a b")), "actions[0].name"),
        (describe(action("a" * 65)), "actions[0].name"),
        (describe(action(), action()), "actions[1].name: 'do' is there twice"),
        (describe(action(input_schema="{")), "actions[0].input_schema: is not JSON"),
        (describe(action(output_schema="3")), "actions[0].output_schema: is no JSON Schema"),
        (describe(action(output_schema='"' + "x" * (1 << 16) + '"')), "actions[0].output_schema: has more than"),
        (describe(batch_limit=-1), "execute_batch_limit: is -1; it goes from 0 to 10,000"),
        (describe(batch_limit=10_001), "execute_batch_limit: is 10001"),
        (describe(retention=-1), "deduplication_retention: is negative"),
        (describe(retention=2**62), "deduplication_retention: is negative or out of range"),
        (describe(*(action(f"a{index}") for index in range(1001))), "actions: are 1001, the limit is 1000"),
        (describe(action("!"), action("?"), retention=-1), "actions[1].name"),
        (describe(*(action(f"a{index}", input_schema=BIG_SCHEMA) for index in range(20))), "actions: have 1,2"),
        (b"garbage that is no message", "is not a DescribeActionsResponse"),
        (refuse(grpc.StatusCode.UNIMPLEMENTED), "is it a participant?"),
    ],
)
async def test_a_participant_that_describes_itself_wrongly(
    registry: ParticipantRegistry, answer: Any, says: str
) -> None:
    async with serve(Participant(description=answer)) as participant:
        with pytest.raises(DescriptionInvalid) as caught:
            await registry.describe(participant.address, 5 * SECOND)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refuse(grpc.StatusCode.UNAVAILABLE, "starting"), "UNAVAILABLE"),
        (refuse(grpc.StatusCode.INTERNAL), "INTERNAL"),
        (hang, "DEADLINE_EXCEEDED"),
    ],
)
async def test_a_participant_that_does_not_describe_itself(
    registry: ParticipantRegistry, answer: Any, code: str
) -> None:
    async with serve(Participant(description=answer)) as participant:
        with pytest.raises(ParticipantUnreachable) as caught:
            await registry.describe(participant.address, SECOND // 5)
    assert caught.value.code == code
    assert participant.address in str(caught.value)


async def test_nobody_at_the_address(registry: ParticipantRegistry) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(ParticipantUnreachable) as caught:
            await registry.describe(f"127.0.0.1:{taken.getsockname()[1]}", 5 * SECOND)
    assert caught.value.code == "UNAVAILABLE"


async def test_participants_at_one_address_share_its_channel(registry: ParticipantRegistry) -> None:
    async with serve(Participant()) as participant:
        registry.put("default", "a", participant.address, Limits(1))
        line = registry.line(participant.address)
        registry.put("default", "b", participant.address, Limits(1))
        assert registry.line(participant.address) is line
        registry.remove("default", "a")
        assert registry.line(participant.address) is line
        registry.remove("default", "b")
        registry.remove("default", "b")
        assert registry.line(participant.address) is not line


@pytest.mark.parametrize("change", ["move", "renew", "remove"])
async def test_a_change_does_not_lose_a_call_in_flight(registry: ParticipantRegistry, change: str) -> None:
    caller, slow = GrpcCaller(registry), Slow()
    async with serve(Participant(execute=slow)) as old, serve(Participant()) as new:
        registry.put("default", "order", old.address, Limits(1))
        line = registry.line(old.address)
        call = asyncio.ensure_future(caller.execute(CALL))
        await asyncio.wait_for(slow.arrived.wait(), 5)
        if change == "move":
            registry.put("default", "order", new.address, Limits(2))
            assert isinstance(await caller.execute(CALL), Completed)
            assert len(new.executed) == 1
        elif change == "renew":
            registry.put("default", "order", old.address, Limits(2))
            assert registry.line(old.address) is not line
        else:
            registry.remove("default", "order")
            answer = await caller.execute(CALL)
            assert isinstance(answer, Failed)
            assert answer.failure.code == "UNIMPLEMENTED"
        assert line.closed is None
        slow.go.set()
        assert isinstance(await call, Completed)
        assert line.closed is not None
        await asyncio.wait_for(asyncio.shield(line.closed), 5)


async def test_closing_the_registry_ends_calls_as_cancelled(registry: ParticipantRegistry) -> None:
    caller, slow = GrpcCaller(registry), Slow()
    async with serve(Participant(execute=slow)) as participant:
        registry.put("default", "order", participant.address, Limits(1))
        call = asyncio.ensure_future(caller.execute(CALL))
        await asyncio.wait_for(slow.arrived.wait(), 5)
        await registry.close()
        answer = await asyncio.wait_for(call, 5)
        assert isinstance(answer, Failed)
        assert answer.failure.code == "CANCELLED"
        # Afterwards it works again: nothing remembers a closed channel.
        slow.go.set()
        assert isinstance(await caller.execute(dataclasses.replace(CALL, attempt=3)), Completed)
