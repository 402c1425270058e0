"""A walk told as a story: who does what, in sentences. Replicas have letters, in the order in which they start."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from string import ascii_uppercase

from orchestrator.core import events as e
from sagaway.choreography.explorer import Step
from tests.replicas.deciding import EXECUTE, Answer
from tests.replicas.model import Move, Replicas
from tests.replicas.processes import Act, Owner
from tests.replicas.world import NONE, Kind, Outcome, Process, World

Walk = Sequence[Step[World, Move]]

_PHASES = ("Execute", "Compensate")
_ANSWERS = {
    Answer.COMPLETED: "Completed",
    Answer.REJECTED: "Rejected",
    Answer.BLOCKED: "OPERATION_COMPENSATED",
    Answer.COMPENSATED: "Compensated",
    Answer.MISSING: "BARRIER_ROW_MISSING",
}
_APPENDS = {Kind.OWNER: "append", Kind.FOREIGN: "append", Kind.GIVE_BACK: "give-back"}


def tell(model: Replicas, walk: Walk) -> list[str]:
    """Return a sentence for each move of a walk."""
    return list(_Teller(model).tell(walk))


class _Teller:
    def __init__(self, model: Replicas) -> None:
        self._model = model
        self._rows = model.processes.numbers.values
        self._ids = [step.id for step in model.core.definition.steps]
        self._names: list[str] = []
        self._unused = iter(ascii_uppercase)

    def tell(self, walk: Walk) -> Iterator[str]:
        first = walk[0].state
        owner = next(place for place, number in enumerate(first.processes) if self._rows[number].owns)
        self._names = [""] * len(first.processes)
        for place in (owner, *(each for each in range(len(self._names)) if each != owner)):
            self._names[place] = next(self._unused)
        steps = ", ".join(f"{step.id} ({step.kind.lower()})" for step in self._model.core.definition.steps)
        yield f"A saga of {steps} has just been started; {self._names[owner]} owns it."
        for before, step in pairwise(walk):
            yield self._step(before.state, step)

    def _step(self, before: World, step: Step[World, Move]) -> str:
        """Tell of a step; find which process is which after it."""
        team = next(
            team
            for move, team, after in self._model.raw(before)
            if move == step.move and self._model.canonical(team, after) == step.state
        )
        if len(team) > len(self._names):
            self._names.append(next(self._unused))
        sentence = self._sentence(before, step, team)
        kept = sorted((number, self._names[place]) for place, number in enumerate(team) if number != NONE)
        self._names = [name for _, name in kept]
        return sentence

    def _sentence(self, before: World, step: Step[World, Move], team: tuple[int, ...]) -> str:
        move = step.move
        who = self._names[move.who] if move.who != NONE else ""
        here = self._rows[before.processes[move.who]] if move.who != NONE and move.act is not Act.START else Process()
        there = self._rows[team[move.who]] if move.who != NONE and team[move.who] != NONE else Process(alive=False)
        if move.act in (Act.DELIVER, Act.STRAY):
            return self._arrival(before, step, who)
        if move.act is Act.ARRIVE:
            return self._committed(before, here, step, who)
        if move.act is Act.HEARD:
            return f"{who} {self._heard(here, there, move)}{self._decides(here, there)}."
        if move.act is Act.END:
            return f"{self._names[move.note]} sees that {who}'s lease has expired, and ends its row."
        return _SENTENCES[move.act](who, self._ids[move.step], move) + self._decides(here, there) + "."

    def _arrival(self, before: World, step: Step[World, Move], who: str) -> str:
        move = step.move
        was, now = (self._model.desks.values[each.desks][move.step] for each in (before, step.state))
        phase = move.events if move.act is Act.STRAY else 1 if move.note >= Answer.BLOCKED else EXECUTE
        if move.act is Act.DELIVER:
            call = self._rows[before.processes[move.who]].calls[move.step]
            phase = call.phase if call is not None else phase
        done, undone = now.done > was.done, now.undone > was.undone
        what = "its effect happens" if done else "its effect is undone" if undone else "nothing is done"
        message = f"{_PHASES[phase]} of {self._ids[move.step]}"
        if move.act is Act.STRAY:
            return f"An earlier {message} arrives late: {what}."
        return f"{who}'s {message} arrives: {what}, and {_ANSWERS[Answer(move.note)]} is on its way back."

    def _committed(self, before: World, here: Process, step: Step[World, Move], who: str) -> str:
        write, move = here.write, step.move
        assert write is not None
        name = f"{who}'s {_APPENDS[Kind(write.kind)]}"
        if move.note == Outcome.FENCED:
            return f"{name} is at the database, and the fence refuses it: {who}'s row is ended."
        if move.note == Outcome.CONFLICT:
            return f"{name} is at the database, and loses: the saga is not as it was when that was decided."
        if write.kind == Kind.GIVE_BACK:
            return f"{name} is committed: nobody owns the saga."
        if step.state.scar and write.expected != before.log:
            return f"{name} is written all the same: {self._events(write.events)}."
        state = self._model.core.sagas[step.state.log].state
        if not move.events and not step.state.scar:
            return f"{name} is at the database, where it stands already."
        return f"{name} is committed: {self._events(move.events)}. The saga is {state}."

    def _heard(self, here: Process, there: Process, move: Move) -> str:
        write = here.write
        assert write is not None
        if write.outcome == Outcome.FENCED:
            return "hears that its row is ended, and ends itself"
        if write.outcome == Outcome.COMMITTED:
            return "hears that its append is committed" + ("" if there.view != NONE else ", and leaves the saga")
        return "hears that it lost, and " + ("folds the log anew" if there.alive else "that its row is ended: it ends")

    def _decides(self, here: Process, there: Process) -> str:
        write = there.write
        if write is None or (here.write is not None and here.write.events == write.events):
            return ""
        if write.kind == Kind.GIVE_BACK:
            return ", and sends that off"
        return f"; it decides {self._events(write.events)}, and sends that off to the database"

    def _events(self, events: int) -> str:
        return ", ".join(_name(event) for event in self._model.core.lists[events])


def _name(event: e.Event) -> str:
    if isinstance(event, e.CompensationStarted) and event.struck:
        return f"CompensationStarted (struck: {', '.join(event.struck)})"
    return type(event).__name__ + (f" {event.step_id}" if isinstance(event, e.StepEvent) else "")


def _claim(who: str, _step: str, move: Move) -> str:
    owner = list(Owner)[move.note]
    if owner is Owner.ME:
        return f"{who} claims once more, and is told that it has the saga"
    return f"{who} claims the saga" + (
        ", an orphan" if owner in (Owner.ENDED, Owner.EXPIRED) else ", which is nobody's"
    )


_SENTENCES: dict[Act, Callable[[str, str, Move], str]] = {
    Act.SEND: lambda who, step, move: f"{who} sends {_PHASES[move.note]} of {step}",
    Act.HEAR: lambda who, step, move: f"{who} hears {_ANSWERS[Answer(move.note)]} of {step}",
    Act.LOSE: lambda who, step, move: f"{who}'s call of {step} ends without an answer; the message may yet arrive",
    Act.DOUBT: lambda who, step, move: f"The COMMIT of {who} gets no answer; it sends the same append again",
    Act.TICK: lambda who, step, move: f"{who} looks what is due",
    Act.RELOAD: lambda who, step, move: f"{who} finds that the log has gone on without it, and folds it anew",
    Act.CANCEL: lambda who, step, move: f"Somebody cancels at {who}" + (", which does not own the saga" * move.note),
    Act.GIVE_BACK: lambda who, step, move: f"{who}, with no call on the wire, gives the saga back",
    Act.CRASH: lambda who, step, move: f"{who} dies",
    Act.EXPIRE: lambda who, step, move: f"{who} stands still until its lease has expired",
    Act.CLAIM: _claim,
    Act.CLAIM_UNHEARD: lambda who, step, move: f"{who} claims the saga by a COMMIT that gets no answer",
    Act.START: lambda who, step, move: f"{who} starts",
    Act.TIME_UP: lambda who, step, move: "The saga's time is up",
}
