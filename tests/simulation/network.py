"""The network between orchestrators and participants, under the production caller; `channels` is where it is entered.

A request is one message (a batch is one for each member, with answers on one stream); the plan says whether it is lost,
late, doubled or answered, and by what. Nothing that was sent is forgotten: what is held back arrives after the end, and
old messages may arrive again.

One thing it does not do: double an Execute to a participant without stable replies. gRPC delivers one RPC at most
once; a proxy that repeats requests is safe only before participants that store their refusals.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import grpc
from google.protobuf.message import DecodeError
from grpc.aio import AioRpcError, Metadata

from sagaway.v1 import participant_service_pb2 as contract
from tests.simulation.definitions import STABLE
from tests.simulation.faults import Fault, Plan
from tests.simulation.loop import Process, SimulatedLoop

Handler = Callable[[bytes, "ServerContext"], Awaitable[bytes]]

EXECUTE = "/sagaway.v1.ParticipantService/Execute"
CODES = tuple(code for code in grpc.StatusCode if code is not grpc.StatusCode.OK)


class Aborted(Exception):
    """A handler ended its RPC with a code."""

    def __init__(self, code: grpc.StatusCode, details: str, metadata: tuple[tuple[str, bytes], ...]) -> None:
        super().__init__(code, details)
        self.error = rpc_error(code, details, metadata)


class ServerContext:
    """As much of a ServicerContext as participants use."""

    async def abort(
        self, code: grpc.StatusCode, details: str = "", trailing_metadata: tuple[tuple[str, bytes], ...] = ()
    ) -> None:
        raise Aborted(code, details, trailing_metadata)

    def invocation_metadata(self) -> tuple[tuple[str, str], ...]:
        """The caller's metadata: there are no traces here."""
        return ()


def rpc_error(code: grpc.StatusCode, details: str, metadata: tuple[tuple[str, bytes], ...] = ()) -> AioRpcError:
    return AioRpcError(code, Metadata(), Metadata(*metadata), details, None)


class Host(Protocol):
    """Who is at an address.

    Attributes:
        name: its name, and that of its participant.
        process: the process that serves; None while it is down.
        handlers: its methods by path.
    """

    name: str
    process: Process | None
    handlers: dict[str, Handler]


@dataclass(eq=False)
class Sent:
    """A request, once it was sent.

    Attributes:
        context: the operation it is about.
        number: in the order of sending.
        answer: resolved when the caller learns how its call ended.
        deliveries: tasks of its deliveries, for cancellation.
    """

    host: Host
    path: str
    body: bytes
    context: contract.StepContext
    process: Process
    number: int
    answer: asyncio.Future[bytes]
    deadline: Any = None
    deliveries: list[asyncio.Task[bytes]] = field(default_factory=list)

    @property
    def is_execute(self) -> bool:
        return self.path.endswith("/Execute")

    @property
    def is_probe(self) -> bool:
        return self.path.endswith("/Probe")

    @property
    def name(self) -> str:
        mark = "" if self.is_execute else "?" if self.is_probe else "~"
        return f"{self.context.saga_id}:{mark}{self.context.step_id}#{self.context.attempt}"


class Observer(Protocol):
    """Who sees everything."""

    def note(self, what: str) -> None:
        """Take down what happened."""

    def sending(self, sent: Sent) -> None:
        """Check a request as it leaves."""


class Network:
    """All channels and everything on its way.

    Attributes:
        plan: what goes wrong.
        chance: the world's randomness.
        held: requests that arrive only after the end.
        old: requests that may arrive again.
    """

    def __init__(self, loop: SimulatedLoop, plan: Plan, observer: Observer) -> None:
        self._loop = loop
        self.plan = self._plan = plan
        self.chance = self._chance = plan.chance
        self._observer = observer
        self._hosts: dict[str, Host] = {}
        self._latest: dict[str, int] = {}
        self._latency = self._chance.choice((0.002, 0.02, 0.2))
        self.sent = 0
        self.travelling = 0
        self.held: list[Sent] = []
        self.old: list[Sent] = []

    def add(self, host: Host) -> None:
        self._hosts[f"{host.name}:1"] = host

    def host(self, address: str) -> Host:
        """Return who is at an address."""
        return self._hosts[address]

    # A request on its way ------------------------------------------------------------------------------------------

    def send(self, host: Host, process: Process, path: str, body: bytes, patience: float) -> Sent:
        kind = _REQUESTS[path.rpartition("/")[2]]
        self.sent += 1
        sent = Sent(host, path, body, kind.FromString(body).context, process, self.sent, self._loop.create_future())
        self._observer.note(f"{process.name} sends {sent.name} to {host.name}")
        if not sent.is_probe:
            self._observer.sending(sent)
        error = rpc_error(grpc.StatusCode.DEADLINE_EXCEEDED, "Deadline Exceeded")
        sent.deadline = self._later(patience, partial(self._hang_up, sent, error))
        self._route(sent)
        if self._chance.random() < 0.3:
            self.old.append(sent)
        return sent

    def _route(self, sent: Sent) -> None:
        plan, chance = self._plan, self._chance
        if plan.strikes(Fault.DROP):
            self._observer.note(f"{sent.name} is dropped")
            if chance.random() < 0.5:
                error = rpc_error(grpc.StatusCode.UNAVAILABLE, "failed to connect")
                self._later(self._delay(), partial(self._hang_up, sent, error))
            return
        delay = self._delay()
        if plan.strikes(Fault.DELAY, 0.6):
            if chance.random() < 0.4:
                self._observer.note(f"{sent.name} is held back")
                self.held.append(sent)
                return
            delay = chance.uniform(0.5, 60.0)
            self._observer.note(f"{sent.name} takes {delay:.3f} s")
        self._carry(sent, delay)
        if (STABLE[sent.host.name] or not sent.is_execute) and plan.strikes(Fault.DUPLICATE):
            self._observer.note(f"{sent.name} is doubled")
            for _ in range(chance.choice((1, 1, 3))):
                self._carry(sent, chance.choice((0.0, self._delay(), chance.uniform(0, 20))), counts=False)

    def _carry(self, sent: Sent, delay: float, *, counts: bool = True) -> None:
        self.travelling += 1
        self._later(delay, partial(self._arrive, sent, counts))

    def _arrive(self, sent: Sent, counts: bool) -> None:
        self.travelling -= 1
        self.deliver(sent, counts=counts)

    def deliver(self, sent: Sent, *, counts: bool) -> None:
        """Let a request arrive.

        Args:
            sent: the request.
            counts: its caller hears of the answer, if it still listens.
        """
        host = sent.host
        if counts:
            latest = self._latest.get(host.name, 0)
            if sent.number < latest:
                self._plan.fired[Fault.REORDER] += 1
            self._latest[host.name] = max(latest, sent.number)
        if host.process is None:
            if counts:
                self._observer.note(f"{sent.name}: {host.name} is down")
                self._reply(sent, rpc_error(grpc.StatusCode.UNAVAILABLE, "connection refused"))
            return
        self._observer.note(f"{sent.name} arrives{'' if counts else ' again'}")
        task = self._loop.spawn(host.process, _handle(host.handlers[sent.path], sent.body))
        task.set_name("delivery")
        sent.deliveries.append(task)
        self.travelling += 1
        task.add_done_callback(partial(self._handled, sent, counts), context=self._loop.world.context.copy())

    def lost_in(self, process: Process) -> None:
        """A participant's process died: what it was working on is answered by nobody."""
        self.travelling -= sum(1 for task in process.tasks if not task.done() and task.get_name() == "delivery")

    def _handled(self, sent: Sent, counts: bool, task: asyncio.Task[bytes]) -> None:
        self.travelling -= 1
        outcome: bytes | AioRpcError
        if task.cancelled():
            outcome = rpc_error(grpc.StatusCode.CANCELLED, "cancelled")
        elif (fault := task.exception()) is None:
            outcome = task.result()
        elif isinstance(fault, Aborted):
            outcome = fault.error
        else:
            outcome = rpc_error(grpc.StatusCode.UNKNOWN, f"Unexpected {type(fault).__name__}")
            if not isinstance(fault, RuntimeError):
                self._loop.faults.append(f"{sent.host.name}: a handler raised {fault!r}")
        self._observer.note(f"{sent.name} is answered {_spell(sent, outcome)}")
        if counts:
            self._reply(sent, outcome)

    def _reply(self, sent: Sent, outcome: bytes | AioRpcError) -> None:
        plan, chance = self._plan, self._chance
        if plan.strikes(Fault.REPLY_LOST):
            self._observer.note(f"the answer to {sent.name} is lost")
            if chance.random() < 0.5:
                outcome = rpc_error(grpc.StatusCode.UNAVAILABLE, "connection reset")
            else:
                return
        elif plan.strikes(Fault.RPC_ERROR, 0.4):
            outcome = rpc_error(chance.choice(CODES), "a proxy's word", proxy_metadata(chance.random()))
        elif isinstance(outcome, bytes) and plan.strikes(Fault.GARBAGE, 0.2):
            outcome = chance.choice((b"", b"\xff\xff\xff\xff"))
        self._later(self._delay(), partial(self._hang_up, sent, outcome))

    def _hang_up(self, sent: Sent, outcome: bytes | AioRpcError) -> None:
        if sent.answer.done() or not sent.process.alive:
            return
        sent.deadline.cancel()
        if isinstance(outcome, bytes):
            sent.answer.set_result(outcome)
        else:
            self._observer.note(f"{sent.name} ends with {outcome.code().name}")
            sent.answer.set_exception(outcome)
            sent.answer.exception()  # like gRPC, say nothing of an answer whose caller was killed before it could read it
            if outcome.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
                self.cancelled(sent)

    def cancelled(self, sent: Sent) -> None:
        """The caller is gone: the server may hear of it, and cancel what it does."""
        sent.deadline.cancel()
        if self._chance.random() < 0.5:
            for task in sent.deliveries:
                task.cancel()

    # Time ----------------------------------------------------------------------------------------------------------

    def _delay(self) -> float:
        return self._chance.uniform(0.2, 2.0) * self._latency

    def _later(self, delay: float, callback: Callable[[], None]) -> Any:
        return self._loop.call_later(delay, callback, context=self._loop.world.context.copy())


_REQUESTS: dict[str, Any] = {
    "Execute": contract.ExecuteRequest,
    "Compensate": contract.CompensateRequest,
    "Probe": contract.ProbeRequest,
}
_RESPONSES: dict[str, Any] = {
    "Execute": contract.ExecuteResponse,
    "Compensate": contract.CompensateResponse,
    "Probe": contract.ProbeResponse,
}


async def _handle(handler: Handler, body: bytes) -> bytes:
    return await handler(body, ServerContext())


def proxy_metadata(draw: float) -> tuple[tuple[str, bytes], ...]:
    if draw < 0.1:
        return (("grpc-retry-pushback-ms", b"-1"),)
    return (("grpc-retry-pushback-ms", b"700"),) if draw < 0.2 else ()


def _spell(sent: Sent, outcome: bytes | AioRpcError) -> str:
    if not isinstance(outcome, bytes):
        return f"{outcome.code().name} {(outcome.details() or '')[:60]}"
    kind = _RESPONSES[sent.path.rpartition("/")[2]]
    try:
        return str(kind.FromString(outcome).WhichOneof("outcome"))
    except DecodeError:
        return "garbage"
