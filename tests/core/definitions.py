"""Definitions of a shop, in few words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from orchestrator.core.definition import ActionFacts, SagaDefinition
from orchestrator.core.definition_document import DefinitionInvalid, MissingAction, MissingParticipant, read_definition
from orchestrator.core.retry import SECOND

DAY = 86_400 * SECOND
ACTIONS = {
    "do": ActionFacts(deduplication_retention=30 * DAY),
    "send": ActionFacts(compensatable=False, deduplication_retention=30 * DAY),
    "look": ActionFacts(compensatable=False, effect_free=True, deduplication_retention=DAY),
}


def facts(participant: str, action: str) -> ActionFacts | MissingParticipant | MissingAction:
    if participant != "shop":
        return MissingParticipant(("shop",))
    return ACTIONS.get(action, MissingAction(tuple(ACTIONS)))


def step(id_: str, **fields: Any) -> dict[str, Any]:
    return {"id": id_, "participant": "shop", "action": "do", **fields}


def definition(*steps: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    return {"name": "order", "version": 1, "steps": list(steps), **fields}


def read(document: Mapping[str, object]) -> SagaDefinition:
    return read_definition(document, facts)


def faults(document: Mapping[str, object]) -> dict[str, str]:
    with pytest.raises(DefinitionInvalid) as caught:
        read(document)
    fields = [fault.field for fault in caught.value.faults]
    assert len(fields) == len(set(fields)), "a test reads one fault a field"
    return {fault.field: fault.description for fault in caught.value.faults}
