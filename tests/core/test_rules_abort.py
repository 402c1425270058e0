"""DESIGN section 5: *What is compensated on abort*."""

from __future__ import annotations

from orchestrator.core import events as e
from orchestrator.core.model import Cause, ExecuteOutcome, SagaState, StepState
from tests.core.stories import (
    HOUR,
    MINUTE,
    Story,
    refusal,
    step,
    told,
)

# What is compensated ------------------------------------------------------------------------------------------------


def test_everything_possibly_done_is_compensated_in_reverse_order() -> None:
    story = Story(step("a"), step("b"), step("c"))
    story.completes("a")
    story.completes("b")
    story.rejects("c")
    for name in ("b", "a"):
        assert list(story.on_wire) == [name], "a step waits for what came after it"
        story.undoes(name)
    assert story.intended_to_undo == ["b", "a"]
    assert story.state is SagaState.COMPENSATED


def test_the_reverse_order_is_that_of_the_graph_and_independent_steps_go_back_side_by_side() -> None:
    story = Story(
        step("a", after=()),
        step("b", after=("a",)),
        step("c", after=("a",)),
        step("d", after=("b", "c")),
        step("e", after=("c",)),
    )
    for name in "abc":
        story.completes(name)
    story.completes("e")
    story.rejects("d")
    assert set(story.on_wire) == {"b", "e"}
    story.undoes("b")
    assert set(story.on_wire) == {"e"}
    story.undoes("e")
    assert set(story.on_wire) == {"c"}
    story.undoes("c", "a")
    assert story.state is SagaState.COMPENSATED


def test_a_step_that_failed_with_a_permanent_code_is_compensated_itself() -> None:
    story = Story(step("a"), step("b"))
    story.completes("a")
    story.fails("b", "INVALID_ARGUMENT")
    assert story.step("b") is StepState.COMPENSATING
    assert story.saga.cause is Cause.FAILED
    story.undoes("b", "a")
    assert story.state is SagaState.COMPENSATED


def test_a_step_that_used_up_its_attempts_is_compensated_itself() -> None:
    story = Story(step("a", attempts=3))
    story.exhausts("a")
    assert story.sent == ["Execute a 1", "Execute a 2", "Execute a 3", "Compensate a 1"]
    assert story.saga.cause is Cause.ATTEMPTS_EXHAUSTED


def test_a_step_under_way_when_the_saga_times_out_is_compensated_itself() -> None:
    story = Story(step("a"), timeout=HOUR)
    story.fails("a", "DEADLINE_EXCEEDED")
    story.hold = True
    story.wait(HOUR)
    assert story.told == ["SagaTimedOut", "CompensationStarted", "CompensationIntended a"]
    assert story.saga.cause is Cause.TIMED_OUT


def test_a_confirmed_rejection_exempts_the_step() -> None:
    story = Story(step("a"), step("b"))
    story.completes("a")
    story.rejects("b")
    assert story.step("b") is StepState.REJECTED
    story.undoes("a")
    assert story.intended_to_undo == ["a"]
    assert (story.state, story.saga.cause) == (SagaState.COMPENSATED, Cause.REJECTED)


def test_a_rejection_after_an_unknown_attempt_is_compensated() -> None:
    story = Story(step("a"))
    story.fails("a", "DEADLINE_EXCEEDED")
    story.wait(MINUTE)
    story.rejects("a")
    assert story.told[0] == "StepFailed a"
    assert story.intended_to_undo == ["a"]
    assert story.saga.cause is Cause.REJECTED


def test_a_rejection_after_an_unknown_attempt_exempts_where_replies_are_stable() -> None:
    story = Story(step("a", stable=True))
    story.fails("a", "DEADLINE_EXCEEDED")
    story.wait(MINUTE)
    story.rejects("a")
    assert told(story.log[-3:]) == ["StepRejected a", "CompensationStarted", "SagaCompensated"]


def test_an_attempt_that_a_dead_owner_left_on_its_way_is_of_unknown_outcome() -> None:
    story = Story(step("a"))
    story.takeover()
    assert story.sent == ["Execute a 1", "Execute a 2"]
    story.rejects("a")
    assert story.intended_to_undo == ["a"]


def test_what_a_dead_owner_left_on_its_way_is_known_after_a_sleep_too() -> None:
    story = Story(step("a"))
    story.takeover()
    story.pends("a")
    story.sleep()
    story.reports("a", refusal())
    assert story.intended_to_undo == ["a"]


def test_a_question_that_a_dead_owner_left_on_its_way_is_known_after_a_sleep_too() -> None:
    story = Story(step("a"))
    story.pends("a")
    story.wait(MINUTE)
    assert story.sent[-1] == "Execute a 2"
    story.hold = True
    story.takeover()
    story.sleep()
    story.reports("a", refusal())
    assert story.intended_to_undo == ["a"]


def test_a_takeover_costs_no_event_where_replies_are_stable() -> None:
    story = Story(step("a", stable=True))
    story.takeover()
    assert story.new == ()
    assert story.sent[-1] == "Execute a 2"


def test_an_ended_saga_is_left_alone_by_a_takeover() -> None:
    story = Story(step("a", effect_free=True), step("b"), hold=True)
    story.takeover()
    story.cancel()
    assert story.state is SagaState.COMPENSATED
    story.takeover()
    assert story.new == ()


def test_a_refusal_to_a_question_leaves_the_accepted_attempt_possibly_done() -> None:
    story = Story(step("a"))
    story.pends("a")
    story.wait(MINUTE)
    story.rejects("a")  # this delivery was refused; of the accepted one that says nothing
    assert story.intended_to_undo == ["a"]


def test_an_effect_free_step_is_never_compensated() -> None:
    story = Story(step("a"), step("check", effect_free=True), step("b"))
    story.completes("a")
    story.completes("check")
    story.rejects("b")
    story.undoes("a")
    assert story.intended_to_undo == ["a"]
    assert story.state is SagaState.COMPENSATED


def test_an_effect_free_step_does_not_break_the_reverse_order_round_it() -> None:
    story = Story(step("a"), step("check", effect_free=True), step("b"), step("c"))
    for name in ("a", "check", "b"):
        story.completes(name)
    story.rejects("c")
    assert list(story.on_wire) == ["b"]
    story.undoes("b")
    assert list(story.on_wire) == ["a"]


def test_an_effect_free_step_that_fails_aborts_and_is_not_compensated() -> None:
    story = Story(step("a"), step("check", effect_free=True))
    story.completes("a")
    story.fails("check", "NOT_FOUND")
    story.undoes("a")
    assert story.intended_to_undo == ["a"]
    assert story.state is SagaState.COMPENSATED


def test_a_step_that_its_owner_never_sent_is_struck_in_the_aborts_own_commit() -> None:
    story = Story(step("a", after=()), step("b", after=()), hold=True)
    story.send()
    story.unsent = {"b"}
    del story.on_wire["b"]  # it waits at its participant's limit
    story.rejects("a")
    assert story.told == ["StepRejected a", "CompensationStarted", "SagaCompensated"]
    assert isinstance(story.new[1], e.CompensationStarted)
    assert story.new[1].struck == ("b",)
    assert story.step("b") is StepState.STRUCK


def test_a_step_intended_and_aborted_in_one_decision_is_struck() -> None:
    story = Story(
        step("a", after=()), step("b", after=("a",)), step("c", after=("a",), template="${steps.a.output.missing}")
    )
    story.completes("a")
    assert story.step("b") is StepState.STRUCK
    assert "Execute b 1" not in story.sent
    assert "Compensate b 1" not in story.sent


def test_a_step_that_was_sent_once_is_not_struck() -> None:
    story = Story(step("a", after=()), step("b", after=()))
    story.fails("b")
    story.rejects("a")
    assert story.intended_to_undo == ["b"]


def test_the_compensation_is_told_what_is_known_of_the_execute() -> None:
    story = Story(step("a"), step("b"), step("c", after=("b",)), step("d", after=("b",)))
    story.completes("a")
    story.completes("b")
    story.pends("c")
    story.fails("d", "OUT_OF_RANGE")
    story.undoes("c", "d", "b", "a")
    outcomes = {event.step_id: event.outcome for event in story.log if isinstance(event, e.CompensationIntended)}
    assert outcomes == {
        "a": ExecuteOutcome.COMPLETED,
        "b": ExecuteOutcome.COMPLETED,
        "c": ExecuteOutcome.PENDING,
        "d": ExecuteOutcome.UNKNOWN,
    }
