"""A real gRPC server that answers as a test says: the faults that a healthy orchestrator does not have."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
from google.protobuf import any_pb2, message_factory
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from sagaway.v1 import orchestrator_service_pb2, participant_registry_service_pb2, saga_pb2


class Fail(Exception):
    """Answer with an error status."""

    def __init__(
        self,
        code: grpc.StatusCode,
        reason: str = "",
        *,
        retry_after: timedelta | None = None,
        violations: dict[str, str] | None = None,
    ) -> None:
        super().__init__(code.name)
        self.code = code
        details: list[Message] = []
        if reason:
            info = error_details_pb2.ErrorInfo(reason=reason, domain="sagaway", metadata={"saga_id": "o-1"})
            details.append(info)
        if retry_after is not None:
            retry = error_details_pb2.RetryInfo()
            retry.retry_delay.FromTimedelta(retry_after)
            details.append(retry)
        if violations:
            bad = error_details_pb2.BadRequest()
            for field, description in violations.items():
                bad.field_violations.add(field=field, description=description)
            details.append(bad)
        packed = []
        for detail in details:
            packed.append(any_pb2.Any())
            packed[-1].Pack(detail)
        self.status = status_pb2.Status(code=code.value[0], message=f"scripted {code.name}", details=packed)


class Hang:
    """Never answer."""


Answer = Fail | Hang | Message | list[Any]
"""A failure, silence, a response, for a stream a list of events, failures and silence."""


_METHODS = {
    f"/{service.full_name}/{method.name}": method
    for file in (orchestrator_service_pb2, participant_registry_service_pb2)
    for service in file.DESCRIPTOR.services_by_name.values()
    for method in service.methods
}


if TYPE_CHECKING:
    Handler = grpc.GenericRpcHandler[Any, Any]
else:
    Handler = grpc.GenericRpcHandler


class Scripted(Handler):
    """Answers each method's calls from a queue; remembers every request."""

    def __init__(self) -> None:
        self.address = ""
        self.requests: list[Any] = []
        self.times: list[float] = []
        self._answers: dict[str, deque[Answer]] = {}

    def answer(self, method: str, *answers: Answer) -> None:
        """Queue answers; the last one goes on answering."""
        self._answers.setdefault(method, deque()).extend(answers)

    def asked(self, kind: type[Message]) -> list[Any]:
        """Return the requests of a kind, in order."""
        return [request for request in self.requests if isinstance(request, kind)]

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[Any, Any] | None:
        """Find the handler of a method."""
        method = _METHODS.get(handler_call_details.method)
        if method is None:
            return None
        read = message_factory.GetMessageClass(method.input_type).FromString
        name = method.name

        async def unary(request: Any, context: Any) -> Any:
            return await self._next(name, request, context)

        async def stream(request: Any, context: Any) -> AsyncIterator[Any]:
            for item in await self._next(name, request, context):
                await _fail(context, item)
                yield orchestrator_service_pb2.WatchSagaResponse(event=item)

        def write(response: Message) -> bytes:
            return response.SerializeToString()

        if method.server_streaming:
            return grpc.unary_stream_rpc_method_handler(stream, read, write)
        return grpc.unary_unary_rpc_method_handler(unary, read, write)

    async def _next(self, method: str, request: Any, context: Any) -> Any:
        self.requests.append(request)
        self.times.append(asyncio.get_running_loop().time())
        queue = self._answers[method]
        answer = queue.popleft() if len(queue) > 1 else queue[0]
        await _fail(context, answer)
        return answer


async def _fail(context: Any, answer: Any) -> None:
    if isinstance(answer, Hang):
        await asyncio.Event().wait()
    if isinstance(answer, Fail):
        details = (("grpc-status-details-bin", answer.status.SerializeToString()),)
        await context.abort(answer.code, answer.status.message, details)


@asynccontextmanager
async def serving(scripted: Scripted, address: str = "127.0.0.1:0") -> AsyncGenerator[Scripted, None]:
    """Serve the script; stop hard at the end."""
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((scripted,))
    port = server.add_insecure_port(address)
    scripted.address = f"127.0.0.1:{port}"
    await server.start()
    try:
        yield scripted
    finally:
        await server.stop(None)


def saga(state: str = "RUNNING", last_sequence: int = 1, **fields: Any) -> saga_pb2.Saga:
    """Return a saga in a state."""
    return saga_pb2.Saga(saga_id="o-1", state=f"SAGA_STATE_{state}", last_sequence=last_sequence, **fields)


def event(sequence: int, state: str = "RUNNING") -> saga_pb2.SagaEvent:
    """Return an event after which the saga is in a state."""
    return saga_pb2.SagaEvent(sequence=sequence, type="StepCompleted", saga_state=f"SAGA_STATE_{state}")
