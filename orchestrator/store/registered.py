"""What is registered in the saga log: definitions and participants, a row each."""

from __future__ import annotations

from dataclasses import dataclass


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
