"""What a registered definition relies on, against what its participant offers now.

A definition pins its participants' promises when it is registered, and its sagas are judged by them all their lives.
So a participant may promise more later, but not less: an action that is gone, a Compensate that undoes nothing any
more, replies that are no longer stable, or rows forgotten too early would break sagas that count on them.
"""

from __future__ import annotations

import json

from orchestrator.core.definition import ActionFacts, SagaDefinition, StepDefinition, StepKind
from orchestrator.core.definition_document import DefinitionInvalid, MissingAction, MissingParticipant, read_definition
from orchestrator.engine.catalog import action_facts


def broken_promises(definition: SagaDefinition, document: str, participant: str, description: str) -> list[str]:
    """Return what a definition relies on and a participant no longer offers, as sentences; empty if it offers all.

    Args:
        definition: the definition, compiled with its pinned promises.
        document: its stored JSON.
        participant: the participant's name.
        description: what it says of itself now, as stored JSON.
    """
    offered = action_facts(description)
    broken: list[str] = []
    for step in definition.steps:
        if step.participant == participant:
            now = offered.get(step.action)
            broken += [f"step {step.id!r} relies on {what}" for what in _missing(step, now)]
    if broken:
        return broken
    pinned = {(step.participant, step.action): step.facts for step in definition.steps}

    def facts(name: str, action: str) -> ActionFacts | MissingParticipant | MissingAction:
        return offered[action] if name == participant else pinned[name, action]

    try:
        read_definition(json.loads(document), facts)
    except DefinitionInvalid as error:
        return [f"{fault.field}: {fault.description}" for fault in error.faults]
    return []


def _missing(step: StepDefinition, now: ActionFacts | None) -> list[str]:
    if now is None:
        return [f"action {step.action!r}"]
    then = step.facts
    promises = (
        ("its Compensate", step.kind is StepKind.COMPENSATABLE and then.compensatable, now.compensatable),
        ("its being effect_free", then.effect_free, now.effect_free),
        ("stable_replies", then.stable_replies, now.stable_replies),
        ("a deduplication_retention", then.deduplication_retention > 0, now.deduplication_retention > 0),
    )
    return [f"{what} (action {step.action!r})" for what, needed, kept in promises if needed and not kept]
