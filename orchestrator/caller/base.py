"""How the engine reaches participants: a contract, so that the engine runs the same over gRPC and in a simulation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from orchestrator.core.model import ExecuteOutcome, Payload, SagaKey
from orchestrator.core.outcome import CompensateAnswer, ExecuteAnswer, SealAnswer

DEFAULT_LIMIT = 64
"""Calls at once to a participant, where nothing was said."""


@dataclass(frozen=True, slots=True)
class ActionLimits:
    """How much of one action a participant takes, within its own limits.

    Attributes:
        calls: at most this many calls at once; 0: as many as the participant takes.
        rate: at most this many calls a second; 0: as many as there are.
    """

    calls: int = 0
    rate: float = 0


_NO_ACTIONS: Mapping[str, ActionLimits] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a participant takes.

    Attributes:
        calls: at most this many calls at once, from 1.
        rate: at most this many calls a second; 0: as many as there are.
        actions: what is less for single actions, by name.
    """

    calls: int = DEFAULT_LIMIT
    rate: float = 0
    actions: Mapping[str, ActionLimits] = field(default_factory=lambda: _NO_ACTIONS)


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt of one phase of one operation, or a Seal of the operation.

    Attributes:
        key: the saga.
        definition_name: its definition.
        definition_version: its definition's version.
        step_id: the step.
        participant: registered name of who is called.
        action: what it does or undoes.
        run: the step's run.
        operation_key: what the barrier makes happen once.
        idempotency_key: `operation_key` and the phase.
        attempt: number of the attempt, from 1.
        claim: how many owners the saga has had.
        first_sent_time: when the Execute's intent was logged, microseconds.
        not_after_time: after this an Execute must have no effect, microseconds.
        completion_token: lets the participant report a Pending outcome.
        labels: the saga's labels.
        timeout: this attempt's deadline from now, microseconds.
        input: the step's resolved input.
        output: the Execute's output where it is known; only for Compensate.
        outcome: what is known of the Execute; only for Compensate.
        traceparent: W3C trace context, or empty.
        wanted: False once it is not to be sent any more; asked at the moment it leaves.
    """

    key: SagaKey
    definition_name: str
    definition_version: int
    step_id: str
    participant: str
    action: str
    run: int
    operation_key: str
    idempotency_key: str
    attempt: int
    claim: int
    first_sent_time: int
    not_after_time: int
    completion_token: str
    labels: Mapping[str, str]
    timeout: int
    input: Payload
    output: Payload | None = None
    outcome: ExecuteOutcome = ExecuteOutcome.UNKNOWN
    traceparent: str = ""
    wanted: Callable[[], bool] = field(default=lambda: True, compare=False)


class Caller(Protocol):
    """Calls participants. One attempt a call: retries are the engine's, persisted."""

    async def execute(self, call: Call) -> ExecuteAnswer:
        """Send one Execute and return what its answer says.

        Never raises but `asyncio.CancelledError` (which cancels the call on the wire): every error is a `Failed`.
        A participant that is not registered is a `Failed` with code UNIMPLEMENTED.
        """

    async def compensate(self, call: Call) -> CompensateAnswer:
        """Send one Compensate and return what its answer says; as `execute`."""

    async def seal(self, call: Call) -> SealAnswer:
        """Ask to seal an operation and return what the answer says; as `execute`.

        A participant that does not offer it is not asked: a `Failed` with code UNIMPLEMENTED.
        """

    def limits(self, namespace: str, participant: str) -> Limits:
        """Return how much a participant takes; asked at every call, so it must be quick and must not raise."""
