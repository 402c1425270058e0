"""What an author's functions are given, and what they may answer besides an output."""

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sagaway.participant.payload import Payload

MAX_REJECTED_MESSAGE_BYTES = 2048

_REASON = re.compile(r"[A-Z][A-Z0-9_]{0,62}")


class ExecuteOutcome(enum.Enum):
    """What is known of an operation's Execute when it is compensated."""

    UNKNOWN = "UNKNOWN"
    """It may or may not have happened, and may still arrive."""
    COMPLETED = "COMPLETED"
    """It has happened."""
    PENDING = "PENDING"
    """It was accepted; its outcome was not reported."""


@dataclass(frozen=True, slots=True)
class StepContext:
    """Which operation a call is about. The fields are those of the contract's `StepContext`.

    Attributes:
        operation_key: what the barrier makes happen once; opaque, the same in both phases and at all attempts.
        idempotency_key: `operation_key` and the phase: pass it on to systems that deduplicate by a key.
        run: the step's run, from 1.
        attempt: which attempt of this phase this is, from 1. Information only: never refuse by it.
        claim: how many owners the saga has had. Information only.
        first_sent_time: when the Execute's intent was made durable (UTC).
        not_after_time: an Execute arriving later has no effect (UTC); None means no limit.
        completion_token: lets its holder report a Pending outcome. Never log it.
        labels: the saga's labels.
    """

    namespace: str
    saga_id: str
    definition_name: str
    definition_version: int
    step_id: str
    action: str
    run: int
    operation_key: str
    idempotency_key: str
    attempt: int
    claim: int
    first_sent_time: datetime | None
    not_after_time: datetime | None
    completion_token: str = field(repr=False)
    labels: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class ExecuteCall:
    """What an action's function is given.

    Attributes:
        context: which operation this is.
        payload: the input as it was sent.
        input: the input's parsed JSON, the bytes of a binary one, or None if there is none.
    """

    context: StepContext
    payload: Payload
    input: Any = field(repr=False)


@dataclass(frozen=True, slots=True)
class CompensateCall:
    """What a compensation's function is given. It is called only if the barrier knows of an Execute to undo.

    Attributes:
        context: which operation this is; its `operation_key` is that of the Execute.
        payload: the Execute's input as it was sent with this Compensate.
        input: its parsed JSON, the bytes of a binary one, or None.
        execute_outcome: what the barrier knows of the Execute: COMPLETED or PENDING.
        output_payload: what the Execute put out: as the barrier has it stored, else as the orchestrator told it,
            else None.
        output: the same, parsed; None if unknown or empty.
    """

    context: StepContext
    payload: Payload
    input: Any = field(repr=False)
    execute_outcome: ExecuteOutcome
    output_payload: Payload | None
    output: Any = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pending:
    """Return this if the outcome will be known later.

    What the function did in its transaction is kept. Report the outcome with `Participant.complete` or
    `Participant.reject` (of a compensation: `Participant.complete_compensation`) in the transaction that makes it so.
    """


class NotFound(Exception):
    """Raise it in an action's probe: there is no trace of the effect, or not yet."""


class Rejected(Exception):
    """A business refusal: raise it in an action, and nothing of what the function did stands.

    The refusal is stored and replayed: for this operation it is final. A compensation must not refuse.

    Args:
        reason: a stable word for programs, UPPER_SNAKE_CASE, at most 63 characters: `INSUFFICIENT_STOCK`.
        message: a sentence for people; cut at 2 KiB.

    Raises:
        ValueError: `reason` is not UPPER_SNAKE_CASE of at most 63 characters.
    """

    def __init__(self, reason: str, message: str = "") -> None:
        super().__init__(reason, message)
        if not _REASON.fullmatch(reason):
            raise ValueError(
                f"the reason {reason[:80]!r} of a Rejected must be UPPER_SNAKE_CASE of at most 63 characters, "
                "such as INSUFFICIENT_STOCK"
            )
        self.reason = reason
        self.message = _cut(message)


def _cut(text: str) -> str:
    """Cut at the limit, and never inside a character."""
    return text.encode(errors="replace")[:MAX_REJECTED_MESSAGE_BYTES].decode(errors="ignore")
