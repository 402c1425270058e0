"""From what participants publish to the log of a choreographed saga. Pure, like all of the core.

    begin     the first event of a saga
    observe   each further one
    refuse    one for which the saga has no room
    give_up   an event that a reaction could not handle became a dead letter
    overdue   nothing has happened for as long as the definition allows
    operated  a person did something

What the saga comes to then is said by `orchestrator.core.judging`.

Rules.

1. *An event is placed by its cause*: the reaction that published it must handle that event's type, or be undone by it.
   The bus keeps causes before what they cause; what comes early all the same waits in the log until its cause comes. An
   event that comes twice changes nothing.
2. *A step is intended* when an event that its reaction handles is placed, and completed, rejected or struck (blocked by
   its tombstone) by the answer. It shows the first run that stands: a reaction that handles several events of a saga
   stays completed once one of them was.
3. *The saga goes back* when an event is placed that undoes something, or a refusal that nobody can make good. It never
   turns forward again.

What must not have happened: a reaction publishes what it declares, at an event that it does not handle; it does its work
after its undoing; it both refuses and does the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from orchestrator.core import events as e
from orchestrator.core.choreography import RECEIPT, Reaction, participant_of
from orchestrator.core.context import Context
from orchestrator.core.definition import SagaDefinition
from orchestrator.core.draft import Draft
from orchestrator.core.intents import MAX_SAGA, SAGA_TOO_LARGE
from orchestrator.core.judging import is_refusal, judge, judge_overdue
from orchestrator.core.machine import start
from orchestrator.core.model import EMPTY, Cause, ExecuteOutcome, Failure, Phase, Saga, SagaKey, StepState
from orchestrator.core.observation import EventKey, Fact, Letter, Observation, Observed, course_of, seen_of
from orchestrator.core.operations import Operate, operate

FORBIDDEN_ORDER = "FORBIDDEN_ORDER"
MAX_EVENTS = 2_000
"""The most events of a saga that are taken: one that goes round for ever must end somewhere, and each event is judged by
all that came before it. Its log has the limit of all sagas."""

_BLOCKED = "BLOCKED"


class Observing(NamedTuple):
    """What follows from something that was observed.

    Attributes:
        saga: the saga after it.
        events: what goes into its log; none if it was known.
    """

    saga: Saga
    events: tuple[e.Event, ...]


def begin(key: SagaKey, definition: SagaDefinition, fact: Fact, traceparent: str, now: int) -> Observing:
    """Begin the log of a saga with the first event that was observed of it.

    Args:
        key: the saga.
        definition: of a choreography.
        fact: the event; mostly one that starts sagas.
        traceparent: its W3C trace context, or empty.
        now: microseconds.
    """
    course = definition.choreography
    assert course is not None, "only choreographed sagas are observed"
    is_start = fact.event_type in course.starts or fact.event_type in course.outside
    started = e.SagaStarted(
        time=now,
        definition_name=definition.name,
        definition_version=definition.version,
        definition_hash=definition.content_hash,
        input=fact.data if is_start else EMPTY,
        timeout_time=0,
        traceparent=traceparent,
    )
    draft = Draft(start(key, definition, started), Context(now=now), [started])
    _observe(draft, fact)
    return Observing(draft.saga, tuple(draft.events))


def observe(saga: Saga, fact: Fact, now: int) -> Observing:
    """Take an event of a saga; nothing follows if it is known, or if the saga has ended."""
    draft = Draft(saga, Context(now=now), [])
    if saga.open and not _is_known(saga, fact):
        _observe(draft, fact)
    return Observing(draft.saga, tuple(draft.events))


def no_room(saga: Saga, fact: Fact) -> Failure | None:
    """Return why a saga has no room for an event; None: it has, or knows it."""
    seen = seen_of(saga)
    if _is_known(saga, fact):
        return None
    if len(seen.events) + len(seen.early) >= MAX_EVENTS:
        return Failure("", SAGA_TOO_LARGE, f"the saga has {MAX_EVENTS} events, and no more are taken")
    copies = 1 + len(course_of(saga).handled_by(fact.event_type))  # it is the input of each that handles it
    if saga.size + copies * fact.data.size() > MAX_SAGA:
        text = f"the saga's log has {saga.size} bytes; with {fact.event_type} it would pass the limit of {MAX_SAGA}"
        return Failure("", SAGA_TOO_LARGE, text)
    return None


def refuse(saga: Saga, failure: Failure, now: int) -> Observing:
    """Take it that an event could not be taken; nothing follows if the saga is settled."""
    draft = Draft(saga, Context(now=now), [])
    if not saga.settled:
        draft.add(e.SagaStuck(now, failure, "", Phase.EXECUTE))
    return Observing(draft.saga, tuple(draft.events))


def give_up(saga: Saga, letter_id: int, letter: Letter, now: int) -> Observing:
    """Take a dead letter of the bus; nothing follows if it is known, was answered all the same, or is of no step."""
    draft = Draft(saga, Context(now=now), [])
    seen, event = seen_of(draft.saga), seen_of(draft.saga).events.get(letter.event)
    answered = event is not None and letter.step_id in event.answered
    if saga.open and letter.step_id in saga.steps and letter_id not in seen.letters and not answered:
        key = letter.event
        draft.add(
            e.DeliveryGivenUp(now, letter.step_id, key.event_id, key.source, letter_id, letter.phase, letter.failure)
        )
        judge(draft)
    return Observing(draft.saga, tuple(draft.events))


def overdue(saga: Saga, now: int) -> Observing:
    """Take it that nothing has happened for as long as the definition allows; nothing follows if the saga is settled."""
    draft = Draft(saga, Context(now=now), [])
    if not saga.settled:
        judge_overdue(draft)
    return Observing(draft.saga, tuple(draft.events))


def operated(saga: Saga, command: Operate, now: int) -> Observing:
    """Do what an operator asks for.

    Raises:
        CommandRefused: the saga's state does not allow it.
    """
    draft = Draft(saga, Context(now=now), [])
    operate(draft, command, saga.sequence)
    if not draft.saga.settled and seen_of(draft.saga).letters:
        judge(draft)  # those of another step hold it up as before
    return Observing(draft.saga, tuple(draft.events))


# Placing ------------------------------------------------------------------------------------------------------------


def _is_known(saga: Saga, fact: Fact) -> bool:
    seen = seen_of(saga)
    return fact.key in seen.events or fact.key in seen.early


class _Place(NamedTuple):
    """Where an event belongs: to which reaction, and to which event before it."""

    reaction: Reaction
    cause: EventKey
    before: Observed

    @property
    def forward(self) -> bool:
        """True if the reaction was to do its work; False if it was to undo it."""
        return self.before.event_type == self.reaction.consumes


def _observe(draft: Draft, fact: Fact) -> None:
    """Place an event, then those that waited for it; and judge."""
    waiting = [fact]
    while waiting:
        one = waiting.pop(0)
        if _put(draft, one):
            waiting += [early for early in seen_of(draft.saga).early.values() if early.cause_id == one.key.event_id]
        else:
            draft.add(_observed(draft, one, early=True))
    judge(draft)


def _put(draft: Draft, fact: Fact) -> bool:
    """Place an event; False if its cause is not there yet."""
    course, seen = course_of(draft.saga), seen_of(draft.saga)
    speakers = [one for one in course.reactions if _may_speak(one, fact)]
    is_root = fact.event_type in course.starts | course.outside and not (fact.cause_id or fact.reaction)
    if is_root or not speakers:
        is_late = is_root and fact.event_type in course.starts and draft.saga.input == EMPTY != fact.data
        draft.add(_observed(draft, fact, undeclared=not is_root, starts=is_late))
        _follow(draft, fact)
        return True
    causes = list(seen.find(fact.cause_id)) if fact.cause_id else list(_unanswered(seen, speakers))
    if not causes:
        return False
    places = [_Place(one, key, before) for key, before in causes for one in speakers if _fits(one, before, fact)]
    if places:
        _answer(draft, fact, places[0])
    else:
        (cause, before), speaker = causes[0], speakers[0]
        text = f"{speaker.step_id} published {fact.event_type} at {before.event_type}, which does not lead to it"
        draft.add(_observed(draft, fact, speaker, cause, fault=Failure("", FORBIDDEN_ORDER, text)))
    _follow(draft, fact)
    return True


def _may_speak(reaction: Reaction, fact: Fact) -> bool:
    """Tell whether a reaction may have published an event, as far as the event itself tells."""
    participant = participant_of(fact.key.source)
    if participant not in ("", reaction.participant) or fact.reaction not in ("", reaction.name):
        return False
    if fact.event_type == RECEIPT:
        return bool(participant and fact.reaction)
    return fact.event_type in (reaction.rejects, *reaction.successes, *reaction.undoings)


def _unanswered(seen: Observation, speakers: Iterable[Reaction]) -> Iterable[tuple[EventKey, Observed]]:
    """The events that one of the speakers owes an answer: an event that does not name its cause may be that."""
    for key, event in seen.events.items():
        for one in speakers:
            if event.event_type in (one.consumes, *one.compensates_on) and one.step_id not in event.answered:
                yield key, event


def _fits(reaction: Reaction, before: Observed, fact: Fact) -> bool:
    """Tell whether a reaction may publish this at that event."""
    if fact.event_type == RECEIPT:
        return before.event_type in (reaction.consumes, *reaction.compensates_on)
    if before.event_type == reaction.consumes:
        return fact.event_type == reaction.rejects or fact.event_type in reaction.successes
    return before.event_type in reaction.compensates_on and fact.event_type in reaction.undoings


def _answer(draft: Draft, fact: Fact, place: _Place) -> None:
    """Take a reaction's answer to an event."""
    reaction, step_id = place.reaction, place.reaction.step_id
    state = draft.saga.steps[step_id].state
    refuses = place.forward and fact.event_type == reaction.rejects
    works = place.forward and _is_work(reaction, fact)
    fault = _contradiction(draft, fact, place, refuses=refuses, works=works)
    draft.add(_observed(draft, fact, reaction, place.cause, answers=True, fault=fault))
    if fault is not None:
        return
    if works:
        _done(draft, fact, reaction)
    elif refuses and state is StepState.EXECUTING:
        draft.add(e.StepRejected(draft.now, step_id, fact.refusal))
    elif not refuses and state is StepState.COMPENSATING and not place.forward:
        draft.add(e.StepCompensated(draft.now, step_id))
    elif not refuses and state in (StepState.WAITING, StepState.EXECUTING, StepState.REJECTED):
        draft.add(e.StepStruck(draft.now, step_id, sealed=True))


def _contradiction(draft: Draft, fact: Fact, place: _Place, *, refuses: bool, works: bool) -> Failure | None:
    """Return what must not have happened between a reaction and its own other answers, in whatever order they came."""
    step_id, event_type = place.reaction.step_id, place.before.event_type
    state, again = draft.saga.steps[step_id].state, step_id in place.before.answered
    published = fact.published_time, fact.place
    if works and any(_is_after(published, other) for other in _told(draft, place.reaction, forward=False)):
        text = f"{step_id} did its work at {event_type} after it had been undone in this saga"
    elif not place.forward and any(_is_after(other, published) for other in _told(draft, place.reaction, forward=True)):
        text = f"{step_id} did its work after it had been undone at {event_type}"
    elif again and ((refuses and state is StepState.COMPLETED) or (works and state is StepState.REJECTED)):
        text = f"{step_id} both did its work at {event_type} and refused it"
    else:
        return None
    return Failure("", FORBIDDEN_ORDER, text)


def _told(draft: Draft, reaction: Reaction, *, forward: bool) -> Iterable[tuple[int, int]]:
    """When the reaction published that it had done its work, or that it had undone it."""
    events = seen_of(draft.saga).events
    for event in events.values():
        before = events.get(event.cause) if event.cause is not None and event.step_id == reaction.step_id else None
        if before is None or (before.event_type == reaction.consumes) is not forward:
            continue
        if not forward or _is_work(reaction, event):
            yield event.published


def _is_work(reaction: Reaction, answer: Fact | Observed) -> bool:
    """Tell whether a reaction's answer to an event that it handles says that it did its work."""
    return answer.event_type != reaction.rejects and answer.outcome != _BLOCKED


def _is_after(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Tell whether one was published after the other, by its publisher's clock and by the bus."""
    return one[0] > other[0] and one[1] > other[1]


def _done(draft: Draft, fact: Fact, reaction: Reaction) -> None:
    """The reaction has done its work."""
    step = draft.saga.steps[reaction.step_id]
    if step.state is StepState.REJECTED:
        draft.add(e.StepIntended(draft.now, reaction.step_id, step.run + 1, step.input))
    if draft.saga.steps[reaction.step_id].state is StepState.EXECUTING:
        draft.add(e.StepCompleted(draft.now, reaction.step_id, EMPTY if fact.outcome else fact.data))
        owed = seen_of(draft.saga).owed(course_of(draft.saga))
        if any(one.reaction is reaction and one.phase is Phase.COMPENSATE for one in owed):
            _intend_undoing(draft, reaction)


def _follow(draft: Draft, fact: Fact) -> None:
    """What an event leads to that has been placed: work for those who handle it, undoing for those whom it undoes."""
    course = course_of(draft.saga)
    for reaction in course.handled_by(fact.event_type):
        if draft.saga.steps[reaction.step_id].state is StepState.WAITING:
            draft.add(e.StepIntended(draft.now, reaction.step_id, 1, fact.data))
    undone = course.undone_by(fact.event_type)
    if undone and draft.saga.cause is None:
        event = seen_of(draft.saga).events[fact.key]
        if is_refusal(course, event):
            draft.add(e.CompensationStarted(draft.now, Cause.REJECTED, fact.refusal, event.step_id))
        else:
            failure = Failure("", "", f"{fact.event_type} was published")
            draft.add(e.CompensationStarted(draft.now, Cause.CANCELLED, failure, event.step_id))
    for reaction in undone:
        if draft.saga.steps[reaction.step_id].state is StepState.COMPLETED:
            _intend_undoing(draft, reaction)


def _intend_undoing(draft: Draft, reaction: Reaction) -> None:
    draft.add(e.CompensationIntended(draft.now, reaction.step_id, ExecuteOutcome.COMPLETED))


def _observed(
    draft: Draft,
    fact: Fact,
    reaction: Reaction | None = None,
    cause: EventKey | None = None,
    *,
    answers: bool = False,
    undeclared: bool = False,
    early: bool = False,
    starts: bool = False,
    fault: Failure | None = None,
) -> e.EventObserved:
    return e.EventObserved(
        time=draft.now,
        event_id=fact.key.event_id,
        source=fact.key.source,
        event_type=fact.event_type,
        published_time=fact.published_time,
        place=fact.place,
        step_id=reaction.step_id if reaction is not None else "",
        cause_id=cause.event_id if cause is not None else fact.cause_id if early else "",
        cause_source=cause.source if cause is not None else "",
        answers=answers,
        outcome=fact.outcome,
        undeclared=undeclared,
        early=early,
        reaction=fact.reaction if early else "",
        data=fact.data if early or starts else None,
        refusal=fact.refusal if early and fact.refusal.reason else None,
        fault=fault,
    )
