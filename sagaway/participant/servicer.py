"""ParticipantService over grpc.aio: reads the request, lets the runner do it, and puts a refusal on the wire."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

import grpc
from google.protobuf import duration_pb2
from sqlalchemy import Engine

from sagaway.participant import tracing
from sagaway.participant.actions import Action
from sagaway.participant.batches import EXECUTE_BATCH_LIMIT, ExecuteBatches
from sagaway.participant.errors import STATUS_DETAILS, Refusal, action_unknown, draining
from sagaway.participant.locks import KeyLocks
from sagaway.participant.operation import Setting, compensate, execute, probe, seal
from sagaway.participant.requests import read_compensate, read_execute, read_seal
from sagaway.participant.runner import Runner
from sagaway.v1 import participant_service_pb2 as contract
from sagaway.v1 import participant_service_pb2_grpc

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

SERVICE = contract.DESCRIPTOR.services_by_name["ParticipantService"].full_name

Context = grpc.aio.ServicerContext[Any, Any]


class Served(Protocol):
    """What is served: a `Participant`, as far as it is needed here."""

    name: str
    engine: Engine | AsyncEngine
    retention: timedelta
    workers: int
    clock: Callable[[], datetime]
    actions: dict[str, Action]
    keys: KeyLocks


class ParticipantServicer(participant_service_pb2_grpc.ParticipantServiceServicer):
    """Serves one participant. Made by `Participant.servicer` inside the event loop it serves in.

    Args:
        participant: whose actions.
    """

    def __init__(self, participant: Served) -> None:
        self._participant = participant
        self._runner = Runner(participant.engine, participant.keys, participant.workers)
        self._batches = ExecuteBatches(self._execute)
        self._closing = False
        self._calls = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def Execute(  # noqa: N802 - the contract's name
        self, request: contract.ExecuteRequest, context: Context
    ) -> contract.ExecuteResponse:
        """Do a step's action once; see the contract."""
        return contract.ExecuteResponse.FromString(await self._execute(request, context))

    # grpc.aio's reader-writer style, which the stubs do not know: answers are written as they come.
    async def ExecuteBatch(  # type: ignore[override]  # noqa: N802 - the contract's name
        self, request: contract.ExecuteBatchRequest, context: Context
    ) -> None:
        """Do several steps' actions; see the contract."""
        with self._under_way():
            await self._batches.answer(request, context)

    async def Compensate(  # noqa: N802 - the contract's name
        self, request: contract.CompensateRequest, context: Context
    ) -> contract.CompensateResponse:
        """Undo it; see the contract."""
        return contract.CompensateResponse.FromString(await self._compensate(request, context))

    async def Probe(  # noqa: N802 - the contract's name
        self, request: contract.ProbeRequest, context: Context
    ) -> contract.ProbeResponse:
        """Tell what became of an Execute; see the contract."""
        return contract.ProbeResponse.FromString(await self._probe(request, context))

    async def Seal(  # noqa: N802 - the contract's name
        self, request: contract.SealRequest, context: Context
    ) -> contract.SealResponse:
        """Keep what is under way of an operation from having an effect; see the contract."""
        return contract.SealResponse.FromString(await self._seal(request, context))

    async def DescribeActions(  # noqa: N802 - the contract's name
        self, request: contract.DescribeActionsRequest, context: Context
    ) -> contract.DescribeActionsResponse:
        """Tell the actions and promises; see the contract."""
        return describe(self._participant)

    def add_to_server(self, server: grpc.aio.Server) -> None:
        """Register on a server, so that Execute and Compensate send the stored bytes as they are.

        The generated `add_ParticipantServiceServicer_to_server` works too, but parses and writes replies anew: with
        payload metadata of several entries their order, and so the bytes, may differ.
        """
        handlers = {
            "Execute": grpc.unary_unary_rpc_method_handler(self._execute, contract.ExecuteRequest.FromString),
            "ExecuteBatch": grpc.unary_stream_rpc_method_handler(
                self.ExecuteBatch, contract.ExecuteBatchRequest.FromString, _spell
            ),
            "Compensate": grpc.unary_unary_rpc_method_handler(self._compensate, contract.CompensateRequest.FromString),
            "Probe": grpc.unary_unary_rpc_method_handler(self._probe, contract.ProbeRequest.FromString),
            "Seal": grpc.unary_unary_rpc_method_handler(self._seal, contract.SealRequest.FromString),
            "DescribeActions": grpc.unary_unary_rpc_method_handler(
                self.DescribeActions,
                contract.DescribeActionsRequest.FromString,
                contract.DescribeActionsResponse.SerializeToString,
            ),
        }
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, handlers),))

    async def answered(self, grace: float) -> None:
        """Wait until no call is under way.

        Args:
            grace: seconds to wait at most.
        """
        # A call that arrived just now takes its place first.
        await asyncio.sleep(0)
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._idle.wait()

    async def close(self, grace: float) -> None:
        """Refuse new operations and let those that run finish.

        Args:
            grace: seconds to wait for them.
        """
        self._closing = True
        await self._runner.close(grace)

    async def _execute(self, message: contract.ExecuteRequest, context: Context) -> bytes:
        async def answer() -> bytes:
            request = read_execute(message)
            setting = self._setting(request.context.action)
            return await self._runner.run(
                request.context.operation_key,
                f"Execute of action {setting.action.name!r}",
                setting.action.execute_function,
                lambda connection, author: execute(connection, request, setting, author),
            )

        return await self._answer("Execute", message.context, answer, context)

    async def _probe(self, message: contract.ProbeRequest, context: Context) -> bytes:
        async def answer() -> bytes:
            request = read_execute(message)
            setting = self._setting(request.context.action)
            if setting.action.probe_function is None:
                raise action_unknown(setting.action.name, "offers no Probe of action")
            return await self._runner.run(
                request.context.operation_key,
                f"Probe of action {setting.action.name!r}",
                setting.action.probe_function,
                lambda connection, author: probe(connection, request, setting, author),
            )

        return await self._answer("Probe", message.context, answer, context)

    async def _compensate(self, message: contract.CompensateRequest, context: Context) -> bytes:
        async def answer() -> bytes:
            request = read_compensate(message)
            setting = self._setting(request.context.action)
            return await self._runner.run(
                request.context.operation_key,
                f"Compensate of action {setting.action.name!r}",
                setting.action.compensate_function,
                lambda connection, author: compensate(connection, request, setting, author),
            )

        return await self._answer("Compensate", message.context, answer, context)

    async def _seal(self, message: contract.SealRequest, context: Context) -> bytes:
        async def answer() -> bytes:
            operation = read_seal(message)
            setting = self._setting(operation.action)
            return await self._runner.run(
                operation.operation_key,
                f"Seal of action {setting.action.name!r}",
                None,
                lambda connection, _author: seal(connection, operation, setting),
            )

        return await self._answer("Seal", message.context, answer, context)

    def _setting(self, name: str) -> Setting:
        if self._closing:
            raise draining()
        action = self._participant.actions.get(name)
        if action is None:
            # Also for a Compensate: to a message that went astray, Compensated would be a lie.
            raise action_unknown(name)
        return Setting(self._participant.name, self._participant.clock, action)

    async def _answer(
        self, method: str, operation: contract.StepContext, answer: Callable[[], Awaitable[bytes]], context: Context
    ) -> bytes:
        served, metadata = self._participant, context.invocation_metadata() or ()
        with self._under_way():
            try:
                with tracing.serving(method, served.name, served.actions, operation, metadata):
                    return await answer()
            except Refusal as refusal:
                await abort(context, refusal)

    @contextmanager
    def _under_way(self) -> Iterator[None]:
        """Count a call until it is answered."""
        self._calls += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._calls -= 1
            if not self._calls:
                self._idle.set()


async def abort(context: Context, refusal: Refusal) -> NoReturn:
    """End the RPC with the refusal's rich status."""
    details = ((STATUS_DETAILS, refusal.status().SerializeToString()),)
    await context.abort(refusal.code, refusal.message, trailing_metadata=details)


def describe(participant: Served) -> contract.DescribeActionsResponse:
    """Return what DescribeActions answers."""
    retention = duration_pb2.Duration()
    retention.FromTimedelta(participant.retention)
    actions = [
        contract.ActionDescription(
            name=action.name,
            compensatable=action.compensate_function is not None,
            effect_free=action.facts.effect_free,
            description=action.facts.description,
            input_schema=action.facts.input_schema,
            output_schema=action.facts.output_schema,
            probe=action.probe_function is not None,
        )
        for action in participant.actions.values()
    ]
    return contract.DescribeActionsResponse(
        actions=actions,
        deduplication_retention=retention,
        stable_replies=True,
        execute_batch_limit=EXECUTE_BATCH_LIMIT,
        seals=True,
    )


def _spell(response: contract.ExecuteBatchResponse) -> bytes:
    """Return answers as bytes; stored replies come out as they were stored, for they were written so too."""
    return response.SerializeToString(deterministic=True)
