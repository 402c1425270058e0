"""The rules of leaving a run behind: a step that a person wants left out, or run anew with other input."""

from __future__ import annotations

import pytest

from orchestrator.core.commands import Report
from orchestrator.core.errors import CommandRefused
from orchestrator.core.intents import MAX_PAYLOAD
from orchestrator.core.model import Cause, Payload, SagaState, Signature, StepState
from orchestrator.core.operations import Action, Legal, Operate, legal_actions
from orchestrator.core.outcome import Pending
from tests.core.stories import COMPENSATE, EXECUTE, HOUR, MINUTE, PIVOT, RETRYABLE, Story, completion, refusal, step

BY = Signature("mended", "ann", "ops")
OTHER = Payload(json='{"to": "Riga"}')
PAUSE, RESUME = Operate(Action.PAUSE_SAGA, BY), Operate(Action.RESUME_SAGA, BY)


def skip(step_id: str, *, sealed_run: int = 0) -> Operate:
    return Operate(Action.SKIP_STEP, BY, step_id=step_id, sealed_run=sealed_run)


def run_anew(step_id: str, given: Payload = OTHER, *, sealed_run: int = 0) -> Operate:
    return Operate(Action.RETRY_STEP_WITH_INPUT, BY, step_id=step_id, payload=given, sealed_run=sealed_run)


def past_the_pivot(*, compensatable: bool = True) -> Story:
    """Return a saga at its last but one step; the pivot `p` has completed."""
    mail = step("mail", kind=RETRYABLE, compensatable=compensatable)
    story = Story(step("p", kind=PIVOT), mail, step("z", kind=RETRYABLE))
    story.completes("p")
    return story


def legal(story: Story, step_id: str) -> set[Action]:
    return {one.action for one in legal_actions(story.saga) if one.step_id == step_id}


# A step that is left out ----------------------------------------------------------------------------------------------


def test_a_step_that_is_left_out_is_compensated_first_and_the_saga_goes_on_without() -> None:
    story = past_the_pivot()
    story.exhausts("mail")
    story.command(skip("mail"))
    assert (story.told, story.state, story.sent[-1]) == (
        ["StepSkipRequested mail"],
        SagaState.RUNNING,
        "Compensate mail 1",
    )
    story.undoes("mail")
    assert story.told == ["StepCompensated mail", "StepSkipped mail", "StepIntended z"]
    story.completes("z")
    assert story.state is SagaState.COMPLETED
    assert story.step("mail") is StepState.SKIPPED


def test_a_step_of_which_nothing_stands_is_left_out_at_once() -> None:
    story = past_the_pivot()
    story.answers("mail", refusal())
    story.command(skip("mail"))
    assert story.told == ["StepSkipRequested mail", "StepSkipped mail", "StepIntended z"]
    story = Story(step("p", kind=PIVOT), step("mail", kind=RETRYABLE, template={"x": "${steps.p.output.none}"}))
    story.completes("p", '{"n": 1}')
    assert story.step("mail") is StepState.BLOCKED
    story.command(skip("mail"))
    assert story.told == ["StepSkipRequested mail", "StepSkipped mail", "SagaCompleted"]


def test_a_step_that_was_left_out_has_no_output() -> None:
    last = step("z", kind=RETRYABLE, template={"mail": "${steps.mail.output}"})
    story = Story(step("p", kind=PIVOT), step("mail", kind=RETRYABLE), last)
    story.completes("p")
    story.answers("mail", refusal())
    story.command(skip("mail"))
    assert story.saga.steps["z"].input == Payload(json='{"mail":null}')


def test_a_step_that_is_still_tried_can_be_left_out() -> None:
    """Before any abort; what is on the wire ends first, and means nothing any more."""
    story = Story(step("a"), step("b"))
    story.fails("a")
    story.wait(MINUTE)
    story.command(skip("a"))
    assert story.sent[-1] == "Execute a 2", "two calls of one step on the wire"
    story.completes("a")
    story.send()
    assert story.sent[-1] == "Compensate a 1"
    story.undoes("a")
    assert story.told == ["StepCompensated a", "StepSkipped a", "StepIntended b"]


def test_a_step_that_changes_nothing_is_left_out_at_once() -> None:
    story = Story(step("look", effect_free=True), step("b"))
    story.fails("look")
    story.command(skip("look"))
    assert story.told == ["StepSkipRequested look", "StepStruck look", "StepSkipped look", "StepIntended b"]


def test_a_step_that_was_left_out_is_not_compensated_again() -> None:
    story = Story(step("a"), step("b"))
    story.fails("a")
    story.command(skip("a"))
    story.undoes("a")
    story.rejects("b")
    assert (story.told, story.intended_to_undo) == (["StepRejected b", "CompensationStarted", "SagaCompensated"], [])


# A new run --------------------------------------------------------------------------------------------------------------


def test_other_input_is_a_new_run_once_the_old_one_is_compensated() -> None:
    story = past_the_pivot()
    story.exhausts("mail")
    story.command(run_anew("mail"))
    assert (story.told, story.sent[-1]) == (["NewRunRequested mail"], "Compensate mail 1")
    story.undoes("mail")
    assert story.told == ["StepCompensated mail", "StepIntended mail"]
    assert (story.saga.steps["mail"].run, story.saga.steps["mail"].input) == (2, OTHER)
    assert story.sent[-1] == "Execute mail 1"
    story.completes("mail")
    assert story.told == ["StepCompleted mail", "StepIntended z"]


def test_a_new_run_knows_nothing_of_the_one_before() -> None:
    story = past_the_pivot()
    story.exhausts("mail")
    story.command(run_anew("mail"))
    story.undoes("mail")
    mail = story.saga.steps["mail"]
    assert (mail.execute_used, mail.compensate_attempts, mail.unknown_attempt, mail.last_failure) == (0, 0, False, None)
    story.answers("mail", refusal())
    assert story.step("mail") is StepState.REJECTED, "of its own run, no attempt is of unknown outcome"


def test_a_refused_or_blocked_step_is_run_anew_at_once() -> None:
    story = past_the_pivot()
    story.answers("mail", refusal())
    story.command(run_anew("mail"))
    assert (story.told, story.saga.steps["mail"].run) == (["NewRunRequested mail", "StepIntended mail"], 2)
    story = Story(step("p", kind=PIVOT), step("mail", kind=RETRYABLE, template={"x": "${steps.p.output.none}"}))
    story.completes("p", '{"n": 1}')
    story.command(run_anew("mail"))
    assert (story.told, story.saga.steps["mail"].run) == (["NewRunRequested mail", "StepIntended mail"], 1)


def test_a_new_run_that_is_too_large_is_blocked_and_can_be_given_less() -> None:
    story = past_the_pivot()
    story.answers("mail", refusal())
    story.command(run_anew("mail", Payload(binary=bytes(MAX_PAYLOAD + 1))))
    assert story.told == ["NewRunRequested mail", "StepBlocked mail", "SagaStuck"]
    story.command(run_anew("mail"))
    assert story.told == ["NewRunRequested mail", "StepIntended mail"]


# What can't be undone -------------------------------------------------------------------------------------------------


def test_a_run_that_nothing_takes_back_must_be_sealed() -> None:
    for command in (skip, run_anew):
        story = past_the_pivot(compensatable=False)
        assert not legal(story, "mail") & {Action.SKIP_STEP, Action.RETRY_STEP_WITH_INPUT}, "it is still tried"
        story.exhausts("mail")
        with pytest.raises(CommandRefused) as refused:
            story.command(command("mail"))
        assert refused.value.reason == "STEP_NOT_SEALED"
        story.command(command("mail", sealed_run=1))
        assert story.told[1:] == ["StepStruck mail", *story.told[2:]]
        assert "Compensate mail 1" not in story.sent
        assert story.told[-1] == ("StepIntended z" if command is skip else "StepIntended mail")


def test_the_pivot_is_neither_left_out_nor_run_anew() -> None:
    story = Story(step("a"), step("p", kind=PIVOT))
    story.completes("a")
    assert not legal(story, "p")
    story.exhausts("p")
    assert Legal(Action.RETRY_STEP, "p") in legal_actions(story.saga)
    assert not legal(story, "p") & {Action.SKIP_STEP, Action.RETRY_STEP_WITH_INPUT}


def test_a_compensation_that_fails_leaves_the_saga_stuck_and_is_tried_again() -> None:
    story = past_the_pivot()
    story.exhausts("mail")
    story.command(skip("mail"))
    story.exhausts("mail")
    assert (story.told, story.saga.failure_phase) == (["CompensationFailed mail", "SagaStuck"], COMPENSATE)
    assert legal(story, "mail") == {Action.RETRY_STEP, Action.RESOLVE_STEP_COMPENSATED}
    story.command(Operate(Action.RETRY_STEP, BY, step_id="mail"))
    assert (story.told, story.state) == (["CompensateRetried mail"], SagaState.RUNNING)
    story.undoes("mail")
    assert story.told == ["StepCompensated mail", "StepSkipped mail", "StepIntended z"]


def test_an_asserted_compensation_lets_the_plan_go_on() -> None:
    story = past_the_pivot()
    story.exhausts("mail")
    story.command(run_anew("mail"))
    story.exhausts("mail")
    story.command(Operate(Action.RESOLVE_STEP_COMPENSATED, BY, step_id="mail"))
    assert story.told == ["CompensationAsserted mail", "StepIntended mail"]
    assert story.saga.operation is not None
    assert story.saga.operation.run == 1, "the one that is to be sealed"


def test_a_pending_compensation_on_the_way_forward_times_out() -> None:
    story = past_the_pivot()
    story.exhausts("mail")
    story.command(skip("mail"))
    story.answers("mail", Pending())
    story.wait(HOUR)
    assert story.told == ["CompensationFailed mail", "SagaStuck"]


# Together with the rest -----------------------------------------------------------------------------------------------


def test_a_saga_that_is_aborted_meanwhile_goes_back_and_the_plan_with_it() -> None:
    for command in (skip("b"), run_anew("b")):
        story = Story(step("a"), step("b"))
        story.completes("a")
        story.fails("b")
        story.command(command)
        story.cancel()
        assert story.saga.cause is Cause.CANCELLED
        story.undoes("b")
        assert story.told == ["StepCompensated b", "CompensationIntended a"]
        story.undoes("a")
        assert story.state is SagaState.COMPENSATED


def test_a_paused_saga_leaves_nothing_behind_until_it_is_resumed() -> None:
    story = past_the_pivot()
    story.fails("mail")
    story.command(PAUSE)
    story.command(skip("mail"))
    assert (story.told, story.due) == (["StepSkipRequested mail"], [])
    story.command(RESUME)
    assert story.sent[-1] == "Compensate mail 1"


def test_a_report_of_a_run_that_was_left_behind_is_refused() -> None:
    story = past_the_pivot()
    story.pends("mail")
    story.command(run_anew("mail"))
    story.undoes("mail")
    with pytest.raises(CommandRefused, match="run 1 of step 'mail' was left behind") as refused:
        story.command(Report("mail", EXECUTE, completion(), run=1))
    assert refused.value.reason == "STEP_NOT_PENDING"
    story.command(Report("mail", EXECUTE, completion(), run=2))
    assert story.told == ["StepCompleted mail", "StepIntended z"]


def test_steps_beside_it_go_on() -> None:
    story = Story(step("a"), step("b", after=["a"]), step("c", after=["a"]), step("d", after=["b", "c"]))
    story.completes("a")
    story.fails("b")
    story.command(skip("b"))
    story.completes("c")
    assert story.told == ["StepCompleted c"], "the step after both waits"
    story.undoes("b")
    assert story.told == ["StepCompensated b", "StepSkipped b", "StepIntended d"]


def test_the_same_request_again_changes_nothing() -> None:
    story = past_the_pivot()
    story.exhausts("mail")
    story.command(run_anew("mail"))
    seen = story.saga
    story.command(run_anew("mail"))
    assert (story.told, story.saga) == ([], seen)
    story.undoes("mail")
    story.command(run_anew("mail", Payload(json='{"to": "Oslo"}')))
    assert story.told == ["NewRunRequested mail"], "other input is another request"
