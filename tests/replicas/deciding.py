"""The real core, asked each question once.

In a million states the core is asked the same few ten thousand questions: what a state of a saga and a command lead to
depends on nothing else. So every state of a saga has a number here, as every list of events has, and what the core said
is remembered by them. Nothing is decided here.

Two sagas are one if no decision can tell them apart: what only says when something was, and how many bytes the log has,
is forgotten. The time itself is one of two: before the saga's time is up, and after it. Backoffs are of length zero, so
what waits for a retry is due.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Iterator
from enum import IntEnum
from typing import Any, NamedTuple

from orchestrator.core import due, machine
from orchestrator.core import events as e
from orchestrator.core.commands import Cancel, Command, CompensateAnswered, ExecuteAnswered, Tick
from orchestrator.core.context import Context
from orchestrator.core.copying import changed
from orchestrator.core.decide import begin, decide
from orchestrator.core.definition import SagaDefinition
from orchestrator.core.errors import CommandRefused, IllegalTransition
from orchestrator.core.model import EMPTY, ExecuteOutcome, Failure, Payload, Phase, Saga, SagaKey, Step, StepState
from orchestrator.core.outcome import (
    BARRIER_ROW_MISSING,
    CompensateAnswer,
    Compensated,
    Completed,
    ExecuteAnswer,
    Failed,
    Rejected,
)
from orchestrator.core.retry import SECOND
from orchestrator.engine.calls import left_behind

KEY = SagaKey("default", "saga")
EARLY = 1_000 * SECOND

Inherited = tuple[tuple[int, int, int], ...]
"""Of the intents that a dead owner left: step, phase, and the attempts logged then."""

PHASES = (Phase.EXECUTE, Phase.COMPENSATE)
EXECUTE, COMPENSATE = range(2)


class Answer(IntEnum):
    """How a call ended, or that it has not."""

    NONE = 0
    COMPLETED = 1
    REJECTED = 2
    UNKNOWN = 3
    BLOCKED = 4
    COMPENSATED = 5
    MISSING = 6


_EXECUTE_ANSWERS: dict[int, ExecuteAnswer] = {
    Answer.COMPLETED: Completed(Payload(json='"done"')),
    Answer.REJECTED: Rejected(Failure("", "REFUSED", "no")),
    Answer.UNKNOWN: Failed(Failure("UNAVAILABLE", "", "away")),
    Answer.BLOCKED: Failed(Failure("FAILED_PRECONDITION", "OPERATION_COMPENSATED", "compensated")),
}
_COMPENSATE_ANSWERS: dict[int, CompensateAnswer] = {
    Answer.COMPENSATED: Compensated(),
    Answer.UNKNOWN: Failed(Failure("UNAVAILABLE", "", "away")),
    Answer.MISSING: Failed(Failure("FAILED_PRECONDITION", BARRIER_ROW_MISSING, "gone")),
}


class Told(NamedTuple):
    """A command, in numbers: the end of a call of a step's phase, or, without a step, a cancel."""

    step: int = -1
    phase: int = 0
    attempt: int = 0
    answer: int = 0


CANCEL = Told()
TICK: tuple[Told, ...] = ()
"""Every decision ends with a look at what is due, so no command at all is a tick."""


class Knowledge(NamedTuple):
    """What an owner knows and the log does not: steps on the wire and never sent, as bits, and what it inherited."""

    on_wire: int = 0
    fresh: int = 0
    inherited: Inherited = ()


class Due(NamedTuple):
    """An attempt that is due."""

    step: int
    phase: int
    attempt: int


_WHEN: dict[str, Any] = {"start_time": EARLY, "end_time": 0, "size": 0}
_WHEN_OF_STEP: dict[str, Any] = dict.fromkeys(
    ("intend_time", "execute_end_time", "compensate_intend_time", "compensate_end_time", "retry_time"), 0
)
_SAME = {"key", "definition", "steps", "input", "labels", *_WHEN}
_SAME_OF_STEP = {"input", "output", *_WHEN_OF_STEP}
_TOLD_APART = tuple(each.name for each in dataclasses.fields(Saga) if each.name not in _SAME)
_TOLD_APART_OF_STEP = tuple(each.name for each in dataclasses.fields(Step) if each.name not in _SAME_OF_STEP)
_COMPENSATION_INTENDED = frozenset({StepState.COMPENSATING, StepState.COMPENSATED, StepState.COMPENSATION_FAILED})


class Core:
    """The core on one definition.

    Attributes:
        definition: that.
        sagas: the sagas that were met, by number.
        lists: the lists of events that were met, by number; the first is empty.
        decisions: how often the core was asked.
    """

    def __init__(self, definition: SagaDefinition) -> None:
        self.definition = definition
        self.sagas: list[Saga] = []
        self.lists: list[tuple[e.Event, ...]] = [()]
        self.decisions = 0
        self._late = EARLY + definition.timeout
        self._ids = [step.id for step in definition.steps]
        self._places = {step_id: place for place, step_id in enumerate(self._ids)}
        self._saga_numbers: dict[Hashable, int] = {}
        self._list_numbers: dict[tuple[int, int], int] = {}
        self._decided: dict[Hashable, tuple[int, int] | None] = {}
        self._appended: dict[tuple[int, int], int | str] = {}
        self._dues: dict[tuple[int, Inherited], tuple[Due, ...]] = {}
        self._left: dict[int, Inherited] = {}

    def begin(self) -> int:
        """Return the saga that has just been started."""
        return self._number(begin(KEY, self.definition, EMPTY, {}, "", Context(EARLY), at_once=True).saga)

    def decide(self, saga: int, told: tuple[Told, ...], known: Knowledge, *, late: bool) -> tuple[int, int] | None:
        """Return the saga and the events that commands lead to; None if it refuses the last one."""
        key = (saga, told, known, late)
        if key not in self._decided:
            self.decisions += 1
            self._decided[key] = self._decide(saga, told, known, late)
        return self._decided[key]

    def append(self, saga: int, events: int) -> int | str:
        """Return the saga after events that were decided on another one; or, in words, what the tables say to that."""
        key = (saga, events)
        if key not in self._appended:
            after: int | str
            try:
                present = self.sagas[saga]
                for event in self.lists[events]:
                    present = machine.evolve(present, event)
                after = self._number(present)
            except IllegalTransition as error:
                after = str(error)
            self._appended[key] = after
        return self._appended[key]

    def due(self, saga: int, inherited: Inherited) -> tuple[Due, ...]:
        """Return the attempts that are due."""
        key = (saga, inherited)
        if key not in self._dues:
            context = Context(self._late, inherited=self._inherited(inherited))
            sends = due.sends(self.sagas[saga], context)
            self._dues[key] = tuple(
                Due(self._places[each.step_id], PHASES.index(each.phase), each.attempt) for each in sends
            )
        return self._dues[key]

    def left_behind(self, saga: int) -> Inherited:
        """Return what the next owner inherits of one that died."""
        if saga not in self._left:
            left = left_behind(self.sagas[saga])
            self._left[saga] = tuple(
                (self._places[step_id], PHASES.index(phase), logged) for (step_id, phase), logged in left.items()
            )
        return self._left[saga]

    def still_inherited(self, saga: int, inherited: Inherited) -> Inherited:
        """Return what of it still matters: a step that has left its phase never returns to it by itself."""
        now = {(step, phase) for step, phase, _ in self.left_behind(saga)}
        return tuple(each for each in inherited if each[:2] in now)

    def intended(self, events: int) -> int:
        """Return the steps that these events intend, as bits."""
        return sum(1 << self._places[each.step_id] for each in self.lists[events] if isinstance(each, e.StepIntended))

    def intends(self, saga: int, step: int, phase: int) -> bool:
        """Return whether a saga's log has the intent of a step's phase."""
        state = self.sagas[saga].steps[self._ids[step]].state
        return state is not StepState.WAITING if phase == EXECUTE else state in _COMPENSATION_INTENDED

    def outcome_known(self, saga: int, step: int) -> bool:
        """Return whether a Compensate says that its Execute has completed."""
        return self.sagas[saga].steps[self._ids[step]].outcome is ExecuteOutcome.COMPLETED

    def _decide(self, saga: int, told: tuple[Told, ...], known: Knowledge, late: bool) -> tuple[int, int] | None:
        context = Context(
            self._late if late else EARLY,
            on_wire=frozenset(self._of_bits(known.on_wire)),
            unsent=frozenset(self._of_bits(known.fresh)),
            inherited=self._inherited(known.inherited),
        )
        present, events = self.sagas[saga], list[e.Event]()
        for command in (*(self._command(each) for each in told), Tick()):
            try:
                decision = decide(present, command, context)
            except CommandRefused:
                if told == (CANCEL,):
                    return None
                decision = decide(present, Tick(), context)
            present = decision.saga
            events += decision.events
        if not events:
            return saga, 0
        after = self._number(present)
        number = self._list_numbers.setdefault((saga, after), len(self.lists))
        if number == len(self.lists):
            self.lists.append(tuple(events))
        return after, number

    def _command(self, told: Told) -> Command:
        if told == CANCEL:
            return Cancel()
        step_id = self._ids[told.step]
        if told.phase == EXECUTE:
            return ExecuteAnswered(step_id, 1, told.attempt, _EXECUTE_ANSWERS[told.answer])
        return CompensateAnswered(step_id, 1, told.attempt, _COMPENSATE_ANSWERS[told.answer])

    def _number(self, saga: Saga) -> int:
        steps = tuple(tuple(getattr(step, name) for name in _TOLD_APART_OF_STEP) for step in saga.steps.values())
        key = (tuple(getattr(saga, name) for name in _TOLD_APART), steps)
        number = self._saga_numbers.setdefault(key, len(self.sagas))
        if number == len(self.sagas):
            timeless = {step_id: changed(step, _WHEN_OF_STEP) for step_id, step in saga.steps.items()}
            self.sagas.append(changed(saga, {**_WHEN, "steps": timeless}))
        return number

    def _of_bits(self, bits: int) -> Iterator[str]:
        return (step_id for place, step_id in enumerate(self._ids) if bits >> place & 1)

    def _inherited(self, inherited: Inherited) -> dict[tuple[str, Phase], int]:
        return {(self._ids[step], PHASES[phase]): logged for step, phase, logged in inherited}
