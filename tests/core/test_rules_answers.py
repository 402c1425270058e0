"""DESIGN section 5: *Classes of an Execute's answer* and *Retry*."""

from __future__ import annotations

import pytest

from orchestrator.core import events as e
from orchestrator.core.model import Cause, Phase, SagaState, StepState
from orchestrator.core.outcome import BARRIER_ROW_MISSING, IN_PROGRESS, IN_PROGRESS_GRACE, invalid_answer
from orchestrator.core.retry import MAX_BACKOFF, SECOND
from tests.core.stories import ALL_CODES, HOUR, MINUTE, Story, failed, step

UNKNOWN = [
    "UNAVAILABLE",
    "DEADLINE_EXCEEDED",
    "UNKNOWN",
    "INTERNAL",
    "ABORTED",
    "RESOURCE_EXHAUSTED",
    "CANCELLED",
    "DATA_LOSS",
]
PERMANENT = ["INVALID_ARGUMENT", "NOT_FOUND", "ALREADY_EXISTS", "FAILED_PRECONDITION", "OUT_OF_RANGE"]
DEPLOYMENT = ["UNAUTHENTICATED", "PERMISSION_DENIED", "UNIMPLEMENTED"]


def compensating() -> Story:
    """Return a saga of one step whose Compensate is on the wire."""
    story = Story(step("a"), step("b"))
    story.completes("a")
    story.rejects("b")
    return story


# Classes ------------------------------------------------------------------------------------------------------------


def test_a_rejected_body_is_a_business_refusal() -> None:
    story = Story(step("a"))
    story.rejects("a")
    assert story.step("a") is StepState.REJECTED
    assert story.saga.cause is Cause.REJECTED


@pytest.mark.parametrize("code", UNKNOWN)
def test_an_unknown_outcome_is_asked_again(code: str) -> None:
    story = Story(step("a"))
    story.fails("a", code)
    assert story.told == ["ExecuteAttemptFailed a"]
    assert story.saga.steps["a"].unknown_attempt
    story.wait(MINUTE)
    assert story.sent == ["Execute a 1", "Execute a 2"]


@pytest.mark.parametrize("code", PERMANENT)
def test_a_permanent_code_stops_and_compensates(code: str) -> None:
    story = Story(step("a"))
    story.fails("a", code)
    assert story.told == ["StepFailed a", "CompensationStarted", "CompensationIntended a"]
    assert story.saga.cause is Cause.FAILED


def test_a_body_without_outcome_or_with_a_broken_payload_is_permanent_and_possibly_done() -> None:
    story = Story(step("a", retry_codes=("FAILED_PRECONDITION",)))
    story.answers("a", invalid_answer("the answer has no outcome"))
    assert story.told == ["StepFailed a", "CompensationStarted", "CompensationIntended a"]
    assert story.saga.failure is not None
    assert story.saga.failure.reason == "INVALID_ANSWER"


@pytest.mark.parametrize("code", DEPLOYMENT)
def test_a_wrong_deployment_is_waited_for_until_the_attempts_run_out(code: str) -> None:
    story = Story(step("a", attempts=2))
    story.fails("a", code)
    assert story.step("a") is StepState.EXECUTING
    story.wait(MINUTE)
    story.fails("a", code)
    assert story.saga.cause is Cause.ATTEMPTS_EXHAUSTED


def test_a_wrong_deployment_is_waited_for_until_the_sagas_time_runs_out() -> None:
    story = Story(step("a", attempts=1000), timeout=HOUR)
    story.fails("a", "UNIMPLEMENTED")
    story.wait(HOUR)
    assert story.saga.cause is Cause.TIMED_OUT


def test_the_classes_cover_every_code() -> None:
    assert {*UNKNOWN, *PERMANENT, *DEPLOYMENT} == ALL_CODES


def test_in_progress_costs_no_attempt_for_ten_minutes() -> None:
    story = Story(step("a", attempts=2))
    begin = story.now
    while story.now - begin < IN_PROGRESS_GRACE:
        story.fails("a", "ABORTED", IN_PROGRESS)
        assert story.saga.steps["a"].execute_used == 0
        story.wait(MINUTE)
    story.fails("a", "ABORTED", IN_PROGRESS)
    assert story.saga.steps["a"].execute_used == 1
    story.wait(MINUTE)
    story.fails("a", "ABORTED", IN_PROGRESS)
    assert story.saga.cause is Cause.ATTEMPTS_EXHAUSTED


def test_in_progress_is_asked_ever_less_often() -> None:
    story = Story(step("a"))
    story.jitter = 0.999
    for _ in range(8):
        story.fails("a", "ABORTED", IN_PROGRESS)
        waited = story.saga.steps["a"].retry_time - story.now
        story.wait(waited)
    assert waited > MINUTE * 9 // 10


def test_ten_minutes_of_in_progress_begin_anew_after_another_answer() -> None:
    story = Story(step("a", attempts=5))
    story.fails("a", "ABORTED", IN_PROGRESS)
    story.wait(IN_PROGRESS_GRACE)
    story.fails("a", "UNAVAILABLE")
    story.wait(MINUTE)
    story.fails("a", "ABORTED", IN_PROGRESS)
    assert story.saga.steps["a"].execute_used == 1


def test_aborted_without_the_reason_in_progress_costs_an_attempt() -> None:
    story = Story(step("a"))
    story.fails("a", "ABORTED")
    assert story.saga.steps["a"].execute_used == 1


def test_a_definition_may_move_a_code_from_stop_to_retry() -> None:
    story = Story(step("a", retry_codes=("NOT_FOUND",)))
    story.fails("a", "NOT_FOUND")
    assert story.told == ["ExecuteAttemptFailed a"]


def test_a_definition_may_move_a_code_from_retry_to_stop() -> None:
    story = Story(step("a", stop_codes=("UNAVAILABLE",)))
    story.fails("a", "UNAVAILABLE")
    assert story.told[0] == "StepFailed a"


@pytest.mark.parametrize("code", sorted(ALL_CODES))
@pytest.mark.parametrize("moved", ["retry", "stop"])
def test_no_code_is_ever_a_rejection(code: str, moved: str) -> None:
    codes = frozenset({code})
    story = Story(step("a", attempts=1, stop_codes=codes if moved == "stop" else (), retry_codes=codes))
    story.fails("a", code)
    assert story.step("a") is not StepState.REJECTED
    assert story.intended_to_undo == ["a"]


@pytest.mark.parametrize("code", sorted(ALL_CODES))
def test_in_compensate_every_code_is_retried_patiently_then_the_saga_is_stuck(code: str) -> None:
    story = compensating()
    for attempt in (1, 2, 3):
        assert story.sent[-1] == f"Compensate a {attempt}"
        story.answers("a", failed(code, no_retry=True))
        story.wait(MINUTE)
    assert (story.state, story.saga.failure_step) == (SagaState.STUCK, "a")
    assert story.saga.failure_phase is Phase.COMPENSATE


def test_in_compensate_a_missing_barrier_row_makes_the_saga_stuck_at_once() -> None:
    story = compensating()
    story.fails("a", "FAILED_PRECONDITION", BARRIER_ROW_MISSING)
    assert story.told == ["CompensationFailed a", "SagaStuck"]


def test_in_compensate_in_progress_costs_no_attempt_for_ten_minutes() -> None:
    story = compensating()
    story.fails("a", "ABORTED", IN_PROGRESS)
    assert story.saga.steps["a"].compensate_used == 0
    story.wait(IN_PROGRESS_GRACE)
    story.fails("a", "ABORTED", IN_PROGRESS)
    assert story.saga.steps["a"].compensate_used == 1


# Retry --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", ["Execute", "Compensate"])
def test_waits_grow_exponentially_to_a_cap_with_full_jitter(phase: str) -> None:
    story = Story(step("a", attempts=1000, undo_attempts=1000))
    if phase == "Compensate":
        story.cancel()
        story.fails("a")
    waits = []
    for jitter in (0.5, 0.5, 0.25, 0.0, 0.999, 0.999, 0.999):
        story.jitter = jitter
        story.fails("a")
        waits.append((story.saga.steps["a"].retry_time - story.now) / SECOND)
        story.wait(MINUTE)
    assert waits == [0.5, 1.0, 1.0, 0.0, 15.984, 31.968, 59.94]


def test_a_retry_is_not_sent_before_its_time() -> None:
    story = Story(step("a"))
    story.fails("a")
    assert story.due == []
    assert story.next_time == story.now + SECOND // 2
    story.wait(SECOND // 2 - 1)
    assert story.due == []
    story.wait(1)
    assert "a" in story.on_wire


def test_attempts_are_persisted_per_step_and_survive_a_crash() -> None:
    story = Story(step("a", attempts=3, stable=True))
    story.fails("a")
    story.wait(MINUTE)
    story.fails("a")
    story.sleep()
    story.wait(MINUTE)
    assert story.sent[-1] == "Execute a 3"
    story.fails("a")
    assert story.saga.cause is Cause.ATTEMPTS_EXHAUSTED


@pytest.mark.parametrize("stable", [True, False])
def test_a_resend_after_recovery_raises_attempt_but_not_the_used_budget(stable: bool) -> None:
    story = Story(step("a", attempts=2, stable=stable))
    story.takeover()
    assert story.sent == ["Execute a 1", "Execute a 2"]
    assert story.saga.steps["a"].execute_used == 0
    story.fails("a")
    assert story.saga.steps["a"].execute_used == 1
    story.wait(MINUTE)
    assert story.sent[-1] == "Execute a 3"
    story.fails("a")
    assert story.saga.cause is Cause.ATTEMPTS_EXHAUSTED


def test_a_resent_compensate_raises_attempt_too() -> None:
    story = compensating()
    story.takeover()
    assert story.sent[-1] == "Compensate a 2"


def test_retry_info_is_honoured() -> None:
    story = Story(step("a"))
    story.answers("a", failed("RESOURCE_EXHAUSTED", retry_after=20 * SECOND))
    assert story.saga.steps["a"].retry_time == story.now + 20 * SECOND


def test_retry_info_does_not_shorten_the_wait() -> None:
    story = Story(step("a"))
    story.answers("a", failed("RESOURCE_EXHAUSTED", retry_after=1))
    assert story.saga.steps["a"].retry_time == story.now + SECOND // 2


def test_retry_info_does_not_put_a_saga_to_sleep_for_ever() -> None:
    story = compensating()
    story.answers("a", failed("UNAVAILABLE", retry_after=10**18))
    assert story.next_time == story.now + MAX_BACKOFF


def test_a_negative_pushback_stops_a_step() -> None:
    story = Story(step("a"))
    story.answers("a", failed("UNAVAILABLE", no_retry=True))
    assert story.told[0] == "StepFailed a"


def test_a_repeated_failure_is_logged_without_its_text_and_shown_with_it() -> None:
    story = Story(step("a"))
    story.answers("a", failed("UNAVAILABLE", "", "connection refused"))
    story.wait(MINUTE)
    story.answers("a", failed("UNAVAILABLE", "", "connection refused"))
    event = story.new[0]
    assert isinstance(event, e.ExecuteAttemptFailed)
    assert event.failure.message == ""
    assert story.saga.steps["a"].last_failure is not None
    assert story.saga.steps["a"].last_failure.message == "connection refused"


def test_another_failure_is_logged_with_its_text() -> None:
    story = Story(step("a"))
    story.answers("a", failed("UNAVAILABLE", "", "connection refused"))
    story.wait(MINUTE)
    story.answers("a", failed("UNAVAILABLE", "", "connection reset"))
    assert story.saga.steps["a"].last_failure is not None
    assert story.saga.steps["a"].last_failure.message == "connection reset"
