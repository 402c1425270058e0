"""The part of OperationsService that pauses and resumes definitions and participants, and pauses as answers show them."""

# ruff: noqa: N802 - the contract's names.
from __future__ import annotations

from typing import Any

from orchestrator.api.backend import Backend
from orchestrator.api.convert import timestamp
from orchestrator.api.errors import DefinitionNotFound, ParticipantNotFound
from orchestrator.api.signature import read_signature
from orchestrator.api.validation import Check
from orchestrator.core.model import Signature
from orchestrator.engine.errors import DefinitionChoreographed
from orchestrator.store.base import Pause, PauseKind, Target
from sagaway.v1 import operations_service_pb2 as v1
from sagaway.v1 import operations_service_pb2_grpc, pause_pb2


class PauseRpcs(operations_service_pb2_grpc.OperationsServiceServicer):
    """Its RPCs; the contract says what each promises."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def PauseDefinition(self, request: v1.PauseDefinitionRequest, context: Any) -> v1.PauseDefinitionResponse:
        """Stop every saga of a definition where it stands."""
        target, by = await self._definition(request)
        pause, changed = await self._pause(target, by)
        return v1.PauseDefinitionResponse(pause=pause, changed=changed)

    async def ResumeDefinition(self, request: v1.ResumeDefinitionRequest, context: Any) -> v1.ResumeDefinitionResponse:
        """Let the sagas of a definition go on."""
        target, by = await self._definition(request)
        changed = await self._resume(target, by)
        standing = self._backend.engine.pausing.standing.definitions(target.namespace)
        versions = [pause.target.version for pause in standing if pause.target.name == target.name]
        return v1.ResumeDefinitionResponse(changed=changed, paused_versions=versions)

    async def PauseParticipant(self, request: v1.PauseParticipantRequest, context: Any) -> v1.PauseParticipantResponse:
        """Send nothing more to a participant."""
        target, by = await self._participant(request)
        pause, changed = await self._pause(target, by)
        return v1.PauseParticipantResponse(pause=pause, changed=changed)

    async def ResumeParticipant(
        self, request: v1.ResumeParticipantRequest, context: Any
    ) -> v1.ResumeParticipantResponse:
        """Let calls to a participant leave again."""
        target, by = await self._participant(request)
        return v1.ResumeParticipantResponse(changed=await self._resume(target, by))

    async def _pause(self, target: Target, by: Signature) -> tuple[pause_pb2.Pause | None, bool]:
        pause, changed = await self._backend.finish(self._backend.engine.pausing.pause(target, by))
        return pause_message(pause), changed

    async def _resume(self, target: Target, by: Signature) -> bool:
        return await self._backend.finish(self._backend.engine.pausing.resume(target, by))

    async def _definition(
        self, request: v1.PauseDefinitionRequest | v1.ResumeDefinitionRequest
    ) -> tuple[Target, Signature]:
        check = Check()
        namespace, name = check.namespace(request.namespace), check.identifier("name", request.name)
        version, by = check.version("version", request.version), read_signature(check, request)
        check.done()
        if not version:
            first = await self._backend.log.list_definitions(namespace, name, None, 1)
            definition = await self._backend.catalog.compiled(namespace, name, first[0].version) if first else None
        else:
            definition = await self._backend.catalog.compiled(namespace, name, version)
        if definition is None:
            raise DefinitionNotFound(namespace, name, version)
        if definition.choreography is not None:
            raise DefinitionChoreographed(definition, "its participants carry its sagas on, and nobody can pause them")
        return Target(PauseKind.DEFINITION, namespace, name, version), by

    async def _participant(
        self, request: v1.PauseParticipantRequest | v1.ResumeParticipantRequest
    ) -> tuple[Target, Signature]:
        check = Check()
        namespace, name = check.namespace(request.namespace), check.identifier("name", request.name)
        by = read_signature(check, request)
        check.done()
        if await self._backend.log.get_participant(namespace, name) is None:
            raise ParticipantNotFound(namespace, name)
        return Target(PauseKind.PARTICIPANT, namespace, name), by


def pause_message(pause: Pause | None) -> pause_pb2.Pause | None:
    """Return a pause in the contract's words; None: there is none."""
    if pause is None:
        return None
    return pause_pb2.Pause(
        pause_time=timestamp(pause.time),
        reason=pause.by.reason,
        claimed_actor=pause.by.claimed_actor,
        principal=pause.by.principal,
        all_versions=pause.target.kind is PauseKind.DEFINITION and not pause.target.version,
    )
