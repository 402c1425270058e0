"""The events of a person's hands: what an operator did to a saga, with who did it and why.

Each stands in the log in the same transaction as what it led to. `by` is never empty: an action without a reason is
refused. `orchestrator.core.operations` decides them.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestrator.core.event import Event, StepEvent
from orchestrator.core.model import Payload, Signature


@dataclass(frozen=True, slots=True)
class SagaPaused(Event):
    """From now on nothing is sent for the saga, and no timer acts on it.

    Attributes:
        by: who, and why.
    """

    by: Signature


@dataclass(frozen=True, slots=True)
class SagaResumed(Event):
    """The saga goes on: it was paused, or put aside in quarantine.

    Attributes:
        by: who, and why.
    """

    by: Signature


@dataclass(frozen=True, slots=True)
class SagaAbandoned(Event):
    """The saga was given up as it stands. Some of its effects may stand, and nobody will undo them.

    Attributes:
        by: who, and why.
        standing: the steps whose effects may stand, in the definition's order.
    """

    by: Signature
    standing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExecuteRetried(StepEvent):
    """A step that was given up is tried again: the same run, so the same keys; its retry policy begins anew.

    Attributes:
        by: who, and why.
    """

    by: Signature


@dataclass(frozen=True, slots=True)
class CompensateRetried(StepEvent):
    """A compensation that was given up is tried again, with the same keys; its retry policy begins anew.

    Attributes:
        by: who, and why.
    """

    by: Signature


@dataclass(frozen=True, slots=True)
class StepSkipRequested(StepEvent):
    """The step is to be left out. If it is possibly done, this is the intent to compensate it first.

    Attributes:
        by: who, and why.
    """

    by: Signature


@dataclass(frozen=True, slots=True)
class NewRunRequested(StepEvent):
    """The step is to be tried with other input: as a new run, with keys of its own. If the old one is possibly done,
    this is the intent to compensate it first.

    Attributes:
        by: who, and why.
        input: what the new run is given.
    """

    by: Signature
    input: Payload


@dataclass(frozen=True, slots=True)
class StepCompletionAsserted(StepEvent):
    """A person says that the step's effect stands; the saga goes on as if the participant had said so.

    Attributes:
        by: who, and why.
        output: what later steps may use.
    """

    by: Signature
    output: Payload


@dataclass(frozen=True, slots=True)
class CompensationAsserted(StepEvent):
    """A person says that no effect of the step stands; the saga goes on as if the participant had said so.

    Attributes:
        by: who, and why.
    """

    by: Signature
