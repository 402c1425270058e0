"""The demo as a client of the orchestrator: it knows an address and what is registered, nothing else.

`sagaway.client` asks again by itself while the orchestrator is away. That is safe for a start because every order
brings its own `saga_id`: the second request finds the first's saga.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc

from participants.shop.demo.errors import DemoError
from participants.shop.demo.orders import End, Order
from participants.shop.demo.processes import Child
from sagaway.client import Client, Retries, Saga, SagaDefinition, SagaState, name_of

# The orchestrator is away for seconds; a minute is the demo's own limit for everything.
RETRIES = Retries(patience=timedelta(seconds=60), max_backoff=timedelta(seconds=1))
START_PATIENCE_SECONDS = 30.0
PAGE = 1_000
GETS_AT_ONCE = 32
OPEN_STATES = (
    SagaState.SAGA_STATE_PENDING,
    SagaState.SAGA_STATE_RUNNING,
    SagaState.SAGA_STATE_COMPENSATING,
    SagaState.SAGA_STATE_STUCK,
)


async def register(client: Client, participants: Sequence[Child], definition: SagaDefinition) -> None:
    """Registers the participants, then the definition, which names them."""
    for child in participants:
        await client.participants.register(child.name, child.address)
    await client.definitions.register(definition)


async def start(client: Client, definition: str, order: Order) -> bool:
    """Starts an order's saga; says whether the answer that came was the one that created it."""
    handle = await client.start(definition, input=order.input, saga_id=order.saga_id, labels=order.labels)
    return handle.created


async def open_sagas(client: Client) -> dict[str, str]:
    """Returns the state of every saga that has not ended, by id."""
    return {saga.saga_id: state(saga) async for saga in client.list(states=OPEN_STATES, page_size=PAGE)}


async def ends(client: Client) -> dict[str, End]:
    """Returns how every saga stands, by id, with the step that refused it and why."""
    limit = asyncio.Semaphore(GETS_AT_ONCE)

    async def end(saga: Saga) -> tuple[str, End]:
        if saga.state == SagaState.SAGA_STATE_COMPLETED:
            return saga.saga_id, End(state(saga))
        async with limit:
            whole = await client.get(saga.saga_id)
        return saga.saga_id, End(state(whole), whole.error.step_id, whole.error.reason)

    sagas = [saga async for saga in client.list(page_size=PAGE)]
    return dict(await asyncio.gather(*map(end, sagas)))


def state(saga: Saga) -> str:
    """A saga's state without its prefix: `RUNNING`."""
    return name_of(saga, "state")


async def until_serving(children: Sequence[Child]) -> None:
    """Waits until each child says by the gRPC health protocol that it serves.

    Raises:
        DemoError: one ended, or does not serve in time; the text has its last log lines.
    """
    await asyncio.gather(*map(_until_serving, children))


async def _until_serving(child: Child) -> None:
    clock = asyncio.get_running_loop().time
    deadline = clock() + START_PATIENCE_SECONDS
    # A channel that found nobody waits a second before it looks again: too long for the first moments of a process.
    options = (("grpc.initial_reconnect_backoff_ms", 50), ("grpc.min_reconnect_backoff_ms", 50))
    async with aio.insecure_channel(child.address, options=options) as channel:
        health = health_pb2_grpc.HealthStub(channel)
        while True:
            child.check()
            try:
                response = await health.Check(health_pb2.HealthCheckRequest(), timeout=1.0)
            except aio.AioRpcError:
                pass  # not there yet
            else:
                if response.status == health_pb2.HealthCheckResponse.SERVING:
                    return
            if clock() > deadline:
                raise DemoError(
                    f"{child.name} does not serve on {child.address} after {START_PATIENCE_SECONDS:.0f} s. "
                    f"The end of {child.log}:\n{child.last_lines()}"
                )
            await asyncio.sleep(0.05)
