"""The registered choreographies, as the observer needs them; and what must hold for one to be registered.

Rules.

1. *The graph of a choreography has no faults* (`sagaway.choreography.graph`): what it declares would go wrong otherwise.
2. *A type starts sagas of one choreography only*: an event that starts a saga says nothing of its choreography. A version
   that is not deprecated may always be the one that new sagas are on, so all of them count.
3. *One that is damaged in the log keeps none of the others from being observed.*
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

import structlog

from orchestrator.core.definition import SagaDefinition
from orchestrator.core.definition_document import DefinitionFault
from orchestrator.store.base import CorruptLog, DefinitionRow, SagaLog
from sagaway.choreography import graph
from sagaway.choreography.facts import from_document

_log = structlog.get_logger(__name__)

FIELD = "choreography"
_PAGE = 100

Compiled = Callable[[str, str, int], Awaitable[SagaDefinition | None]]


def is_choreography(document: Mapping[str, object]) -> bool:
    """Tell whether a definition's document is that of a choreography."""
    return FIELD in document


class Choreographies:
    """Those of all namespaces, read once and again after each change, whichever replica made it.

    The log is asked each time whether there was one: an event may come here a moment after another replica has answered
    that its choreography is registered. One that was let go by then would be lost to its saga.
    """

    def __init__(self, log: SagaLog, compiled: Compiled) -> None:
        self._log = log
        self._compiled = compiled
        self._known: dict[str, Sequence[SagaDefinition]] = {}
        self._revision: int | None = None

    async def standing(self, namespace: str) -> Sequence[SagaDefinition]:
        """Return every version that is not deprecated and can be read, by name and version.

        Raises:
            LogUnavailable: the log can't be read now.
        """
        revision = await self._log.register_revision()  # before what it is of: so what is kept is at most too new
        if revision != self._revision:
            self._known.clear()
            self._revision = revision
        known = self._known.get(namespace)
        if known is None:
            known = [one async for one in self._read(namespace)]
            if revision == self._revision:
                self._known[namespace] = known
        return known

    async def newest(self, namespace: str) -> Sequence[SagaDefinition]:
        """Return of each choreography the version that new sagas are on."""
        return list({one.name: one for one in await self.standing(namespace)}.values())

    async def any(self) -> bool:
        """Tell whether there is one in any namespace."""
        return any([await self.standing(one) for one in await self._log.definition_namespaces()])

    async def _read(self, namespace: str) -> AsyncIterator[SagaDefinition]:
        after: tuple[str, int] | None = None
        while rows := await self._log.list_definitions(namespace, "", after, _PAGE):
            for row in rows:
                if row.deprecate_time is None and (definition := await self._read_one(row)) is not None:
                    yield definition
            after = (rows[-1].name, rows[-1].version)

    async def _read_one(self, row: DefinitionRow) -> SagaDefinition | None:
        try:
            if not is_choreography(json.loads(row.document)):
                return None
            return await self._compiled(row.namespace, row.name, row.version)
        except (ValueError, CorruptLog) as error:
            _log.error(
                "a choreography can't be read",
                namespace=row.namespace,
                name=row.name,
                version=row.version,
                error=str(error),
            )
            return None


def faults_of(
    document: Mapping[str, Any], definition: SagaDefinition, standing: Sequence[SagaDefinition]
) -> Iterator[DefinitionFault]:
    """Yield why a choreography can't be registered.

    Args:
        document: its definition's, without faults in itself.
        definition: the same, compiled.
        standing: the choreographies of its namespace.
    """
    given = document[FIELD]
    services = [from_document(service) for service in given["services"]]
    for finding in graph.check(services, given.get("outside", ())):
        if finding.is_fault:
            yield DefinitionFault(FIELD, f"{finding.kind.value}: {finding.text}")
    for other in standing:
        if other.name != definition.name:
            yield from _shared(definition, other)


def _shared(definition: SagaDefinition, other: SagaDefinition) -> Iterator[DefinitionFault]:
    assert definition.choreography is not None, "only choreographies are registered here"
    assert other.choreography is not None, "only choreographies are registered here"
    for event_type in sorted(definition.choreography.starts & other.choreography.starts):
        yield DefinitionFault(
            FIELD,
            f"{event_type} starts sagas of the choreography {other.name!r} version {other.version} too, and nobody could "
            "tell whose a saga is: register both as one choreography, or deprecate that version",
        )
