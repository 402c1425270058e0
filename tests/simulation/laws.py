"""What must never happen (DESIGN section 10), checked as it happens, against the truth.

The `Ledger` knows the truth: every committed event in order, every request that left, and every effect that took
place, whoever believes what. It folds the log by itself, with the transition table only, so each law is checked at the
event or effect that would break it, and again once everything has been delivered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from orchestrator.core import events as e
from orchestrator.core import machine
from orchestrator.core.definition import SagaDefinition, StepKind
from orchestrator.core.errors import IllegalTransition
from orchestrator.core.model import Saga, SagaKey, SagaState, Step, StepState
from orchestrator.engine.heads import parked_on
from orchestrator.store import codec
from orchestrator.store.base import Append, PauseKind, Target
from orchestrator.store.places import held_time
from sagaway.v1 import participant_service_pb2 as contract
from tests.core.world_laws import Time
from tests.simulation.definitions import NAMESPACE
from tests.simulation.network import Sent

_NO_EFFECT = frozenset({StepState.WAITING, StepState.REJECTED, StepState.BLOCKED, StepState.STRUCK, StepState.SKIPPED})
_NEVER = frozenset({StepState.REJECTED, StepState.BLOCKED, StepState.STRUCK, StepState.COMPENSATED, StepState.SKIPPED})
_GONE_THROUGH = frozenset({StepState.COMPLETED, StepState.SKIPPED})
"""States of a step that promise: no effect stands, and none will."""


Run = tuple[str, int]
"""A step and its run."""


@dataclass
class Record:
    """One saga as it is in truth.

    Attributes:
        definition: what it runs on.
        saga: the fold of its committed events; None before the first.
        appends: ids of the appends that were applied.
        parked: the places at which the log's rows say that it waits, and since when.
        time: its time, reckoned from its events.
        done: how often each step's effect happened, by step and run.
        undone: how often it was undone.
        sent: steps of which an Execute was sent, and in which run.
        left: runs that a person left behind, by step and run.
        given_up: the steps whose effects may stand, as the person who abandoned the saga was told.
        inputs: the input that each operation was first sent with, by idempotency key.
        first_sent: the `first_sent_time` that each operation was first sent with, by operation key.
        writers: the epoch of the owner that wrote within each claim.
    """

    definition: SagaDefinition
    saga: Saga | None = None
    appends: set[bytes] = field(default_factory=set)
    parked: Mapping[str, int] = field(default_factory=dict)
    time: Time | None = None
    done: Counter[Run] = field(default_factory=Counter)
    undone: Counter[Run] = field(default_factory=Counter)
    sent: set[Run] = field(default_factory=set)
    left: set[Run] = field(default_factory=set)
    given_up: frozenset[str] = frozenset()
    inputs: dict[str, bytes] = field(default_factory=dict)
    first_sent: dict[str, int] = field(default_factory=dict)
    writers: dict[int, int] = field(default_factory=dict)

    def stands(self, step_id: str) -> int:
        """How often a step's effect stands, whatever the run."""
        return sum(count - self.undone[run] for run, count in self.done.items() if run[0] == step_id)

    def gone_back(self, step_id: str) -> bool:
        """True if a step was undone on the saga's way back."""
        return any(count and run not in self.left for run, count in self.undone.items() if run[0] == step_id)


class Ledger:
    """Every saga of a world.

    Attributes:
        open: the sagas that have not settled.
        poisoned: sagas whose data the log refuses.
        parked: how often a step was parked.
        paused: what was said to be paused and is not yet asked to be resumed.
        violations: what must never happen, and did.
    """

    def __init__(self, note: Callable[[str], None], *, alone: bool) -> None:
        """Make a ledger.

        Args:
            note: takes down what happens.
            alone: nobody but the current owner drives a saga, so it knows of every decision, and a call that it has
                begun leaves before the next commit, as on a loop that keeps the order.
        """
        self._note = note
        self._alone = alone
        self.poisoned: set[str] = set()
        self._records: dict[str, Record] = {}
        self.open: set[str] = set()
        self.parked = 0
        self.paused: set[Target] = set()
        self.violations: list[str] = []

    def expect(self, saga_id: str, definition: SagaDefinition) -> None:
        """A client is about to start a saga."""
        self._records[saga_id] = Record(definition)
        self.open.add(saga_id)

    def record(self, saga_id: str) -> Record:
        return self._records[saga_id]

    def all(self) -> dict[str, Record]:
        return self._records

    def violated(self, what: str) -> None:
        self._note(f"VIOLATION {what}")
        self.violations.append(what)

    def refuses(self, append: Append) -> bool:
        """Say whether the log refuses an append's data; what stands already it only recognises."""
        saga_id = append.key.saga_id
        return saga_id in self.poisoned and append.append_id not in self._records[saga_id].appends

    def put_aside(self, saga_id: str, reason: str) -> None:
        """A saga is put in quarantine; only one whose data the log refuses may be."""
        if saga_id not in self.poisoned:
            self.violated(f"{saga_id} is put aside: {reason}")
        self.open.discard(saga_id)

    # The log -------------------------------------------------------------------------------------------------------

    def committed(self, append: Append) -> bool:
        """An append was applied; False: it was before, and the same one again is nothing new."""
        saga_id = append.key.saga_id
        record = self._records[saga_id]
        if append.append_id in record.appends:
            return False
        record.appends.add(append.append_id)
        self._applied(saga_id, record, append)
        return True

    def _applied(self, saga_id: str, record: Record, append: Append) -> None:
        length = record.saga.sequence if record.saga is not None else 0
        if append.expected != length:
            self.violated(f"{saga_id}: an append at {append.expected} where the log ends at {length}")
            return
        for sequence, recorded in enumerate(append.events, start=length + 1):
            event = codec.decode(sequence, recorded)
            self._note(f"{saga_id} {sequence} {type(event).__name__} {getattr(event, 'step_id', '')}")
            try:
                self._event(saga_id, record, event)
            except IllegalTransition as error:
                self.violated(f"{saga_id}: the log breaks the table: {error}")
                return
        assert record.saga is not None
        record.parked = record.parked if append.parked is None else append.parked
        if not held_time(record.parked) and record.parked != (where := parked_on(record.saga)):
            self.violated(f"{saga_id} is parked on {sorted(where)}, and its rows say {sorted(record.parked)}")
        if record.saga.settled:
            self.open.discard(saga_id)
        elif saga_id not in self.poisoned:
            self.open.add(saga_id)  # a person may have set it going again

    def owned(self, append: Append, claim: int, epoch: int) -> None:
        """An append was applied, at the log, that only the owner of a saga makes."""
        writers = self._records[append.key.saga_id].writers
        if writers.setdefault(claim, epoch) != epoch:
            self.violated(f"{append.key.saga_id}: replicas {writers[claim]} and {epoch} wrote within claim {claim}")

    def _event(self, saga_id: str, record: Record, event: e.Event) -> None:
        before = record.saga
        if before is None:
            assert isinstance(event, e.SagaStarted)
            record.saga = machine.start(SagaKey(NAMESPACE, saga_id), record.definition, event)
            record.time = Time(event.time, record.definition)
            return
        record.saga = machine.evolve(before, event)
        assert record.time is not None
        try:
            record.time.check(before, event)
        except AssertionError as error:
            self.violated(f"{saga_id}: {error}")
        if isinstance(event, e.CompensationStarted):
            self._aborted(saga_id, record, before, event)
        elif isinstance(event, e.CompensationIntended):
            self._reverse_order(saga_id, before, event.step_id)
        elif isinstance(event, e.StepIntended):
            for name in record.definition.by_id[event.step_id].after:
                if before.steps[name].state not in _GONE_THROUGH:
                    self.violated(f"{saga_id}: {event.step_id} is intended before {name} has completed")
        elif isinstance(event, e.StepParked):
            self.parked += 1
        elif isinstance(event, e.StepSkipRequested | e.NewRunRequested):
            record.left.add((event.step_id, before.steps[event.step_id].run))
        elif isinstance(event, e.SagaAbandoned):
            record.given_up = frozenset(event.standing)
            self.check_end(saga_id)
        elif isinstance(event, e.SagaCompleted | e.SagaCompensated):
            self.check_end(saga_id)
        none_stands = e.StepRejected | e.StepCompensated | e.CompensationAsserted | e.StepSkipped
        if isinstance(event, none_stands) and record.stands(event.step_id):
            self.violated(f"{saga_id}: {type(event).__name__} of {event.step_id}, whose effect stands")

    def _aborted(self, saga_id: str, record: Record, before: Saga, event: e.CompensationStarted) -> None:
        pivot = record.definition.pivot
        assert record.saga is not None
        if pivot is not None and (record.saga.steps[pivot.id].state not in _NO_EFFECT or record.stands(pivot.id)):
            self.violated(f"{saga_id}: compensated while its pivot may stand: {before.steps[pivot.id].state}")
        for step_id in event.struck:
            if (step_id, before.steps[step_id].run) in record.sent:
                self.violated(f"{saga_id}: {step_id} is struck as never sent, and was sent")

    def _reverse_order(self, saga_id: str, before: Saga, step_id: str) -> None:
        definition = before.definition
        if not definition.by_id[step_id].compensated_on_abort:
            self.violated(f"{saga_id}: {step_id} is compensated, which nothing undoes")
        for later in descendants(definition, step_id):
            state = before.steps[later].state
            undone = state in _NO_EFFECT or state is StepState.COMPENSATED
            if not undone and not definition.by_id[later].facts.effect_free:
                self.violated(f"{saga_id}: {step_id} is to be compensated before {later}, which is {state}")

    # Requests and effects ------------------------------------------------------------------------------------------

    def sending(self, sent: Sent) -> None:
        """A request leaves."""
        context = sent.context
        record = self._records[context.saga_id]
        saga = record.saga
        step = saga.steps[context.step_id] if saga is not None else Step()
        state, run = step.state, (context.step_id, context.run)
        if self._alone and step.parked_time:
            self.violated(f"{sent.name} is sent although it is parked")
        if self._alone and any(_stops(target, sent) for target in self.paused):
            self.violated(f"{sent.name} is sent although {sorted(self.paused)} are paused")
        if self._alone and saga is not None and saga.paused:
            self.violated(f"{sent.name} is sent although the saga is paused")
        if sent.is_execute:
            record.sent.add(run)
            if saga is None or not saga.steps[context.step_id].run or state is StepState.STRUCK:
                self.violated(f"{sent.name} is sent without a durable intent: it is {state}")
            if self._alone and saga is not None and saga.state is not SagaState.RUNNING:
                self.violated(f"{sent.name} is sent although the saga is {saga.state}")
            body = contract.ExecuteRequest.FromString(sent.body).input
        else:
            if saga is None or not (step.compensate_intend_time or run in record.left):
                self.violated(f"{sent.name} is sent without a durable intent: it is {state}")
            body = contract.CompensateRequest.FromString(sent.body).input
        given = body.SerializeToString(deterministic=True)
        if record.inputs.setdefault(context.idempotency_key, given) != given:
            self.violated(f"{sent.name} is sent with another input than before")
        first = context.first_sent_time.ToMicroseconds()
        if record.first_sent.setdefault(context.operation_key, first) != first:
            self.violated(f"{sent.name} is sent with another first_sent_time than before")

    def effect(self, context: contract.StepContext, change: int) -> None:
        """A participant's effect happened (+1), or was undone (-1), for good."""
        saga_id, step_id = context.saga_id, context.step_id
        self._note(f"{saga_id}:{step_id} effect {change:+}")
        record = self._records[saga_id]
        run = step_id, context.run
        (record.done if change > 0 else record.undone)[run] += 1
        count = record.done[run], record.undone[run]
        if count not in ((1, 0), (1, 1)):
            self.violated(f"{saga_id}:{step_id} was done {count[0]} times and undone {count[1]} times")
        saga = record.saga
        assert saga is not None
        if change > 0 and saga.steps[step_id].state in _NEVER:
            self.violated(f"{saga_id}:{step_id} has its effect after it was {saga.steps[step_id].state}")
        if change > 0 and saga.steps[step_id].run != context.run:
            self.violated(f"{saga_id}:{step_id} has an effect of run {context.run}, which was left behind")
        if change > 0 and any(record.gone_back(name) for name in ancestors(record.definition, step_id)):
            self.violated(f"{saga_id}:{step_id} has its effect after one before it was undone")
        if change < 0:
            if record.definition.by_id[step_id].kind is not StepKind.COMPENSATABLE and run not in record.left:
                self.violated(f"{saga_id}:{step_id} is undone, and is no compensatable step")
            for name in descendants(record.definition, step_id):
                if record.stands(name):
                    self.violated(f"{saga_id}:{step_id} is undone while {name} stands, which came after it")

    # The end -------------------------------------------------------------------------------------------------------

    def check_end(self, saga_id: str) -> None:
        """Check that the effects are as the saga's end says."""
        record = self._records[saga_id]
        if record.saga is None:
            if record.done:
                self.violated(f"{saga_id} was never started, and has effects")
            return
        for step in record.definition.steps:
            stands = record.stands(step.id)
            skipped = record.saga.steps[step.id].state is StepState.SKIPPED
            if record.saga.state is SagaState.COMPLETED and stands != (not skipped) and step.action != "look":
                self.violated(f"{saga_id} is COMPLETED, and {step.id} stands {stands} times")
            if record.saga.state is SagaState.ABANDONED and stands and step.id not in record.given_up:
                self.violated(f"{saga_id} is ABANDONED, and {step.id} stands, which nobody was told")
            if record.saga.state is SagaState.COMPENSATED and stands:
                self.violated(f"{saga_id} is COMPENSATED, and {step.id} stands")


def descendants(definition: SagaDefinition, step_id: str) -> list[str]:
    """Return the ids of all steps that come after a step, in a fixed order."""
    found: list[str] = []
    waiting = list(definition.successors[step_id])
    while waiting:
        following = waiting.pop()
        if following not in found:
            found.append(following)
            waiting += definition.successors[following]
    return found


def ancestors(definition: SagaDefinition, step_id: str) -> list[str]:
    """Return the ids of all steps that come before a step, in a fixed order."""
    found: list[str] = []
    waiting = list(definition.by_id[step_id].after)
    while waiting:
        before = waiting.pop()
        if before not in found:
            found.append(before)
            waiting += definition.by_id[before].after
    return found


def _stops(target: Target, sent: Sent) -> bool:
    """True if a request must not leave while this is paused. A Seal is a person's own, and about no definition."""
    if target.kind is PauseKind.PARTICIPANT:
        return target.name == sent.host.name
    context = sent.context
    ours = target.name == context.definition_name and target.version in (0, context.definition_version)
    return ours and not sent.path.endswith("/Seal")
