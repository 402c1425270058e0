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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sagaway.bus import EventInvalidError
from sagaway.bus.events import check_type
from sagaway.participant.choreography.declarations import Choreography, Reaction
from sagaway.participant.errors import ParticipantError


class DocumentError(ParticipantError):
    """A description is not one; the text names the field and the fault."""


@dataclass(frozen=True, slots=True)
class ReactionFacts:
    """What a reaction declares; see `Reaction`."""

    name: str
    consumes: str
    emits: tuple[str, ...] = ()
    completes: str = ""
    rejects: str = ""
    effect_free: bool = False
    compensates_on: tuple[str, ...] = ()
    compensation_emits: tuple[str, ...] = ()
    announces: str = ""

    @property
    def successes(self) -> tuple[str, ...]:
        """What it emits when it has done its work."""
        return (*self.emits, *([self.completes] if self.completes else []))

    @property
    def undoings(self) -> tuple[str, ...]:
        """What its compensation emits."""
        return (*self.compensation_emits, *([self.announces] if self.announces else []))


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """What a participant declares."""

    participant: str
    starts: tuple[str, ...] = ()
    reactions: tuple[ReactionFacts, ...] = ()


class Kind(enum.Enum):
    """What is wrong."""

    NEVER_FIRES = "never fires"
    UNHEARD = "unheard"
    NOT_UNDONE = "not undone"
    STARTER_NOT_TOLD = "starter not told"
    CYCLE = "cycle"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at.

    Attributes:
        kind: what it is.
        is_fault: False: a note, which may be as it should be.
        text: a sentence with the remedy.
    """

    kind: Kind
    is_fault: bool
    text: str


def facts_of(choreography: Choreography) -> ServiceFacts:
    """Return what a choreography declares."""

    def reaction(declared: Reaction) -> ReactionFacts:
        return ReactionFacts(**{each.name: getattr(declared, each.name) for each in fields(ReactionFacts)})

    reactions = tuple(reaction(declared) for declared in choreography.reactions.values())
    return ServiceFacts(choreography.participant.name, choreography.starts, reactions)


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


@dataclass(frozen=True, slots=True)
class _At:
    """A reaction and where it is."""

    participant: str
    facts: ReactionFacts

    def __str__(self) -> str:
        return f"{self.participant}.{self.facts.name}"


class _Graph:
    def __init__(self, services: Sequence[ServiceFacts], outside: frozenset[str]) -> None:
        self._starts = {event: service.participant for service in services for event in service.starts}
        self._outside = outside
        self._reactions = [_At(service.participant, facts) for service in services for facts in service.reactions]
        emitted = [event for at in self._reactions for event in _leads_to(at.facts)]
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
                    )

    def unheard(self) -> Iterable[Finding]:
        heard = {event for at in self._reactions for event in (at.facts.consumes, *at.facts.compensates_on)}
        refusals = {at.facts.rejects for at in self._reactions}
        for event in sorted(self._emitted - heard - self._outside):
            if event in self._starts:
                text = f"{self._starts[event]} starts sagas with {event}, and nobody handles it"
                yield Finding(Kind.UNHEARD, True, f"{text}: nothing would ever happen")
            elif event in refusals:
                text = f"the refusal {event} is handled by nobody: what was done before it stands"
                yield Finding(Kind.UNHEARD, True, text)
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
                )
            for starter in sorted({self._starts[event] for event in starts if event in self._starts}):
                if not any(at.participant == starter and at.facts.consumes in follows for at in self._reactions):
                    yield Finding(
                        Kind.STARTER_NOT_TOLD,
                        True,
                        f"when {refuser} refuses with {refusal}, {starter}, which started the saga, never hears of it: "
                        "let it react to the refusal, or to what is announced when all is undone",
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
                after.update(at.facts.successes, [at.facts.rejects] if at.facts.rejects else [])
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

    def _done_from(self, start: str, without: _At | None) -> list[_At]:
        """Which reactions may have done their work after a start, if nothing was refused and one of them did not."""
        done: list[_At] = []
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


def _leads_to(facts: ReactionFacts) -> Iterable[str]:
    yield from facts.successes
    yield from facts.undoings
    if facts.rejects:
        yield facts.rejects


def to_document(facts: ServiceFacts) -> dict[str, Any]:
    """Return a description as a JSON document, for services whose code is not at hand where all are checked."""

    def reaction(given: ReactionFacts) -> dict[str, Any]:
        values = {each.name: getattr(given, each.name) for each in fields(ReactionFacts)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items() if value}

    return {
        "participant": facts.participant,
        "starts": list(facts.starts),
        "reactions": [reaction(given) for given in facts.reactions],
    }


def from_document(document: Any) -> ServiceFacts:
    """Read a description, as `to_document` or a service in another language writes it.

    Raises:
        DocumentError: names the field at fault.
    """
    values = _fields(document, "the document", {"participant": str, "starts": list, "reactions": list})
    participant = values.get("participant")
    if not participant:
        raise DocumentError("participant: it is missing")
    kinds = {each.name: _KINDS[each.type] for each in fields(ReactionFacts)}
    reactions = []
    for number, given in enumerate(values.get("reactions", [])):
        where = f"reactions[{number}]"
        read = _fields(given, where, kinds)
        for name in ("name", "consumes"):
            if not read.get(name):
                raise DocumentError(f"{where}.{name}: it is missing")
        reactions.append(
            ReactionFacts(**{key: _read(value, kinds[key], f"{where}.{key}") for key, value in read.items()})
        )
    return ServiceFacts(participant, _read(values.get("starts", []), list, "starts"), tuple(reactions))


_KINDS: Mapping[Any, type] = {"str": str, "tuple[str, ...]": list, "bool": bool}


def _fields(given: Any, where: str, kinds: Mapping[str, type]) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise DocumentError(f"{where}: it must be a JSON object")
    for name, value in given.items():
        if name not in kinds:
            raise DocumentError(f"{where}: it has no field {name[:64]!r}; its fields are {', '.join(kinds)}")
        if not isinstance(value, kinds[name]):
            raise DocumentError(f"{where}: {name} must be a {kinds[name].__name__}")
    return given


def _read(value: Any, kind: type, where: str) -> Any:
    if kind is bool or where.endswith(".name"):
        return value
    for event_type in value if kind is list else [value]:
        try:
            check_type(event_type if isinstance(event_type, str) else "")
        except EventInvalidError as error:
            raise DocumentError(f"{where}: {error}") from None
    return tuple(value) if kind is list else value
