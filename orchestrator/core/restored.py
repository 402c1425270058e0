"""After the log was restored from a backup: what a saga may decide while its log may be behind its participants.

A backup is a log of earlier. Between it and now lies a *lost future*: events that were committed, acted upon and perhaps
acknowledged, and that this log does not have. The participants did not go back with it. Their barriers know of every
operation of the lost future, by the same keys, for the installation's name and the sagas' ids were in the backup too. So
they are asked rather than the log, by the means of every day: what is intended is sent, and a barrier that knows it answers
as it did then.

1. *Forward is replay.* A step that was done answers its stored reply, so the same outputs lead to the same inputs of the
   next steps, and so on until where the lost future ended, and beyond it. Whatever was acknowledged is found again.
   *What the log says has completed is asked again* before anything new is begun: it may have been undone since, and what was
   under way beside it may bear no trace of that, for it was never sent, or has no effect. Past the pivot nothing was undone.
2. *A Rejected is the decision of then*, if it is confirmed: the participant stores its refusals. One that does not may refuse
   now what it did then, so its refusal proves nothing here, whatever attempts this log knows of.
3. *A tombstone tells that the saga was going back.* Only that writes one, or a person's hand (last paragraph). To go back
   again is right: what was undone answers Compensated from its row, what was not is undone now.
4. *Nothing else tells anything.* Time, a wish to cancel, attempts that are used up, a permanent code, an input that does not
   resolve: at each of them the lost future may have been past the pivot, or COMPLETED and acknowledged, and to go back would
   undo what somebody was told. So none of them aborts: the saga is STUCK, and a person looks.
5. *Nor does a proof abort while something goes forward.* In the lost future a parallel branch may have gone further than this
   log knows; to undo it, it must be replayed first. Where a branch stopped in doubt, what follows it may have been done, so
   all that stopped must be refused or entombed. Along a branch this needs no waiting: a tombstone is written only after
   everything behind it is settled. So no intent is struck as never sent, either: it may have been sent then.
6. *The saga's time begins anew* with the declaration, as do the times of what is Pending: the time that is lost must not make
   STUCK what was never asked. Once it is up, or somebody wants the saga cancelled, what is under way is given up for a person
   to try again; their word drives it on, to the end, however late.

A saga that was begun in the lost future is not in this log at all. Its client starts it again with the same id; the keys are
the same, so its first step finds the first step's stored reply, and all of the above holds for it. Nobody can tell it from a
saga that is new indeed; so the rules bind every saga that is open until a person ends the mode. Another input under the
same id is found out by the barrier (INVALID_ARGUMENT, reason REQUEST_MISMATCH), and is a doubt like any other. So is
BARRIER_ROW_MISSING: a row that was collected since. That answer needs an intent of before the horizon; an intent that is made
now, of an operation that was collected, would be done twice. A backup must therefore be younger than the shortest
`deduplication_retention`. Sagas that had ended and been purged are open again in this log, and are replayed like all others.

What replay can't find out is what people did: a step that was left out or run anew with other input has a tombstone too,
and the run that followed it has keys that this log does not know. docs/restore.md says what to do about it.

The decision to go back itself, where the backup has it, stands as ever, and so does what follows the pivot.
"""

from __future__ import annotations

from collections.abc import Iterable

from orchestrator.core import events as e
from orchestrator.core.definition import StepKind
from orchestrator.core.draft import Draft
from orchestrator.core.model import ExecuteOutcome, Failure, FailureKind, Saga, Signature, Step, StepState
from orchestrator.core.outcome import OPERATION_COMPENSATED

LOG_RESTORED = "LOG_RESTORED"
"""The reason of a saga that is STUCK because its log was restored: otherwise it would have gone back."""

_BY = Signature("the log was restored from a backup: what had completed is asked again, lest it was undone since")
_UNDER_WAY = frozenset({StepState.EXECUTING, StepState.PENDING})


def entombed(failure: Failure) -> bool:
    """True if an Execute's error says that a tombstone stands."""
    return (failure.code, failure.reason) == ("FAILED_PRECONDITION", OPERATION_COMPENSATED)


def proves(step: Step) -> bool:
    """True if a step that stopped proves that the saga is to go back: it was refused, or is entombed."""
    by_code = step.failed_kind is FailureKind.PERMANENT and step.execute_failure is not None
    return step.state is StepState.REJECTED or (by_code and entombed(step.execute_failure or Failure()))


def ask_again(draft: Draft) -> None:
    """Ask again what had completed before the restore was declared, unless the pivot has."""
    saga = draft.saga
    pivot = saga.definition.pivot
    if pivot is not None and saga.steps[pivot.id].state is StepState.COMPLETED:
        return
    for step in saga.definition.steps:
        state = saga.steps[step.id]
        then = state.state is StepState.COMPLETED and state.execute_end_time < draft.context.restored_time
        if then and step.compensated_on_abort:
            draft.add(e.ExecuteRetried(draft.now, step.id, _BY))


def confirmed(saga: Saga) -> bool:
    """True if all that is asked again has answered: that it completed, or that it is entombed."""
    asked = (step for step in saga.steps.values() if step.outcome is ExecuteOutcome.COMPLETED)
    return not any(step.state in _UNDER_WAY or (step.state is StepState.FAILED and not proves(step)) for step in asked)


def grace(saga: Saga, restored_time: int) -> int:
    """Return by how much the saga's time is longer, microseconds, for what was lost of it.

    Args:
        saga: the saga.
        restored_time: when the restore was declared, microseconds; 0: none is.
    """
    return max(0, restored_time - saga.start_time)


def give_up(draft: Draft) -> None:
    """Give up what is under way if the saga's time is up, or its cancel was asked for, and no person drives it on."""
    saga = draft.saga
    if saga.driven_on or not (saga.timed_out or saga.cancel_requested):
        return
    failure = Failure("", "CANCELLED", "the saga was cancelled")
    if not saga.cancel_requested:
        failure = Failure("", "TIMED_OUT", "the saga's time was up")
    for step_id, step in saga.steps.items():
        if step.state in _UNDER_WAY and saga.definition.by_id[step_id].kind is not StepKind.PIVOT:
            draft.add(e.StepFailed(draft.now, step_id, FailureKind.ATTEMPTS_EXHAUSTED, failure))


def first_doubt(stopped: Iterable[tuple[str, Step]]) -> tuple[str, Step] | None:
    """Return the first of the steps that stopped which proves nothing; None: all prove that the saga is to go back."""
    return next(((step_id, step) for step_id, step in stopped if not proves(step)), None)


def doubt(step: Step) -> Failure:
    """Return why a saga is STUCK at a step that proves nothing."""
    failure = step.last_failure or Failure()
    said = " ".join(word for word in (failure.code, failure.reason) if word)
    message = (
        f"{said}{': ' if said and failure.message else ''}{failure.message}; the log was restored from a backup, and what it "
        "has lost may have completed, so nothing is undone"
    )
    return Failure(failure.code, LOG_RESTORED, message)
