"""Reading a definition: from the JSON form of the contract's `SagaDefinition` to one that is checked and compiled.

The document is what `google.protobuf.json_format.MessageToDict(message, preserving_proto_field_name=True)` makes:
snake_case names, durations as text (`10s`, `0.200s`), enum values by name, every number of a template a double.
Whole doubles below 2^53 become integers again; from there on a double may be a neighbour rounded, and is refused.

The same reading serves registration and the loading of stored definitions; only where the participants' facts come
from differs. It lists every fault at once: an author should not have to find them one by one.

A definition's content hash is the SHA-256 of its document in the JSON Canonicalization Scheme (RFC 8785): the same
message gives the same hash, in whatever language and order of keys it was written.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import rfc8785

from orchestrator.core.choreography_document import read_choreography, steps_of
from orchestrator.core.definition import ActionFacts, SagaDefinition, StepDefinition, StepKind
from orchestrator.core.definition_fields import DAY, HOUR, DefinitionFault, DefinitionInvalid, Faults, Fields
from orchestrator.core.definition_rules import at_path, check_kinds, check_reads, check_time, read_order
from orchestrator.core.expression_syntax import suggestion
from orchestrator.core.expressions import StepUse, Template, TemplateInvalid, child_path, compile_template
from orchestrator.core.retry import (
    COMPENSATE_DEFAULT,
    EXECUTE_DEFAULT,
    MAX_ATTEMPTS,
    MAX_BACKOFF,
    RETRYABLE_DEFAULT,
    SECOND,
    RetryPolicy,
)
from orchestrator.core.standstill import LONGEST

__all__ = [
    "DefinitionFault",
    "DefinitionInvalid",
    "FactsLookup",
    "MissingAction",
    "MissingParticipant",
    "canonical_json",
    "read_definition",
]

MAX_STEPS = 100
MAX_VERSION = 2**31 - 1
MAX_DESCRIPTION = 2_048
MAX_DOCUMENT = 262_144
"""The most bytes of a definition in canonical JSON."""

DEFAULT_TIMEOUT = DAY
MAX_TIMEOUT = 30 * DAY
DEFAULT_ATTEMPT_TIMEOUT = 10 * SECOND
DEFAULT_COMPENSATION_ATTEMPT_TIMEOUT = 30 * SECOND
MAX_ATTEMPT_TIMEOUT = HOUR
DEFAULT_PENDING_TIMEOUT = HOUR
MAX_PENDING_TIMEOUT = 30 * DAY
DEFAULT_PENDING_POLL_INTERVAL = 60 * SECOND
MAX_PENDING_POLL_INTERVAL = DAY
MAX_MULTIPLIER = 10

_EXACT = 2**53 - 1
"""The largest integer that a double tells from its neighbours."""

_DEFINITION_FIELDS = (
    "name", "version", "description", "steps", "timeout", "retry", "compensation_retry", "output",
    "pause_timeout_during_outage", "choreography",
)  # fmt: skip
_ORCHESTRATED_FIELDS = tuple(
    name for name in _DEFINITION_FIELDS if name not in ("name", "version", "description", "choreography")
)
_STEP_FIELDS = (
    "id", "participant", "action", "kind", "after", "root", "input", "attempt_timeout", "retry",
    "compensation_attempt_timeout", "compensation_retry", "retry_codes", "stop_codes", "pending_timeout",
    "pending_poll_interval",
)  # fmt: skip
_RETRY_FIELDS = ("max_attempts", "initial_backoff", "max_backoff", "multiplier")

_KINDS = {
    "STEP_KIND_UNSPECIFIED": StepKind.COMPENSATABLE,
    "STEP_KIND_COMPENSATABLE": StepKind.COMPENSATABLE,
    "STEP_KIND_PIVOT": StepKind.PIVOT,
    "STEP_KIND_RETRYABLE": StepKind.RETRYABLE,
}

_CODES = (
    "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
    "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
    "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MissingParticipant:
    """The participant is not registered.

    Attributes:
        known: the registered participants, for a hint.
    """

    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MissingAction:
    """The participant does not offer the action.

    Attributes:
        known: the actions it offers, for a hint.
    """

    known: tuple[str, ...] = ()


FactsLookup = Callable[[str, str], ActionFacts | MissingParticipant | MissingAction]
"""From a participant's name and an action's to what the participant promises about it."""


def read_definition(document: Mapping[str, object], facts: FactsLookup) -> SagaDefinition:
    """Check a definition and compile it.

    Args:
        document: its JSON form, as the module says.
        facts: what participants promise.

    Raises:
        DefinitionInvalid: with every fault in it.
    """
    return _Reader(facts).read(document)


def canonical_json(document: Mapping[str, object]) -> str:
    """Return a valid definition's JSON form in the one way of RFC 8785.

    Raises:
        DefinitionInvalid: a value has no exact JSON form; documents that `read_definition` takes have none of these.
    """
    try:
        text: bytes = rfc8785.dumps(cast(Any, document))
        return text.decode()
    except (rfc8785.CanonicalizationError, UnicodeError, RecursionError) as error:
        raise DefinitionInvalid([DefinitionFault("", f"has no canonical JSON form: {error}")]) from None


@dataclass(frozen=True, slots=True)
class _RetryFields:
    """What a document says of a retry policy; None where it says nothing."""

    max_attempts: int | None = None
    initial_backoff: int | None = None
    max_backoff: int | None = None
    multiplier: float | None = None

    def over(self, base: RetryPolicy) -> RetryPolicy:
        """Return ``base`` with what is said changed.

        The wait's two bounds go together: one that is said moves the other, unsaid one out of its way.
        """
        first = self.initial_backoff or min(base.initial_backoff, self.max_backoff or base.max_backoff)
        return RetryPolicy(
            max_attempts=self.max_attempts or base.max_attempts,
            initial_backoff=first,
            max_backoff=self.max_backoff or max(base.max_backoff, first),
            multiplier=self.multiplier or base.multiplier,
        )


class _Reader:
    """Reads one definition."""

    def __init__(self, facts: FactsLookup) -> None:
        self._facts = facts
        self._faults = Faults()
        self._uses: dict[str, tuple[StepUse, ...]] = {}

    def read(self, document: Mapping[str, object]) -> SagaDefinition:
        fields = Fields(document, "", _DEFINITION_FIELDS, self._faults)
        name = fields.name("name")
        version = fields.number("version", 1, MAX_VERSION)
        if version is None and "version" not in self._faulty_fields():
            fields.fault("version", "is required: a whole number from 1")
        fields.text("description", MAX_DESCRIPTION)
        compile_ = self._read_choreographed if "choreography" in fields else self._read_orchestrated
        definition = compile_(fields, name, int(version or 0))
        content = b""
        if not self._faults.found:
            # What is hashed has no faults, so that it has a canonical form; only its size is left to check.
            content = canonical_json(document).encode()
            if len(content) > MAX_DOCUMENT:
                size = f"the definition has {len(content)} bytes of JSON, and {MAX_DOCUMENT} is the limit"
                self._faults.add("", size)
        if self._faults.found:
            raise DefinitionInvalid(sorted(self._faults.found, key=_place))
        return replace(definition, content_hash=hashlib.sha256(content).hexdigest())

    def _read_orchestrated(self, fields: Fields, name: str, version: int) -> SagaDefinition:
        timeout = fields.duration("timeout", MAX_TIMEOUT) or DEFAULT_TIMEOUT
        pauses = fields.flag("pause_timeout_during_outage")
        output = self._read_template(fields, "output", "")
        return SagaDefinition(name, version, "", self._read_steps(fields, timeout, pauses), timeout, output, pauses)

    def _read_choreographed(self, fields: Fields, name: str, version: int) -> SagaDefinition:
        for other in _ORCHESTRATED_FIELDS:
            if other in fields:
                fields.fault(other, "is for orchestrated sagas, and this definition has a `choreography`: leave it out")
        choreography = read_choreography(fields, "choreography", self._faults)
        steps = () if self._faults.found else steps_of(choreography)
        return SagaDefinition(name, version, "", steps, 0, None, choreography=choreography)

    def _faulty_fields(self) -> set[str]:
        return {fault.field for fault in self._faults.found}

    def _read_steps(self, fields: Fields, timeout: int, pauses: bool) -> tuple[StepDefinition, ...]:
        retry = self._read_retry(fields, "retry")
        compensation_retry = self._read_retry(fields, "compensation_retry")
        items = fields.items("steps")
        if items is not None and not 1 <= len(items) <= MAX_STEPS:
            fields.fault("steps", f"a definition has 1 to {MAX_STEPS} steps, and this one has {len(items)}")
        items = (items or [])[:MAX_STEPS]
        parts = [Fields(one, f"steps[{index}]", _STEP_FIELDS, self._faults) for index, one in enumerate(items)]
        ids = [part.name("id") for part in parts]
        for index, step_id in enumerate(ids):
            if step_id and ids.index(step_id) < index:
                parts[index].fault("id", f"steps[{ids.index(step_id)}] has the id {step_id!r} already")
        graph = read_order(parts, ids, self._faults)
        steps = []
        for index, part in enumerate(parts):
            after = tuple(ids[one] for one in graph.before[index])
            step = self._read_step(part, ids[index], after, retry, compensation_retry)
            check_reads(self._uses.get(part.path("input"), ()), part.path("input"), index, graph, self._faults)
            steps.append(step)
        check_reads(self._uses.get("output", ()), "output", None, graph, self._faults)
        check_kinds(steps, graph, self._faults)
        if not any(word in fault.field for fault in self._faults.found for word in ("timeout", "retry", "after")):
            check_time(steps, timeout, LONGEST if pauses else 0, graph, self._faults)
        return tuple(steps)

    def _read_step(
        self,
        fields: Fields,
        step_id: str,
        after: tuple[str, ...],
        retry: _RetryFields,
        compensation_retry: _RetryFields,
    ) -> StepDefinition:
        participant = fields.name("participant")
        action = fields.name("action")
        kind = self._read_kind(fields)
        retry_codes, stop_codes = self._read_codes(fields)
        attempts = EXECUTE_DEFAULT if kind is StepKind.COMPENSATABLE else RETRYABLE_DEFAULT
        own_retry = self._read_retry(fields, "retry")
        own_compensation = self._read_retry(fields, "compensation_retry")
        pending = fields.duration("pending_timeout", MAX_PENDING_TIMEOUT) or DEFAULT_PENDING_TIMEOUT
        poll = fields.duration("pending_poll_interval", MAX_PENDING_POLL_INTERVAL)
        compensation_attempt = fields.duration("compensation_attempt_timeout", MAX_ATTEMPT_TIMEOUT)
        return StepDefinition(
            id=step_id,
            participant=participant,
            action=action,
            kind=kind,
            after=after,
            input=self._read_template(fields, "input", step_id),
            attempt_timeout=fields.duration("attempt_timeout", MAX_ATTEMPT_TIMEOUT) or DEFAULT_ATTEMPT_TIMEOUT,
            retry=own_retry.over(retry.over(attempts)),
            compensation_attempt_timeout=compensation_attempt or DEFAULT_COMPENSATION_ATTEMPT_TIMEOUT,
            compensation_retry=own_compensation.over(compensation_retry.over(COMPENSATE_DEFAULT)),
            retry_codes=retry_codes,
            stop_codes=stop_codes,
            pending_timeout=pending,
            pending_poll_interval=poll or DEFAULT_PENDING_POLL_INTERVAL,
            facts=self._read_facts(fields, participant, action),
        )

    def _read_kind(self, fields: Fields) -> StepKind:
        value = fields.get("kind", "STEP_KIND_UNSPECIFIED")
        kind = _KINDS.get(value) if isinstance(value, str) else None
        if kind is None:
            fields.fault("kind", f"must be one of {', '.join(list(_KINDS)[1:])}")
        return kind or StepKind.COMPENSATABLE

    def _read_facts(self, fields: Fields, participant: str, action: str) -> ActionFacts:
        if participant and action:
            facts = self._facts(participant, action)
            if isinstance(facts, ActionFacts):
                return facts
            if isinstance(facts, MissingParticipant):
                hint = suggestion(participant, facts.known)
                fields.fault("participant", f"{participant!r} is not registered; register it first{hint}")
            else:
                hint = suggestion(action, facts.known)
                fields.fault("action", f"participant {participant!r} offers no action {action!r}{hint}")
        return ActionFacts()

    def _read_codes(self, fields: Fields) -> tuple[frozenset[str], frozenset[str]]:
        found: list[frozenset[str]] = []
        for name in ("retry_codes", "stop_codes"):
            codes = fields.texts(name)
            for position, code in enumerate(codes):
                field = f"{name}[{position}]"
                if code == "OK":
                    fields.fault(field, "OK is a success, not a code to retry or stop on")
                elif code not in _CODES:
                    fields.fault(field, f"{code!r} is no gRPC code{suggestion(code.upper(), _CODES)}")
                elif code in codes[:position]:
                    fields.fault(field, f"names {code} twice")
                elif found and code in found[0]:
                    fields.fault(field, f"{code} is in `retry_codes` too; it can be in one of them")
            found.append(frozenset(codes))
        return found[0], found[1]

    def _read_retry(self, fields: Fields, name: str) -> _RetryFields:
        if name not in fields:
            return _RetryFields()
        policy = Fields(fields.get(name), fields.path(name), _RETRY_FIELDS, self._faults)
        attempts = policy.number("max_attempts", 1, MAX_ATTEMPTS)
        first = policy.duration("initial_backoff", MAX_BACKOFF)
        most = policy.duration("max_backoff", MAX_BACKOFF)
        if first and most and first > most:
            policy.fault("initial_backoff", "is longer than `max_backoff`, the ceiling of every wait")
        multiplier = policy.number("multiplier", 1, MAX_MULTIPLIER, whole=False)
        return _RetryFields(int(attempts) if attempts else None, first, most, multiplier)

    def _read_template(self, fields: Fields, name: str, step_id: str) -> Template | None:
        if name not in fields:
            return None
        value = self._exact(fields.get(name), fields.path(name))
        try:
            template = compile_template(value)
            self._uses[fields.path(name)] = template.uses
            return template
        except TemplateInvalid as error:
            self._uses[fields.path(name)] = error.uses
            for path, column, message in error.faults:
                where = f"step {step_id!r}, column {column}" if step_id else f"column {column}"
                self._faults.add(at_path(fields.path(name), path), f"{where}: {message}")
            return None

    def _exact(self, value: object, path: str) -> object:
        """Return a template's value with whole doubles as integers, and keys in order: a protobuf map has none."""
        if isinstance(value, Mapping):
            return {key: self._exact(value[key], _inside(path, key)) for key in sorted(value)}
        if isinstance(value, list):
            return [self._exact(item, f"{path}[{index}]") for index, item in enumerate(value)]
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        if isinstance(value, float) and not math.isfinite(value):
            self._faults.add(path, "is no finite number")
            return 0
        if value != int(value):
            return value
        if abs(value) > _EXACT:
            text = "is 2^53 or more, where JSON numbers are no longer exact; write it as text or as `${<number>}`"
            self._faults.add(path, text)
        return int(value)


def _inside(path: str, key: str) -> str:
    return at_path(path, child_path("", key))


def _place(fault: DefinitionFault) -> int:
    """Sort faults of the whole before those of the steps, and these by step."""
    match = re.match(r"steps\[(\d+)\]", fault.field)
    return int(match[1]) if match else -1
