"""Where a choreographed saga stands, with what has been observed of it until now. Pure.

Rules.

1. *A refusal stands* once every reaction that could do work at it has answered and none did; at once, if there is none.
   The saga goes back then.
2. *The end.* When no answer is owed (`orchestrator.core.observation`), the saga is COMPLETED, or, if it went back and
   no effect stands, COMPENSATED. If an effect stands it is STUCK.
3. *What stands.* What a reaction did and was not undone, unless it is effect-free, or was done on the way back: at a
   standing refusal, at an event that undoes something, or at what these led to. That is how it is told, not what is told.
4. *STUCK is a verdict on what is known now*, given after each event: something that must not have happened, a dead
   letter, an effect that nothing undoes, or nothing at all for too long. The next event may lift it.
"""

from __future__ import annotations

from orchestrator.core import events as e
from orchestrator.core.choreography import Choreography
from orchestrator.core.definition_fields import spell
from orchestrator.core.draft import Draft
from orchestrator.core.model import Cause, Failure, Phase, Saga, StepState
from orchestrator.core.observation import EventKey, Letter, Observation, Observed, Owed, course_of, seen_of

DELIVERY_GIVEN_UP = "DELIVERY_GIVEN_UP"
NOT_UNDONE = "NOT_UNDONE"
NO_PROGRESS = "NO_PROGRESS"
COMPENSATION_MISSING = "COMPENSATION_MISSING"
CAUSE_MISSING = "CAUSE_MISSING"


def judge(draft: Draft) -> None:
    """Say where the saga stands with what is known now."""
    course = course_of(draft.saga)
    refused = _standing_refusal(draft, course) if draft.saga.cause is None else ""
    if refused:
        failure = draft.saga.steps[refused].execute_failure or Failure()
        draft.add(e.CompensationStarted(draft.now, Cause.REJECTED, failure, refused))
    seen = seen_of(draft.saga)
    if seen.fault is not None:
        draft.add(e.SagaStuck(draft.now, seen.fault, seen.fault_step, Phase.EXECUTE))
    elif seen.letters:
        letter = next(iter(seen.letters.values()))
        text = (
            f"{letter.step_id} could not handle {_type_of(seen, letter)}, a dead letter now: {letter.failure.message}"
        )
        draft.add(e.SagaStuck(draft.now, Failure("", DELIVERY_GIVEN_UP, text), letter.step_id, letter.phase))
    elif not _awaited(draft, course):
        _end(draft, course)


def _awaited(draft: Draft, course: Choreography) -> bool:
    """Tell whether something is still to come: an answer, what led to an event, or what undid a blocked step."""
    seen = seen_of(draft.saga)
    return bool(seen.early or _undoing_unseen(draft.saga, course)) or next(seen.owed(course), None) is not None


def _undoing_unseen(saga: Saga, course: Choreography) -> list[str]:
    """The steps that say they are undone, though nothing that undoes them has been observed yet."""
    types = {event.event_type for event in seen_of(saga).events.values()}
    struck = (id_ for id_, step in saga.steps.items() if step.state is StepState.STRUCK)
    return [id_ for id_ in struck if not types & course.by_step[id_].compensates_on]


def judge_overdue(draft: Draft) -> None:
    """Say that nothing has happened for too long, in a saga that has not ended."""
    course, seen = course_of(draft.saga), seen_of(draft.saga)
    owed = sorted(seen.owed(course), key=lambda one: one.phase is Phase.EXECUTE)  # undoing first
    limit = spell(course.progress_timeout)
    if not owed:
        early = {fact.event_type for fact in seen.early.values()}
        what = ", ".join(sorted(early | {f"the undoing of {id_}" for id_ in _undoing_unseen(draft.saga, course)}))
        text = f"the event that led to {what} had not been observed for {limit}"
        draft.add(e.SagaStuck(draft.now, Failure("", CAUSE_MISSING, text), "", Phase.EXECUTE))
    else:
        first = owed[0]
        reason = NO_PROGRESS if first.phase is Phase.EXECUTE else COMPENSATION_MISSING
        more = f" and {len(owed) - 3} more" if len(owed) > 3 else ""
        text = f"{', '.join(_said(one) for one in owed[:3])}{more} for {limit}"
        draft.add(e.SagaStuck(draft.now, Failure("", reason, text), first.reaction.step_id, first.phase))


def _said(owed: Owed) -> str:
    what = "had not answered" if owed.phase is Phase.EXECUTE else "had not undone its work at"
    return f"{owed.reaction.step_id} {what} {owed.event_type}"


def _end(draft: Draft, course: Choreography) -> None:
    """Nothing more can happen."""
    saga = draft.saga
    standing = _standing(saga, course) if saga.cause is not None else []
    if saga.cause is None:
        draft.add(e.SagaCompleted(draft.now))
    elif not standing:
        draft.add(e.SagaCompensated(draft.now))
    else:
        text = f"the saga went back, all events are answered, and what {' and '.join(standing)} did stands"
        draft.add(e.SagaStuck(draft.now, Failure("", NOT_UNDONE, text), standing[0], Phase.COMPENSATE))


def _standing(saga: Saga, course: Choreography) -> list[str]:
    """The steps whose effects stand though the saga went back: rule 3."""
    seen = seen_of(saga)
    back = _way_back(seen, course)
    found = []
    for step_id, step in saga.steps.items():
        reaction = course.by_step[step_id]
        if step.possibly_done and not reaction.effect_free:
            answers = (event.cause for event in seen.events.values() if event.step_id == step_id and event.cause)
            if any(seen.events[cause].event_type == reaction.consumes and cause not in back for cause in answers):
                found.append(step_id)
    return found


def _way_back(seen: Observation, course: Choreography) -> set[EventKey]:
    """The events by which the saga went back, and all that they led to."""
    undoing = {event_type for reaction in course.reactions for event_type in reaction.compensates_on}
    back = {key for key, event in seen.events.items() if event.event_type in undoing or _stands(seen, course, key)}
    while more := {key for key, event in seen.events.items() if event.cause in back and key not in back}:
        back |= more
    return back


def _standing_refusal(draft: Draft, course: Choreography) -> str:
    """Return the step whose refusal nobody can make good any more; empty if there is none."""
    seen = seen_of(draft.saga)
    return next((event.step_id for key, event in seen.events.items() if _stands(seen, course, key)), "")


def _stands(seen: Observation, course: Choreography, key: EventKey) -> bool:
    """Tell whether an event is a refusal that nobody can make good any more: rule 1."""
    event = seen.events[key]
    if not is_refusal(course, event):
        return False
    others = [one for one in course.handled_by(event.event_type) if one.successes]
    done = any(after.cause == key and _is_success(course, after) for after in seen.events.values())
    return not done and all(one.step_id in event.answered for one in others)


def is_refusal(course: Choreography, event: Observed) -> bool:
    """Tell whether an event is the refusal of who published it."""
    return bool(event.step_id) and event.event_type == course.by_step[event.step_id].rejects


def _is_success(course: Choreography, event: Observed) -> bool:
    return bool(event.step_id) and event.event_type in course.by_step[event.step_id].successes


def _type_of(seen: Observation, letter: Letter) -> str:
    event = seen.events.get(letter.event)
    return event.event_type if event is not None else f"event {letter.event.event_id}"
