"""The payment service, choreographed: takes the money once the units are held.

Nobody refuses after it, so nothing calls for its compensation.
"""

from sqlalchemy import Engine

from participants.shop import payment
from participants.shop.choreographed.events import INVENTORY_RESERVED, PAYMENT_COMPLETED, PAYMENT_FAILED
from participants.shop.choreographed.running import Reactor, declared, run
from sagaway.participant.choreography import Choreography


def choreography(engine: Engine) -> Choreography:
    """What the payment service reacts to, on its database."""
    made = Choreography(payment.participant(engine))
    made.on(INVENTORY_RESERVED, completes=PAYMENT_COMPLETED, rejects=PAYMENT_FAILED)(payment.process_payment)
    return made


REACTOR = Reactor(payment.SERVICE, choreography)
DECLARED = declared(REACTOR)

if __name__ == "__main__":
    run(REACTOR)
