"""Does one operation in one transaction: judge by the barrier, call the author's function, store the reply.

    transaction(lock) ─ read row ─ judge ─┬─ replay / refuse
                                          └─ hold key ─ savepoint( author's function ) ─ store reply ─ COMMIT

A Rejected rolls back to the savepoint: the effect is gone, the row with the refusal stays and is committed. Any other
exception rolls back everything, the row too, as if the message had never come.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from sagaway.json_text import UnreadableJSONError
from sagaway.participant import spans
from sagaway.participant.actions import Action, is_pending
from sagaway.participant.barrier import (
    CompensateState,
    ExecuteState,
    Found,
    Leave,
    Replay,
    Row,
    Run,
    horizon_of,
    judge_compensate,
    judge_execute,
    judge_seal,
)
from sagaway.participant.calls import CompensateCall, ExecuteCall, ExecuteOutcome, NotFound, Rejected, StepContext
from sagaway.participant.errors import action_unknown
from sagaway.participant.payload import Payload, fault_of, from_proto, to_proto
from sagaway.participant.requests import Request
from sagaway.participant.rows import (
    Owner,
    hold_key,
    read_purge_cutoff,
    read_row,
    store_compensate,
    store_execute,
    store_seal,
)
from sagaway.participant.transaction import POSTGRESQL, Lent, transaction
from sagaway.v1 import participant_service_pb2 as contract

AuthorCall = Callable[[ExecuteCall | CompensateCall], object]
"""Calls the author's function with the open transaction and returns what it returned."""


class AuthorError(Exception):
    """The author's function raised, or answered what the contract has not; the cause is the exception, if any."""


class BadAnswerError(Exception):
    """What is wrong with a function's answer; the text holds no data and may go on the wire."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What an operation needs besides the request.

    Attributes:
        participant: its name.
        clock: gives the time, in UTC.
        action: the action asked for.
    """

    participant: str
    clock: Callable[[], datetime]
    action: Action


def execute(connection: Connection, request: Request, setting: Setting, author: AuthorCall) -> bytes:
    """Do an Execute once, or answer its stored reply.

    Args:
        connection: fresh from the engine.
        request: what is asked.
        setting: by whom.
        author: calls the action's function.

    Returns:
        The serialized ExecuteResponse, as it is stored.

    Raises:
        Refusal: by the barrier's rules.
        AuthorError: the function raised or answered badly; nothing stands.
    """
    key = request.context.operation_key
    with transaction(connection, key) as lent:
        spans.happened("transaction began")
        # After the wait for the lock: a message that became late in the queue is late.
        owner = Owner(setting.participant, setting.clock())
        row = read_row(connection, key, lock=False)
        horizon = None if row else horizon_of(read_purge_cutoff(connection, setting.participant))
        verdict = judge_execute(row, request.question, now=owner.now, horizon=horizon)
        if isinstance(verdict, Replay):
            spans.note("saga.replayed", True)
            return verdict.reply
        hold_key(connection, request.context, owner, request.question.request_hash)
        state, response = _run_action(
            connection, ExecuteCall(request.context, request.payload, request.input), author, lent
        )
        reply = response.SerializeToString(deterministic=True)
        store_execute(connection, key, owner, state, reply)
    _told(state.value, response.rejected.reason)
    return reply


def probe(connection: Connection, request: Request, setting: Setting, author: AuthorCall) -> bytes:
    """Tell what became of an Execute: as the barrier has it, else as the author's probe finds it.

    An effect that is found is stored as the Execute's outcome, as if its answer had not been lost: else nobody would
    compensate it.

    Args:
        connection: fresh from the engine.
        request: the Execute that is asked about.
        setting: by whom.
        author: calls the action's probe.

    Returns:
        The serialized ProbeResponse: a stored reply as it is, for their outcomes have the same numbers.

    Raises:
        Refusal: by the barrier's rules for the Execute.
        AuthorError: the function raised or answered badly; nothing is stored.
    """
    try:
        return execute(connection, request, setting, author)
    except AuthorError as error:
        if isinstance(error.__cause__, NotFound):
            return contract.ProbeResponse(not_found=contract.NotFound()).SerializeToString()
        raise


def compensate(connection: Connection, request: Request, setting: Setting, author: AuthorCall) -> bytes:
    """Do a Compensate once, or answer its stored reply; writes the tombstone.

    Args:
        connection: fresh from the engine.
        request: what is asked.
        setting: by whom.
        author: calls the compensation's function.

    Returns:
        The serialized CompensateResponse, as it is stored.

    Raises:
        Refusal: by the barrier's rules; ACTION_UNKNOWN: the action completed and has no compensation.
        AuthorError: the function raised or answered badly; nothing stands.
    """
    key = request.context.operation_key
    with transaction(connection, key) as lent:
        spans.happened("transaction began")
        owner = Owner(setting.participant, setting.clock())
        row = read_row(connection, key, lock=connection.dialect.name == POSTGRESQL)
        horizon = None if row else horizon_of(read_purge_cutoff(connection, setting.participant))
        verdict = judge_compensate(row, request.question, horizon=horizon)
        if isinstance(verdict, Replay):
            spans.note("saga.replayed", True)
            return verdict.reply
        if isinstance(verdict, Leave):
            spans.note("saga.sealed", True)
            return compensate_response(pending=False).SerializeToString(deterministic=True)
        pending = False
        # What is free of effects left nothing to undo, whatever the row says.
        if isinstance(verdict, Run) and verdict.row is not None and not setting.action.facts.effect_free:
            if setting.action.compensate_function is None:
                raise action_unknown(setting.action.name, "has no compensation of action")
            pending = _run_compensation(_compensate_call(request, verdict.row), author, lent)
        state = CompensateState.PENDING if pending else CompensateState.COMPENSATED
        reply = compensate_response(pending=pending).SerializeToString(deterministic=True)
        stored = (request.question.request_hash, reply)
        store_compensate(connection, request.context, owner, state, stored, new=row is None)
    _told(state.value)
    return reply


def seal(connection: Connection, context: StepContext, setting: Setting) -> bytes:
    """Write an operation's tombstone without calling the author's function.

    Args:
        connection: fresh from the engine.
        context: which operation.
        setting: by whom.

    Returns:
        The serialized SealResponse; the same each time.

    Raises:
        Refusal: by the barrier's rules.
    """
    key = context.operation_key
    with transaction(connection, key):
        owner = Owner(setting.participant, setting.clock())
        row = read_row(connection, key, lock=connection.dialect.name == POSTGRESQL)
        horizon = horizon_of(read_purge_cutoff(connection, setting.participant))
        verdict = judge_seal(row, context.action, context.first_sent_time, horizon=horizon)
        if isinstance(verdict, Replay):
            spans.note("saga.replayed", True)
            return verdict.reply
        reply = seal_response(verdict.found).SerializeToString(deterministic=True)
        if not verdict.stands:
            store_seal(connection, context, owner, reply, new=row is None)
    spans.happened("transaction committed")
    spans.note("saga.found", verdict.found.value.lower())
    return reply


def seal_response(found: Found) -> contract.SealResponse:
    """Return the answer of a Seal."""
    return contract.SealResponse(sealed=contract.Sealed(found=f"FOUND_OUTCOME_{found.value}"))


def _told(outcome: str, reason: str = "") -> None:
    """Show in the trace what was done, once it is committed."""
    spans.happened("transaction committed")
    spans.note("saga.outcome", outcome.lower())
    if reason:
        spans.note("saga.reason", reason)


def completed_response(output: object) -> contract.ExecuteResponse:
    """Return the answer for a function's output.

    Raises:
        BadAnswerError: it is not JSON, or larger than the contract allows.
    """
    if output is None:
        return contract.ExecuteResponse(completed=contract.Completed())
    try:
        payload = output if isinstance(output, Payload) else Payload.of(output)
        # What can't be read again must not be stored.
        payload.value()
        fault = fault_of(payload)
    except UnreadableJSONError as error:
        raise BadAnswerError(f"an output that is not JSON: {error}") from error
    except UnicodeEncodeError as error:
        raise BadAnswerError("an output with a text that is not valid Unicode (a lone surrogate)") from error
    except ValueError as error:
        # The parser's own text may quote the data.
        raise BadAnswerError("an output that is not JSON: it does not parse") from error
    if fault is not None:
        raise BadAnswerError(f"an output beyond a limit: {fault}")
    return contract.ExecuteResponse(completed=contract.Completed(output=to_proto(payload)))


def rejected_response(refusal: Rejected) -> contract.ExecuteResponse:
    """Return the answer for a business refusal."""
    return contract.ExecuteResponse(rejected=contract.Rejected(reason=refusal.reason, message=refusal.message))


def compensate_response(*, pending: bool) -> contract.CompensateResponse:
    """Return the answer for a compensation."""
    if pending:
        return contract.CompensateResponse(pending=contract.Pending())
    return contract.CompensateResponse(compensated=contract.Compensated())


def _run_action(
    connection: Connection, call: ExecuteCall, author: AuthorCall, lent: Lent
) -> tuple[ExecuteState, contract.ExecuteResponse]:
    savepoint = connection.begin_nested()
    try:
        with lent.out():
            result = author(call)
    except Rejected as refusal:
        savepoint.rollback()
        return ExecuteState.REJECTED, rejected_response(refusal)
    except Exception as error:
        raise AuthorError from error
    if is_pending(result):
        answer = ExecuteState.PENDING, contract.ExecuteResponse(pending=contract.Pending())
    else:
        try:
            answer = ExecuteState.COMPLETED, completed_response(result)
        except BadAnswerError as error:
            raise AuthorError from error
    # Fails if the function swallowed a database error: PostgreSQL takes nothing more in such a transaction.
    savepoint.commit()
    return answer


def _run_compensation(call: CompensateCall, author: AuthorCall, lent: Lent) -> bool:
    try:
        with lent.out():
            result = author(call)
    except Exception as error:
        raise AuthorError from error
    if result is not None and not is_pending(result):
        raise AuthorError from BadAnswerError(f"a {type(result).__name__}; a compensation returns None or Pending()")
    return result is not None


def _compensate_call(request: Request, row: Row) -> CompensateCall:
    call = CompensateCall(
        context=request.context,
        payload=request.payload,
        input=request.input,
        execute_outcome=ExecuteOutcome.PENDING,
        output_payload=request.output,
        output=request.output.value() if request.output is not None else None,
    )
    if row.execute_state is not ExecuteState.COMPLETED:
        return call
    assert row.execute_reply is not None, "a completed row has its reply"
    completed = contract.ExecuteResponse.FromString(row.execute_reply).completed
    stored = from_proto(completed.output) if completed.HasField("output") else None
    return replace(
        call,
        execute_outcome=ExecuteOutcome.COMPLETED,
        output_payload=stored,
        output=stored.value() if stored is not None else None,
    )
