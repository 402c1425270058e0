"""Histories to be explained, by name: sagas of the core's own decisions on a fixed clock, and sagas of golden logs.

`tests/explain/texts/NAME.txt` is what `explain` says of each. After a change of the words,
`python -m tests.explain.histories` writes the texts anew: read every one that the diff shows, as somebody who was
called at three in the morning, before you commit it.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from orchestrator.core.definition import SagaDefinition, StepDefinition
from orchestrator.core.events import Event
from orchestrator.core.model import Payload, Restart, SagaKey, Signature
from orchestrator.core.operations import Action, Operate
from orchestrator.core.outcome import Pending
from orchestrator.core.retry import SECOND, RetryPolicy
from orchestrator.engine.catalog import DefinitionCatalog
from orchestrator.engine.view import read_saga
from orchestrator.store import codec
from orchestrator.store.base import DefinitionRow
from orchestrator.store.sql import SqlLog
from tests.core.stories import (
    COMPENSATE,
    HOUR,
    KEY,
    MINUTE,
    PIVOT,
    RETRYABLE,
    Story,
    failed,
    refusal,
    step,
)
from tests.golden import logs

TEXTS = Path(__file__).parent / "texts"
WIDTH = 100
MS = SECOND // 1_000


class History(NamedTuple):
    """What there is to explain.

    Attributes:
        key: the saga's name.
        definition: its definition.
        log: its events.
        now: the moment of looking, microseconds.
        at: explain it as of this event; 0: as it stands.
    """

    key: SagaKey
    definition: SagaDefinition
    log: Sequence[Event]
    now: int
    at: int = 0


Tell = Callable[[], Story]
TOLD: dict[str, Tell] = {}
AS_OF: dict[str, tuple[str, int]] = {
    "as-of-a-backoff": ("retried-and-completed", 6),
    "as-of-a-refusal-within-its-commit": ("refused-and-undone", 7),
}
"""Histories as of an event: the history, and the event's sequence."""

GOLDEN = (
    "cancelled-at-a-pivot-that-was-refused",
    "cancelled-too-late-at-the-pivot",
    "compensated-after-a-forgotten-refusal",
    "compensated-as-a-step-is-blocked",
    "compensated-as-nobody-reported",
    "completed-behind-another-delivery",
    "completed-without-its-output",
    "open-waiting-for-room",
    "reported-failed-and-its-compensation-too",
    "stuck-as-a-row-is-missing",
    "went-on-after-a-kill",
)
"""Sagas of the golden log 0001."""


def told(tell: Tell) -> Tell:
    """Make a function a history; its name says it."""
    TOLD[tell.__name__.replace("_", "-")] = tell
    return tell


def does(one: StepDefinition, participant: str, action: str) -> StepDefinition:
    return replace(one, participant=participant, action=action)


ORDER = does(step("create_order"), "order", "create")
STOCK = does(step("reserve_stock"), "inventory", "reserve")
PAY = does(step("charge"), "payment", "charge")
SHIP = does(step("ship"), "shipping", "ship")
PAY_PIVOT = replace(PAY, kind=PIVOT)
SHIP_LATER = replace(SHIP, kind=RETRYABLE, retry=RetryPolicy(100, SECOND, 5 * MINUTE))


def operates(story: Story, action: Action, why: str, step_id: str = "", output: Payload | None = None) -> None:
    story.now += 3 * SECOND
    story.command(Operate(action, Signature(why, "ann", "ops-team"), step_id=step_id, payload=output))


def order() -> Story:
    """An order whose first step has completed."""
    story = Story(ORDER, STOCK, PAY)
    story.now += 17 * MS
    story.completes("create_order")
    return story


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


def clock(micros: int) -> str:
    """Write an instant in UTC."""
    return datetime.fromtimestamp(micros // SECOND, UTC).strftime("%Y-%m-%d %H:%M:%S")


@cache
def _read() -> tuple[dict[str, History], dict[str, DefinitionRow]]:
    async def read() -> tuple[dict[str, History], dict[str, DefinitionRow]]:
        with tempfile.TemporaryDirectory() as folder:
            database = Path(folder) / "log.db"
            logs.restore("0001", database)
            log = SqlLog(database)
            await log.open(0)
            try:
                sagas = {name: await _golden(log, name) for name in sorted(await logs.saga_ids(log))}
                definitions = await log.list_definitions("default", "", None, 100)
                return sagas, {row.name: row for row in definitions}
            finally:
                await log.close()

    return asyncio.run(read())


def golden() -> dict[str, History]:
    """Every saga of the golden log 0001, looked at three seconds after its last event."""
    return _read()[0]


def golden_definitions() -> dict[str, DefinitionRow]:
    """The definitions of the golden log 0001, by name."""
    return _read()[1]


async def _golden(log: SqlLog, name: str) -> History:
    key = SagaKey("default", name)
    view = await read_saga(log, DefinitionCatalog(log), key)
    assert view is not None
    assert view.saga is not None
    events = [codec.decode(sequence, row) for sequence, row in await log.read_events(key)]
    return History(key, view.saga.definition, events, events[-1].time + 3 * SECOND)


@cache
def story(name: str) -> History:
    """A history of the core's own decisions."""
    told_ = TOLD[name]()
    return History(KEY, told_.definition, told_.log, told_.now)


def names() -> list[str]:
    """The histories that have a text."""
    return sorted([*TOLD, *AS_OF, *GOLDEN])


def history(name: str) -> History:
    """A history by its name."""
    if name in AS_OF:
        whole, at = AS_OF[name]
        return story(whole)._replace(at=at)
    return story(name) if name in TOLD else golden()[name]


def text(one: History) -> str:
    """What `explain` says."""
    from orchestrator.cli.explain import page  # noqa: PLC0415 - after the zone is set
    from orchestrator.core.explain import explain  # noqa: PLC0415

    log = one.log[: one.at or len(one.log)]
    found = explain(one.key, one.definition, log, clock, log[-1].time if one.at else one.now)
    lines = [line.plain.rstrip() for line in page(found, len(one.log), WIDTH)]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the texts anew."""
    TEXTS.mkdir(exist_ok=True)
    for old in TEXTS.glob("*.txt"):
        old.unlink()
    for name in names():
        (TEXTS / f"{name}.txt").write_text(text(history(name)), encoding="utf-8")


if __name__ == "__main__":
    main()
