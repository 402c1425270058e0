"""What is registered in the saga log: definitions and participants, a row each, which of them a person has paused, and
whether the log was restored from a backup.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

from orchestrator.core.model import Signature


@dataclass(frozen=True, slots=True)
class DefinitionRow:
    """A registered definition.

    Attributes:
        namespace: where it is registered.
        name: its name.
        version: its version.
        content_hash: SHA-256 of `document`, hexadecimal.
        document: canonical JSON (RFC 8785) of the definition.
        facts: JSON of the participants' promises, pinned at registration.
        create_time: microseconds.
        deprecate_time: microseconds; None if it is not deprecated.
    """

    namespace: str
    name: str
    version: int
    content_hash: str
    document: str
    facts: str
    create_time: int
    deprecate_time: int | None = None


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """A registered participant.

    Attributes:
        namespace: where it is registered.
        name: its name.
        address: gRPC target.
        max_concurrent_calls: at most this many calls at once.
        description: JSON of what it said of itself.
        create_time: microseconds.
        update_time: microseconds.
        limits: JSON of how many calls it takes, beside `max_concurrent_calls` (`orchestrator.caller.limits`).
    """

    namespace: str
    name: str
    address: str
    max_concurrent_calls: int
    description: str
    create_time: int
    update_time: int
    limits: str = "{}"


class PauseKind(StrEnum):
    """What a person can pause beside a single saga."""

    DEFINITION = "DEFINITION"
    PARTICIPANT = "PARTICIPANT"


class Target(NamedTuple):
    """What is paused.

    Attributes:
        kind: whether it is a definition or a participant.
        namespace: where it is registered.
        name: its name.
        version: of a definition; 0: all its versions at once, those registered later too, or it is a participant.
    """

    kind: PauseKind
    namespace: str
    name: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class Pause:
    """A person's pause of a definition or of a participant.

    Attributes:
        target: what is paused.
        time: since when, microseconds.
        by: who paused it, and why.
    """

    target: Target
    time: int
    by: Signature


class Register(Protocol):
    """The part of a saga log that holds what is registered; see `orchestrator.store.base.SagaLog`."""

    # Writing -------------------------------------------------------------------------------------------------------

    async def put_definition(self, row: DefinitionRow) -> bool:
        """Register a definition; False and no change if its name and version stand already."""

    async def deprecate_definition(self, namespace: str, name: str, version: int, now: int) -> bool:
        """Deprecate a version; False if it does not stand. The first time stays."""

    async def put_participant(self, row: ParticipantRow) -> None:
        """Register or replace a participant; `create_time` of one that stands is kept."""

    async def delete_participant(self, namespace: str, name: str) -> bool:
        """Remove a participant; False if it does not stand."""

    async def pause(self, target: Target, by: Signature, now: int) -> bool:
        """Note that something is paused from now on; False and no change if it is already: the first pause stays."""

    async def resume(self, target: Target, by: Signature, now: int) -> bool:
        """Note that something is paused no more; False if that very pause did not stand."""

    async def declare_restored(self, now: int) -> bool:
        """Note that the log was restored from a backup; False and no change if that stands already: the first time stays."""

    async def end_restore(self, by: Signature, now: int) -> bool:
        """Note that a person has ended what `declare_restored` began; False if it did not stand."""

    # Reading: committed state only ---------------------------------------------------------------------------------

    async def list_pauses(self) -> list[Pause]:
        """Return every pause that stands, in the order in which they began."""

    async def restored_time(self) -> int:
        """Return when it was declared that the log was restored, microseconds; 0: it was not, or that was ended."""

    async def get_definition(self, namespace: str, name: str, version: int) -> DefinitionRow | None:
        """Return a definition; version 0: the highest that is not deprecated."""

    async def list_definitions(
        self, namespace: str, name: str, after: tuple[str, int] | None, limit: int
    ) -> list[DefinitionRow]:
        """Return a page of definitions by name and version, strictly after ``after``; empty ``name``: all names."""

    async def definition_namespaces(self) -> list[str]:
        """Return the namespaces that have definitions, in order."""

    async def get_participant(self, namespace: str, name: str) -> ParticipantRow | None:
        """Return a participant, or None."""

    async def list_participants(
        self, namespace: str, after: tuple[str, str] | None, limit: int
    ) -> list[ParticipantRow]:
        """Return a page of participants by namespace and name, strictly after ``after``; empty ``namespace``: all."""
