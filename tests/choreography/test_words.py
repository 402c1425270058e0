"""The core is pure and imports nothing of the bus's: the words that both have must be the same."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import create_engine

from orchestrator.core import choreography, observing
from orchestrator.core.choreography_document import read_choreography
from orchestrator.core.definition_fields import Faults, Fields
from sagaway.bus import EventInvalidError
from sagaway.bus.events import check_type
from sagaway.choreography.receipts import RECEIPT, Outcome
from sagaway.participant import Participant
from sagaway.participant.choreography import Choreography


def test_receipts_and_sources_are_the_sdks() -> None:
    assert choreography.RECEIPT == RECEIPT
    assert observing._BLOCKED == Outcome.BLOCKED
    made = Choreography(Participant("stock", create_engine("sqlite://")))
    assert choreography.participant_of(made.source) == "stock"


@pytest.mark.parametrize(
    "event_type",
    [
        *("com.example.a.v1", "com.example.a-b_c.v12", "com.example.a.v999999999", "com." * 49 + "v1"),
        *("a.v1", "com.example.a", "a", "Com.example.a.v1", "com..a.v1", "com.é.v1", "com.a.v0", "com.a.v1234567890"),
        *("com.a.v1 ", "com." * 50 + "v1"),
    ],
)
def test_what_is_a_type_to_the_bus_is_one_to_a_definition(event_type: str) -> None:
    try:
        check_type(event_type)
        is_type = True
    except EventInvalidError:
        is_type = False
    faults = Faults()
    reaction = {"name": "react", "consumes": event_type}
    document: dict[str, Any] = {
        "choreography": {"services": [{"participant": "p", "starts": ["com.a.v1"], "reactions": [reaction]}]}
    }
    read_choreography(Fields(document, "", ["choreography"], faults), "choreography", faults)
    assert (not faults.found) is is_type
