"""Broken requests: refused before anything happens, naming the field, the fault and what is right."""

import asyncio
from typing import Any

import grpc
import pytest

from sagaway.participant import Payload
from sagaway.participant.tables import barrier_table
from sagaway.participant.testing import Operation
from sagaway.v1 import participant_service_pb2 as contract
from sagaway.v1.participant_service_pb2_grpc import ParticipantServiceStub
from tests.participant.conftest import ON_ONE, Database, Served, Start

MIB = 1024 * 1024


@pytest.mark.parametrize("phase", ["execute", "compensate"])
@pytest.mark.parametrize(
    ("given", "context", "field", "text"),
    [
        (None, {"operation_key": None}, "context.operation_key", "required"),
        (None, {"operation_key": "é" * 257}, "context.operation_key", "longer than 512 bytes"),
        (None, {"operation_key": "a\0b"}, "context.operation_key", "NUL"),
        (None, {"action": None}, "context.action", "must match"),
        (None, {"action": "no spaces"}, "context.action", "must match"),
        (None, {"saga_id": "x" * 65}, "context.saga_id", "must match"),
        (None, {"step_id": "a\0b"}, "context.step_id", "must match"),
        (Payload(json="{4711"), {}, "input.json", "does not parse"),
        (Payload(json=""), {}, "input.json", "does not parse"),
        (Payload(json="NaN"), {}, "input.json", "it holds NaN"),
        (Payload(json="[" * 100_000 + "]" * 100_000), {}, "input.json", "deeper than 100 levels"),
        (Payload(json='"' + "x" * (MIB - 1) + '"'), {}, "input.json", "the limit is 1048576"),
        (Payload(binary=b"x" * (MIB + 1)), {}, "input.binary", "the limit is 1048576"),
        (Payload(content_type="x" * 256), {}, "input", "content_type is longer"),
        (Payload(metadata={str(n): "" for n in range(33)}), {}, "input", "32 entries"),
        (Payload(metadata={"a": "x" * 1024}), {}, "input", "larger than 1024 bytes"),
    ],
)
async def test_broken_field(
    phase: str, given: Payload | None, context: dict[str, Any], field: str, text: str, one: Served
) -> None:
    answer = await getattr(one.operation(), phase)(given, **context)
    assert (answer.outcome, answer.reason, answer.fields) == ("INVALID_ARGUMENT", "FIELD_INVALID", (field,))
    assert text in answer.details
    assert "4711" not in answer.details
    assert one.database.count(barrier_table) == 0


async def test_missing_context(one: Served) -> None:
    stub: Any = ParticipantServiceStub(one.channel)
    for call, request in (
        (stub.Execute, contract.ExecuteRequest()),
        (stub.Compensate, contract.CompensateRequest()),
    ):
        with pytest.raises(grpc.aio.AioRpcError, match="context: it is required"):
            await call(request)


async def test_broken_instants(one: Served) -> None:
    operation = one.operation()
    for field in ("first_sent_time", "not_after_time"):
        operation = one.operation()
        getattr(operation.context, field).seconds = 2**40
        answer = await operation.execute()
        assert (answer.reason, answer.fields) == ("FIELD_INVALID", (f"context.{field}",))


async def test_output_of_a_compensate(one: Served) -> None:
    answer = await one.operation().compensate(output=Payload(json="{"))
    assert (answer.reason, answer.fields) == ("FIELD_INVALID", ("output.json",))


@pytest.mark.parametrize("phase", ["execute", "compensate"])
async def test_unknown_action(phase: str, one: Served) -> None:
    """Also a Compensate: to a message that went astray, Compensated would be a lie, and a tombstone no help."""
    answer = await getattr(one.operation(action="charge"), phase)()
    assert (answer.outcome, answer.reason) == ("UNIMPLEMENTED", "ACTION_UNKNOWN")
    assert "'charge'" in answer.details
    assert one.database.count(barrier_table) == 0


async def test_largest_payloads_pass(one: Served) -> None:
    big = Payload(json='{"filler":"' + "x" * (MIB - 13) + '"}')
    assert len(big.raw) == MIB
    operation = Operation(one.channel, "reserve", big)
    assert (await operation.execute()).outcome == "completed"
    assert (await operation.compensate(output=big)).outcome == "compensated"


async def test_message_beyond_every_limit(one: Served) -> None:
    answer = await one.operation().execute(Payload(binary=b"x" * (5 * MIB)))
    assert answer.outcome == "RESOURCE_EXHAUSTED"


async def test_input_of_each_kind(one: Served) -> None:
    inputs: list[Any] = []

    def note(call: Any, _: object) -> None:
        inputs.append(call.input)

    one.inventory.participant.action("note")(note)
    for given in (Payload(binary=b"\0"), Payload(), Payload(json="null"), Payload(json="[1]")):
        assert (await Operation(one.channel, "note", given).execute()).outcome == "completed"
    assert inputs == [b"\0", None, None, [1]]


async def test_too_many_at_once_are_refused_at_once(one: Served) -> None:
    """A connection's own surplus waits in the caller (HTTP/2's streams); other connections' is answered."""
    held = asyncio.create_task(one.operation(gate=True).execute())
    await one.inventory.gate.entered()
    queued = [asyncio.create_task(one.operation().execute()) for _ in range(3)]
    async with asyncio.timeout(10):
        while len(one.inventory.participant.keys) < 4:
            await asyncio.sleep(0.001)
    options = [("grpc.use_local_subchannel_pool", 1)]
    async with grpc.aio.insecure_channel(one.address, options) as other:
        assert (await Operation(other, "reserve", {}).execute()).outcome == "RESOURCE_EXHAUSTED"
    one.inventory.gate.open()
    answers = await asyncio.gather(held, *queued)
    assert {answer.outcome for answer in answers} == {"completed"}


@pytest.fixture
async def one(database: Database, start: Start) -> Served:
    served: Served = await start(database, server={"max_concurrent_rpcs": 4})
    return served


pytestmark = ON_ONE
