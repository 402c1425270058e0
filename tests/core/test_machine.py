"""The transition table and the fold over it: what is not in a table can't happen."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from orchestrator.core import decide as deciding
from orchestrator.core import events as e
from orchestrator.core.errors import IllegalTransition
from orchestrator.core.machine import evolve, fold, start
from orchestrator.core.model import (
    TERMINAL,
    Cause,
    ExecuteOutcome,
    Failure,
    FailureKind,
    Payload,
    Phase,
    Plan,
    Saga,
    SagaState,
    Signature,
    Step,
    StepState,
)
from orchestrator.core.transitions import SAGA_TRANSITIONS, STEP_TRANSITIONS
from tests.core.stories import KEY, Story, definition_of, step

WENT_WRONG = Failure("UNAVAILABLE", "", "away")
BY = Signature("mended", "ann", "ops")
INPUT, OUTPUT = Payload(json='{"a": 1}'), Payload(json='{"b": 2}')

STARTED = e.SagaStarted(10, "place_order", 1, "hash", INPUT, 99, {"shop": "1"}, "00-trace")
SAGA_EVENTS: tuple[e.Event, ...] = (
    e.CancelRequested(20, "by hand"),
    e.SagaTimedOut(20),
    e.CompensationStarted(20, Cause.REJECTED, WENT_WRONG, "a"),
    e.SagaCompleted(20, OUTPUT),
    e.SagaCompensated(20),
    e.SagaStuck(20, WENT_WRONG, "a", Phase.COMPENSATE),
    e.SagaPaused(20, BY),
    e.SagaResumed(20, BY),
    e.SagaAbandoned(20, BY, ("a",)),
)
STEP_EVENTS: tuple[e.StepEvent, ...] = (
    e.StepIntended(20, "a", 1, INPUT),
    e.StepBlocked(20, "a", WENT_WRONG),
    e.ExecuteAttemptFailed(20, "a", 1, WENT_WRONG, 30),
    e.StepPending(20, "a", 1),
    e.StepCompleted(20, "a", OUTPUT, 1),
    e.StepRejected(20, "a", WENT_WRONG, 1),
    e.StepFailed(20, "a", FailureKind.PERMANENT, WENT_WRONG, 1),
    e.CompensationIntended(20, "a", ExecuteOutcome.COMPLETED),
    e.CompensateAttemptFailed(20, "a", 1, WENT_WRONG, 30),
    e.CompensationPending(20, "a", 1),
    e.StepCompensated(20, "a", 1),
    e.CompensationFailed(20, "a", WENT_WRONG, 1),
    e.StepParked(20, "a", Phase.EXECUTE),
    e.StepUnparked(20, "a", Phase.EXECUTE),
    e.ExecuteRetried(20, "a", BY),
    e.CompensateRetried(20, "a", BY),
    e.StepCompletionAsserted(20, "a", BY, OUTPUT),
    e.CompensationAsserted(20, "a", BY),
    e.StepSkipRequested(20, "a", BY),
    e.NewRunRequested(20, "a", BY, INPUT),
    e.StepStruck(20, "a", True),
    e.StepSkipped(20, "a"),
)
EVENTS = SAGA_EVENTS + STEP_EVENTS


def saga_in(state: SagaState, step_state: StepState = StepState.WAITING, plan: Plan | None = None) -> Saga:
    """Return a saga of one step `a`, both put into these states by force."""
    saga = start(KEY, definition_of(step("a")), STARTED)
    return replace(saga, state=state, steps={"a": Step(state=step_state, plan=plan)})


def plan_for(event: e.Event, state: StepState) -> Plan | None:
    """Return what a person must have planned for a step that has ended without effect, for ``event`` to be legal."""
    plans = {e.StepSkipped: Plan.SKIP, e.StepIntended: Plan.NEW_RUN, e.StepBlocked: Plan.NEW_RUN}
    return None if state is StepState.WAITING else plans.get(type(event))


def name(event: object) -> str:
    return type(event).__name__


def test_there_is_a_sample_of_every_event() -> None:
    observed = {e.EventObserved, e.DeliveryGivenUp, e.RedeliveryRequested}  # test_observed_machine has these
    assert {type(event) for event in (STARTED, *EVENTS)} == set(e.EVENT_TYPES) - observed
    assert set(SAGA_TRANSITIONS) == set(SagaState)
    assert set(STEP_TRANSITIONS) == set(StepState)


@pytest.mark.parametrize("event", EVENTS, ids=name)
@pytest.mark.parametrize("state", SagaState)
def test_a_saga_follows_its_table_and_nothing_else(state: SagaState, event: e.Event) -> None:
    step_state = next((s for s, row in STEP_TRANSITIONS.items() if type(event) in row), StepState.WAITING)
    following = SAGA_TRANSITIONS[state].get(type(event))
    back = state is SagaState.STUCK and following is SagaState.COMPENSATING
    saga = replace(saga_in(state, step_state, plan_for(event, step_state)), cause=Cause.REJECTED if back else None)
    if following is None:
        with pytest.raises(IllegalTransition, match=f"{name(event)} at sequence 2 is not legal in {state}"):
            evolve(saga, event)
    else:
        assert evolve(saga, event).state is following


@pytest.mark.parametrize("event", STEP_EVENTS, ids=name)
@pytest.mark.parametrize("state", StepState)
def test_a_step_follows_its_table_and_nothing_else(state: StepState, event: e.StepEvent) -> None:
    saga_state = next(s for s, row in SAGA_TRANSITIONS.items() if type(event) in row)
    saga = saga_in(saga_state, state, plan_for(event, state))
    following = STEP_TRANSITIONS[state].get(type(event))
    if following is None:
        with pytest.raises(IllegalTransition, match=f"not legal for step 'a' in {state}"):
            evolve(saga, event)
    else:
        assert evolve(saga, event).steps["a"].state is following


@pytest.mark.parametrize("event", [e.StepSkipped(20, "a"), e.StepIntended(20, "a", 2, INPUT)], ids=name)
@pytest.mark.parametrize("state", [StepState.REJECTED, StepState.BLOCKED, StepState.STRUCK, StepState.COMPENSATED])
def test_what_a_person_did_not_plan_does_not_happen(state: StepState, event: e.StepEvent) -> None:
    for plan in {None, *Plan} - {plan_for(event, state)}:
        with pytest.raises(IllegalTransition, match="nobody asked for it at step 'a'"):
            evolve(saga_in(SagaState.RUNNING, state, plan), event)


def test_a_saga_that_was_stuck_goes_on_in_its_own_direction() -> None:
    event = e.CompensateRetried(20, "a", BY)
    stuck = saga_in(SagaState.STUCK, StepState.COMPENSATION_FAILED)
    assert evolve(stuck, event).state is SagaState.RUNNING
    assert evolve(replace(stuck, cause=Cause.REJECTED), event).state is SagaState.COMPENSATING


@pytest.mark.parametrize("state", StepState)
def test_only_a_step_that_is_executing_can_be_struck(state: StepState) -> None:
    saga = saga_in(SagaState.RUNNING, state)
    event = e.CompensationStarted(20, Cause.CANCELLED, WENT_WRONG, struck=("a",))
    if state is StepState.EXECUTING:
        assert evolve(saga, event).steps["a"].state is StepState.STRUCK
    else:
        with pytest.raises(IllegalTransition, match="CompensationStarted at sequence 2 is not legal for step 'a'"):
            evolve(saga, event)


def test_nothing_leads_out_of_an_end_and_only_a_person_out_of_stuck() -> None:
    for state in TERMINAL:
        assert not SAGA_TRANSITIONS[state]
    for kind in SAGA_TRANSITIONS[SagaState.STUCK]:
        assert "by" in {field.name for field in fields(kind)}, kind


@pytest.mark.parametrize("state", SagaState)
@pytest.mark.parametrize("event", EVENTS, ids=name)
def test_a_saga_with_a_cause_never_goes_forward_again(event: e.Event, state: SagaState) -> None:
    step_state = next((s for s, row in STEP_TRANSITIONS.items() if type(event) in row), StepState.WAITING)
    saga = replace(saga_in(state, step_state), cause=Cause.REJECTED)
    try:
        assert evolve(saga, event).state is not SagaState.RUNNING
    except IllegalTransition:
        return  # the table says so, or the cause


def test_the_error_of_a_saga_that_is_stuck_no_more_is_the_one_behind_its_cause() -> None:
    saga = saga_in(SagaState.RUNNING, StepState.FAILED)
    saga = evolve(saga, e.CompensationStarted(20, Cause.FAILED, WENT_WRONG, "a"))
    saga = replace(saga, steps={"a": Step(state=StepState.COMPENSATION_FAILED)})
    saga = evolve(saga, e.SagaStuck(30, Failure("", "BROKEN", "no refund"), "a", Phase.COMPENSATE))
    saga = evolve(saga, e.CompensateRetried(40, "a", BY))
    assert (saga.failure, saga.failure_step, saga.failure_phase) == (WENT_WRONG, "a", Phase.EXECUTE)
    forward = evolve(
        replace(saga_in(SagaState.STUCK, StepState.FAILED), failure=WENT_WRONG, failure_step="a"),
        e.ExecuteRetried(20, "a", BY),
    )
    assert (forward.failure, forward.failure_step, forward.failure_phase) == (None, "", None)


def test_every_state_can_be_reached() -> None:
    sagas = {SagaState.PENDING} | {to for row in SAGA_TRANSITIONS.values() for to in row.values()}
    steps = {StepState.WAITING} | {to for row in STEP_TRANSITIONS.values() for to in row.values()}
    assert sagas == set(SagaState)
    assert steps == set(StepState)


def test_the_states_of_a_step_are_parted_without_remainder() -> None:
    no_effect, possibly_done = deciding._NO_EFFECT, deciding._POSSIBLY_DONE
    going_back = deciding._GOING_BACK
    parts = (no_effect, possibly_done, going_back, {StepState.COMPENSATION_FAILED})
    assert sum(map(len, parts)) == len(StepState), "a state is in two parts, or in none"
    assert set().union(*parts) == set(StepState)
    for state in StepState:
        assert Step(state=state).possibly_done is (state not in no_effect)
        assert (e.CompensationIntended in STEP_TRANSITIONS[state]) is (state in possibly_done)


def test_a_new_saga_is_what_its_start_says() -> None:
    saga = start(KEY, definition_of(step("a"), step("b")), STARTED)
    assert (saga.key, saga.state, saga.sequence, saga.input) == (KEY, SagaState.PENDING, 1, INPUT)
    assert (saga.labels, saga.start_time, saga.timeout_time, saga.traceparent) == ({"shop": "1"}, 10, 99, "00-trace")
    assert saga.steps == {"a": Step(), "b": Step()}
    assert saga.open
    assert not saga.settled


@pytest.mark.parametrize("event", EVENTS, ids=name)
def test_an_event_makes_a_new_saga_and_leaves_the_old_one(event: e.Event) -> None:
    state = next(s for s, row in SAGA_TRANSITIONS.items() if type(event) in row)
    step_state = next((s for s, row in STEP_TRANSITIONS.items() if type(event) in row), StepState.WAITING)
    saga = saga_in(state, step_state, plan_for(event, step_state))
    before = replace(saga, steps=dict(saga.steps))
    after = evolve(saga, event)
    assert saga == before
    assert after.sequence == saga.sequence + 1
    assert after.size > saga.size


@pytest.mark.parametrize(
    ("state", "event", "changes"),
    [
        ("WAITING", e.StepIntended(20, "a", 1, OUTPUT), {"run": 1, "input": OUTPUT, "intend_time": 20}),
        ("WAITING", e.StepIntended(20, "a", 1, None), {"run": 1, "input": INPUT, "intend_time": 20}),
        (
            "WAITING",
            e.StepBlocked(20, "a", WENT_WRONG),
            {"execute_end_time": 20, "last_failure": WENT_WRONG, "last_failure_phase": Phase.EXECUTE},
        ),
        (
            "EXECUTING",
            e.ExecuteAttemptFailed(20, "a", 3, WENT_WRONG, 30, used=False, in_progress=True),
            {
                "execute_attempts": 3,
                "unknown_attempt": True,
                "in_progress_since": 20,
                "retry_time": 30,
                "last_failure": WENT_WRONG,
                "last_failure_phase": Phase.EXECUTE,
            },
        ),
        (
            "EXECUTING",
            e.StepPending(20, "a", 2),
            {"outcome": ExecuteOutcome.PENDING, "execute_attempts": 2, "pending_since": 20},
        ),
        (
            "PENDING",
            e.StepCompleted(20, "a", OUTPUT, 2),
            {
                "outcome": ExecuteOutcome.COMPLETED,
                "output": OUTPUT,
                "execute_attempts": 2,
                "execute_end_time": 20,
            },
        ),
        (
            "EXECUTING",
            e.StepFailed(20, "a", FailureKind.PERMANENT, WENT_WRONG, 1),
            {
                "execute_attempts": 1,
                "execute_end_time": 20,
                "execute_failure": WENT_WRONG,
                "failed_kind": FailureKind.PERMANENT,
                "last_failure": WENT_WRONG,
                "last_failure_phase": Phase.EXECUTE,
            },
        ),
        (
            "COMPLETED",
            e.CompensationIntended(20, "a", ExecuteOutcome.COMPLETED),
            {"outcome": ExecuteOutcome.COMPLETED, "compensate_intend_time": 20},
        ),
        (
            "COMPENSATING",
            e.CompensateAttemptFailed(20, "a", 2, WENT_WRONG, 30),
            {
                "compensate_attempts": 2,
                "compensate_used": 1,
                "retry_time": 30,
                "last_failure": WENT_WRONG,
                "last_failure_phase": Phase.COMPENSATE,
            },
        ),
        ("COMPENSATING", e.CompensationPending(20, "a", 1), {"compensate_attempts": 1, "pending_since": 20}),
        ("COMPENSATING", e.StepCompensated(20, "a", 1), {"compensate_attempts": 1, "compensate_end_time": 20}),
        (
            "FAILED",
            e.StepCompletionAsserted(20, "a", BY, OUTPUT),
            {"outcome": ExecuteOutcome.COMPLETED, "output": OUTPUT, "execute_end_time": 20},
        ),
        (
            "FAILED",
            e.StepSkipRequested(20, "a", BY),
            {"plan": Plan.SKIP, "compensate_intend_time": 20},
        ),
        ("BLOCKED", e.NewRunRequested(20, "a", BY, INPUT), {"plan": Plan.NEW_RUN, "plan_input": INPUT}),
        ("COMPENSATING", e.StepStruck(20, "a", True), {"execute_end_time": 20}),
        ("FAILED", e.ExecuteRetried(20, "a", BY), {"unknown_attempt": True}),
        ("COMPENSATION_FAILED", e.CompensateRetried(20, "a", BY), {}),
        ("COMPENSATION_FAILED", e.CompensationAsserted(20, "a", BY), {"compensate_end_time": 20}),
        (
            "COMPENSATION_PENDING",
            e.CompensationFailed(20, "a", WENT_WRONG),
            {
                "compensate_end_time": 20,
                "last_failure": WENT_WRONG,
                "last_failure_phase": Phase.COMPENSATE,
            },
        ),
    ],
    ids=lambda value: name(value) if isinstance(value, e.Event) else "",
)
def test_an_event_changes_these_fields_of_its_step_and_no_others(
    state: str, event: e.StepEvent, changes: dict[str, object]
) -> None:
    saga_state = next(s for s, row in SAGA_TRANSITIONS.items() if type(event) in row)
    before = Step(state=StepState(state))
    after = evolve(saga_in(saga_state, before.state), event).steps["a"]
    changed = {
        f.name: getattr(after, f.name) for f in fields(Step) if getattr(after, f.name) != getattr(before, f.name)
    }
    changed.pop("state", None)
    assert changed == changes


def test_the_attempts_of_a_step_never_go_down() -> None:
    saga = saga_in(SagaState.RUNNING, StepState.EXECUTING)
    saga = evolve(saga, e.ExecuteAttemptFailed(20, "a", 5, WENT_WRONG, 30))
    saga = evolve(saga, e.StepCompleted(21, "a", OUTPUT))  # CompleteStep told
    assert saga.steps["a"].execute_attempts == 5


def test_a_failure_without_text_keeps_the_text_of_the_same_failure_before() -> None:
    saga = saga_in(SagaState.RUNNING, StepState.EXECUTING)
    saga = evolve(saga, e.ExecuteAttemptFailed(20, "a", 1, WENT_WRONG, 30))
    saga = evolve(saga, e.ExecuteAttemptFailed(40, "a", 2, Failure("UNAVAILABLE", "", ""), 50))
    assert saga.steps["a"].last_failure == WENT_WRONG
    other = Failure("INTERNAL", "", "")
    saga = evolve(saga, e.ExecuteAttemptFailed(60, "a", 3, other, 70))
    assert saga.steps["a"].last_failure == other


def test_a_failure_without_text_keeps_no_text_of_the_other_phase() -> None:
    bare = Failure("UNAVAILABLE", "", "")
    steps = {"a": Step(state=StepState.COMPENSATING, last_failure=WENT_WRONG, last_failure_phase=Phase.EXECUTE)}
    saga = replace(saga_in(SagaState.COMPENSATING), steps=steps)
    assert evolve(saga, e.CompensateAttemptFailed(20, "a", 1, bare, 30)).steps["a"].last_failure == bare


def test_a_fold_is_the_events_one_after_the_other() -> None:
    story = Story(step("a"), step("b"))
    story.completes("a")
    story.rejects("b")
    story.undoes("a")
    saga = fold(KEY, story.definition, iter(story.log))
    assert saga == story.saga
    assert saga.sequence == len(story.log)
    assert saga.count(StepState.COMPENSATED) == 1
    assert saga.settled


@pytest.mark.parametrize(
    ("log", "message"),
    [
        ((), "the log is empty"),
        ((e.SagaTimedOut(20),), "begins with SagaTimedOut, not with SagaStarted"),
        ((STARTED, STARTED), "SagaStarted at sequence 2 is not legal in PENDING"),
        ((STARTED, e.StepIntended(20, "zzz", 1, None)), "names step 'zzz', which its definition does not have"),
        ((replace(STARTED, definition_hash="other"),), "on definition other, not hash"),
    ],
    ids=["empty", "headless", "twice", "unknown step", "other definition"],
)
def test_a_log_that_this_version_did_not_write_is_refused(log: tuple[e.Event, ...], message: str) -> None:
    with pytest.raises(IllegalTransition, match=message):
        fold(KEY, definition_of(step("a")), log)
