"""DESIGN section 5: *Intent*, and a saga that stays on its definition."""

from __future__ import annotations

import pytest

from orchestrator.core import events as e
from orchestrator.core import machine
from orchestrator.core.commands import ExecuteAnswered
from orchestrator.core.errors import CommandRefused, IllegalTransition
from orchestrator.core.model import Cause, Payload, SagaState
from tests.core.stories import (
    DAY,
    EXECUTE,
    KEY,
    MINUTE,
    Story,
    completion,
    definition_of,
    failed,
    refusal,
    step,
    told,
)

# Intent -------------------------------------------------------------------------------------------------------------


def test_an_intent_makes_a_step_possibly_done() -> None:
    story = Story(step("a"), hold=True)
    assert told(story.log) == ["SagaStarted", "StepIntended a"]
    assert story.saga.steps["a"].possibly_done
    story.takeover()  # the next owner can't know whether it was sent
    story.cancel()
    assert story.intended_to_undo == ["a"]


def test_a_step_without_an_intent_is_not_possibly_done() -> None:
    story = Story(step("a"), step("b"))
    assert not story.saga.steps["b"].possibly_done
    story.rejects("a")
    assert story.state is SagaState.COMPENSATED
    assert story.sent == ["Execute a 1"]


def test_a_step_is_intended_in_the_commit_of_the_result_it_waited_for() -> None:
    story = Story(step("a"), step("b"), step("c"))
    story.completes("a")
    assert story.told == ["StepCompleted a", "StepIntended b"]


def test_a_step_waits_for_all_its_predecessors_and_independent_steps_run_side_by_side() -> None:
    story = Story(step("a", after=()), step("b", after=()), step("c", after=("a", "b")))
    assert set(story.on_wire) == {"a", "b"}
    story.completes("b")
    assert story.told == ["StepCompleted b"]
    story.completes("a")
    assert story.told == ["StepCompleted a", "StepIntended c"]


def test_the_resolved_input_is_in_the_intent_and_never_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story(step("a", template={"order": "${input.order}"}), saga_input=Payload(json='{"order": 7}'))
    intent = story.log[1]
    assert isinstance(intent, e.StepIntended)
    assert intent.input == Payload(json='{"order":7}')

    def refuse(*_: object) -> object:
        raise AssertionError("the template was resolved again")

    monkeypatch.setattr("orchestrator.core.expressions.Template.resolve", refuse)
    again = machine.fold(KEY, story.definition, story.log)
    story.fails("a")
    story.wait(MINUTE)
    story.takeover()
    assert again.steps["a"].input == story.saga.steps["a"].input == intent.input


def test_a_step_whose_input_does_not_resolve_was_never_sent_and_aborts() -> None:
    story = Story(step("a"), step("b", template="${steps.a.output.missing}"))
    story.completes("a", '{"id": 1}')
    assert story.told[1:3] == ["StepBlocked b", "CompensationStarted"]
    assert story.saga.steps["b"].last_failure is not None
    assert story.saga.steps["b"].last_failure.reason == "INPUT_UNRESOLVED"
    story.undoes("a")
    assert (story.state, story.saga.cause, story.saga.failure_step) == (SagaState.COMPENSATED, Cause.FAILED, "b")
    assert "Compensate b 1" not in story.sent


@pytest.mark.parametrize("output", ["1e400", "NaN", "[" * 100_000, "9" * 5_000], ids=["huge", "nan", "deep", "long"])
def test_an_output_that_json_or_python_cannot_hold_blocks_the_step_that_reads_it(output: str) -> None:
    story = Story(step("a"), step("b", template={"x": "${steps.a.output}"}))
    story.completes("a", output)
    assert "StepBlocked b" in story.told


# A running saga stays on its definition; its output -----------------------------------------------------------------


def test_a_running_saga_stays_on_its_definition() -> None:
    story = Story(step("a"))
    started = story.log[0]
    assert isinstance(started, e.SagaStarted)
    assert (started.definition_name, started.definition_version, started.definition_hash) == ("place_order", 1, "hash")
    other = definition_of(step("a"), step("b"))
    object.__setattr__(other, "content_hash", "another")
    with pytest.raises(IllegalTransition, match="is on definition hash, not another"):
        machine.fold(KEY, other, story.log)


def test_an_answer_of_another_run_changes_nothing() -> None:
    story = Story(step("a"))
    story.command(ExecuteAnswered("a", 2, 1, completion()))
    assert story.new == ()


def test_an_output_that_does_not_resolve_leaves_the_saga_completed_and_says_why() -> None:
    story = Story(step("a"), output="${steps.a.output.missing}")
    story.completes("a", "{}")
    assert story.state is SagaState.COMPLETED
    assert story.saga.output is None
    assert story.saga.failure is not None
    assert story.saga.failure.reason == "OUTPUT_UNRESOLVED"


def test_a_late_answer_after_the_end_changes_nothing() -> None:
    story = Story(step("a"), timeout=DAY)
    late = failed("INTERNAL")
    story.reports("a", completion())
    story.answers("a", late)
    assert story.new == ()
    assert story.state is SagaState.COMPLETED
    assert story.saga.steps["a"].possibly_done
    with pytest.raises(CommandRefused):
        story.reports("a", refusal(), EXECUTE)
