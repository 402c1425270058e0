"""Who asks for sagas, and how often: closed loops at a concurrency, and an open loop at a rate."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from google.protobuf import duration_pb2
from grpc import aio

from bench.participant import ACTIONS
from bench.payloads import payload
from sagaway.v1 import orchestrator_service_pb2 as orchestrator_pb
from sagaway.v1 import orchestrator_service_pb2_grpc as orchestrator_grpc
from sagaway.v1 import participant_service_pb2 as participant_pb
from sagaway.v1 import participant_service_pb2_grpc as participant_grpc
from sagaway.v1 import saga_pb2

Once = Callable[[int], Awaitable[None]]
"""Runs one saga to its end; the number makes its id."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What a load gave.

    Attributes:
        sagas: how many ended.
        seconds: how long it ran.
        processor_seconds: of this process, the client's.
        latencies: seconds, one a saga.
    """

    sagas: int
    seconds: float
    processor_seconds: float
    latencies: list[float]

    def percentile(self, share: float) -> float:
        """Return a percentile of the latencies in seconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


async def closed(once: Once, concurrency: int, seconds: float, first: int) -> Sample:
    """Keep ``concurrency`` sagas under way for so long; each starts when one before it has ended."""
    latencies: list[float] = []
    number = first
    begun, processor, end = time.perf_counter(), time.process_time(), time.perf_counter() + seconds

    async def loop() -> None:
        nonlocal number
        while (start := time.perf_counter()) < end:
            number += 1
            await once(number)
            latencies.append(time.perf_counter() - start)

    await asyncio.gather(*(loop() for _ in range(concurrency)))
    return Sample(len(latencies), time.perf_counter() - begun, time.process_time() - processor, latencies)


async def open_loop(once: Once, rate: float, seconds: float, first: int) -> Sample:
    """Start sagas at Poisson arrivals of ``rate`` a second; latencies count from when a saga should have started."""
    chance = random.Random(first)
    latencies: list[float] = []
    begun, processor = time.perf_counter(), time.process_time()
    due, number, running = begun, first, set()

    async def run(start: float, id_: int) -> None:
        await once(id_)
        latencies.append(time.perf_counter() - start)

    while due < begun + seconds:
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        number += 1
        task = asyncio.create_task(run(due, number))
        running.add(task)
        task.add_done_callback(running.discard)
        due += chance.expovariate(rate)
    await asyncio.gather(*running)
    return Sample(len(latencies), time.perf_counter() - begun, time.process_time() - processor, latencies)


def floor(channel: aio.Channel) -> Once:
    """Three bare calls in a row."""
    execute = participant_grpc.ParticipantServiceStub(channel).Execute
    input_ = payload()

    async def once(number: int) -> None:
        for action in ACTIONS:
            context = participant_pb.StepContext(
                namespace="default", saga_id=f"floor-{number}", step_id=action, action=action, run=1, attempt=1
            )
            response = await execute(participant_pb.ExecuteRequest(context=context, input=input_), timeout=10)
            assert response.HasField("completed")

    return once


def saga(channel: aio.Channel, definition: str) -> Once:
    """One StartSaga that waits for the end."""
    start = orchestrator_grpc.OrchestratorServiceStub(channel).StartSaga
    input_, patience = payload(), duration_pb2.Duration(seconds=60)

    async def once(number: int) -> None:
        request = orchestrator_pb.StartSagaRequest(
            definition_name=definition, saga_id=f"s-{number}", input=input_, wait_timeout=patience
        )
        response = await start(request, timeout=90)
        assert response.saga.state == saga_pb2.SAGA_STATE_COMPLETED, response.saga.state

    return once
