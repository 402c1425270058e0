"""What the tests of batches share: attempts, and what a participant answers them with."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from typing import Any

from orchestrator.caller.base import Call
from orchestrator.caller.client import GrpcCaller
from orchestrator.core.model import Payload
from orchestrator.core.outcome import Completed, ExecuteAnswer
from sagaway.v1 import participant_service_pb2 as v1
from tests.caller.participants import CALL, COMPLETED

LIMIT = 8
DONE = Completed(Payload(json='{"id": 1}'))


def calls(count: int, **fields: Any) -> list[Call]:
    return [dataclasses.replace(CALL, operation_key=f"op-{number}", **fields) for number in range(count)]


async def together(caller: GrpcCaller, attempts: list[Call]) -> list[ExecuteAnswer]:
    return await asyncio.gather(*map(caller.execute, attempts))


def result(index: int, response: v1.ExecuteResponse = COMPLETED) -> v1.ExecuteBatchResult:
    return v1.ExecuteBatchResult(index=index, response=response)


def answers(*results: v1.ExecuteBatchResult) -> v1.ExecuteBatchResponse:
    return v1.ExecuteBatchResponse(results=results)


async def completing(request: v1.ExecuteBatchRequest, context: Any) -> AsyncIterator[Any]:
    yield answers(*(result(index) for index in range(len(request.members))))


async def silent(request: v1.ExecuteBatchRequest, context: Any) -> AsyncIterator[Any]:
    await asyncio.get_running_loop().create_future()
    yield
