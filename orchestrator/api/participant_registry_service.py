"""ParticipantRegistryService: keeps the names, addresses and limits of participants.

The log's rows are the truth. A change is written there first, and then told to the caller's registry, which renews
its channel, and to the engine, whose gates keep the limits. A participant is asked for its actions before anything is
written, and not under the lock: it may take its time, or never answer.
"""

# ruff: noqa: N802 - the contract's names.
from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, NamedTuple

from orchestrator.api import principal
from orchestrator.api.backend import Backend
from orchestrator.api.convert import duration, timestamp
from orchestrator.api.errors import ParticipantExists, ParticipantInUse, ParticipantNotFound
from orchestrator.api.limits import action_messages, check_actions, limits_of, read_limits
from orchestrator.api.overview import status_message
from orchestrator.api.paging import decode_token, fill, next_token, scope
from orchestrator.api.promises import broken_promises
from orchestrator.api.validation import Check
from orchestrator.caller.base import Limits
from orchestrator.caller.description import batch_limit, parse_description, probed_actions, seals
from orchestrator.caller.limits import limits_json, limits_text
from orchestrator.caller.registry import ParticipantRegistry, Registration
from orchestrator.core.definition import SagaDefinition
from orchestrator.core.model import Signature
from orchestrator.engine.load import Traffic
from orchestrator.store.base import DefinitionRow, ParticipantRow, PauseKind, SagaLog, Target
from sagaway.v1 import participant_registry_service_pb2 as v1
from sagaway.v1 import participant_registry_service_pb2_grpc, participant_service_pb2

_PAGE = 500


class _Asked(NamedTuple):
    """What a request asks for."""

    namespace: str
    name: str
    address: str
    limits: Limits

    def stands_as(self, row: ParticipantRow) -> bool:
        return (self.address, self.limits) == (row.address, limits_of(row))


async def load_participants(
    log: SagaLog, registry: ParticipantRegistry, changed: Callable[[str, str], None] = lambda namespace, name: None
) -> None:
    """Tell a registry of every participant in the log: at the start, and when another replica has changed some.

    Args:
        log: the saga log.
        registry: what it knows then is what the log says.
        changed: told of those of which it knew something else.

    Raises:
        StoreError: the log can't be read now.
    """
    after: tuple[str, str] | None = None
    gone = set(registry.names())
    while rows := await log.list_participants("", after, _PAGE):
        for row in rows:
            gone.discard((row.namespace, row.name))
            if registry.find(row.namespace, row.name) != registration_of(row):
                registry.register(row.namespace, row.name, registration_of(row))
                changed(row.namespace, row.name)
        after = (rows[-1].namespace, rows[-1].name)
    for namespace, name in gone:
        registry.remove(namespace, name)


def registration_of(row: ParticipantRow) -> Registration:
    """Return what a participant's row says to who calls it."""
    said = row.description
    return Registration(row.address, limits_of(row), batch_limit(said), probed_actions(said), seals(said))


class ParticipantRegistryService(participant_registry_service_pb2_grpc.ParticipantRegistryServiceServicer):
    """The service's RPCs; the contract says what each promises."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._writing = asyncio.Lock()

    async def RegisterParticipant(
        self, request: v1.RegisterParticipantRequest, context: Any
    ) -> v1.RegisterParticipantResponse:
        """Register a participant after asking it for its actions."""
        asked = _read(request)
        standing = await self._standing(asked)
        if standing is not None:
            return v1.RegisterParticipantResponse(participant=self._message(standing))
        description = await self._describe(asked)
        row, created = await self._backend.finish(self._register(asked, description))
        return v1.RegisterParticipantResponse(participant=self._message(row), created=created)

    async def UpdateParticipant(
        self, request: v1.UpdateParticipantRequest, context: Any
    ) -> v1.UpdateParticipantResponse:
        """Replace a participant's address and limits and ask it for its actions anew."""
        asked = _read(request)
        await self._get(asked.namespace, asked.name)
        description = await self._describe(asked)
        row = await self._backend.finish(self._update(asked, description))
        return v1.UpdateParticipantResponse(participant=self._message(row))

    async def GetParticipant(self, request: v1.GetParticipantRequest, context: Any) -> v1.GetParticipantResponse:
        """Show a participant."""
        namespace, name = _read_name(request)
        return v1.GetParticipantResponse(participant=self._message(await self._get(namespace, name)))

    async def ListParticipants(self, request: v1.ListParticipantsRequest, context: Any) -> v1.ListParticipantsResponse:
        """Show a page of participants by name."""
        check = Check()
        namespace = check.namespace(request.namespace)
        size = check.page_size(request.page_size)
        check.done()
        scope_ = scope("participants", namespace)
        after = decode_token(scope_, request.page_token, str)
        position = None if after is None else (namespace, after)
        rows = await self._backend.log.list_participants(namespace, position, size + 1)
        traffic = self._backend.engine.traffic(namespace)
        page = fill(rows, size, lambda row: participant_message(row, traffic.get(row.name)))
        token = next_token(scope_, page, lambda row: row.name)
        return v1.ListParticipantsResponse(participants=page.messages, next_page_token=token)

    async def UnregisterParticipant(
        self, request: v1.UnregisterParticipantRequest, context: Any
    ) -> v1.UnregisterParticipantResponse:
        """Remove a participant."""
        namespace, name = _read_name(request)
        await self._backend.finish(self._unregister(namespace, name))
        return v1.UnregisterParticipantResponse()

    def _message(self, row: ParticipantRow) -> v1.Participant:
        return participant_message(row, self._backend.engine.traffic(row.namespace).get(row.name))

    async def _register(self, asked: _Asked, description: str) -> tuple[ParticipantRow, bool]:
        async with self._writing:
            standing = await self._standing(asked)
            if standing is not None:  # Somebody was first.
                return standing, False
            return await self._put(asked, description), True

    async def _update(self, asked: _Asked, description: str) -> ParticipantRow:
        async with self._writing:
            await self._get(asked.namespace, asked.name)
            broken: list[tuple[str, str]] = []
            async for row, definition in self._users(asked.namespace, asked.name):
                faults = broken_promises(definition, row.document, asked.name, description)
                if faults and (row.deprecate_time is None or await self._open_sagas(row)):
                    broken += [(f"{row.name}/{row.version}", fault) for fault in faults]
            if broken:
                listed = "; ".join(f"{user}: {fault}" for user, fault in broken)
                message = f"registered definitions rely on what participant {asked.name!r} no longer offers: {listed}"
                raise ParticipantInUse(asked.name, message, broken)
            return await self._put(asked, description)

    async def _unregister(self, namespace: str, name: str) -> None:
        async with self._writing:
            await self._get(namespace, name)
            users = []
            async for row, _ in self._users(namespace, name):
                if count := await self._open_sagas(row):
                    users.append((f"{row.name}/{row.version}", f"{count} open sagas"))
            if users:
                listed = ", ".join(f"{count} of {user}" for user, count in users)
                raise ParticipantInUse(name, f"participant {name!r} is needed by {listed}; let them end first", users)
            await self._backend.log.delete_participant(namespace, name)
            self._backend.registry.remove(namespace, name)
            if self._backend.engine.pausing.standing.participant(namespace, name) is not None:
                by = Signature("it was unregistered", principal=principal.current().name)
                await self._backend.engine.pausing.resume(Target(PauseKind.PARTICIPANT, namespace, name), by)

    async def _put(self, asked: _Asked, description: str) -> ParticipantRow:
        now = self._backend.clock.now()
        calls, others = asked.limits.calls, limits_json(asked.limits)
        row = ParticipantRow(asked.namespace, asked.name, asked.address, calls, description, now, now, others)
        await self._backend.log.put_participant(row)
        self._backend.registry.register(asked.namespace, asked.name, registration_of(row))
        self._backend.engine.limits_changed(asked.namespace, asked.name)
        return await self._get(asked.namespace, asked.name)

    async def _describe(self, asked: _Asked) -> str:
        """Ask whoever is at the address for its actions.

        Raises:
            RequestInvalid: an action is to be limited that it does not offer.
        """
        description = await self._backend.registry.describe(asked.address, self._backend.settings.describe_timeout)
        check_actions(asked.limits, [action["name"] for action in parse_description(description)["actions"]])
        return description

    async def _get(self, namespace: str, name: str) -> ParticipantRow:
        row = await self._backend.log.get_participant(namespace, name)
        if row is None:
            raise ParticipantNotFound(namespace, name)
        return row

    async def _standing(self, asked: _Asked) -> ParticipantRow | None:
        """Return the participant if it stands as asked for.

        Raises:
            ParticipantExists: it stands otherwise.
        """
        row = await self._backend.log.get_participant(asked.namespace, asked.name)
        if row is not None and not asked.stands_as(row):
            raise ParticipantExists(
                asked.name,
                f"participant {asked.name!r} is registered with address {row.address!r} and "
                f"takes {limits_text(limits_of(row))}; use UpdateParticipant to change them",
            )
        return row

    async def _users(self, namespace: str, name: str) -> AsyncIterator[tuple[DefinitionRow, SagaDefinition]]:
        """Yield every registered definition with a step of this participant. A choreography has none: it calls nobody."""
        after: tuple[str, int] | None = None
        while rows := await self._backend.log.list_definitions(namespace, "", after, _PAGE):
            for row in rows:
                definition = await self._backend.catalog.compiled(namespace, row.name, row.version)
                if definition is None or definition.choreography is not None:
                    continue
                if any(step.participant == name for step in definition.steps):
                    yield row, definition
            after = (rows[-1].name, rows[-1].version)

    async def _open_sagas(self, row: DefinitionRow) -> int:
        return await self._backend.log.count_open(row.namespace, [(row.name, row.version)])


def participant_message(row: ParticipantRow, traffic: Traffic | None) -> v1.Participant:
    """Return a participant as registered, with how calls to it stand."""
    said, limits = parse_description(row.description), limits_of(row)
    return v1.Participant(
        namespace=row.namespace,
        name=row.name,
        address=row.address,
        max_concurrent_calls=row.max_concurrent_calls,
        description=participant_service_pb2.DescribeActionsResponse(
            actions=[participant_service_pb2.ActionDescription(**action) for action in said["actions"]],
            deduplication_retention=duration(said["deduplication_retention"]),
            stable_replies=said["stable_replies"],
            execute_batch_limit=said.get("execute_batch_limit", 0),
            seals=said.get("seals", False),
        ),
        create_time=timestamp(row.create_time),
        update_time=timestamp(row.update_time),
        status=status_message(traffic),
        max_calls_per_second=limits.rate,
        action_limits=action_messages(limits),
    )


def _read(request: v1.RegisterParticipantRequest | v1.UpdateParticipantRequest) -> _Asked:
    check = Check()
    if not request.HasField("participant"):
        check.fault("participant", "is required")
        check.done()
    participant = request.participant
    asked = _Asked(
        check.namespace(participant.namespace, "participant.namespace"),
        check.identifier("participant.name", participant.name),
        check.address("participant.address", participant.address),
        read_limits(check, participant),
    )
    check.done()
    return asked


def _read_name(request: v1.GetParticipantRequest | v1.UnregisterParticipantRequest) -> tuple[str, str]:
    check = Check()
    namespace, name = check.namespace(request.namespace), check.identifier("name", request.name)
    check.done()
    return namespace, name
