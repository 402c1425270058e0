"""OperationsService: a person's hands on sagas, and the list of those that wait for one.

Who acts is the principal of the call; whom they name beside it is written down as a claim. What is legal is the core's
table; here a request is only read, carried to the engine, and answered with the saga as the log then has it.

What a person asserts is durable before its participant is asked to seal the operation. That may fail, and the assertion
stands all the same; so the answer says what became of it.
"""

# ruff: noqa: N802 - the contract's names.
from __future__ import annotations

from typing import Any

from orchestrator.api.convert import error_message, row_message, view_message
from orchestrator.api.errors import NotObserving, RequestInvalid, Violation
from orchestrator.api.paging import MAX_PAGE, Page, decode_token, encode_token, next_token, scope
from orchestrator.api.pauses import PauseRpcs
from orchestrator.api.restoring import RestoreRpcs
from orchestrator.api.show import remembered, shown, viewed
from orchestrator.api.signature import read_signature
from orchestrator.api.validation import DEFAULT_NAMESPACE, NULL, Check, read_traceparent
from orchestrator.core.errors import CommandRefused
from orchestrator.core.model import TERMINAL, Mode, Payload, Restart, SagaKey, SagaState, Signature
from orchestrator.core.observation import seen_of
from orchestrator.core.operations import Action, Operate, check_restart, may_stand
from orchestrator.core.outcome import Failed, Found, SealAnswer
from orchestrator.core.retry import SECOND
from orchestrator.engine.commands import StartSaga
from orchestrator.engine.errors import SagaNotFound, SagaQuarantined
from orchestrator.engine.retention import purge
from orchestrator.engine.settings import DAY
from orchestrator.engine.view import read_saga
from orchestrator.store.base import Expiry, ListPosition, SagaFilter, SagaRow
from sagaway.bus import BusUnavailableError
from sagaway.v1 import operations_service_pb2 as v1
from sagaway.v1 import participant_service_pb2, saga_pb2

_SEAL_PATIENCE = 10 * SECOND

MAX_AGE = 36_500 * DAY
"""The longest time that sagas can be asked to have ended ago, microseconds."""

MAX_ERROR = 63
"""The longest word to look for in errors, bytes."""


class OperationsService(PauseRpcs, RestoreRpcs):
    """The service's RPCs; the contract says what each promises."""

    async def PauseSaga(self, request: v1.PauseSagaRequest, context: Any) -> v1.PauseSagaResponse:
        """Stop all sends of a saga."""
        return v1.PauseSagaResponse(saga=await self._operate(request, Action.PAUSE_SAGA))

    async def ResumeSaga(self, request: v1.ResumeSagaRequest, context: Any) -> v1.ResumeSagaResponse:
        """Let a saga go on."""
        return v1.ResumeSagaResponse(saga=await self._operate(request, Action.RESUME_SAGA))

    async def AbandonSaga(self, request: v1.AbandonSagaRequest, context: Any) -> v1.AbandonSagaResponse:
        """Give a saga up."""
        check = Check()
        key = await self._carry(check, request, Action.ABANDON_SAGA)
        view = await viewed(self._backend, key)
        standing = may_stand(view.saga) if view.saga is not None else ()
        return v1.AbandonSagaResponse(
            saga=view_message(view, self._backend.clock.now()), standing_step_ids=list(standing)
        )

    async def RetryStep(self, request: v1.RetryStepRequest, context: Any) -> v1.RetryStepResponse:
        """Try a step again, in the same run or, with other input, in a new one."""
        check = Check()
        action, given = Action.RETRY_STEP, None
        if request.HasField("input"):
            action, given = Action.RETRY_STEP_WITH_INPUT, check.payload("input", request.input)
        letters = await self._letters(request)
        key = await self._carry(check, request, action, given, patience=_seal_patience(context))
        if letters and self._backend.observer is not None:
            try:
                await self._backend.observer.redeliver(letters)
            except BusUnavailableError as error:
                raise NotObserving(key, str(error)) from error
        return v1.RetryStepResponse(saga=await shown(self._backend, key))

    async def SkipStep(self, request: v1.SkipStepRequest, context: Any) -> v1.SkipStepResponse:
        """Leave a step out."""
        key = await self._carry(Check(), request, Action.SKIP_STEP, patience=_seal_patience(context))
        return v1.SkipStepResponse(saga=await shown(self._backend, key))

    async def RestartSaga(self, request: v1.RestartSagaRequest, context: Any) -> v1.RestartSagaResponse:
        """Start a compensated saga again, as a new one."""
        check = Check()
        key, by = _who_and_what(check, request)
        asked = request.new_saga_id or restart_id(key.saga_id)
        new_key = SagaKey(key.namespace, check.identifier("new_saga_id", asked))
        given = check.payload("input", request.input) if request.HasField("input") else None
        check.done()
        engine = self._backend.engine
        view = await viewed(self._backend, key)
        if view.saga is None:
            raise SagaQuarantined(key, view.row.quarantine_reason)
        check_restart(view.saga)
        traceparent, trace_origin = engine.begin_trace(read_traceparent(context.invocation_metadata() or ()))
        command = StartSaga(
            key=new_key,
            definition=view.saga.definition,
            requested_version=view.saga.definition.version,
            input=given if given is not None else view.saga.input,
            labels={**view.saga.labels, RESTARTED_FROM: key.saga_id},
            traceparent=traceparent,
            trace_origin=trace_origin,
            restart=Restart(key.saga_id, by),
        )
        created = await engine.start_saga(command)
        return v1.RestartSagaResponse(saga=await remembered(self._backend, new_key), created=created)

    async def ResolveStep(self, request: v1.ResolveStepRequest, context: Any) -> v1.ResolveStepResponse:
        """Take a person's word for how a step ended."""
        check = Check()
        action, output = Action.RESOLVE_STEP_COMPENSATED, None
        match request.WhichOneof("outcome"):
            case "completed":
                given = request.completed.HasField("output")
                output = check.payload("completed.output", request.completed.output) if given else NULL
                action = Action.RESOLVE_STEP_COMPLETED
            case "compensated":
                pass
            case _:
                check.fault("outcome", "is required: `completed` or `compensated`")
        key = await self._carry(check, request, action, output)
        seal = None
        if action is Action.RESOLVE_STEP_COMPENSATED:
            seal = await self._backend.engine.seal(key, request.step_id, _seal_patience(context))
        view = await viewed(self._backend, key)
        response = v1.ResolveStepResponse(saga=view_message(view, self._backend.clock.now()))
        if seal is not None:
            _add_seal(response, request.step_id, seal)
        else:
            given_up = view.saga is None or view.saga.steps[request.step_id].failed_kind is not None
            response.late_delivery_possible = given_up
        return response

    async def ListDeadLetters(self, request: v1.ListDeadLettersRequest, context: Any) -> v1.ListDeadLettersResponse:
        """Show a page of the sagas that wait for a person, newest first."""
        check = Check()
        name = check.identifier("definition_name", request.definition_name) if request.definition_name else ""
        participant = check.identifier("participant", request.participant) if request.participant else ""
        error = check.text("error", request.error, MAX_ERROR)
        filter_ = SagaFilter(check.namespace(request.namespace), definition_name=name, dead_letters=True)
        size = check.page_size(request.page_size)
        check.done()
        scope_ = scope("dead_letters", filter_.namespace, name, participant, error)
        after = decode_token(scope_, request.page_token, ListPosition)
        rows = await self._backend.log.list_sagas(filter_, after, size + 1)
        page = await self._page(rows, size, participant, error)
        return v1.ListDeadLettersResponse(sagas=page.messages, next_page_token=next_token(scope_, page, _position))

    async def PurgeSagas(self, request: v1.PurgeSagasRequest, context: Any) -> v1.PurgeSagasResponse:
        """Remove a page of sagas that ended long ago."""
        check = Check()
        namespace, by = check.namespace(request.namespace), read_signature(check, request)
        age = check.duration("older_than", request.older_than, MAX_AGE)
        if age < SECOND:
            check.fault("older_than", "is required, at least 1 s: how long ago the sagas ended")
        states = check.states("states", request.states)
        if not states <= TERMINAL:
            check.fault("states", "takes the states of an end: COMPLETED, COMPENSATED, ABANDONED")
        size = check.page_size(request.page_size)
        check.done()
        scope_ = scope("purge", namespace, age, sorted(states))
        after = decode_token(scope_, request.page_token, ListPosition)
        log, now = self._backend.log, self._backend.clock.now()
        rows = await log.expired(Expiry(namespace, now - age, states), after, size)
        count = len(rows)
        if rows and not request.validate_only:
            count = await self._backend.finish(purge(log, rows, now, by))
        token = encode_token(scope_, _position(rows[-1])) if len(rows) == size else ""
        return v1.PurgeSagasResponse(purged_count=count, next_page_token=token)

    async def _letters(self, request: v1.RetryStepRequest) -> tuple[int, ...]:
        """Return the dead letters of a choreographed saga's step, which are what it is tried again by."""
        namespace = request.namespace or DEFAULT_NAMESPACE
        view = await read_saga(self._backend.log, self._backend.catalog, SagaKey(namespace, request.saga_id))
        if view is None or view.saga is None or view.saga.mode is not Mode.CHOREOGRAPHY:
            return ()
        held = seen_of(view.saga).letters.items()
        letters = tuple(id_ for id_, letter in held if letter.step_id == request.step_id)
        if letters and self._backend.observer is None:
            raise NotObserving(view.row.key)
        return letters

    async def _operate(self, request: Any, action: Action) -> saga_pb2.Saga:
        return await shown(self._backend, await self._carry(Check(), request, action))

    async def _carry(
        self,
        check: Check,
        request: Any,
        action: Action,
        payload: Payload | None = None,
        *,
        patience: int = _SEAL_PATIENCE,
    ) -> SagaKey:
        """Read what all actions have in common, and carry the command to the saga."""
        key, by = _who_and_what(check, request)
        step_id = check.identifier("step_id", request.step_id) if "step_id" in request.DESCRIPTOR.fields_by_name else ""
        if request.etag < 0:
            check.fault("etag", f"is {request.etag}; it is the saga's last_sequence as you saw it, from 1")
        elif not request.etag and action in _ETAG_REQUIRED:
            check.fault("etag", "is required here: the saga's last_sequence as you saw it")
        check.done()
        command = Operate(action, by, request.etag, step_id, payload)
        try:
            await self._backend.finish(self._backend.engine.operate(key, command, patience))
        except CommandRefused as error:
            if error.reason == "STEP_NOT_FOUND":
                raise RequestInvalid([Violation("step_id", str(error))]) from error
            raise
        return key

    async def _page(self, rows: list[SagaRow], size: int, participant: str, error: str) -> Page[SagaRow, saga_pb2.Saga]:
        messages: list[saga_pb2.Saga] = []
        weight, last = 0, None
        for row in rows[:size]:
            message = await self._letter(row)
            weight += message.ByteSize()
            if last is not None and weight > MAX_PAGE:
                return Page(messages, last)
            last = row
            if _dead(message) and _wanted(message, participant, error):
                messages.append(message)
        return Page(messages, last if len(rows) > size else None)

    async def _letter(self, row: SagaRow) -> saga_pb2.Saga:
        """Return a saga with all that is needed to act, and without payloads."""
        now = self._backend.clock.now()
        try:
            message = view_message(await viewed(self._backend, row.key), now)
        except (SagaNotFound, SagaQuarantined):
            return row_message(row, now)
        for field in ("input", "output"):
            message.ClearField(field)
            for step in message.steps:
                step.ClearField(field)
        return message


RESTARTED_FROM = "sagaway.restarted-from"
"""The label of a saga that was started again: the compensated one's id."""


def restart_id(saga_id: str) -> str:
    """Return the id that a saga gets when it is started again, unless another is given: `order-r1`, then `order-r2`."""
    base, dash, number = saga_id.rpartition("-r")
    return f"{base}-r{int(number) + 1}" if dash and number.isdecimal() else f"{saga_id}-r1"


def _who_and_what(check: Check, request: Any) -> tuple[SagaKey, Signature]:
    """Read which saga an action is about, and who does it and why."""
    key = SagaKey(check.namespace(request.namespace), check.identifier("saga_id", request.saga_id))
    return key, read_signature(check, request)


_ETAG_REQUIRED = frozenset(Action) - {Action.PAUSE_SAGA, Action.RESUME_SAGA, Action.RETRY_STEP}
"""What can't be undone is done only to what its operator has seen."""

_ANSWER_TIME = SECOND // 2
"""What is left of the RPC's own deadline for the answer to be on its way."""


def _seal_patience(context: Any) -> int:
    """How long a Seal may take, microseconds: so that its RPC is answered in time."""
    left = context.time_remaining()
    patience = _SEAL_PATIENCE if left is None else min(_SEAL_PATIENCE, round(left * SECOND) - _ANSWER_TIME)
    return max(patience, _ANSWER_TIME // 5)


_FOUND: dict[Found, Any] = {
    found: participant_service_pb2.FoundOutcome.Value(f"FOUND_OUTCOME_{found}") for found in Found
}


def _add_seal(response: v1.ResolveStepResponse, step_id: str, seal: SealAnswer) -> None:
    """Say what became of the Seal."""
    response.late_delivery_possible = isinstance(seal, Failed)
    if isinstance(seal, Failed):
        response.seal_error.CopyFrom(error_message(seal.failure, step_id, None))
    else:
        response.found = _FOUND[seal.found]


_STUCK = saga_pb2.SagaState.Value(f"SAGA_STATE_{SagaState.STUCK}")


def _dead(message: saga_pb2.Saga) -> bool:
    """False for one that somebody has set going since its row was read."""
    return message.state == _STUCK or message.HasField("quarantine")


def _wanted(message: saga_pb2.Saga, participant: str, error: str) -> bool:
    if not participant and not error:
        return True
    if message.state != _STUCK:
        return False
    stuck_at = next((step.participant for step in message.steps if step.step_id == message.error.step_id), "")
    return participant in ("", stuck_at) and error in ("", message.error.reason, message.error.code)


def _position(row: SagaRow) -> ListPosition:
    return ListPosition(row.start_time, row.uid)
