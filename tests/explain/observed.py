"""Histories of choreographed sagas: what their participants published, and what was concluded from it."""

from __future__ import annotations

from orchestrator.core.model import Phase, Signature
from orchestrator.core.observation import Fact
from orchestrator.core.operations import Action, Operate
from orchestrator.core.retry import SECOND
from tests.core.observed import (
    BOUGHT,
    BROKE,
    ORDERED,
    PAID,
    RESERVED,
    SOLD_OUT,
    UNPAID,
    World,
    changed,
    fact,
    ordered,
    paid,
    receipt,
    released,
    reserved,
    unpaid,
)
from tests.core.stories import HOUR, MINUTE, START
from tests.explain.told import MS, told

LIMIT = 30 * SECOND
"""For how long nothing may happen in the shop's choreography."""


def observes(*facts: Fact, world: World | None = None) -> World:
    """Observe events, 20 ms apart."""
    world = world or World(now=START)
    for one in facts:
        world.see(one)
        world.now += 20 * MS
    return world


def operates(world: World, action: Action, why: str, step_id: str = "") -> None:
    world.now += HOUR
    world.operate(Operate(action, Signature(why, "ann", "ops-team"), step_id=step_id))


def beside() -> World:
    """The payment reacts to the order itself, beside the stock."""
    return World(changed("payment", consumes=ORDERED), now=START)


def unpaid_beside() -> Fact:
    return fact(UNPAID, "payment.pay", "ordered", event_id="unpaid", refusal="NO_MONEY")


@told
def bought_by_reactions() -> World:
    return observes(*BOUGHT)


@told
def sold_out_by_reactions() -> World:
    return observes(*SOLD_OUT)


@told
def broke_and_undone_by_reactions() -> World:
    return observes(*BROKE)


@told
def waiting_for_a_reaction() -> World:
    world = observes(*BOUGHT[:2])
    world.now += 4 * SECOND
    return world


@told
def going_back_by_reactions() -> World:
    world = observes(*BROKE[:3])
    world.now += 4 * SECOND
    return world


@told
def blocked_as_its_undoing_overtook_it() -> World:
    return observes(
        ordered,
        unpaid_beside(),
        released,
        receipt("stock.reserve", "ordered", "BLOCKED"),
        receipt("order.cancel", "released"),
        world=beside(),
    )


@told
def stuck_by_a_dead_letter() -> World:
    world = observes(*BOUGHT[:2])
    world.now += 2 * MINUTE
    world.bury(17, "payment.pay", reserved.key)
    world.now += HOUR
    return world


@told
def delivered_once_more_and_bought() -> World:
    world = stuck_by_a_dead_letter()
    operates(world, Action.RETRY_STEP, "the bank is back", "payment.pay")
    world.now += 30 * MS
    return observes(*BOUGHT[2:], world=world)


@told
def stuck_as_undoing_was_given_up() -> World:
    world = observes(*BROKE[:3])
    world.now += 2 * MINUTE
    world.bury(18, "stock.reserve", unpaid.key, Phase.COMPENSATE)
    world.now += HOUR
    return world


@told
def stuck_as_nothing_happens() -> World:
    world = observes(*BOUGHT[:2])
    world.now += LIMIT
    world.wait()
    world.now += HOUR
    return world


@told
def went_on_after_nothing_had_happened() -> World:
    return observes(*BOUGHT[2:], world=stuck_as_nothing_happens())


@told
def stuck_as_its_undoing_never_came() -> World:
    world = observes(*BROKE[:3])
    world.now += LIMIT
    world.wait()
    world.now += HOUR
    return world


@told
def stuck_as_nothing_undoes_it() -> World:
    return observes(*BROKE[:3], world=World(changed("stock", compensates_on=None, announces=None), now=START))


@told
def stuck_as_what_led_to_it_was_never_seen() -> World:
    world = observes(ordered, paid)
    world.see(receipt("stock.reserve", "ordered"))
    world.now += LIMIT
    world.wait()
    world.now += HOUR
    return world


@told
def stuck_as_what_undid_it_was_never_seen() -> World:
    world = observes(ordered, receipt("stock.reserve", "ordered", "BLOCKED"))
    world.now += LIMIT
    world.wait()
    world.now += HOUR
    return world


@told
def in_an_order_that_must_not_be() -> World:
    world = observes(ordered, fact(PAID, "payment.pay", "ordered", event_id="paid"))
    world.now += HOUR
    return world


@told
def worked_after_its_undoing() -> World:
    late = fact(RESERVED, "stock.reserve", "ordered", event_id="late")
    world = observes(ordered, unpaid_beside(), released, late, world=beside())
    world.now += HOUR
    return world


@told
def bought_beside_an_event_that_nobody_declares() -> World:
    counted = fact("com.example.stock.counted.v1", "stock.count", "ordered")
    return observes(ordered, counted, *BOUGHT[1:])


@told
def bought_in_another_order() -> World:
    return observes(ordered, paid, reserved, BOUGHT[-1])


@told
def abandoned_as_its_undoing_never_came() -> World:
    world = stuck_as_its_undoing_never_came()
    operates(world, Action.ABANDON_SAGA, "the stock was put back by hand, ticket 17")
    return world
