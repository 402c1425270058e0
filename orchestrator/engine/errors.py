"""What the engine refuses, by name; the API turns each into a rich status."""

from __future__ import annotations

from datetime import UTC, datetime

from orchestrator.core.definition import SagaDefinition
from orchestrator.core.model import SagaKey
from orchestrator.core.retry import SECOND
from orchestrator.store.base import LogUnavailable, Purged


class EngineError(Exception):
    """The root of the engine's errors."""


class SagaNotFound(EngineError):
    """No such saga.

    Attributes:
        key: its name.
        purged: what stays of it if it was purged; None: there was none, as far as the log remembers.
    """

    def __init__(self, key: SagaKey, purged: Purged | None) -> None:
        fate = f"there is no saga {key.saga_id!r} in namespace {key.namespace!r}"
        if purged is not None:
            ended, gone = _instant(purged.end_time), _instant(purged.purge_time)
            fate += f" any more: it ended {purged.state} at {ended} and was purged at {gone}; its id stays taken"
        super().__init__(fate)
        self.key = key
        self.purged = purged


class SagaExists(EngineError):
    """The saga's id is taken by another request."""

    def __init__(self, key: SagaKey) -> None:
        super().__init__(
            f"saga {key.saga_id!r} in namespace {key.namespace!r} was started by another request "
            "(another definition, version, input or labels); use another saga_id, or repeat the first request exactly"
        )
        self.key = key


class SagaQuarantined(EngineError):
    """The saga is put aside because its log can't be read or written."""

    def __init__(self, key: SagaKey, reason: str) -> None:
        super().__init__(f"saga {key.saga_id!r} in namespace {key.namespace!r} is in quarantine: {reason}")
        self.key = key
        self.reason = reason


class SagaChoreographed(EngineError):
    """Participants carry the saga on by themselves: nobody drives it."""

    def __init__(self, key: SagaKey) -> None:
        super().__init__(
            f"saga {key.saga_id!r} in namespace {key.namespace!r} is choreographed: its participants carry it on, and it "
            "is only observed; tell them by an event that they react to"
        )
        self.key = key


class DefinitionChoreographed(EngineError):
    """The definition is a choreography, and was to be used as one that the orchestrator drives.

    Attributes:
        name: the definition.
        version: its version; 0: all.
    """

    def __init__(self, definition: SagaDefinition, what: str) -> None:
        assert definition.choreography is not None, "only a choreography is refused"
        super().__init__(f"{definition.name!r} is a choreography: {what}")
        self.name = definition.name
        self.version = definition.version


def _instant(time: int) -> str:
    return datetime.fromtimestamp(time // SECOND, UTC).isoformat().replace("+00:00", "Z")


def start_refused(definition: SagaDefinition) -> DefinitionChoreographed:
    """Return why no saga is started with a choreography, and how one is."""
    assert definition.choreography is not None, "only a choreography is refused"
    types = sorted(definition.choreography.starts or definition.choreography.outside)
    named = types[0] if len(types) == 1 else f"one of {', '.join(types)}"
    return DefinitionChoreographed(definition, f"its sagas are started by an event; publish {named} instead")


class CompletionTokenInvalid(EngineError):
    """The completion token is not that of the operation."""

    def __init__(self, key: SagaKey) -> None:
        super().__init__("the completion token does not belong to this saga, step, run and phase")
        self.key = key


class Overloaded(EngineError):
    """Too much is under way; nothing was written.

    Attributes:
        retry_after: when to ask again, microseconds from now.
    """

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Draining(EngineError):
    """The server is shutting down; nothing was written."""

    def __init__(self) -> None:
        super().__init__("the server is shutting down; ask another replica, or ask again once it is back")


class TooManyWatchers(EngineError):
    """There are more watchers than the limit allows."""


class DefinitionExists(EngineError):
    """A definition's name and version stand with other content."""

    def __init__(self, name: str, version: int) -> None:
        super().__init__(
            f"definition {name!r} version {version} is registered with other content; definitions are immutable: "
            "register the change as a new version"
        )
        self.name = name
        self.version = version


class DefinitionPaused(EngineError):
    """All versions of a definition are paused together, so one of them can't be resumed.

    Attributes:
        name: the definition.
        version: the version that was to be resumed.
    """

    def __init__(self, namespace: str, name: str, version: int) -> None:
        super().__init__(
            f"all versions of definition {name!r} in namespace {namespace!r} are paused together; resume them all "
            f"(version 0), after pausing one by one those that should wait: version {version} can't be resumed alone"
        )
        self.name = name
        self.version = version


def unless_outage(error: Exception) -> Exception | None:
    """Return an error for the log to show with its traceback; None for an outage, whose traceback tells nobody anything."""
    return None if isinstance(error, LogUnavailable) else error
