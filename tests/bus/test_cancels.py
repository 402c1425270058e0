"""Who cancels a task that asks NATS is heard, also where NATS's client swallows the cancel."""

import asyncio
from contextlib import suppress

import pytest

from sagaway.bus.jetstream import JetStreamBus
from sagaway.bus.settings import NatsSettings


@pytest.mark.parametrize("fault", [None, TimeoutError])
async def test_a_cancel_that_the_client_swallows_is_raised(fault: type[Exception] | None) -> None:
    bus = JetStreamBus(NatsSettings())
    bus.up.set()

    async def ask() -> None:
        async with bus.reaching():
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            if fault is not None:
                raise fault

    asking = asyncio.create_task(ask())
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
