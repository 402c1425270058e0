"""A saga whose definition says so has its time stand still while a step of it is parked; for seven days at the most."""

from __future__ import annotations

from orchestrator.core import due, standstill
from orchestrator.core.model import SagaState, Signature
from orchestrator.core.operations import Action, Operate
from orchestrator.core.retry import SECOND
from orchestrator.core.standstill import LONGEST
from tests.core.stories import DAY, EXECUTE, HOUR, MINUTE, PIVOT, RETRYABLE, Story, completion, step

BY = Signature("why not", "ann")
TIMED_OUT = ["SagaTimedOut", "CompensationStarted"]


def parked(*, pauses: bool = True, timeout: int = HOUR) -> Story:
    """A saga whose second step is parked ten minutes after its start."""
    story = Story(step("a"), step("b"), timeout=timeout, pauses=pauses)
    story.held.add("b")
    story.now += 10 * MINUTE
    story.completes("a")
    assert story.told == ["StepCompleted a", "StepIntended b", "StepParked b"]
    return story


def test_while_a_step_is_parked_the_sagas_time_stands_still() -> None:
    story = parked()
    story.wait(3 * HOUR)
    assert story.told == []
    story.unpark()
    story.fails("b")
    story.wait(50 * MINUTE - 1)
    assert story.told == []
    story.wait(1)
    assert story.told[:2] == TIMED_OUT
    assert story.saga.stood_still == 3 * HOUR


def test_it_counts_on_unless_the_definition_says_so() -> None:
    story = parked(pauses=False)
    story.wait(50 * MINUTE)
    assert story.told[:2] == TIMED_OUT


def test_what_is_left_of_it_bounds_attempts_meanwhile_and_afterwards() -> None:
    story = parked(timeout=10 * MINUTE + 7 * SECOND)
    one = story.definition.by_id["a"]
    for _ in range(3):
        assert due.attempt_timeout(story.saga, one, EXECUTE, story.now) == 7 * SECOND
        story.wait(HOUR)
    story.unpark()
    assert due.attempt_timeout(story.saga, one, EXECUTE, story.now) == 7 * SECOND
    assert due.attempt_timeout(story.saga, one, EXECUTE, story.now + 3 * SECOND) == 4 * SECOND


def test_steps_that_are_parked_at_once_count_once() -> None:
    story = Story(step("a", after=()), step("b", after=(), participant="another"), timeout=HOUR, pauses=True)
    story.held |= {"a"}
    story.fails("a")
    story.wait(MINUTE)
    assert story.told == ["StepParked a"]
    story.wait(HOUR)
    story.held |= {"b"}
    story.fails("b")
    story.wait(MINUTE)
    assert story.told == ["StepParked b"]
    story.wait(HOUR)
    story.unpark()
    assert story.told == ["StepUnparked a"]
    assert story.saga.still_since, "b is parked yet"
    story.wait(HOUR)
    story.unpark("another")
    assert story.saga.stood_still == 3 * HOUR + MINUTE
    assert story.next_time == story.now + HOUR - MINUTE


def test_whatever_ends_the_parking_lets_it_count_on() -> None:
    story = Story(step("a"), step("b"), step("c"), timeout=HOUR, pauses=True)
    story.held.add("b")
    story.completes("a")
    story.wait(3 * HOUR)
    story.reports("b", completion())
    assert story.told == ["StepCompleted b", "StepIntended c"]
    assert story.next_time == story.now + HOUR


def test_it_stands_still_for_seven_days_at_the_most_in_all() -> None:
    story = parked()
    assert story.next_time == story.saga.timeout_time + LONGEST
    story.wait(5 * DAY)
    story.unpark()
    story.fails("b")
    story.held.add("b")
    story.wait(SECOND)
    assert story.told == ["StepParked b"]
    story.sleep()
    assert story.next_time == story.saga.timeout_time + LONGEST
    story.now = story.saga.timeout_time + LONGEST - 1
    story.wait(0)
    assert story.told == []
    story.wait(1)
    assert story.told[:2] == TIMED_OUT


def test_it_is_derived_from_the_log_whoever_owns_the_saga() -> None:
    story = parked()
    left = standstill.timeout_time(story.saga, story.now) - story.now
    for _ in range(3):
        story.takeover()
        story.wait(HOUR)
        assert story.told == []
        assert standstill.timeout_time(story.saga, story.now) - story.now == left
    story.crash()
    story.unpark()
    assert story.next_time == story.now + left == story.now + 50 * MINUTE


def test_a_pause_by_hand_neither_begins_nor_ends_it() -> None:
    story = parked()
    story.command(Operate(Action.PAUSE_SAGA, BY))
    story.wait(3 * HOUR)
    story.command(Operate(Action.RESUME_SAGA, BY))
    assert story.told == ["SagaResumed"]
    story.unpark()
    story.command(Operate(Action.PAUSE_SAGA, BY))
    story.wait(HOUR)
    story.command(Operate(Action.RESUME_SAGA, BY))
    assert story.told[:3] == ["SagaResumed", *TIMED_OUT], "nothing was parked"


def test_a_parked_pivot_lets_it_stand_still_and_what_comes_after_needs_no_time() -> None:
    story = Story(step("a"), step("b", kind=PIVOT), step("c", kind=RETRYABLE), timeout=HOUR, pauses=True)
    story.held.add("b")
    story.completes("a")
    story.wait(3 * HOUR)
    assert story.told == []
    assert not story.saga.timed_out
    story.unpark()
    story.held.add("c")
    story.completes("b")
    assert story.told == ["StepCompleted b", "StepIntended c", "StepParked c"]
    assert story.next_time is None


def test_once_the_saga_goes_back_nothing_stands_still_any_more() -> None:
    story = parked()
    story.wait(HOUR)
    story.sleep()
    story.cancel()
    assert story.told == ["CancelRequested", "CompensationStarted", "CompensationIntended b", "StepParked b"]
    assert (story.saga.still_since, story.saga.stood_still) == (0, HOUR)
    assert story.next_time is None
    story.unpark()
    story.undoes("b", "a")
    assert story.state is SagaState.COMPENSATED
