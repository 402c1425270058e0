"""How a kind of saga goes: the compiled form of a definition.

A definition is a DAG of steps. `order` is a topological order; compensation goes through it in reverse. Kinds follow
C. Richardson, "Microservices Patterns", chapter 4: compensatable steps, at most one pivot, retryable steps after it.

These classes hold what has been checked already. `orchestrator.core.definition_document` reads and checks documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from orchestrator.core.choreography import Choreography
from orchestrator.core.expressions import Template
from orchestrator.core.retry import RetryPolicy


class StepKind(StrEnum):
    """What may be undone and what must not fail."""

    COMPENSATABLE = "COMPENSATABLE"
    PIVOT = "PIVOT"
    RETRYABLE = "RETRYABLE"


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """What a participant promises about an action, pinned in a definition when it is registered.

    Attributes:
        compensatable: its Compensate undoes it.
        effect_free: it changes nothing, so there is nothing to undo.
        stable_replies: every outcome, refusals too, is stored and replayed.
        deduplication_retention: how long barrier rows are kept, microseconds.
    """

    compensatable: bool = True
    effect_free: bool = False
    stable_replies: bool = False
    deduplication_retention: int = 0


@dataclass(frozen=True, slots=True)
class StepDefinition:
    """One step, with every default resolved.

    Attributes:
        id: unique in the definition.
        participant: registered name of who does it.
        action: what is done.
        kind: its kind.
        after: ids of its direct predecessors.
        input: template of its input; None: the saga's input as it is.
        attempt_timeout: longest attempt of Execute, microseconds.
        retry: retries of Execute.
        compensation_attempt_timeout: longest attempt of Compensate, microseconds.
        compensation_retry: retries of Compensate.
        retry_codes: gRPC code names to ask again on, against the default.
        stop_codes: gRPC code names to stop on, against the default.
        pending_timeout: longest Pending, microseconds.
        pending_poll_interval: how often a Pending step is asked again, microseconds.
        facts: the participant's promises about the action.
    """

    id: str
    participant: str
    action: str
    kind: StepKind
    after: tuple[str, ...]
    input: Template | None
    attempt_timeout: int
    retry: RetryPolicy
    compensation_attempt_timeout: int
    compensation_retry: RetryPolicy
    retry_codes: frozenset[str]
    stop_codes: frozenset[str]
    pending_timeout: int
    pending_poll_interval: int
    facts: ActionFacts

    @property
    def compensated_on_abort(self) -> bool:
        """True if a possibly-done run of it must be compensated when the saga is aborted."""
        return self.kind is StepKind.COMPENSATABLE and not self.facts.effect_free


@dataclass(frozen=True)
class SagaDefinition:
    """A definition, compiled: checked, defaults resolved, expressions ready.

    Attributes:
        name: its name.
        version: its version, from 1.
        content_hash: SHA-256 of its canonical JSON (RFC 8785), hexadecimal.
        steps: its steps in the author's order.
        timeout: the saga's time, microseconds.
        output: template of the saga's output; None: no output.
        pause_timeout_during_outage: True if its time stands still while a step of it is parked.
        choreography: what its services declare, of a choreography, whose steps are their reactions; None: it is
            orchestrated.
    """

    name: str
    version: int
    content_hash: str
    steps: tuple[StepDefinition, ...]
    timeout: int
    output: Template | None
    pause_timeout_during_outage: bool = False
    choreography: Choreography | None = None

    @cached_property
    def by_id(self) -> Mapping[str, StepDefinition]:
        """The steps by id."""
        return {step.id: step for step in self.steps}

    @cached_property
    def successors(self) -> Mapping[str, tuple[str, ...]]:
        """The direct successors of each step, by id."""
        found: dict[str, list[str]] = {step.id: [] for step in self.steps}
        for step in self.steps:
            for predecessor in step.after:
                found[predecessor].append(step.id)
        return {step_id: tuple(successors) for step_id, successors in found.items()}

    @cached_property
    def order(self) -> tuple[StepDefinition, ...]:
        """The steps in topological order, the author's order kept where it may be (Kahn)."""
        missing = {step.id: len(step.after) for step in self.steps}
        ordered: list[StepDefinition] = []
        ready = [step for step in self.steps if not step.after]
        while ready:
            step = ready.pop(0)
            ordered.append(step)
            for successor in self.successors[step.id]:
                missing[successor] -= 1
                if missing[successor] == 0:
                    ready.append(self.by_id[successor])
        return tuple(ordered)

    @cached_property
    def pivot(self) -> StepDefinition | None:
        """The point of no return, if there is one."""
        return next((step for step in self.steps if step.kind is StepKind.PIVOT), None)
