"""What must never happen (DESIGN section 10), as checks of a saga against the truth about its effects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from orchestrator.core import events as e
from orchestrator.core.definition import SagaDefinition, StepKind
from orchestrator.core.effects import Send
from orchestrator.core.model import Phase, Saga, SagaState, StepState
from orchestrator.core.standstill import LONGEST
from tests.core.world_models import Operation

_NO_EFFECT = frozenset({StepState.WAITING, StepState.REJECTED, StepState.BLOCKED, StepState.STRUCK})
_UNDONE = _NO_EFFECT | {StepState.COMPENSATED}


def check_send(log: Sequence[e.Event], send: Send) -> None:
    """Check that what is to be sent has its intent in the committed log, and goes the saga's way."""
    intents = [
        event
        for event in log
        if isinstance(event, e.StepIntended | e.CompensationIntended) and event.step_id == send.step_id
    ]
    assert intents, f"{send} without an intent in the log"
    wanted = e.StepIntended if send.phase is Phase.EXECUTE else e.CompensationIntended
    assert isinstance(intents[-1], wanted), f"{send} after {intents[-1]}"
    parking = [event for event in log if isinstance(event, e.StepEvent) and event.step_id == send.step_id]
    assert not isinstance(parking[-1], e.StepParked), f"{send}, which is parked"
    aborted = any(isinstance(event, e.CompensationStarted) for event in log)
    assert aborted is (send.phase is Phase.COMPENSATE), f"{send}, and that the saga was aborted is {aborted}"


def check_event(
    saga: Saga,
    event: e.Event,
    operations: Mapping[str, Operation],
    *,
    unsent: AbstractSet[str],
    on_wire: AbstractSet[str],
    in_doubt: bool = False,
) -> None:
    """Check that ``event`` may follow in ``saga``, whose steps have the effects in ``operations``.

    Args:
        saga: the saga before the event.
        event: the event.
        operations: the truth, by step.
        unsent: steps of which the decider knows that they were never sent.
        on_wire: steps with a call on the wire that the decider waits for.
        in_doubt: True if the log was restored from a backup, and may be behind its participants.
    """
    by_hand = isinstance(event, e.ExecuteRetried) and saga.open
    assert not saga.settled or by_hand, f"{event} after the end"
    if isinstance(event, e.CompensationStarted):
        _check_abort(saga, event, operations, unsent)
    elif isinstance(event, e.CompensationIntended):
        _check_reverse_order(saga, event, on_wire)
    elif isinstance(event, e.StepIntended):
        before = saga.definition.by_id[event.step_id].after
        assert all(saga.steps[name].state is StepState.COMPLETED for name in before), f"{event} too early"
        assert not saga.timed_out or in_doubt or _past_pivot(saga), f"{event} after the time-out"


class Time:
    """A saga's time, reckoned from its events alone: what counts, what is parked, and since when.

    Attributes:
        parked: steps that are parked now, as their last events say.
    """

    def __init__(self, start: int, definition: SagaDefinition) -> None:
        self.parked: set[str] = set()
        self._pauses = definition.pause_timeout_during_outage
        self._end = start + definition.timeout
        self._latest = self._end + (LONGEST if self._pauses else 0)
        self._since = 0

    def end(self, now: int) -> int:
        """Return when it is up, as it looks at ``now``."""
        return min(self._latest, self._end + (self._stood(now) if self.parked else 0))

    def check(self, saga: Saga, event: e.Event) -> None:
        """Check that ``event`` is neither too early nor too late for a saga that stands so, and count on."""
        if isinstance(event, e.SagaTimedOut):
            assert event.time >= self.end(event.time), f"{event} before {self.end(event.time)}"
        if isinstance(event, e.StepIntended) and not _past_pivot(saga) and not saga.timed_out:
            assert event.time < self.end(event.time), f"{event} after {self.end(event.time)}"
        before = bool(self.parked)
        if isinstance(event, e.StepParked):
            self.parked.add(event.step_id)
        elif isinstance(event, e.StepEvent):
            self.parked.discard(event.step_id)
        if before and not self.parked:
            self._end += self._stood(event.time)
        elif self.parked and not before:
            self._since = event.time

    def _stood(self, now: int) -> int:
        return max(0, now - self._since) if self._pauses else 0

    def check_not_up(self, saga: Saga, now: int) -> None:
        """Check of a decision's saga that its time is not up without its having said so."""
        if saga.state in (SagaState.PENDING, SagaState.RUNNING) and not saga.timed_out and not _past_pivot(saga):
            assert now < self.end(now), f"its time was up at {self.end(now)}, and nobody has noticed at {now}"


def _check_abort(
    saga: Saga, event: e.CompensationStarted, operations: Mapping[str, Operation], unsent: AbstractSet[str]
) -> None:
    pivot = saga.definition.pivot
    if pivot is not None:
        state = saga.steps[pivot.id].state
        assert state in _NO_EFFECT, f"aborted while the pivot is {state}"
        assert not operations[pivot.id].effect, "aborted, and the pivot stands"
    for step_id in event.struck:
        assert step_id in unsent, f"{step_id} was struck, and was sent"


def _check_reverse_order(saga: Saga, event: e.CompensationIntended, on_wire: AbstractSet[str]) -> None:
    definition = saga.definition
    step = definition.by_id[event.step_id]
    assert step.kind is StepKind.COMPENSATABLE, f"{event} of a {step.kind}"
    assert not step.facts.effect_free, f"{event} of an effect-free step"
    for later in descendants(definition, event.step_id):
        state = saga.steps[later].state
        undone = state in _UNDONE or definition.by_id[later].facts.effect_free
        assert undone, f"{event} before {later}, which is {state}"
        assert later not in on_wire, f"{event} while {later} is on the wire"


def check_state(saga: Saga, log: Sequence[e.Event], operations: Mapping[str, Operation]) -> None:
    """Check what a saga's state promises, also after everything that travelled has arrived."""
    ends = [event for event in log if isinstance(event, e.SagaCompleted | e.SagaCompensated)]
    assert len(ends) == (not saga.open), f"{saga.state} with {len(ends)} terminal events"
    aborted = any(isinstance(event, e.CompensationStarted) for event in log)
    pivot = saga.definition.pivot
    if pivot is not None and saga.steps[pivot.id].state not in _NO_EFFECT:
        assert not aborted, "compensated while the pivot may stand"
        assert saga.state not in (SagaState.COMPENSATING, SagaState.COMPENSATED)
    for step in saga.definition.steps:
        stands = operations[step.id].effect
        if saga.state is SagaState.COMPLETED:
            assert stands, f"COMPLETED without {step.id}"
        elif saga.state is SagaState.COMPENSATED and not step.facts.effect_free:
            assert not stands, f"COMPENSATED, and {step.id} stands"


def descendants(definition: SagaDefinition, step_id: str) -> set[str]:
    """Return the ids of all steps that come after ``step_id``."""
    found: set[str] = set()
    waiting = list(definition.successors[step_id])
    while waiting:
        following = waiting.pop()
        if following not in found:
            found.add(following)
            waiting += definition.successors[following]
    return found


def _past_pivot(saga: Saga) -> bool:
    pivot = saga.definition.pivot
    return pivot is not None and saga.steps[pivot.id].state is StepState.COMPLETED
