"""What a saga decides while its log was restored from a backup (`orchestrator.core.restored`)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from orchestrator.core import due
from orchestrator.core.model import Cause, SagaState, Signature, StepState
from orchestrator.core.operations import Action, Operate
from orchestrator.core.outcome import BARRIER_ROW_MISSING, OPERATION_COMPENSATED, Failed
from orchestrator.core.restored import LOG_RESTORED
from orchestrator.core.retry import SECOND
from tests.core.stories import (
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
)

COMPENSATING, RUNNING, STUCK = SagaState.COMPENSATING, SagaState.RUNNING, SagaState.STUCK
_BY = Signature("the customer says that it came")


def tombstone() -> Failed:
    return failed("FAILED_PRECONDITION", OPERATION_COMPENSATED)


def retried(story: Story, step_id: str) -> None:
    story.command(Operate(Action.RETRY_STEP, _BY, step_id=step_id))


def restored(*, stable: bool = True, pends: bool = False, begun: bool = True) -> Story:
    """Return a saga of two steps, the first of which is under way in the backup; or one that was begun since."""
    story = Story(step("a", stable=stable), step("b", stable=stable))
    if pends:
        story.pends("a")
    if begun:
        story.restore()
    return story


_EVENTS: dict[str, tuple[Callable[[Story], None], Cause, bool]] = {
    "refused": (lambda story: story.rejects("a"), Cause.REJECTED, True),
    "entombed": (lambda story: story.answers("a", tombstone()), Cause.FAILED, True),
    "its time is up": (lambda story: story.wait(DAY), Cause.TIMED_OUT, False),
    "cancelled": (lambda story: story.cancel(), Cause.CANCELLED, False),
    "attempts are used up": (lambda story: story.exhausts("a"), Cause.ATTEMPTS_EXHAUSTED, False),
    "another input": (lambda story: story.fails("a", "INVALID_ARGUMENT", "REQUEST_MISMATCH"), Cause.FAILED, False),
    "row collected": (
        lambda story: story.fails("a", "FAILED_PRECONDITION", BARRIER_ROW_MISSING),
        Cause.FAILED,
        False,
    ),
    "not found": (lambda story: story.fails("a", "NOT_FOUND"), Cause.FAILED, False),
    "told to have failed": (lambda story: story.reports("a", failed("", "BROKEN")), Cause.FAILED, False),
    "asked for no retry": (lambda story: story.answers("a", failed("UNAVAILABLE", no_retry=True)), Cause.FAILED, False),
}


@pytest.mark.parametrize("what", _EVENTS)
def test_only_a_refusal_or_a_tombstone_aborts_and_all_else_makes_stuck(what: str) -> None:
    happens, cause, aborts = _EVENTS[what]
    story = restored()
    happens(story)
    if aborts:
        assert (story.state in (COMPENSATING, SagaState.COMPENSATED), story.saga.cause) == (True, cause)
        return
    assert (story.state, story.saga.cause, story.intended_to_undo) == (STUCK, None, [])
    assert story.saga.failure is not None
    assert (story.saga.failure.reason, story.saga.failure_step) == (LOG_RESTORED, "a")
    # Out of the mode each of them aborts.
    usual = restored(begun=False)
    happens(usual)
    assert (usual.state, usual.saga.cause) == (COMPENSATING, cause)


@pytest.mark.parametrize("what", _EVENTS)
def test_a_saga_that_is_begun_meanwhile_is_bound_as_well(what: str) -> None:
    happens, _, aborts = _EVENTS[what]
    story = restored(begun=False)
    story.restored_time = story.now - HOUR
    happens(story)
    assert (story.state is STUCK) is not aborts


def test_a_pending_steps_time_begins_anew_and_its_end_makes_stuck() -> None:
    story = restored(pends=True, begun=False)
    story.crash()
    story.now += 2 * HOUR  # with an hour for its report
    story.restored_time = story.now
    story.takeover()
    assert story.step("a") is StepState.PENDING
    assert "a" in story.on_wire, "it is asked how it stands"
    assert story.next_time is not None
    assert story.next_time <= story.now + HOUR
    story.wait(HOUR)
    assert (story.state, story.saga.cause) == (STUCK, None)


def test_an_input_that_does_not_resolve_makes_stuck() -> None:
    story = Story(step("a", stable=True), step("b", template="${input.nothing}"))
    story.restore()
    story.completes("a")
    assert (story.step("b"), story.state, story.saga.cause) == (StepState.BLOCKED, STUCK, None)


def test_a_sagas_time_begins_anew_with_the_declaration() -> None:
    story = Story(step("a", stable=True), step("b"), timeout=MINUTE)
    story.crash()
    story.now += DAY
    story.restored_time = story.now
    story.takeover()
    assert (story.state, story.saga.timed_out, story.next_time) == (RUNNING, False, story.now + MINUTE)
    by_id = story.definition.by_id
    assert due.attempt_timeout(story.saga, by_id["a"], EXECUTE, story.now, story.restored_time) == 10 * SECOND
    story.wait(MINUTE - 1)
    assert story.state is RUNNING
    story.wait(1)
    assert (story.saga.timed_out, story.state) == (True, STUCK)


def test_a_refusal_without_stable_replies_proves_nothing() -> None:
    story = restored(stable=False)
    story.rejects("a")
    assert (story.step("a"), story.state, story.saga.cause) == (StepState.FAILED, STUCK, None)
    usual = Story(step("a", stable=False), step("b"))
    usual.rejects("a")
    assert usual.state is SagaState.COMPENSATED


def test_a_tombstone_aborts_whatever_the_definition_makes_of_its_code() -> None:
    story = Story(step("a", stable=True, retry_codes=["FAILED_PRECONDITION"]))
    story.restore()
    story.answers("a", tombstone())
    assert story.state is COMPENSATING


def test_what_had_completed_is_asked_again_before_anything_new_is_begun() -> None:
    story = Story(step("a", stable=True), step("b", stable=True), step("c"))
    story.completes("a", '"first"')
    story.restore()
    assert "ExecuteRetried a" in story.told
    assert set(story.on_wire) == {"a", "b"}
    story.completes("b")
    assert story.step("c") is StepState.WAITING
    story.completes("a", '"first"')
    assert story.step("c") is StepState.EXECUTING
    story.wait(SECOND)
    assert sum("ExecuteRetried" in type(event).__name__ for event in story.log) == 1, "once is enough"


def test_what_had_completed_and_was_undone_since_turns_the_saga_back() -> None:
    story = Story(step("a", stable=True), step("b", stable=True))
    story.completes("a")
    story.restore()
    story.answers("a", tombstone())
    assert story.state is RUNNING, "b is asked first: what follows it may have been done"
    story.completes("b")
    assert story.state is COMPENSATING
    story.undoes("b", "a")
    assert story.state is SagaState.COMPENSATED


def test_what_is_without_effect_or_before_a_completed_pivot_is_not_asked_again() -> None:
    free = Story(step("a", effect_free=True), step("b"))
    free.completes("a")
    free.restore()
    assert free.step("a") is StepState.COMPLETED
    past = Story(step("a"), step("p", kind=PIVOT), step("b", after=["p"], kind=RETRYABLE))
    past.completes("a")
    past.completes("p")
    past.restore()
    assert past.step("a") is StepState.COMPLETED
    past.exhausts("b")
    assert past.saga.failure is not None
    assert past.saga.failure.reason != LOG_RESTORED, "past the pivot this is as ever"


def test_a_proof_waits_until_nothing_goes_forward_any_more() -> None:
    story = Story(
        step("a", after=[], stable=True), step("b", after=[], stable=True), step("c", after=["b"], stable=True)
    )
    story.restore()
    story.rejects("a")
    assert story.state is RUNNING
    story.completes("b")
    assert story.step("c") is StepState.EXECUTING, "it may have been done in the lost future"
    story.completes("c")
    assert (story.state, story.saga.cause, story.saga.failure_step) == (COMPENSATING, Cause.REJECTED, "a")
    story.undoes("c", "b")
    assert story.state is SagaState.COMPENSATED


def test_a_proof_is_none_beside_a_branch_that_stopped_in_doubt() -> None:
    story = Story(step("a", after=[], stable=True), step("b", after=[], stable=True), step("c", after=["b"]))
    story.restore()
    story.rejects("a")
    story.exhausts("b")
    assert (story.state, story.saga.cause, story.saga.failure_step) == (STUCK, None, "b")
    retried(story, "b")
    story.answers("b", tombstone())
    assert story.state is COMPENSATING


def test_a_pivot_that_is_refused_turns_the_saga_back_and_one_of_unknown_outcome_does_not() -> None:
    for answer, state in ((refusal(), COMPENSATING), (tombstone(), RUNNING)):
        story = Story(step("a", stable=True), step("p", kind=PIVOT, stable=True))
        story.completes("a")
        story.restore()
        story.completes("a")
        story.answers("p", answer)
        assert story.state is state


@pytest.mark.parametrize("wish", ["its time is up", "cancelled"])
def test_a_person_drives_on_what_time_or_a_cancel_has_stopped(wish: str) -> None:
    story = restored()
    _EVENTS[wish][0](story)
    assert story.state is STUCK
    retried(story, "a")
    by_id = story.definition.by_id
    assert due.attempt_timeout(story.saga, by_id["a"], EXECUTE, story.now, story.restored_time) == 10 * SECOND
    story.completes("a")
    story.completes("b")
    assert story.state is SagaState.COMPLETED


def test_a_cancel_after_a_persons_word_stops_it_again() -> None:
    story = restored()
    story.wait(DAY)
    retried(story, "a")
    story.cancel()
    assert story.state is STUCK
    assert story.saga.steps["a"].execute_failure is not None
    assert story.saga.steps["a"].execute_failure.reason == "CANCELLED"


def test_a_saga_that_waits_for_room_is_begun_and_given_up_when_it_is_cancelled() -> None:
    story = Story(step("a", stable=True), at_once=False)
    story.restored_time = story.now
    story.cancel()
    assert (story.state, story.step("a"), story.sent) == (STUCK, StepState.FAILED, [])


def test_once_the_mode_has_ended_a_person_lets_it_go_back() -> None:
    story = restored()
    story.cancel()
    story.restored_time = 0
    retried(story, "a")
    assert (story.state, story.saga.cause) == (COMPENSATING, Cause.CANCELLED)


def test_the_decision_to_go_back_stands_where_the_backup_has_it() -> None:
    story = Story(step("a", stable=True), step("b", stable=True))
    story.completes("a")
    story.rejects("b")
    story.restore()
    assert story.state is COMPENSATING
    story.undoes("a")
    assert story.state is SagaState.COMPENSATED
