"""An action's probe: it looks for an effect outside the database, and what it finds is the Execute's outcome."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import grpc
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from sagaway.participant import (
    Action,
    CompensateCall,
    ExecuteCall,
    NotFound,
    Participant,
    ParticipantServer,
    Payload,
    Pending,
    Rejected,
    SetupError,
)
from sagaway.participant.barrier import Phase
from sagaway.participant.payload import to_proto
from sagaway.participant.testing import Operation, connected
from sagaway.v1 import participant_service_pb2 as contract
from tests.participant.conftest import ON_ONE, Database
from tests.participant.inventory import business

SERVICE = "/sagaway.v1.ParticipantService/"


class Provider:
    """A payment provider: charges by key, and a participant whose effects are there."""

    def __init__(self, database: Database) -> None:
        self.charges: set[str] = set()
        self.calls: list[str] = []
        self.verdict: type[Pending] | Exception | None = None
        engine = database.engine()
        self.participant = Participant("payment", engine, business_tables=business)
        self._is_async = isinstance(engine, AsyncEngine)
        action = self.participant.action("charge")(self._function(self.charge))
        action.compensation(self._function(self.refund))
        action.probe(self._function(self.look))
        self.participant.action("plain")(self._function(self.charge))

    def charge(self, call: ExecuteCall, _: Any) -> object:
        self.calls.append("charge")
        self.charges.add(call.context.idempotency_key)
        if call.input.get("crash"):
            raise RuntimeError("the provider was charged, and we fell over")
        return self._receipt(call)

    def refund(self, call: CompensateCall, _: Any) -> None:
        self.calls.append("refund")
        self.charges.clear()

    def look(self, call: ExecuteCall, _: Any) -> object:
        self.calls.append("look")
        if isinstance(self.verdict, Exception):
            raise self.verdict
        if self.verdict is not None:
            return self.verdict()
        if call.context.idempotency_key not in self.charges:
            raise NotFound
        return self._receipt(call)

    def _receipt(self, call: ExecuteCall) -> object:
        return {"receipt": f"r-{call.context.saga_id}"}

    def _function(self, function: Any) -> Any:
        if not self._is_async:
            return function

        async def as_async(call: Any, transaction: Any) -> object:
            return function(call, transaction)

        return as_async


class Talk:
    """One operation at a served provider."""

    def __init__(self, provider: Provider, channel: grpc.aio.Channel) -> None:
        self.provider = provider
        self.operation = Operation(channel, "charge", {})
        self._probe = channel.unary_unary(f"{SERVICE}Probe", None, None)
        self._describe = channel.unary_unary(f"{SERVICE}DescribeActions", None, None)

    async def probe(self, action: str = "charge") -> bytes:
        context = contract.StepContext()
        context.CopyFrom(self.operation.context)
        context.action = action
        context.idempotency_key = f"{context.operation_key}/{Phase.EXECUTE.value}"
        request = contract.ProbeRequest(context=context, input=to_proto(Payload.of(self.operation.input)))
        return bytes(await self._probe(request.SerializeToString(), timeout=10))

    async def quiet_probe(self) -> None:
        """Ask, whatever comes."""
        with suppress(grpc.aio.AioRpcError):
            await self.probe()

    async def outcome(self) -> str | None:
        outcome: str | None = contract.ProbeResponse.FromString(await self.probe()).WhichOneof("outcome")
        return outcome

    async def described(self) -> dict[str, bool]:
        body = await self._describe(b"", timeout=10)
        actions = contract.DescribeActionsResponse.FromString(body).actions
        return {action.name: action.probe for action in actions}


@pytest.fixture
async def talk(database: Database) -> AsyncIterator[Talk]:
    provider = Provider(database)
    async with (
        ParticipantServer(provider.participant, "127.0.0.1:0") as server,
        connected(server.address) as channel,
    ):
        yield Talk(provider, channel)


async def test_an_effect_that_is_found_is_the_executes_outcome(talk: Talk) -> None:
    talk.operation.input = {"crash": True}
    assert (await talk.operation.execute()).code is grpc.StatusCode.INTERNAL
    found = await talk.probe()
    assert contract.ProbeResponse.FromString(found).completed.HasField("output")
    again = await talk.operation.execute()
    assert again.reply == found, "the stored reply, byte for byte"
    assert talk.provider.calls == ["charge", "look"]
    assert (await talk.operation.compensate()).outcome == "compensated"
    assert talk.provider.calls[-1] == "refund", "the effect that was found is undone"


async def test_nothing_found_leaves_nothing_behind(talk: Talk) -> None:
    assert await talk.outcome() == "not_found"
    assert (await talk.operation.execute()).outcome == "completed"
    assert talk.provider.calls == ["look", "charge"]


async def test_what_the_barrier_knows_is_told_without_looking(talk: Talk) -> None:
    done = await talk.operation.execute()
    assert await talk.probe() == done.reply
    assert talk.provider.calls == ["charge"]


@ON_ONE
async def test_a_probe_may_find_a_refusal_or_that_it_is_open(talk: Talk) -> None:
    talk.provider.verdict = Pending
    assert await talk.outcome() == "pending"
    assert (await talk.operation.execute()).outcome == "pending"


@ON_ONE
async def test_a_refusal_that_is_found_is_stored(talk: Talk) -> None:
    talk.provider.verdict = Rejected("DECLINED", "no")
    assert await talk.outcome() == "rejected"
    talk.provider.verdict = None
    assert (await talk.operation.execute()).outcome == "rejected"
    assert talk.provider.calls == ["look"]


@ON_ONE
async def test_after_a_compensate_nothing_is_looked_for(talk: Talk) -> None:
    assert (await talk.operation.compensate()).outcome == "compensated"
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await talk.probe()
    assert raised.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert talk.provider.calls == []


@ON_ONE
async def test_a_probe_that_breaks_stores_nothing(talk: Talk) -> None:
    talk.provider.verdict = RuntimeError("the provider's page has changed")
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await talk.probe()
    assert raised.value.code() is grpc.StatusCode.INTERNAL
    assert "page" not in (raised.value.details() or "")
    assert (await talk.operation.execute()).outcome == "completed"


@ON_ONE
async def test_only_actions_with_a_probe_offer_one(talk: Talk) -> None:
    assert await talk.described() == {"charge": True, "plain": False}
    with pytest.raises(grpc.aio.AioRpcError) as raised:
        await talk.probe("plain")
    assert raised.value.code() is grpc.StatusCode.UNIMPLEMENTED


@ON_ONE
async def test_probes_beside_executes_make_one_outcome(talk: Talk) -> None:
    await asyncio.gather(*(each() for each in (talk.operation.execute, talk.operation.execute)), talk.quiet_probe())
    assert (await talk.operation.execute()).outcome == "completed"
    assert talk.provider.calls.count("charge") == 1


@ON_ONE
async def test_a_second_probe_function_is_refused(database: Database) -> None:
    action: Action = Participant("payment", database.engine()).action("charge")(lambda call, transaction: None)
    action.probe(lambda call, transaction: None)
    with pytest.raises(SetupError, match="has a probe already"):
        action.probe(lambda call, transaction: None)
