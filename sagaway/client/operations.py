"""A person's hands on sagas: pause, resume, abandon, retry and resolve, and the list of those that wait for one.

Every method may be repeated with the same arguments: what was done once is not done twice. `etag` is the saga's
`last_sequence` as you saw it; with it nothing is done to a saga that has changed since (`Aborted`).
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sagaway.client.requests import M, build, duration, pages, responses, saga_state
from sagaway.client.transport import Transport
from sagaway.client.values import payload_of
from sagaway.v1 import operations_service_pb2, orchestrator_service_pb2, saga_pb2
from sagaway.v1.operations_service_pb2_grpc import OperationsServiceStub
from sagaway.v1.orchestrator_service_pb2_grpc import OrchestratorServiceStub

if TYPE_CHECKING:
    from sagaway.v1.operations_service_pb2_grpc import OperationsServiceAsyncStub
    from sagaway.v1.orchestrator_service_pb2_grpc import OrchestratorServiceAsyncStub


KEEP = object()
"""The input of the saga that is started again, as it was."""


class Operations:
    """Operators' actions on the sagas of one namespace: `client.operations`.

    All of them raise NotFound (no such saga), FailedPrecondition (reason OPERATION_NOT_LEGAL: the message names what
    is legal), Aborted (the saga has changed since `etag`) and InvalidArgument.
    """

    def __init__(self, transport: Transport, namespace: str) -> None:
        self._transport = transport
        self._namespace = namespace

    async def pause(self, saga_id: str, reason: str, *, actor: str = "", etag: int = 0) -> saga_pb2.Saga:
        """Stop all sends and timers of a saga until it is resumed.

        Args:
            saga_id: the saga.
            reason: why, for people.
            actor: who acts, as you say; the server adds whose token it was.
            etag: the saga's `last_sequence` as you saw it; 0: whatever it is.
        """
        request = self._request(operations_service_pb2.PauseSagaRequest, saga_id, reason, actor, etag=etag)
        return (await self._transport.call(self._stub.PauseSaga, request)).saga

    async def resume(self, saga_id: str, reason: str, *, actor: str = "", etag: int = 0) -> saga_pb2.Saga:
        """Let a saga go on that is paused or in quarantine; the arguments are those of `pause`."""
        request = self._request(operations_service_pb2.ResumeSagaRequest, saga_id, reason, actor, etag=etag)
        return (await self._transport.call(self._stub.ResumeSaga, request)).saga

    async def abandon(
        self, saga_id: str, reason: str, *, etag: int, actor: str = ""
    ) -> operations_service_pb2.AbandonSagaResponse:
        """Give a saga up as it stands: some of its effects may stay. The arguments are those of `pause`.

        Returns:
            The saga, and in `standing_step_ids` the steps whose effects may stand.
        """
        request = self._request(operations_service_pb2.AbandonSagaRequest, saga_id, reason, actor, etag=etag)
        return await self._transport.call(self._stub.AbandonSaga, request)

    async def retry(self, saga_id: str, step_id: str, reason: str, *, actor: str = "", etag: int = 0) -> saga_pb2.Saga:
        """Try a step again that was given up, with the same input and keys; see `pause` for the arguments."""
        request = self._request(
            operations_service_pb2.RetryStepRequest, saga_id, reason, actor, step_id=step_id, etag=etag
        )
        return (await self._transport.call(self._stub.RetryStep, request)).saga

    async def run_anew(
        self, saga_id: str, step_id: str, reason: str, *, etag: int, input: object, actor: str = ""
    ) -> saga_pb2.Saga:
        """Try a step again with other input: as a new run, once no effect of the old one stands.

        Args:
            saga_id: the saga.
            step_id: the step; not the pivot.
            reason: why.
            etag: the saga's `last_sequence` as you saw it.
            input: what the new run is given: any JSON value, or a `Payload`.
            actor: who acts, as you say.

        Raises:
            FailedPrecondition: reason STEP_NOT_SEALED: it may have had an effect that nothing takes back or rules out.
        """
        request = self._request(
            operations_service_pb2.RetryStepRequest,
            saga_id,
            reason,
            actor,
            step_id=step_id,
            etag=etag,
            input=payload_of(input),
        )
        return (await self._transport.call(self._stub.RetryStep, request)).saga

    async def skip(self, saga_id: str, step_id: str, reason: str, *, etag: int, actor: str = "") -> saga_pb2.Saga:
        """Leave a step out, once no effect of it stands; the arguments and errors are those of `run_anew`."""
        request = self._request(
            operations_service_pb2.SkipStepRequest, saga_id, reason, actor, step_id=step_id, etag=etag
        )
        return (await self._transport.call(self._stub.SkipStep, request)).saga

    async def restart(
        self, saga_id: str, reason: str, *, input: object = KEEP, new_saga_id: str = "", actor: str = ""
    ) -> operations_service_pb2.RestartSagaResponse:
        """Start a compensated saga again as a new one, linked to it.

        Args:
            saga_id: the compensated saga.
            reason: why.
            input: the new saga's input: any JSON value, or a `Payload`; `KEEP`: the old one's.
            new_saga_id: the new saga's id; empty: made from the old one's, the same at every call.
            actor: who acts, as you say.

        Returns:
            The new saga, and whether this call started it.

        Raises:
            FailedPrecondition: reason OPERATION_NOT_LEGAL: the saga is not COMPENSATED.
            AlreadyExists: another saga has the new id.
        """
        request = self._request(
            operations_service_pb2.RestartSagaRequest,
            saga_id,
            reason,
            actor,
            new_saga_id=new_saga_id,
            input=None if input is KEEP else payload_of(input),
        )
        return await self._transport.call(self._stub.RestartSaga, request)

    async def resolve_completed(
        self, saga_id: str, step_id: str, reason: str, *, etag: int, output: object = None, actor: str = ""
    ) -> operations_service_pb2.ResolveStepResponse:
        """Say that a step's effect stands; the saga goes forward as if its participant had said so.

        Args:
            saga_id: the saga.
            step_id: the step.
            reason: why, and how you know.
            etag: the saga's `last_sequence` as you saw it.
            output: what later steps may use: any JSON value, or a `Payload`.
            actor: who acts, as you say.

        Returns:
            The saga, and whether a message still under way could have its effect.
        """
        request = self._request(
            operations_service_pb2.ResolveStepRequest,
            saga_id,
            reason,
            actor,
            step_id=step_id,
            etag=etag,
            completed=operations_service_pb2.AssertedCompletion(output=payload_of(output)),
        )
        return await self._transport.call(self._stub.ResolveStep, request)

    async def resolve_compensated(
        self, saga_id: str, step_id: str, reason: str, *, etag: int, actor: str = ""
    ) -> operations_service_pb2.ResolveStepResponse:
        """Say that no effect of a step stands; its participant is then asked to seal the operation.

        The arguments are those of `resolve_completed`.

        Returns:
            The saga; whether a message still under way could have its effect (`late_delivery_possible`, and why:
            `seal_error`); and what the participant's own record says (`found`).
        """
        request = self._request(
            operations_service_pb2.ResolveStepRequest,
            saga_id,
            reason,
            actor,
            step_id=step_id,
            etag=etag,
            compensated=operations_service_pb2.AssertedCompensation(),
        )
        return await self._transport.call(self._stub.ResolveStep, request)

    async def overview(self, *, oldest: int = 0) -> orchestrator_service_pb2.GetOverviewResponse:
        """Return how the namespace stands as a whole; cheap enough to be asked every second.

        Args:
            oldest: how many of the sagas that have moved for the longest, up to 100; 0: 10.
        """
        request = build(orchestrator_service_pb2.GetOverviewRequest, namespace=self._namespace, oldest_size=oldest)
        stub: OrchestratorServiceAsyncStub = self._transport.stub(OrchestratorServiceStub)
        return await self._transport.call(stub.GetOverview, request)

    def dead_letters(
        self, *, definition: str = "", participant: str = "", error: str = "", page_size: int = 0
    ) -> AsyncGenerator[saga_pb2.Saga, None]:
        """Iterate over the sagas that wait for a person, newest first, with all that is needed to act.

        Args:
            definition: of this definition.
            participant: stuck at a step of this participant.
            error: with this reason or gRPC code.
            page_size: sagas a page, up to 1,000; 0: the server's default.
        """
        request = build(
            operations_service_pb2.ListDeadLettersRequest,
            namespace=self._namespace,
            definition_name=definition,
            participant=participant,
            error=error,
            page_size=page_size,
        )
        return pages(self._transport, self._stub.ListDeadLetters, request, "sagas")

    async def purge(
        self,
        older_than: timedelta,
        reason: str,
        *,
        states: Sequence[saga_pb2.SagaState | str] = (),
        dry_run: bool = False,
        actor: str = "",
        page_size: int = 0,
    ) -> AsyncGenerator[int, None]:
        """Remove sagas that ended long ago from the saga log for good, and iterate over how many each page of them had.

        Their ids stay taken. Only what is iterated over is done: `async for count in client.operations.purge(...)`.

        Args:
            older_than: ended at least so long ago, by the orchestrator's clock.
            reason: why, for people.
            states: ended in one of these, as `SagaState` values or by name (`COMPLETED`); empty: any.
            dry_run: only count them.
            actor: who acts, as you say; the server adds whose token it was.
            page_size: sagas a page, up to 1,000; 0: the server's default.
        """
        request = build(
            operations_service_pb2.PurgeSagasRequest,
            namespace=self._namespace,
            older_than=duration(older_than),
            states=[saga_state(state) for state in states],
            reason=reason,
            claimed_actor=actor,
            validate_only=dry_run,
            page_size=page_size,
        )
        async for response in responses(self._transport, self._stub.PurgeSagas, request):
            yield response.purged_count

    async def end_restore(self, reason: str, *, actor: str = "") -> bool:
        """End the time after a restore of the saga log from a backup, for all namespaces: sagas go back as ever.

        Args:
            reason: why, for people.
            actor: who acts, as you say; the server adds whose token it was.

        Returns:
            False if no restore was declared, or it was ended already.
        """
        request = build(operations_service_pb2.EndRestoreRequest, reason=reason, claimed_actor=actor)
        return (await self._transport.call(self._stub.EndRestore, request)).changed

    def _request(self, kind: type[M], saga_id: str, reason: str, actor: str, **others: Any) -> M:
        """Return a request of an action on a saga: what all have in common, and what is its own."""
        common = {"namespace": self._namespace, "saga_id": saga_id, "reason": reason, "claimed_actor": actor}
        return build(kind, **common, **others)

    @property
    def _stub(self) -> OperationsServiceAsyncStub:
        stub: OperationsServiceAsyncStub = self._transport.stub(OperationsServiceStub)
        return stub
