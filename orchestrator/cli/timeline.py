"""When each attempt of a saga's steps was on its way: what `trace` draws, read from the saga's events.

A lane is one phase of one step; its bars are its attempts. The log has no event for a send, so a bar begins when its
attempt could first be sent: at the intent, at the time the attempt before had set, or at once after a crash. Queueing
for the participant and an orchestrator that was down are therefore within the bar. A bar ends with the event that
tells how the attempt ended. What a Pending step is asked meanwhile makes no bar: it is the same attempt's outcome that
is awaited.

Everything here is a function of events and of the moment of looking. An event of a type that is not known here (of a
newer orchestrator) becomes a mark with its name, so that nothing which happened is hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sagaway.client import SagaEvent, name_of


class Outcome(StrEnum):
    """How a bar ends."""

    OPEN = "OPEN"
    """It has not: the attempt is on its way, or may be sent at any moment."""
    COMPLETED = "COMPLETED"
    REJECTED = "REJECTED"
    """Refused, or not to be sent at all; no effect."""
    FAILED = "FAILED"
    """The attempt ended without an outcome."""
    GIVEN_UP = "GIVEN_UP"
    """So did the last one."""
    COMPENSATED = "COMPENSATED"
    LEFT = "LEFT"
    """Its end was awaited no longer, because the step is undone."""


@dataclass(slots=True)
class Bar:
    """An attempt.

    Attributes:
        attempt: its number; 0: none was involved, somebody reported the outcome.
        start: when it could first be sent, microseconds.
        pending: since when its participant says Pending; None: it did not.
        end: when its outcome was logged; None while it is open.
        outcome: how it ended.
        error: code, reason and message of its end, as one line.
    """

    attempt: int
    start: int
    pending: int | None = None
    end: int | None = None
    outcome: Outcome = Outcome.OPEN
    error: str = ""


@dataclass(slots=True)
class Lane:
    """One phase of one step.

    Attributes:
        step_id: the step.
        phase: `EXECUTE` or `COMPENSATE`.
        bars: its attempts, oldest first.
        next_start: when the next attempt may begin; None: no further one is due.
        attempts: the number of the last attempt that has a bar.
    """

    step_id: str
    phase: str
    bars: list[Bar] = field(default_factory=list)
    next_start: int | None = None
    attempts: int = 0

    @property
    def open_bar(self) -> Bar | None:
        """The attempt that is under way."""
        return self.bars[-1] if self.bars and self.bars[-1].end is None else None

    @property
    def outcome(self) -> Outcome:
        """How it stands: the last bar's word."""
        return self.bars[-1].outcome if self.bars else Outcome.OPEN

    @property
    def waiting(self) -> bool:
        """True while its next attempt waits for its time."""
        return self.next_start is not None and self.open_bar is None

    def begin(self, time: int) -> Bar:
        """Return the attempt under way at ``time``, begun when it could be if none is."""
        bar = self.open_bar
        if bar is None:
            start = time if self.next_start is None else min(self.next_start, time)
            self.attempts += 1
            bar = Bar(self.attempts, start)
            self.bars.append(bar)
            self.next_start = None
        return bar

    def end(self, time: int, outcome: Outcome, error: str = "", attempt: int = 0) -> None:
        """End the attempt under way; ``attempt`` is the log's number for it, if it gives one."""
        early = self.next_start is not None and self.next_start > time
        bar = self.begin(time)
        if attempt:
            bar.attempt = self.attempts = attempt  # above the count where an owner died with an attempt on its way
        elif early:
            bar.attempt = 0  # reported before it was tried again
            self.attempts -= 1
        bar.end, bar.outcome, bar.error = max(time, bar.start), outcome, error


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened to the saga as a whole.

    Attributes:
        time: when, microseconds.
        letter: its sign.
        text: what.
    """

    time: int
    letter: str
    text: str


@dataclass(slots=True)
class Timeline:
    """A saga's time.

    Attributes:
        start: when it was started, microseconds.
        end: when it ended, or the moment of looking.
        forward: lanes of Execute, in the order of their intents.
        back: lanes of Compensate, in the order in which they ran.
        marks: what happened to the saga as a whole, oldest first.
    """

    start: int
    end: int
    forward: dict[str, Lane] = field(default_factory=dict)
    back: dict[str, Lane] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)


def timeline(events: Iterable[SagaEvent], start: int, now: int) -> Timeline:
    """Return the timeline of a saga.

    Args:
        events: its events from the first on, oldest first.
        start: when it was started, microseconds.
        now: the moment of looking by the orchestrator's clock, or the saga's end, microseconds.
    """
    line = Timeline(start, max(start, now))
    time = start
    for event in events:
        # A step back of the clock, such as between two machines, is drawn as no time at all.
        time = max(time, event.time.ToMicroseconds())
        take = _TAKES.get(event.type, _take_unknown)
        take(line, event, time)
    line.end = max(line.end, time)
    for lane in (*line.forward.values(), *line.back.values()):
        if lane.next_start is not None and lane.next_start <= line.end:
            lane.begin(line.end)
    return line


def error_of(event: SagaEvent) -> str:
    """Return an event's code, reason and message as one line."""
    head = " ".join(word for word in (event.code, event.reason) if word)
    return f"{head}: {event.message}" if head and event.message else head or event.message


def _lane(line: Timeline, event: SagaEvent) -> Lane:
    phase = name_of(event, "phase")
    lanes = line.back if phase == "COMPENSATE" else line.forward
    return lanes.setdefault(event.step_id, Lane(event.step_id, phase))


# What each type of event draws --------------------------------------------------------------------------------------


def _take_nothing(_line: Timeline, _event: SagaEvent, _time: int) -> None:
    pass


def _take_unknown(line: Timeline, event: SagaEvent, time: int) -> None:
    words = (event.type, event.step_id, error_of(event))
    line.marks.append(Mark(time, "?", "  ".join(word for word in words if word)))


def _mark(letter: str, text: str) -> Callable[[Timeline, SagaEvent, int], None]:
    def take(line: Timeline, event: SagaEvent, time: int) -> None:
        cause = name_of(event, "cause")
        head = f"{text} ({cause})" if cause and cause != event.reason else text
        said = " ".join(word for word in (event.step_id, error_of(event)) if word)
        line.marks.append(Mark(time, letter, f"{head}: {said}" if said else head))

    return take


def _take_abort(line: Timeline, event: SagaEvent, time: int) -> None:
    _mark("U", "undone from here")(line, event, time)
    for step_id in event.struck_step_ids:
        line.forward.pop(step_id, None)  # never sent
    for lane in line.forward.values():
        if lane.next_start is not None:
            if lane.next_start <= time:
                lane.begin(time)  # on its way, and still awaited
            lane.next_start = None


def _take_intent(line: Timeline, event: SagaEvent, time: int) -> None:
    if name_of(event, "phase") == "COMPENSATE" and event.step_id in line.forward:
        execute = line.forward[event.step_id]
        if execute.open_bar is not None:
            execute.end(time, Outcome.LEFT)
    lane = _lane(line, event)
    lane.next_start = time
    if event.run > 1:
        lane.attempts = 0  # a run of its own
        back = line.back.get(event.step_id)
        if back is not None:
            back.attempts = 0


def _take_left(line: Timeline, event: SagaEvent, time: int) -> None:
    """A step's run is left behind: what is under way of it, and, where it is possibly done, undone first."""
    lane = line.forward.get(event.step_id)
    if lane is None or lane.outcome is Outcome.REJECTED:
        return
    if lane.next_start is not None and lane.next_start <= time:
        lane.begin(time)
    lane.next_start = None
    if lane.open_bar is not None:
        lane.end(time, Outcome.LEFT)
    line.back.setdefault(event.step_id, Lane(event.step_id, "COMPENSATE")).next_start = time


def _take_observed(line: Timeline, event: SagaEvent, time: int) -> None:
    """What a step's own events do not draw: where it started, what nobody declares, and what must not happen."""
    observed = event.observed
    if observed.HasField("fault"):
        line.marks.append(Mark(time, "!", f"must not happen: {observed.fault.message}"))
    elif observed.undeclared:
        line.marks.append(Mark(time, "?", f"nobody declares {observed.event_type}"))
    elif not observed.early and not observed.answers:
        line.marks.append(Mark(time, "O", observed.event_type))


def _take_given_up(line: Timeline, event: SagaEvent, time: int) -> None:
    _lane(line, event).end(time, Outcome.GIVEN_UP, error_of(event))
    line.marks.append(Mark(time, "D", f"{event.step_id} gave up: dead letter {event.letter_id}"))


def _take_redelivered(line: Timeline, event: SagaEvent, time: int) -> None:
    for lanes in (line.forward, line.back):
        lane = lanes.get(event.step_id)
        if lane is not None and lane.outcome is Outcome.GIVEN_UP:
            lane.next_start = time
    _mark("R", "delivered once more")(line, event, time)


def _take_struck(line: Timeline, event: SagaEvent, time: int) -> None:
    back = line.back.get(event.step_id)
    if back is None:
        if event.step_id in line.forward:  # of a choreographed saga: undone before it could act
            line.forward[event.step_id].end(time, Outcome.LEFT)
            line.forward[event.step_id].next_start = None
        return
    back.next_start = None
    if not back.bars:
        del line.back[event.step_id]


def _take_failed_attempt(line: Timeline, event: SagaEvent, time: int) -> None:
    lane = _lane(line, event)
    if lane.open_bar is not None and lane.open_bar.pending is not None:
        return  # a question to a Pending step; its outcome is awaited all the same
    error = error_of(event)
    if not event.message and lane.bars and lane.bars[-1].error.split(":")[0] == error:
        error = lane.bars[-1].error  # the log has the text of a repeated failure once
    lane.end(time, Outcome.FAILED, error, event.attempt)
    if event.HasField("next_time"):
        lane.next_start = max(time, event.next_time.ToMicroseconds())
    elif name_of(event, "saga_state") == "RUNNING" or event.type == "CompensateAttemptFailed":
        lane.next_start = time  # what a dead owner had sent is sent again at once


def _take_pending(line: Timeline, event: SagaEvent, time: int) -> None:
    bar = _lane(line, event).begin(time)
    bar.attempt, bar.pending = event.attempt, time


def _take_parked(line: Timeline, event: SagaEvent, _time: int) -> None:
    _lane(line, event).next_start = None  # nothing of it is sent until it is unparked


def _take_unparked(line: Timeline, event: SagaEvent, time: int) -> None:
    _lane(line, event).next_start = time


def _ends(outcome: Outcome) -> Callable[[Timeline, SagaEvent, int], None]:
    def take(line: Timeline, event: SagaEvent, time: int) -> None:
        lane = _lane(line, event)
        bar = lane.open_bar
        lane.end(time, outcome, error_of(event), event.attempt or (bar.attempt if bar is not None else 0))
        lane.next_start = None

    return take


_TAKES: Mapping[str, Callable[[Timeline, SagaEvent, int], None]] = {
    "SagaStarted": _take_nothing,
    "CancelRequested": _mark("C", "cancel requested"),
    "SagaTimedOut": _mark("T", "the saga's time was up"),
    "CompensationStarted": _take_abort,
    "SagaCompleted": _mark("E", "COMPLETED"),
    "SagaCompensated": _mark("E", "COMPENSATED"),
    "SagaStuck": _mark("S", "STUCK"),
    "StepIntended": _take_intent,
    "StepBlocked": _ends(Outcome.REJECTED),
    "ExecuteAttemptFailed": _take_failed_attempt,
    "StepPending": _take_pending,
    "StepCompleted": _ends(Outcome.COMPLETED),
    "StepRejected": _ends(Outcome.REJECTED),
    "StepFailed": _ends(Outcome.GIVEN_UP),
    "CompensationIntended": _take_intent,
    "CompensateAttemptFailed": _take_failed_attempt,
    "CompensationPending": _take_pending,
    "StepCompensated": _ends(Outcome.COMPENSATED),
    "CompensationFailed": _ends(Outcome.GIVEN_UP),
    "StepParked": _take_parked,
    "StepUnparked": _take_unparked,
    "StepStruck": _take_struck,
    "StepSkipped": _mark("K", "skipped"),
    "SagaPaused": _mark("P", "paused"),
    "SagaResumed": _mark("R", "resumed"),
    "SagaAbandoned": _mark("E", "ABANDONED"),
    "ExecuteRetried": _take_intent,
    "CompensateRetried": _take_intent,
    "StepCompletionAsserted": _ends(Outcome.COMPLETED),
    "CompensationAsserted": _ends(Outcome.COMPENSATED),
    "StepSkipRequested": _take_left,
    "NewRunRequested": _take_left,
    "EventObserved": _take_observed,
    "DeliveryGivenUp": _take_given_up,
    "RedeliveryRequested": _take_redelivered,
}
"""Every type of event that this version knows."""
