"""What is wrong with a choreography is found in its declarations, and what is right is left alone."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from sagaway.choreography.facts import DocumentError, ReactionFacts, ServiceFacts, from_document, to_document
from sagaway.choreography.graph import Kind, check
from tests.choreography.examples import LOST, SHIPPED, charge, inventory, order, payment, reserve
from tests.participant.choreography.chain import ORDER, PAID, RELEASED, RESERVED, UNPAID, choreography


def found(*services: ServiceFacts, outside: tuple[str, ...] = ()) -> list[tuple[Kind, bool]]:
    return [(finding.kind, finding.is_fault) for finding in check(services, outside)]


def test_a_choreography_that_fits_together_has_no_findings() -> None:
    assert check([order, inventory, payment]) == []


def test_the_real_one_of_the_kill_test_is_sound(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/x.db")
    services = [choreography(role, engine).facts for role in ("order", "inventory", "payment")]
    assert [finding for finding in check(services) if finding.is_fault] == []
    assert [from_document(to_document(service)) for service in services] == services


def test_who_waits_for_an_event_that_nobody_emits_is_named() -> None:
    findings = check([order, inventory])
    texts = [finding.text for finding in findings if finding.kind is Kind.NEVER_FIRES]
    assert texts[0].startswith(f"reaction order.complete waits for {PAID}, which nobody emits")
    assert texts[1].startswith(f"the compensation of reaction inventory.reserve waits for {UNPAID}")
    assert (Kind.NEVER_FIRES, True) not in found(order, inventory, outside=(PAID, UNPAID))


def test_a_start_and_a_refusal_that_nobody_hears_are_faults_and_an_end_is_a_note() -> None:
    assert (Kind.UNHEARD, True) in found(order)
    texts = [
        finding.text
        for finding in check([order, inventory, replace(payment, reactions=(replace(charge, rejects=LOST),))])
    ]
    assert f"the refusal {LOST} is handled by nobody: what was done before it stands" in texts
    shipping = ServiceFacts("shipping", (), (ReactionFacts("ship", PAID, emits=(SHIPPED,)),))
    assert found(order, inventory, payment, shipping) == [(Kind.UNHEARD, False)]


def test_an_effect_that_no_refusal_leads_back_to_is_a_fault() -> None:
    forgetful = ServiceFacts("inventory", (), (replace(reserve, compensates_on=(), announces=""),))
    texts = [finding.text for finding in check([order, forgetful, payment]) if finding.kind is Kind.NOT_UNDONE]
    assert texts == [
        f"when payment.charge refuses with {UNPAID}, what inventory.reserve did may stand, and nothing undoes it: "
        "declare its compensation, or effect_free=True"
    ]
    deaf = ServiceFacts("inventory", (), (replace(reserve, compensates_on=(LOST,)),))
    (text,) = [
        finding.text
        for finding in check([order, deaf, payment], [LOST])
        if finding.kind is Kind.NOT_UNDONE and finding.is_fault
    ]
    assert text.endswith(f"add an event that follows to the `on` of its compensation: {UNPAID}")


def test_what_runs_beside_the_refusal_counts_and_what_comes_after_it_does_not() -> None:
    beside = ServiceFacts("mail", (), (ReactionFacts("thank", ORDER),))
    after = ServiceFacts("mail", (), (ReactionFacts("thank", PAID),))
    assert found(order, inventory, payment, after) == []
    # It may stand when the stock is short, and when the card is.
    assert found(order, inventory, payment, beside) == [(Kind.NOT_UNDONE, True)] * 2
    excused = replace(beside, reactions=(replace(beside.reactions[0], effect_free=True),))
    assert found(order, inventory, payment, excused) == []


def test_a_starter_that_never_hears_is_a_fault() -> None:
    deaf = replace(order, reactions=order.reactions[:2])
    findings = check([deaf, inventory, payment])
    (text,) = [finding.text for finding in findings if finding.kind is Kind.STARTER_NOT_TOLD]
    assert text.startswith(
        f"when payment.charge refuses with {UNPAID}, order, which started the saga, never hears of it"
    )


def test_a_cycle_is_noted_once() -> None:
    again = ServiceFacts("retry", (), (ReactionFacts("again", RELEASED, emits=(ORDER,), effect_free=True),))
    notes = [finding for finding in check([order, inventory, payment, again]) if finding.kind is Kind.CYCLE]
    assert len(notes) == 1
    assert not notes[0].is_fault
    for event_type in (ORDER, RESERVED, UNPAID, RELEASED):
        assert event_type in notes[0].text
    assert PAID not in notes[0].text


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ([], "the document: it must be a JSON object"),
        ({}, "participant: it is missing"),
        ({"participant": "x", "start": []}, "the document: it has no field 'start'; its fields are participant,"),
        ({"participant": "x", "starts": ["y"]}, "starts: type: 'y' is not reverse-DNS"),
        ({"participant": "x", "starts": [7]}, "starts: type: '' is not reverse-DNS"),
        ({"participant": "x", "reactions": [7]}, "reactions[0]: it must be a JSON object"),
        ({"participant": "x", "reactions": [{"name": "y"}]}, "reactions[0].consumes: it is missing"),
        ({"participant": "x", "reactions": [{"name": 7}]}, "reactions[0]: name must be a str"),
        ({"participant": "x", "reactions": [{"name": "y", "consumes": "z"}]}, "reactions[0].consumes: type: 'z'"),
    ],
)
def test_a_document_that_is_none_is_told_where(document: object, fault: str) -> None:
    with pytest.raises(DocumentError) as caught:
        from_document(document)
    assert str(caught.value).startswith(fault)
