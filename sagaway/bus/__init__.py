"""The bus of choreographed sagas: events in CloudEvents 1.0, over NATS JetStream or in memory.

    bus = await JetStreamBus.connect(NatsSettings.from_environment())
    await bus.publish(Event(...), message_id="...")
    subscription = await bus.subscribe("inventory.reserve", ["com.example.order.created.v1"], handle)

`base` is the law, `events` the format, `consuming` what is done with a delivery; `jetstream` and `memory` are the two
implementations, `embedded` runs a real nats-server. See docs/choreography.md.
"""

from sagaway.bus.base import EVERYTHING, Bus, DeadLetter, Delivery, Handler, Policy, Reach, Subscription
from sagaway.bus.errors import (
    BusError,
    BusSetupError,
    BusUnavailableError,
    EventInvalidError,
    LetterNotFoundError,
    Poison,
    Redeliver,
)
from sagaway.bus.events import Event, decode
from sagaway.bus.memory import MemoryBroker, MemoryBus

__all__ = [
    "EVERYTHING",
    "Bus",
    "BusError",
    "BusSetupError",
    "BusUnavailableError",
    "DeadLetter",
    "Delivery",
    "Event",
    "EventInvalidError",
    "Handler",
    "LetterNotFoundError",
    "MemoryBroker",
    "MemoryBus",
    "Poison",
    "Policy",
    "Reach",
    "Redeliver",
    "Subscription",
    "decode",
]
