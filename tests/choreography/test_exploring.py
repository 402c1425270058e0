"""What only a walk shows is found and told as a story; what is sound is left alone; each mechanism is missed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from sagaway.choreography.exploring import NothingBeginsError, Report, explore
from sagaway.choreography.facts import ReactionFacts, ServiceFacts
from sagaway.choreography.graph import Kind, check
from sagaway.choreography.walks import Mechanisms
from tests.choreography.examples import (
    FOUR,
    LOST,
    REFUNDED,
    SHIPPED,
    THREE,
    charge,
    inventory,
    order,
    payment,
    reserve,
)
from tests.participant.choreography.chain import CANCELLED, ORDER, PAID, RELEASED, RESERVED, UNPAID, choreography


def faults(report: Report) -> list[tuple[Kind, str]]:
    return [(story.kind, story.text) for story in report.stories if story.is_fault]


def changed(services: tuple[ServiceFacts, ...], *, reaction: str, **change: object) -> tuple[ServiceFacts, ...]:
    """Return the services with one reaction declared otherwise."""
    return tuple(
        replace(
            service,
            reactions=tuple(
                replace(each, **change) if each.name == reaction else each  # type: ignore[arg-type]
                for each in service.reactions
            ),
        )
        for service in services
    )


@pytest.mark.parametrize("services", [THREE, FOUR], ids=["three", "four"])
def test_a_sound_choreography_has_no_story(services: tuple[ServiceFacts, ...]) -> None:
    report = explore(services, duplicates=3)
    assert report.stories == ()
    assert report.is_complete


def test_the_one_of_the_kill_test_is_sound(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/x.db")
    report = explore([choreography(role, engine).facts for role in ("order", "inventory", "payment")])
    assert report.stories == ()


def test_a_branch_that_goes_on_while_another_refuses_is_found() -> None:
    """Every effect that `check` can see is undone; what the late branch leads on to is not."""
    racing = (
        ServiceFacts("order", (ORDER,), (ReactionFacts("cancel", UNPAID, effect_free=True),)),
        ServiceFacts("payment", (), (ReactionFacts("charge", ORDER, completes=PAID, rejects=UNPAID),)),
        ServiceFacts("shipping", (), (ReactionFacts("pack", ORDER, completes=SHIPPED, compensates_on=(UNPAID,)),)),
        ServiceFacts("mail", (), (ReactionFacts("thank", SHIPPED),)),
    )
    report = explore(racing)
    (story,) = report.stories
    assert (story.kind, story.is_fault) == (Kind.NOT_UNDONE, True)
    assert story.text == f"when payment.charge refuses with {UNPAID}, what mail.thank did may stand"
    assert story.sentences == (
        f"order starts the saga with {ORDER}.",
        f"payment.charge handles {ORDER}: it refuses with {UNPAID}.",
        f"order.cancel handles {UNPAID}: it does its work.",
        f"shipping.pack handles {ORDER}: it does its work, and emits {SHIPPED}.",
        f"{UNPAID} calls for the compensation of shipping.pack: it undoes what it did at {ORDER}.",
        f"mail.thank handles {SHIPPED}: it does its work.",
        "Nothing more happens; what mail.thank did stands.",
    )
    assert story.remedy == (
        f"declare its compensation, on one of {UNPAID}; or effect_free=True; or let it wait until none can refuse"
    )
    mended = changed(racing, reaction="thank", compensates_on=(UNPAID,))
    assert explore(mended).stories == ()


def test_a_way_back_that_is_emitted_on_one_of_two_paths_only_is_found() -> None:
    """The refund is announced by a compensation on one way back, and only told of by chance on the other."""
    either = changed(FOUR, reaction="charge", announces="", compensation_emits=(REFUNDED, "com.example.x.v1"))
    assert [finding for finding in check(either) if finding.is_fault] == []
    found = faults(explore(either))
    assert (Kind.NOT_UNDONE, f"when shipping.ship refuses with {LOST}, what inventory.reserve did may stand") in found


def test_a_way_back_that_needs_something_to_undo_fails_when_the_compensation_overtakes() -> None:
    """`emits` of a compensation comes only if it was called; `announces` comes always."""
    called = changed(FOUR, reaction="reserve", announces="", compensation_emits=(RELEASED,))
    called = changed(called, reaction="charge", announces="", compensation_emits=(REFUNDED,))
    assert [finding for finding in check(called) if finding.is_fault] == []
    assert faults(explore(called)) == []  # the order service cancels by itself, so it knows
    outside = tuple(replace(each, starts=(ORDER,)) if each.participant == "order" else each for each in called)
    story = explore(outside, [CANCELLED]).stories[0]
    assert story.text == f"when {CANCELLED} comes, order, which started the saga, may never hear of it"
    assert story.sentences == (
        f"order starts the saga with {ORDER}.",
        f"From outside, {CANCELLED} comes meanwhile.",
        f"{CANCELLED} calls for the compensation of inventory.reserve: there is nothing to undo, so it bars what may "
        "still come to it.",
        f"inventory.reserve is given {ORDER} only now: it was compensated before, so that has no effect.",
        f"{CANCELLED} calls for the compensation of payment.charge: there is nothing to undo, so it bars what may "
        "still come to it.",
        f"{CANCELLED} calls for the compensation of shipping.ship: there is nothing to undo, so it bars what may "
        "still come to it.",
        "Nothing more happens; order was never told that its saga went back.",
    )


@pytest.mark.parametrize(
    ("without", "kind", "who"),
    [
        (Mechanisms(inbox=False), Kind.EFFECT_TWICE, "inventory.reserve does its work twice at one event"),
        (Mechanisms(tombstone=False), Kind.EFFECT_LATE, "inventory.reserve does its work after its compensation"),
        (
            Mechanisms(tombstone=False),
            Kind.NOT_UNDONE,
            f"when {CANCELLED} comes, what inventory.reserve did may stand",
        ),
        (
            Mechanisms(announces=False),
            Kind.STARTER_NOT_TOLD,
            f"when payment.charge refuses with {UNPAID}, order, which started the saga, may never hear of it",
        ),
        (
            Mechanisms(announces=False),
            Kind.NOT_UNDONE,
            f"when shipping.ship refuses with {LOST}, what inventory.reserve did may stand",
        ),
    ],
)
def test_without_a_mechanism_a_counterexample_is_found(without: Mechanisms, kind: Kind, who: str) -> None:
    assert (kind, who) in faults(explore(FOUR, mechanisms=without))


def test_a_refusal_and_a_start_that_nobody_hears_are_told() -> None:
    unheard = replace(payment, reactions=(replace(charge, rejects=LOST),))
    assert (Kind.UNHEARD, f"{LOST} is handled by nobody") in faults(explore([order, inventory, unheard]))
    assert faults(explore([order])) == [(Kind.UNHEARD, f"{ORDER} is handled by nobody")]


def test_a_starter_that_never_hears_is_told_what_it_could_listen_to() -> None:
    deaf = replace(order, reactions=order.reactions[:2])
    (story,) = explore([deaf, inventory, payment]).stories
    assert story.kind is Kind.STARTER_NOT_TOLD
    assert story.remedy == f"let it react to one of {UNPAID}, {RELEASED}"


def test_a_starter_knows_if_it_heard_of_the_way_back_refused_itself_or_was_undone() -> None:
    notes = ReactionFacts("note", RESERVED, effect_free=True)
    starter = replace(order, reactions=(notes,))
    gives_back = replace(inventory, reactions=(replace(reserve, rejects=""),))
    untold = (
        Kind.STARTER_NOT_TOLD,
        f"when payment.charge refuses with {UNPAID}, order, which started the saga, may never hear of it",
    )
    # That the stock was reserved tells it nothing.
    assert faults(explore([starter, gives_back, payment])) == [untold]
    # A compensation tells it, but only one that can't overtake: otherwise there may be nothing to undo.
    undone = replace(notes, effect_free=False, compensates_on=(RELEASED,))
    assert untold in faults(explore([replace(starter, reactions=(undone,)), gives_back, payment]))
    assert faults(explore([replace(starter, reactions=gives_back.reactions), payment])) == []
    refuses = replace(notes, completes=PAID, rejects=UNPAID)
    assert faults(explore([replace(starter, reactions=(refuses,)), gives_back])) == []


def test_a_round_is_a_note_if_something_leads_out_and_a_fault_if_nothing_does() -> None:
    first = ServiceFacts("a", (ORDER,), (ReactionFacts("one", ORDER, completes=PAID, effect_free=True),))
    again = ReactionFacts("again", PAID, completes=ORDER, effect_free=True)
    (endless,) = explore([first, ServiceFacts("b", (), (again,))]).stories
    assert (endless.kind, endless.is_fault) == (Kind.CYCLE, True)
    assert endless.text == f"a saga goes round for ever: {ORDER}, {PAID}"
    assert endless.sentences[-1] == f"{ORDER} has come twice and is there again: so it goes round."
    leaves = replace(again, completes="", emits=(ORDER, SHIPPED), effect_free=False)
    (note,) = explore([first, ServiceFacts("b", (), (leaves,))]).stories
    assert (note.kind, note.is_fault) == (Kind.CYCLE, False)
    # A tombstone ends it: what was compensated has no effect in this saga any more.
    retry = ServiceFacts("retry", (), (ReactionFacts("again", RELEASED, completes=ORDER, effect_free=True),))
    assert explore([*THREE, retry]).stories == ()


def test_work_that_is_done_at_two_events_of_a_saga_is_noted() -> None:
    both = ServiceFacts("stores", (), tuple(ReactionFacts(f"pick_{side}", ORDER, completes=RESERVED) for side in "ab"))
    (story,) = explore(
        [replace(order, reactions=()), both, replace(payment, reactions=(ReactionFacts("charge", RESERVED),))]
    ).stories
    assert (story.kind, story.is_fault) == (Kind.DONE_TWICE, False)
    assert story.text == "payment.charge may do its work twice in one saga, at two events"


def test_a_bound_is_told_and_what_begins_nothing_is_refused() -> None:
    report = explore(FOUR, max_states=20)
    assert (report.states, report.is_complete) == (20, False)
    with pytest.raises(NothingBeginsError):
        explore([inventory, payment])
    # What comes from outside begins sagas if nobody else does.
    assert explore([inventory], [ORDER]).states > 1


def test_an_event_from_outside_may_come_at_any_time_or_never() -> None:
    """The reservation may be cancelled before it was made; and an effect that nothing calls back stands."""
    mail = ServiceFacts("mail", (), (ReactionFacts("thank", RESERVED),))
    bare = ServiceFacts("inventory", (), (replace(reserve, rejects="", compensates_on=(CANCELLED,)),))
    found = faults(explore([order, bare, mail], [CANCELLED]))
    assert found == [(Kind.NOT_UNDONE, f"when {CANCELLED} comes, what mail.thank did may stand")]
