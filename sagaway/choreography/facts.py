"""What the services of a choreography declare, as plain facts, and as JSON documents. Pure.

The SDK makes them from its decorators; a service in another language writes the document by hand. Whoever draws, checks,
explores or observes a choreography works on these, and needs neither the service's code nor its database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from sagaway.bus import EventInvalidError
from sagaway.bus.events import check_type
from sagaway.choreography.receipts import RECEIPT


class DocumentError(Exception):
    """A description is not one; the text names the field and the fault."""


@dataclass(frozen=True, slots=True)
class ReactionFacts:
    """What a reaction declares; see `sagaway.participant.choreography.Reaction`."""

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
    def leads_to(self) -> tuple[str, ...]:
        """What its function emits, whatever comes of it."""
        return (*self.successes, *([self.rejects] if self.rejects else []))

    @property
    def undoings(self) -> tuple[str, ...]:
        """What its compensation emits."""
        return (*self.compensation_emits, *([self.announces] if self.announces else []))


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """What a participant declares.

    Attributes:
        participant: its name.
        starts: the event types with which it starts sagas.
        reactions: what it does at which events.
        receipts: whether a reaction that emits nothing emits a receipt, see `receipts`. Without them nobody can tell
            from outside when a saga has ended.
    """

    participant: str
    starts: tuple[str, ...] = ()
    reactions: tuple[ReactionFacts, ...] = ()
    receipts: bool = True


def check_declared_type(event_type: str) -> None:
    """Refuse what no service can declare.

    Raises:
        EventInvalidError: it is no event type, or that of receipts.
    """
    check_type(event_type)
    if event_type == RECEIPT:
        raise EventInvalidError(
            f"type: {RECEIPT} is that of receipts, which say for observers that a reaction emits nothing: "
            "no service declares or consumes it; name a type of your own"
        )


@dataclass(frozen=True, slots=True)
class At:
    """A reaction and where it is; as text `participant.reaction`."""

    participant: str
    facts: ReactionFacts

    def __str__(self) -> str:
        return f"{self.participant}.{self.facts.name}"


def reactions_of(services: Iterable[ServiceFacts]) -> list[At]:
    """Return all reactions of all services, in the order of their declarations."""
    return [At(service.participant, facts) for service in services for facts in service.reactions]


def to_document(facts: ServiceFacts) -> dict[str, Any]:
    """Return a description as a JSON document, for services whose code is not at hand where all are checked."""

    def reaction(given: ReactionFacts) -> dict[str, Any]:
        values = {each.name: getattr(given, each.name) for each in fields(ReactionFacts)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items() if value}

    return {
        "participant": facts.participant,
        "starts": list(facts.starts),
        "reactions": [reaction(given) for given in facts.reactions],
        **({} if facts.receipts else {"receipts": False}),
    }


def from_document(document: Any) -> ServiceFacts:
    """Read a description, as `to_document` or a service in another language writes it.

    Raises:
        DocumentError: names the field at fault.
    """
    values = _fields(document, "the document", _SERVICE_KINDS)
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
    starts = _read(values.get("starts", []), list, "starts")
    return ServiceFacts(participant, starts, tuple(reactions), values.get("receipts", True))


_SERVICE_KINDS: Mapping[str, type] = {"participant": str, "starts": list, "reactions": list, "receipts": bool}
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
            check_declared_type(event_type if isinstance(event_type, str) else "")
        except EventInvalidError as error:
            raise DocumentError(f"{where}: {error}") from None
    return tuple(value) if kind is list else value
