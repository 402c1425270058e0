"""Run inside the orchestrator's container: is the bus there for us, and for nobody without the token?

Prints whether an event was stored now (not: it was there before), and whether one without the token is refused.
"""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime

from sagaway.bus import BusSetupError, Event
from sagaway.bus.jetstream import JetStreamBus
from sagaway.bus.settings import NatsSettings


async def main() -> None:
    """Ask."""
    settings = NatsSettings.from_environment()
    bus = await JetStreamBus.connect(settings, patience=30)
    event = Event(id="lab", source="/lab", type="com.example.lab.v1", subject="lab", time=datetime.now(UTC), data={})
    stored = await bus.publish(event, message_id="lab")
    await bus.close()
    try:
        await (await JetStreamBus.connect(replace(settings, token=""))).close()
        refused = False
    except BusSetupError:
        refused = True
    print(json.dumps({"stored": stored, "refused": refused}))


asyncio.run(main())
