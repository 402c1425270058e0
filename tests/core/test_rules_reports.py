"""DESIGN section 6, *Asynchronous steps*, as far as the core decides: what CompleteStep may say, and when."""

from __future__ import annotations

import pytest

from orchestrator.core.errors import CommandRefused
from orchestrator.core.model import Cause, Phase, SagaState, StepState
from orchestrator.core.outcome import CompensateAnswer, Compensated, Completed, ExecuteAnswer, Failed
from tests.core.stories import COMPENSATE, EXECUTE, MINUTE, Story, completion, failed, refusal, step

BROKEN = failed("", "BROKEN")


def test_a_report_completes_a_pending_step_and_the_saga_goes_on() -> None:
    story = Story(step("a"), step("b"))
    story.pends("a")
    story.reports("a", completion())
    assert story.told == ["StepCompleted a", "StepIntended b"]


def test_a_report_may_come_before_the_pending_answer_it_belongs_to() -> None:
    story = Story(step("a"), step("b"))
    story.reports("a", completion())
    assert story.told == ["StepCompleted a", "StepIntended b"]
    story.pends("a")
    assert story.new == ()


def test_a_reported_refusal_before_the_pending_answer_is_confirmed() -> None:
    story = Story(step("a"))
    story.reports("a", refusal())
    assert story.step("a") is StepState.REJECTED
    assert story.state is SagaState.COMPENSATING, "its call is awaited"
    story.pends("a")
    assert story.told == ["SagaCompensated"]


def test_a_reported_refusal_after_an_unknown_attempt_is_not_confirmed() -> None:
    story = Story(step("a"))
    story.fails("a")
    story.wait(MINUTE)
    story.pends("a")
    story.reports("a", refusal())
    assert story.told == ["StepFailed a", "CompensationStarted", "CompensationIntended a"]
    assert story.saga.cause is Cause.REJECTED


def test_a_reported_refusal_while_a_question_is_on_the_wire_is_not_confirmed() -> None:
    story = Story(step("a"))
    story.pends("a")
    story.wait(MINUTE)
    story.reports("a", refusal())
    assert story.step("a") is StepState.FAILED
    story.completes("a")  # without stable replies the question may have had the effect after all
    assert story.intended_to_undo == ["a"]


def test_a_failed_completion_is_permanent_and_possibly_done() -> None:
    story = Story(step("a"))
    story.pends("a")
    story.reports("a", BROKEN)
    assert story.told == ["StepFailed a", "CompensationStarted", "CompensationIntended a"]
    assert story.saga.cause is Cause.FAILED


def test_a_report_of_a_pending_step_counts_while_the_saga_goes_back() -> None:
    story = Story(step("a", after=()), step("b", after=("a",)), step("c", after=("a",)))
    story.completes("a")
    story.pends("b")
    story.hold = True
    story.wait(MINUTE)
    story.send()
    story.hold = False
    story.rejects("c")
    story.reports("b", completion())
    assert story.told == ["StepCompleted b"]
    story.pends("b")
    assert story.intended_to_undo == ["b"]


@pytest.mark.parametrize(
    ("answer", "other"),
    [(completion(), completion('"other"')), (refusal(), refusal("OTHER")), (BROKEN, failed("", "OTHER"))],
    ids=["completed", "rejected", "failed"],
)
def test_the_same_report_again_is_ok_and_another_one_is_refused(answer: ExecuteAnswer, other: ExecuteAnswer) -> None:
    story = Story(step("a"), step("b"))
    story.pends("a")
    story.reports("a", answer)
    story.reports("a", answer)
    assert story.new == ()
    with pytest.raises(CommandRefused, match="has another one") as refused:
        story.reports("a", other)
    assert refused.value.reason == "STEP_NOT_PENDING"


@pytest.mark.parametrize("answer", [completion(), refusal(), BROKEN], ids=["completed", "rejected", "failed"])
def test_the_same_report_is_ok_however_far_the_saga_has_gone_on(answer: ExecuteAnswer) -> None:
    story = Story(step("a"), step("b"))
    story.fails("a")  # so that a refusal is unconfirmed and compensated
    story.wait(MINUTE)
    story.pends("a")
    story.reports("a", answer)
    if isinstance(answer, Completed):
        story.rejects("b")
    story.reports("a", answer)
    story.fails("a", "INTERNAL")
    story.reports("a", answer)
    story.wait(MINUTE)
    story.undoes("a")
    assert story.state is SagaState.COMPENSATED
    story.reports("a", answer)
    assert story.new == ()


@pytest.mark.parametrize(
    ("answer", "other"), [(Compensated(), BROKEN), (BROKEN, Compensated())], ids=["compensated", "failed"]
)
def test_a_pending_compensation_is_reported_once(answer: CompensateAnswer, other: CompensateAnswer) -> None:
    story = Story(step("a"), step("b"))
    story.completes("a")
    story.rejects("b")
    story.reports("a", answer, COMPENSATE)
    assert story.told[0] == ("CompensationFailed a" if isinstance(answer, Failed) else "StepCompensated a")
    story.reports("a", answer, COMPENSATE)
    assert story.new == ()
    with pytest.raises(CommandRefused):
        story.reports("a", other, COMPENSATE)


def test_a_completion_after_the_compensation_began_is_refused() -> None:
    story = Story(step("a"))
    story.pends("a")
    story.cancel()
    assert story.step("a") is StepState.COMPENSATING
    with pytest.raises(CommandRefused, match="waits for no outcome of EXECUTE"):
        story.reports("a", completion())


def test_a_failure_of_one_phase_is_not_taken_for_the_others() -> None:
    story = Story(step("a"))
    story.pends("a")
    story.reports("a", BROKEN)
    story.reports("a", BROKEN, COMPENSATE)
    assert story.told == ["CompensationFailed a"]
    story.fails("a")
    assert story.told == ["SagaStuck"]
    assert story.saga.failure_phase is COMPENSATE


@pytest.mark.parametrize(("phase", "answer"), [(EXECUTE, completion()), (COMPENSATE, Compensated())])
def test_a_step_that_waits_for_nothing_takes_no_report(phase: Phase, answer: ExecuteAnswer | CompensateAnswer) -> None:
    story = Story(step("a"), step("b"))
    with pytest.raises(CommandRefused, match="step 'b' is WAITING"):
        story.reports("b", answer, phase)
