"""Consumers: a reaction in one of its roles, to handle events or to compensate at them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from sagaway.choreography.facts import At, ServiceFacts, reactions_of


class Role(Enum):
    """What a consumer does with an event."""

    HANDLE = "HANDLE"
    COMPENSATE = "COMPENSATE"


@dataclass(frozen=True, slots=True)
class Consumer:
    """A reaction in one of its roles."""

    at: At
    role: Role

    def __str__(self) -> str:
        return str(self.at) if self.role is Role.HANDLE else f"the compensation of {self.at}"

    @property
    def consumes(self) -> tuple[str, ...]:
        """The types that come to it."""
        return (self.at.facts.consumes,) if self.role is Role.HANDLE else self.at.facts.compensates_on

    @property
    def emits(self) -> tuple[str, ...]:
        """The types that may follow, whatever comes of it."""
        return self.at.facts.leads_to if self.role is Role.HANDLE else self.at.facts.undoings


def consumers_in(services: Iterable[ServiceFacts]) -> list[Consumer]:
    """Return all consumers of all services, a reaction's compensation right after it."""
    return [
        Consumer(at, role)
        for at in reactions_of(services)
        for role in ((Role.HANDLE, Role.COMPENSATE) if at.facts.compensates_on else (Role.HANDLE,))
    ]


def by_type(consumers: Iterable[Consumer]) -> dict[str, list[int]]:
    """Return the numbers of the consumers of each type that is consumed."""
    found: dict[str, list[int]] = {}
    for number, consumer in enumerate(consumers):
        for event_type in consumer.consumes:
            found.setdefault(event_type, []).append(number)
    return found
