"""A paused definition: what comes is recorded, and nothing follows from it until it is resumed."""

from __future__ import annotations

from orchestrator.core.model import Cause, SagaState, Signature, StepState
from orchestrator.core.operations import Action, Operate
from orchestrator.core.outcome import NOT_WANTED
from orchestrator.core.retry import SECOND
from tests.core.stories import DAY, EXECUTE, HOUR, MINUTE, PIVOT, RETRYABLE, Story, completion, step

BY = Signature("why not", "ann")


def paused(*, timeout: int = DAY, attempts: int = 3) -> Story:
    """A saga whose second step is on the wire when its definition is paused."""
    story = Story(step("a"), step("b", attempts=attempts), step("c"), timeout=timeout)
    story.completes("a")
    story.definition_paused = True
    return story


def resume(story: Story) -> None:
    story.definition_paused = False
    story.wait(0)


def test_a_call_in_flight_is_recorded_and_nothing_follows_it() -> None:
    story = paused()
    story.completes("b")
    assert story.told == ["StepCompleted b"]
    story.wait(HOUR)
    assert (story.told, story.due, story.next_time) == ([], [], None)
    resume(story)
    assert story.told == ["StepIntended c"]
    assert story.sent[-1] == "Execute c 1"


def test_a_failure_is_tried_again_only_when_it_is_resumed() -> None:
    story = paused()
    story.fails("b")
    story.wait(HOUR)
    assert (story.told, story.due) == ([], [])
    resume(story)
    assert story.sent[-1] == "Execute b 2"
    assert story.saga.steps["b"].execute_used == 1


def test_no_timer_acts_until_it_is_resumed() -> None:
    story = paused(timeout=HOUR)
    story.fails("b")
    story.wait(2 * HOUR)
    assert story.told == []
    resume(story)
    assert story.told == ["SagaTimedOut", "CompensationStarted", "CompensationIntended b"]


def test_a_refusal_starts_no_compensation_and_a_compensation_no_other() -> None:
    story = paused()
    story.rejects("b")
    assert story.told == ["StepRejected b"]
    assert story.state is SagaState.RUNNING
    resume(story)
    assert story.told == ["CompensationStarted", "CompensationIntended a"]
    story = Story(step("a"), step("b"), step("c"))
    story.completes("a")
    story.completes("b")
    story.rejects("c")
    story.definition_paused = True
    story.undoes("b")
    assert story.told == ["StepCompensated b"]
    resume(story)
    assert story.told == ["CompensationIntended a"]


def test_even_an_end_waits() -> None:
    story = Story(step("a"))
    story.definition_paused = True
    story.completes("a")
    assert (story.told, story.state) == (["StepCompleted a"], SagaState.RUNNING)
    resume(story)
    assert story.told == ["SagaCompleted"]


def test_nothing_is_intended_of_a_saga_that_has_just_begun() -> None:
    story = Story(step("a"), at_once=False)
    story.definition_paused = True
    story.wait(MINUTE)
    assert (story.told, story.state) == ([], SagaState.PENDING)
    resume(story)
    assert story.told == ["StepIntended a"]


def test_what_people_ask_for_is_recorded_and_acts_when_it_is_resumed() -> None:
    story = paused()
    story.fails("b")
    story.cancel()
    assert story.told == ["CancelRequested"]
    story.command(Operate(Action.PAUSE_SAGA, BY))
    resume(story)
    assert story.told == []
    story.command(Operate(Action.RESUME_SAGA, BY))
    assert story.told == ["SagaResumed", "CompensationStarted", "CompensationIntended b"]
    assert story.saga.cause is Cause.CANCELLED


def test_a_report_is_recorded() -> None:
    story = Story(step("a"), step("b"))
    story.pends("a")
    story.definition_paused = True
    story.reports("a", completion(), EXECUTE)
    assert story.told == ["StepCompleted a"]
    resume(story)
    assert story.told == ["StepIntended b"]


def test_it_parks_and_unparks_nothing() -> None:
    story = paused()
    story.fails("b")
    story.held.add("b")
    story.wait(HOUR)
    assert story.told == []
    resume(story)
    assert story.told == ["StepParked b"]
    story.definition_paused = True
    story.unpark()
    assert story.told == []


def test_a_pivot_in_flight_decides_nothing_meanwhile() -> None:
    story = Story(step("a"), step("b", kind=PIVOT), step("c", kind=RETRYABLE), timeout=HOUR)
    story.completes("a")
    story.definition_paused = True
    story.wait(2 * HOUR)
    story.rejects("b")
    assert story.told == ["StepRejected b"]
    resume(story)
    assert story.told == ["SagaTimedOut", "CompensationStarted", "CompensationIntended a"]
    assert story.saga.cause is Cause.REJECTED


def test_a_takeover_meanwhile_knows_that_a_call_may_have_been_on_its_way() -> None:
    story = paused()
    story.takeover()
    assert story.told == ["ExecuteAttemptFailed b"]
    story.wait(MINUTE)
    assert story.told == []
    story.sleep()
    resume(story)
    assert story.sent[-1] == "Execute b 2"
    assert story.saga.steps["b"].execute_used == 0


def test_so_does_one_that_parks_the_step_or_whose_compensation_waits() -> None:
    story = Story(step("a"))
    story.crash()
    story.held.add("a")
    story.wait(0)
    assert story.told == ["ExecuteAttemptFailed a", "StepParked a"]
    story = Story(step("a"), step("b"))
    story.completes("a")
    story.rejects("b")
    story.crash()
    story.definition_paused = True
    story.wait(0)
    assert story.told == ["CompensateAttemptFailed a"]
    story.sleep()
    resume(story)
    assert story.sent[-1] == "Compensate a 2"
    assert story.saga.steps["a"].compensate_used == 0


def test_an_attempt_that_was_not_sent_after_all_costs_neither_an_attempt_nor_a_pause() -> None:
    story = Story(step("a", attempts=1), step("b"))
    for _ in range(3):
        story.fails("a", "CANCELLED", NOT_WANTED)
        assert story.told == ["ExecuteAttemptFailed a"]
    assert story.saga.steps["a"].execute_used == 0
    story.completes("a")
    story.rejects("b")
    story.fails("a", "CANCELLED", NOT_WANTED)
    assert story.told == ["CompensateAttemptFailed a"]
    assert story.saga.steps["a"].compensate_used == 0
    assert story.sent[-2:] == ["Compensate a 1", "Compensate a 2"]
    assert story.now + SECOND > story.saga.steps["a"].retry_time
    assert story.step("a") is StepState.COMPENSATING
