"""DESIGN section 5: *The pivot* and the steps after it."""

from __future__ import annotations

import pytest

from orchestrator.core import due
from orchestrator.core import events as e
from orchestrator.core.errors import CommandRefused
from orchestrator.core.model import Cause, SagaState, StepState
from orchestrator.core.retry import SECOND
from tests.core.stories import (
    ALL_CODES,
    COMPENSATE,
    DAY,
    EXECUTE,
    HOUR,
    MINUTE,
    PIVOT,
    RETRYABLE,
    Story,
    failed,
    refusal,
    step,
    told,
)


def shop(*, stable: bool = False, timeout: int = DAY, hold: bool = False, attempts: int = 3) -> Story:
    """reserve (compensatable) → pay (pivot) → ship, mail (retryable), at its pivot."""
    story = Story(
        step("reserve"),
        step("pay", kind=PIVOT, stable=stable, attempts=attempts),
        step("ship", after=("pay",), kind=RETRYABLE),
        step("mail", after=("pay",), kind=RETRYABLE),
        timeout=timeout,
    )
    story.hold = hold
    story.completes("reserve")
    return story


def undone(story: Story) -> bool:
    """True if the saga was aborted."""
    return any(isinstance(event, e.CompensationStarted) for event in story.log)


# Before its outcome -------------------------------------------------------------------------------------------------


def test_before_the_pivots_intent_the_saga_is_aborted_by_a_cancel() -> None:
    story = Story(step("reserve"), step("pay", kind=PIVOT))
    story.cancel()
    story.completes("reserve")
    assert story.intended_to_undo == ["reserve"]
    assert story.step("pay") is StepState.WAITING


def test_from_the_pivots_intent_on_a_cancel_is_recorded_and_does_not_abort() -> None:
    story = shop(hold=True)  # not even sent yet
    story.cancel()
    assert story.told == ["CancelRequested"]
    assert story.saga.cancel_requested
    assert story.state is SagaState.RUNNING
    story.cancel()
    assert story.new == ()


def test_from_the_pivots_intent_on_a_timeout_is_recorded_and_does_not_abort() -> None:
    story = shop(timeout=HOUR)
    story.wait(HOUR)
    assert story.told == ["SagaTimedOut"]
    assert story.state is SagaState.RUNNING
    story.wait(HOUR)
    assert story.new == ()


def test_a_pending_pivot_is_not_aborted_either() -> None:
    story = shop()
    story.pends("pay")
    story.cancel()
    assert story.told == ["CancelRequested"]
    assert not undone(story)


@pytest.mark.parametrize("wish", ["cancel", "timeout"])
def test_a_recorded_wish_never_acts_once_the_pivot_completes(wish: str) -> None:
    story = shop(timeout=HOUR)
    if wish == "cancel":
        story.cancel()
    else:
        story.wait(HOUR)
    story.completes("pay")
    assert set(story.on_wire) == {"ship", "mail"}
    story.completes("ship")
    story.completes("mail")
    assert story.state is SagaState.COMPLETED


@pytest.mark.parametrize("wish", ["cancel", "timeout"])
def test_a_recorded_wish_acts_if_the_pivot_proves_rejected(wish: str) -> None:
    story = shop(timeout=HOUR)
    if wish == "cancel":
        story.cancel()
    else:
        story.wait(HOUR)
    story.rejects("pay")
    story.undoes("reserve")
    assert (story.state, story.saga.cause) == (SagaState.COMPENSATED, Cause.REJECTED)


# Its outcome --------------------------------------------------------------------------------------------------------


def test_after_a_completed_pivot_there_is_only_forward_recovery() -> None:
    story = shop()
    story.completes("pay")
    story.exhausts("ship")
    story.completes("mail")
    assert not undone(story)
    assert story.state is SagaState.STUCK


def test_a_confirmed_rejection_of_the_pivot_goes_backward() -> None:
    story = shop()
    story.rejects("pay")
    assert story.told == ["StepRejected pay", "CompensationStarted", "CompensationIntended reserve"]


def test_a_pivot_whose_input_does_not_resolve_goes_backward() -> None:
    story = Story(step("reserve"), step("pay", kind=PIVOT, template="${steps.reserve.output.missing}"))
    story.completes("reserve", "{}")
    assert story.told == [
        "StepCompleted reserve",
        "StepBlocked pay",
        "CompensationStarted",
        "CompensationIntended reserve",
    ]


def test_a_pivots_rejection_after_an_unknown_attempt_is_asked_again_and_goes_not_backward() -> None:
    story = shop()
    story.fails("pay", "DEADLINE_EXCEEDED")
    story.wait(MINUTE)
    story.rejects("pay")
    assert story.told == ["ExecuteAttemptFailed pay"]
    story.wait(MINUTE)
    story.completes("pay")
    assert not undone(story)


def test_a_pivots_rejection_after_an_unknown_attempt_goes_backward_where_replies_are_stable() -> None:
    story = shop(stable=True)
    story.fails("pay", "DEADLINE_EXCEEDED")
    story.wait(MINUTE)
    story.rejects("pay")
    assert undone(story)


def test_a_pivots_rejection_after_a_takeover_goes_not_backward() -> None:
    story = shop()
    story.takeover()
    story.rejects("pay")
    assert not undone(story)


def test_a_pivots_rejection_that_stays_unconfirmed_ends_in_stuck_with_nothing_compensated() -> None:
    story = shop()
    story.fails("pay", "UNAVAILABLE")
    for _ in range(2):
        story.wait(MINUTE)
        story.rejects("pay")
    assert story.state is SagaState.STUCK
    assert story.intended_to_undo == []


@pytest.mark.parametrize("code", sorted(ALL_CODES))
def test_a_pivot_whose_outcome_is_unknown_is_asked_with_the_same_key_then_the_saga_is_stuck(code: str) -> None:
    story = shop()
    operation = due.operation_key("installation", story.saga, "pay")
    for attempt in (1, 2, 3):
        assert story.sent[-1] == f"Execute pay {attempt}"
        assert due.operation_key("installation", story.saga, "pay") == operation
        story.fails("pay", code)
        story.wait(MINUTE)
    assert (story.state, story.saga.failure_step, story.saga.failure_phase) == (SagaState.STUCK, "pay", EXECUTE)
    assert story.step("reserve") is StepState.COMPLETED
    assert not undone(story)


def test_neither_stop_codes_nor_pushback_stop_the_pivot() -> None:
    story = Story(step("pay", kind=PIVOT, stop_codes=("UNAVAILABLE",)))
    story.answers("pay", failed("UNAVAILABLE", no_retry=True))
    assert story.told == ["ExecuteAttemptFailed pay"]
    story.wait(MINUTE)
    assert story.sent[-1] == "Execute pay 2"


def test_a_pending_pivot_that_is_never_reported_ends_in_stuck() -> None:
    story = shop()
    story.pends("pay")
    story.hold = True
    story.wait(HOUR)
    assert story.told == ["StepFailed pay", "SagaStuck"]
    assert story.intended_to_undo == []


def test_a_refusal_to_a_question_does_not_undo_a_pending_pivot() -> None:
    story = shop()
    story.pends("pay")
    story.wait(MINUTE)
    story.rejects("pay")
    assert story.new == ()
    story.reports("pay", refusal())  # of the accepted attempt itself, with nothing else under way
    assert undone(story)


def test_a_reported_refusal_does_not_undo_a_pivot_while_a_question_is_on_the_wire() -> None:
    story = shop()
    story.pends("pay")
    story.wait(MINUTE)
    assert "pay" in story.on_wire
    before = story.saga
    with pytest.raises(CommandRefused, match="another attempt of unknown outcome"):
        story.reports("pay", refusal())
    assert story.saga == before, "and it costs no attempt"
    story.pends("pay")
    with pytest.raises(CommandRefused, match="another attempt of unknown outcome"):
        story.reports("pay", refusal())  # it may have forgotten its refusal, and taken the question for a new start


def test_a_failed_completion_of_the_pivot_ends_in_stuck_with_nothing_compensated() -> None:
    story = shop()
    story.pends("pay")
    story.reports("pay", failed("", "BROKEN"))
    assert story.told == ["StepFailed pay", "SagaStuck"]
    assert story.intended_to_undo == []


# After it -----------------------------------------------------------------------------------------------------------


def test_after_the_pivot_the_saga_timeout_does_not_abort() -> None:
    story = shop(timeout=HOUR)
    story.completes("pay")
    story.wait(2 * DAY)
    assert story.new == ()
    assert not story.saga.timed_out
    story.completes("ship")
    story.completes("mail")
    assert story.state is SagaState.COMPLETED


def test_after_the_pivot_the_saga_timeout_does_not_shorten_deadlines() -> None:
    story = shop(timeout=HOUR)
    story.completes("pay")
    by_id = story.definition.by_id
    for now in (story.saga.timeout_time - SECOND, story.saga.timeout_time + DAY):
        assert due.attempt_timeout(story.saga, by_id["ship"], EXECUTE, now) == 10 * SECOND


def test_the_saga_timeout_does_not_shorten_the_pivots_own_deadline() -> None:
    story = shop(timeout=HOUR)
    now = story.saga.timeout_time - SECOND
    assert due.attempt_timeout(story.saga, story.definition.by_id["pay"], EXECUTE, now) == 10 * SECOND
    assert due.attempt_timeout(story.saga, story.definition.by_id["reserve"], EXECUTE, now) == SECOND


def test_no_pivot_is_intended_once_the_sagas_time_is_up() -> None:
    story = Story(step("reserve"), step("pay", kind=PIVOT), timeout=HOUR)
    story.now += HOUR
    story.completes("reserve")
    assert story.told == [
        "StepCompleted reserve",
        "SagaTimedOut",
        "CompensationStarted",
        "CompensationIntended reserve",
    ]
    assert story.step("pay") is StepState.WAITING


def test_after_the_pivot_cancel_is_failed_precondition() -> None:
    story = shop()
    story.completes("pay")
    with pytest.raises(CommandRefused, match="its pivot has completed, it can only go forward") as refused:
        story.cancel()
    assert (refused.value.reason, refused.value.state) == ("SAGA_NOT_CANCELLABLE", "RUNNING")


def test_a_retryable_step_that_is_rejected_makes_the_saga_stuck() -> None:
    story = shop()
    story.completes("pay")
    story.rejects("ship")
    assert story.state is SagaState.RUNNING, "what is independent goes on"
    story.completes("mail")
    assert (story.state, story.saga.failure_step) == (SagaState.STUCK, "ship")
    assert story.intended_to_undo == []


@pytest.mark.parametrize("code", ["INVALID_ARGUMENT", "UNAVAILABLE"])
def test_a_retryable_step_that_fails_for_good_makes_the_saga_stuck(code: str) -> None:
    story = Story(step("pay", kind=PIVOT), step("ship", kind=RETRYABLE, attempts=1), step("mail", kind=RETRYABLE))
    story.completes("pay")
    story.fails("ship", code)
    assert told(story.log[-2:]) == ["StepFailed ship", "SagaStuck"]
    assert story.step("mail") is StepState.WAITING


def test_a_stuck_saga_says_so_when_it_is_cancelled() -> None:
    story = shop()
    story.exhausts("pay")
    with pytest.raises(CommandRefused, match="it is STUCK"):
        story.cancel()


def test_nothing_is_compensated_while_the_pivot_may_stand() -> None:
    story = shop(timeout=HOUR)
    story.fails("pay", "DEADLINE_EXCEEDED")
    story.cancel()
    story.wait(HOUR)
    story.takeover()
    assert story.intended_to_undo == []
    assert not any(send.phase is COMPENSATE for send in story.due)
