"""Choreographies as facts: a shop of three services and one of four, both sound."""

from sagaway.choreography.facts import ReactionFacts, ServiceFacts
from tests.participant.choreography.chain import CANCELLED, ORDER, PAID, RELEASED, RESERVED, SHORT, UNPAID

SHIPPED = "com.example.shipping.shipped.v1"
LOST = "com.example.shipping.lost.v1"
REFUNDED = "com.example.payment.refunded.v1"

order = ServiceFacts(
    "order",
    (ORDER,),
    (
        ReactionFacts("complete", PAID, effect_free=True),
        ReactionFacts("refuse", SHORT),
        ReactionFacts("cancel", RELEASED),
    ),
)
reserve = ReactionFacts(
    "reserve", ORDER, completes=RESERVED, rejects=SHORT, compensates_on=(UNPAID,), announces=RELEASED
)
charge = ReactionFacts("charge", RESERVED, completes=PAID, rejects=UNPAID)
inventory = ServiceFacts("inventory", (), (reserve,))
payment = ServiceFacts("payment", (), (charge,))

THREE = (order, inventory, payment)

FOUR = (
    ServiceFacts(
        "order",
        (ORDER, CANCELLED),
        (
            ReactionFacts("complete", SHIPPED, effect_free=True),
            ReactionFacts("refuse", SHORT, effect_free=True),
            ReactionFacts("cancel", RELEASED, effect_free=True),
        ),
    ),
    ServiceFacts(
        "inventory",
        (),
        (
            ReactionFacts(
                "reserve",
                ORDER,
                completes=RESERVED,
                rejects=SHORT,
                compensates_on=(UNPAID, REFUNDED, CANCELLED),
                announces=RELEASED,
            ),
        ),
    ),
    ServiceFacts(
        "payment",
        (),
        (
            ReactionFacts(
                "charge",
                RESERVED,
                completes=PAID,
                rejects=UNPAID,
                compensates_on=(LOST, CANCELLED),
                announces=REFUNDED,
            ),
        ),
    ),
    ServiceFacts(
        "shipping",
        (),
        (ReactionFacts("ship", PAID, completes=SHIPPED, rejects=LOST, compensates_on=(CANCELLED,)),),
    ),
)
