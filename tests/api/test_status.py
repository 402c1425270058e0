"""The one table of errors: nothing is missing in it, and what it makes fits through gRPC."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from orchestrator.api import errors as api
from orchestrator.api.errors import DefinitionFaulty, RequestInvalid, Violation
from orchestrator.api.status import INTERNAL, RULES, rule_of, status_of
from orchestrator.caller import errors as caller
from orchestrator.core import errors as core
from orchestrator.core.model import SagaKey
from orchestrator.engine import errors as engine
from orchestrator.store import base as store

# Ours to put right, whoever is told: a log that can't be folded, data that the log refuses, rules broken in the core.
FAULTS = {
    store.CorruptLog,
    store.LogDataError,
    store.LogUnusable,  # Before a server runs.
    core.IllegalTransition,
    core.UnresolvedExpression,
    core.CommandRefused,  # Always answered as SagaNotCancellable or StepNotPending.
    api.ParticipantError,  # Only a root.
}


def kinds(root: type[Exception], module: Any) -> Iterator[type[Exception]]:
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, root) and value is not root:
            yield value


def test_every_error_by_name_has_its_answer() -> None:
    named = {
        *kinds(api.ApiError, api),
        *kinds(caller.CallerError, caller),
        *kinds(engine.EngineError, engine),
        *kinds(store.StoreError, store),
        *kinds(core.CoreError, core),
    }
    assert len(named) > 25
    assert named - set(RULES) == FAULTS


def test_what_nobody_named_is_a_fault_of_ours() -> None:
    assert rule_of(KeyError("x")) is INTERNAL
    code, message, _ = status_of(KeyError("secret"))
    assert code is grpc.StatusCode.INTERNAL
    assert "secret" not in message


async def through_grpc(error: Exception) -> tuple[grpc.aio.AioRpcError, status_pb2.Status]:
    """Send a status through a real server to a client with default limits."""

    async def handle(request: bytes, context: Any) -> bytes:
        code, message, trailing = status_of(error)
        await context.abort(code, message, trailing)
        raise AssertionError

    server = grpc.aio.server()
    handlers = {"fail": grpc.unary_unary_rpc_method_handler(handle)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("test", handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await channel.unary_unary("/test/fail", lambda body: body, lambda body: body)(b"")
    finally:
        await server.stop(0)
    trailing: Any = caught.value.trailing_metadata()
    return caught.value, status_pb2.Status.FromString(dict(trailing)["grpc-status-details-bin"])


@pytest.mark.parametrize("letter", ["x", "é", "%", "\n", "→", "😀"])
async def test_the_longest_error_fits_through_grpc(letter: str) -> None:
    violations = [Violation(f"definition.steps[{index}]" + letter * 1_000, letter * 10_000) for index in range(500)]
    for error, reason in (
        (DefinitionFaulty(letter * 5_000, violations), "DEFINITION_INVALID"),
        (RequestInvalid(violations), "FIELD_INVALID"),
        (engine.SagaQuarantined(SagaKey("default", "o-1"), letter * 5_000), "SAGA_QUARANTINED"),
        (api.ParticipantInUse("shop", letter * 5_000, violations), "PARTICIPANT_IN_USE"),
    ):
        raised, status = await through_grpc(error)
        info = error_details_pb2.ErrorInfo.FromString(status.details[0].value)
        assert info.reason == reason, raised
        assert status.message == raised.details()


async def test_violations_are_listed_in_order_and_the_rest_is_counted() -> None:
    violations = [Violation(f"steps[{index}].id", "is wrong in some way that takes words") for index in range(300)]
    _, status = await through_grpc(DefinitionFaulty("order", violations))
    info = error_details_pb2.ErrorInfo.FromString(status.details[0].value)
    listed = error_details_pb2.BadRequest.FromString(status.details[1].value).field_violations
    assert info.metadata["faults"] == "300"
    assert [violation.field for violation in listed[:-1]] == [f"steps[{index}].id" for index in range(len(listed) - 1)]
    assert len(listed) > 50
    assert listed[-1].description == f"and {300 - (len(listed) - 1)} more"
