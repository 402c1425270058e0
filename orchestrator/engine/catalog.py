"""Registered definitions: kept in the log, compiled once.

A definition is registered together with what its participants promise then (`ActionFacts`): a saga must be judged by
the same promises for the whole of its life, however a participant changes afterwards.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping

from orchestrator.core.definition import ActionFacts, SagaDefinition
from orchestrator.core.definition_document import (
    DefinitionInvalid,
    FactsLookup,
    MissingAction,
    MissingParticipant,
    canonical_json,
    read_definition,
)
from orchestrator.engine.errors import DefinitionExists
from orchestrator.store.base import CorruptLog, DefinitionRow, SagaLog

_HINTS = 200
"""Participants that a misspelt name is compared with."""


class DefinitionCatalog:
    """The registered definitions of all namespaces. One a process: it knows of every change it makes itself."""

    def __init__(self, log: SagaLog) -> None:
        self._saga_log = log
        self._compiled: dict[tuple[str, str, int], SagaDefinition] = {}
        self._rows: dict[tuple[str, str, int], DefinitionRow] = {}

    async def row(self, namespace: str, name: str, version: int) -> DefinitionRow | None:
        """Return a definition as registered; version 0: the highest that is not deprecated."""
        known = self._rows.get((namespace, name, version))
        if known is None:
            known = await self._saga_log.get_definition(namespace, name, version)
            if known is not None:
                self._rows[namespace, name, version] = known
        return known

    async def compiled(self, namespace: str, name: str, version: int) -> SagaDefinition | None:
        """Return a definition ready to run, or None if it is not registered; version 0: as in `row`.

        Raises:
            CorruptLog: what is stored under this name and version is no valid definition.
        """
        row = await self.row(namespace, name, version)
        if row is None:
            return None
        key = (namespace, name, row.version)
        definition = self._compiled.get(key)
        if definition is None:
            try:
                definition = read_definition(json.loads(row.document), _pinned(json.loads(row.facts)))
            except (ValueError, DefinitionInvalid) as error:
                raise CorruptLog(f"the stored definition {name!r} version {row.version} is invalid: {error}") from error
            self._compiled[key] = definition
        return definition

    async def validate(self, namespace: str, document: Mapping[str, object]) -> SagaDefinition:
        """Check a definition against the registered participants, and register nothing.

        Args:
            namespace: where its participants are registered.
            document: the proto's JSON form, snake_case.

        Raises:
            DefinitionInvalid: with every fault.
        """
        return read_definition(document, await self._promised(namespace, document))

    async def register(self, namespace: str, document: Mapping[str, object], now: int) -> tuple[DefinitionRow, bool]:
        """Register a definition for good.

        Args:
            namespace: where to register it.
            document: the proto's JSON form, snake_case.
            now: microseconds.

        Returns:
            The definition as registered, and False if the same content was registered before.

        Raises:
            DefinitionInvalid: with every fault.
            DefinitionExists: its name and version stand with other content.
        """
        facts = await self._promised(namespace, document)
        definition = read_definition(document, facts)
        row = DefinitionRow(
            namespace=namespace,
            name=definition.name,
            version=definition.version,
            content_hash=definition.content_hash,
            document=canonical_json(document),
            facts=_facts_json(definition),
            create_time=now,
        )
        created = await self._saga_log.put_definition(row)
        self._forget(namespace, definition.name)
        standing = await self._saga_log.get_definition(namespace, definition.name, definition.version)
        if standing is None or standing.content_hash != row.content_hash:
            raise DefinitionExists(definition.name, definition.version)
        return standing, created

    async def deprecate(self, namespace: str, name: str, version: int, now: int) -> DefinitionRow | None:
        """Let no new saga start with a version; returns it as it stands, or None if it is not registered."""
        if not await self._saga_log.deprecate_definition(namespace, name, version, now):
            return None
        self._forget(namespace, name)
        return await self.row(namespace, name, version)

    def _forget(self, namespace: str, name: str) -> None:
        for key in [key for key in self._rows if key[:2] == (namespace, name)]:
            del self._rows[key]

    async def _promised(self, namespace: str, document: Mapping[str, object]) -> FactsLookup:
        """What the participants that a document names promise now, and some others, for hints at a misspelt name."""
        steps = document.get("steps")
        named = {
            step.get("participant") for step in (steps if isinstance(steps, list) else ()) if isinstance(step, Mapping)
        }
        rows = await self._saga_log.list_participants(namespace, None, _HINTS)
        described = {row.name: action_facts(row.description) for row in rows}
        for name in named - described.keys():
            row = await self._saga_log.get_participant(namespace, name) if isinstance(name, str) else None
            if row is not None:
                described[row.name] = action_facts(row.description)
        return _facts_of(described)


def action_facts(description: str) -> Mapping[str, ActionFacts]:
    """Return what a participant promises, by action, from the JSON that its row keeps."""
    said = json.loads(description)
    return {
        action["name"]: ActionFacts(
            compensatable=action["compensatable"],
            effect_free=action["effect_free"],
            stable_replies=said["stable_replies"],
            deduplication_retention=said["deduplication_retention"],
        )
        for action in said["actions"]
    }


def _facts_of(described: Mapping[str, Mapping[str, ActionFacts]]) -> FactsLookup:
    def facts(participant: str, action: str) -> ActionFacts | MissingParticipant | MissingAction:
        actions = described.get(participant)
        if actions is None:
            return MissingParticipant(tuple(sorted(described)))
        return actions.get(action, MissingAction(tuple(sorted(actions))))

    return facts


def _pinned(stored: Mapping[str, Mapping[str, Mapping[str, object]]]) -> FactsLookup:
    return _facts_of(
        {
            participant: {action: ActionFacts(**facts) for action, facts in actions.items()}  # type: ignore[arg-type]
            for participant, actions in stored.items()
        }
    )


def _facts_json(definition: SagaDefinition) -> str:
    pinned: dict[str, dict[str, dict[str, object]]] = {}
    for step in definition.steps:
        pinned.setdefault(step.participant, {})[step.action] = dataclasses.asdict(step.facts)
    return json.dumps(pinned, sort_keys=True, separators=(",", ":"))
