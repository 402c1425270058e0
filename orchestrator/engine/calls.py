"""One attempt in flight: from the gate to its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import cast

import structlog

from orchestrator.caller.base import Call
from orchestrator.core import due
from orchestrator.core.commands import CompensateAnswered, ExecuteAnswered
from orchestrator.core.effects import Send
from orchestrator.core.events import CompensationAsserted
from orchestrator.core.model import EMPTY, Failure, Phase, Saga, SagaState, StepState
from orchestrator.core.naming import about
from orchestrator.core.outcome import CompensateAnswer, ExecuteAnswer, Failed
from orchestrator.engine.gates import Ticket
from orchestrator.engine.services import Services

_log = structlog.get_logger(__name__)

Answered = ExecuteAnswered | CompensateAnswered

_GOING_FORWARD = frozenset({StepState.EXECUTING, StepState.PENDING})
_GOING_BACK = frozenset({StepState.COMPENSATING, StepState.COMPENSATION_PENDING})

_CANCELLED = Failed(Failure("CANCELLED", "CANCELLED", "the call was cancelled together with its saga"))


class Flight:
    """An attempt that waits at its gate or is on the wire.

    Attributes:
        send: which attempt.
        ticket: its place at the gate; set by whoever enters it there.
    """

    __slots__ = ("_entered", "_task", "send", "ticket")

    ticket: Ticket

    def __init__(self, order: Send, now: int) -> None:
        self.send = order
        self._entered = now
        self._task: asyncio.Task[ExecuteAnswer | CompensateAnswer] | None = None

    @property
    def on_wire(self) -> bool:
        """True once it was sent."""
        return self._task is not None

    @property
    def cancelled(self) -> bool:
        """True if it ended because it was cancelled here."""
        return self._task is not None and self._task.cancelled()

    def wanted(self, saga: Saga) -> bool:
        """True if the saga still calls for it."""
        step = saga.steps[self.send.step_id]
        state = step.state
        if saga.paused or step.parked_time:
            return False
        if self.send.phase is Phase.EXECUTE:
            return saga.state is SagaState.RUNNING and state in _GOING_FORWARD
        return not saga.settled and state in _GOING_BACK

    def start(
        self,
        services: Services,
        saga: Saga,
        claim: int,
        landed: Callable[[Flight, Answered], None],
        wanted: Callable[[], bool],
    ) -> None:
        """Send it.

        Args:
            services: what all share.
            saga: the saga as of now.
            claim: how many owners it has had.
            landed: called with its answer, once, also if it is abandoned or cancelled.
            wanted: whether it may still be sent, where something is asked before.
        """
        run = saga.steps[self.send.step_id].run
        exchange = _exchange(services, saga, claim, self.send, self._entered, wanted)
        self._task = asyncio.get_running_loop().create_task(exchange)
        self._task.add_done_callback(lambda task: landed(self, self._answered(run, task)))

    def _answered(self, run: int, task: asyncio.Task[ExecuteAnswer | CompensateAnswer]) -> Answered:
        # A cancelled call is an answer too: outcome unknown. It may have been cancelled before its first step.
        answer = _CANCELLED if task.cancelled() else task.result()
        if self.send.phase is Phase.EXECUTE:
            execute = cast(ExecuteAnswer, answer)
            return ExecuteAnswered(self.send.step_id, run, self.send.attempt, execute, self.ticket.probe)
        compensate = cast(CompensateAnswer, answer)
        return CompensateAnswered(self.send.step_id, run, self.send.attempt, compensate, self.ticket.probe)

    def cancel_execute(self) -> None:
        """Cancel an Execute on the wire; its step stays possibly done."""
        if self.send.phase is Phase.EXECUTE and self._task is not None and not self._task.cancelling():
            self._task.cancel()

    def abandon(self) -> None:
        """Nobody waits for the answer any more."""
        if self._task is not None:
            self._task.cancel()


def left_behind(saga: Saga) -> Mapping[tuple[str, Phase], int]:
    """Return the intents that a dead owner may have sent, with the attempts logged until then."""
    found: dict[tuple[str, Phase], int] = {}
    for step_id, step in saga.steps.items():
        if step.parked_time:
            continue  # it was not on its way when it was parked, and has not been sent since
        if step.state in _GOING_FORWARD:
            found[step_id, Phase.EXECUTE] = step.execute_attempts
        elif step.state in _GOING_BACK:
            found[step_id, Phase.COMPENSATE] = step.compensate_attempts
    return found


async def _exchange(
    services: Services, saga: Saga, claim: int, order: Send, entered: int, wanted: Callable[[], bool]
) -> ExecuteAnswer | CompensateAnswer:
    """Send an attempt that entered its gate then; returns its answer."""
    try:
        now = services.clock.now()
        call = _call(services, saga, claim, order, now, wanted)
        services.instruments.sent(saga, call, order.phase, now - entered)
        answer: ExecuteAnswer | CompensateAnswer | None = None
        try:
            send = services.caller.execute if order.phase is Phase.EXECUTE else services.caller.compensate
            answer = await send(call)
            return answer
        finally:
            services.instruments.answered(saga, call, order.phase, answer, now)
    except Exception as error:
        # A caller promises not to raise; if it does, the outcome is unknown, like that of any lost call.
        _log.exception("a call ended in a fault of ours", **about(saga.key, saga.traceparent, order.step_id))
        return Failed(Failure("INTERNAL", "INTERNAL_FAULT", f"{type(error).__name__} in the orchestrator"))


def seal_call(services: Services, saga: Saga, claim: int, step_id: str, timeout: int) -> Call:
    """Return the call that seals the operation of a step's present run, or of the one that a person just said was undone.

    Args:
        services: what all share.
        saga: the saga, committed.
        claim: how many owners it has had.
        step_id: the step.
        timeout: how long it may take, microseconds.
    """
    definition, step, last = saga.definition.by_id[step_id], saga.steps[step_id], saga.operation
    run, intend_time = step.run, step.intend_time
    if last is not None and (last.kind, last.step_id) == (CompensationAsserted.__name__, step_id):
        run, intend_time = last.run, last.intend_time  # by now it may have another one
    return Call(
        key=saga.key,
        definition_name=saga.definition.name,
        definition_version=saga.definition.version,
        step_id=step_id,
        participant=definition.participant,
        action=definition.action,
        run=run,
        operation_key=due.operation_key(services.installation, saga, step_id, run),
        idempotency_key="",
        attempt=0,
        claim=claim,
        first_sent_time=intend_time,
        not_after_time=0,
        completion_token="",
        labels=saga.labels,
        timeout=timeout,
        input=EMPTY,
    )


def _call(services: Services, saga: Saga, claim: int, order: Send, now: int, wanted: Callable[[], bool]) -> Call:
    definition, step = saga.definition.by_id[order.step_id], saga.steps[order.step_id]
    timeout = due.attempt_timeout(saga, definition, order.phase, now, services.restored_time)
    operation_key = due.operation_key(services.installation, saga, order.step_id)
    idempotency_key = due.idempotency_key(operation_key, order.phase)
    return Call(
        key=saga.key,
        definition_name=saga.definition.name,
        definition_version=saga.definition.version,
        step_id=order.step_id,
        participant=definition.participant,
        action=definition.action,
        run=step.run,
        operation_key=operation_key,
        idempotency_key=idempotency_key,
        attempt=order.attempt,
        claim=claim,
        first_sent_time=step.intend_time,
        not_after_time=due.not_after_time(now, timeout),
        completion_token=services.tokens.make(idempotency_key),
        labels=saga.labels,
        timeout=timeout,
        input=step.input if step.input is not None else EMPTY,
        output=step.output if order.phase is Phase.COMPENSATE else None,
        outcome=step.outcome,
        traceparent=services.instruments.traceparent(saga, order),
        wanted=wanted,
    )
