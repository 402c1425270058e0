"""DESIGN section 5: the decision to compensate, the order of compensations, and those that fail."""

from __future__ import annotations

import pytest

from orchestrator.core.model import Cause, SagaState, StepState
from orchestrator.core.outcome import Compensated, Pending
from orchestrator.core.transitions import SAGA_TRANSITIONS
from tests.core.stories import (
    COMPENSATE,
    MINUTE,
    Story,
    step,
)

# The decision to compensate -----------------------------------------------------------------------------------------


def test_the_decision_to_compensate_is_in_the_log_before_the_first_compensate_is_sent() -> None:
    story = Story(step("a"), step("b"))
    story.completes("a")
    story.hold = True
    story.rejects("b")
    assert not any(sent.startswith("Compensate") for sent in story.sent)
    assert story.told == ["StepRejected b", "CompensationStarted", "CompensationIntended a"]
    assert [(send.phase, send.step_id) for send in story.due] == [(COMPENSATE, "a")]


_NEVER_FORWARD = (SagaState.COMPENSATING, SagaState.COMPENSATED, SagaState.STUCK, SagaState.ABANDONED)


def test_the_decision_to_compensate_is_never_taken_back() -> None:
    for kind, following in SAGA_TRANSITIONS[SagaState.COMPENSATING].items():
        assert following in _NEVER_FORWARD, kind
    story = Story(step("a", after=()), step("b", after=()))
    story.cancel()
    story.completes("a")
    story.completes("b")
    assert story.state is SagaState.COMPENSATING


def test_after_the_abort_no_new_attempt_of_execute_is_made() -> None:
    story = Story(step("a", after=()), step("b", after=()), step("c", after=("b",)))
    story.fails("a")  # it would be tried again in a while
    story.rejects("b")
    story.wait(MINUTE)
    assert not story.due
    assert [sent for sent in story.sent if sent.startswith("Execute")] == ["Execute a 1", "Execute b 1"]


def test_after_the_abort_a_call_in_flight_is_awaited_and_its_completion_is_undone() -> None:
    story = Story(step("a"), step("b", after=("a",)), step("c", after=("a",)))
    story.completes("a")
    story.rejects("b")
    assert story.intended_to_undo == []
    story.completes("c")
    assert story.told == ["StepCompleted c", "CompensationIntended c"]
    story.undoes("c", "a")
    assert story.state is SagaState.COMPENSATED


@pytest.mark.parametrize("code", ["CANCELLED", "DEADLINE_EXCEEDED", "INVALID_ARGUMENT"])
def test_after_the_abort_a_call_in_flight_that_ends_without_outcome_leaves_its_step_possibly_done(code: str) -> None:
    story = Story(step("a"))
    story.cancel()
    assert story.told == ["CancelRequested", "CompensationStarted"]
    story.fails("a", code)
    assert story.told == ["ExecuteAttemptFailed a", "CompensationIntended a"]


def test_after_the_abort_a_call_in_flight_that_is_rejected_exempts_its_step() -> None:
    story = Story(step("a"))
    story.cancel()
    story.rejects("a")
    assert story.told == ["StepRejected a", "SagaCompensated"]


def test_after_the_abort_a_call_in_flight_that_is_accepted_is_not_awaited_further() -> None:
    story = Story(step("a"))
    story.cancel()
    story.pends("a")
    assert story.told == ["StepPending a", "CompensationIntended a"]


def test_after_the_abort_a_call_in_flight_holds_back_its_own_ancestors_only() -> None:
    story = Story(step("a", after=()), step("b", after=("a",)), step("x", after=()), step("y", after=("x",)))
    story.completes("a")
    story.completes("x")
    story.rejects("y")
    assert story.intended_to_undo == ["x"]


def test_after_a_takeover_one_does_not_wait_for_calls_in_flight() -> None:
    story = Story(step("a", after=()), step("b", after=()))
    story.rejects("a")
    assert story.intended_to_undo == []
    story.takeover()
    assert story.intended_to_undo == ["b"]


def test_a_pending_step_is_not_awaited() -> None:
    story = Story(step("a", after=()), step("b", after=()))
    story.pends("b")
    story.rejects("a")
    assert story.intended_to_undo == ["b"]


def test_a_question_to_a_pending_step_in_flight_is_awaited() -> None:
    story = Story(step("a", after=()), step("b", after=()))
    story.pends("b")
    story.wait(MINUTE)
    story.rejects("a")
    assert story.intended_to_undo == []
    story.fails("b")
    assert story.told == ["CompensationIntended b"]


# Failed compensations -----------------------------------------------------------------------------------------------


def test_a_failed_compensation_holds_back_its_ancestors_only_then_the_saga_is_stuck() -> None:
    story = Story(
        step("a", after=()),
        step("b", after=("a",)),
        step("x", after=()),
        step("y", after=("x",)),
        step("z", after=("b", "y")),
    )
    for name in "abxy":
        story.completes(name)
    story.rejects("z")
    story.exhausts("b")
    assert story.step("b") is StepState.COMPENSATION_FAILED
    assert story.state is SagaState.COMPENSATING
    story.undoes("y", "x")
    assert (story.state, story.saga.failure_step) == (SagaState.STUCK, "b")
    assert story.step("a") is StepState.COMPLETED
    assert story.saga.failure_phase is COMPENSATE


def test_a_stuck_saga_is_not_compensated_and_has_not_ended() -> None:
    story = Story(step("a"))
    story.cancel()
    story.fails("a")
    story.exhausts("a")
    assert story.state is SagaState.STUCK
    assert story.saga.open
    assert story.next_time is None
    assert story.saga.cause is Cause.CANCELLED


def test_a_saga_is_compensated_only_once_every_compensation_has_succeeded() -> None:
    story = Story(step("a", after=()), step("b", after=()), step("c", after=("a", "b")))
    story.completes("a")
    story.completes("b")
    story.rejects("c")
    story.undoes("a")
    assert story.state is SagaState.COMPENSATING
    story.answers("b", Pending())
    assert story.state is SagaState.COMPENSATING
    story.reports("b", Compensated(), COMPENSATE)
    assert story.told == ["StepCompensated b", "SagaCompensated"]
