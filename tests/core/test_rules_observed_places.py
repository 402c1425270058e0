"""The rules of choreographed sagas: to which event, and of which reaction, an event is the answer; and what is told of it."""

from __future__ import annotations

from dataclasses import replace

from orchestrator.core.events import EventObserved
from orchestrator.core.model import EMPTY, Phase, SagaState, Signature, StepState
from orchestrator.core.observation import EventKey
from orchestrator.core.operations import Action, Operate
from tests.core.observed import (
    BOUGHT,
    BROKE,
    ORDERED,
    PAID,
    RELEASED,
    RESERVED,
    SHORT,
    UNPAID,
    World,
    accepted,
    changed,
    fact,
    joined,
    ordered,
    paid,
    receipt,
    reserved,
    short,
)

AGAIN = fact(ORDERED, event_id="again")
RETRY = Operate(Action.RETRY_STEP, Signature("mended", "ann"), step_id="stock.reserve")


def test_of_two_that_may_publish_the_same_it_is_the_one_that_says_so() -> None:
    reactions = [{"name": name, "consumes": ORDERED, "completes": RESERVED} for name in ("reserve", "set_aside")]
    choreography = joined({"participant": "depot", "reactions": reactions})
    for speaker in ("depot.reserve", "depot.set_aside", "stock.reserve"):
        saga = World(choreography).see(ordered, fact(RESERVED, speaker, "ordered"), receipt("depot.reserve", "ordered"))
        done = {step_id for step_id, step in saga.steps.items() if step.state is StepState.COMPLETED}
        assert done == {speaker, "depot.reserve"}


def test_a_receipt_that_does_not_say_whose_it_is_is_nobodys() -> None:
    for nobodys in (replace(accepted, reaction=""), replace(accepted, key=EventKey("/of/another/maker", "1"))):
        world = World()
        saga = world.see(ordered, reserved, paid, nobodys)
        assert saga.steps["order.accept"].state is StepState.EXECUTING
        assert [event.undeclared for event in world.log if isinstance(event, EventObserved)] == [False] * 3 + [True]


def test_what_does_not_name_its_cause_answers_the_oldest_event_that_has_no_answer() -> None:
    world = World()
    world.see(ordered, AGAIN, reserved)
    world.see(fact(RESERVED, "stock.reserve", event_id="bare"))
    answers = [event.cause_id for event in world.log if isinstance(event, EventObserved) and event.answers]
    assert answers == ["ordered", "again"]


def test_a_type_that_starts_sagas_is_an_answer_where_a_reaction_published_it() -> None:
    reaction = {"name": "retry", "consumes": SHORT, "completes": ORDERED}
    world = World(joined({"participant": "clerk", "reactions": [reaction]}))
    saga = world.see(ordered, short, fact(ORDERED, "clerk.retry", "short", event_id="again"))
    assert saga.steps["clerk.retry"].state is StepState.COMPLETED
    assert saga.state is SagaState.RUNNING


def test_only_what_waited_for_an_event_is_placed_after_it() -> None:
    world = World()
    world.see(accepted, fact(PAID, "payment.pay", "never", event_id="lost"), paid, reserved, ordered)
    early = [event.event_id for event in world.log if isinstance(event, EventObserved) and event.early]
    assert early == [accepted.key.event_id, "lost", "paid", "reserved"]


def test_the_input_of_a_saga_is_that_of_the_event_that_started_it() -> None:
    assert World().see(ordered).input == ordered.data
    assert World().see(paid).input == EMPTY
    late = World()
    assert late.see(reserved, ordered).input == ordered.data, "though another one came first"
    assert late.see(*BOUGHT[2:]).state is SagaState.COMPLETED
    assert late.saga.input == ordered.data


def test_what_is_done_at_what_was_done_on_the_way_back_may_stand() -> None:
    told = "com.example.customer.told.v1"
    reactions = [{"name": "tell", "consumes": RELEASED, "completes": told}, {"name": "note", "consumes": told}]
    world = World(joined({"participant": "clerk", "reactions": reactions}))
    saga = world.see(*BROKE, fact(told, "clerk.tell", "released", event_id="told"), receipt("clerk.note", "told"))
    assert saga.state is SagaState.COMPENSATED
    assert saga.steps["clerk.note"].state is StepState.COMPLETED


def test_what_changes_nothing_may_stand() -> None:
    reaction = {"name": "look", "consumes": ORDERED, "effect_free": True}
    saga = World(joined({"participant": "clerk", "reactions": [reaction]})).see(
        *BROKE, receipt("clerk.look", "ordered")
    )
    assert saga.state is SagaState.COMPENSATED


def test_of_what_is_missing_undoing_is_told_first() -> None:
    world = World(changed("payment", consumes=ORDERED))
    world.see(ordered, AGAIN, fact(UNPAID, "payment.pay", "ordered", event_id="unpaid", refusal="NO_MONEY"))
    saga = world.wait()
    assert saga.failure is not None
    assert (saga.failure.reason, saga.failure_phase) == ("COMPENSATION_MISSING", Phase.COMPENSATE)


def test_what_must_not_happen_is_told_before_all_else_and_the_first_of_it_for_good() -> None:
    world = World()
    saga = world.see(ordered, fact(PAID, "payment.pay", "ordered", event_id="paid"))
    first = saga.failure
    assert world.bury(1, "stock.reserve", ordered.key).failure == first
    assert world.see(reserved, short).failure == first


def test_each_dead_letter_of_a_step_holds_the_saga_up() -> None:
    world = World()
    world.see(ordered, AGAIN)
    world.bury(1, "stock.reserve", ordered.key)
    world.bury(2, "stock.reserve", AGAIN.key)
    saga = world.see(reserved)
    assert (saga.state, saga.observation and list(saga.observation.letters)) == (SagaState.STUCK, [2])
    assert world.see(fact(RESERVED, "stock.reserve", "again", event_id="more")).state is SagaState.RUNNING


def test_a_step_that_is_retried_has_no_letters_and_those_of_another_one_hold_the_saga_up() -> None:
    world = World(changed("payment", consumes=ORDERED))
    world.see(ordered)
    world.bury(1, "stock.reserve", ordered.key)
    world.bury(2, "payment.pay", ordered.key)
    saga = world.operate(RETRY)
    assert (saga.state, saga.failure_step) == (SagaState.STUCK, "payment.pay")
    assert saga.observation is not None
    assert list(saga.observation.letters) == [2]
    assert world.operate(replace(RETRY, step_id="payment.pay")).state is SagaState.RUNNING


def test_a_letter_of_no_step_or_of_a_saga_that_has_ended_is_nothing() -> None:
    world = World()
    world.see(ordered)
    before = len(world.log)
    world.bury(1, "weather.note", ordered.key)
    assert len(world.log) == before
    world.see(short, receipt("order.refuse", "short"))
    assert world.saga.state is SagaState.COMPENSATED
    before = len(world.log)
    world.bury(2, "order.accept", ordered.key)
    assert len(world.log) == before
