"""DESIGN section 5: *Time*, *Limits*, pause, and cancel against completion."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orchestrator.core import due
from orchestrator.core.commands import Cancel, Tick
from orchestrator.core.decide import decide
from orchestrator.core.errors import CommandRefused
from orchestrator.core.intents import MAX_PAYLOAD, MAX_SAGA
from orchestrator.core.model import Cause, Payload, SagaState, StepState
from orchestrator.core.outcome import Pending
from orchestrator.core.retry import SECOND
from tests.core.stories import COMPENSATE, DAY, EXECUTE, HOUR, MINUTE, PIVOT, Story, completion, failed, step, told

# Time ---------------------------------------------------------------------------------------------------------------


def test_before_the_pivot_an_attempt_gets_what_is_left_of_the_sagas_time() -> None:
    story = Story(step("a"), timeout=HOUR)
    one = story.definition.by_id["a"]
    assert due.attempt_timeout(story.saga, one, EXECUTE, story.now) == 10 * SECOND
    assert due.attempt_timeout(story.saga, one, EXECUTE, story.saga.timeout_time - 3 * SECOND) == 3 * SECOND


def test_an_attempt_must_have_no_effect_ten_minutes_after_its_deadline() -> None:
    assert due.not_after_time(1_000 * SECOND, 10 * SECOND) == 1_610 * SECOND


def test_the_saga_timeout_counts_from_the_start_through_queueing() -> None:
    story = Story(step("a"), timeout=HOUR, at_once=False)
    assert story.state is SagaState.PENDING
    assert story.next_time == story.now + HOUR
    story.wait(HOUR)
    assert story.told == ["SagaTimedOut", "CompensationStarted", "SagaCompensated"]
    assert story.sent == []


def test_the_saga_timeout_counts_through_downtime_and_acts_before_resends() -> None:
    story = Story(step("a"), timeout=HOUR)
    story.crash()
    story.now += HOUR
    story.command(Tick())
    assert [name for name in story.told if name != "ExecuteAttemptFailed a"] == [
        "SagaTimedOut",
        "CompensationStarted",
        "CompensationIntended a",
    ]
    assert story.sent == ["Execute a 1", "Compensate a 1"]


def test_the_saga_timeout_is_an_event_and_acts_to_the_microsecond() -> None:
    story = Story(step("a"), timeout=HOUR)
    story.wait(HOUR - 1)
    assert story.new == ()
    assert story.next_time == story.now + 1
    story.wait(1)
    assert story.told[0] == "SagaTimedOut"


def test_a_saga_whose_last_step_completes_after_its_time_is_completed() -> None:
    story = Story(step("a"), timeout=HOUR)
    story.now += HOUR
    story.completes("a")
    assert story.told == ["StepCompleted a", "SagaCompleted"]


def test_a_step_that_completes_after_the_sagas_time_is_undone_if_it_is_not_the_last() -> None:
    story = Story(step("a"), step("b"), timeout=HOUR)
    story.now += HOUR
    story.completes("a")
    assert story.told == ["StepCompleted a", "SagaTimedOut", "CompensationStarted", "CompensationIntended a"]


def test_compensation_has_no_saga_timeout_and_its_own_patient_policy() -> None:
    story = Story(step("a", undo_attempts=50), timeout=MINUTE)
    story.wait(MINUTE)
    story.fails("a")
    for _ in range(49):
        story.fails("a")
        story.wait(DAY)
    assert story.state is SagaState.COMPENSATING
    assert due.attempt_timeout(story.saga, story.definition.by_id["a"], COMPENSATE, story.now) == 30 * SECOND
    story.undoes("a")
    assert story.told == ["StepCompensated a", "SagaCompensated"]


def test_pause_stops_all_sends_and_timers_and_resume_lets_them_act() -> None:
    story = Story(step("a", after=()), step("b", after=()), timeout=HOUR)
    story.fails("a")
    paused = replace(story.saga, paused=True)
    late = story.context._replace(now=story.now + HOUR)
    assert due.sends(paused, late) == []
    assert due.next_time(paused, late) is None
    assert decide(paused, Tick(), late).events == ()
    assert told(decide(paused, Cancel(), late).events) == ["CancelRequested"]
    resumed = replace(paused, paused=False)
    assert told(decide(resumed, Tick(), late).events)[:2] == ["SagaTimedOut", "CompensationStarted"]


def test_a_pending_step_has_a_timeout_of_its_own() -> None:
    story = Story(step("a"), timeout=DAY)
    story.pends("a")
    story.hold = True
    story.wait(HOUR - 1)
    assert story.new == ()
    story.wait(1)
    assert story.told == ["StepFailed a", "CompensationStarted", "CompensationIntended a"]
    assert story.saga.cause is Cause.TIMED_OUT


def test_a_pending_step_times_out_though_a_question_is_on_the_wire() -> None:
    story = Story(step("a"), timeout=DAY)
    story.pends("a")
    since = story.now
    story.wait(MINUTE)
    assert "a" in story.on_wire
    assert story.next_time == since + HOUR
    story.wait(HOUR)
    assert story.told == ["StepFailed a", "CompensationStarted"]


def test_a_pending_compensation_that_is_never_reported_makes_the_saga_stuck() -> None:
    story = Story(step("a"))
    story.cancel()
    story.fails("a")
    story.answers("a", Pending())
    story.hold = True
    story.wait(HOUR)
    assert story.told == ["CompensationFailed a", "SagaStuck"]


def test_a_pending_step_is_asked_again_and_again_at_no_cost() -> None:
    story = Story(step("a", attempts=1))
    story.pends("a")
    for _ in range(5):
        assert story.next_time == story.now + MINUTE
        story.wait(MINUTE)
        assert story.on_wire["a"].poll
        story.fails("a", "UNAVAILABLE")
    assert story.step("a") is StepState.PENDING
    assert told(story.log[3:]) == ["ExecuteAttemptFailed a"], "that an answer was lost is logged once"
    story.wait(MINUTE)
    story.completes("a")
    assert story.state is SagaState.COMPLETED


def test_a_saga_that_moves_by_itself_no_more_is_due_never() -> None:
    story = Story(step("a"))
    story.completes("a")
    assert story.next_time is None
    assert story.due == []


# Limits -------------------------------------------------------------------------------------------------------------


def test_a_payload_over_the_limit_is_no_forward_intent() -> None:
    story = Story(step("a"), step("b", template=["${steps.a.output}", "${steps.a.output}"]))
    story.completes("a", '"' + "x" * (MAX_PAYLOAD * 2 // 3) + '"')
    assert story.told[:3] == ["StepCompleted a", "StepBlocked b", "CompensationStarted"]
    assert story.saga.failure is not None
    assert story.saga.failure.reason == "INPUT_TOO_LARGE"


def test_a_saga_near_its_limit_gets_no_forward_intent_and_is_undone_all_the_same() -> None:
    story = Story(*(step(f"s{number}", undo_attempts=1000) for number in range(20)))
    large = '"' + "x" * (MAX_PAYLOAD - 100) + '"'
    while story.state is SagaState.RUNNING:
        story.completes(next(iter(story.on_wire)), large)
    assert story.saga.failure is not None
    assert story.saga.failure.reason == "SAGA_TOO_LARGE"
    assert story.saga.size <= MAX_SAGA
    while story.state is SagaState.COMPENSATING:
        story.undoes(next(iter(story.on_wire)))
    assert story.state is SagaState.COMPENSATED


def test_many_small_steps_side_by_side_are_within_the_limit() -> None:
    story = Story(*(step(f"s{number}", after=()) for number in range(100)))
    assert len(story.on_wire) == 100


def test_a_saga_output_over_the_limit_is_left_out_and_says_why() -> None:
    story = Story(step("a"), output=["${steps.a.output}", "${steps.a.output}"])
    story.completes("a", '"' + "x" * (MAX_PAYLOAD * 2 // 3) + '"')
    assert story.state is SagaState.COMPLETED
    assert story.saga.output is None
    assert story.saga.failure is not None
    assert story.saga.failure.reason == "OUTPUT_TOO_LARGE"


def test_the_text_of_failures_counts_towards_the_sagas_size() -> None:
    story = Story(step("a", attempts=10))
    before = story.saga.size
    story.answers("a", failed("UNAVAILABLE", "", "x" * 2048))
    after = story.saga.size
    assert after - before > 2048
    story.wait(MINUTE)
    story.answers("a", failed("UNAVAILABLE", "", "x" * 2048))
    assert story.saga.size - after < 300, "a repeated text is not stored again"


def test_a_binary_saga_input_is_handed_on_as_it_is() -> None:
    story = Story(step("a"), saga_input=Payload(binary=b"\x00\xff"))
    assert story.saga.steps["a"].input == Payload(binary=b"\x00\xff")


# Cancel against completion ------------------------------------------------------------------------------------------


def test_a_cancel_before_the_completion_wins_and_the_completion_is_undone() -> None:
    story = Story(step("a"))
    story.cancel()
    story.completes("a")
    story.undoes("a")
    assert (story.state, story.saga.cause) == (SagaState.COMPENSATED, Cause.CANCELLED)


def test_a_completion_before_the_cancel_wins_and_the_cancel_is_told_so() -> None:
    story = Story(step("a"))
    story.completes("a")
    with pytest.raises(CommandRefused, match="it is COMPLETED") as refused:
        story.cancel()
    assert (refused.value.reason, refused.value.state) == ("SAGA_NOT_CANCELLABLE", "COMPLETED")


def test_a_second_cancel_is_ok_and_changes_nothing() -> None:
    story = Story(step("a"))
    story.cancel()
    story.cancel()
    assert story.new == ()


def test_a_cancel_of_a_saga_undone_for_another_reason_is_refused() -> None:
    story = Story(step("a"), step("b"))
    story.completes("a")
    story.rejects("b")
    with pytest.raises(CommandRefused, match="it is COMPENSATING"):
        story.cancel()


def test_a_cancel_of_a_saga_that_waits_for_room_ends_it_at_once() -> None:
    story = Story(step("a"), step("pay", kind=PIVOT), at_once=False)
    story.cancel()
    assert story.state is SagaState.COMPENSATED
    assert story.sent == []


def test_a_saga_that_waited_for_room_begins_at_the_next_look() -> None:
    story = Story(step("a"), at_once=False)
    story.wait(MINUTE)
    assert story.told == ["StepIntended a"]
    story.answers("a", completion())
    assert story.state is SagaState.COMPLETED
