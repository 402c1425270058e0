"""What a choreographed saga's log tells beside its steps: its events, who answered them, and what went wrong.

*Answers* are what the end of such a saga is known by. Each event is owed an answer by every reaction that handles it, or
that it undoes; what a reaction publishes at it is the answer, or a receipt where it publishes nothing. Once no answer
is owed any more, nothing more can happen (E. W. Dijkstra and C. S. Scholten, "Termination detection for diffusing
computations", 1980, where a receipt is called a signal).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from orchestrator.core import observed_events as o
from orchestrator.core.choreography import Choreography, Reaction
from orchestrator.core.model import Failure, Payload, Phase

if TYPE_CHECKING:
    from orchestrator.core.model import Saga


class EventKey(NamedTuple):
    """What names an event: its id is unique for its source."""

    source: str
    event_id: str


@dataclass(frozen=True, slots=True)
class Fact:
    """An event as it came from the bus.

    Attributes:
        key: its name.
        event_type: what it tells.
        published_time: when it was published, by its publisher's clock, microseconds.
        place: its place among all events of the bus; 0: it is not known.
        reaction: the name of the reaction that published it, as it says; empty: it does not say.
        cause_id: the id of the event at which it was published, as it says; empty: it does not say.
        outcome: what a receipt says; empty if it is none.
        data: its data.
        refusal: what it tells of a refusal, should it be one.
    """

    key: EventKey
    event_type: str
    published_time: int
    place: int = 0
    reaction: str = ""
    cause_id: str = ""
    outcome: str = ""
    data: Payload = field(default_factory=Payload)
    refusal: Failure = field(default_factory=Failure)


@dataclass(frozen=True, slots=True)
class Observed:
    """An event that has its place in the saga.

    Attributes:
        event_type: what it tells.
        step_id: the step whose reaction published it, if one did.
        cause: the event at which it was published, if that is known.
        time: when it was observed, microseconds.
        published: when it was published by its publisher's clock, and its place on the bus. Of one publisher's events of
            a saga, the later one is later in both.
        outcome: what it says, if it is a receipt.
        answered: the steps that have answered it.
    """

    event_type: str
    step_id: str
    cause: EventKey | None
    time: int
    published: tuple[int, int] = (0, 0)
    outcome: str = ""
    answered: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter of the bus that holds the saga up.

    Attributes:
        step_id: the step whose reaction gave the event up.
        event: which one.
        phase: whether its work or its undoing failed.
        failure: why.
    """

    step_id: str
    event: EventKey
    phase: Phase
    failure: Failure


class Owed(NamedTuple):
    """An answer that is owed: by which reaction, at which event."""

    reaction: Reaction
    event: EventKey
    event_type: str

    @property
    def phase(self) -> Phase:
        """Whether the event is to be handled, or what was done is to be undone."""
        return Phase.EXECUTE if self.event_type == self.reaction.consumes else Phase.COMPENSATE


@dataclass(frozen=True, slots=True)
class Observation:
    """What was observed of a saga.

    Attributes:
        events: the events that have their place.
        early: those whose cause has not been observed yet.
        letters: the dead letters that hold it up, by their ids on the bus.
        fault: the first thing that must not have happened; None: nothing.
        fault_step: the step that did it, if one did.
    """

    events: Mapping[EventKey, Observed] = field(default_factory=dict)
    early: Mapping[EventKey, Fact] = field(default_factory=dict)
    letters: Mapping[int, Letter] = field(default_factory=dict)
    fault: Failure | None = None
    fault_step: str = ""

    def find(self, event_id: str) -> Iterator[tuple[EventKey, Observed]]:
        """Yield the events of this id, whoever published them."""
        return ((key, event) for key, event in self.events.items() if key.event_id == event_id)

    def owed(self, choreography: Choreography) -> Iterator[Owed]:
        """Yield every answer that is owed, in the order of the events."""
        for key, event in self.events.items():
            for reaction in choreography.heard_by(event.event_type):
                if reaction.step_id not in event.answered:
                    yield Owed(reaction, key, event.event_type)


_NOTHING = Observation()


def seen_of(saga: Saga) -> Observation:
    """Return what was observed of a saga."""
    return saga.observation or _NOTHING


def course_of(saga: Saga) -> Choreography:
    """Return the declarations that a choreographed saga stays on."""
    assert saga.definition.choreography is not None, "only choreographed sagas are observed"
    return saga.definition.choreography


# The fold -----------------------------------------------------------------------------------------------------------


def event_observed(saga: Saga, event: o.EventObserved) -> dict[str, Any]:
    """Return what EventObserved changes on a saga."""
    seen = seen_of(saga)
    key = EventKey(event.source, event.event_id)
    early = {other: fact for other, fact in seen.early.items() if other != key}
    events, letters = dict(seen.events), dict(seen.letters)
    if event.early:
        early[key] = _fact_of(event)
    else:
        cause = EventKey(event.cause_source, event.cause_id) if event.cause_id else None
        published = event.published_time, event.place
        events[key] = Observed(event.event_type, event.step_id, cause, event.time, published, event.outcome)
        if event.answers and cause is not None:
            events[cause] = replace(events[cause], answered=events[cause].answered | {event.step_id})
            held = (event.step_id, cause)
            letters = {id_: letter for id_, letter in letters.items() if (letter.step_id, letter.event) != held}
    changes: dict[str, Any] = {"events": events, "early": early, "letters": letters}
    if event.fault is not None and seen.fault is None:
        changes |= {"fault": event.fault, "fault_step": event.step_id}
    started = {"input": event.data} if event.data is not None and not event.early else {}
    return {"observation": replace(seen, **changes), **started, **going_on(saga)}


def delivery_given_up(saga: Saga, event: o.DeliveryGivenUp) -> dict[str, Any]:
    """Return what DeliveryGivenUp changes on a saga."""
    seen = seen_of(saga)
    letter = Letter(event.step_id, EventKey(event.source, event.event_id), event.phase, event.failure)
    return {"observation": replace(seen, letters={**seen.letters, event.letter_id: letter}), **going_on(saga)}


def redelivery_requested(saga: Saga, event: o.RedeliveryRequested) -> dict[str, Any]:
    """Return what RedeliveryRequested changes on a saga, beside its last operation."""
    seen = seen_of(saga)
    letters = {id_: letter for id_, letter in seen.letters.items() if letter.step_id != event.step_id}
    return {"observation": replace(seen, letters=letters), **going_on(saga)}


def going_on(saga: Saga) -> dict[str, Any]:
    """STUCK no more: its error is again the one it is undone for, or none."""
    return {
        "failure": saga.abort_failure,
        "failure_step": saga.abort_step,
        "failure_phase": Phase.EXECUTE if saga.abort_failure is not None else None,
    }


def _fact_of(event: o.EventObserved) -> Fact:
    return Fact(
        key=EventKey(event.source, event.event_id),
        event_type=event.event_type,
        published_time=event.published_time,
        place=event.place,
        reaction=event.reaction,
        cause_id=event.cause_id,
        outcome=event.outcome,
        data=event.data if event.data is not None else Payload(),
        refusal=event.refusal or Failure(),
    )
