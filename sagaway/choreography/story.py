"""A counterexample as a story: what happens, sentence by sentence, what is wrong at the end, and what would mend it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sagaway.choreography.consumers import Role
from sagaway.choreography.explorer import Step
from sagaway.choreography.graph import Kind
from sagaway.choreography.judging import Fault, JudgedWalks
from sagaway.choreography.walks import Begun, Delivered, Move, Outcome, State

Walk = Sequence[Step[State, Move]]


def tell(model: JudgedWalks, fault: Fault, walk: Walk) -> tuple[str, ...]:
    """Return the story of a walk at whose end something is wrong, a sentence each, in the present tense."""
    return (*_Teller(model).sentences(walk), _at_last(model, fault, walk[-1].state))


def summary(fault: Fault, *, is_endless: bool = False) -> str:
    """Say in one sentence what is wrong.

    Args:
        fault: what.
        is_endless: of a cycle: nothing that is declared leads out of it.
    """
    who, because = fault.who, fault.because
    return {
        Kind.UNHEARD: f"{who} is handled by nobody",
        Kind.NOT_UNDONE: f"when {because}, what {who} did may stand",
        Kind.STARTER_NOT_TOLD: f"when {because}, {who}, which started the saga, may never hear of it",
        Kind.CYCLE: f"a saga {'goes' if is_endless else 'may go'} round for ever: {who}",
        Kind.DONE_TWICE: f"{who} may do its work twice in one saga, at two events",
        Kind.EFFECT_TWICE: f"{who} does its work twice at one event",
        Kind.EFFECT_LATE: f"{who} does its work after its compensation",
    }[fault.kind]


def remedy(model: JudgedWalks, fault: Fault, walk: Walk) -> str:
    """Say what would mend it."""
    events = [model.events[each] for step in walk for each in told_by(step.move)]
    back = ", ".join(dict.fromkeys(event.type for event in events if event.is_back))
    if fault.kind is Kind.NOT_UNDONE:
        if any(each.role is Role.COMPENSATE and str(each.at) == fault.who for each in model.consumers):
            return f"add an event that follows to the `on` of its compensation: {back}"
        return f"declare its compensation, on one of {back}; or effect_free=True; or let it wait until none can refuse"
    return {
        Kind.UNHEARD: "let those whose work must be undone, and who started the saga, handle it",
        Kind.STARTER_NOT_TOLD: f"let it react to one of {back}",
        Kind.CYCLE: "see that the code ends it; or declare the refusal or the event that leads out",
        Kind.DONE_TWICE: "if it must not, let it consume an event that comes once",
        Kind.EFFECT_TWICE: "keep an inbox row for each event",
        Kind.EFFECT_LATE: "keep a tombstone for each reaction and saga",
    }[fault.kind]


def told_by(move: Move) -> Sequence[int]:
    """Return the events that a move publishes."""
    return move.roots if isinstance(move, Begun) else move.emitted


def cut_event(model: JudgedWalks, fault: Fault, state: State) -> int:
    """Return the event at which a walk goes round."""
    return next(event for _, event in sorted(state.under_way) if model.circle(event) == fault.who)


def _at_last(model: JudgedWalks, fault: Fault, state: State) -> str:
    if fault.kind is Kind.CYCLE:
        event_type = model.events[cut_event(model, fault, state)].type
        return f"{event_type} has come twice and is there again: so it goes round."
    wrong = {
        Kind.UNHEARD: f"{fault.who} was handled by nobody.",
        Kind.NOT_UNDONE: f"what {fault.who} did stands.",
        Kind.STARTER_NOT_TOLD: f"{fault.who} was never told that its saga went back.",
        Kind.DONE_TWICE: f"{fault.who} did its work twice.",
    }
    if fault.kind in wrong:
        return f"Nothing more happens; {wrong[fault.kind]}"
    return f"{fault.who} did what it must not do."


class _Teller:
    def __init__(self, model: JudgedWalks) -> None:
        self._model = model
        self._untold: list[int] = []

    def sentences(self, walk: Walk) -> Iterator[str]:
        for step in walk:
            if isinstance(step.move, Begun):
                beginning, *self._untold = step.move.roots
                yield self._root(beginning, "starts the saga with", "begins the saga")
                continue
            if step.move.event in self._untold:
                self._untold.remove(step.move.event)
                yield self._root(step.move.event, "cancels it with", "comes meanwhile")
            yield self._delivered(step.move)

    def _root(self, event: int, own: str, foreign: str) -> str:
        event_type = self._model.events[event].type
        starters = self._model.starters.get(event_type)
        return f"{' or '.join(starters)} {own} {event_type}." if starters else f"From outside, {event_type} {foreign}."

    def _delivered(self, move: Delivered) -> str:
        consumer, came = self._model.consumers[move.consumer], self._model.events[move.event].type
        again = " again" if move.is_again else ""
        if move.outcome is Outcome.BLOCKED:
            return f"{consumer.at} is given {came} only now: it was compensated before, so that has no effect."
        if consumer.role is Role.COMPENSATE:
            undone = _joined(self._model.events[each].type for each in move.undone)
            barred = "there is nothing to undo, so it bars what may still come to it"
            did = f"it undoes what it did at {undone}" if undone else barred
            return f"{came} calls{again} for the compensation of {consumer.at}: {did}{self._emits(move)}."
        does = {
            Outcome.HANDLED: "does its work",
            Outcome.HANDLED_AGAIN: "does its work once more",
            Outcome.HANDLED_LATE: "does its work, although it was compensated before",
        }
        if move.outcome is Outcome.REJECTED:
            return f"{consumer.at} handles {came}{again}: it refuses with {self._types(move)}."
        return f"{consumer.at} handles {came}{again}: it {does[move.outcome]}{self._emits(move)}."

    def _emits(self, move: Delivered) -> str:
        return f", and emits {self._types(move)}" if move.emitted else ""

    def _types(self, move: Delivered) -> str:
        return _joined(self._model.events[each].type for each in move.emitted)


def _joined(texts: Iterator[str]) -> str:
    *before, last = list(texts) or [""]
    return f"{', '.join(before)} and {last}" if before else last
