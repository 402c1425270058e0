"""Drawings show what is declared, look the same each time, and no name can break one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

from sagaway.choreography.draw_dot import to_dot
from sagaway.choreography.draw_mermaid import to_mermaid
from sagaway.choreography.draw_text import to_text
from sagaway.choreography.drawing import Picture, picture, plain
from sagaway.choreography.facts import ReactionFacts, ServiceFacts
from tests.choreography.drawn import Drawn, read_dot, read_mermaid
from tests.choreography.examples import FOUR, LOST, SHIPPED, charge, inventory, order, payment
from tests.participant.choreography.chain import ORDER, PAID, RESERVED, choreography

FORMATS = {"mermaid": to_mermaid, "dot": to_dot, "text": to_text}
GOLDEN = Path(__file__).parent / "drawings"

# The refusal has another name than the compensation waits for, and the starter does not hear of it.
FAULTY = (
    replace(order, reactions=order.reactions[:2]),
    inventory,
    replace(payment, reactions=(replace(charge, rejects=LOST),)),
)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", ["chain", "faulty"])
def test_the_drawings_are_as_reviewed(name: str, form: str, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/x.db")
    chain = [choreography(role, engine).facts for role in ("order", "inventory", "payment")]
    drawn = FORMATS[form](picture({"chain": chain, "faulty": FAULTY}[name]))
    assert drawn == (GOLDEN / f"{name}.{form}").read_text(encoding="utf-8")


@pytest.mark.parametrize("services", [FOUR, FAULTY], ids=["four", "faulty"])
def test_both_languages_say_the_same(services: tuple[ServiceFacts, ...]) -> None:
    shown = picture(services, [SHIPPED])
    mermaid, dot = read_mermaid(to_mermaid(shown)), read_dot(to_dot(shown))
    assert (mermaid.boxes, mermaid.nodes) == (dot.boxes, dot.nodes)
    looks = {"": "-->", "dashed": "-.->", "dotted": "-.->"}
    assert mermaid.arrows == [(*arrow[:3], looks[arrow[3]]) for arrow in dot.arrows]


def test_refusals_and_the_way_back_look_different_and_faults_are_marked() -> None:
    shown = picture(FAULTY)
    arrows = {arrow.event: arrow for arrow in shown.arrows}
    dot = {label: look for _, label, _, look in read_dot(to_dot(shown)).arrows}
    assert dot[RESERVED] == ""
    assert dot[f"FAULT: {LOST}"] == "dashed"
    assert dot["com.example.inventory.released.v1"] == "dotted"
    assert (arrows[LOST].is_fault, arrows[RESERVED].is_fault) == (True, False)
    lines = to_text(shown).splitlines()
    assert f"!!    refuses {LOST} -> nobody" in lines
    assert lines[-1].startswith("note: unheard: ")


def read(shown: Picture) -> list[Drawn]:
    return [read_mermaid(to_mermaid(shown)), read_dot(to_dot(shown))]


HOSTILE = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ['"];x', 'a" --> b', "end", "subgraph", "%%{init: {}}%%", "\\", '\\"', "`x`", "<b>", "&amp;", "#quot;", "a\nb"]
    ),
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_name_breaks_a_drawing(service: str, one: str, two: str) -> None:
    reactions = (ReactionFacts(one, ORDER, emits=(PAID,)), ReactionFacts(two, PAID, effect_free=True))
    shown = picture([ServiceFacts(service, (ORDER,), reactions)])
    for drawn in read(shown):
        assert list(drawn.nodes.values()) == ["starts", plain(one), plain(two)]
        assert drawn.boxes == [(plain(service), ["n1", "n2", "n3"])]
        assert [arrow[:3] for arrow in drawn.arrows] == [("n1", ORDER, "n2"), ("n2", PAID, "n3")]
    assert all(line.isprintable() for line in to_text(shown).split("\n"))
