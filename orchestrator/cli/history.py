"""A saga's events as the contract shows them, turned back into the core's: so that the core itself can fold them.

What the contract leaves out is what the fold of the events before knows (what was known of a step's Execute when its
compensation was intended) or what nobody can see from outside and no story needs (whether replies are stable).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from google.protobuf.json_format import MessageToDict
from google.protobuf.timestamp_pb2 import Timestamp

from orchestrator.core import events as e
from orchestrator.core import machine
from orchestrator.core.decide import GIVEN_UP_CAUSES
from orchestrator.core.definition import ActionFacts, SagaDefinition
from orchestrator.core.definition_document import DefinitionInvalid, read_definition
from orchestrator.core.errors import IllegalTransition
from orchestrator.core.model import Cause, Failure, FailureKind, Payload, Phase, Saga, SagaKey, Signature
from orchestrator.core.outcome import IN_PROGRESS
from sagaway.client import Saga as SagaMessage
from sagaway.client import SagaDefinition as DefinitionMessage
from sagaway.client import SagaEvent, name_of


class History(NamedTuple):
    """What the core needs to tell a saga's story.

    Attributes:
        key: the saga's name.
        definition: its definition, compiled; of its participants' promises it has those that the saga shows.
        log: its events.
    """

    key: SagaKey
    definition: SagaDefinition
    log: list[e.Event]


class Unreadable(Exception):
    """This version can't read what the orchestrator shows: the orchestrator is newer, or older."""


def history_of(saga: SagaMessage, definition: DefinitionMessage, events: Iterable[SagaEvent]) -> History:
    """Return a saga's history in the core's words.

    Args:
        saga: the saga.
        definition: the one it is on.
        events: its events from the first on.

    Raises:
        Unreadable: an event is of a type that this version does not know, or does not follow from the others.
    """
    key = SagaKey(saga.namespace, saga.saga_id)
    compiled = compiled_definition(saga, definition)
    log: list[e.Event] = []
    state: Saga | None = None
    for message in events:
        try:
            make = _EVENTS.get(message.type)
            if make is None:
                raise Unreadable(f"event #{message.sequence} is a {message.type}, which this version does not know")
            event = make(message, saga, state)
            state = machine.fold(key, compiled, [event]) if state is None else machine.evolve(state, event)
        except IllegalTransition as error:
            raise Unreadable(f"event #{message.sequence} does not follow from those before: {error}") from error
        log.append(event)
    return History(key, compiled, log)


def compiled_definition(saga: SagaMessage, definition: DefinitionMessage) -> SagaDefinition:
    """Return a definition as the core has it.

    Raises:
        Unreadable: this version takes it for invalid.
    """
    quiet = {(step.participant, step.action) for step in saga.steps if step.effect_free}

    def facts(participant: str, action: str) -> ActionFacts:
        return ActionFacts(effect_free=(participant, action) in quiet)

    try:
        return read_definition(MessageToDict(definition, preserving_proto_field_name=True), facts)
    except (ValueError, DefinitionInvalid) as error:
        raise Unreadable(f"the definition {definition.name} v{definition.version} can't be read: {error}") from error


# From a message to its event ----------------------------------------------------------------------------------------

_Make = Callable[[SagaEvent, SagaMessage, Saga | None], e.Event]


def _micros(stamp: Timestamp) -> int:
    return stamp.ToMicroseconds()


def _payload(message: SagaEvent) -> Payload | None:
    if not message.HasField("payload"):
        return None
    payload = message.payload
    kind = payload.WhichOneof("value")
    return Payload(
        json=payload.json if kind == "json" else None,
        binary=payload.binary if kind == "binary" else None,
        content_type=payload.content_type,
        metadata=dict(payload.metadata),
    )


def _failure(message: SagaEvent) -> Failure:
    return Failure(message.code, message.reason, message.message)


def _started(message: SagaEvent, saga: SagaMessage, _state: Saga | None) -> e.Event:
    return e.SagaStarted(
        time=_micros(message.time),
        definition_name=saga.definition_name,
        definition_version=saga.definition_version,
        definition_hash=saga.definition_hash,
        input=_payload(message) or Payload(),
        timeout_time=_micros(message.next_time),
        labels=dict(saga.labels),
        restarted_from=message.restarted_from,
        by=_by(message) if message.restarted_from else None,
    )


def _abort(message: SagaEvent, _saga: SagaMessage, _state: Saga | None) -> e.Event:
    cause = Cause(name_of(message, "cause"))
    struck = tuple(message.struck_step_ids)
    return e.CompensationStarted(_micros(message.time), cause, _failure(message), message.step_id, struck)


def _completed(message: SagaEvent, _saga: SagaMessage, _state: Saga | None) -> e.Event:
    failure = _failure(message)
    return e.SagaCompleted(_micros(message.time), _payload(message), None if failure == Failure() else failure)


def _stuck(message: SagaEvent, _saga: SagaMessage, _state: Saga | None) -> e.Event:
    return e.SagaStuck(_micros(message.time), _failure(message), message.step_id, Phase(name_of(message, "phase")))


def _attempt_failed(kind: Any) -> _Make:
    def make(message: SagaEvent, _saga: SagaMessage, _state: Saga | None) -> e.Event:
        retry = _micros(message.next_time) if message.HasField("next_time") else 0
        busy = message.reason == IN_PROGRESS and bool(retry)
        busy = busy and (kind is e.CompensateAttemptFailed or message.code == "ABORTED")
        used = not message.uncounted
        made: e.Event = kind(
            _micros(message.time), message.step_id, message.attempt, _failure(message), retry, used, busy
        )
        return made

    return make


_KINDS: Mapping[Cause, FailureKind] = {cause: kind for kind, cause in GIVEN_UP_CAUSES.items()}


def _failed(message: SagaEvent, _saga: SagaMessage, _state: Saga | None) -> e.Event:
    cause = name_of(message, "cause")
    kind = _KINDS[Cause(cause)] if cause else FailureKind.PERMANENT  # an orchestrator that does not say it yet
    failure = _failure(message)
    if failure.reason == kind.value and kind is not FailureKind.PENDING_TIMED_OUT:
        failure = Failure(failure.code, "", failure.message)  # the contract names the kind where there is no reason
    return e.StepFailed(_micros(message.time), message.step_id, kind, failure, message.attempt)


def _back(message: SagaEvent, _saga: SagaMessage, state: Saga | None) -> e.Event:
    step = state.steps.get(message.step_id) if state is not None else None
    if step is None:
        raise IllegalTransition(f"the definition has no step {message.step_id!r}")
    return e.CompensationIntended(_micros(message.time), message.step_id, step.outcome)


def _plain(kind: Any, *fields: Callable[[SagaEvent], Any]) -> _Make:
    def make(message: SagaEvent, _saga: SagaMessage, _state: Saga | None) -> e.Event:
        made: e.Event = kind(_micros(message.time), *(field(message) for field in fields))
        return made

    return make


def _step(message: SagaEvent) -> str:
    return message.step_id


def _phase(message: SagaEvent) -> Phase:
    return Phase(name_of(message, "phase"))


def _by(message: SagaEvent) -> Signature:
    return Signature(message.message, message.claimed_actor, message.principal)


def _attempt(message: SagaEvent) -> int:
    return message.attempt


def _error(message: SagaEvent, name: str) -> Failure | None:
    if not message.observed.HasField(name):
        return None
    error = getattr(message.observed, name)
    return Failure(error.code, error.reason, error.message)


def _observed(message: SagaEvent, _saga: SagaMessage, _state: Saga | None) -> e.Event:
    observed = message.observed
    return e.EventObserved(
        time=_micros(message.time),
        event_id=observed.event_id,
        source=observed.source,
        event_type=observed.event_type,
        published_time=_micros(observed.publish_time),
        place=observed.place,
        step_id=message.step_id,
        cause_id=observed.cause_id,
        cause_source=observed.cause_source,
        answers=observed.answers,
        outcome=observed.outcome,
        undeclared=observed.undeclared,
        early=observed.early,
        reaction=observed.reaction,
        data=_payload(message),
        refusal=_error(message, "refusal"),
        fault=_error(message, "fault"),
    )


_EVENTS: Mapping[str, _Make] = {
    "SagaStarted": _started,
    "CancelRequested": _plain(e.CancelRequested, lambda message: message.message),
    "SagaTimedOut": _plain(e.SagaTimedOut),
    "CompensationStarted": _abort,
    "SagaCompleted": _completed,
    "SagaCompensated": _plain(e.SagaCompensated),
    "SagaStuck": _stuck,
    "StepIntended": _plain(e.StepIntended, _step, lambda message: message.run, _payload),
    "StepBlocked": _plain(e.StepBlocked, _step, _failure),
    "ExecuteAttemptFailed": _attempt_failed(e.ExecuteAttemptFailed),
    "StepPending": _plain(e.StepPending, _step, _attempt),
    "StepCompleted": _plain(e.StepCompleted, _step, lambda message: _payload(message) or Payload(), _attempt),
    "StepRejected": _plain(e.StepRejected, _step, _failure, _attempt),
    "StepFailed": _failed,
    "CompensationIntended": _back,
    "CompensateAttemptFailed": _attempt_failed(e.CompensateAttemptFailed),
    "CompensationPending": _plain(e.CompensationPending, _step, _attempt),
    "StepCompensated": _plain(e.StepCompensated, _step, _attempt),
    "CompensationFailed": _plain(e.CompensationFailed, _step, _failure, _attempt),
    "StepParked": _plain(e.StepParked, _step, _phase),
    "StepUnparked": _plain(e.StepUnparked, _step, _phase),
    "StepStruck": _plain(e.StepStruck, _step, lambda message: message.reason == "SEALED"),
    "StepSkipped": _plain(e.StepSkipped, _step),
    "SagaPaused": _plain(e.SagaPaused, _by),
    "SagaResumed": _plain(e.SagaResumed, _by),
    "SagaAbandoned": _plain(e.SagaAbandoned, _by, lambda message: tuple(message.standing_step_ids)),
    "ExecuteRetried": _plain(e.ExecuteRetried, _step, _by),
    "CompensateRetried": _plain(e.CompensateRetried, _step, _by),
    "StepCompletionAsserted": _plain(
        e.StepCompletionAsserted, _step, _by, lambda message: _payload(message) or Payload()
    ),
    "CompensationAsserted": _plain(e.CompensationAsserted, _step, _by),
    "StepSkipRequested": _plain(e.StepSkipRequested, _step, _by),
    "NewRunRequested": _plain(e.NewRunRequested, _step, _by, lambda message: _payload(message) or Payload()),
    "EventObserved": _observed,
    "DeliveryGivenUp": _plain(
        e.DeliveryGivenUp,
        _step,
        lambda message: message.observed.event_id,
        lambda message: message.observed.source,
        lambda message: message.letter_id,
        _phase,
        _failure,
    ),
    "RedeliveryRequested": _plain(e.RedeliveryRequested, _step, _by),
}
"""How each type of event is read back; a test holds it to the core's."""
