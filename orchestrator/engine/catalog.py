"""Registered definitions: kept in the log, compiled once.

A definition is registered together with what its participants promise then (`ActionFacts`): a saga must be judged by
the same promises for the whole of its life, however a participant changes afterwards. A choreography says itself what
its participants do (`orchestrator.engine.choreographies`); none of them need be registered.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import Mapping, Sequence

from orchestrator.core.definition import ActionFacts, SagaDefinition
from orchestrator.core.definition_document import (
    DefinitionInvalid,
    FactsLookup,
    MissingAction,
    MissingParticipant,
    canonical_json,
    read_definition,
)
from orchestrator.engine.choreographies import Choreographies, faults_of, is_choreography
from orchestrator.engine.errors import DefinitionExists
from orchestrator.store.base import CorruptLog, DefinitionRow, SagaLog

_HINTS = 200
"""Participants that a misspelt name is compared with."""


class DefinitionCatalog:
    """The registered definitions of all namespaces. One a process: it knows of every change it makes itself, and is told of
    others (`forget`).
    """

    def __init__(self, log: SagaLog) -> None:
        self._saga_log = log
        self._compiled: dict[tuple[str, str, int], SagaDefinition] = {}
        self._rows: dict[tuple[str, str, int], DefinitionRow] = {}
        self._choreographies = Choreographies(log, self.compiled)
        self._registering = asyncio.Lock()

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

    async def choreographies(self, namespace: str) -> Sequence[SagaDefinition]:
        """Return of each choreography of a namespace the version that new sagas are on: the newest not deprecated. One that
        is damaged in the log is left out.
        """
        return await self._choreographies.newest(namespace)

    async def has_choreographies(self) -> bool:
        """Tell whether a choreography is registered in any namespace."""
        return await self._choreographies.any()

    async def validate(self, namespace: str, document: Mapping[str, object]) -> SagaDefinition:
        """Check a definition against the registered participants, and register nothing.

        Args:
            namespace: where its participants are registered.
            document: the proto's JSON form, snake_case.

        Raises:
            DefinitionInvalid: with every fault.
        """
        if not is_choreography(document):
            return read_definition(document, await self._promised(namespace, document))
        definition = read_definition(document, _facts_of({}))
        if await self._stands(namespace, definition) is None:
            standing = await self._choreographies.standing(namespace)
            if faults := list(faults_of(document, definition, standing)):
                raise DefinitionInvalid(faults)
        return definition

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
        async with self._registering:
            return await self._register(namespace, document, now)

    async def _register(self, namespace: str, document: Mapping[str, object], now: int) -> tuple[DefinitionRow, bool]:
        definition = await self.validate(namespace, document)
        row = DefinitionRow(
            namespace=namespace,
            name=definition.name,
            version=definition.version,
            content_hash=definition.content_hash,
            document=canonical_json(document),
            facts="{}" if definition.choreography is not None else _facts_json(definition),
            create_time=now,
        )
        created = await self._saga_log.put_definition(row)
        self._forget(namespace, definition.name)
        standing = await self._stands(namespace, definition)
        if standing is None:
            raise DefinitionExists(definition.name, definition.version)
        return standing, created

    async def deprecate(self, namespace: str, name: str, version: int, now: int) -> DefinitionRow | None:
        """Let no new saga start with a version; returns it as it stands, or None if it is not registered."""
        if not await self._saga_log.deprecate_definition(namespace, name, version, now):
            return None
        self._forget(namespace, name)
        return await self.row(namespace, name, version)

    async def _stands(self, namespace: str, definition: SagaDefinition) -> DefinitionRow | None:
        """Return a definition as registered; None if it is not, or its name and version stand with other content."""
        row = await self._saga_log.get_definition(namespace, definition.name, definition.version)
        return row if row is not None and row.content_hash == definition.content_hash else None

    def forget(self) -> None:
        """Read everything anew from now on: another process has registered or deprecated something."""
        self._rows.clear()

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


def deduplication_retention(description: str) -> int:
    """Return how long a participant knows its operations again, microseconds, from the JSON that its row keeps."""
    return int(json.loads(description)["deduplication_retention"])


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
