"""What a saga is told: that time has passed, how a call ended, what somebody asks of it. `orchestrator.core.decide` says
which events a command leads to.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestrator.core.model import Phase
from orchestrator.core.operations import Operate
from orchestrator.core.outcome import CompensateAnswer, ExecuteAnswer


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed, or the saga has a new owner: look what is due."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Somebody asks to cancel the saga.

    Attributes:
        reason: why, for people.
    """

    reason: str = ""


@dataclass(frozen=True, slots=True)
class ExecuteAnswered:
    """A call of Execute ended.

    Attributes:
        step_id: the step.
        run: the run it was sent in.
        attempt: its number.
        answer: how it ended.
        probe: True if it was to find out whether its participant is back; then it costs nothing if that is not.
    """

    step_id: str
    run: int
    attempt: int
    answer: ExecuteAnswer
    probe: bool = False


@dataclass(frozen=True, slots=True)
class CompensateAnswered:
    """A call of Compensate ended; the fields are those of `ExecuteAnswered`."""

    step_id: str
    run: int
    attempt: int
    answer: CompensateAnswer
    probe: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """CompleteStep: somebody tells the outcome of a step that may be Pending.

    Attributes:
        step_id: the step.
        phase: the phase it tells about.
        answer: the outcome.
        run: the run it tells about; 0: the present one.
    """

    step_id: str
    phase: Phase
    answer: ExecuteAnswer | CompensateAnswer
    run: int = 0


@dataclass(frozen=True, slots=True)
class Unpark:
    """A participant can take what was parked on it.

    Attributes:
        participant: its name.
    """

    participant: str


Command = Tick | Unpark | Cancel | ExecuteAnswered | CompensateAnswered | Report | Operate
