"""What the services of a choreography declare, compiled: who reacts to which event, and what it may publish then.

In a choreography nobody calls anybody: services react to each other's events (`docs/choreography.md`). Its definition is
the declarations of all of them, so each *reaction* is a step: its Execute is the handling of the event that it consumes,
its Compensate that of an event that undoes it. Whoever observes the events can therefore tell where a saga stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

RECEIPT = "sagaway.reaction.handled.v1"
"""The type of the event by which a reaction that publishes nothing says that it has handled one. (The same word as
`sagaway.choreography.receipts.RECEIPT`, held to it by a test.)"""

_SOURCE = "/sagaway/participants/"


def participant_of(source: str) -> str:
    """Return the participant that an event's `source` names; empty if it names none."""
    return source[len(_SOURCE) :] if source.startswith(_SOURCE) else ""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a service does at an event.

    Attributes:
        step_id: `participant.name`: its step in the saga.
        participant: the service.
        name: unique in it.
        consumes: the event type that it handles.
        successes: the types it may publish when it has done its work.
        rejects: the type by which it tells of a refusal; empty: it does not refuse.
        effect_free: it changes nothing that would have to be undone.
        compensates_on: the types that undo it.
        undoings: the types its compensation may publish.
    """

    step_id: str
    participant: str
    name: str
    consumes: str
    successes: frozenset[str] = frozenset()
    rejects: str = ""
    effect_free: bool = False
    compensates_on: frozenset[str] = frozenset()
    undoings: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Choreography:
    """The declarations of all services.

    Attributes:
        reactions: what they do, in the order of the document.
        starts: the types by which they start sagas.
        outside: the types that come from elsewhere.
        progress_timeout: for how long nothing may happen in a saga that has not ended, microseconds.
    """

    reactions: tuple[Reaction, ...]
    starts: frozenset[str]
    outside: frozenset[str]
    progress_timeout: int

    @cached_property
    def by_step(self) -> dict[str, Reaction]:
        """The reactions by their steps."""
        return {reaction.step_id: reaction for reaction in self.reactions}

    @cached_property
    def types(self) -> frozenset[str]:
        """Every type that somebody publishes or handles."""
        found = {*self.starts, *self.outside}
        for reaction in self.reactions:
            found |= {reaction.consumes, *reaction.compensates_on, *reaction.successes, *reaction.undoings}
            found |= {reaction.rejects} - {""}
        return frozenset(found)

    @cached_property
    def _heard(self) -> dict[str, tuple[Reaction, ...]]:
        return {
            event_type: tuple(one for one in self.reactions if event_type in (one.consumes, *one.compensates_on))
            for event_type in self.types
        }

    def heard_by(self, event_type: str) -> tuple[Reaction, ...]:
        """Return the reactions that handle a type, to do their work or to undo it; each owes it an answer."""
        return self._heard.get(event_type, ())

    def handled_by(self, event_type: str) -> tuple[Reaction, ...]:
        """Return the reactions that do their work at a type."""
        return tuple(one for one in self.heard_by(event_type) if one.consumes == event_type)

    def undone_by(self, event_type: str) -> tuple[Reaction, ...]:
        """Return the reactions that a type undoes."""
        return tuple(one for one in self.heard_by(event_type) if event_type in one.compensates_on)
