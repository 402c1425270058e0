"""Histories in which a person has acted."""

from __future__ import annotations

from orchestrator.core.model import Payload, Restart, Signature
from orchestrator.core.operations import Action, Operate
from orchestrator.core.retry import SECOND
from tests.core.stories import (
    HOUR,
    RETRYABLE,
    Story,
    refusal,
    step,
)
from tests.explain.told import MS, ORDER, PAY, PAY_PIVOT, SHIP_LATER, STOCK, does, operates, order, told


@told
def a_broken_refund_mended_by_hand() -> Story:
    story = order()
    story.completes("reserve_stock")
    story.rejects("charge")
    story.exhausts("reserve_stock")
    story.now += HOUR
    operates(story, Action.RETRY_STEP, "the warehouse is back", "reserve_stock")
    operates(story, Action.PAUSE_SAGA, "stocktaking")
    story.now += HOUR
    operates(story, Action.RESUME_SAGA, "the stock is counted")
    story.exhausts("reserve_stock")
    operates(story, Action.RESOLVE_STEP_COMPENSATED, "given back by hand, ticket 17", "reserve_stock")
    story.undoes("create_order")
    return story


@told
def a_pivot_asserted_by_hand() -> Story:
    story = Story(ORDER, PAY_PIVOT, SHIP_LATER)
    story.completes("create_order")
    story.exhausts("charge", "DEADLINE_EXCEEDED")
    story.now += HOUR
    operates(story, Action.RETRY_STEP, "the bank is back", "charge")
    story.exhausts("charge", "DEADLINE_EXCEEDED")
    story.now += HOUR
    operates(story, Action.RESOLVE_STEP_COMPLETED, "the bank's statement shows it", "charge", Payload(json='{"id": 7}'))
    return story


def refused_past_the_pivot() -> Story:
    story = Story(ORDER, PAY_PIVOT, SHIP_LATER, does(step("mail", kind=RETRYABLE), "mailer", "send"))
    story.completes("create_order")
    story.completes("charge")
    story.now += 3 * SECOND
    story.answers("ship", refusal("ADDRESS_UNKNOWN"))
    story.now += HOUR
    return story


@told
def run_anew_with_another_address_and_a_mail_left_out() -> Story:
    story = refused_past_the_pivot()
    operates(story, Action.RETRY_STEP_WITH_INPUT, "the customer moved", "ship", Payload(json='{"to": "Riga"}'))
    story.now += 200 * MS
    story.completes("ship")
    story.exhausts("mail", "INTERNAL")
    story.now += HOUR
    operates(story, Action.SKIP_STEP, "the mailer is switched off", "mail")
    story.now += 30 * MS
    story.undoes("mail")
    return story


@told
def left_out_while_what_it_did_can_not_be_undone() -> Story:
    story = refused_past_the_pivot()
    operates(story, Action.SKIP_STEP, "it is fetched at the shop", "ship")
    story.now += 200 * MS
    story.exhausts("mail", "INTERNAL")
    operates(story, Action.RETRY_STEP_WITH_INPUT, "the address was wrong", "mail", Payload(json='{"to": "ann"}'))
    story.exhausts("mail", "INTERNAL")
    return story


@told
def started_again_with_other_input() -> Story:
    by = Signature("the address was wrong", "ann", "ops-team")
    return Story(ORDER, STOCK, PAY, restart=Restart("order-0", by))


@told
def sealed_and_run_anew() -> Story:
    story = Story(ORDER, PAY_PIVOT, does(step("mail", kind=RETRYABLE, compensatable=False), "mailer", "send"))
    story.completes("create_order")
    story.completes("charge")
    story.exhausts("mail", "INTERNAL")
    by = Signature("the address was wrong", "ann", "ops-team")
    story.now += HOUR
    story.command(
        Operate(Action.RETRY_STEP_WITH_INPUT, by, step_id="mail", payload=Payload(json='{"to": "ann"}'), sealed_run=1)
    )
    return story


@told
def paused() -> Story:
    story = order()
    operates(story, Action.PAUSE_SAGA, "the stock is being counted")
    story.now += HOUR
    return story


@told
def abandoned_at_the_pivot() -> Story:
    story = Story(ORDER, PAY_PIVOT, SHIP_LATER)
    story.completes("create_order")
    story.exhausts("charge", "DEADLINE_EXCEEDED")
    story.now += HOUR
    operates(story, Action.ABANDON_SAGA, "the customer was refunded by transfer")
    return story
