"""A small world that is as unkind to a saga as the real one may be, and knows the truth.

It holds one saga, its owner, and participants that keep the barrier contract. Chance, given from outside, chooses
what happens next: a call is answered, or its answer is lost while the message travels on; the owner dies before or
after its commit, sleeps, or loses the compare-and-set to somebody else; time jumps; people cancel, or pause the definition; Pending steps are
reported late, twice, or never. The core sees what an owner sees. The world sees every effect, and after each decision
checks what must never happen (DESIGN section 10).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from orchestrator.core import due, machine, parking
from orchestrator.core import events as e
from orchestrator.core.commands import Cancel, Command, CompensateAnswered, ExecuteAnswered, Report, Tick, Unpark
from orchestrator.core.context import Context
from orchestrator.core.decide import begin, decide
from orchestrator.core.definition import SagaDefinition
from orchestrator.core.effects import Send
from orchestrator.core.errors import CommandRefused
from orchestrator.core.model import EMPTY, Failure, Phase, Saga, SagaKey, Step, StepState
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
from tests.core import world_laws as laws
from tests.core.world_models import FAILURES, Operation

KEY = SagaKey("default", "saga")


@dataclass
class Call:
    """A call on the wire: the owner waits for its end."""

    send: Send
    delivered: ExecuteAnswer | CompensateAnswer | None = None


@dataclass
class Owner:
    """What the process that drives the saga knows and the log does not."""

    on_wire: dict[str, Call] = field(default_factory=dict)
    unsent: set[str] = field(default_factory=set)
    inherited: dict[tuple[str, Phase], int] = field(default_factory=dict)
    polled: dict[str, int] = field(default_factory=dict)


class World:
    """One saga among participants, networks, clocks and people.

    Attributes:
        saga: the saga as committed.
        log: its committed events.
        operations: the truth about each step, by id.
        away: participants that can't be called, as the owner knows.
        parked: how often a step was parked.
        paused: True while the definition is paused.
        restored_time: when it was declared that the log was restored from a backup; 0: it was not.
    """

    restored_time = 0

    def __init__(self, definition: SagaDefinition, chance: random.Random) -> None:
        self.chance = chance
        self.away = set(chance.sample("pq", chance.choice((0, 0, 1, 2))))
        self.parked = 0
        self.definition = definition
        self.now = 1_000 * SECOND
        self.owner = Owner()
        self.paused = False
        self.log: list[e.Event] = []
        self.operations = {step.id: Operation(step.facts.stable_replies) for step in definition.steps}
        self.travelling: list[Send] = []
        self.reports: list[tuple[str, Phase, ExecuteAnswer | CompensateAnswer]] = []
        self.trace: list[str] = []
        first = begin(KEY, definition, EMPTY, {}, "", self.context(), at_once=chance.random() < 0.8)
        self.saga = machine.start(KEY, definition, self._started(first.events[0]))
        self.log.append(first.events[0])
        self.time = laws.Time(self.now, definition)
        self._commit(first.saga, first.events[1:])

    @staticmethod
    def _started(event: e.Event) -> e.SagaStarted:
        assert isinstance(event, e.SagaStarted)
        return event

    # What happens ---------------------------------------------------------------------------------------------------

    def run(self, steps: int) -> None:
        """Let ``steps`` things happen, then let the faults stop, and see the saga to its end."""
        self.live(steps)
        self.calm()
        self.drain()

    def live(self, steps: int) -> None:
        """Let ``steps`` things happen."""
        happenings = (self.tick, self.jump, self.crash, self.sleep, self.cancel, self.outage, self.recovery, self.pause)
        weights = self.chance.choice(((6, 1, 1, 2, 1, 0, 0, 0), (6, 1, 3, 3, 0, 5, 4, 1), (4, 3, 0, 1, 0, 6, 3, 1)))
        for _ in range(steps):
            if self.chance.random() < 0.75:
                self.network()
            else:
                self.chance.choices(happenings, weights)[0]()

    def network(self) -> None:
        """Something happens to a message."""
        choices: list[Callable[[], None]] = [partial(self.dispatch, send) for send in self.due()]
        choices += [partial(self.end_call, step_id) for step_id in self.owner.on_wire] * 2
        choices += [self.deliver_late] * bool(self.travelling)
        choices += [self.resolve] * any(op.pending or op.undoing for op in self.operations.values())
        choices += [self.report] * bool(self.reports)
        if choices:
            self.chance.choice(choices)()

    def due(self) -> list[Send]:
        """What the owner has to send and has not on the wire."""
        found = due.sends(self.saga, self.context())
        for send in found:
            laws.check_send(self.log, send)
        return [send for send in found if send.step_id not in self.owner.on_wire]

    def dispatch(self, send: Send) -> None:
        """The owner sends."""
        self.trace.append(f"send {send}")
        self.owner.on_wire[send.step_id] = Call(send)
        self.owner.unsent.discard(send.step_id)
        if send.poll:
            self.owner.polled[send.step_id] = self.now

    def end_call(self, step_id: str) -> None:
        """A call on the wire gets on: it is delivered, answered, fails, or is lost."""
        call = self.owner.on_wire[step_id]
        if call.delivered is None and self.chance.random() < 0.7:
            call.delivered = self._deliver(call.send)
            return
        answer = call.delivered
        if answer is None or self.chance.random() < 0.15:
            if call.delivered is None and self.chance.random() < 0.7:
                self.travelling.append(call.send)  # it may yet arrive
            failure = self.chance.choice(FAILURES)
            if call.send.phase is Phase.COMPENSATE and self.chance.random() < 0.05:
                failure = Failure("FAILED_PRECONDITION", BARRIER_ROW_MISSING, "gone")
            answer = Failed(failure, no_retry=self.chance.random() < 0.1)
        self._answer(call.send, answer)

    def deliver_late(self) -> None:
        """A message of which nobody waits for the answer arrives."""
        self._deliver(self.travelling.pop(self.chance.randrange(len(self.travelling))))

    def resolve(self) -> None:
        """A participant comes to the end of something Pending; its report may be lost."""
        step_id = self.chance.choice([id_ for id_, op in self.operations.items() if op.pending or op.undoing])
        outcome = self.operations[step_id].resolve(self.chance.choice(("complete", "complete", "reject", "fail")))
        self.trace.append(f"resolve {step_id} {outcome}")
        if outcome is not None and self.chance.random() < 0.8:
            self.reports.append((step_id, *outcome))

    def report(self) -> None:
        """Somebody calls CompleteStep, perhaps not for the last time."""
        report = self.chance.choice(self.reports)
        if self.chance.random() < 0.7:
            self.reports.remove(report)
        self.command(Report(*report))

    def tick(self) -> None:
        """Time goes on to what is due next."""
        time = due.next_time(self.saga, self.context())
        if time is not None and not self.due():
            self.now = max(self.now, time)
        self.command(Tick())

    def jump(self) -> None:
        """The machine was asleep for a while."""
        far = (300, 3_000, 20_000, 100_000, 400_000) if self.time.parked else ()
        self.now += self.chance.choice((1, 10, 30, 100, 700, *far)) * SECOND
        self.command(Tick())

    def crash(self) -> None:
        """The owner dies; another one takes over."""
        self.trace.append("crash")
        self.travelling += [
            call.send for call in self.owner.on_wire.values() if not call.delivered and self.chance.random() < 0.7
        ]
        self.saga = machine.fold(KEY, self.definition, self.log)
        self.owner = Owner(inherited=left_behind(self.saga))
        self.command(Tick())

    def sleep(self) -> None:
        """The owner, with nothing to do for a while, gives the saga back; somebody wakes it later."""
        if not self.owner.on_wire and not self.due() and not self.saga.settled:
            self.trace.append("sleep")
            self.owner = Owner()

    def outage(self) -> None:
        """A participant can't be called any more."""
        self.away.add(self.chance.choice("pq"))
        self.command(Tick())

    def recovery(self) -> None:
        """A participant can be called again, or one step of its is to find that out."""
        name = self.chance.choice("pq")
        if self.chance.random() < 0.7:
            self.away.discard(name)
        self.command(Unpark(name))

    def cancel(self) -> None:
        """Somebody cancels."""
        self.command(Cancel())

    def pause(self) -> None:
        """Somebody pauses the definition, or resumes it."""
        self.paused = not self.paused
        self.trace.append("paused" if self.paused else "resumed")
        self.command(Tick())

    # The owner ------------------------------------------------------------------------------------------------------

    def context(self) -> Context:
        """What the owner knows now."""
        owner = self.owner
        return Context(
            now=self.now,
            jitter=self.chance.choice((0.0, 0.5, 0.999)),
            on_wire=frozenset(owner.on_wire),
            unsent=frozenset(owner.unsent),
            inherited=dict(owner.inherited),
            held=frozenset(step.id for step in self.definition.steps if step.participant in self.away),
            definition_paused=self.paused,
            restored_time=self.restored_time,
            polled=dict(owner.polled),
        )

    def command(self, command: Command) -> None:
        """Decide and commit, unless the owner dies in between or somebody else is first."""
        if self.chance.random() < 0.03:
            # Its compare-and-set is lost to a cancel on another replica; the log is folded anew, and it decides again.
            self._decide(Cancel(), foreign=True)
            self.owner.unsent.clear()
        decided = self._decide(command, lost=self.chance.random() < 0.03)
        if isinstance(command, Tick) and decided == 0 and not self.due():
            time = due.next_time(self.saga, self.context())
            assert time is None or time > self.now, "a tick that brings nothing is due again at once"

    def _decide(self, command: Command, *, foreign: bool = False, lost: bool = False) -> int:
        context = Context(self.now, restored_time=self.restored_time) if foreign else self.context()
        before = self.saga
        try:
            decision = decide(before, command, context)
        except CommandRefused:
            return 0
        assert before == self.saga, "deciding changed the saga it was given"
        if lost:
            self.trace.append(f"{command} is lost with its owner")
            self.crash()
            return 1
        self.trace.append(f"{self.now // SECOND} {command}: {list(decision.events)}")
        self._commit(decision.saga, decision.events, foreign=foreign)
        return len(decision.events)

    def _answer(self, send: Send, answer: ExecuteAnswer | CompensateAnswer) -> None:
        del self.owner.on_wire[send.step_id]
        run = self.saga.steps[send.step_id].run
        if send.phase is Phase.EXECUTE:
            assert not isinstance(answer, Compensated)
            self.command(ExecuteAnswered(send.step_id, run, send.attempt, answer))
        else:
            assert not isinstance(answer, Completed | Rejected)
            self.command(CompensateAnswered(send.step_id, run, send.attempt, answer))

    def _commit(self, saga: Saga, events: tuple[e.Event, ...], *, foreign: bool = False) -> None:
        unsent, on_wire = (set(), set()) if foreign else (set(self.owner.unsent), set(self.owner.on_wire))
        for event in events:
            laws.check_event(
                self.saga, event, self.operations, unsent=unsent, on_wire=on_wire, in_doubt=self.restored_time > 0
            )
            if not self.restored_time:
                self.time.check(self.saga, event)
            self.parked += isinstance(event, e.StepParked)
            self.saga = machine.evolve(self.saga, event)
            self.log.append(event)
            if isinstance(event, e.StepIntended):
                unsent.add(event.step_id)
        if not foreign:
            self.owner.unsent = unsent
        assert self.saga == saga, "the live state is not the fold of the log"
        assert self.saga.sequence == len(self.log), "the sequences have a gap"
        if not self.paused and not self.restored_time:
            self.time.check_not_up(self.saga, self.now)
        self._check_state()

    def _check_state(self) -> None:
        laws.check_state(self.saga, self.log, self.operations)
        asleep = not self.saga.settled and not self.owner.on_wire and not self.due()
        if asleep and not self.paused and not parking.parked(self.saga):
            assert due.next_time(self.saga, self.context()) is not None, "the saga sleeps for ever"

    def _deliver(self, send: Send) -> ExecuteAnswer | CompensateAnswer:
        operation = self.operations[send.step_id]
        wish = self.chance.choice(("complete", "complete", "complete", "reject", "pend"))
        answer = operation.execute(wish) if send.phase is Phase.EXECUTE else operation.compensate(wish)
        self.trace.append(f"deliver {send}: {answer}")
        return answer

    # The end --------------------------------------------------------------------------------------------------------

    def calm(self) -> None:
        """The faults stop: everybody can be called, every call is answered, everything Pending is resolved, nobody dies,
        nothing is paused.
        """
        self.paused = False
        self.away.clear()
        for name in "pq":
            self._decide(Unpark(name))
        for _ in range(400):
            if self.saga.settled:
                return
            for send in self.due():
                self.dispatch(send)
            for step_id in list(self.owner.on_wire):
                call = self.owner.on_wire[step_id]
                self._calm_answer(call)
            for step_id, operation in self.operations.items():
                outcome = operation.resolve("complete")
                if outcome is not None:
                    self._decide(Report(step_id, *outcome))
            if not self.saga.settled and not self.due():
                time = due.next_time(self.saga, self.context())
                self.now = max(self.now, time or self.now)
                self._decide(Tick())
        raise AssertionError("faults have stopped, and the saga does not end")

    def _calm_answer(self, call: Call) -> None:
        operation, send = self.operations[call.send.step_id], call.send
        run = self.saga.steps[send.step_id].run
        del self.owner.on_wire[send.step_id]
        if send.phase is Phase.EXECUTE:
            answer = call.delivered or operation.execute("complete")
            assert not isinstance(answer, Compensated)
            self._decide(ExecuteAnswered(send.step_id, run, send.attempt, answer))
        else:
            undone = call.delivered or operation.compensate("complete")
            assert not isinstance(undone, Completed | Rejected)
            self._decide(CompensateAnswered(send.step_id, run, send.attempt, undone))

    def drain(self) -> None:
        """Everything still travelling arrives, after the end."""
        assert self.saga.settled
        assert self.saga == machine.fold(KEY, self.definition, self.log)
        while self.travelling:
            self._deliver(self.travelling.pop())
        for operation in self.operations.values():
            operation.resolve("complete")
        self._check_state()


def left_behind(saga: Saga) -> dict[tuple[str, Phase], int]:
    """Return what an owner of a saga that dies leaves of unknown outcome, with the attempts logged by then."""
    found: dict[tuple[str, Phase], int] = {}
    for step_id, step in saga.steps.items():
        phase, attempts = _phase(step)
        if phase is not None and not step.parked_time:
            found[step_id, phase] = attempts
    return found


def _phase(step: Step) -> tuple[Phase | None, int]:
    if step.state in (StepState.EXECUTING, StepState.PENDING):
        return Phase.EXECUTE, step.execute_attempts
    if step.state in (StepState.COMPENSATING, StepState.COMPENSATION_PENDING):
        return Phase.COMPENSATE, step.compensate_attempts
    return None, 0
