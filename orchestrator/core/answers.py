"""What the end of a call, or a report by CompleteStep, says about its step.

The exemption rule. A refusal frees a step from compensation only if it is *confirmed*: the participant stores and
replays its refusals (`stable_replies`), or no other attempt is of unknown outcome. Otherwise another attempt may still
have its effect after this one was refused, so the step counts as possibly done. Of unknown outcome are an attempt that
ended without one, one that an earlier owner left on its way when it died, and, for a Pending step, the accepted one
itself when it is a later question that is refused, and a question still on the wire, or answered Pending, when
CompleteStep tells: a participant that has refused and forgotten takes the question for a new start.

After a restore from a backup (`orchestrator.core.restored`) any operation may have had attempts that the log has lost, so a
refusal is confirmed by stable replies only; and a tombstone ends a step, whatever the definition makes of its code.

The pivot is asked until it says Completed or a confirmed Rejected; codes that stop other steps do not stop it, because
neither way is open while its outcome is unknown.

An attempt that was not sent after all, because something was paused meanwhile, costs neither an attempt nor a pause.

In Compensate every failure is retried patiently, except that a participant which has lost the operation's barrier row
can never succeed.
"""

from __future__ import annotations

from orchestrator.core import events as e
from orchestrator.core.definition import StepKind
from orchestrator.core.draft import Draft
from orchestrator.core.errors import CommandRefused
from orchestrator.core.model import ExecuteOutcome, Failure, FailureKind, Phase, SagaState, Step, StepState
from orchestrator.core.outcome import (
    BARRIER_ROW_MISSING,
    IN_PROGRESS,
    IN_PROGRESS_GRACE,
    NOT_WANTED,
    CompensateAnswer,
    Compensated,
    Completed,
    ExecuteAnswer,
    Failed,
    FailureClass,
    Pending,
    Rejected,
    classify,
)
from orchestrator.core.restored import entombed
from orchestrator.core.retry import MAX_BACKOFF, RetryPolicy

_STILL_PENDING = Failure(
    "", "STILL_PENDING", "asked again, the participant answered Pending; it may have begun anew, as its replies vary"
)
_OWNER_LOST = Failure("", "OWNER_LOST", "the orchestrator's process ended while an attempt may have been on its way")


def note_lost_attempts(draft: Draft) -> None:
    """Add, for each step that a dead owner may have sent, that such an attempt had no outcome.

    It must be in the log, because an owner that puts the saga to sleep forgets what it took over. Where replies are
    stable nothing depends on it, and the event is spared, unless the step is not sent again at once, because something
    is paused or it is to be parked: then whoever sends it later must know that it is not the first time.
    """
    if draft.saga.settled:
        return
    for (step_id, phase), logged in draft.context.inherited.items():
        step = draft.saga.steps[step_id]
        if not draft.goes_on or step_id in draft.context.held:
            _note_lost(draft, step_id, phase, logged)
            continue
        if (
            phase is Phase.EXECUTE
            and step.state in (StepState.EXECUTING, StepState.PENDING)
            and not step.unknown_attempt
            and not draft.saga.definition.by_id[step_id].facts.stable_replies
        ):
            draft.add(e.ExecuteAttemptFailed(draft.now, step_id, logged + 1, _OWNER_LOST, retry_time=0, used=False))


def _note_lost(draft: Draft, step_id: str, phase: Phase, logged: int) -> None:
    step, now = draft.saga.steps[step_id], draft.now
    if phase is Phase.EXECUTE and (step.state, step.execute_attempts) == (StepState.EXECUTING, logged):
        draft.add(e.ExecuteAttemptFailed(now, step_id, logged + 1, _OWNER_LOST, retry_time=0, used=False))
    elif phase is Phase.COMPENSATE and (step.state, step.compensate_attempts) == (StepState.COMPENSATING, logged):
        draft.add(e.CompensateAttemptFailed(now, step_id, logged + 1, _OWNER_LOST, retry_time=0, used=False))


def on_execute(draft: Draft, step_id: str, attempt: int, answer: ExecuteAnswer, *, probe: bool = False) -> None:
    """Add what the end of a call of Execute says.

    Args:
        draft: the decision.
        step_id: the step.
        attempt: number of the attempt; 0: CompleteStep tells.
        answer: how it ended.
        probe: True if it was to find out whether its participant is back; without an outcome it costs no attempt.
    """
    step = draft.saga.steps[step_id]
    if step.state not in (StepState.EXECUTING, StepState.PENDING):
        return  # CompleteStep was faster
    match answer:
        case Completed(output):
            draft.add(e.StepCompleted(draft.now, step_id, output, attempt))
        case Rejected(failure):
            _rejected(draft, step_id, attempt, failure)
        case Pending():
            _pending(draft, step_id, attempt)
        case Failed():
            _failed(draft, step_id, attempt, answer, probe=probe)


def _pending(draft: Draft, step_id: str, attempt: int) -> None:
    step = draft.saga.steps[step_id]
    stable = draft.saga.definition.by_id[step_id].facts.stable_replies
    if step.state is StepState.EXECUTING:
        draft.add(e.StepPending(draft.now, step_id, attempt))
    elif draft.saga.state is SagaState.RUNNING and not stable and not step.unknown_attempt:
        # Either it is still at it, or it has refused, forgotten that, and begun anew. Logged once.
        draft.add(e.ExecuteAttemptFailed(draft.now, step_id, attempt, _STILL_PENDING, retry_time=0, used=False))


def _rejected(draft: Draft, step_id: str, attempt: int, failure: Failure) -> None:
    step, definition = draft.saga.steps[step_id], draft.saga.definition.by_id[step_id]
    # Of a Pending step, CompleteStep tells how the accepted attempt ended; only a question on the wire is open then.
    accepted_is_open = step.state is StepState.PENDING and (attempt > 0 or step_id in draft.context.on_wire)
    others_are_open = step.unknown_attempt or accepted_is_open or draft.context.restored_time
    if definition.facts.stable_replies or not others_are_open:
        draft.add(e.StepRejected(draft.now, step_id, failure, attempt))
    elif definition.kind is not StepKind.PIVOT:
        draft.add(e.StepFailed(draft.now, step_id, FailureKind.REJECTED_UNCONFIRMED, failure, attempt))
    elif attempt == 0:
        raise CommandRefused(
            "STEP_NOT_PENDING",
            step.state,
            f"a refusal of pivot {step_id!r} can't be taken as final: another attempt of unknown outcome may still "
            "have its effect; the orchestrator goes on asking",
        )
    elif step.state is StepState.EXECUTING:
        message = f"refused ({failure.reason}), but an earlier attempt of unknown outcome may still have its effect"
        _failed(draft, step_id, attempt, Failed(Failure("", "REJECTED_UNCONFIRMED", message)))


def _failed(draft: Draft, step_id: str, attempt: int, answer: Failed, *, probe: bool = False) -> None:
    step, definition, now = draft.saga.steps[step_id], draft.saga.definition.by_id[step_id], draft.now
    tombstone = bool(draft.context.restored_time) and entombed(answer.failure)
    class_ = FailureClass.PERMANENT if tombstone else classify(definition, answer)
    failure = _elided(step, answer.failure, Phase.EXECUTE)
    if draft.saga.state is SagaState.COMPENSATING:
        if step.state is StepState.EXECUTING:
            draft.add(e.ExecuteAttemptFailed(now, step_id, attempt, failure, retry_time=0))
        return
    if class_ is FailureClass.PERMANENT and definition.kind is not StepKind.PIVOT:
        draft.add(e.StepFailed(now, step_id, FailureKind.PERMANENT, answer.failure, attempt))
        return
    if step.state is StepState.PENDING:
        # Asking how it stands costs no attempt; that nobody answered is logged once, for the exemption rule.
        if not step.unknown_attempt:
            draft.add(e.ExecuteAttemptFailed(now, step_id, attempt, failure, retry_time=0, used=False))
        return
    in_progress, unsent = class_ is FailureClass.IN_PROGRESS, answer.failure.reason == NOT_WANTED
    used = not (probe or unsent or (in_progress and _within_grace(step, now)))
    spent = step.execute_used + used
    if spent >= definition.retry.max_attempts:
        draft.add(e.StepFailed(now, step_id, FailureKind.ATTEMPTS_EXHAUSTED, answer.failure, attempt))
        return
    retry_time = now if unsent else now + _wait(definition.retry, attempt, answer, draft.context.jitter)
    draft.add(e.ExecuteAttemptFailed(now, step_id, attempt, failure, retry_time, used, in_progress))


def on_compensate(draft: Draft, step_id: str, attempt: int, answer: CompensateAnswer, *, probe: bool = False) -> None:
    """Add what the end of a call of Compensate says; the arguments are those of `on_execute`."""
    step, definition, now = draft.saga.steps[step_id], draft.saga.definition.by_id[step_id], draft.now
    if step.state not in (StepState.COMPENSATING, StepState.COMPENSATION_PENDING):
        return  # CompleteStep was faster
    match answer:
        case Compensated():
            draft.add(e.StepCompensated(now, step_id, attempt))
        case Pending():
            if step.state is StepState.COMPENSATING:
                draft.add(e.CompensationPending(now, step_id, attempt))
        case Failed(failure) if failure.reason == BARRIER_ROW_MISSING:
            draft.add(e.CompensationFailed(now, step_id, failure, attempt))
        case Failed(failure) if step.state is StepState.COMPENSATING:
            in_progress, unsent = failure.reason == IN_PROGRESS, failure.reason == NOT_WANTED
            used = not (probe or unsent or (in_progress and _within_grace(step, now)))
            spent = step.compensate_used + used
            if spent >= definition.compensation_retry.max_attempts:
                draft.add(e.CompensationFailed(now, step_id, failure, attempt))
                return
            wait = 0 if unsent else _wait(definition.compensation_retry, attempt, answer, draft.context.jitter)
            elided = _elided(step, failure, Phase.COMPENSATE)
            draft.add(e.CompensateAttemptFailed(now, step_id, attempt, elided, now + wait, used, in_progress))


def on_report(draft: Draft, step_id: str, phase: Phase, answer: ExecuteAnswer | CompensateAnswer, run: int = 0) -> None:
    """Add what CompleteStep says.

    A report may come before the Pending answer that it belongs to: the token is valid from the intent on. The same
    report again changes nothing.

    Raises:
        CommandRefused: the step has another outcome, or waits for none in this phase, or this run was left behind.
    """
    step = draft.saga.steps[step_id]
    if run not in (0, step.run):
        why = f"run {run} of step {step_id!r} was left behind, and no outcome of it counts any more"
        raise CommandRefused("STEP_NOT_PENDING", step.state, why)
    moves = not draft.saga.settled
    if phase is Phase.EXECUTE and step.state in (StepState.EXECUTING, StepState.PENDING) and moves:
        if isinstance(answer, Failed):
            draft.add(e.StepFailed(draft.now, step_id, FailureKind.PERMANENT, answer.failure))
        elif not isinstance(answer, Compensated):
            on_execute(draft, step_id, 0, answer)
        return
    if phase is Phase.COMPENSATE and step.state in (StepState.COMPENSATING, StepState.COMPENSATION_PENDING) and moves:
        if isinstance(answer, Failed):
            draft.add(e.CompensationFailed(draft.now, step_id, answer.failure))
        elif isinstance(answer, Compensated):
            draft.add(e.StepCompensated(draft.now, step_id))
        return
    if not _already_said(step, phase, answer):
        raise CommandRefused(
            "STEP_NOT_PENDING",
            step.state,
            f"step {step_id!r} is {step.state} and waits for no outcome of {phase}, or has another one",
        )


def _already_said(step: Step, phase: Phase, answer: ExecuteAnswer | CompensateAnswer) -> bool:
    """True if the step's outcome is the one reported, also if the saga has long gone on from it."""
    match answer:
        case Completed(output):
            return step.outcome is ExecuteOutcome.COMPLETED and step.output == output
        case Rejected(failure):
            refused = step.state is StepState.REJECTED or step.failed_kind is FailureKind.REJECTED_UNCONFIRMED
            return refused and step.execute_failure == failure
        case Compensated():
            return step.state is StepState.COMPENSATED
        case Failed(failure) if phase is Phase.EXECUTE:
            return step.failed_kind is FailureKind.PERMANENT and step.execute_failure == failure
        case Failed(failure):
            return step.state is StepState.COMPENSATION_FAILED and step.last_failure == failure
        case Pending():
            return False


def _wait(policy: RetryPolicy, attempt: int, answer: Failed, jitter: float) -> int:
    """How long to leave the participant alone after ``attempt``.

    Its number counts here, not the used budget, so that answers which cost no attempt are waited for ever longer too.
    A participant may ask for more, within the longest wait there is: no saga sleeps for ever.
    """
    return max(policy.wait(attempt, jitter), min(answer.retry_after, MAX_BACKOFF))


def _within_grace(step: Step, now: int) -> bool:
    return now - (step.in_progress_since or now) < IN_PROGRESS_GRACE


def _elided(step: Step, failure: Failure, phase: Phase) -> Failure:
    """The failure without its text if it repeats the one before, so that a long outage does not fill the log."""
    if failure == step.last_failure and step.last_failure_phase is phase:
        return Failure(failure.code, failure.reason, "")
    return failure
