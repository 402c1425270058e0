"""A person's hands: each action in every state it is legal in, and its refusal in every other, by the core's own table."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import pytest

from orchestrator.core import events as e
from orchestrator.core import operations
from orchestrator.core.context import Context
from orchestrator.core.draft import Draft
from orchestrator.core.errors import CommandRefused, OperationNotLegal, SagaChanged
from orchestrator.core.machine import start
from orchestrator.core.model import Cause, Payload, Saga, SagaState, Signature, Step, StepState
from orchestrator.core.operations import (
    SAGA_ACTIONS,
    STEP_ACTIONS,
    Action,
    Legal,
    Operate,
    Standing,
    legal_actions,
    may_stand,
    standing,
)
from orchestrator.core.transitions import SAGA_TRANSITIONS, STEP_TRANSITIONS
from tests.core.stories import COMPENSATE, KEY, MINUTE, PIVOT, RETRYABLE, Story, definition_of, refusal, step

BY = Signature("mended", "ann", "ops")
STARTED = e.SagaStarted(10, "place_order", 1, "hash", Payload(), 99)


class Place(NamedTuple):
    """Where a saga of one step may stand."""

    standing: Standing
    paused: bool
    step: StepState


PLACES = [Place(*place) for place in ((g, p, s) for g in Standing for p in (False, True) for s in StepState)]


def saga_at(place: Place) -> Saga:
    """Return a saga of one step `a`, put there by force."""
    stuck = place.standing in (Standing.STUCK_FORWARD, Standing.STUCK_BACK)
    state = SagaState.STUCK if stuck else SagaState(place.standing.value)
    back = place.standing in (Standing.STUCK_BACK, Standing.COMPENSATING)
    saga = start(KEY, definition_of(step("a")), STARTED)
    return replace(
        saga,
        state=state,
        paused=place.paused,
        cause=Cause.REJECTED if back else None,
        steps={"a": Step(state=place.step)},
    )


def legal_at(action: Action, place: Place) -> bool:
    """What the core's tables say."""
    if action in SAGA_ACTIONS:
        return (place.standing, place.paused) in SAGA_ACTIONS[action]
    return (place.standing, place.step) in STEP_ACTIONS[action]


def command(action: Action, **fields: object) -> Operate:
    step_id = "a" if action in STEP_ACTIONS else ""
    return replace(Operate(action, BY, step_id=step_id), **fields)  # type: ignore[arg-type]


def test_every_action_is_in_one_table() -> None:
    assert set(SAGA_ACTIONS) | set(STEP_ACTIONS) == set(Action) - {Action.RESTART_SAGA}
    assert not set(SAGA_ACTIONS) & set(STEP_ACTIONS)
    assert set(operations._KINDS) == set(Action) - {Action.RESTART_SAGA}


@pytest.mark.parametrize("action", sorted(operations._KINDS))
def test_an_action_is_done_where_it_is_legal_and_refused_everywhere_else(action: Action) -> None:
    done = refused = 0
    for place in PLACES:
        saga = saga_at(place)
        draft = Draft(saga, Context(now=20), [])
        shown = [legal.action for legal in legal_actions(saga)]
        assert (action in shown) is legal_at(action, place), place
        if legal_at(action, place):
            operations.operate(draft, command(action), saga.sequence)
            (event,) = draft.events
            assert type(event) in operations._KINDS[action], place
            assert event.by == BY  # type: ignore[attr-defined]
            done += 1
        else:
            with pytest.raises(OperationNotLegal) as refusal_:
                operations.operate(draft, command(action), saga.sequence)
            assert saga.state.value in str(refusal_.value), place
            assert refusal_.value.legal == tuple(map(str, legal_actions(saga))), place
            assert all(legal in str(refusal_.value) for legal in refusal_.value.legal), place
            assert draft.events == [], place
            refused += 1
    assert done, "it is legal nowhere"
    assert done + refused == len(PLACES)


def test_what_an_action_needs_the_transition_table_allows() -> None:
    for place in PLACES:
        for action in operations._KINDS:
            if legal_at(action, place):
                kinds = operations._KINDS[action]
                saga = saga_at(place)
                assert kinds & set(SAGA_TRANSITIONS[saga.state]), (action, place)
                assert action in SAGA_ACTIONS or kinds & set(STEP_TRANSITIONS[place.step]), (action, place)


def test_a_saga_may_be_started_again_where_it_is_compensated_and_nowhere_else() -> None:
    for place in PLACES:
        saga = saga_at(place)
        if place.standing is Standing.COMPENSATED:
            operations.check_restart(saga)
        else:
            with pytest.raises(OperationNotLegal, match="RESTART_SAGA is not legal"):
                operations.check_restart(saga)
        shown = Legal(Action.RESTART_SAGA) in legal_actions(saga)
        assert shown is (place.standing is Standing.COMPENSATED and not place.paused), place


def test_a_resume_out_of_quarantine_is_legal_in_every_open_state_and_in_no_other() -> None:
    for place in PLACES:
        saga = saga_at(place)
        draft = Draft(saga, Context(now=20), [])
        if saga.open:
            operations.operate(draft, command(Action.RESUME_SAGA, quarantined=True), saga.sequence)
            assert draft.saga.state is saga.state
            assert not draft.saga.paused
        else:
            with pytest.raises(OperationNotLegal):
                operations.operate(draft, command(Action.RESUME_SAGA, quarantined=True), saga.sequence)


def test_a_step_that_is_not_there_is_refused_by_name() -> None:
    story = broken_refund()
    with pytest.raises(CommandRefused, match="no step 'x'") as refused:
        story.command(Operate(Action.RETRY_STEP, BY, step_id="x"))
    assert refused.value.reason == "STEP_NOT_FOUND"


# What follows -------------------------------------------------------------------------------------------------------


def broken_refund() -> Story:
    """A saga that is STUCK because its first step can't be undone."""
    story = Story(step("a"), step("b"))
    story.completes("a")
    story.rejects("b")
    story.exhausts("a")
    assert standing(story.saga) is Standing.STUCK_BACK
    return story


def open_pivot() -> Story:
    """A saga that is STUCK because its pivot's outcome is unknown."""
    story = Story(step("a"), step("b", kind=PIVOT), step("c", kind=RETRYABLE))
    story.completes("a")
    story.exhausts("b", "DEADLINE_EXCEEDED")
    assert standing(story.saga) is Standing.STUCK_FORWARD
    return story


def test_a_retried_compensation_begins_its_attempts_anew_with_the_same_keys() -> None:
    story = broken_refund()
    sent = len(story.sent)
    story.command(command(Action.RETRY_STEP))
    assert story.told == ["CompensateRetried a"]
    assert story.sent[sent:] == ["Compensate a 4"], "the number of the attempt goes on, the run is the same"
    assert story.saga.steps["a"].run == 1
    story.exhausts("a")
    assert story.state is SagaState.STUCK
    story.command(command(Action.RETRY_STEP))
    story.undoes("a")
    assert story.saga.state is SagaState.COMPENSATED


def test_a_compensation_is_retried_while_others_are_still_under_way() -> None:
    story = Story(step("a", after=()), step("b", after=()), step("c", after=["a", "b"]))
    story.completes("a")
    story.completes("b")
    story.rejects("c")
    story.exhausts("a")
    assert story.state is SagaState.COMPENSATING
    story.command(command(Action.RETRY_STEP))
    story.undoes("a", "b")
    assert story.saga.state is SagaState.COMPENSATED


def test_a_retried_pivot_goes_on_to_what_follows_it() -> None:
    story = open_pivot()
    story.command(command(Action.RETRY_STEP, step_id="b"))
    assert story.told == ["ExecuteRetried b"]
    assert story.sent[-1] == "Execute b 4"
    story.completes("b")
    story.completes("c")
    assert story.state is SagaState.COMPLETED


def test_a_refusal_after_a_retry_proves_nothing() -> None:
    """What was given up before may still have its effect."""
    story = Story(step("a", kind=PIVOT, attempts=1), step("c", kind=RETRYABLE))
    story.exhausts("a")
    assert story.saga.failure is not None
    story.command(command(Action.RETRY_STEP))
    story.answers("a", refusal())
    assert story.state is SagaState.STUCK, "undone although the first attempt may have had its effect"


def test_an_asserted_completion_gives_its_output_to_later_steps() -> None:
    story = Story(step("a"), step("b", kind=PIVOT), step("c", kind=RETRYABLE, template={"id": "${steps.b.output.id}"}))
    story.completes("a")
    story.exhausts("b")
    output = Payload(json='{"id": 7}')
    story.command(Operate(Action.RESOLVE_STEP_COMPLETED, BY, step_id="b", payload=output))
    assert story.told == ["StepCompletionAsserted b", "StepIntended c"]
    assert story.saga.steps["c"].input == Payload(json='{"id":7}')
    story.completes("c")
    assert story.state is SagaState.COMPLETED


def test_an_asserted_compensation_frees_what_it_held_back() -> None:
    story = Story(step("a"), step("b"), step("c"))
    story.completes("a")
    story.completes("b")
    story.rejects("c")
    story.exhausts("b")
    story.command(Operate(Action.RESOLVE_STEP_COMPENSATED, BY, step_id="b"))
    assert story.told == ["CompensationAsserted b", "CompensationIntended a"]
    story.undoes("a")
    assert story.saga.state is SagaState.COMPENSATED


def test_to_abandon_names_what_may_stand() -> None:
    story = Story(step("look", effect_free=True), step("a"), step("b", kind=PIVOT))
    story.completes("look")
    story.completes("a")
    story.exhausts("b")
    story.command(command(Action.ABANDON_SAGA))
    assert story.told == ["SagaAbandoned"]
    (event,) = story.new
    assert isinstance(event, e.SagaAbandoned)
    assert event.standing == may_stand(story.saga) == ("a", "b")
    assert (story.state, story.saga.end_time) == (SagaState.ABANDONED, story.now)


def test_a_paused_saga_sends_nothing_and_a_resumed_one_what_is_due_by_then() -> None:
    story = Story(step("a"), step("b"), timeout=10 * MINUTE)
    story.completes("a")
    story.command(command(Action.PAUSE_SAGA))
    story.fails("b")
    assert (story.due, story.next_time) == ([], None)
    story.now += 20 * MINUTE
    story.command(command(Action.RESUME_SAGA))
    assert story.told == ["SagaResumed", "SagaTimedOut", "CompensationStarted", "CompensationIntended b"]


def test_a_cancel_of_a_paused_saga_waits_for_its_resume() -> None:
    story = Story(step("a"), step("b"))
    story.command(command(Action.PAUSE_SAGA))
    story.cancel()
    assert story.told == ["CancelRequested"]
    story.command(command(Action.RESUME_SAGA))
    assert story.told[:2] == ["SagaResumed", "CompensationStarted"]


# Twice, and two at once ---------------------------------------------------------------------------------------------


def test_the_same_command_again_is_fine_and_changes_nothing() -> None:
    story = broken_refund()
    seen = story.saga.sequence
    for etag in (0, seen):
        again = command(Action.RETRY_STEP, etag=etag)
        if story.state is SagaState.STUCK:
            story.command(again)
        story.command(again)
        assert story.told == []
    other = replace(again, by=replace(BY, reason="I thought so too"), etag=0)
    with pytest.raises(OperationNotLegal, match="PAUSE_SAGA"):
        story.command(other)


def test_the_same_words_later_are_another_command() -> None:
    story = broken_refund()
    seen = story.saga.sequence
    story.command(command(Action.RETRY_STEP, etag=seen))
    story.exhausts("a")
    story.command(command(Action.RETRY_STEP, etag=seen))
    assert story.told == [], "its etag says that it is the first one once more"
    story.command(command(Action.RETRY_STEP, etag=story.saga.sequence))
    assert story.told == ["CompensateRetried a"]


def test_of_two_who_saw_the_same_one_wins_and_the_other_sees_what_changed() -> None:
    story = broken_refund()
    seen = story.saga.sequence
    story.command(command(Action.RETRY_STEP, etag=seen))
    theirs = Operate(Action.ABANDON_SAGA, Signature("hopeless", "bob"), etag=seen)
    with pytest.raises(SagaChanged, match=f"since sequence {seen}: it is COMPENSATING.*ann did CompensateRetried"):
        story.command(theirs)
    assert story.state is SagaState.COMPENSATING


def test_what_a_new_owner_notes_is_no_change_that_anybody_made() -> None:
    """A dead owner's attempt is logged in the very decision of the command."""
    story = Story(step("a"), step("b"))
    story.crash()
    story.command(command(Action.PAUSE_SAGA, etag=story.saga.sequence))
    assert story.told == ["ExecuteAttemptFailed a", "SagaPaused"]


def test_a_legal_action_is_written_as_people_read_it() -> None:
    assert str(Legal(Action.RETRY_STEP, "a")) == "RETRY_STEP of 'a'"
    assert str(Legal(Action.PAUSE_SAGA)) == "PAUSE_SAGA"


def test_the_phase_of_a_retry_is_that_in_which_the_step_was_given_up() -> None:
    story = broken_refund()
    story.command(command(Action.RETRY_STEP))
    assert story.on_wire["a"].phase is COMPENSATE
