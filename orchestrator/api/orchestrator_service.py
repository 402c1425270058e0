"""OrchestratorService: starts sagas, shows them, and takes what others have to say to them.

What a client sees is committed: commands return once the engine has committed what they led to, and reads go to the
log. A client that leaves hurts nothing: a command goes on to its end, and a wait is only a wait.
"""

# ruff: noqa: N802 - the contract's names.
from __future__ import annotations

from typing import Any

import uuid_utils

from orchestrator.api import principal
from orchestrator.api.backend import Backend
from orchestrator.api.convert import fill_saga, row_message
from orchestrator.api.errors import DefinitionDeprecated, DefinitionNotFound, SagaNotCancellable, StepNotPending
from orchestrator.api.events import EventStream, list_events, readable
from orchestrator.api.overview import overview
from orchestrator.api.paging import decode_token, fill, next_token, scope
from orchestrator.api.principal import Role
from orchestrator.api.show import remembered, shown
from orchestrator.api.validation import MAX_FILTER_LABELS, MAX_TOKEN, NULL, Check, read_traceparent
from orchestrator.core.definition import SagaDefinition
from orchestrator.core.errors import CommandRefused
from orchestrator.core.model import Failure, Phase, SagaKey
from orchestrator.core.outcome import CompensateAnswer, Compensated, Completed, ExecuteAnswer, Failed, Rejected
from orchestrator.core.retry import SECOND
from orchestrator.engine.commands import StartSaga
from orchestrator.engine.errors import (
    CompletionTokenInvalid,
    SagaExists,
    SagaNotFound,
    SagaQuarantined,
    TooManyWatchers,
)
from orchestrator.engine.view import not_found
from orchestrator.store.base import ListPosition, SagaFilter, SagaRow
from sagaway.v1 import orchestrator_service_pb2 as v1
from sagaway.v1 import orchestrator_service_pb2_grpc, saga_pb2

MAX_WAIT = 3_600 * SECOND
"""The longest wait for a saga's end, microseconds."""

_PHASES = {saga_pb2.PHASE_EXECUTE: Phase.EXECUTE, saga_pb2.PHASE_COMPENSATE: Phase.COMPENSATE}
_OUTCOMES = {"completed": (Phase.EXECUTE,), "rejected": (Phase.EXECUTE,), "compensated": (Phase.COMPENSATE,)}


class OrchestratorService(orchestrator_service_pb2_grpc.OrchestratorServiceServicer):
    """The service's RPCs; the contract says what each promises."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def StartSaga(self, request: v1.StartSagaRequest, context: Any) -> v1.StartSagaResponse:
        """Start a saga; wait for it if asked to."""
        check = Check()
        namespace = check.namespace(request.namespace)
        name = check.identifier("definition_name", request.definition_name)
        version = check.version("definition_version", request.definition_version)
        saga_id = check.identifier("saga_id", request.saga_id or str(uuid_utils.uuid7()))
        given = request.HasField("input")
        payload = check.payload("input", request.input) if given else NULL
        labels = check.labels("labels", request.labels)
        wait = request.HasField("wait_timeout")
        patience = check.duration("wait_timeout", request.wait_timeout, MAX_WAIT) if wait else 0
        check.done()
        key = SagaKey(namespace, saga_id)
        traceparent, trace_origin = self._backend.engine.begin_trace(
            read_traceparent(context.invocation_metadata() or ())
        )
        command = StartSaga(
            key=key,
            definition=await self._definition(key, name, version),
            requested_version=version,
            input=payload,
            labels=labels,
            traceparent=traceparent,
            trace_origin=trace_origin,
        )
        with self._backend.engine.follow(key) as follower:
            # Unlike a command it needs no task of its own to outlive its client: what it begins goes on by itself.
            created = await self._backend.engine.start_saga(command)
            current = created
            if patience and created:
                current = await follower.settled(patience / SECOND)
            elif patience:
                await self._wait(key, patience)
            response = v1.StartSagaResponse(created=created)
            if current and follower.saga is not None:
                fill_saga(response.saga, follower.saga, self._backend.clock.now())
            else:
                response.saga.CopyFrom(await remembered(self._backend, key))
        return response

    async def GetSaga(self, request: v1.GetSagaRequest, context: Any) -> v1.GetSagaResponse:
        """Show a saga."""
        check = Check()
        key = _key(check, request)
        check.done()
        return v1.GetSagaResponse(saga=await self._show(key))

    async def ListSagas(self, request: v1.ListSagasRequest, context: Any) -> v1.ListSagasResponse:
        """Show a page of sagas, newest first."""
        check = Check()
        filter_ = _filter(check, request)
        size = check.page_size(request.page_size)
        check.done()
        scope_ = scope(
            "sagas",
            filter_.namespace,
            sorted(filter_.states),
            filter_.definition_name,
            sorted(filter_.labels.items()),
            filter_.start_from,
            filter_.start_to,
        )
        after = decode_token(scope_, request.page_token, ListPosition)
        rows = await self._backend.log.list_sagas(filter_, after, size + 1)
        now = self._backend.clock.now()
        page = fill(rows, size, lambda row: row_message(row, now))
        return v1.ListSagasResponse(sagas=page.messages, next_page_token=next_token(scope_, page, _position))

    async def ListSagaEvents(self, request: v1.ListSagaEventsRequest, context: Any) -> v1.ListSagaEventsResponse:
        """Show a page of a saga's events."""
        check = Check()
        key = _key(check, request)
        after = check.sequence("after_sequence", request.after_sequence)
        size = check.page_size(request.page_size)
        check.done()
        await self._existing(key)
        events, token = await list_events(self._backend.log, key, after, size, request.page_token)
        return v1.ListSagaEventsResponse(events=events, next_page_token=token)

    # grpc.aio's reader-writer style, which the stubs do not know: it writes by itself, to see who is slow.
    async def WatchSaga(self, request: v1.WatchSagaRequest, context: Any) -> None:  # type: ignore[override]
        """Stream a saga's events as they are committed."""
        check = Check()
        key = _key(check, request)
        after = check.sequence("after_sequence", request.after_sequence)
        check.done()
        row = await self._existing(key)
        stream = EventStream(self._backend.log, key, context, self._backend.settings.watcher_patience)
        with self._backend.engine.watch(key) as watch:
            await stream.skip(after)
            while True:
                await stream.send_new()
                if stream.ended:
                    return
                if row.end_time is not None:
                    raise await not_found(self._backend.log, key)  # purged since
                await watch.changed()

    async def CancelSaga(self, request: v1.CancelSagaRequest, context: Any) -> v1.CancelSagaResponse:
        """Ask a saga to undo itself."""
        check = Check()
        key = _key(check, request)
        reason = check.text("reason", request.reason)
        check.done()
        try:
            await self._backend.finish(self._backend.engine.cancel(key, reason))
        except CommandRefused as error:
            raise SagaNotCancellable(key, error) from error
        return v1.CancelSagaResponse(saga=await self._show(key))

    async def CompleteStep(self, request: v1.CompleteStepRequest, context: Any) -> v1.CompleteStepResponse:
        """Take the outcome of a Pending step."""
        check = Check()
        key = _key(check, request)
        step_id = check.identifier("step_id", request.step_id)
        token = check.text("completion_token", request.completion_token, MAX_TOKEN)
        if not token:
            check.fault("completion_token", "is required: the one in the StepContext of the operation")
        phase = _PHASES.get(request.phase)
        if phase is None:
            check.fault("phase", "is required: PHASE_EXECUTE or PHASE_COMPENSATE")
        report = _report(check, request, phase)
        check.done()
        assert phase is not None, "checked above"
        traceparent = read_traceparent(context.invocation_metadata() or ())
        sees_all = principal.current().may(Role.VIEWER, key.namespace)
        try:
            await self._backend.finish(
                self._backend.engine.complete_step(key, step_id, phase, token, report, traceparent)
            )
        except CommandRefused as error:
            raise StepNotPending(key, step_id, error) from error
        except (SagaNotFound, SagaQuarantined) as error:
            if sees_all:
                raise
            raise CompletionTokenInvalid(key) from error  # To whom it has not been shown, there is no saga.
        if sees_all:
            return v1.CompleteStepResponse(saga=await self._show(key))
        return v1.CompleteStepResponse(saga=saga_pb2.Saga(namespace=key.namespace, saga_id=key.saga_id))

    async def GetOverview(self, request: v1.GetOverviewRequest, context: Any) -> v1.GetOverviewResponse:
        """Show how a namespace stands as a whole."""
        return await overview(self._backend, request)

    async def _definition(self, key: SagaKey, name: str, version: int) -> SagaDefinition:
        """Return the definition to start with: as asked for, or, of a repeated request, the saga's own."""
        catalog = self._backend.catalog
        row = await catalog.row(key.namespace, name, version)
        if row is not None and row.deprecate_time is None:
            definition = await catalog.compiled(key.namespace, name, row.version)
            assert definition is not None, "it is registered for good"
            return definition
        # A request that was taken once is taken again, whatever became of the definition since.
        with readable(key):
            standing = await self._backend.log.read(key)
        if standing is not None:
            own = await catalog.compiled(key.namespace, standing.definition_name, standing.definition_version)
            if own is None or standing.definition_name != name:
                raise SagaExists(key)
            return own
        if await self._backend.log.purged(key) is not None:
            any_version = await self._backend.log.list_definitions(key.namespace, name, None, 1)
            own = await catalog.compiled(key.namespace, name, any_version[0].version) if any_version else None
            if own is None:
                raise SagaExists(key)
            return own  # its name is all of it that tells whether this is the request that was taken
        if row is None:
            raise DefinitionNotFound(key.namespace, name, version)
        raise DefinitionDeprecated(name, row.version)

    async def _wait(self, key: SagaKey, patience: int) -> None:
        try:
            await self._backend.engine.wait(key, patience)
        except TooManyWatchers:
            return  # The saga is started, and that is what was asked for first: answer how it stands now.

    async def _show(self, key: SagaKey) -> saga_pb2.Saga:
        return await shown(self._backend, key)

    async def _existing(self, key: SagaKey) -> SagaRow:
        with readable(key):
            row = await self._backend.log.read(key)
        if row is None:
            raise await not_found(self._backend.log, key)
        return row


def _key(check: Check, request: Any) -> SagaKey:
    return SagaKey(check.namespace(request.namespace), check.identifier("saga_id", request.saga_id))


def _filter(check: Check, request: v1.ListSagasRequest) -> SagaFilter:
    name = check.identifier("definition_name", request.definition_name) if request.definition_name else ""
    given = request.HasField
    return SagaFilter(
        namespace=check.namespace(request.namespace),
        states=check.states("states", request.states),
        definition_name=name,
        labels=check.labels("labels", request.labels, MAX_FILTER_LABELS),
        start_from=check.instant("start_time_from", request.start_time_from) if given("start_time_from") else None,
        start_to=check.instant("start_time_to", request.start_time_to) if given("start_time_to") else None,
    )


def _position(row: SagaRow) -> ListPosition:
    return ListPosition(row.start_time, row.uid)


def _report(check: Check, request: v1.CompleteStepRequest, phase: Phase | None) -> ExecuteAnswer | CompensateAnswer:
    outcome = request.WhichOneof("outcome")
    if phase is not None and phase not in _OUTCOMES.get(outcome or "", tuple(Phase)):
        check.fault(str(outcome), f"is no outcome of PHASE_{phase}")
    match outcome:
        case "completed":
            return Completed(check.payload("completed.output", request.completed.output))
        case "rejected":
            reason = check.reason("rejected.reason", request.rejected.reason)
            message = check.text("rejected.message", request.rejected.message)
            return Rejected(Failure("", reason or "REJECTED", message))
        case "compensated":
            return Compensated()
        case "failed":
            reason = check.reason("failed.reason", request.failed.reason)
            return Failed(Failure("", reason or "FAILED", check.text("failed.message", request.failed.message)))
        case _:
            check.fault("outcome", "is required: `completed`, `rejected`, `compensated` or `failed`")
            return Compensated()
