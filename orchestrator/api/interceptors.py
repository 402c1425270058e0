"""Round every RPC of ours: parse the request, and turn what is raised into a status.

Requests are parsed here and not by gRPC, which would answer garbage with UNKNOWN: bytes that are no such message are
the client's fault, and it is told so. What is no refusal by name is a fault of ours, logged with its trace.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import grpc
import structlog
from google.protobuf.message import DecodeError

from orchestrator.api.errors import RequestInvalid, Violation
from orchestrator.api.status import INTERNAL, rule_of, status_of

_OURS = "/sagaway.v1."

_logger = structlog.get_logger(__name__)


# Generic in the stubs only.
if TYPE_CHECKING:
    _ServerInterceptor = grpc.aio.ServerInterceptor[Any, Any]
else:
    _ServerInterceptor = grpc.aio.ServerInterceptor


class StatusInterceptor(_ServerInterceptor):
    """Answers errors of our services by `orchestrator.api.status`; other services it leaves alone."""

    async def intercept_service(self, continuation: Callable[[Any], Awaitable[Any]], handler_call_details: Any) -> Any:
        """Wrap the handler of an RPC of ours."""
        handler = await continuation(handler_call_details)
        method: str = handler_call_details.method
        if handler is None or not method.startswith(_OURS):
            return handler
        parse, serializer = handler.request_deserializer, handler.response_serializer
        if handler.response_streaming:
            behavior = _guarded(method, parse, handler.unary_stream)
            return grpc.unary_stream_rpc_method_handler(behavior, _raw, serializer)
        behavior = _guarded(method, parse, handler.unary_unary)
        return grpc.unary_unary_rpc_method_handler(behavior, _raw, serializer)


def _guarded(method: str, parse: Callable[[bytes], Any], behavior: Callable[[Any, Any], Awaitable[Any]]) -> Any:
    async def guarded(body: bytes, context: Any) -> Any:
        try:
            return await behavior(_parse(method, parse, body), context)
        except grpc.aio.AbortError:
            raise
        except Exception as error:
            if rule_of(error) is INTERNAL:
                _logger.exception("internal_fault", rpc=method)
            code, message, trailing = status_of(error)
            _logger.debug("rpc_refused", rpc=method, code=code.name, error=type(error).__name__)
            await context.abort(code, message, trailing)

    return guarded


def _parse(method: str, parse: Callable[[bytes], Any], body: bytes) -> Any:
    try:
        return parse(body)
    except DecodeError as error:
        name = method.rpartition("/")[2]
        raise RequestInvalid([Violation("", f"the message is not a {name}Request of {method[1:]}")]) from error


def _raw(body: bytes) -> bytes:
    return body
