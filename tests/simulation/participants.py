"""Participants written by hand: they dedupe effects and keep tombstones, and no more than that.

`hand` answers at once. `slow` and `vague` answer Pending and complete later, by CompleteStep or when they are asked
again, and all of them can be asked by Probe what became of an Execute. `hand` and `vague` store no refusals, and may refuse one attempt and do the next; on some seeds they refuse
although the effect stands. What is in `rows` is their database: it survives a crash.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import grpc
from google.rpc import error_details_pb2, status_pb2

from sagaway.v1 import participant_service_pb2 as contract
from sagaway.v1 import payload_pb2
from tests.simulation.definitions import STABLE
from tests.simulation.faults import Fault, Plan
from tests.simulation.loop import Process, SimulatedLoop
from tests.simulation.network import Handler, ServerContext

SERVICE = "/sagaway.v1.ParticipantService/"
EXECUTE, COMPENSATE, PROBE = f"{SERVICE}Execute", f"{SERVICE}Compensate", f"{SERVICE}Probe"


class Report(Protocol):
    """Tells the orchestrator an outcome by CompleteStep."""

    def __call__(
        self, context: contract.StepContext, answer: contract.ExecuteResponse | contract.CompensateResponse | None
    ) -> None:
        """Report it, from now on; None: it failed, and may have had its effect."""


@dataclass(frozen=True)
class Surroundings:
    """What every participant is given.

    Attributes:
        effect: takes down that an effect happened (+1) or was undone (-1).
        report: calls CompleteStep.
    """

    loop: SimulatedLoop
    plan: Plan
    effect: Callable[[contract.StepContext, int], None]
    report: Report

    @property
    def chance(self) -> random.Random:
        return self.plan.chance


@dataclass
class Moods:
    """How one participant behaves in one world.

    Attributes:
        refuses: how often it refuses.
        pends: how often it answers Pending, if it ever does.
        works: how long it takes, seconds.
        harsh: it refuses although the effect stands.
        reports: how often it reports what was Pending; else it waits to be asked.
    """

    refuses: float
    pends: float
    works: float
    harsh: bool
    reports: float


def random_moods(chance: random.Random, name: str) -> Moods:
    return Moods(
        refuses=chance.choice((0.0, 0.05, 0.2, 0.4)),
        pends=0.0 if name == "hand" else chance.choice((0.2, 0.7, 1.0)),
        works=chance.choice((0.0, 0.005, 0.1)),
        harsh=not STABLE[name] and chance.random() < 0.3,
        reports=chance.choice((0.0, 0.5, 1.0)),
    )


@dataclass
class Row:
    """What a hand-written participant keeps of an operation."""

    context: contract.StepContext
    effect: bool = False
    tombstone: bool = False
    pending: bool = False
    undoing: bool = False
    refused: bool = False


class HandWritten:
    """One of them; see `tests.simulation.network.Host`."""

    def __init__(self, name: str, around: Surroundings) -> None:
        self.name = name
        self.process: Process | None = None
        self.handlers: dict[str, Handler] = {
            EXECUTE: self._execute,
            COMPENSATE: self._compensate,
            PROBE: self._probe,
        }
        self.rows: dict[str, Row] = {}
        self.moods = random_moods(around.chance, name)
        self._around = around
        self._stable = STABLE[name]

    def boot(self, process: Process) -> None:
        """Serve in a process, and take up what was Pending in the last one."""
        self.process = process
        for row in self.rows.values():
            if row.pending or row.undoing:
                self._around.loop.spawn(process, self._finish(row))

    @property
    def idle(self) -> bool:
        """True if nothing is Pending."""
        return not any(row.pending or row.undoing for row in self.rows.values())

    async def purge(self) -> None:
        """Keep everything."""

    async def _execute(self, body: bytes, server: ServerContext) -> bytes:
        request = contract.ExecuteRequest.FromString(body)
        await self._work(server)
        return (await self._judge(request.context, server)).SerializeToString()

    async def _judge(self, context: contract.StepContext, server: ServerContext) -> contract.ExecuteResponse:
        chance, moods = self._around.chance, self.moods
        row = self.rows.get(context.operation_key)
        wish = wish_of(chance, moods)
        if row is not None:
            if row.tombstone:
                await server.abort(
                    grpc.StatusCode.FAILED_PRECONDITION, "compensated", _details("OPERATION_COMPENSATED")
                )
            if row.pending:
                return contract.ExecuteResponse(pending=contract.Pending())
            if row.effect and not (moods.harsh and wish == "refuse"):
                return completed(context)
            if row.refused:
                return refusal()
        if wish == "refuse":
            if self._stable:
                self.rows[context.operation_key] = Row(context, refused=True)
            return refusal()
        row = self.rows.setdefault(context.operation_key, Row(context))
        if wish == "pend":
            row.pending = True
            assert self.process is not None
            self._around.loop.spawn(self.process, self._finish(row))
            return contract.ExecuteResponse(pending=contract.Pending())
        self._do(row)
        return completed(context)

    async def _probe(self, body: bytes, server: ServerContext) -> bytes:
        context = contract.ProbeRequest.FromString(body).context
        await self._work(server)
        row = self.rows.get(context.operation_key)
        if row is not None and row.tombstone:
            await server.abort(grpc.StatusCode.FAILED_PRECONDITION, "compensated", _details("OPERATION_COMPENSATED"))
        if row is None or not (row.pending or row.effect or row.refused):
            return contract.ProbeResponse(not_found=contract.NotFound()).SerializeToString()
        self._around.plan.fired[Fault.PROBE] += 1
        if row.pending:
            return contract.ExecuteResponse(pending=contract.Pending()).SerializeToString()
        return (completed(context) if row.effect else refusal()).SerializeToString()

    async def _compensate(self, body: bytes, server: ServerContext) -> bytes:
        context = contract.CompensateRequest.FromString(body).context
        await self._work(server)
        row = self.rows.setdefault(context.operation_key, Row(context))
        first = not row.tombstone
        row.tombstone, row.pending = True, False
        if first and row.effect and self._around.chance.random() < self.moods.pends * 0.5:
            row.context, row.undoing = context, True
            assert self.process is not None
            self._around.loop.spawn(self.process, self._finish(row))
        elif not row.undoing:
            self._undo(row)
        if row.undoing:
            return contract.CompensateResponse(pending=contract.Pending()).SerializeToString()
        return contract.CompensateResponse(compensated=contract.Compensated()).SerializeToString()

    async def _work(self, server: ServerContext) -> None:
        around = self._around
        if around.plan.strikes(Fault.SLOW, 0.7):
            await asyncio.sleep(around.chance.uniform(1, 20))
        elif self.moods.works:
            await asyncio.sleep(around.chance.random() * self.moods.works)
        if around.plan.strikes(Fault.FAILED_ACTION, 0.5):
            await server.abort(around.chance.choice((grpc.StatusCode.INTERNAL, grpc.StatusCode.ABORTED)), "it failed")

    async def _finish(self, row: Row) -> None:
        """Come to the end of what is Pending, and perhaps report it."""
        chance = self._around.chance
        await asyncio.sleep(chance.expovariate(0.2) if chance.random() < 0.9 else chance.uniform(0, 90))
        answer: contract.ExecuteResponse | contract.CompensateResponse | None
        if row.undoing:
            row.undoing = False
            self._undo(row)
            answer = contract.CompensateResponse(compensated=contract.Compensated())
        elif row.pending:
            row.pending = False
            wish = wish_of(chance, self.moods)
            answer = self._outcome(row, wish)
        else:
            return
        if chance.random() < self.moods.reports:
            self._around.report(row.context, answer)

    def _outcome(self, row: Row, wish: str) -> contract.ExecuteResponse | None:
        if wish == "refuse":
            row.refused = self._stable
            return refusal()
        self._do(row)
        # One that breaks half way has had its effect.
        broken = self._around.plan.strikes(Fault.FAILED_ACTION, 0.3)
        return None if broken else completed(row.context)

    def _do(self, row: Row) -> None:
        if not row.effect:
            row.effect = True
            if row.context.action != "look":
                self._around.effect(row.context, +1)

    def _undo(self, row: Row) -> None:
        if row.effect:
            row.effect = False
            if row.context.action != "look":
                self._around.effect(row.context, -1)


def wish_of(chance: random.Random, moods: Moods) -> str:
    draw = chance.random()
    if draw < moods.refuses:
        return "refuse"
    return "pend" if chance.random() < moods.pends else "do"


def completed(context: contract.StepContext) -> contract.ExecuteResponse:
    """The answer of an Execute that did its work; the same for all attempts."""
    output = payload_pb2.Payload(json=f'{{"number":{len(context.operation_key)}}}')
    return contract.ExecuteResponse(completed=contract.Completed(output=output))


def refusal() -> contract.ExecuteResponse:
    return contract.ExecuteResponse(rejected=contract.Rejected(reason="REFUSED", message="no"))


def _details(reason: str) -> tuple[tuple[str, bytes], ...]:
    status = status_pb2.Status(code=grpc.StatusCode.FAILED_PRECONDITION.value[0])
    status.details.add().Pack(error_details_pb2.ErrorInfo(reason=reason, domain="sagaway"))
    return (("grpc-status-details-bin", status.SerializeToString()),)
