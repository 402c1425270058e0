"""The order service, choreographed: makes an order of each cart, cancels it if others refuse, and closes the cart."""

from sqlalchemy import Engine

from participants.shop import order
from participants.shop.choreographed import carts
from participants.shop.choreographed.events import (
    INVENTORY_REJECTED,
    INVENTORY_RELEASED,
    ORDER_CANCELLED,
    ORDER_CREATED,
    ORDER_REJECTED,
    ORDER_REQUESTED,
    PAYMENT_COMPLETED,
)
from participants.shop.choreographed.running import Reactor, declared, run
from sagaway.participant.choreography import Choreography


def choreography(engine: Engine) -> Choreography:
    """What the order service reacts to, on its database."""
    made = Choreography(order.participant(engine), starts=[ORDER_REQUESTED])
    create = made.on(ORDER_REQUESTED, completes=ORDER_CREATED, rejects=ORDER_REJECTED)(order.create_order)
    create.compensation(on=[INVENTORY_REJECTED, INVENTORY_RELEASED], announces=ORDER_CANCELLED)(order.cancel_order)
    made.on(PAYMENT_COMPLETED, effect_free=True)(carts.close_placed)
    made.on(ORDER_REJECTED, effect_free=True)(carts.close_refused)
    made.on(ORDER_CANCELLED, effect_free=True, name="close_cancelled")(carts.close_refused)
    return made


REACTOR = Reactor(order.SERVICE, choreography, carts.metadata)
DECLARED = declared(REACTOR)

if __name__ == "__main__":
    run(REACTOR)
