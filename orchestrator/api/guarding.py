"""Round every RPC of ours: see who calls, parse the request, and turn what is raised into a status.

Who calls is seen before a byte of the request is read, and whether they may once it is known for which namespace.
Requests are parsed here and not by gRPC, which would answer garbage with UNKNOWN: bytes that are no such message are
the client's fault, and it is told so. What is no refusal by name is a fault of ours, logged with its trace.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from time import perf_counter
from typing import Any

import grpc
import structlog
from google.protobuf.message import DecodeError

from orchestrator.api.access import Gate
from orchestrator.api.backend import Ended
from orchestrator.api.errors import ApiError, RequestInvalid, Violation
from orchestrator.api.status import INTERNAL, rule_of, status_of

_OURS = "/sagaway.v1."
KNOWN_BY_NAME = frozenset({f"{_OURS}OrchestratorService/StartSaga", "/grpc.health.v1.Health/Check"})
"""The RPCs with queues of their own: the one that comes in crowds, and the one that must be answered whatever comes."""

_logger = structlog.get_logger(__name__)


class Guarding:
    """Stands for the server where services are added to it, and adds them guarded.

    grpc.aio's server waits for the next call of each RPC that it knows by name, and at each call it touches all of these
    waits: twenty microseconds for ours. So it knows few by name, those that must not queue behind others, and finds the
    rest when they are called.

    Errors of our services are answered by `orchestrator.api.status`; of others only the gates are watched. An
    interceptor of gRPC's could do the same, anew at each call, and would leave garbage behind that is a cycle.
    """

    def __init__(self, server: grpc.aio.Server, gates: Mapping[str, Gate | None], ended: Ended) -> None:
        """Make it.

        Args:
            server: the server.
            gates: what stands before each RPC, by its full name; none: everybody may do everything.
            ended: told how each RPC of ours ended.
        """
        self._server = server
        self._gates = gates
        self._ended = ended

    def add_generic_rpc_handlers(self, handlers: Sequence[Any]) -> None:
        """Take no notice: generated code adds the same handlers by their names."""

    def add_registered_method_handlers(self, service: str, handlers: Mapping[str, Any]) -> None:
        """Add a service's handlers, guarded.

        Args:
            service: its full name.
            handlers: by the RPC's name.
        """
        guarded = {name: self._guard(f"/{service}/{name}", handler) for name, handler in handlers.items()}
        known = {name: handler for name, handler in guarded.items() if f"/{service}/{name}" in KNOWN_BY_NAME}
        self._server.add_registered_method_handlers(service, known)  # type: ignore[attr-defined] # the stubs lack it
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, guarded),))

    def _guard(self, method: str, handler: Any) -> Any:
        gate = self._gates.get(method)
        parse, serializer = handler.request_deserializer, handler.response_serializer
        if not method.startswith(_OURS):
            if gate is None:
                return handler
            assert handler.stream_stream is not None, "reflection, the only one of them with a gate"
            return grpc.stream_stream_rpc_method_handler(_entered(handler.stream_stream, gate), parse, serializer)
        if handler.response_streaming:
            behavior = _guarded(method, parse, _held(handler.unary_stream, gate), gate, self._ended)
            return grpc.unary_stream_rpc_method_handler(behavior, _raw, serializer)
        behavior = _guarded(method, parse, handler.unary_unary, gate, self._ended)
        return grpc.unary_unary_rpc_method_handler(behavior, _raw, serializer)


_Behavior = Callable[[Any, Any], Awaitable[Any]]


def _guarded(method: str, parse: Callable[[bytes], Any], behavior: _Behavior, gate: Gate | None, ended: Ended) -> Any:
    async def guarded(body: bytes, context: Any) -> Any:
        begun, end = perf_counter(), "OK"
        try:
            if gate is None:
                return await behavior(_parse(method, parse, body), context)
            principal = gate.enter(context)
            request = _parse(method, parse, body)
            gate.permit(principal, request)
            return await behavior(request, context)
        except grpc.aio.AbortError:
            end = "UNKNOWN"
            raise
        except asyncio.CancelledError:
            end = "CANCELLED"
            raise
        except Exception as error:
            if rule_of(error) is INTERNAL:
                _logger.exception("an RPC ended in a fault of ours", rpc=method)
            code, message, trailing = status_of(error)
            end = code.name
            _logger.debug("an RPC was refused", rpc=method, code=code.name, error=type(error).__name__)
            await context.abort(code, message, trailing)
        finally:
            ended(method, end, perf_counter() - begun)

    return guarded


def _held(behavior: _Behavior, gate: Gate | None) -> _Behavior:
    """Run a stream only as long as its caller is known: nobody asks again while it is open."""
    if gate is None:
        return behavior

    async def held(request: Any, context: Any) -> Any:
        async with gate.access.while_known(context.invocation_metadata()):
            return await behavior(request, context)

    return held


def _entered(behavior: Callable[[Any, Any], AsyncIterator[Any]], gate: Gate) -> Any:
    """Let only those in who are known here."""

    async def entered(requests: Any, context: Any) -> AsyncIterator[Any]:
        try:
            gate.enter(context)
        except ApiError as error:
            await context.abort(*status_of(error))
        async for response in behavior(requests, context):
            yield response

    return entered


def _parse(method: str, parse: Callable[[bytes], Any], body: bytes) -> Any:
    try:
        return parse(body)
    except DecodeError as error:
        name = method.rpartition("/")[2]
        raise RequestInvalid([Violation("", f"the message is not a {name}Request of {method[1:]}")]) from error


def _raw(body: bytes) -> bytes:
    return body
