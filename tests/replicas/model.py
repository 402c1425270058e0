"""A small exhaustive model of lease, fence, barrier and pivot: one saga among replicas that may fail at every moment.

    core (the real one) ─ decides ─ processes (a twin) ─ appends ─ the log: fence, compare-and-set
                                        │ sends                     participants: the barrier (the real one)
                                        └──── messages that come late, often, never, in any order ────┘

Where the simulation (`tests/simulation`) runs the whole product through a few of the things that may happen, chosen by
chance, this runs the protocol through all of them, up to a bound: every order of every thing that may happen to a saga of
one to three steps, with so many crashes, expired leases, lost answers as the scenario says. In each state it asks what must
never happen (`laws`), and of each whether an end can be reached from it with no further fault (*liveness*).

What is the product's own: each decision (`core.decide`, `machine.evolve`, with real definitions and events), what is sent
(`core.due`), what a dead owner left behind (`engine.calls.left_behind`), and the barrier's judgement. What is a twin, in as
few words as it takes: the runner and what it knows, the committer, one transaction of the log (`processes`), what the SDK
does in SQL (`participants`, held to it by a test). A fault of a twin's that the original has not would be found as a wrong
state; a fault of the original's that the twin has not is not found here, but by the tests of the original.

What may happen at any moment. A process dies; it stands still until its lease has expired, and goes on; another ends its
row and claims its saga. An append is on its way to the database for as long as it likes: before the takeover, after it,
after its process has died; its COMMIT gets no answer, and it is sent again; so may a claim's. A message that was once sent
may arrive at any time from then on and any number of times, which covers that it is lost, late, doubled, overtaken, and that
its sender is a zombie by then (the network is a set that only grows, as in L. Lamport's TLA+ models). Only an Execute to a
participant that stores no refusals arrives at most once an attempt: so the contract has it, and gRPC. An answer may be lost.
Somebody cancels at any replica, owner or not. The saga is given back, and claimed by whoever is first. Its time is up.

Lease: an expired lease is never the reason why a process does or does not do something; that is the point of the protocol.
So a lease is valid, expired or ended, and time has no other part in it. Clocks, self-stop at two thirds, the limits on
idle transactions make trouble rarer or shorter, and are not here.

What keeps it small, and is exact: sagas, processes and what participants have are numbers of values (`world`); the core is
asked each question once (`deciding`); which process is which does not matter, because nothing that they do depends on it:
who owns the saga is said of the process, not by its epoch, so the processes of a state are sorted (*symmetry*; a test
compares it with the unsorted). A process that is ended and has nothing under way is as good as dead.

What it can't show. More than one saga, so neither batches nor locks between them; the deadlocks, limits and queues of the
engine; steps side by side; Pending and reports, pauses, parking, a person's hands, quarantine, a restored log; how StartSaga
makes a saga; waits and deadlines, because backoffs are of no length and a time-out is one moment; barrier rows that were
purged; requests that come too late for `not_after_time`, which only makes more of them arrive; two commands in one append;
SQL. A transaction is one moment: that the fence makes it so, on PostgreSQL, is for `tests/store` to show. And more faults
than a scenario has: a small scope finds most of what is wrong (D. Jackson's hypothesis), not all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from orchestrator.core.definition import SagaDefinition
from sagaway.choreography.explorer import Exploration, explore
from tests.replicas.deciding import COMPENSATE, EXECUTE, Answer, Core
from tests.replicas.laws import Desks, Laws
from tests.replicas.participants import Desk, compensate, execute
from tests.replicas.processes import ALL, Act, Change, Owner, Processes, Rules
from tests.replicas.world import (
    NONE,
    Fault,
    Lease,
    Numbers,
    Process,
    World,
    compensates,
    executes,
    left,
    pack,
    sent_bit,
    spent,
)

WISHES = (Answer.COMPLETED, Answer.REJECTED)


@dataclass(frozen=True)
class Scenario:
    """What is explored.

    Attributes:
        name: what it is called.
        definition: of the saga.
        bounds: how often each fault happens at most.
        replicas: how many processes run at once.
        rejects: steps that may be refused, by place.
        rules: what the protocol keeps to.
    """

    name: str
    definition: SagaDefinition
    bounds: dict[Fault, int] = field(default_factory=dict)
    replicas: int = 2
    rejects: frozenset[int] = frozenset()
    rules: Rules = ALL


class Move(NamedTuple):
    """What happens.

    Attributes:
        act: what.
        who: the process that it happens to, by its place in the state before; NONE: to none.
        step: the step that it is about; NONE: none.
        note: what more a story tells.
        events: what was appended.
        is_calm: True if it happens also while nothing goes wrong.
    """

    act: Act
    who: int = NONE
    step: int = NONE
    note: int = 0
    events: int = 0
    is_calm: bool = True


class Delivery(NamedTuple):
    """What may come of a message that arrives."""

    desks: int
    answer: int
    wish: int
    scar: str


Raw = tuple[Move, tuple[int, ...], World]
"""A move, the processes after it, each at its place before (NONE: gone; the last may be new), and the state after it."""


def explored(
    model: Replicas, goes_on: Callable[[int, bool], bool], *, max_states: int = 10_000_000
) -> Exploration[World, Move, str]:
    """Walk over everything that a scenario allows; no way to an end may lead over a fault.

    Args:
        model: of the scenario.
        goes_on: see `explorer.explore`.
        max_states: so many states are reached at most.
    """
    return explore(model, max_states=max_states, max_depth=max_states, may_hope=model.is_calm, goes_on=goes_on)


class Replicas:
    """One saga among replicas: the explorer's model.

    Attributes:
        core: the core on the scenario's definition.
        processes: what processes do.
        desks: the participants' states that were met.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.core = Core(scenario.definition)
        self.processes = Processes(self.core, scenario.rules)
        self.desks: Numbers[Desks] = Numbers()
        self.laws = Laws(self.core)
        self._stable = [step.facts.stable_replies for step in scenario.definition.steps]
        self._rows = self.processes.numbers.values
        self._budget = pack(scenario.bounds)
        self._teams: dict[tuple[int, ...], tuple[int, ...]] = {}
        self._deliveries: dict[tuple[int, int, int, bool], tuple[Delivery, ...]] = {}
        self._appends: dict[tuple[int, int, int, int], str] = {}
        self._faults: dict[tuple[int, int], tuple[str, ...]] = {}

    # The explorer's questions --------------------------------------------------------------------------------------

    def starts(self) -> Iterator[tuple[Move, World]]:
        """Begin with a saga that one replica has just started, and all replicas there."""
        log = self.core.begin()
        first = Process(owns=True, view=log, fresh=1, calls=(None,) * len(self._stable))
        team = (self.processes.number(first), *(self.processes.new,) * (self.scenario.replicas - 1))
        desks = self.desks.of((Desk(),) * len(self._stable))
        yield Move(Act.BEGIN), World(log, self._team(team), 0, desks, self._budget)

    def moves(self, state: World) -> Iterator[tuple[Move, World]]:
        """Return what may happen next."""
        for move, team, after in self.raw(state):
            yield move, self.canonical(team, after)

    def faults(self, state: World) -> tuple[str, ...]:
        """Return what must never happen and did."""
        if state.scar:
            return (state.scar,)
        key = (state.log, state.desks)
        if key not in self._faults:
            self._faults[key] = self.laws.state(state.log, self.desks.values[state.desks])
        return self._faults[key]

    def is_end(self, state: World) -> bool:
        """Say whether the saga has ended, or is STUCK."""
        return self.processes.settled(state.log)

    @staticmethod
    def is_calm(move: Move) -> bool:
        """Say whether it happens also while nothing goes wrong."""
        return move.is_calm

    # What may happen -----------------------------------------------------------------------------------------------

    def canonical(self, team: tuple[int, ...], state: World) -> World:
        """Return a state with these processes, whichever is which."""
        log, _, sent, desks, budget, scar = state
        return World(log, self._team(team), sent, desks, budget, scar)

    def raw(self, state: World) -> Iterator[Raw]:
        """Return what may happen next, with each process at its place."""
        if state.scar:
            return
        team, rows, budget = state.processes, self._rows, state.budget
        late = bool(self._budget and left(budget, Fault.TIME_UP) < left(self._budget, Fault.TIME_UP))
        owner = next((place for place, number in enumerate(team) if rows[number].owns), NONE)
        status = self._status(NONE if owner == NONE else team[owner])
        for place, number in enumerate(team):
            for change in self.processes.changes(number, state.log, Owner.ME if place == owner else status, late=late):
                if change.fault == NONE or left(budget, change.fault):
                    yield self._changed(state, place, change)
            yield from self._deliver(state, place, rows[number])
        yield from self._strays(state)
        yield from self._leases(state)
        if left(budget, Fault.TIME_UP):
            yield Move(Act.TIME_UP, is_calm=False), team, state._replace(budget=spent(budget, Fault.TIME_UP))

    def _status(self, owner: int) -> Owner:
        """Whom the saga's row names, as others see it."""
        if owner == NONE:
            return Owner.NOBODY
        lease = self._rows[owner].lease
        return Owner.ENDED if lease == Lease.ENDED else Owner.EXPIRED if lease == Lease.EXPIRED else Owner.OTHER

    def _changed(self, state: World, place: int, change: Change) -> Raw:
        team = list(state.processes)
        team[place] = change.process
        if change.takes or change.marks:
            self._forget(team, place, takes=change.takes, marks=change.marks)
        budget = state.budget if change.fault == NONE else spent(state.budget, change.fault)
        sent = (state.sent | change.may_arrive) + change.late
        scar = change.scar or (self._appended(state, change) if change.events else "")
        move = Move(change.act, place, change.step, change.note, change.events, change.fault == NONE)
        return move, tuple(team), World(change.log, (), sent, state.desks, budget, scar)

    def _forget(self, team: list[int], place: int, *, takes: bool, marks: bool) -> None:
        """Nobody else owns the saga any more, or has set its head last."""
        for other, number in enumerate(team):
            if other != place and number != NONE:
                row = self._rows[number]
                if (takes and row.owns) or (marks and row.marked):
                    row = row._replace(owns=row.owns and not takes, marked=row.marked and not marks)
                    team[other] = self.processes.number(row)

    def _appended(self, state: World, change: Change) -> str:
        key = (state.log, change.log, change.events, state.desks)
        if key not in self._appends:
            self._appends[key] = self.laws.appended(*key[:3], self.desks.values[state.desks])
        return self._appends[key]

    def _deliver(self, state: World, place: int, process: Process) -> Iterator[Raw]:
        """A message arrives, and the answer is on its way back."""
        for step, call in enumerate(process.calls):
            if call is None or call.answer:
                continue
            for delivery in self._delivered(state.desks, step, call.phase, call.completed):
                answered = call._replace(answer=delivery.answer)
                calls = (*process.calls[:step], answered, *process.calls[step + 1 :])
                team = list(state.processes)
                team[place] = self.processes.number(process._replace(calls=calls))
                move = Move(Act.DELIVER, place, step, delivery.answer, is_calm=delivery.wish != Answer.REJECTED)
                yield move, tuple(team), state._replace(desks=delivery.desks, scar=delivery.scar)

    def _strays(self, state: World) -> Iterator[Raw]:
        """A message of whose answer nobody will hear arrives; told only where that changes something."""
        if not state.sent:
            return
        for step, stable in enumerate(self._stable):
            which = compensates(state.sent, step)
            messages = [(EXECUTE, False)] if executes(state.sent, step) else []
            messages += [(COMPENSATE, bool(bit)) for bit in range(2) if which >> bit & 1]
            for phase, completed in messages:
                for delivery in self._delivered(state.desks, step, phase, completed):
                    if delivery.desks != state.desks:
                        counted = phase == EXECUTE and not stable
                        sent = state.sent - sent_bit(step, EXECUTE) if counted else state.sent
                        after = state._replace(desks=delivery.desks, sent=sent, scar=delivery.scar)
                        move = Move(Act.STRAY, NONE, step, delivery.answer, phase, is_calm=False)
                        yield move, state.processes, after

    def _delivered(self, desks: int, step: int, phase: int, completed: bool) -> tuple[Delivery, ...]:
        key = (desks, step, phase, completed)
        if key not in self._deliveries:
            self._deliveries[key] = tuple(dict.fromkeys(self._all_delivered(*key)))
        return self._deliveries[key]

    def _all_delivered(self, desks: int, step: int, phase: int, completed: bool) -> Iterator[Delivery]:
        before = self.desks.values[desks]
        if phase == EXECUTE:
            for wish in WISHES if step in self.scenario.rejects else WISHES[:1]:
                desk, answer = execute(before[step], wish, stable=self._stable[step])
                told = wish if desk != before[step] or answer == wish else Answer.NONE
                yield Delivery(self._with_desk(before, step, desk), answer, told, "")
            return
        keeps = self.scenario.rules.tombstones
        desk, answer = compensate(before[step], completed=completed, keeps_tombstones=keeps)
        scar = self.laws.undone(step, before) if desk.undone > before[step].undone else ""
        yield Delivery(self._with_desk(before, step, desk), answer, Answer.NONE, scar)

    def _with_desk(self, desks: Desks, step: int, desk: Desk) -> int:
        return self.desks.of((*desks[:step], desk, *desks[step + 1 :]))

    def _leases(self, state: World) -> Iterator[Raw]:
        """A takeover ends an expired row; a new replica starts in the place of a dead one."""
        rows = [self._rows[number] for number in state.processes]
        living = [place for place, row in enumerate(rows) if row.alive]
        for place, row in enumerate(rows):
            by = next((each for each in living if each != place and rows[each].lease != Lease.ENDED), NONE)
            if row.lease == Lease.EXPIRED and by != NONE and self.scenario.rules.ends_rows:
                team = list(state.processes)
                team[place] = self.processes.number(row._replace(lease=Lease.ENDED))
                yield Move(Act.END, place, note=by), tuple(team), state
        if len(living) < self.scenario.replicas:
            yield Move(Act.START, len(rows)), (*state.processes, self.processes.new), state

    def _team(self, team: tuple[int, ...]) -> tuple[int, ...]:
        """Return the processes that are left, each team once in memory: which is which does not matter."""
        found = self._teams.get(team)
        if found is None:
            kept = tuple(sorted(number for number in team if number != NONE))
            found = self._teams.setdefault(kept, kept)
            self._teams[team] = found
        return found
