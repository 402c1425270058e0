"""ExecuteBatch: each member is one Execute, with an answer of its own, whatever becomes of the others."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest
from google.protobuf.any_pb2 import Any as AnyMessage
from google.rpc import error_details_pb2, status_pb2

from sagaway.participant import batches
from sagaway.participant.batches import EXECUTE_BATCH_LIMIT, ExecuteBatches
from sagaway.participant.testing import Operation, connected
from sagaway.v1 import payload_pb2
from sagaway.v1.participant_service_pb2 import (
    Completed,
    DescribeActionsRequest,
    ExecuteBatchMember,
    ExecuteBatchRequest,
    ExecuteBatchResponse,
    ExecuteBatchResult,
    ExecuteRequest,
    ExecuteResponse,
    StepContext,
)
from sagaway.v1.participant_service_pb2_grpc import (
    ParticipantServiceServicer,
    ParticipantServiceStub,
    add_ParticipantServiceServicer_to_server,
)
from tests.participant.conftest import ON_ONE, Database, Start

PATIENCE = 20.0
EOF = grpc.aio.EOF  # type: ignore[attr-defined] # the stubs lack it
COMPLETED = ExecuteResponse(completed=Completed(output=payload_pb2.Payload(json="1")))


def member(operation: Operation, timeout: float = 0) -> ExecuteBatchMember:
    """An operation's Execute as a member."""
    given = payload_pb2.Payload(json=json.dumps(operation.input))
    wrapped = ExecuteBatchMember(request=ExecuteRequest(context=operation.context, input=given))
    if timeout:
        wrapped.timeout.FromMilliseconds(round(timeout * 1000))
    return wrapped


def named(name: str, timeout: float = 0, traceparent: str = "") -> ExecuteBatchMember:
    """A member of a hand-written participant, whose action says what happens."""
    wrapped = ExecuteBatchMember(
        request=ExecuteRequest(context=StepContext(action=name, operation_key=name)), traceparent=traceparent
    )
    if timeout:
        wrapped.timeout.FromMilliseconds(round(timeout * 1000))
    return wrapped


def call(channel: grpc.aio.Channel, *members: ExecuteBatchMember, timeout: float = PATIENCE) -> Any:
    stub: Any = ParticipantServiceStub(channel)
    return stub.ExecuteBatch(ExecuteBatchRequest(members=members), timeout=timeout)


async def results(channel: grpc.aio.Channel, *members: ExecuteBatchMember) -> list[ExecuteBatchResult]:
    """All results, by index; each member must have exactly one."""
    found = [result async for message in call(channel, *members) for result in message.results]
    assert sorted(result.index for result in found) == list(range(len(members)))
    return sorted(found, key=lambda result: result.index)


def reason_of(result: ExecuteBatchResult) -> tuple[str, str]:
    status = status_pb2.Status.FromString(result.error.SerializeToString())
    info = error_details_pb2.ErrorInfo()
    reasons = [info.reason for detail in status.details if detail.Unpack(info)]
    code = next(code for code in grpc.StatusCode if code.value[0] == status.code)
    return code.name, reasons[0] if reasons else ""


# On the barrier -------------------------------------------------------------------------------------------------------


@ON_ONE
async def test_members_are_answered_as_executes_would_be(database: Database, start: Start) -> None:
    served = await start(database)
    stub: Any = ParticipantServiceStub(served.channel)
    assert (await stub.DescribeActions(DescribeActionsRequest())).execute_batch_limit == EXECUTE_BATCH_LIMIT
    deeds = ("complete", "reject", "pending", "payload", "crash")
    operations = [served.operation(do) for do in deeds]
    operations.append(Operation(served.channel, "reserve", {}, operation_key=""))
    operations.append(Operation(served.channel, "nothing_of_the_kind", {}))
    answered = await results(served.channel, *(member(operation) for operation in operations))
    outcomes = [result.response.WhichOneof("outcome") for result in answered]
    assert outcomes == ["completed", "rejected", "pending", "completed", None, None, None]
    assert answered[1].response.rejected.reason == "INSUFFICIENT_STOCK"
    assert [reason_of(result) for result in answered[4:]] == [
        ("INTERNAL", "INTERNAL_FAULT"),
        ("INVALID_ARGUMENT", "FIELD_INVALID"),
        ("UNIMPLEMENTED", "ACTION_UNKNOWN"),
    ]
    assert database.effects() == 3
    # Again, once in a batch and once alone: the stored reply, byte for byte (payload: metadata of several entries).
    again = await results(served.channel, *(member(operation) for operation in operations[:4]))
    assert [result.SerializeToString(deterministic=True) for result in again] == [
        result.SerializeToString(deterministic=True) for result in answered[:4]
    ]
    for operation, result in zip(operations[:4], answered, strict=False):
        alone = await stub.Execute(member(operation).request)
        assert alone == result.response
    assert database.effects() == 3


@ON_ONE
async def test_one_operation_twice_in_a_batch_happens_once(database: Database, start: Start) -> None:
    served = await start(database)
    operation = served.operation()
    first, second = await results(served.channel, member(operation), member(operation))
    assert first.response.WhichOneof("outcome") == "completed"
    assert reason_of(second) == ("ABORTED", "IN_PROGRESS")
    assert database.effects() == 1


@ON_ONE
async def test_a_compensated_member_has_no_effect(database: Database, start: Start) -> None:
    served = await start(database)
    gone, other = served.operation(), served.operation()
    assert (await gone.compensate()).outcome == "compensated"
    late, fine = await results(served.channel, member(gone), member(other))
    assert reason_of(late) == ("FAILED_PRECONDITION", "OPERATION_COMPENSATED")
    assert fine.response.HasField("completed")
    assert database.effects() == 1


@ON_ONE
async def test_a_timeout_ends_the_wait_of_its_member_only(database: Database, start: Start) -> None:
    """SQLite does one operation at a time: the second waits behind the first, which a gate holds."""
    served = await start(database)
    held, waiting, patient = served.operation(gate=True), served.operation(), served.operation()
    stream = call(served.channel, member(held), member(waiting, timeout=0.1), member(patient))
    (timed_out,) = (await stream.read()).results
    assert (timed_out.index, reason_of(timed_out)) == (1, ("DEADLINE_EXCEEDED", ""))
    served.inventory.gate.open()
    rest = [result async for message in _messages(stream) for result in message.results]
    assert sorted(result.index for result in rest) == [0, 2]
    assert all(result.response.HasField("completed") for result in rest)
    assert database.effects() == 2
    # It left the queue, and its key with it.
    assert (await results(served.channel, member(waiting)))[0].response.HasField("completed")


@ON_ONE
async def test_a_cancelled_batch_leaves_the_queue_and_finishes_what_runs(database: Database, start: Start) -> None:
    served = await start(database)
    held, waiting = served.operation(gate=True), served.operation()
    stream = call(served.channel, member(held), member(waiting))
    await served.inventory.gate.entered()
    stream.cancel()
    keys = served.inventory.participant.keys
    async with asyncio.timeout(PATIENCE):
        while len(keys) != 1:
            await asyncio.sleep(0.005)
    served.inventory.gate.open()
    async with asyncio.timeout(PATIENCE):
        while keys:
            await asyncio.sleep(0.005)
    assert database.effects() == 1
    assert (await results(served.channel, member(held)))[0].response.HasField("completed")
    assert database.effects() == 1


@ON_ONE
async def test_a_stop_waits_for_a_batch(database: Database, start: Start) -> None:
    served = await start(database)
    held = served.operation(gate=True)
    stream = call(served.channel, member(held), member(served.operation()))
    await served.inventory.gate.entered()
    stopping = asyncio.create_task(served.server.stop())
    done, _ = await asyncio.wait([stopping], timeout=0.2)
    assert not done, "the stop must wait for the batch"
    served.inventory.gate.open()
    rest = [result async for message in _messages(stream) for result in message.results]
    assert [result.WhichOneof("answer") for result in rest] == ["response", "response"]
    await stopping


# Any servicer ---------------------------------------------------------------------------------------------------------


class Handwritten(ParticipantServiceServicer):
    """A participant without the barrier, as an author writes one."""

    def __init__(self, **limits: int) -> None:
        self.arrived: dict[str, asyncio.Event] = {}
        self.ended: list[str] = []
        self.go = asyncio.Event()
        self.metadata: dict[str, Any] = {}
        self._batches = ExecuteBatches(self.Execute, **limits)

    async def Execute(self, request: ExecuteRequest, context: Any) -> ExecuteResponse:  # noqa: N802
        action = request.context.action
        self.arrived.setdefault(action, asyncio.Event()).set()
        self.metadata[action] = dict(context.invocation_metadata())
        try:
            return await _DEEDS.get(action.partition("-")[0], _complete)(self, context)
        finally:
            self.ended.append(action)

    async def ExecuteBatch(self, request: ExecuteBatchRequest, context: Any) -> None:  # type: ignore[override] # noqa: N802
        await self._batches.answer(request, context)


async def _complete(servicer: Handwritten, context: Any) -> ExecuteResponse:
    return COMPLETED


async def _wait(servicer: Handwritten, context: Any) -> ExecuteResponse:
    await servicer.go.wait()
    return COMPLETED


async def _abort(servicer: Handwritten, context: Any) -> ExecuteResponse:
    packed = AnyMessage()
    packed.Pack(error_details_pb2.ErrorInfo(reason="NO_LUCK", domain="example"))
    status = status_pb2.Status(code=grpc.StatusCode.ABORTED.value[0], message="no", details=[packed])
    trailing = (("grpc-status-details-bin", status.SerializeToString()),)
    await context.abort(grpc.StatusCode.ABORTED, "no luck", trailing)
    raise AssertionError


async def _code(servicer: Handwritten, context: Any) -> ExecuteResponse:
    context.set_code(grpc.StatusCode.OUT_OF_RANGE)
    context.set_details("too far")
    return ExecuteResponse()


async def _raise(servicer: Handwritten, context: Any) -> ExecuteResponse:
    raise ValueError("the card is 4711")


async def _large(servicer: Handwritten, context: Any) -> ExecuteResponse:
    return ExecuteResponse(completed=Completed(output=payload_pb2.Payload(binary=bytes(1 << 20))))


async def _too_large(servicer: Handwritten, context: Any) -> ExecuteResponse:
    return ExecuteResponse(completed=Completed(output=payload_pb2.Payload(binary=bytes(5 << 20))))


_DEEDS: dict[str, Callable[[Handwritten, Any], Awaitable[ExecuteResponse]]] = {
    "wait": _wait,
    "abort": _abort,
    "code": _code,
    "raise": _raise,
    "large": _large,
    "too_large": _too_large,
}


@asynccontextmanager
async def serving(servicer: Handwritten) -> AsyncIterator[grpc.aio.Channel]:
    server = grpc.aio.server()
    add_ParticipantServiceServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        async with connected(f"127.0.0.1:{port}") as channel:
            yield channel
    finally:
        await server.stop(None)


async def test_a_slow_member_holds_nobody_back() -> None:
    async with serving(servicer := Handwritten()) as channel:
        stream = call(channel, named("wait"), *(named(f"fast-{number}") for number in range(9)))
        first = await stream.read()
        # What was ready together came together.
        assert sorted(result.index for result in first.results) == list(range(1, 10))
        assert servicer.ended.count("wait") == 0
        servicer.go.set()
        (last,) = (await stream.read()).results
        assert (last.index, last.response) == (0, COMPLETED)
        assert await stream.read() is EOF


async def test_how_one_ends_is_its_own_affair(caplog: pytest.LogCaptureFixture) -> None:
    async with serving(Handwritten()) as channel:
        aborted, coded, raised, fine = await results(channel, *map(named, ("abort", "code", "raise", "fine")))
    assert reason_of(aborted) == ("ABORTED", "NO_LUCK")
    assert aborted.error.message == "no luck"
    assert (reason_of(coded), coded.error.message) == (("OUT_OF_RANGE", ""), "too far")
    # The exception's text stays in the participant's log.
    assert (reason_of(raised), raised.error.message) == (("UNKNOWN", ""), "Unexpected ValueError")
    assert "4711" in caplog.text
    assert fine.response == COMPLETED


async def test_members_have_their_own_trace_and_time() -> None:
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    async with serving(servicer := Handwritten()) as channel:
        timed_out, fine, negative = await results(
            channel, named("wait", timeout=0.05), named("fine", traceparent=traceparent), named("never", timeout=-1)
        )
        assert reason_of(timed_out) == ("DEADLINE_EXCEEDED", "")
        assert servicer.ended.count("wait") == 1
    assert fine.response == COMPLETED
    assert servicer.metadata["fine"]["traceparent"] == traceparent
    assert "traceparent" not in servicer.metadata["wait"]
    assert reason_of(negative) == ("INVALID_ARGUMENT", "FIELD_INVALID")
    assert "never" not in servicer.arrived


async def test_a_cancel_reaches_every_member() -> None:
    async with serving(servicer := Handwritten()) as channel:
        names = [f"wait-{number}" for number in range(3)]
        for name in names:
            servicer.arrived[name] = asyncio.Event()
        stream = call(channel, *map(named, names))
        async with asyncio.timeout(PATIENCE):
            for name in names:
                await servicer.arrived[name].wait()
            stream.cancel()
            while sorted(servicer.ended) != names:
                await asyncio.sleep(0.005)


async def test_the_deadline_of_the_call_ends_members_too() -> None:
    async with serving(servicer := Handwritten()) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call(channel, named("wait", timeout=60), timeout=0.1).read()
        assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        async with asyncio.timeout(PATIENCE):
            while servicer.ended != ["wait"]:
                await asyncio.sleep(0.005)


async def test_limits() -> None:
    async with serving(servicer := Handwritten(limit=3, at_once=2)) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await results(channel, *(named(f"fast-{number}") for number in range(4)))
        assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert "there are 4, the limit is 3" in (caught.value.details() or "")
        assert not servicer.ended
        stream = call(channel, *(named(f"wait-{number}") for number in range(3)))
        (refused,) = (await stream.read()).results
        assert (refused.index, reason_of(refused)) == (2, ("RESOURCE_EXHAUSTED", ""))
        servicer.go.set()
        rest = [result async for message in _messages(stream) for result in message.results]
        assert [result.response for result in rest] == [COMPLETED, COMPLETED]
        assert await results(channel) == []


async def test_answers_are_parted_by_size(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(Handwritten()) as channel:
        messages = [message async for message in call(channel, *map(named, ("large",) * 5), named("too_large"))]
    assert [len(message.results) for message in messages] == [2, 2, 2]
    assert all(message.ByteSize() <= batches.MAX_ANSWER_BYTES for message in messages)
    refused = [result for message in messages for result in message.results if result.index == 5]
    assert [reason_of(result) for result in refused] == [("RESOURCE_EXHAUSTED", "")]


async def _messages(stream: Any) -> AsyncIterator[ExecuteBatchResponse]:
    while (message := await stream.read()) is not EOF:
        yield message
