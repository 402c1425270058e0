"""A choreographed saga follows tables of its own, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from orchestrator.core import events as e
from orchestrator.core.errors import IllegalTransition
from orchestrator.core.machine import evolve
from orchestrator.core.model import TERMINAL, Cause, Failure, Phase, SagaState, Step, StepState
from orchestrator.core.observed_transitions import OBSERVED_SAGA_TRANSITIONS, OBSERVED_STEP_TRANSITIONS
from tests.core.observed import World, ordered
from tests.core.test_machine import EVENTS, STEP_EVENTS, name

STEP = "stock.reserve"
OBSERVED = (
    e.EventObserved(20, "e-2", "/sagaway/participants/stock", "com.example.stock.counted.v1", 10, 7),
    e.DeliveryGivenUp(
        20, STEP, "ordered", "/sagaway/participants/order", 7, Phase.EXECUTE, Failure("", "", "it raised")
    ),
    e.RedeliveryRequested(20, STEP, EVENTS[6].by),  # type: ignore[attr-defined]
)


def of_ours(event: Any) -> Any:
    """Return an event about a step as one about a step that there is."""
    return replace(event, step_id=STEP) if hasattr(event, "step_id") else event


@pytest.mark.parametrize("event", [*map(of_ours, EVENTS), *OBSERVED], ids=name)
@pytest.mark.parametrize("state", SagaState)
def test_a_choreographed_saga_follows_its_table(state: SagaState, event: e.Event) -> None:
    saga = World().see(ordered)
    following = OBSERVED_SAGA_TRANSITIONS[state].get(type(event))
    step_state = next((s for s, row in OBSERVED_STEP_TRANSITIONS.items() if type(event) in row), StepState.WAITING)
    back = following in (SagaState.COMPENSATING, SagaState.COMPENSATED)
    cause = Cause.REJECTED if back and not isinstance(event, e.CompensationStarted) else None
    saga = replace(saga, state=state, cause=cause, steps={**saga.steps, STEP: Step(state=step_state)})
    if following is None:
        with pytest.raises(IllegalTransition, match=f"{name(event)} at sequence {saga.sequence + 1} is not legal"):
            evolve(saga, event)
    else:
        assert evolve(saga, event).state is following


@pytest.mark.parametrize("event", STEP_EVENTS, ids=name)
@pytest.mark.parametrize("state", StepState)
def test_its_steps_follow_theirs(state: StepState, event: e.StepEvent) -> None:
    saga = World().see(ordered)
    legal = next((s for s, row in OBSERVED_SAGA_TRANSITIONS.items() if type(event) in row), None)
    saga = replace(saga, state=legal or SagaState.RUNNING, steps={**saga.steps, STEP: Step(state=state)})
    following = OBSERVED_STEP_TRANSITIONS[state].get(type(event))
    if following is None or legal is None:
        with pytest.raises(IllegalTransition, match="is not legal"):
            evolve(saga, of_ours(event))
    else:
        assert evolve(saga, of_ours(event)).steps[STEP].state is following


def test_nothing_leads_out_of_an_end_and_a_stuck_one_without_a_cause_goes_forward() -> None:
    for state in TERMINAL:
        assert not OBSERVED_SAGA_TRANSITIONS[state]
    stuck = replace(World().see(ordered), state=SagaState.STUCK, failure=Failure("", "NO_PROGRESS", "none"))
    going = evolve(stuck, OBSERVED[0])
    assert (going.state, going.failure) == (SagaState.RUNNING, None)
