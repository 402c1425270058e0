"""Sagas told in a few lines: what happened goes in, what was decided and is sent comes out.

A `Story` is a saga with the simplest owner there is: it commits what is decided at once and, unless told to hold,
sends at once what is due. After each command the fold of the log is compared with the live state.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from orchestrator.core import due, machine
from orchestrator.core import events as e
from orchestrator.core.commands import Cancel, Command, CompensateAnswered, ExecuteAnswered, Report, Tick, Unpark
from orchestrator.core.context import Context
from orchestrator.core.decide import Decision, begin, decide
from orchestrator.core.definition import ActionFacts, SagaDefinition, StepDefinition, StepKind
from orchestrator.core.effects import Send
from orchestrator.core.expressions import compile_template
from orchestrator.core.model import EMPTY, Failure, Payload, Phase, Restart, Saga, SagaKey, SagaState, StepState
from orchestrator.core.outcome import CompensateAnswer, Compensated, Completed, ExecuteAnswer, Failed, Pending, Rejected
from orchestrator.core.retry import SECOND, RetryPolicy

MINUTE, HOUR, DAY = 60 * SECOND, 3_600 * SECOND, 86_400 * SECOND
EXECUTE, COMPENSATE = Phase.EXECUTE, Phase.COMPENSATE
PIVOT, RETRYABLE = StepKind.PIVOT, StepKind.RETRYABLE
KEY = SagaKey("default", "order-1")
START = 1_000_000 * SECOND

ALL_CODES = frozenset(
    [
        "CANCELLED",
        "UNKNOWN",
        "INVALID_ARGUMENT",
        "DEADLINE_EXCEEDED",
        "NOT_FOUND",
        "ALREADY_EXISTS",
        "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION",
        "ABORTED",
        "OUT_OF_RANGE",
        "UNIMPLEMENTED",
        "INTERNAL",
        "UNAVAILABLE",
        "DATA_LOSS",
        "UNAUTHENTICATED",
    ]
)
"""Every gRPC code but OK."""


def step(
    name: str,
    *,
    after: Iterable[str] | None = None,
    kind: StepKind = StepKind.COMPENSATABLE,
    attempts: int = 3,
    undo_attempts: int = 3,
    template: object = None,
    stable: bool = False,
    effect_free: bool = False,
    compensatable: bool = True,
    retry_codes: Iterable[str] = (),
    stop_codes: Iterable[str] = (),
    participant: str = "participant",
) -> StepDefinition:
    """Return a step; ``after`` None stands for the step before it. Backoffs: 1 s, 2 s, 4 s, … 60 s."""
    return StepDefinition(
        id=name,
        participant=participant,
        action="act",
        kind=kind,
        after=("<before>",) if after is None else tuple(after),
        input=None if template is None else compile_template(template),
        attempt_timeout=10 * SECOND,
        retry=RetryPolicy(attempts, SECOND, MINUTE),
        compensation_attempt_timeout=30 * SECOND,
        compensation_retry=RetryPolicy(undo_attempts, SECOND, MINUTE),
        retry_codes=frozenset(retry_codes),
        stop_codes=frozenset(stop_codes),
        pending_timeout=HOUR,
        pending_poll_interval=MINUTE,
        facts=ActionFacts(compensatable, effect_free, stable),
    )


def definition_of(
    *steps: StepDefinition, timeout: int = DAY, output: object = None, pauses: bool = False
) -> SagaDefinition:
    """Return a definition of these steps."""
    resolved: list[StepDefinition] = []
    for one in steps:
        before = (resolved[-1].id,) if resolved else ()
        resolved.append(replace(one, after=before) if one.after == ("<before>",) else one)
    template = None if output is None else compile_template(output)
    return SagaDefinition("place_order", 1, "hash", tuple(resolved), timeout, template, pauses)


def failed(code: str, reason: str = "", message: str = "", *, retry_after: int = 0, no_retry: bool = False) -> Failed:
    """Return an answer that is an error."""
    return Failed(Failure(code, reason, message or f"it said {code}"), retry_after, no_retry)


def refusal(reason: str = "OUT_OF_STOCK") -> Rejected:
    """Return a business refusal."""
    return Rejected(Failure("", reason, "there is none left"))


def completion(text: str = '"done"') -> Completed:
    """Return the answer that the effect has happened."""
    return Completed(Payload(json=text))


class Story:
    """A saga as its owner drives it.

    Attributes:
        saga: the saga as committed.
        log: its events.
        new: the events of the last command.
        now: the time, microseconds.
        jitter: what chance says at the next decision, in [0, 1).
        hold: True while nothing is sent, though it is due.
        held: steps whose participant can't take them.
        definition_paused: True while a person has paused the definition.
        restored_time: when it was declared that the log was restored from a backup; 0: it was not.
        on_wire: what was sent and has not ended, by step.
        sent: all that was sent, such as ``Execute a 1``.
    """

    def __init__(
        self,
        *steps: StepDefinition,
        timeout: int = DAY,
        output: object = None,
        saga_input: Payload = EMPTY,
        at_once: bool = True,
        hold: bool = False,
        restart: Restart | None = None,
        pauses: bool = False,
    ) -> None:
        self.definition = definition_of(*steps, timeout=timeout, output=output, pauses=pauses)
        self.now = START
        self.jitter = 0.5
        self.hold = hold
        self.on_wire: dict[str, Send] = {}
        self.sent: list[str] = []
        self.unsent: set[str] = set()
        self.inherited: dict[tuple[str, Phase], int] = {}
        self.polled: dict[str, int] = {}
        self.held: set[str] = set()
        self.definition_paused = False
        self.restored_time = 0
        self.log: list[e.Event] = []
        self._commit(begin(KEY, self.definition, saga_input, {}, "", self.context, at_once=at_once, restart=restart))

    # What happens ---------------------------------------------------------------------------------------------------

    def completes(self, step_id: str, text: str = '"done"') -> None:
        """The step's call answers Completed."""
        self.answers(step_id, completion(text))

    def rejects(self, step_id: str) -> None:
        """The step's call answers Rejected."""
        self.answers(step_id, refusal())

    def pends(self, step_id: str) -> None:
        """The step's call answers Pending."""
        self.answers(step_id, Pending())

    def fails(self, step_id: str, code: str = "UNAVAILABLE", reason: str = "") -> None:
        """The step's call ends with an error."""
        self.answers(step_id, failed(code, reason))

    def exhausts(self, step_id: str, code: str = "UNAVAILABLE") -> None:
        """The step's calls fail until its attempts are used up."""
        step = self.definition.by_id[step_id]
        phase = self.on_wire[step_id].phase
        policy = step.retry if phase is EXECUTE else step.compensation_retry
        for left in reversed(range(policy.max_attempts)):
            self.fails(step_id, code)
            if left:
                self.wait(MINUTE)

    def undoes(self, *step_ids: str) -> None:
        """The steps' calls of Compensate answer Compensated."""
        for step_id in step_ids:
            self.answers(step_id, Compensated())

    def answers(self, step_id: str, answer: ExecuteAnswer | CompensateAnswer) -> None:
        """The step's call on the wire ends so."""
        assert step_id in self.on_wire, f"no call of {step_id} is on the wire, but {self.on_wire}"
        send = self.on_wire.pop(step_id)
        run = self.saga.steps[step_id].run
        if send.phase is EXECUTE:
            assert not isinstance(answer, Compensated)
            self.command(ExecuteAnswered(step_id, run, send.attempt, answer))
        else:
            assert not isinstance(answer, Completed | Rejected)
            self.command(CompensateAnswered(step_id, run, send.attempt, answer))

    def reports(self, step_id: str, answer: ExecuteAnswer | CompensateAnswer, phase: Phase = EXECUTE) -> None:
        """Somebody calls CompleteStep."""
        self.command(Report(step_id, phase, answer))

    def unpark(self, participant: str = "participant") -> None:
        """The participant can take what was parked on it."""
        self.held -= {step.id for step in self.definition.steps if step.participant == participant}
        self.command(Unpark(participant))

    def cancel(self) -> None:
        """Somebody calls CancelSaga."""
        self.command(Cancel())

    def wait(self, duration: int) -> None:
        """Time goes by."""
        self.now += duration
        self.command(Tick())

    def crash(self) -> None:
        """The owner dies with its calls on the wire, and another takes over; it has not looked at the saga yet."""
        self._forget()
        for name, step in self.saga.steps.items():
            if step.parked_time:
                continue
            if step.state in (StepState.EXECUTING, StepState.PENDING):
                self.inherited[name, EXECUTE] = step.execute_attempts
            elif step.state in (StepState.COMPENSATING, StepState.COMPENSATION_PENDING):
                self.inherited[name, COMPENSATE] = step.compensate_attempts

    def restore(self) -> None:
        """The log is that of a backup, and that is declared; the saga has no owner that knows anything of it."""
        self.crash()
        self.now += 1
        self.restored_time = self.now
        self.command(Tick())

    def sleep(self) -> None:
        """The owner gives the saga back, with nothing on the wire; another wakes it later."""
        assert not self.on_wire
        self._forget()

    def takeover(self) -> None:
        """The owner dies, and another goes on."""
        self.crash()
        self.command(Tick())

    def command(self, command: Command) -> None:
        """Decide, commit, and send what is due."""
        self._commit(decide(self.saga, command, self.context))

    def send(self) -> None:
        """Send what is due and not on its way."""
        for send in self.due:
            self.on_wire[send.step_id] = send
            self.unsent.discard(send.step_id)
            self.sent.append(f"{send.phase.capitalize()} {send.step_id} {send.attempt}")
            if send.poll:
                self.polled[send.step_id] = self.now

    # What can be seen -----------------------------------------------------------------------------------------------

    @property
    def context(self) -> Context:
        """What the owner knows."""
        return Context(
            now=self.now,
            jitter=self.jitter,
            on_wire=frozenset(self.on_wire),
            unsent=frozenset(self.unsent),
            inherited=dict(self.inherited),
            held=frozenset(self.held),
            definition_paused=self.definition_paused,
            restored_time=self.restored_time,
            polled=dict(self.polled),
        )

    @property
    def due(self) -> list[Send]:
        """What is due and not on its way."""
        return [send for send in due.sends(self.saga, self.context) if send.step_id not in self.on_wire]

    @property
    def next_time(self) -> int | None:
        """When time brings something next."""
        return due.next_time(self.saga, self.context)

    @property
    def state(self) -> SagaState:
        """Where the saga stands."""
        return self.saga.state

    def step(self, step_id: str) -> StepState:
        """Where a step stands."""
        return self.saga.steps[step_id].state

    @property
    def told(self) -> list[str]:
        """The last command's events, such as ``StepIntended a``."""
        return told(self.new)

    @property
    def intended_to_undo(self) -> list[str]:
        """The steps whose compensation was intended, in the log's order."""
        return [event.step_id for event in self.log if isinstance(event, e.CompensationIntended)]

    def _commit(self, decision: Decision) -> None:
        self.new = decision.events
        self.log += decision.events
        self.saga: Saga = machine.fold(KEY, self.definition, self.log)
        assert self.saga == decision.saga, "the live state is not the fold of the log"
        self.unsent |= {event.step_id for event in decision.events if isinstance(event, e.StepIntended)}
        if not self.hold:
            self.send()

    def _forget(self) -> None:
        self.on_wire, self.unsent, self.inherited, self.polled = {}, set(), {}, {}


def told(log: Iterable[e.Event]) -> list[str]:
    """Return events in short, such as ``StepIntended a``."""
    return [
        f"{type(event).__name__} {event.step_id}" if isinstance(event, e.StepEvent) else type(event).__name__
        for event in log
    ]
