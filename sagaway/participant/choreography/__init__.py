"""Choreography: a participant that reacts to events, with no coordinator; effect, inbox and outbox in one transaction.

    participant = Participant("inventory", engine)
    choreography = Choreography(participant)

    @choreography.on("com.example.order.created.v1", completes=RESERVED, rejects=REJECTED)
    def reserve(call: EventCall, transaction: Connection) -> object:
        ...

    @reserve.compensation(on=["com.example.payment.failed.v1"], announces=RELEASED)
    def release(call: CompensateEventCall, transaction: Connection) -> None:
        ...

    bus = await JetStreamBus.connect(NatsSettings.from_environment())
    await serve_choreography(choreography, bus)

The way of an event: service (from the bus, one at a time of a saga, retries) → sharing (its part of a transaction) →
handling (what is done in it) → rows (the SQL); what is emitted: emitting → outbox → relay → bus. See docs/choreography.md.
"""

from sagaway.participant.choreography.calls import CompensateEventCall, Emit, EventCall
from sagaway.participant.choreography.declarations import Choreography, Reaction
from sagaway.participant.choreography.emitting import UndeclaredEventError
from sagaway.participant.choreography.relay import Relay
from sagaway.participant.choreography.service import ChoreographyService, serve_choreography
from sagaway.participant.choreography.tables import add_choreography_tables, choreography_metadata

__all__ = [
    "Choreography",
    "ChoreographyService",
    "CompensateEventCall",
    "Emit",
    "EventCall",
    "Reaction",
    "Relay",
    "UndeclaredEventError",
    "add_choreography_tables",
    "choreography_metadata",
    "serve_choreography",
]
