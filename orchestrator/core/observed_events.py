"""What the observer of a choreography writes into the log beside the events that all sagas have.

A choreographed saga's log says what its participants' events tell: its steps are reactions, StepIntended means that the
event a reaction handles was published, StepCompleted and StepRejected that it answered, CompensationIntended that an
event which undoes it was published, StepCompensated that it answered that. See `orchestrator.core.observing`.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestrator.core.event import Event
from orchestrator.core.model import Failure, Payload, Phase, Signature


@dataclass(frozen=True, slots=True)
class EventObserved(Event):
    """A participant has published an event of this saga.

    Attributes:
        event_id: unique for its source.
        source: who published it, a URI reference.
        event_type: what it tells.
        published_time: when it was published, microseconds.
        place: its place among all events of the bus.
        step_id: the step whose reaction published it; empty: it started the saga, came from outside, or nobody
            declares it.
        cause_id: the id of the event at which it was published; empty if it has none.
        cause_source: that one's source.
        answers: True if it is the step's answer to that event.
        outcome: what a receipt says; empty if it is none.
        undeclared: nobody declares that this source publishes it.
        early: the event at which it was published has not been observed yet: so far nothing follows from it.
        reaction: the name of its reaction as it says; of an early one only.
        data: its data; of an early one, and of one that starts the saga and came after others: it is the saga's input.
        refusal: what it tells of a refusal, should it be one; of an early one only.
        fault: why it must not have been published; None: it may.
    """

    event_id: str
    source: str
    event_type: str
    published_time: int
    place: int
    step_id: str = ""
    cause_id: str = ""
    cause_source: str = ""
    answers: bool = False
    outcome: str = ""
    undeclared: bool = False
    early: bool = False
    reaction: str = ""
    data: Payload | None = None
    refusal: Failure | None = None
    fault: Failure | None = None


@dataclass(frozen=True, slots=True)
class DeliveryGivenUp(Event):
    """An event could not be handled: after its last delivery it became a dead letter of the bus.

    Attributes:
        step_id: the step whose reaction could not handle it.
        event_id: the event.
        source: its source.
        letter_id: names it among the bus's dead letters.
        phase: whether the reaction's work or its undoing failed.
        failure: why it was given up.
    """

    step_id: str
    event_id: str
    source: str
    letter_id: int
    phase: Phase
    failure: Failure


@dataclass(frozen=True, slots=True)
class RedeliveryRequested(Event):
    """The dead letters of a step are delivered once more.

    Attributes:
        step_id: the step.
        by: who asked for it, and why.
    """

    step_id: str
    by: Signature
