"""A choreographed saga told as a story: what its participants published, and what follows from it.

The sentences of its own events, and its own answers to the questions of `orchestrator.core.explain`. What the steps'
events say is said by the event that led to them, so they are left out of the story (`SILENT`); a refusal alone is told
with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from orchestrator.core import events as e
from orchestrator.core.choreography import RECEIPT, participant_of
from orchestrator.core.definition_fields import spell
from orchestrator.core.explain_operations import signed
from orchestrator.core.intents import SAGA_TOO_LARGE
from orchestrator.core.judging import CAUSE_MISSING, COMPENSATION_MISSING, DELIVERY_GIVEN_UP, NOT_UNDONE
from orchestrator.core.model import Failure, Phase, Saga, SagaState, StepState
from orchestrator.core.observation import EventKey, Owed, course_of, seen_of
from orchestrator.core.observing import FORBIDDEN_ORDER
from orchestrator.core.operations import Action, legal_actions
from orchestrator.core.wording import Speaker, amount, error, listed, span

if TYPE_CHECKING:
    from orchestrator.core.explain_sentences import Moment, Sentence

SILENT = (e.StepIntended, e.StepCompleted, e.CompensationIntended, e.StepCompensated, e.StepStruck)
"""Events that the story leaves out: the observed event before them says as much."""

# What happened ------------------------------------------------------------------------------------------------------


def _started(moment: Moment, event: e.SagaStarted, _speaker: Speaker) -> str:
    limit = spell(course_of(moment.after).progress_timeout)
    named = f"{event.definition_name} v{event.definition_version}"
    return f"The saga was first seen: {named}, a choreography in which something must happen every {limit}."


def _observed(moment: Moment, event: e.EventObserved, _speaker: Speaker) -> str:
    who, what = event.step_id or participant_of(event.source) or event.source, event.event_type
    if event.early:
        return f"{who} published {what}; what led to it had not been seen yet, so it waits for that."
    if event.undeclared:
        return f"{who} published {what}, which nobody declares: it is noted, and decides nothing."
    before = seen_of(moment.before).events.get(EventKey(event.cause_source, event.cause_id))
    if before is None:
        return f"{who} published {what}."
    if event.fault is not None:
        return f"{event.fault.message}: that must not happen."
    reaction, then = course_of(moment.after).by_step[event.step_id], _published(event)
    if before.event_type != reaction.consumes:
        had_done = moment.before.steps[event.step_id].state is StepState.COMPENSATING
        undid = "undid its work" if had_done else "had nothing to undo"
        return f"{who} heard {before.event_type}, {undid}, and {then}."
    if event.outcome == "BLOCKED":
        return f"{who} left {before.event_type} without effect, because it had been undone before."
    return f"{who} {'refused' if what == reaction.rejects else 'handled'} {before.event_type}, and {then}."


def _published(event: e.EventObserved) -> str:
    return "published nothing" if event.event_type == RECEIPT else f"published {event.event_type}"


def _given_up(moment: Moment, event: e.DeliveryGivenUp, _speaker: Speaker) -> str:
    seen = seen_of(moment.before).events.get(EventKey(event.source, event.event_id))
    which = seen.event_type if seen is not None else f"event {event.event_id}, which has not been seen"
    could = f"could not undo its work at {which}" if event.phase is Phase.COMPENSATE else f"could not handle {which}"
    return f"{event.step_id} {could}: {error(event.failure)}. It is dead letter {event.letter_id} of the bus now."


def _redelivered(_moment: Moment, event: e.RedeliveryRequested, _speaker: Speaker) -> str:
    return signed(event.by, f"had the dead letters of {event.step_id} delivered once more")


def _rejected(_moment: Moment, event: e.StepRejected, _speaker: Speaker) -> str:
    return f"Its reason: {error(event.failure)}. Nothing of it stands."


def _turned_back(moment: Moment, event: e.CompensationStarted, _speaker: Speaker) -> str:
    return f"From here on the saga goes back because {_turning(moment.after) or error(event.failure)}."


def _completed(_moment: Moment, _event: e.SagaCompleted, _speaker: Speaker) -> str:
    return "Every event has been answered: the saga is COMPLETED."


def _compensated(_moment: Moment, _event: e.SagaCompensated, _speaker: Speaker) -> str:
    return "Every event has been answered, and nothing of the saga stands: it is COMPENSATED."


def _stuck(_moment: Moment, event: e.SagaStuck, _speaker: Speaker) -> str:
    reason = event.failure.reason
    return f"The saga is STUCK ({reason}): {_SAID_BEFORE.get(reason, event.failure.message)}."


_SAID_BEFORE = {
    FORBIDDEN_ORDER: "something happened that must not",
    DELIVERY_GIVEN_UP: "it waits for a dead letter",
}
"""What the story says of a verdict that repeats what an event before it told in full."""

OBSERVED_SENTENCES: Mapping[type[e.Event], Sentence] = MappingProxyType(
    {
        e.SagaStarted: _started,
        e.EventObserved: _observed,
        e.DeliveryGivenUp: _given_up,
        e.RedeliveryRequested: _redelivered,
        e.StepRejected: _rejected,
        e.CompensationStarted: _turned_back,
        e.SagaCompleted: _completed,
        e.SagaCompensated: _compensated,
        e.SagaStuck: _stuck,
    }
)
"""The sentences of a choreographed saga's events, where they are not those of all sagas."""


def because(saga: Saga) -> str:
    """Return why a choreographed saga goes back, as the end of a sentence."""
    failure = saga.abort_failure
    what, turning = error(failure) if failure is not None else "", _turning(saga)
    return f"because {turning} ({what})" if turning else f"because {what}"


def _turning(saga: Saga) -> str:
    """The refusal that turned the saga back; empty if it was none."""
    refused = saga.abort_step and saga.steps[saga.abort_step].state is StepState.REJECTED
    return f"{saga.abort_step} refused" if refused else ""


# Where it stands ----------------------------------------------------------------------------------------------------


def verdict(saga: Saga, speaker: Speaker) -> str:
    """Return where the saga stands, in a sentence or two."""
    name, took = saga.key.saga_id, span((saga.end_time or speaker.now) - saga.start_time)
    done, undone = saga.count(StepState.COMPLETED), saga.count(StepState.COMPENSATED)
    match saga.state:
        case SagaState.COMPLETED:
            return f"{name} is COMPLETED: what {amount(done, 'reaction')} did stands, after {took}."
        case SagaState.COMPENSATED:
            return f"{name} is COMPENSATED: nothing of it stands. It went back {because(saga)}."
        case SagaState.ABANDONED:
            return f"{name} is ABANDONED: a person gave it up."
        case SagaState.STUCK:
            failure = saga.failure or Failure()
            return f"{name} is STUCK ({failure.reason}): {failure.message}."
        case SagaState.COMPENSATING:
            far = amount(undone, "reaction") if undone else "nothing"
            return f"{name} goes back (COMPENSATING) {because(saga)}; {far} undone so far."
        case _:
            return f"{name} has been {saga.state} for {took}: {amount(done, 'reaction')} done so far."


def why(saga: Saga, speaker: Speaker) -> Iterator[str]:
    """Yield why the saga is where it is."""
    if not saga.open:
        return
    seen = seen_of(saga)
    if saga.state is SagaState.STUCK and saga.cause is not None:
        yield f"It goes back {because(saga)}."
    if seen.fault is not None and seen.fault_step:
        yield f"What {seen.fault_step} did where it must not may stand, whatever is said of it below."
    for owed in seen.owed(course_of(saga)):
        yield f"{_awaited(owed)}, seen at {speaker.when(seen.events[owed.event].time)}."
    for fact in seen.early.values():
        yield f"{fact.event_type} came before the event that led to it, which has not been seen."


def _awaited(owed: Owed) -> str:
    what = "answer" if owed.phase is Phase.EXECUTE else "undo its work at"
    return f"It waits for {owed.reaction.step_id} to {what} {owed.event_type}"


def comes_next(saga: Saga, speaker: Speaker) -> Iterator[str]:
    """Yield what comes next, and when."""
    if not saga.open:
        yield "Nothing: it has ended."
        return
    if saga.state is SagaState.STUCK:
        if seen_of(saga).fault is not None:
            yield "It stays STUCK, whatever its participants publish: what must not happen has happened."
        elif saga.failure is not None and saga.failure.reason == SAGA_TOO_LARGE:
            yield "It stays STUCK: what its participants publish of it now is a dead letter of the observer's."
        else:
            yield "The next event that is seen of it sets it going again. Until then nothing happens by itself."
        return
    seen, limit = seen_of(saga), course_of(saga).progress_timeout
    last = max((event.time for event in seen.events.values()), default=saga.start_time)
    asked = saga.operation.time if saga.operation is not None else 0
    yield "Once every event is answered it ends."
    yield f"If nothing is seen of it for {spell(limit)}, until {speaker.when(max(last, asked) + limit)}, it is STUCK."


def hands(saga: Saga, command: str) -> Iterator[str]:
    """Yield what a person can do; see `orchestrator.core.explain_outlook.hands`."""
    if not saga.open:
        yield "Nothing is needed." if saga.state is not SagaState.ABANDONED else "Nothing more is done for it."
        return
    legal = legal_actions(saga)
    yield from _find_out(saga)
    for step_id in [each.step_id for each in legal if each.action is Action.RETRY_STEP]:
        yield (
            f"`sagaway retry {command} --step {step_id} --reason WHY` has what {step_id} could not handle delivered once "
            "more, once it is mended."
        )
    if any(each.action is Action.ABANDON_SAGA for each in legal):
        yield f"`sagaway abandon {command} --reason WHY` gives the saga up: what stands of it stays."
    else:
        yield "Nobody can cancel or pause it: its participants carry it on by themselves."
    yield f"`sagaway trace {command}` shows where the time went, `sagaway events {command}` every detail."


def _find_out(saga: Saga) -> Iterator[str]:
    """What to look at first, by what the saga waits for or why it is STUCK."""
    course, seen = course_of(saga), seen_of(saga)
    if seen.fault is not None:
        who = course.by_step[seen.fault_step].participant if seen.fault_step else "who published it"
        yield f"Mend what {who} publishes, or what it declares: see what stands above, and undo by hand what must not."
    held = {letter.step_id for letter in seen.letters.values()}
    silent = {one.reaction.participant for one in seen.owed(course) if one.reaction.step_id not in held}
    if held:
        names = listed(sorted({course.by_step[step_id].participant for step_id in held}))
        yield f"Find out in the log of {names} why it failed."
    if silent:
        names = listed(sorted(silent)) if len(silent) == 1 else f"each of {listed(sorted(silent))}"
        yield f"See that {names} is up, reacts to events, and publishes receipts."
    reason = saga.failure.reason if saga.failure is not None else ""
    if reason == SAGA_TOO_LARGE:
        yield "Find out why so much is published of it: its services may go round in a circle."
    if reason == CAUSE_MISSING and not seen.early:
        yield "Find out whether that event was published: its publisher's outbox may hold it still."
    elif seen.early:
        sources = listed(sorted({participant_of(key.source) or key.source for key in seen.early}))
        yield (
            f"Look at what {sources} gives as `causationid`: it must be the id of an event of this saga that was published."
        )
    if reason in (NOT_UNDONE, COMPENSATION_MISSING):
        yield f"If {saga.failure_step} can't undo what it did, undo it there by hand, and give the saga up."
