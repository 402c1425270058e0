"""What is wrong where a saga of a choreography stands. Pure.

A saga *turns back* when a reaction refuses, or when a cancellation comes: an event of a service's own code, or from
outside, for which a compensation waits. At the end, with nothing under way, of a saga that turned back:

- *not undone*: no effect stands. Excepted are reactions that are `effect_free`, and what was done because the saga turned
  back: at an event that descends from a refusal, a cancellation or a compensation;
- *starter not told*: the service that started it knows. It refused or cancelled itself, or one of its reactions handled an
  event of the way back, or was undone.

And of each saga: a start and a refusal are handled by somebody (*unheard*); the walk does not go round (*cycle*); no
reaction does its work at two events that don't follow from each other (*done twice*, a note: it may be meant so). At any
time: no effect twice at one event (*effect twice*), none after its compensation (*effect after its compensation*).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from sagaway.choreography.consumers import Role
from sagaway.choreography.facts import ReactionFacts
from sagaway.choreography.graph import Kind
from sagaway.choreography.walks import NOBODY, STANDING, Outcome, Row, State, Walks


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong. Equal ones are one.

    Attributes:
        kind: what it is.
        who: the reaction `participant.reaction`, the participant or the event types that it is about.
        because: why the saga turned back, as the words after "when"; empty if it did not.
    """

    kind: Kind
    who: str
    because: str = ""


class JudgedWalks(Walks):
    """The walks of one saga and what is wrong on them: a model for the explorer."""

    def faults(self, state: State) -> Iterator[Fault]:
        """Yield what is wrong in a state."""
        for row in sorted(state.rows):
            if row.outcome is Outcome.HANDLED_AGAIN:
                yield Fault(Kind.EFFECT_TWICE, self._name(row))
            if row.outcome is Outcome.HANDLED_LATE:
                yield Fault(Kind.EFFECT_LATE, self._name(row))
        if any(consumer != NOBODY for consumer, _ in state.under_way):
            return
        for _, event in sorted(state.under_way):
            yield Fault(Kind.CYCLE, self.circle(event))
        if not state.under_way:
            yield from self._at_the_end(state)

    def round(self, event: int) -> list[int]:
        """Return the last round of an event at which the walk goes round: back to the one of its type before it."""
        around: list[int] = []
        for each in self.ancestors(self.events[event].cause):
            around.append(each)
            if self.events[each].type == self.events[event].type:
                break
        return around

    def circle(self, event: int) -> str:
        """Name the types of that round."""
        return ", ".join(sorted({self.events[each].type for each in self.round(event)}))

    def turns(self, state: State) -> list[str]:
        """Return why a saga turned back, as the words after "when"; empty if it did not."""
        came = [f"{self.events[root].type} comes" for root in state.roots if self.events[root].is_back]
        refused = [row for row in sorted(state.rows) if row.outcome is Outcome.REJECTED]
        return came + [f"{self._name(row)} refuses with {self._facts(row).rejects}" for row in refused]

    def _at_the_end(self, state: State) -> Iterator[Fault]:
        rows = sorted(state.rows)
        beginning = self.events[state.roots[0]].type
        if not self.is_consumed(beginning):
            yield Fault(Kind.UNHEARD, beginning)
        for row in rows:
            if row.outcome is Outcome.REJECTED and not self.is_consumed(self._facts(row).rejects):
                yield Fault(Kind.UNHEARD, self._facts(row).rejects)
        if because := next(iter(self.turns(state)), ""):
            for row in rows:
                if self._is_to_undo(row):
                    yield Fault(Kind.NOT_UNDONE, self._name(row), because)
            for starter in self.starters.get(beginning, []):
                if not self._knows(starter, state):
                    yield Fault(Kind.STARTER_NOT_TOLD, starter, because)
        for name in self._done_twice(rows):
            yield Fault(Kind.DONE_TWICE, name)

    def _done_twice(self, rows: Sequence[Row]) -> list[str]:
        """Name the reactions that did work at two events, of which none descends from the other."""
        standing = [row for row in rows if row.outcome in STANDING and not self._facts(row).effect_free]
        apart = (
            one
            for one, other in combinations(standing, 2)
            if one.consumer == other.consumer
            and one.event not in self.ancestors(other.event)
            and other.event not in self.ancestors(one.event)
        )
        return sorted({self._name(row) for row in apart})

    def _is_to_undo(self, row: Row) -> bool:
        return row.outcome in STANDING and not self.events[row.event].is_back and not self._facts(row).effect_free

    def _knows(self, starter: str, state: State) -> bool:
        """Say whether a service knows that its saga turned back."""
        cancelled = {self.events[root].type for root in state.roots if self.events[root].is_back}
        if any(starter in self.starters.get(event_type, ()) for event_type in cancelled):
            return True
        for row in state.rows:
            consumer = self.consumers[row.consumer]
            if consumer.at.participant != starter or consumer.role is not Role.HANDLE:
                continue
            # COMPENSATED: its compensation was called, so its code was told.
            if row.outcome in (Outcome.REJECTED, Outcome.COMPENSATED):
                return True
            if row.outcome in STANDING and self.events[row.event].is_back:
                return True
        return False

    def _name(self, row: Row) -> str:
        return str(self.consumers[row.consumer].at)

    def _facts(self, row: Row) -> ReactionFacts:
        return self.consumers[row.consumer].at.facts
