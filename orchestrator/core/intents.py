"""What a step, or the saga itself, is given: templates resolved against what the log holds, and the limits on it.

Resolved once, at the intent, and logged with it: an input is never computed again. What can't be resolved, or is too
large, blocks the step; it was never sent, so there is nothing to undo for it. The limits bind forward intents only:
going back, and ending, is never refused for want of room.
"""

from __future__ import annotations

import json

from orchestrator.core import events as e
from orchestrator.core.definition import StepDefinition
from orchestrator.core.errors import UnresolvedExpression
from orchestrator.core.expressions import Template
from orchestrator.core.model import Failure, Payload, Saga

MAX_PAYLOAD = 1 << 20
"""The most bytes a payload may have."""

MAX_SAGA = 8 << 20
"""The most bytes a saga's log may have for a forward intent, or what participants publish, to be added."""

SAGA_TOO_LARGE = "SAGA_TOO_LARGE"


def intent(saga: Saga, step: StepDefinition, now: int) -> e.StepIntended | e.StepBlocked:
    """Return the intent of a step's next run, or why it can't be sent: with what its template, or a person, gives it."""
    present = saga.steps[step.id]
    try:
        given = present.plan_input if present.plan is not None else None
        resolved = _resolve(saga, step.input) if given is None and step.input is not None else given
    except UnresolvedExpression as error:
        message = f"the input of step {step.id!r} does not resolve: {error}"
        return e.StepBlocked(now, step.id, Failure("", "INPUT_UNRESOLVED", message))
    size = resolved.size() if resolved is not None else 0
    if size > MAX_PAYLOAD:
        message = f"the input of step {step.id!r} has {size} bytes; the limit is {MAX_PAYLOAD}"
        return e.StepBlocked(now, step.id, Failure("", "INPUT_TOO_LARGE", message))
    # Room for the largest output is asked for. Steps that run side by side share it: were it reserved for each, eight
    # small ones could never start; so their outputs together may pass the limit, and are not refused.
    if saga.size + size + MAX_PAYLOAD > MAX_SAGA:
        message = f"the saga's log has {saga.size} bytes; with step {step.id!r} it could pass the limit of {MAX_SAGA}"
        return e.StepBlocked(now, step.id, Failure("", SAGA_TOO_LARGE, message))
    return e.StepIntended(now, step.id, run=present.run + 1, input=resolved)


def _resolve(saga: Saga, template: Template) -> Payload:
    saga_input = _value(saga.input, "input")
    outputs = {id_: _value(saga.steps[id_].output, f"steps.{id_}.output") for id_ in template.references}
    try:
        value = template.resolve(saga_input, outputs)
        return Payload(json=_dump(value))
    except (ValueError, RecursionError) as error:
        raise UnresolvedExpression("its value is none that JSON can hold") from error


def _dump(value: object) -> str:
    """JSON as people read it; with escapes only where text is no Unicode (a lone surrogate, which JSON allows)."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    try:
        text.isascii() or text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"), allow_nan=False)
    return text


def _value(payload: Payload | None, name: str) -> object:
    """The JSON value that expressions see."""
    if payload is None or (payload.json is None and payload.binary is None):
        return None
    if payload.json is None:
        raise UnresolvedExpression(f"{name} is binary; expressions read JSON only")
    try:
        return json.loads(payload.json)
    except (ValueError, RecursionError) as error:
        raise UnresolvedExpression(f"{name} is JSON that can't be read here") from error


def completed(saga: Saga, now: int) -> e.SagaCompleted:
    """Return the end of a saga whose steps have all completed, with its output."""
    if saga.definition.output is None:
        return e.SagaCompleted(now)
    # Every effect stands, so the saga is COMPLETED whatever becomes of its output; what is missing says why.
    try:
        output = _resolve(saga, saga.definition.output)
    except UnresolvedExpression as error:
        return e.SagaCompleted(now, None, Failure("", "OUTPUT_UNRESOLVED", f"the output does not resolve: {error}"))
    if output.size() > MAX_PAYLOAD:
        message = f"the output has {output.size()} bytes; the limit is {MAX_PAYLOAD}"
        return e.SagaCompleted(now, None, Failure("", "OUTPUT_TOO_LARGE", message))
    return e.SagaCompleted(now, output)
