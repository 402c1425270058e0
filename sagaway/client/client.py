"""The client of the orchestrator: start, see, cancel sagas; complete asynchronous steps.

Every method repeats its call while the orchestrator can't be reached (`Retries`), which is safe because every call of
the contract is idempotent; `start` makes it so by choosing the saga's id here when you give none.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sagaway.client.admin import Definitions, Participants
from sagaway.client.errors import FailedPrecondition, SagawayError, field_invalid
from sagaway.client.handle import SagaHandle
from sagaway.client.health import HealthStub, request_of, says_serving
from sagaway.client.operations import Operations
from sagaway.client.requests import build, duration, instant, pages, saga_state
from sagaway.client.transport import Repetition, Retries, Transport, is_transient
from sagaway.client.values import SETTLED, is_settled, new_saga_id, payload_of
from sagaway.security import ClientTls, FileFault, TokenSource
from sagaway.v1 import orchestrator_service_pb2, saga_pb2
from sagaway.v1.orchestrator_service_pb2 import StepCompensation, StepCompletion, StepFailure, StepRejection
from sagaway.v1.orchestrator_service_pb2_grpc import OrchestratorServiceStub

if TYPE_CHECKING:
    from sagaway.v1.orchestrator_service_pb2_grpc import OrchestratorServiceAsyncStub

DEFAULT_ADDRESS = "127.0.0.1:7070"
DEFAULT_NAMESPACE = "default"

WAIT_SLICE = timedelta(seconds=20)
"""The longest one call waits for an end before the saga is read anew: a dead connection or a quarantine, which no
event tells of, is noticed after it."""

WATCH_SLICE = timedelta(seconds=60)
"""The longest one watching stream lives before it is resumed: a dead connection is noticed after it."""

_RESUMED = frozenset({"WATCHER_TOO_SLOW"})

Outcome = StepCompletion | StepRejection | StepCompensation | StepFailure
"""What became of a Pending step."""


class Client:
    """The asynchronous client. Use it as `async with Client(...) as client:`, within one event loop.

    Args:
        address: the orchestrator's gRPC target.
        namespace: whose sagas, definitions and participants.
        retries: how calls are repeated while the orchestrator can't be reached.
        tls: whom to believe, and what to show; None: plain text.
        token: the bearer token that says who calls; never sent in plain text beyond this machine.
        token_file: a file with the token, in its place; read anew when it changes.

    Attributes:
        definitions: registers and shows saga definitions.
        participants: registers and shows participants.
        operations: a person's hands: dead letters, pause, resume, retry, resolve, abandon.
    """

    def __init__(
        self,
        address: str = DEFAULT_ADDRESS,
        *,
        namespace: str = DEFAULT_NAMESPACE,
        retries: Retries | None = None,
        tls: ClientTls | None = None,
        token: str = "",
        token_file: Path | str | None = None,
    ) -> None:
        if not address:
            raise field_invalid("address", f"must not be empty; the default is {DEFAULT_ADDRESS}")
        try:
            source = TokenSource(token, token_file)
        except FileFault as fault:
            raise field_invalid("token", str(fault)) from None
        self._transport = Transport(address, retries or Retries(), tls, source)
        self._namespace = namespace
        self.definitions = Definitions(self._transport, namespace)
        self.participants = Participants(self._transport, namespace)
        self.operations = Operations(self._transport, namespace)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connection. Idempotent."""
        await self._transport.close()

    async def start(
        self,
        definition: str,
        *,
        input: object = None,
        saga_id: str = "",
        version: int = 0,
        labels: Mapping[str, str] | None = None,
        wait: timedelta | None = None,
    ) -> SagaHandle:
        """Start a saga. When this returns, it is durable and will run to its end, whatever dies.

        Args:
            definition: the name of a registered definition.
            input: what its expressions see as `input`: any JSON value, or a `Payload`.
            saga_id: `[A-Za-z0-9._-]{1,64}`; empty: a new UUIDv7. Give one (the order's number, say) to make the start
                safe against your own restarts too: the same id with the same request is the same saga.
            version: of the definition; 0: the highest that is not deprecated.
            labels: to find it by; up to 32.
            wait: if set, return once it is settled (ended or STUCK), or after this time with the state of that
                moment; survives a restart of the orchestrator.

        Raises:
            InvalidArgument: a field is wrong; `violations` names it.
            NotFound: there is no such definition.
            FailedPrecondition: the version is deprecated.
            AlreadyExists: the id is taken by another request.
            Unavailable: the orchestrator could not be reached; the outcome is unknown: ask again with the same id.
        """
        if wait is not None and wait < timedelta(0):
            raise field_invalid("wait", "must not be negative")
        since = time.monotonic()
        slice_ = min(wait, WAIT_SLICE) if wait else timedelta(0)
        request = build(
            orchestrator_service_pb2.StartSagaRequest,
            namespace=self._namespace,
            definition_name=definition,
            definition_version=version,
            saga_id=saga_id or new_saga_id(),
            input=None if input is None else payload_of(input),
            labels=labels,
            wait_timeout=duration(slice_) if slice_ else None,
        )
        response = await self._transport.call(self._stub.StartSaga, request, extra=slice_)
        # With an id made here, "an earlier call had started it" can only be an attempt of this call.
        handle = SagaHandle(self, response.saga, response.created or not saga_id)
        left = (wait or slice_) - timedelta(seconds=time.monotonic() - since)
        if wait and not is_settled(handle.saga) and left > timedelta(0):
            await handle.wait(left)
        return handle

    async def get(self, saga_id: str) -> saga_pb2.Saga:
        """Return a saga as it stands in the log.

        Raises:
            NotFound: there is none with this id.
        """
        request = build(orchestrator_service_pb2.GetSagaRequest, namespace=self._namespace, saga_id=saga_id)
        return (await self._transport.call(self._stub.GetSaga, request)).saga

    async def wait(self, saga_id: str, limit: timedelta | None = None) -> saga_pb2.Saga:
        """Wait until a saga is settled: ended, STUCK (a person is needed), or in quarantine.

        Survives restarts of the orchestrator: what has happened meanwhile is in the log.

        Args:
            saga_id: the saga.
            limit: after this the saga is returned as it stands, without an error; None: no limit.

        Raises:
            NotFound: there is no such saga.
            Unavailable: the orchestrator was away for longer than `Retries.patience`.
        """
        if limit is not None and limit < timedelta(0):
            raise field_invalid("limit", "must not be negative")
        deadline = None if limit is None else time.monotonic() + limit.total_seconds()
        repetition = Repetition(self._transport.retries)
        while True:
            saga = await self.get(saga_id)
            left = WAIT_SLICE if deadline is None else timedelta(seconds=deadline - time.monotonic())
            if is_settled(saga) or left <= timedelta(0):
                return saga
            try:
                await self._watch_until_settled(saga, min(left, WAIT_SLICE))
                repetition.reset()
            except SagawayError as failure:
                # `get` has just answered, so the patience begins anew; without a watch this polls.
                if not is_transient(failure) and failure.reason not in _RESUMED:
                    raise
                await repetition.breathe(limit=left)

    def list(
        self,
        *,
        states: Sequence[saga_pb2.SagaState | str] = (),
        definition: str = "",
        labels: Mapping[str, str] | None = None,
        started_from: datetime | None = None,
        started_to: datetime | None = None,
        page_size: int = 0,
    ) -> AsyncGenerator[saga_pb2.Saga, None]:
        """Iterate over sagas, newest first, fetching pages as they are needed. All filters must hold.

        Args:
            states: in one of these, as `SagaState` values or by name (`RUNNING`); empty: any.
            definition: of this definition.
            labels: with all of these; up to 8.
            started_from: started at or after this instant (with a time zone).
            started_to: started before this instant (with a time zone).
            page_size: sagas a page, up to 1,000; 0: the server's default.

        Returns:
            Sagas without steps and payloads; `get` has them.
        """
        request = build(
            orchestrator_service_pb2.ListSagasRequest,
            namespace=self._namespace,
            states=[saga_state(state) for state in states],
            definition_name=definition,
            labels=labels,
            start_time_from=instant("started_from", started_from),
            start_time_to=instant("started_to", started_to),
            page_size=page_size,
        )
        return pages(self._transport, self._stub.ListSagas, request, "sagas")

    def events(
        self, saga_id: str, *, after_sequence: int = 0, page_size: int = 0
    ) -> AsyncGenerator[saga_pb2.SagaEvent, None]:
        """Iterate over a saga's events so far, oldest first, fetching pages as they are needed.

        Args:
            saga_id: the saga.
            after_sequence: only events after this one.
            page_size: events a page, up to 1,000; 0: the server's default.

        Raises:
            NotFound: there is no such saga (raised by the first step of the iteration).
        """
        request = build(
            orchestrator_service_pb2.ListSagaEventsRequest,
            namespace=self._namespace,
            saga_id=saga_id,
            after_sequence=after_sequence,
            page_size=page_size,
        )
        return pages(self._transport, self._stub.ListSagaEvents, request, "events")

    async def watch(self, saga_id: str, *, after_sequence: int = 0) -> AsyncGenerator[saga_pb2.SagaEvent, None]:
        """Iterate over a saga's events, those so far and then each as it is committed, until the saga has ended.

        Resumes by itself after the last event seen when the orchestrator restarts, the connection dies or this reader
        was too slow; every event comes once, in order. A STUCK saga may go on, so it does not end the iteration.

        Args:
            saga_id: the saga.
            after_sequence: only events after this one.

        Raises:
            NotFound: there is no such saga (raised by the first step of the iteration).
            Unavailable: the orchestrator was away for longer than `Retries.patience`.
        """
        repetition = Repetition(self._transport.retries)
        while True:
            request = self._watch_request(saga_id, after_sequence)
            opened = time.monotonic()
            try:
                stream = self._transport.stream(self._stub.WatchSaga, request, WATCH_SLICE)
                async with aclosing(stream):
                    async for response in stream:
                        after_sequence = response.event.sequence
                        repetition.reset()
                        yield response.event
                return
            except SagawayError as error:
                failure = error
            if time.monotonic() - opened >= WATCH_SLICE.total_seconds():
                repetition.reset()  # the slice's own end, on a living connection
            await repetition.pause(failure, also=_RESUMED)

    async def cancel(self, saga_id: str, reason: str = "") -> saga_pb2.Saga:
        """Ask a saga to undo itself, and return it once the wish is in the log; it is then under way, not done.

        Args:
            saga_id: the saga.
            reason: why, for people; up to 2 KiB.

        Raises:
            NotFound: there is no such saga.
            FailedPrecondition: reason SAGA_NOT_CANCELLABLE: it ended, or is past its pivot.
        """
        request = build(
            orchestrator_service_pb2.CancelSagaRequest, namespace=self._namespace, saga_id=saga_id, reason=reason
        )
        try:
            return (await self._transport.call(self._stub.CancelSaga, request)).saga
        except FailedPrecondition as error:
            if error.attempts < 2 or error.reason != "SAGA_NOT_CANCELLABLE":
                raise
            saga = await self.get(saga_id)  # an attempt whose answer was lost may have been recorded and carried out
            if not saga.cancel_requested:
                raise
            return saga

    async def complete_step(
        self,
        saga_id: str,
        step_id: str,
        completion_token: str,
        outcome: Outcome,
        *,
        phase: saga_pb2.Phase | None = None,
    ) -> saga_pb2.Saga:
        """Report the outcome of a step whose participant had answered Pending. The same report again is OK.

        Args:
            saga_id: the saga.
            step_id: the step.
            completion_token: `StepContext.completion_token` of the request that was answered Pending.
            outcome: `StepCompletion` or `StepRejection` of an Execute, `StepCompensation` of a Compensate,
                `StepFailure` of either.
            phase: which one was Pending; needed for `StepFailure` only, the others say it themselves.

        Raises:
            PermissionDenied: the token is not this operation's.
            FailedPrecondition: reason STEP_NOT_PENDING: the step has another outcome, or waits for none.
            NotFound: there is no such saga.
            InvalidArgument: a field is wrong.
        """
        fields = {
            StepCompletion: "completed",
            StepRejection: "rejected",
            StepCompensation: "compensated",
            StepFailure: "failed",
        }
        field = fields.get(type(outcome))
        if field is None:
            names = ", ".join(kind.__name__ for kind in fields)
            raise field_invalid("outcome", f"must be one of {names}, not a {type(outcome).__name__}")
        if phase is None:
            if field == "failed":
                raise field_invalid("phase", "a StepFailure needs it: PHASE_EXECUTE or PHASE_COMPENSATE")
            phase = saga_pb2.PHASE_COMPENSATE if field == "compensated" else saga_pb2.PHASE_EXECUTE
        request = build(
            orchestrator_service_pb2.CompleteStepRequest,
            namespace=self._namespace,
            saga_id=saga_id,
            step_id=step_id,
            phase=phase,
            completion_token=completion_token,
            **{field: outcome},
        )
        return (await self._transport.call(self._stub.CompleteStep, request)).saga

    async def is_serving(self, service: str = "") -> bool:
        """Ask whether the server should get traffic now, by `grpc.health.v1`.

        Args:
            service: the full name of one of its services; empty: the whole server.

        Returns:
            False if it answers, but drains or can't write its log.

        Raises:
            NotFound: it has no such service.
            Unavailable: nothing answers.
        """
        return says_serving(await self._transport.call(self._transport.stub(HealthStub).Check, request_of(service)))

    async def _watch_until_settled(self, saga: saga_pb2.Saga, limit: timedelta) -> None:
        """Return at the first sign that the saga may be settled, or after ``limit``."""
        request = self._watch_request(saga.saga_id, saga.last_sequence)
        stream = self._transport.stream(self._stub.WatchSaga, request, limit)
        try:
            async with aclosing(stream):
                async for response in stream:
                    if response.event.saga_state in SETTLED:
                        return
        except SagawayError as failure:
            if failure.code.name != "DEADLINE_EXCEEDED":
                raise

    def _watch_request(self, saga_id: str, after_sequence: int) -> orchestrator_service_pb2.WatchSagaRequest:
        return build(
            orchestrator_service_pb2.WatchSagaRequest,
            namespace=self._namespace,
            saga_id=saga_id,
            after_sequence=after_sequence,
        )

    @property
    def _stub(self) -> OrchestratorServiceAsyncStub:
        stub: OrchestratorServiceAsyncStub = self._transport.stub(OrchestratorServiceStub)
        return stub
