"""The inventory service, choreographed: holds an order's units, and releases them if the payment fails."""

from sqlalchemy import Engine

from participants.shop import inventory
from participants.shop.choreographed.events import (
    INVENTORY_REJECTED,
    INVENTORY_RELEASED,
    INVENTORY_RESERVED,
    ORDER_CREATED,
    PAYMENT_FAILED,
)
from participants.shop.choreographed.running import Reactor, declared, run
from sagaway.participant.choreography import Choreography


def choreography(engine: Engine) -> Choreography:
    """What the inventory service reacts to, on its database."""
    made = Choreography(inventory.participant(engine))
    reserve = made.on(ORDER_CREATED, completes=INVENTORY_RESERVED, rejects=INVENTORY_REJECTED)
    release = reserve(inventory.reserve_inventory).compensation(on=[PAYMENT_FAILED], announces=INVENTORY_RELEASED)
    release(inventory.release_inventory)
    return made


REACTOR = Reactor(inventory.SERVICE, choreography)
DECLARED = declared(REACTOR)

if __name__ == "__main__":
    run(REACTOR)
