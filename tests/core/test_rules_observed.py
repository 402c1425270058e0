"""The rules of choreographed sagas: what is concluded from the events that participants publish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from random import Random

import pytest

from orchestrator.core.events import EventObserved
from orchestrator.core.model import Cause, Failure, SagaState, StepState
from orchestrator.core.observation import EventKey, Fact, seen_of
from orchestrator.core.observing import MAX_EVENTS, no_room, refuse
from tests.core.observed import (
    BOUGHT,
    BROKE,
    ORDERED,
    PAID,
    RELEASED,
    RESERVED,
    SHORT,
    SOLD_OUT,
    UNPAID,
    World,
    accepted,
    cancelled,
    changed,
    fact,
    joined,
    ordered,
    paid,
    receipt,
    released,
    reserved,
    short,
    unpaid,
    with_reactions,
)

BESIDE = changed("payment", consumes=ORDERED)
"""The payment reacts to the order itself, beside the stock."""
UNPAID_BESIDE = fact(UNPAID, "payment.pay", "ordered", event_id="unpaid", refusal="NO_MONEY")


def test_a_saga_whose_events_are_all_answered_and_none_refused_is_completed() -> None:
    world = World()
    saga = world.see(*BOUGHT[:-1])
    assert saga.state is SagaState.RUNNING
    assert saga.steps["order.accept"].state is StepState.EXECUTING
    saga = world.see(BOUGHT[-1])
    assert saga.state is SagaState.COMPLETED
    assert {id_: step.state for id_, step in saga.steps.items()} == {
        "order.accept": StepState.COMPLETED,
        "order.refuse": StepState.WAITING,
        "order.cancel": StepState.WAITING,
        "stock.reserve": StepState.COMPLETED,
        "payment.pay": StepState.COMPLETED,
    }
    assert saga.steps["payment.pay"].input == reserved.data
    assert saga.steps["payment.pay"].output == paid.data


def test_a_refusal_at_which_nobody_works_turns_the_saga_back_at_once() -> None:
    world = World()
    saga = world.see(ordered, short)
    assert (saga.state, saga.cause, saga.abort_step) == (SagaState.COMPENSATING, Cause.REJECTED, "stock.reserve")
    assert saga.failure == short.refusal
    assert world.see(SOLD_OUT[-1]).state is SagaState.COMPENSATED


def test_an_event_that_undoes_is_the_intent_and_its_answer_the_end_of_a_compensation() -> None:
    world = World()
    saga = world.see(ordered, reserved, unpaid)
    assert saga.state is SagaState.COMPENSATING
    assert saga.steps["stock.reserve"].state is StepState.COMPENSATING
    assert world.see(released).steps["stock.reserve"].state is StepState.COMPENSATED
    assert world.see(cancelled).state is SagaState.COMPENSATED


@pytest.mark.parametrize("story", [BOUGHT, SOLD_OUT, BROKE], ids=["bought", "sold out", "broke"])
def test_in_whatever_order_the_events_come_and_however_often_the_end_is_the_same(story: Sequence[Fact]) -> None:
    expected = World().see(*story)
    assert not expected.open
    chance = Random(7)
    for order in permutations(story):
        doubled = [one for one in order for _ in range(chance.randint(1, 2))]
        world = World()
        saga = world.see(*doubled)
        assert (saga.state, saga.cause) == (expected.state, expected.cause), [one.event_type for one in order]
        assert {id_: step.state for id_, step in saga.steps.items()} == {
            id_: step.state for id_, step in expected.steps.items()
        }


def test_an_event_that_comes_twice_changes_nothing() -> None:
    world = World()
    world.see(ordered, reserved)
    before = len(world.log)
    world.see(ordered, reserved, ordered)
    assert len(world.log) == before
    world.see(accepted)
    before = len(world.log)
    world.see(accepted)  # it waits for its cause
    assert len(world.log) == before


def test_what_comes_before_its_cause_waits_for_it() -> None:
    world = World()
    saga = world.see(paid)
    assert saga.steps["payment.pay"].state is StepState.WAITING
    saga = world.see(ordered)
    assert saga.steps["stock.reserve"].state is StepState.EXECUTING
    saga = world.see(reserved)
    assert saga.steps["payment.pay"].state is StepState.COMPLETED
    assert world.see(accepted).state is SagaState.COMPLETED


def test_what_comes_without_the_name_of_its_cause_is_the_answer_that_is_owed() -> None:
    bare = replace(fact(RESERVED), key=EventKey("/of/another/maker", "1"))
    saga = World().see(ordered, bare)
    assert saga.steps["stock.reserve"].state is StepState.COMPLETED
    assert saga.steps["payment.pay"].state is StepState.EXECUTING


def test_a_compensation_that_overtakes_leaves_its_step_without_effect() -> None:
    """Both react to the order; one refuses, and the other hears of that before it hears of the order."""
    world = World(BESIDE)
    world.see(ordered, UNPAID_BESIDE)
    saga = world.see(released)
    assert saga.steps["stock.reserve"].state is StepState.STRUCK
    assert saga.open
    world.see(receipt("stock.reserve", "ordered", "BLOCKED"))
    assert world.see(cancelled).state is SagaState.COMPENSATED


def test_work_that_ends_after_its_undoing_was_called_for_is_to_be_undone() -> None:
    world = World(BESIDE)
    world.see(ordered, UNPAID_BESIDE)
    saga = world.see(reserved)
    assert saga.steps["stock.reserve"].state is StepState.COMPENSATING
    assert world.see(released, cancelled).state is SagaState.COMPENSATED


def test_an_effect_that_nothing_undoes_leaves_the_saga_stuck() -> None:
    world = World(changed("stock", compensates_on=None, announces=None))
    saga = world.see(ordered, reserved, unpaid)
    assert saga.state is SagaState.STUCK
    assert saga.failure is not None
    assert saga.failure.reason == "NOT_UNDONE"
    assert saga.failure_step == "stock.reserve"


def test_what_is_done_on_the_way_back_may_stand_and_what_was_done_before_may_not() -> None:
    """The order's service keeps books of each end; so does a clerk of each order."""
    books = [
        {"name": "accept", "consumes": PAID},
        {"name": "refuse", "consumes": SHORT},
        {"name": "cancel", "consumes": RELEASED},
    ]
    document = {"participant": "clerk", "reactions": [{"name": "note", "consumes": ORDERED}]}
    assert World(with_reactions("order", books)).see(*BROKE).state is SagaState.COMPENSATED
    assert World(with_reactions("order", books)).see(*SOLD_OUT).state is SagaState.COMPENSATED
    saga = World(joined(document)).see(*SOLD_OUT, receipt("clerk.note", "ordered"))
    assert saga.state is SagaState.STUCK
    assert saga.failure_step == "clerk.note"


def test_a_refusal_that_another_makes_good_turns_nothing_back() -> None:
    reaction = {"name": "order", "consumes": SHORT, "completes": RESERVED, "rejects": UNPAID}
    choreography = joined({"participant": "supplier", "reactions": [reaction]})
    world = World(choreography)
    assert world.see(ordered, short).state is SagaState.RUNNING
    saga = world.see(fact(RESERVED, "supplier.order", "short", event_id="reserved"), SOLD_OUT[-1], paid, accepted)
    assert saga.state is SagaState.COMPLETED
    world = World(choreography)
    saga = world.see(ordered, short, fact(UNPAID, "supplier.order", "short", event_id="unpaid", refusal="NONE_LEFT"))
    assert saga.state is SagaState.COMPENSATING


def test_an_answer_to_an_event_that_does_not_lead_to_it_is_forbidden_and_stays_so() -> None:
    world = World()
    saga = world.see(ordered, fact(PAID, "payment.pay", "ordered", event_id="paid"))
    assert saga.state is SagaState.STUCK
    assert saga.failure is not None
    assert saga.failure.reason == "FORBIDDEN_ORDER"
    assert saga.failure.message == f"payment.pay published {PAID} at {ORDERED}, which does not lead to it"
    saga = world.see(reserved, accepted, fact(PAID, "payment.pay", "reserved", event_id="paid again"))
    saga = world.see(receipt("order.accept", "paid again"))
    assert saga.state is SagaState.STUCK
    assert saga.failure is not None
    assert saga.failure.reason == "FORBIDDEN_ORDER"


def test_work_after_its_undoing_is_forbidden() -> None:
    late = fact(RESERVED, "stock.reserve", "ordered", event_id="late")
    for order in permutations((UNPAID_BESIDE, released, late)):
        saga = World(BESIDE).see(ordered, *order)
        assert saga.state is SagaState.STUCK
        assert saga.failure is not None
        assert saga.failure.reason == "FORBIDDEN_ORDER"
        assert "stock.reserve did its work" in saga.failure.message


def test_so_it_is_where_both_are_told_by_receipts() -> None:
    reaction = {"name": "note", "consumes": ORDERED, "compensates_on": [UNPAID]}
    undone, late = receipt("clerk.note", "unpaid", "COMPENSATED"), receipt("clerk.note", "ordered")
    for order in permutations((reserved, unpaid, undone, late)):
        saga = World(joined({"participant": "clerk", "reactions": [reaction]})).see(ordered, *order)
        assert saga.failure is not None, [one.event_type for one in order]
        assert saga.failure.reason == "FORBIDDEN_ORDER"


def test_only_what_is_later_by_its_publishers_clock_and_by_the_bus_came_after_its_undoing() -> None:
    """A clock may be set back, and what is published again after a death has a later place than it had at first."""
    late = fact(RESERVED, "stock.reserve", "ordered", event_id="late")
    for doubtful in (
        replace(late, place=released.place - 1),
        replace(late, published_time=released.published_time - 1),
    ):
        for order in permutations((UNPAID_BESIDE, released, doubtful)):
            saga = World(BESIDE).see(ordered, *order)
            assert saga.state is SagaState.COMPENSATING
            assert saga.steps["stock.reserve"].state in (StepState.STRUCK, StepState.COMPENSATED)


def test_a_reaction_that_is_blocked_or_refuses_after_its_undoing_does_no_work() -> None:
    for answer in (
        receipt("stock.reserve", "ordered", "BLOCKED"),
        fact(SHORT, "stock.reserve", "ordered", event_id="late"),
    ):
        for order in permutations((UNPAID_BESIDE, released, answer)):
            assert World(BESIDE).see(ordered, *order).state is SagaState.COMPENSATING


def test_that_its_undoing_is_seen_before_its_work_is_no_fault() -> None:
    undone = fact(RELEASED, "stock.reserve", "unpaid", event_id="undone")
    for order in permutations((ordered, UNPAID_BESIDE, reserved, undone, receipt("order.cancel", "undone"))):
        saga = World(BESIDE).see(*order)
        assert saga.state is SagaState.COMPENSATED, [one.event_type for one in order]


def test_a_step_that_says_it_is_blocked_waits_for_what_undid_it() -> None:
    world = World(BESIDE)
    blocked = receipt("stock.reserve", "ordered", "BLOCKED")
    saga = world.see(ordered, fact(PAID, "payment.pay", "ordered", event_id="paid"), accepted, blocked)
    assert saga.state is SagaState.RUNNING
    assert world.wait().failure == Failure(
        "", "CAUSE_MISSING", "the event that led to the undoing of stock.reserve had not been observed for 30 s"
    )


def test_to_do_and_to_refuse_the_same_is_forbidden() -> None:
    for story, state in (
        ((ordered, reserved, short), StepState.COMPLETED),
        ((ordered, short, reserved), StepState.REJECTED),
    ):
        saga = World().see(*story)
        assert saga.steps["stock.reserve"].state is state, "what must not happen leaves it as it was"
        assert saga.state is SagaState.STUCK
        assert saga.failure is not None
        assert saga.failure.message == f"stock.reserve both did its work at {ORDERED} and refused it"


def test_a_reaction_may_refuse_one_event_and_do_its_work_at_the_next() -> None:
    again = fact(ORDERED, event_id="again")
    done = fact(RESERVED, "stock.reserve", "again", event_id="done")
    world = World()
    assert world.see(ordered, again, short).state is SagaState.COMPENSATING
    saga = world.see(done)
    assert saga.state is SagaState.COMPENSATING
    assert (saga.steps["stock.reserve"].state, saga.steps["stock.reserve"].run) == (StepState.COMPLETED, 2)
    saga = World().see(ordered, again, done, short)
    assert (saga.state, saga.steps["stock.reserve"].state) == (SagaState.COMPENSATING, StepState.COMPLETED)


def test_an_event_that_nobody_declares_is_noted_and_decides_nothing() -> None:
    world = World()
    world.see(ordered, fact("com.example.stock.counted.v1", "stock.count", "ordered"), *BOUGHT[1:])
    assert world.saga.state is SagaState.COMPLETED
    assert [event.undeclared for event in world.log if isinstance(event, EventObserved)].count(True) == 1


def test_a_dead_letter_makes_the_saga_stuck_until_the_event_is_handled() -> None:
    world = World()
    world.see(ordered, reserved)
    saga = world.bury(17, "payment.pay", reserved.key)
    assert saga.state is SagaState.STUCK
    assert saga.failure is not None
    assert saga.failure.reason == "DELIVERY_GIVEN_UP"
    assert saga.failure_step == "payment.pay"
    before = len(world.log)
    world.bury(17, "payment.pay", reserved.key)
    assert len(world.log) == before
    assert world.see(paid).state is SagaState.RUNNING
    world.bury(17, "payment.pay", reserved.key)  # it was answered: a letter that is read late is none
    assert world.see(accepted).state is SagaState.COMPLETED


def test_nothing_for_too_long_makes_it_stuck_and_the_next_event_sets_it_going() -> None:
    world = World()
    world.see(ordered)
    saga = world.wait()
    assert saga.state is SagaState.STUCK
    assert saga.failure is not None
    assert (saga.failure.reason, saga.failure_step) == ("NO_PROGRESS", "stock.reserve")
    assert saga.failure.message == f"stock.reserve had not answered {ORDERED} for 30 s"
    assert world.wait() == saga
    saga = world.see(reserved)
    assert (saga.state, saga.failure) == (SagaState.RUNNING, None)


def test_a_compensation_that_never_came_is_told_by_name() -> None:
    world = World()
    world.see(ordered, reserved, unpaid)
    saga = world.wait()
    assert saga.failure is not None
    assert (saga.failure.reason, saga.failure_step) == ("COMPENSATION_MISSING", "stock.reserve")
    assert saga.failure.message == f"stock.reserve had not undone its work at {UNPAID} for 30 s"
    saga = world.see(released)
    assert (saga.state, saga.failure) == (SagaState.COMPENSATING, unpaid.refusal)


def test_a_cause_that_never_came_is_told_by_what_it_led_to() -> None:
    world = World()
    world.see(paid)
    saga = world.wait()
    assert saga.failure is not None
    assert (saga.failure.reason, saga.failure.message) == (
        "CAUSE_MISSING",
        f"the event that led to {PAID} had not been observed for 30 s",
    )


def test_a_saga_has_room_for_so_many_events_and_so_many_bytes() -> None:
    world = World()
    world.see(ordered)
    saga, seen = world.saga, seen_of(world.saga)
    many = {EventKey("/s", str(number)): seen.events[ordered.key] for number in range(MAX_EVENTS - 1)}
    assert no_room(replace(saga, observation=replace(seen, events=many)), reserved) is None
    full = replace(saga, observation=replace(seen, events=many, early={paid.key: paid}))
    failure = no_room(full, reserved)
    assert failure is not None
    assert (failure.reason, failure.message) == ("SAGA_TOO_LARGE", "the saga has 2000 events, and no more are taken")
    assert no_room(full, paid) is None, "it is known"
    stuck = refuse(full, failure, 1)
    assert (stuck.saga.state, stuck.saga.failure) == (SagaState.STUCK, failure)
    assert not refuse(stuck.saga, failure, 2).events
    room = 8 << 20
    assert no_room(replace(saga, size=room - 3 * reserved.data.size()), reserved) is None
    failure = no_room(replace(saga, size=room - 2 * reserved.data.size() + 1), reserved)
    assert failure is not None
    assert "it would pass the limit of 8388608" in failure.message


def test_after_its_end_nothing_is_taken() -> None:
    world = World()
    world.see(*BOUGHT)
    before = len(world.log)
    world.see(unpaid)
    world.wait()
    assert len(world.log) == before
