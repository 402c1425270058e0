"""The certificate is worth what it refuses: participants that break one rule each are found out, by name."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import grpc
import pytest
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2

from sagaway.participant.testing import CASES, BarrierBrokenError, Subject, certify
from sagaway.v1 import participant_service_pb2 as contract
from sagaway.v1 import payload_pb2
from sagaway.v1.participant_service_pb2_grpc import (
    ParticipantServiceServicer,
    add_ParticipantServiceServicer_to_server,
)


class Handwritten(ParticipantServiceServicer):
    """A participant in memory that keeps the rules, but for those it is told to break."""

    def __init__(self, *broken: str) -> None:
        self.broken = broken
        self.effects = 0
        self.replies: dict[str, tuple[str, contract.ExecuteResponse]] = {}
        self.undone: dict[str, str] = {}
        self.sealed: dict[str, str] = {}
        self.running: set[str] = set()
        self.met: dict[str, asyncio.Event] = {}

    def keeps(self, rule: str) -> bool:
        return rule not in self.broken

    async def Execute(self, request: contract.ExecuteRequest, context: Any) -> contract.ExecuteResponse:  # noqa: N802
        key, given = request.context.operation_key, request.input.json
        if self.keeps("seal") and key in self.sealed:
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, "sealed")
        if self.keeps("tombstone") and key in self.undone:
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, "compensated")
        if self.keeps("dedupe") and key in self.replies:
            first, reply = self.replies[key]
            if self.keeps("hash") and first != given:
                await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "another input")
            # A bare success, without the output: later steps would miss it.
            if self.keeps("stored reply"):
                return reply
            return contract.ExecuteResponse(completed=contract.Completed())
        if self.keeps("not_after_time") and request.context.not_after_time.ToDatetime(tzinfo=UTC) < datetime.now(UTC):
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, "too late")
        if self.keeps("lock") and key in self.running:
            await context.abort(grpc.StatusCode.ABORTED, "in progress")
        self.running.add(key)
        await self.meet(key)
        reply = contract.ExecuteResponse(completed=contract.Completed(output=payload_pb2.Payload(json='{"id":1}')))
        if "reject" in given:
            reply = contract.ExecuteResponse(rejected=contract.Rejected(reason="NO"))
        if "reject" not in given or not self.keeps("rollback"):
            self.effects += 1
        self.replies[key] = (given, reply)
        self.running.discard(key)
        return reply

    async def meet(self, key: str) -> None:
        """Be in the database; without a lock, until another delivery is there as well."""
        if not self.keeps("lock"):
            if key in self.met:
                self.met[key].set()
            await self.met.setdefault(key, asyncio.Event()).wait()

    async def DescribeActions(  # noqa: N802
        self, request: contract.DescribeActionsRequest, context: Any
    ) -> contract.DescribeActionsResponse:
        return contract.DescribeActionsResponse(seals="seal offer" not in self.broken)

    async def Seal(self, request: contract.SealRequest, context: Any) -> contract.SealResponse:  # noqa: N802
        key = request.context.operation_key
        if key in self.running:
            await context.abort(grpc.StatusCode.ABORTED, "in progress")
        done = key in self.replies and key not in self.undone and self.keeps("seal found")
        found = "FOUND_OUTCOME_COMPLETED" if done else "FOUND_OUTCOME_NOTHING"
        return contract.SealResponse(sealed=contract.Sealed(found=self.sealed.setdefault(key, found)))

    async def Compensate(  # noqa: N802
        self, request: contract.CompensateRequest, context: Any
    ) -> contract.CompensateResponse:
        key, given = request.context.operation_key, request.input.json
        if key in self.running:
            await context.abort(grpc.StatusCode.ABORTED, "in progress")
        if key in self.sealed and self.keeps("seal against compensate"):
            return contract.CompensateResponse(compensated=contract.Compensated())
        if key in self.undone and self.keeps("compensate once"):
            if self.undone[key] != given and self.keeps("hash"):
                await context.abort(grpc.StatusCode.INVALID_ARGUMENT, "another input")
            return contract.CompensateResponse(compensated=contract.Compensated())
        known = key in self.replies
        if not known and self.keeps("row missing") and request.execute_outcome > contract.EXECUTE_OUTCOME_UNKNOWN:
            await refuse_missing(context)
        if not known and not self.keeps("null compensation"):
            await context.abort(grpc.StatusCode.NOT_FOUND, "nothing to undo")
        if known and self.replies[key][1].HasField("completed"):
            self.effects -= 1
        self.undone[key] = given
        return contract.CompensateResponse(compensated=contract.Compensated())


async def refuse_missing(context: Any) -> None:
    """A rich status, as a participant in any language sends it."""
    info = error_details_pb2.ErrorInfo(reason="BARRIER_ROW_MISSING", domain="sagaway")
    packed = any_pb2.Any()
    packed.Pack(info)
    code = grpc.StatusCode.FAILED_PRECONDITION
    status = status_pb2.Status(code=code.value[0], message="missing", details=[packed])
    metadata = (("grpc-status-details-bin", status.SerializeToString()),)
    await context.abort(code, "missing", trailing_metadata=metadata)


@asynccontextmanager
async def serving(participant: Handwritten) -> AsyncIterator[Subject]:
    server = grpc.aio.server()
    add_ParticipantServiceServicer_to_server(participant, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    yield Subject(f"127.0.0.1:{port}", "reserve", {}, effects=lambda: participant.effects, rejected_input={"reject": 1})
    await server.stop(None)


async def test_one_that_keeps_the_rules_by_its_own_hand_is_certified() -> None:
    async with serving(Handwritten()) as subject:
        for case in CASES:
            await certify(subject, case)


async def test_one_that_does_not_offer_seal_is_not_asked_for_it() -> None:
    async with serving(Handwritten("seal offer", "seal")) as subject:
        for case in CASES:
            await certify(subject, case)


@pytest.mark.parametrize(
    ("broken", "case"),
    [
        ("dedupe", "duplicate"),
        ("stored reply", "duplicate"),
        ("lock", "concurrent_duplicates"),
        ("tombstone", "compensate_first"),
        ("null compensation", "compensate_first"),
        ("tombstone", "late_execute"),
        ("compensate once", "late_execute"),
        ("tombstone", "compensate_beside_execute"),
        ("hash", "changed_request"),
        ("not_after_time", "delivered_too_late"),
        ("row missing", "row_missing"),
        ("rollback", "rejected"),
        ("seal", "sealed_first"),
        ("seal", "sealed_after"),
        ("seal found", "sealed_after"),
        ("seal against compensate", "sealed_after"),
        ("seal", "seal_beside_execute"),
    ],
)
async def test_one_that_breaks_a_rule_is_found_out(broken: str, case: str) -> None:
    async with serving(Handwritten(broken)) as subject:
        with pytest.raises(BarrierBrokenError):
            await certify(subject, case)
