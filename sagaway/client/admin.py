"""What is set up before sagas run: definitions and participants."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import TYPE_CHECKING

from sagaway.client.errors import NotFound, field_invalid
from sagaway.client.requests import build, pages
from sagaway.client.transport import Transport
from sagaway.v1 import (
    definition_pb2,
    definition_service_pb2,
    operations_service_pb2,
    participant_registry_service_pb2,
)
from sagaway.v1.definition_service_pb2_grpc import DefinitionServiceStub
from sagaway.v1.operations_service_pb2_grpc import OperationsServiceStub
from sagaway.v1.participant_registry_service_pb2_grpc import ParticipantRegistryServiceStub

if TYPE_CHECKING:
    from sagaway.v1.definition_service_pb2_grpc import DefinitionServiceAsyncStub
    from sagaway.v1.operations_service_pb2_grpc import OperationsServiceAsyncStub
    from sagaway.v1.participant_registry_service_pb2_grpc import ParticipantRegistryServiceAsyncStub


class Definitions:
    """The saga definitions of one namespace: `client.definitions`."""

    def __init__(self, transport: Transport, namespace: str) -> None:
        self._transport = transport
        self._namespace = namespace

    async def register(
        self, definition: definition_pb2.SagaDefinition
    ) -> definition_service_pb2.RegisterDefinitionResponse:
        """Register a definition, for good. The same content again changes nothing (`created` is False).

        Args:
            definition: as made by `sagaway.definitions` from YAML, JSON or the builder.

        Raises:
            InvalidArgument: `violations` lists every fault.
            AlreadyExists: name and version stand with other content.
        """
        request = build(
            definition_service_pb2.RegisterDefinitionRequest,
            namespace=self._namespace,
            definition=_definition(definition),
        )
        return await self._transport.call(self._stub.RegisterDefinition, request)

    async def validate(self, definition: definition_pb2.SagaDefinition) -> str:
        """Check a definition as `register` would, register nothing, and return its content hash.

        Raises:
            InvalidArgument: `violations` lists every fault.
            AlreadyExists: name and version stand with other content.
        """
        request = build(
            definition_service_pb2.ValidateDefinitionRequest,
            namespace=self._namespace,
            definition=_definition(definition),
        )
        response = await self._transport.call(self._stub.ValidateDefinition, request)
        return str(response.content_hash)

    async def get(self, name: str, version: int = 0) -> definition_pb2.RegisteredDefinition:
        """Return a definition.

        Args:
            name: its name.
            version: its version; 0: the highest that is not deprecated.

        Raises:
            NotFound: there is none.
        """
        request = build(
            definition_service_pb2.GetDefinitionRequest, namespace=self._namespace, name=name, version=version
        )
        return (await self._transport.call(self._stub.GetDefinition, request)).definition

    def list(self, name: str = "", *, page_size: int = 0) -> AsyncGenerator[definition_pb2.RegisteredDefinition, None]:
        """Iterate over definitions by name, then version, fetching pages as they are needed.

        Args:
            name: only this name's versions; empty: all.
            page_size: definitions a page, up to 1,000; 0: the server's default.
        """
        request = build(
            definition_service_pb2.ListDefinitionsRequest, namespace=self._namespace, name=name, page_size=page_size
        )
        return pages(self._transport, self._stub.ListDefinitions, request, "definitions")

    async def deprecate(self, name: str, version: int) -> definition_pb2.RegisteredDefinition:
        """Let no new saga start with a version; open sagas go on. Repeating it changes nothing.

        Raises:
            NotFound: there is no such version.
        """
        request = build(
            definition_service_pb2.DeprecateDefinitionRequest, namespace=self._namespace, name=name, version=version
        )
        return (await self._transport.call(self._stub.DeprecateDefinition, request)).definition

    async def pause(
        self, name: str, reason: str, *, version: int = 0, actor: str = ""
    ) -> operations_service_pb2.PauseDefinitionResponse:
        """Stop every saga of a definition where it stands, until `resume`; new ones are accepted and wait.

        Args:
            name: its name.
            reason: why, for people.
            version: its version; 0: all of them together, those registered later too.
            actor: who acts, as you say; the server adds whose token it was.

        Returns:
            The pause as it stands; `changed` is False if it stood already.

        Raises:
            NotFound: there is no such definition or version.
        """
        request = build(
            operations_service_pb2.PauseDefinitionRequest,
            namespace=self._namespace,
            name=name,
            version=version,
            reason=reason,
            claimed_actor=actor,
        )
        return await self._transport.call(self._hands.PauseDefinition, request)

    async def resume(
        self, name: str, reason: str, *, version: int = 0, actor: str = ""
    ) -> operations_service_pb2.ResumeDefinitionResponse:
        """Let the sagas of a definition go on; the arguments are those of `pause`.

        Returns:
            Whether that changed anything, and the versions that are still paused on their own.

        Raises:
            NotFound: there is no such definition or version.
            FailedPrecondition: all versions are paused together, and one is named (reason DEFINITION_PAUSED).
        """
        request = build(
            operations_service_pb2.ResumeDefinitionRequest,
            namespace=self._namespace,
            name=name,
            version=version,
            reason=reason,
            claimed_actor=actor,
        )
        return await self._transport.call(self._hands.ResumeDefinition, request)

    @property
    def _hands(self) -> OperationsServiceAsyncStub:
        stub: OperationsServiceAsyncStub = self._transport.stub(OperationsServiceStub)
        return stub

    @property
    def _stub(self) -> DefinitionServiceAsyncStub:
        stub: DefinitionServiceAsyncStub = self._transport.stub(DefinitionServiceStub)
        return stub


class Participants:
    """The participants of one namespace: `client.participants`."""

    def __init__(self, transport: Transport, namespace: str) -> None:
        self._transport = transport
        self._namespace = namespace

    async def register(
        self,
        name: str,
        address: str,
        *,
        max_concurrent_calls: int = 0,
        max_calls_per_second: float = 0,
        action_limits: Mapping[str, participant_registry_service_pb2.ActionLimits] | None = None,
    ) -> participant_registry_service_pb2.RegisterParticipantResponse:
        """Register a participant; the orchestrator asks it for its actions. The same again changes nothing.

        Args:
            name: what definitions call it.
            address: where the *orchestrator* reaches it, a gRPC target such as `127.0.0.1:50061`.
            max_concurrent_calls: at most this many calls to it at once; 0: 64.
            max_calls_per_second: at most this many calls to it a second, evenly; 0: as many as there are.
            action_limits: what is less for single actions, by the action's name.

        Raises:
            InvalidArgument: a field is wrong.
            AlreadyExists: the name stands with another address or other limits; use `update`.
            Unavailable: reason PARTICIPANT_UNREACHABLE: it did not answer.
            FailedPrecondition: reason PARTICIPANT_DESCRIPTION_INVALID: it answered nonsense.
        """
        request = build(
            participant_registry_service_pb2.RegisterParticipantRequest,
            participant=self._participant(name, address, max_concurrent_calls, max_calls_per_second, action_limits),
        )
        return await self._transport.call(self._stub.RegisterParticipant, request)

    async def update(
        self,
        name: str,
        address: str,
        *,
        max_concurrent_calls: int = 0,
        max_calls_per_second: float = 0,
        action_limits: Mapping[str, participant_registry_service_pb2.ActionLimits] | None = None,
    ) -> participant_registry_service_pb2.Participant:
        """Replace a participant's address and limits; it is asked for its actions anew.

        The limits are those of `register`. What is left out takes its default: no old limit is kept.

        Args:
            name: of a registered participant.
            address: where the orchestrator reaches it.
            max_concurrent_calls: calls to it at once.
            max_calls_per_second: calls to it a second.
            action_limits: what is less for single actions.

        Raises:
            NotFound: it is not registered.
            FailedPrecondition: a definition relies on something it no longer offers (reason PARTICIPANT_IN_USE).
            SagawayError: else as `register`.
        """
        request = build(
            participant_registry_service_pb2.UpdateParticipantRequest,
            participant=self._participant(name, address, max_concurrent_calls, max_calls_per_second, action_limits),
        )
        return (await self._transport.call(self._stub.UpdateParticipant, request)).participant

    async def get(self, name: str) -> participant_registry_service_pb2.Participant:
        """Return a participant.

        Raises:
            NotFound: it is not registered.
        """
        request = build(participant_registry_service_pb2.GetParticipantRequest, namespace=self._namespace, name=name)
        return (await self._transport.call(self._stub.GetParticipant, request)).participant

    def list(self, *, page_size: int = 0) -> AsyncGenerator[participant_registry_service_pb2.Participant, None]:
        """Iterate over participants by name, fetching pages as they are needed.

        Args:
            page_size: participants a page, up to 1,000; 0: the server's default.
        """
        request = build(
            participant_registry_service_pb2.ListParticipantsRequest, namespace=self._namespace, page_size=page_size
        )
        return pages(self._transport, self._stub.ListParticipants, request, "participants")

    async def unregister(self, name: str) -> None:
        """Remove a participant.

        Raises:
            NotFound: it is not registered.
            FailedPrecondition: open sagas need it (reason PARTICIPANT_IN_USE).
        """
        request = build(
            participant_registry_service_pb2.UnregisterParticipantRequest, namespace=self._namespace, name=name
        )
        try:
            await self._transport.call(self._stub.UnregisterParticipant, request)
        except NotFound as error:
            if error.attempts < 2:
                raise  # else an earlier attempt, whose answer was lost, may have removed it: it is gone either way

    async def pause(
        self, name: str, reason: str, *, actor: str = ""
    ) -> operations_service_pb2.PauseParticipantResponse:
        """Send nothing more to a participant, until `resume`; the steps that need it wait.

        Args:
            name: its name.
            reason: why, for people.
            actor: who acts, as you say; the server adds whose token it was.

        Returns:
            The pause as it stands; `changed` is False if it stood already.

        Raises:
            NotFound: it is not registered.
        """
        request = build(
            operations_service_pb2.PauseParticipantRequest,
            namespace=self._namespace,
            name=name,
            reason=reason,
            claimed_actor=actor,
        )
        return await self._transport.call(self._hands.PauseParticipant, request)

    async def resume(
        self, name: str, reason: str, *, actor: str = ""
    ) -> operations_service_pb2.ResumeParticipantResponse:
        """Let calls to a participant leave again, a few at first; the arguments are those of `pause`.

        Raises:
            NotFound: it is not registered.
        """
        request = build(
            operations_service_pb2.ResumeParticipantRequest,
            namespace=self._namespace,
            name=name,
            reason=reason,
            claimed_actor=actor,
        )
        return await self._transport.call(self._hands.ResumeParticipant, request)

    @property
    def _hands(self) -> OperationsServiceAsyncStub:
        stub: OperationsServiceAsyncStub = self._transport.stub(OperationsServiceStub)
        return stub

    def _participant(
        self,
        name: str,
        address: str,
        max_concurrent_calls: int,
        max_calls_per_second: float,
        action_limits: Mapping[str, participant_registry_service_pb2.ActionLimits] | None,
    ) -> participant_registry_service_pb2.Participant:
        return build(
            participant_registry_service_pb2.Participant,
            namespace=self._namespace,
            name=name,
            address=address,
            max_concurrent_calls=max_concurrent_calls,
            max_calls_per_second=max_calls_per_second,
            action_limits=action_limits,
        )

    @property
    def _stub(self) -> ParticipantRegistryServiceAsyncStub:
        stub: ParticipantRegistryServiceAsyncStub = self._transport.stub(ParticipantRegistryServiceStub)
        return stub


def _definition(definition: definition_pb2.SagaDefinition) -> definition_pb2.SagaDefinition:
    if not isinstance(definition, definition_pb2.SagaDefinition):
        fault = (
            f"a SagaDefinition message is needed, not a {type(definition).__name__}; "
            "sagaway.definitions makes one from a file, from text or in Python"
        )
        raise field_invalid("definition", fault)
    return definition
