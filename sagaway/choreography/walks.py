"""What one saga of a choreography may do, as a model for the explorer. Pure.

    state: what is under way (an event to a consumer), and the inbox: what became of each event at each consumer
    move:  one consumer is given one event, and does what `sagaway.participant.choreography.handling` does with it

A consumer is a reaction in one of its roles, to handle or to compensate. What is published is under way to each of its
consumers at once, and each delivery waits as long as it likes: so every delay and every order is walked. A delivery that
is done may come again, `duplicates` times in a saga; one that finds its inbox row changes nothing, and adds no state.

What a declaration leaves open is walked in every way:

- a reaction with `rejects` may refuse, at every event;
- a reaction emits `completes`; with `emits` it may emit any of all that it declares, but at least one. A compensation
  likewise emits any of its `emits`, but at least one, and `announces` at the first event that calls for it;
- a saga begins with one of the services' `starts`. A start that compensations wait for is no beginning but a
  cancellation: it, and what comes from outside, come at any time, once, or never. If nothing begins otherwise, what
  comes from outside does.

An event that descends from two others of its own type is not delivered: there the walk goes round.

Orders that make no difference are left out; see `order`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, combinations, product
from typing import NamedTuple

from sagaway.choreography.consumers import Role, by_type, consumers_in
from sagaway.choreography.facts import At, ServiceFacts
from sagaway.choreography.order import Order

ROUNDS = 2
"""How often a type may stand among an event's ancestors before it is not delivered any more."""
NOBODY = -1


class Outcome(StrEnum):
    """What became of an event at a consumer. The last two can't be where inbox and tombstone are kept."""

    HANDLED = "HANDLED"
    REJECTED = "REJECTED"
    BLOCKED = "BLOCKED"
    COMPENSATED = "COMPENSATED"
    """Of HANDLE: the effect was undone. Of COMPENSATE: it is a tombstone."""
    HANDLED_AGAIN = "HANDLED_AGAIN"
    HANDLED_LATE = "HANDLED_LATE"
    """Handled after the compensation."""


STANDING = frozenset((Outcome.HANDLED, Outcome.HANDLED_AGAIN, Outcome.HANDLED_LATE))


@dataclass(frozen=True, slots=True)
class Mechanisms:
    """What participants keep to. Each can be turned off, to see that the explorer finds what it is there for."""

    inbox: bool = True
    tombstone: bool = True
    announces: bool = True


KEPT = Mechanisms()


@dataclass(frozen=True, slots=True)
class Event:
    """An event that may be published.

    Attributes:
        type: its type.
        cause: the number of the event whose handling emitted it, or NOBODY.
        by: the number of the consumer that emitted it, or NOBODY: it comes from a service's own code or from outside.
        is_back: it tells that the saga goes back, or follows from such an event: a refusal, what a compensation emits,
            a cancellation.
        is_cut: the walk goes round here.
    """

    type: str
    cause: int
    by: int
    is_back: bool
    is_cut: bool


class Row(NamedTuple):
    """An inbox row."""

    consumer: int
    event: int
    outcome: Outcome


class State(NamedTuple):
    """Where a saga stands.

    Attributes:
        roots: the numbers of the events that nobody's handling emits, the one that begins the saga first.
        under_way: consumers and events on their way to them; the consumer is NOBODY if the walk goes round there.
        rows: all inboxes.
        duplicates: so many deliveries may come again.
    """

    roots: tuple[int, ...]
    under_way: frozenset[tuple[int, int]]
    rows: frozenset[Row]
    duplicates: int


class Begun(NamedTuple):
    """A saga begins; the other roots come when they like."""

    roots: tuple[int, ...]


class Delivered(NamedTuple):
    """A consumer was given an event."""

    consumer: int
    event: int
    outcome: Outcome
    emitted: tuple[int, ...]
    undone: tuple[int, ...]
    is_again: bool


Move = Begun | Delivered


class Walks:
    """The walks of one saga: the explorer's `Model`, but for what is wrong on them.

    Attributes:
        consumers: all; elsewhere each is named by its place here.
        events: all that were met so far; elsewhere each is named by its place here.
        beginnings: the types that begin sagas.
        starters: who emits each type in its own code.

    Args:
        services: all of the choreography.
        outside: event types that come from elsewhere.
        duplicates: how many deliveries come again in a saga.
        mechanisms: what participants keep to.
        is_reduced: whether to leave out orders that make no difference. Without the inbox all are walked.
    """

    def __init__(
        self,
        services: Sequence[ServiceFacts],
        outside: Iterable[str] = (),
        *,
        duplicates: int = 1,
        mechanisms: Mechanisms = KEPT,
        is_reduced: bool = True,
    ) -> None:
        self.consumers = consumers_in(services)
        self._consumers_of = by_type(self.consumers)
        self._roles = {(consumer.at, consumer.role): number for number, consumer in enumerate(self.consumers)}
        self.starters: dict[str, list[str]] = {}
        for service in services:
            for event_type in service.starts:
                self.starters.setdefault(event_type, []).append(service.participant)
        self.events: list[Event] = []
        self._numbers: dict[tuple[str, int, int, int], int] = {}
        self.beginnings, self._later = self._roots(tuple(outside))
        self._duplicates = duplicates
        self._mechanisms = mechanisms
        self._order = Order(self.consumers) if is_reduced and mechanisms.inbox else None

    def starts(self) -> Iterator[tuple[Move, State]]:
        """Begin with each beginning, and let each choice of the later roots come."""
        for beginning, later in product(self.beginnings, _choices(self._later)):
            roots = (self._event(beginning), *(self._event(event_type) for event_type in later))
            under_way = frozenset(chain.from_iterable(self._published(root) for root in roots))
            yield Begun(roots), State(roots, under_way, frozenset(), self._duplicates)

    def moves(self, state: State) -> Iterator[tuple[Move, State]]:
        """Deliver what is under way, and again what was delivered."""
        under_way = sorted(delivery for delivery in state.under_way if delivery[0] != NOBODY)
        for delivery in self._order.first(under_way) if self._order else under_way:
            yield from self._deliver(state, *delivery, is_again=False)
        # With inboxes it would be for nothing: a test asks `again` at each state.
        if state.duplicates and not self._mechanisms.inbox:
            yield from self.again(state)

    def again(self, state: State) -> Iterator[tuple[Move, State]]:
        """Deliver again what was delivered; yield what is changed by that."""
        for row in sorted(state.rows):
            yield from self._deliver(state, row.consumer, row.event, is_again=True)

    def is_end(self, state: State) -> bool:
        """Say whether nothing is under way."""
        return not state.under_way

    def is_consumed(self, event_type: str) -> bool:
        """Say whether somebody consumes events of a type."""
        return event_type in self._consumers_of

    def _deliver(self, state: State, number: int, event: int, *, is_again: bool) -> Iterator[tuple[Move, State]]:
        outcomes = self._handle if self.consumers[number].role is Role.HANDLE else self._compensate
        duplicates = state.duplicates - 1 if is_again else state.duplicates
        under_way = state.under_way if is_again else state.under_way - {(number, event)}
        for outcome, rows, emitted, undone in outcomes(state, number, event):
            if is_again and rows == state.rows and not emitted:
                continue  # the inbox knew it
            after = under_way.union(*(self._published(each) for each in emitted))
            move = Delivered(number, event, outcome, emitted, undone, is_again)
            yield move, State(state.roots, after, rows, duplicates)

    def _handle(self, state: State, number: int, event: int) -> Iterator[_Effect]:
        """Do as `handling.handle` does."""
        at = self.consumers[number].at
        known = {row for row in state.rows if row.consumer == number and row.event == event}
        if self._mechanisms.inbox and known:
            yield next(iter(known)).outcome, state.rows, (), ()
            return
        rows, is_compensated = state.rows - known, self._is_compensated(state, at)
        if self._mechanisms.tombstone and is_compensated:
            yield Outcome.BLOCKED, rows | {Row(number, event, Outcome.BLOCKED)}, (), ()
            return
        was_handled = any(row.outcome in STANDING for row in known)
        again, late = Outcome.HANDLED_AGAIN, Outcome.HANDLED_LATE
        outcome = again if was_handled else late if is_compensated else Outcome.HANDLED
        for types in _choices(at.facts.successes, at_least=1):
            yield outcome, rows | {Row(number, event, outcome)}, self._emit(types, event, number), ()
        if at.facts.rejects:
            refused = rows | {Row(number, event, Outcome.REJECTED)}
            yield Outcome.REJECTED, refused, self._emit([at.facts.rejects], event, number), ()

    def _compensate(self, state: State, number: int, event: int) -> Iterator[_Effect]:
        """Do as `handling.compensate` does."""
        at = self.consumers[number].at
        row = Row(number, event, Outcome.COMPENSATED)
        if self._mechanisms.inbox and row in state.rows:
            yield Outcome.COMPENSATED, state.rows, (), ()
            return
        is_first, handle = not self._is_compensated(state, at), self._roles[at, Role.HANDLE]
        standing = {each for each in state.rows if each.consumer == handle and each.outcome in STANDING}
        undone = tuple(sorted(each.event for each in standing))
        rows = (state.rows - standing) | {row, *(Row(handle, each, Outcome.COMPENSATED) for each in undone)}
        announced = [at.facts.announces] if is_first and at.facts.announces and self._mechanisms.announces else []
        for chosen in product(_choices(at.facts.compensation_emits, at_least=1), repeat=len(undone)):
            types = [*chain.from_iterable(chosen), *announced]
            yield Outcome.COMPENSATED, rows, self._emit(types, event, number), undone

    def _is_compensated(self, state: State, at: At) -> bool:
        compensation = self._roles.get((at, Role.COMPENSATE))
        return any(row.consumer == compensation for row in state.rows)

    def _emit(self, types: Sequence[str], cause: int, by: int) -> tuple[int, ...]:
        return tuple(self._event(event_type, cause, by, place) for place, event_type in enumerate(types))

    def _event(self, event_type: str, cause: int = NOBODY, by: int = NOBODY, place: int = 0) -> int:
        key = (event_type, cause, by, place)
        if key not in self._numbers:
            if by == NOBODY:
                is_back = event_type not in self.beginnings and any(
                    self.consumers[each].role is Role.COMPENSATE for each in self._consumers_of[event_type]
                )
            else:
                consumer = self.consumers[by]
                is_back = self.events[cause].is_back or consumer.role is Role.COMPENSATE
                is_back = is_back or event_type == consumer.at.facts.rejects
            is_cut = sum(self.events[each].type == event_type for each in self.ancestors(cause)) >= ROUNDS
            self._numbers[key] = len(self.events)
            self.events.append(Event(event_type, cause, by, is_back, is_cut))
        return self._numbers[key]

    def ancestors(self, event: int) -> Iterator[int]:
        """Yield an event and what led to it, back to a root."""
        while event != NOBODY:
            yield event
            event = self.events[event].cause

    def _published(self, event: int) -> list[tuple[int, int]]:
        consumers = self._consumers_of.get(self.events[event].type, [])
        if consumers and self.events[event].is_cut:
            return [(NOBODY, event)]
        return [(consumer, event) for consumer in consumers]

    def _roots(self, outside: Sequence[str]) -> tuple[list[str], list[str]]:
        """Return the types that begin sagas, and those that come later."""
        own = list(self.starters)
        handled = {consumer.at.facts.consumes for consumer in self.consumers}
        undoing = {event for consumer in self.consumers for event in consumer.at.facts.compensates_on}
        beginnings = [event for event in own if event not in undoing]
        for others in (own, outside):
            beginnings = beginnings or [event for event in others if event in handled]
        later = [event for event in dict.fromkeys((*own, *outside)) if event in self._consumers_of]
        return beginnings, [event for event in later if event not in beginnings]


_Effect = tuple[Outcome, frozenset[Row], tuple[int, ...], tuple[int, ...]]
"""The outcome, the inboxes after it, what was emitted, and which events' effects were undone."""


def _choices(types: Sequence[str], at_least: int = 0) -> list[tuple[str, ...]]:
    """Return each choice of these, the small ones first; nothing of nothing."""
    sizes = range(min(at_least, len(types)), len(types) + 1)
    return list(chain.from_iterable(combinations(types, size) for size in sizes))
