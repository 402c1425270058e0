"""The sentence of each type of event, in the one table `SENTENCES`.

A sentence says what happened as a person would, in the past tense, with what they will ask next: who, how often, what
the error was, and whether an effect is possible. It knows the saga before and after its event, and nothing of what
came later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from orchestrator.core import events as e
from orchestrator.core import standstill
from orchestrator.core.definition_fields import spell
from orchestrator.core.explain_observed import OBSERVED_SENTENCES
from orchestrator.core.explain_operations import OPERATOR_SENTENCES, restarted
from orchestrator.core.model import Cause, ExecuteOutcome, FailureKind, Mode, Phase, Saga, StepState
from orchestrator.core.outcome import BARRIER_ROW_MISSING
from orchestrator.core.restored import LOG_RESTORED
from orchestrator.core.wording import Speaker, amount, doer, error, kept_error, span, steps

OWNER_LOST = "OWNER_LOST"
STILL_PENDING = "STILL_PENDING"
"""Reasons that the core itself gives to an attempt of unknown outcome (`orchestrator.core.answers`)."""


class Moment(NamedTuple):
    """An event among its circumstances.

    Attributes:
        sequence: its place in the log.
        event: the event.
        before: the saga before it; after SagaStarted the same as after it.
        after: the saga after it.
    """

    sequence: int
    event: e.Event
    before: Saga
    after: Saga


Sentence = Callable[[Moment, Any, Speaker], str]


# The saga as a whole ------------------------------------------------------------------------------------------------


def _started(moment: Moment, event: e.SagaStarted, speaker: Speaker) -> str:
    count = amount(len(moment.after.steps), "step")
    limit = spell(moment.after.timeout_time - event.time)
    again = f" It is {event.restarted_from} once more, {restarted(event.by)}." if event.by is not None else ""
    return (
        f"The saga was started: {event.definition_name} v{event.definition_version}, {count}, "
        f"with {limit} to finish (until {speaker.clock(event.timeout_time)}).{again}"
    )


def _waits_for_pivot(moment: Moment) -> str:
    pivot = moment.after.definition.pivot
    if pivot is not None and moment.after.steps[pivot.id].state in (StepState.EXECUTING, StepState.PENDING):
        return (
            f" The pivot, step {pivot.id}, was under way: this waits for its outcome, and acts only if it is refused."
        )
    return ""


def _cancel_requested(moment: Moment, event: e.CancelRequested, speaker: Speaker) -> str:
    why = f': "{event.reason}"' if event.reason else ", without saying why"
    return f"Somebody asked to cancel the saga{why}.{_waits_for_pivot(moment)}"


def _timed_out(moment: Moment, event: e.SagaTimedOut, speaker: Speaker) -> str:
    took = spell(moment.after.timeout_time - moment.after.start_time)
    stood = standstill.timeout_time(moment.before, event.time) - moment.before.timeout_time
    still = f" beside {span(stood)} for which it stood still" if stood else ""
    return f"The saga's time, {took}{still}, was up.{_waits_for_pivot(moment)}"


def because(saga: Saga) -> str:
    """Return why a saga is undone, as the end of a sentence."""
    step, failure = saga.failure_step, saga.failure
    what = error(failure) if failure is not None else ""
    match saga.cause:
        case Cause.CANCELLED:
            return "because somebody cancelled it"
        case Cause.TIMED_OUT if not step:
            return "because its time was up"
        case Cause.TIMED_OUT:
            return f"because the outcome of step {step} was not reported in time"
        case Cause.REJECTED:
            return f"because step {step} was refused ({what})"
        case Cause.ATTEMPTS_EXHAUSTED:
            return f"because step {step} used up its attempts ({what})"
        case _ if saga.steps[step].state is StepState.BLOCKED:
            return f"because step {step} could not be sent ({what})"
        case _:
            return f"because step {step} failed for good ({what})"


def _compensation_started(moment: Moment, event: e.CompensationStarted, speaker: Speaker) -> str:
    struck = ""
    if event.struck:
        struck = f" Nothing had been sent yet of {steps(event.struck)}, so there is nothing to undo there."
    return f"It was decided to undo the saga {because(moment.after)}. This is never taken back.{struck}"


def _completed(moment: Moment, event: e.SagaCompleted, speaker: Speaker) -> str:
    output = f" Its output could not be made ({error(event.failure)})." if event.failure is not None else ""
    return f"All steps have completed: the saga is COMPLETED.{output}"


def _compensated(moment: Moment, event: e.SagaCompensated, speaker: Speaker) -> str:
    return "Nothing of the saga stands any more: it is COMPENSATED."


def _stuck(moment: Moment, event: e.SagaStuck, speaker: Speaker) -> str:
    what = "undoing it" if event.phase is Phase.COMPENSATE else "it"
    which = f"{what} failed for good" if what != "it" else "it can neither be finished nor safely undone"
    if event.failure.reason == LOG_RESTORED:
        which += ", for the log was restored from a backup, and in what it has lost the saga may have completed"
    return f"The saga is STUCK at step {event.step_id}: {which}. It waits for a person."


# A step, forward ----------------------------------------------------------------------------------------------------


def step_name(moment: Moment, event: e.StepEvent) -> str:
    """Return a step with what it does: `step pay (payment.charge)`."""
    return f"step {event.step_id} ({doer(moment.after.definition, event.step_id)})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _intended(moment: Moment, event: e.StepIntended, speaker: Speaker) -> str:
    if event.run > 1:
        run = f"Run {event.run} of {step_name(moment, event)}"
        return f"{run} was cleared to be sent, with keys of its own: from here on it is possibly done."
    return f"{_capital(step_name(moment, event))} was cleared to be sent: from here on it is possibly done."


def _blocked(moment: Moment, event: e.StepBlocked, speaker: Speaker) -> str:
    return f"{_capital(step_name(moment, event))} could not be sent: {error(event.failure)}. It has no effect."


def _told_by(attempt: int) -> str:
    if attempt == 0:
        return "as CompleteStep reported"
    return "at its first attempt" if attempt == 1 else f"at attempt {attempt}"


def _after(moment: Moment, event: e.StepEvent, *, back: bool = False) -> str:
    step = moment.before.steps[event.step_id]
    took = event.time - (step.compensate_intend_time if back else step.intend_time)
    if took < 1_000:
        return ""  # as good as at once
    return f", after {span(took)}" if event_attempt(event) == 1 else f", after {span(took)} in all"


def event_attempt(event: e.StepEvent) -> int:
    """Return the number of the attempt that an event tells of; 0: of none."""
    return int(getattr(event, "attempt", 0))


def _step_completed(moment: Moment, event: e.StepCompleted, speaker: Speaker) -> str:
    late = " It will have to be undone." if moment.before.cause is not None else ""
    how = f"{_told_by(event.attempt)}{_after(moment, event)}"
    return f"{_capital(step_name(moment, event))} completed {how}.{late}"


def _rejected(moment: Moment, event: e.StepRejected, speaker: Speaker) -> str:
    said = f"was refused {_told_by(event.attempt)}: {error(event.failure)}"
    return f"{_capital(step_name(moment, event))} {said}. It has no effect."


def _failed(moment: Moment, event: e.StepFailed, speaker: Speaker) -> str:
    step, who = moment.after.steps[event.step_id], moment.after.definition.by_id[event.step_id].participant
    what = error(event.failure)
    match event.kind:
        case FailureKind.ATTEMPTS_EXHAUSTED if event.attempt == 0:
            why = f"was given up after the log was restored from a backup, because {event.failure.message}"
        case FailureKind.ATTEMPTS_EXHAUSTED:
            used = amount(moment.after.definition.by_id[event.step_id].retry.max_attempts, "attempt")
            why = f"was given up, its {used} used up; the last one ended with {what}"
        case FailureKind.REJECTED_UNCONFIRMED:
            why = f"was refused ({what}), but an earlier attempt of unknown outcome may still have its effect"
        case FailureKind.PENDING_TIMED_OUT:
            limit = spell(moment.after.definition.by_id[event.step_id].pending_timeout)
            since = speaker.clock(step.pending_since)
            why = f"was given up: {who} had accepted it at {since} and reported no outcome within {limit}"
        case FailureKind.PERMANENT if event.attempt == 0:
            why = f"failed for good, as CompleteStep reported: {what}"
        case FailureKind.PERMANENT:
            why = f"was given up {_told_by(event.attempt)}: {who} answered {what}, and asking again does not help"
    return f"{_capital(step_name(moment, event))} {why}. It is possibly done."


def _attempt_failed(moment: Moment, event: e.ExecuteAttemptFailed, speaker: Speaker) -> str:
    name = step_name(moment, event)
    if event.failure.reason == OWNER_LOST:
        return f"The orchestrator ended while attempt {event.attempt} of {name} may have been on its way."
    if event.failure.reason == STILL_PENDING:
        return f"Asked again, the participant of {name} said Pending once more."
    what = kept_error(moment.after, event.step_id, event.failure)
    if event.in_progress:
        return f"Attempt {event.attempt} of {name} found an earlier delivery of it still running there ({what})."
    if moment.before.steps[event.step_id].state is StepState.PENDING:
        return f"Asked how {name} stands, the participant gave no answer ({what}). Its outcome is awaited all the same."
    return f"Attempt {event.attempt} of {name} failed: {what}. It may have had its effect.{_again(event)}"


def _again(event: e.ExecuteAttemptFailed | e.CompensateAttemptFailed) -> str:
    return f" The next one was set for {span(event.retry_time - event.time)} later." if event.retry_time else ""


def _pending(moment: Moment, event: e.StepPending, speaker: Speaker) -> str:
    step = moment.after.definition.by_id[event.step_id]
    limit = spell(step.pending_timeout)
    name = _capital(step_name(moment, event))
    return f"{name} was accepted by {step.participant}, which was to report its outcome within {limit} (Pending)."


# A step, back -------------------------------------------------------------------------------------------------------

_KNOWN = {
    ExecuteOutcome.UNKNOWN: "whether it took effect is not known",
    ExecuteOutcome.COMPLETED: "it had completed",
    ExecuteOutcome.PENDING: "it was Pending",
}


def _compensation_intended(moment: Moment, event: e.CompensationIntended, speaker: Speaker) -> str:
    return f"Undoing {step_name(moment, event)} began; {_KNOWN[event.outcome]}."


def _compensate_attempt_failed(moment: Moment, event: e.CompensateAttemptFailed, speaker: Speaker) -> str:
    what = kept_error(moment.after, event.step_id, event.failure)
    name = step_name(moment, event)
    if event.failure.reason == OWNER_LOST:
        return f"The orchestrator ended while attempt {event.attempt} to undo {name} may have been on its way."
    if event.in_progress:
        return f"Attempt {event.attempt} to undo {name} found an earlier delivery still running there ({what})."
    return f"Attempt {event.attempt} to undo {name} failed: {what}.{_again(event)}"


def _compensation_pending(moment: Moment, event: e.CompensationPending, speaker: Speaker) -> str:
    step = moment.after.definition.by_id[event.step_id]
    limit = spell(step.pending_timeout)
    return (
        f"Undoing {step_name(moment, event)} was accepted by {step.participant}, which was to report its end within "
        f"{limit} (Pending)."
    )


def _step_compensated(moment: Moment, event: e.StepCompensated, speaker: Speaker) -> str:
    how = f"{_told_by(event.attempt)}{_after(moment, event, back=True)}"
    return f"{_capital(step_name(moment, event))} was undone {how}."


def _compensation_failed(moment: Moment, event: e.CompensationFailed, speaker: Speaker) -> str:
    definition = moment.after.definition.by_id[event.step_id]
    what = error(event.failure)
    if event.failure.reason == BARRIER_ROW_MISSING:
        why = f"{definition.participant} no longer knows this operation, so it can't undo it ({what})"
    elif event.failure.reason == "PENDING_TIMED_OUT":
        why = f"{definition.participant} had accepted it and reported no end within {spell(definition.pending_timeout)}"
    elif event.attempt == 0:
        why = f"CompleteStep reported that it failed for good ({what})"
    else:
        used = amount(definition.compensation_retry.max_attempts, "attempt")
        why = f"its {used} are used up, the last one ended with {what}"
    return f"Undoing {step_name(moment, event)} was given up: {why}. It is possibly done."


# A step, either way -------------------------------------------------------------------------------------------------


def _parked(moment: Moment, event: e.StepParked, speaker: Speaker) -> str:
    who = moment.after.definition.by_id[event.step_id].participant
    what = (
        f"Undoing {step_name(moment, event)}" if event.phase is Phase.COMPENSATE else _capital(step_name(moment, event))
    )
    return f"{what} was parked: it could not be sent to {who} then, so it waited, which cost no attempt."


def _unparked(moment: Moment, event: e.StepUnparked, speaker: Speaker) -> str:
    waited = span(event.time - moment.before.steps[event.step_id].parked_time)
    what = f"undoing {step_name(moment, event)}" if event.phase is Phase.COMPENSATE else step_name(moment, event)
    return f"After {waited} it was the turn of {what}, which was parked no longer."


def _struck(moment: Moment, event: e.StepStruck, speaker: Speaker) -> str:
    who = moment.after.definition.by_id[event.step_id].participant
    why = f"{who} sealed it and had no record of it" if event.sealed else "it changes nothing"
    return f"No effect of {step_name(moment, event)} stands, and none will: {why}."


def _skipped(moment: Moment, event: e.StepSkipped, speaker: Speaker) -> str:
    return f"{_capital(step_name(moment, event))} was left out. What comes after it goes on without."


SENTENCES: Mapping[type[e.Event], Sentence] = MappingProxyType(
    {
        e.SagaStarted: _started,
        e.CancelRequested: _cancel_requested,
        e.SagaTimedOut: _timed_out,
        e.CompensationStarted: _compensation_started,
        e.SagaCompleted: _completed,
        e.SagaCompensated: _compensated,
        e.SagaStuck: _stuck,
        e.StepIntended: _intended,
        e.StepBlocked: _blocked,
        e.ExecuteAttemptFailed: _attempt_failed,
        e.StepPending: _pending,
        e.StepCompleted: _step_completed,
        e.StepRejected: _rejected,
        e.StepFailed: _failed,
        e.CompensationIntended: _compensation_intended,
        e.CompensateAttemptFailed: _compensate_attempt_failed,
        e.CompensationPending: _compensation_pending,
        e.StepCompensated: _step_compensated,
        e.CompensationFailed: _compensation_failed,
        e.StepParked: _parked,
        e.StepUnparked: _unparked,
        e.StepStruck: _struck,
        e.StepSkipped: _skipped,
        **OPERATOR_SENTENCES,
        e.EventObserved: OBSERVED_SENTENCES[e.EventObserved],
        e.DeliveryGivenUp: OBSERVED_SENTENCES[e.DeliveryGivenUp],
        e.RedeliveryRequested: OBSERVED_SENTENCES[e.RedeliveryRequested],
    }
)
"""The sentence of every type of event; a test holds it to `EVENT_TYPES`. Of choreographed sagas some have another."""


def sentence(moment: Moment, speaker: Speaker) -> str:
    """Return what an event says."""
    kind = type(moment.event)
    choreographed = moment.after.mode is Mode.CHOREOGRAPHY
    say = OBSERVED_SENTENCES.get(kind, SENTENCES[kind]) if choreographed else SENTENCES[kind]
    return say(moment, moment.event, speaker)
