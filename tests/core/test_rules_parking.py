"""Parking: what is due and can't be sent waits in the log, and is to everything else what a waiting step is."""

from __future__ import annotations

from orchestrator.core.commands import ExecuteAnswered
from orchestrator.core.model import Cause, SagaState, Signature, StepState
from orchestrator.core.operations import Action, Operate
from orchestrator.core.outcome import Pending
from orchestrator.core.retry import SECOND
from tests.core.stories import COMPENSATE, DAY, HOUR, MINUTE, PIVOT, Story, completion, failed, step

BY = Signature("why not", "ann")


def parked(*, attempts: int = 3, timeout: int = DAY) -> Story:
    """A saga whose second step is parked from its intent on."""
    story = Story(step("a"), step("b", attempts=attempts), timeout=timeout)
    story.held.add("b")
    story.completes("a")
    return story


def test_what_is_due_and_held_is_parked_in_the_commit_that_makes_it_due() -> None:
    story = parked()
    assert story.told == ["StepCompleted a", "StepIntended b", "StepParked b"]
    assert story.due == []
    story.unpark()
    assert story.told == ["StepUnparked b"]
    assert story.sent == ["Execute a 1", "Execute b 1"]


def test_parking_costs_neither_attempts_nor_time_between_them() -> None:
    story = parked()
    story.unpark()
    for _ in range(20):
        story.held.add("b")
        story.wait(HOUR)  # on the wire: not parked
        assert story.told == []
    story.fails("b")
    assert story.told == ["ExecuteAttemptFailed b"], "its next attempt is not due yet"
    story.wait(SECOND)
    assert story.told == ["StepParked b"]
    used = story.saga.steps["b"].execute_used
    story.wait(3 * HOUR)
    story.unpark()
    assert story.sent[-1] == "Execute b 2"
    assert story.saga.steps["b"].execute_used == used == 1


def test_an_attempt_that_asks_whether_its_participant_is_back_costs_nothing() -> None:
    story = Story(step("a", attempts=2))
    for number in range(1, 5):
        story.on_wire.clear()
        story.command(ExecuteAnswered("a", 1, number, failed("UNAVAILABLE"), probe=True))
        story.wait(MINUTE)
    assert (story.step("a"), story.saga.steps["a"].execute_used) == (StepState.EXECUTING, 0)
    assert story.saga.steps["a"].unknown_attempt, "it may have had its effect like any other"
    story.exhausts("a")
    assert story.saga.cause is Cause.ATTEMPTS_EXHAUSTED


def test_only_its_own_timers_wake_a_parked_saga() -> None:
    story = parked(timeout=HOUR)
    assert story.next_time == story.saga.timeout_time
    story.wait(MINUTE)
    assert story.told == []
    story.unpark()
    story.fails("b")
    story.held.add("b")
    story.wait(MINUTE)
    assert story.next_time == story.saga.timeout_time


def test_a_parked_step_is_possibly_done_when_the_saga_is_aborted() -> None:
    story = parked(timeout=HOUR)
    story.sleep()
    story.wait(HOUR)
    assert story.told == ["SagaTimedOut", "CompensationStarted", "CompensationIntended b", "StepParked b"]
    assert story.saga.cause is Cause.TIMED_OUT
    story.unpark()
    story.undoes("b", "a")
    assert story.state is SagaState.COMPENSATED


def test_a_parked_step_that_its_owner_never_sent_is_struck() -> None:
    story = parked()
    story.cancel()
    assert story.told[:2] == ["CancelRequested", "CompensationStarted"]
    assert story.step("b") is StepState.STRUCK
    assert story.intended_to_undo == ["a"]


def test_a_compensation_is_parked_like_an_execute() -> None:
    story = Story(step("a"), step("b"))
    story.completes("a")
    story.held |= {"a", "b"}
    story.rejects("b")
    assert story.told == ["StepRejected b", "CompensationStarted", "CompensationIntended a", "StepParked a"]
    assert story.next_time is None
    story.wait(30 * DAY)
    story.unpark()
    assert story.sent[-1] == "Compensate a 1"
    story.undoes("a")
    assert story.state is SagaState.COMPENSATED


def test_a_report_ends_the_waiting_of_a_parked_step() -> None:
    story = parked()
    story.reports("b", completion())
    assert story.state is SagaState.COMPLETED
    story.unpark()
    assert story.told == []


def test_what_was_parked_forward_is_not_unparked_on_the_way_back() -> None:
    story = Story(step("a", after=()), step("b", after=()), step("c", after=("a",)))
    story.held.add("b")
    story.fails("b")
    story.wait(MINUTE)
    assert story.told == ["StepParked b"]
    story.completes("a")
    story.rejects("c")
    assert "CompensationIntended b" in story.told
    assert story.told[-1] == "StepParked b"
    story.unpark()
    assert story.told == ["StepUnparked b"]
    assert story.sent[-1] == "Compensate b 1"


def test_a_pivot_is_parked_and_its_saga_stays_where_it_is() -> None:
    story = Story(step("a"), step("b", kind=PIVOT), timeout=HOUR)
    story.held.add("b")
    story.completes("a")
    story.wait(2 * HOUR)
    assert story.told == ["SagaTimedOut"]
    assert story.next_time is None
    story.unpark()
    story.completes("b")
    assert story.state is SagaState.COMPLETED


def test_a_question_to_a_pending_step_is_not_parked() -> None:
    story = Story(step("a"))
    story.pends("a")
    story.held.add("a")
    story.wait(MINUTE)
    assert story.told == []
    story.answers("a", Pending())
    story.reports("a", completion())
    assert story.state is SagaState.COMPLETED


def test_a_paused_saga_parks_and_unparks_nothing() -> None:
    story = parked()
    story.command(Operate(Action.PAUSE_SAGA, BY))
    story.unpark()
    assert story.told == []
    story.command(Operate(Action.RESUME_SAGA, BY))
    assert story.due == []
    story.unpark()
    assert story.told == ["StepUnparked b"]


def test_a_takeover_knows_that_a_parked_step_was_not_on_its_way() -> None:
    story = parked()
    story.takeover()
    assert story.told == []
    story.unpark()
    story.rejects("b")
    assert story.step("b") is StepState.REJECTED


def test_a_parked_saga_is_told_to_unpark_for_its_own_participant_only() -> None:
    story = parked()
    story.unpark("another")
    assert story.told == []
    assert story.saga.steps["b"].parked_time == story.now
    assert not any(send.phase is COMPENSATE for send in story.due)
