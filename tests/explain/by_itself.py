"""Histories that nobody had a hand in."""

from __future__ import annotations

from dataclasses import replace

from orchestrator.core.outcome import Pending
from orchestrator.core.retry import SECOND, RetryPolicy
from tests.core.stories import (
    COMPENSATE,
    HOUR,
    MINUTE,
    Story,
    failed,
    refusal,
    step,
)
from tests.explain.told import MS, ORDER, PAY, PAY_PIVOT, SHIP, SHIP_LATER, STOCK, does, order, told


@told
def retried_and_completed() -> Story:
    story = order()
    for _ in range(2):
        story.now += 250 * MS
        story.fails("reserve_stock")
        story.wait(4 * SECOND)
    story.completes("reserve_stock")
    story.now += 90 * MS
    story.completes("charge")
    return story


@told
def refused_and_undone() -> Story:
    story = order()
    story.now += 30 * MS
    story.completes("reserve_stock")
    story.now += 40 * MS
    story.rejects("charge")
    story.now += 20 * MS
    story.undoes("reserve_stock")
    story.now += 20 * MS
    story.undoes("create_order")
    return story


@told
def in_backoff_after_a_wrong_deployment() -> Story:
    story = order()
    story.now += 5 * MS
    story.fails("reserve_stock", "UNIMPLEMENTED")
    story.now += 100 * MS
    return story


@told
def on_its_way_for_too_long() -> Story:
    story = order()
    story.now += 10 * MINUTE
    return story


@told
def pending_at_the_carrier() -> Story:
    story = Story(ORDER, PAY_PIVOT, SHIP_LATER)
    story.completes("create_order")
    story.now += 400 * MS
    story.completes("charge")
    story.now += 200 * MS
    story.answers("ship", Pending())
    story.now += 20 * MINUTE
    return story


@told
def pivot_open_and_time_up() -> Story:
    story = Story(ORDER, PAY_PIVOT, SHIP_LATER, timeout=HOUR)
    story.completes("create_order")
    story.now += 59 * MINUTE
    story.fails("charge", "DEADLINE_EXCEEDED")
    story.wait(2 * MINUTE)
    story.cancel()
    return story


@told
def stuck_at_the_pivot() -> Story:
    story = Story(ORDER, PAY_PIVOT, SHIP_LATER)
    story.completes("create_order")
    story.exhausts("charge", "DEADLINE_EXCEEDED")
    story.now += 5 * HOUR
    return story


@told
def stuck_past_the_pivot() -> Story:
    story = Story(ORDER, PAY_PIVOT, SHIP_LATER)
    story.completes("create_order")
    story.completes("charge")
    story.now += 3 * SECOND
    story.answers("ship", refusal("ADDRESS_UNKNOWN"))
    story.now += HOUR
    return story


@told
def stuck_as_a_refund_fails() -> Story:
    story = Story(ORDER, STOCK, PAY, SHIP)
    for name in ("create_order", "reserve_stock", "charge"):
        story.now += 50 * MS
        story.completes(name)
    story.rejects("ship")
    story.exhausts("charge", "INTERNAL")
    story.now += 8 * HOUR
    return story


@told
def stuck_as_its_log_was_restored() -> Story:
    story = Story(*(replace(one, facts=replace(one.facts, stable_replies=True)) for one in (ORDER, STOCK, PAY)))
    story.now += 50 * MS
    story.completes("create_order")
    story.now += 2 * HOUR
    story.restore()
    story.now += 50 * MS
    story.completes("create_order")
    story.now += 50 * MS
    story.completes("reserve_stock")
    story.now += 8 * HOUR
    story.cancel()
    story.now += HOUR
    return story


@told
def undoing_side_by_side() -> Story:
    stock, pay = replace(STOCK, after=("create_order",)), replace(PAY, after=("create_order",))
    look = replace(does(step("check_credit", effect_free=True), "payment", "check"), after=("create_order",))
    story = Story(
        replace(ORDER, after=()), look, stock, pay, replace(SHIP, after=("check_credit", "charge", "reserve_stock"))
    )
    for name in ("create_order", "check_credit", "reserve_stock", "charge"):
        story.now += 50 * MS
        story.completes(name)
    story.now += SECOND
    story.cancel()
    story.fails("ship", "CANCELLED")
    story.now += 50 * MS
    story.undoes("ship")
    story.exhausts("reserve_stock")
    return story


@told
def undone_while_a_call_is_on_its_way() -> Story:
    story = Story(ORDER, replace(STOCK, after=("create_order",)), replace(PAY, after=("create_order",)))
    story.completes("create_order")
    story.now += SECOND
    story.rejects("reserve_stock")
    story.now += SECOND
    return story


@told
def cancelled_before_anything_was_sent() -> Story:
    story = Story(ORDER, STOCK, hold=True)
    story.cancel()
    return story


@told
def an_outage_of_hundreds_of_attempts() -> Story:
    story = Story(ORDER, PAY_PIVOT, replace(SHIP_LATER, retry=RetryPolicy(1_000, SECOND, MINUTE)))
    story.completes("create_order")
    story.completes("charge")
    for number in range(120):
        code = "UNAVAILABLE" if number % 40 else "DEADLINE_EXCEEDED"
        story.fails("ship", code)
        story.wait(MINUTE)
    story.fails("ship")
    return story


@told
def parked_as_the_shipper_is_away() -> Story:
    story = Story(ORDER, STOCK, SHIP)
    story.completes("create_order")
    story.held.add("ship")
    story.now += SECOND
    story.completes("reserve_stock")
    story.now += 40 * MINUTE
    return story


@told
def parked_while_its_time_stands_still() -> Story:
    story = Story(ORDER, SHIP, timeout=HOUR, pauses=True)
    story.held.add("ship")
    story.now += 10 * MINUTE
    story.completes("create_order")
    story.now += 3 * HOUR
    return story


@told
def timed_out_after_its_time_stood_still() -> Story:
    story = parked_while_its_time_stands_still()
    story.unpark("shipping")
    story.fails("ship")
    story.wait(50 * MINUTE)
    return story


@told
def unparked_and_refused_and_parked_on_its_way_back() -> Story:
    story = parked_as_the_shipper_is_away()
    story.unpark("shipping")
    story.now += SECOND
    story.fails("ship")
    story.held |= {"ship", "reserve_stock"}
    story.wait(5 * SECOND)
    story.now += HOUR
    story.unpark("shipping")
    story.held.add("reserve_stock")
    story.rejects("ship")
    story.undoes("ship")
    return story


@told
def a_dozen_steps_and_one_that_waits_for_a_crash() -> Story:
    names = [f"part-{number}" for number in range(1, 13)]
    story = Story(*(does(step(name), "factory", "build") for name in names))
    for name in names[:9]:
        story.now += 20 * MS
        story.completes(name)
    story.crash()
    story.wait(7 * SECOND)
    return story


@told
def a_compensation_that_is_pending() -> Story:
    story = order()
    story.now += SECOND
    story.completes("reserve_stock")
    story.answers("charge", failed("INVALID_ARGUMENT", "AMOUNT_NEGATIVE", "the amount is below zero"))
    story.answers("charge", Pending())
    story.now += 10 * SECOND
    story.reports("charge", failed("", "REFUND_BLOCKED", "the account is closed"), COMPENSATE)
    return story
