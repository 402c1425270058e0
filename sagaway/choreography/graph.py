"""The graph of a choreography, from what its services declare; and what is wrong with it. Pure.

An event leads to the reactions that consume it, and a reaction to the events that it may emit. What is checked:

- *never fires*: a reaction or compensation waits for an event that nobody emits;
- *unheard*: nobody handles an event. Of a saga's start and of a refusal that is a fault; an event that tells of
  something done may well be a saga's end, so it is a note;
- *not undone*: a refusal is told while another reaction's effect may stand, and no event that follows leads to that
  reaction's compensation;
- *starter not told*: a refusal leads to no reaction of the service that starts the saga, whose own effect stays;
- *cycle*: an event may lead to itself; whether that ends, only the code knows, so it is a note.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sagaway.choreography.facts import At, ServiceFacts, reactions_of


class Kind(enum.Enum):
    """What is wrong."""

    NEVER_FIRES = "never fires"
    UNHEARD = "unheard"
    NOT_UNDONE = "not undone"
    STARTER_NOT_TOLD = "starter not told"
    CYCLE = "cycle"
    DONE_TWICE = "done twice"
    """Found by the explorer: a reaction does its work at two events of one saga."""
    EFFECT_TWICE = "effect twice"
    """Found by the explorer where no inbox is kept."""
    EFFECT_LATE = "effect after its compensation"
    """Found by the explorer where no tombstone is kept."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at.

    Attributes:
        kind: what it is.
        is_fault: False: a note, which may be as it should be.
        text: a sentence with the remedy.
        about: the events, reactions and participants that it is about, for a drawing's marks.
    """

    kind: Kind
    is_fault: bool
    text: str
    about: tuple[str, ...] = ()


def check(services: Sequence[ServiceFacts], outside: Iterable[str] = ()) -> list[Finding]:
    """Check the graph of all services of a choreography.

    Args:
        services: all of them; one that is left out is missed.
        outside: event types that come from elsewhere.

    Returns:
        The faults, then the notes.
    """
    graph = _Graph(services, frozenset(outside))
    findings = [*graph.never_fires(), *graph.unheard(), *graph.unmended(), *graph.cycles()]
    return sorted(findings, key=lambda finding: not finding.is_fault)


class _Graph:
    def __init__(self, services: Sequence[ServiceFacts], outside: frozenset[str]) -> None:
        self._starts = {event: service.participant for service in services for event in service.starts}
        self._outside = outside
        self._reactions = reactions_of(services)
        emitted = [event for at in self._reactions for event in (*at.facts.leads_to, *at.facts.undoings)]
        self._emitted = frozenset((*emitted, *self._starts, *outside))

    def never_fires(self) -> Iterable[Finding]:
        for at in self._reactions:
            what = [(f"reaction {at}", at.facts.consumes)]
            what += [(f"the compensation of reaction {at}", event) for event in at.facts.compensates_on]
            for who, event in what:
                if event not in self._emitted:
                    yield Finding(
                        Kind.NEVER_FIRES,
                        True,
                        f"{who} waits for {event}, which nobody emits: correct the type, name the service that emits "
                        "it, or say that it comes from outside",
                        (str(at), event),
                    )

    def unheard(self) -> Iterable[Finding]:
        heard = {event for at in self._reactions for event in (at.facts.consumes, *at.facts.compensates_on)}
        refusals = {at.facts.rejects for at in self._reactions}
        for event in sorted(self._emitted - heard - self._outside):
            if event in self._starts:
                text = f"{self._starts[event]} starts sagas with {event}, and nobody handles it"
                yield Finding(Kind.UNHEARD, True, f"{text}: nothing would ever happen", (event,))
            elif event in refusals:
                text = f"the refusal {event} is handled by nobody: what was done before it stands"
                yield Finding(Kind.UNHEARD, True, text, (event,))
            else:
                yield Finding(Kind.UNHEARD, False, f"{event} is handled by nobody: right if the saga ends with it")

    def unmended(self) -> Iterable[Finding]:
        """Look, for each refusal, at what may stand and who must hear."""
        for refuser in self._reactions:
            refusal = refuser.facts.rejects
            if not refusal:
                continue
            follows = self._closure([refusal])
            starts = [event for event in self._roots() if refuser in self._done_from(event, None)]
            stands = {at for event in starts for at in self._done_from(event, refuser)}
            for at in sorted(stands, key=str):
                if at.facts.effect_free or follows & set(at.facts.compensates_on):
                    continue
                remedy = (
                    f"add an event that follows to the `on` of its compensation: {', '.join(sorted(follows))}"
                    if at.facts.compensates_on
                    else "declare its compensation, or effect_free=True"
                )
                yield Finding(
                    Kind.NOT_UNDONE,
                    True,
                    f"when {refuser} refuses with {refusal}, what {at} did may stand, and nothing undoes it: {remedy}",
                    (str(at), refusal),
                )
            for starter in sorted({self._starts[event] for event in starts if event in self._starts}):
                if not any(at.participant == starter and at.facts.consumes in follows for at in self._reactions):
                    yield Finding(
                        Kind.STARTER_NOT_TOLD,
                        True,
                        f"when {refuser} refuses with {refusal}, {starter}, which started the saga, never hears of it: "
                        "let it react to the refusal, or to what is announced when all is undone",
                        (starter, refusal),
                    )

    def cycles(self) -> Iterable[Finding]:
        reported: set[frozenset[str]] = set()
        for event in sorted(self._emitted):
            after = self._closure(self._next(event))
            if event in after:
                circle = frozenset(each for each in after if event in self._closure(self._next(each)))
                if circle not in reported:
                    reported.add(circle)
                    text = f"an event may lead to itself: {', '.join(sorted(circle))}: see that the code ends it"
                    yield Finding(Kind.CYCLE, False, text)

    def _roots(self) -> list[str]:
        return sorted((*self._starts, *self._outside))

    def _next(self, event: str) -> set[str]:
        """What may be emitted right because of an event."""
        after: set[str] = set()
        for at in self._reactions:
            if at.facts.consumes == event:
                after.update(at.facts.leads_to)
            if event in at.facts.compensates_on:
                after.update(at.facts.undoings)
        return after

    def _closure(self, events: Iterable[str]) -> set[str]:
        """These events and all that may follow."""
        found, new = set[str](), set(events)
        while new:
            found |= new
            new = {after for event in new for after in self._next(event)} - found
        return found

    def _done_from(self, start: str, without: At | None) -> list[At]:
        """Which reactions may have done their work after a start, if nothing was refused and one of them did not."""
        done: list[At] = []
        events, seen = [start], {start}
        while events:
            event = events.pop()
            for at in self._reactions:
                if at.facts.consumes == event and at != without and at not in done:
                    done.append(at)
                    fresh = set(at.facts.successes) - seen
                    seen |= fresh
                    events += sorted(fresh)
        return done
