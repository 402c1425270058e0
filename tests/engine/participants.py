"""Participants in memory, which do what a test tells them and keep the barrier contract while they do it.

What happens to a delivery is an `Act`; what a participant has done is in its *rows*, one an operation, as in a real
barrier. So a test can ask afterwards which effects stand (`standing`), although deliveries were doubled, lost or late.

A name such as `reserve` means the step's Execute, `~reserve` its Compensate.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from orchestrator.caller.base import Call, Caller, Limits
from orchestrator.core.events import (
    CompensationAsserted,
    CompensationIntended,
    CompensationStarted,
    NewRunRequested,
    StepFailed,
    StepIntended,
    StepSkipRequested,
)
from orchestrator.core.model import EMPTY, Failure, Payload, Phase, SagaKey
from orchestrator.core.outcome import (
    OPERATION_COMPENSATED,
    UNWANTED,
    CompensateAnswer,
    Compensated,
    Completed,
    ExecuteAnswer,
    Failed,
    Found,
    Pending,
    Rejected,
    SealAnswer,
    Sealed,
)
from tests.engine.ports import Crashes, Durable
from tests.engine.virtual import never, seconds

Answer = ExecuteAnswer | CompensateAnswer


class Act(NamedTuple):
    """What happens to one delivery.

    Attributes:
        answer: what the participant says, if nothing is stored; None: it does its work and says so.
        delivered: False: the message is lost on its way there.
        fault: what the orchestrator sees instead of the participant's word.
        held: the test says what happens, while the call is on the wire.
        late: the message arrives only when the test says so (`Participants.deliver_late`).
        output: what an Execute that does its work returns.
    """

    answer: Answer | None = None
    delivered: bool = True
    fault: Failed | None = None
    held: bool = False
    late: bool = False
    output: Payload = EMPTY


def failed(code: str, reason: str = "", retry_after: int = 0) -> Failed:
    return Failed(Failure(code, reason, f"a test said {code}"), retry_after)


def payload(value: object) -> Payload:
    return Payload(json=json.dumps(value))


LEAVING_EVENTS = (StepSkipRequested, NewRunRequested)
DONE = Act()
"""It does its work."""
REFUSED = Act(Rejected(Failure("", "REFUSED", "no")))
PENDING = Act(Pending())
HELD = Act(held=True)
UNAVAILABLE = Act(delivered=False, fault=failed("UNAVAILABLE"))
"""It is not there; nothing happens."""
REPLY_LOST = Act(fault=failed("DEADLINE_EXCEEDED"))
"""It does its work, and nobody hears of it."""
REFUSAL_LOST = Act(Rejected(Failure("", "REFUSED", "no")), fault=failed("DEADLINE_EXCEEDED"))
LATE = Act(late=True, delivered=False, fault=failed("DEADLINE_EXCEEDED"))
"""It is slower than its deadline, and does its work long afterwards."""


def done(value: object) -> Act:
    return Act(output=payload(value))


def fails(code: str, reason: str = "", retry_after: int = 0) -> Act:
    return Act(delivered=False, fault=failed(code, reason, retry_after))


@dataclass(eq=False)
class Sent:
    """A call as it arrived.

    Attributes:
        call: what was sent.
        phase: by which RPC.
        time: when, virtual seconds.
        cancelled: True once it was cancelled on the wire.
    """

    call: Call
    phase: Phase
    time: float
    cancelled: bool = False
    _act: asyncio.Future[Act] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def name(self) -> str:
        return self.call.step_id if self.phase is Phase.EXECUTE else f"~{self.call.step_id}"

    def ends(self, act: Act = DONE) -> None:
        """Say what happens to a delivery that is `HELD`."""
        self._act.set_result(act)

    async def act(self) -> Act:
        return await self._act


@dataclass
class Row:
    """A barrier row.

    Attributes:
        reply: the stored reply of Execute.
        tombstone: True once compensated: no Execute has an effect any more.
    """

    reply: Completed | Rejected | None = None
    tombstone: bool = False


class Line(Caller):
    """The network from one life of the engine to the participants."""

    def __init__(self, participants: Participants, crashes: Crashes) -> None:
        self._participants = participants
        self._crashes = crashes

    def limits(self, namespace: str, participant: str) -> Limits:
        limits = self._participants.limits.get(participant, 1_000)
        return limits if isinstance(limits, Limits) else Limits(limits)

    async def execute(self, call: Call) -> ExecuteAnswer:
        if not call.wanted():
            return UNWANTED
        answer = await self._participants.deliver(Sent(call, Phase.EXECUTE, seconds()), self._crashes)
        assert not isinstance(answer, Compensated)
        return answer

    async def compensate(self, call: Call) -> CompensateAnswer:
        if not call.wanted():
            return UNWANTED
        answer = await self._participants.deliver(Sent(call, Phase.COMPENSATE, seconds()), self._crashes)
        assert not isinstance(answer, Completed | Rejected)
        return answer

    async def seal(self, call: Call) -> SealAnswer:
        return await self._participants.seal(call)


class Participants:
    """All participants. They outlive every crash of the orchestrator.

    Attributes:
        sent: every call that left the orchestrator, in order.
        acts: what happens to the next deliveries, by name; then `always`, then `DONE`.
        always: what happens to every delivery, by name.
        limits: how many calls it takes, or only how many at once, by participant; 1,000 at once where nothing is said.
        on_wire: how many calls are under way, by participant.
        most: the most that ever were, by participant.
        latency: how long a delivery takes, seconds.
        latencies: the same of single participants, in its place.
        forgetful: names of participants that store no refusal (`stable_replies` is false).
        faults: what must never happen and did.
        seals: what happens to the next Seals: what is answered instead, or None.
    """

    def __init__(self, durable: Durable) -> None:
        self._durable = durable
        self.sent: list[Sent] = []
        self.acts: defaultdict[str, deque[Act]] = defaultdict(deque)
        self.always: dict[str, Act] = {}
        self.limits: dict[str, int | Limits] = {}
        self.on_wire: defaultdict[str, int] = defaultdict(int)
        self.most: defaultdict[str, int] = defaultdict(int)
        self.latency = 0.0
        self.latencies: dict[str, float] = {}
        self.forgetful: set[str] = set()
        self.faults: list[str] = []
        self.seals: deque[Failed | None] = deque()
        self._rows: defaultdict[str, Row] = defaultdict(Row)
        self._standing: defaultdict[SagaKey, Counter[str]] = defaultdict(Counter)
        self._late: dict[Sent, None] = {}
        self._news = asyncio.Event()

    # What a test says and sees -------------------------------------------------------------------------------------

    def next(self, name: str, *acts: Act) -> None:
        """Say what happens to the next deliveries of a call."""
        self.acts[name].extend(acts)

    async def arrival(
        self, name: str, attempt: int | None = None, saga_id: str | None = None, claim: int | None = None
    ) -> Sent:
        """Return the newest call of that name, once there is one (with that attempt number, saga and claim)."""

        while True:
            for sent in reversed(self.sent):
                if (
                    sent.name == name
                    and attempt in (None, sent.call.attempt)
                    and saga_id in (None, sent.call.key.saga_id)
                    and claim in (None, sent.call.claim)
                ):
                    return sent
            await self._news.wait()

    def names(self, saga_id: str | None = None) -> list[str]:
        """What was sent, in order: `a` for an Execute of step a, `~a` for a Compensate."""
        return [sent.name for sent in self.sent if saga_id in (None, sent.call.key.saga_id)]

    def attempts(self, name: str) -> list[int]:
        """The attempt numbers that were sent."""
        return [sent.call.attempt for sent in self.sent if sent.name == name]

    def standing(self, key: SagaKey) -> set[str]:
        """Which steps' effects stand now."""
        return {step_id for step_id, count in self._standing[key].items() if count}

    def deliver_late(self) -> None:
        """Let every message that is still travelling arrive, and find nothing to refuse it for."""
        late, self._late = self._late, {}
        for sent in late:
            self._process(sent, DONE)

    def works(self, sent: Sent, act: Act = DONE) -> None:
        """Let the participant do the work of a call that it had answered with Pending."""
        self._process(sent, act)

    # The network ---------------------------------------------------------------------------------------------------

    async def deliver(self, sent: Sent, crashes: Crashes) -> Answer:
        """Take a call from a process, unless it is dead."""
        if crashes.crashed.is_set():
            await never()
        self._check_intent(sent)
        self.sent.append(sent)
        name = sent.call.participant
        self.on_wire[name] += 1
        self.most[name] = max(self.most[name], self.on_wire[name])
        self._news.set()
        self._news = asyncio.Event()
        self._late[sent] = None
        try:
            await crashes.pass_(f"{sent.name} was sent")
            del self._late[sent]
            return await self._answer(sent, crashes)
        except asyncio.CancelledError:
            sent.cancelled = True
            raise
        finally:
            self.on_wire[name] -= 1

    async def seal(self, call: Call) -> SealAnswer:
        """Write the tombstone, and say what the row said."""
        log = self._durable[call.key]
        given_up = any(isinstance(e, CompensationAsserted | StepFailed) and e.step_id == call.step_id for e in log)
        if not given_up:
            self.faults.append(f"{call.step_id} is sealed, and nobody has given it up")
        if self.seals and (instead := self.seals.popleft()) is not None:
            return instead
        row = self._rows[call.operation_key]
        found = Found.COMPLETED if isinstance(row.reply, Completed) and not row.tombstone else Found.NOTHING
        row.tombstone = True
        return Sealed(found)

    async def _answer(self, sent: Sent, crashes: Crashes) -> Answer:
        await asyncio.sleep(self.latencies.get(sent.call.participant, self.latency))
        acts = self.acts[sent.name]
        act = acts.popleft() if acts else self.always.get(sent.name, DONE)
        if act.held:
            try:
                async with asyncio.timeout(sent.call.timeout / 1_000_000):
                    act = await sent.act()
            except TimeoutError:
                return failed("DEADLINE_EXCEEDED")
        if act.late:
            self._late[sent] = None
        answer = self._process(sent, act) if act.delivered else None
        await crashes.pass_(f"{sent.name} was answered")
        if act.fault is not None:
            return act.fault
        assert answer is not None
        return answer

    def _check_intent(self, sent: Sent) -> None:
        """Nothing is sent without a durable intent; no Execute once the abort is durable; no Compensate before."""
        log = self._durable.get(sent.call.key, [])
        aborted = any(isinstance(event, CompensationStarted) for event in log)
        kind: Any = StepIntended if sent.phase is Phase.EXECUTE else (CompensationIntended, *LEAVING_EVENTS)
        intended = any(isinstance(event, kind) and event.step_id == sent.call.step_id for event in log)
        left = any(isinstance(event, LEAVING_EVENTS) and event.step_id == sent.call.step_id for event in log)
        if not intended:
            self.faults.append(f"{sent.name} of {sent.call.key} was sent without a durable intent")
        if aborted is not (sent.phase is Phase.COMPENSATE) and not (left and sent.phase is Phase.COMPENSATE):
            self.faults.append(f"{sent.name} of {sent.call.key} was sent although aborted is {aborted}")

    # The barrier ---------------------------------------------------------------------------------------------------

    def _process(self, sent: Sent, act: Act) -> Answer:
        row = self._rows[sent.call.operation_key]
        return self._execute(sent, row, act) if sent.phase is Phase.EXECUTE else self._compensate(sent, row, act)

    def _execute(self, sent: Sent, row: Row, act: Act) -> Answer:
        if row.tombstone:
            return failed("FAILED_PRECONDITION", OPERATION_COMPENSATED)
        if row.reply is not None:
            return row.reply
        answer = act.answer or Completed(act.output)
        if isinstance(answer, Completed):
            self._count(sent, 1)
            row.reply = answer
        elif isinstance(answer, Rejected) and sent.call.participant not in self.forgetful:
            row.reply = answer
        return answer

    def _compensate(self, sent: Sent, row: Row, act: Act) -> Answer:
        if act.answer is not None:
            return act.answer
        if isinstance(row.reply, Completed) and not row.tombstone:
            self._count(sent, -1)
        row.tombstone = True
        return Compensated()

    def _count(self, sent: Sent, change: int) -> None:
        standing = self._standing[sent.call.key]
        standing[sent.call.step_id] += change
        if standing[sent.call.step_id] not in (0, 1):
            self.faults.append(f"{sent.name} of {sent.call.key} had its effect twice")
