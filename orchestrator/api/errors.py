"""What the API itself refuses, by name; `orchestrator.api.status` turns each into a rich status."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from orchestrator.core.errors import CommandRefused
from orchestrator.core.model import SagaKey


class Violation(NamedTuple):
    """One fault of a request.

    Attributes:
        field: the path of the field at fault, such as `input.json`.
        description: what is wrong with it and how to put it right.
    """

    field: str
    description: str


class ApiError(Exception):
    """The root of the API's own errors."""


class RequestInvalid(ApiError):
    """A request with at least one bad field.

    Attributes:
        violations: every fault, in the order of the fields.
    """

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__("; ".join(f"{field}: {description}" for field, description in violations))
        self.violations = tuple(violations)


class PageTokenInvalid(ApiError):
    """A page token that this server did not give for this request."""

    def __init__(self) -> None:
        super().__init__(
            "page_token is not one of this list with this filter; leave it empty to begin again, "
            "or repeat the filter that it was given for"
        )


class DefinitionNotFound(ApiError):
    """No such definition or version.

    Attributes:
        name: the definition.
        version: its version; 0: none in particular.
    """

    def __init__(self, namespace: str, name: str, version: int) -> None:
        wanted = f"version {version} of definition {name!r}" if version else f"definition {name!r} to start sagas with"
        super().__init__(f"there is no {wanted} in namespace {namespace!r}; register it first")
        self.name = name
        self.version = version


class DefinitionDeprecated(ApiError):
    """No saga starts with this version any more.

    Attributes:
        name: the definition.
        version: its version.
    """

    def __init__(self, name: str, version: int) -> None:
        super().__init__(f"version {version} of definition {name!r} is deprecated; start with another version, or none")
        self.name = name
        self.version = version


class DefinitionFaulty(ApiError):
    """A definition with faults.

    Attributes:
        name: the definition.
        violations: every fault.
    """

    def __init__(self, name: str, violations: Sequence[Violation]) -> None:
        super().__init__("; ".join(f"{field}: {description}" for field, description in violations))
        self.name = name
        self.violations = tuple(violations)


class ParticipantError(ApiError):
    """Something about a participant.

    Attributes:
        name: the participant.
    """

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class ParticipantNotFound(ParticipantError):
    """No such participant."""

    def __init__(self, namespace: str, name: str) -> None:
        super().__init__(name, f"participant {name!r} is not registered in namespace {namespace!r}")


class ParticipantExists(ParticipantError):
    """The name stands with another address or other limits."""


class ParticipantInUse(ParticipantError):
    """Open sagas or registered definitions need it as it is.

    Attributes:
        users: who needs it, for each: (definition and version, what it needs).
    """

    def __init__(self, name: str, message: str, users: Sequence[tuple[str, str]]) -> None:
        super().__init__(name, message)
        self.users = tuple(users)


class SagaNotCancellable(ApiError):
    """The saga's state does not allow a cancel.

    Attributes:
        key: the saga.
        state: its state, in the contract's word.
    """

    def __init__(self, key: SagaKey, refused: CommandRefused) -> None:
        super().__init__(str(refused))
        self.key = key
        self.state = str(refused.state)


class StepNotPending(ApiError):
    """The step waits for no outcome, or has another one.

    Attributes:
        key: the saga.
        step_id: the step.
        state: the step's state, in the contract's word.
    """

    def __init__(self, key: SagaKey, step_id: str, refused: CommandRefused) -> None:
        super().__init__(str(refused))
        self.key = key
        self.step_id = step_id
        self.state = str(refused.state)


class WatcherTooSlow(ApiError):
    """A watcher did not take its events in time.

    Attributes:
        after_sequence: the last sequence that was handed over: resume after it.
    """

    def __init__(self, after_sequence: int) -> None:
        super().__init__(f"the events were not read in time; watch again with after_sequence {after_sequence}")
        self.after_sequence = after_sequence


class TokenRequired(ApiError):
    """An RPC that needs a token came without one."""

    def __init__(self) -> None:
        super().__init__("this needs a bearer token: metadata `authorization: Bearer <token>`")


class TokenInvalid(ApiError):
    """What was shown as a token is none, or none any more; which of them is nobody's business."""

    def __init__(self) -> None:
        super().__init__("the bearer token is not valid here")


class RoleMissing(ApiError):
    """The caller is known, and may not do this in this namespace.

    Attributes:
        role: the least role that may.
        namespace: as the request named it.
    """

    def __init__(self, role: str, namespace: str) -> None:
        super().__init__(f"this needs the role {role!r}, or one above it, in the namespace of the request")
        self.role = role
        self.namespace = namespace


class NotObserving(ApiError):
    """This server observes no bus, or can't reach it, and a dead letter of the bus was to be delivered again.

    Attributes:
        key: the saga that it holds up.
    """

    def __init__(self, key: SagaKey, fault: str = "") -> None:
        """Say so.

        Args:
            key: the saga.
            fault: why the bus can't be reached; empty: this server observes none.
        """
        remedy = (
            f"its dead letter can't be delivered again now, and holds it up as before: {fault}. Retry once the bus is back"
            if fault
            else "this server observes no bus: start it with --observe, or replay the dead letter with `sagaway "
            "choreography replay`"
        )
        super().__init__(f"saga {key.saga_id!r} is choreographed, and {remedy}")
        self.key = key
