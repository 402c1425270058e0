"""DefinitionService: keeps saga definitions.

A definition travels as a message and is kept as that message's JSON form (canonical, hashed); the core checks the
JSON form, so faults are named by its paths, below the request's field `definition`.
"""

# ruff: noqa: N802 - the contract's names.
from __future__ import annotations

import json
from collections.abc import Iterator, Sized
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import Message

from orchestrator.api.backend import Backend
from orchestrator.api.convert import timestamp
from orchestrator.api.errors import DefinitionFaulty, DefinitionNotFound, Violation
from orchestrator.api.paging import decode_token, fill, next_token, scope
from orchestrator.api.pauses import pause_message
from orchestrator.api.validation import Check
from orchestrator.core.choreography_document import MAX_REACTIONS, MAX_TYPES
from orchestrator.core.definition_document import MAX_STEPS, DefinitionInvalid
from orchestrator.store.base import DefinitionRow, Pause
from sagaway.v1 import definition_pb2, definition_service_pb2_grpc
from sagaway.v1 import definition_service_pb2 as v1

MAX_DEFINITION = 2 << 20
"""The largest message that is looked into, bytes; as JSON the core allows 256 KiB, which is less in most cases."""

MAX_CODES = 16
"""As many gRPC codes as there are besides OK."""

_FIELD = "definition"


class DefinitionService(definition_service_pb2_grpc.DefinitionServiceServicer):
    """The service's RPCs; the contract says what each promises."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    async def RegisterDefinition(
        self, request: v1.RegisterDefinitionRequest, context: Any
    ) -> v1.RegisterDefinitionResponse:
        """Register a definition for good."""
        namespace = _checked(request)
        document = read_document(request.definition)
        now = self._backend.clock.now()
        try:
            row, created = await self._backend.finish(self._backend.catalog.register(namespace, document, now))
        except DefinitionInvalid as error:
            raise _faulty(request.definition.name, error) from error
        return v1.RegisterDefinitionResponse(definition=self._message(row), created=created)

    async def ValidateDefinition(
        self, request: v1.ValidateDefinitionRequest, context: Any
    ) -> v1.ValidateDefinitionResponse:
        """Check a definition and register nothing."""
        namespace = _checked(request)
        try:
            valid = await self._backend.catalog.validate(namespace, read_document(request.definition))
        except DefinitionInvalid as error:
            raise _faulty(request.definition.name, error) from error
        return v1.ValidateDefinitionResponse(content_hash=valid.content_hash)

    async def GetDefinition(self, request: v1.GetDefinitionRequest, context: Any) -> v1.GetDefinitionResponse:
        """Show a definition."""
        check = Check()
        namespace = check.namespace(request.namespace)
        name = check.identifier("name", request.name)
        version = check.version("version", request.version)
        check.done()
        row = await self._backend.catalog.row(namespace, name, version)
        if row is None:
            raise DefinitionNotFound(namespace, name, version)
        return v1.GetDefinitionResponse(definition=self._message(row))

    async def ListDefinitions(self, request: v1.ListDefinitionsRequest, context: Any) -> v1.ListDefinitionsResponse:
        """Show a page of definitions by name, then version."""
        check = Check()
        namespace = check.namespace(request.namespace)
        name = check.identifier("name", request.name) if request.name else ""
        size = check.page_size(request.page_size)
        check.done()
        scope_ = scope("definitions", namespace, name)
        after = decode_token(scope_, request.page_token, tuple[str, int])
        rows = await self._backend.log.list_definitions(namespace, name, after, size + 1)
        page = fill(rows, size, self._message)
        token = next_token(scope_, page, lambda row: (row.name, row.version))
        return v1.ListDefinitionsResponse(definitions=page.messages, next_page_token=token)

    async def DeprecateDefinition(
        self, request: v1.DeprecateDefinitionRequest, context: Any
    ) -> v1.DeprecateDefinitionResponse:
        """Let no new saga start with a version."""
        check = Check()
        namespace = check.namespace(request.namespace)
        name = check.identifier("name", request.name)
        version = check.version("version", request.version, required=True)
        check.done()
        now = self._backend.clock.now()
        row = await self._backend.finish(self._backend.catalog.deprecate(namespace, name, version, now))
        if row is None:
            raise DefinitionNotFound(namespace, name, version)
        return v1.DeprecateDefinitionResponse(definition=self._message(row))

    def _message(self, row: DefinitionRow) -> definition_pb2.RegisteredDefinition:
        pause = self._backend.engine.pausing.standing.definition(row.namespace, row.name, row.version)
        return definition_message(row, pause)


def definition_message(row: DefinitionRow, pause: Pause | None = None) -> definition_pb2.RegisteredDefinition:
    """Return a definition as registered, and whether it is paused."""
    return definition_pb2.RegisteredDefinition(
        namespace=row.namespace,
        definition=json_format.ParseDict(json.loads(row.document), definition_pb2.SagaDefinition()),
        content_hash=row.content_hash,
        create_time=timestamp(row.create_time),
        deprecate_time=timestamp(row.deprecate_time),
        pause=pause_message(pause),
    )


def read_document(definition: definition_pb2.SagaDefinition) -> dict[str, Any]:
    """Return a definition's JSON form, as the core reads it.

    Raises:
        DefinitionFaulty: it is far too large to be read for every fault, or a value has no JSON form (an infinite
            number, an impossible duration).
    """
    faults = list(_oversized(definition))
    if faults:
        raise DefinitionFaulty(definition.name, faults)
    document = _json(definition, "", faults)
    if faults:
        raise DefinitionFaulty(definition.name, faults)
    return document


def _oversized(definition: definition_pb2.SagaDefinition) -> Iterator[Violation]:
    """What is too large by so much that reading on would only keep the server busy."""
    if (size := definition.ByteSize()) > MAX_DEFINITION:
        yield Violation(_FIELD, f"has {size:,} bytes, the limit is {MAX_DEFINITION:,}")
    if len(definition.steps) > MAX_STEPS:
        yield Violation(f"{_FIELD}.steps", f"has {len(definition.steps):,} steps, the limit is {MAX_STEPS}")
        return
    for index, step in enumerate(definition.steps):
        path = f"steps[{index}]"
        yield from _too_long(f"{path}.after", step.after, MAX_STEPS)
        yield from _too_long(f"{path}.retry_codes", step.retry_codes, MAX_CODES)
        yield from _too_long(f"{path}.stop_codes", step.stop_codes, MAX_CODES)
    given = definition.choreography
    yield from _too_long("choreography.services", given.services, MAX_REACTIONS)
    yield from _too_long("choreography.outside", given.outside, MAX_TYPES)
    for index, service in enumerate(given.services[:MAX_REACTIONS]):
        path = f"choreography.services[{index}]"
        yield from _too_long(f"{path}.starts", service.starts, MAX_TYPES)
        yield from _too_long(f"{path}.reactions", service.reactions, MAX_REACTIONS)


def _too_long(path: str, values: Sized, limit: int) -> Iterator[Violation]:
    if len(values) > limit:
        yield Violation(f"{_FIELD}.{path}", f"has {len(values):,} entries, the limit is {limit}")


def _json(message: Message, path: str, faults: list[Violation]) -> dict[str, Any]:
    try:
        return json_format.MessageToDict(message, preserving_proto_field_name=True)
    except (json_format.Error, ValueError) as error:
        # Only now is it worth looking for the place.
        _find(message, path, error, faults)
        return {}


def _find(message: Message, path: str, error: Exception, faults: list[Violation]) -> None:
    before = len(faults)
    if message.DESCRIPTOR.file.package != "google.protobuf":  # Values and durations are leaves.
        for field, value in message.ListFields():
            inside = f"{path}.{field.name}" if path else field.name
            if field.type == field.TYPE_MESSAGE:
                parts = [(inside, value)] if isinstance(value, Message) else _numbered(inside, value)
                for place, part in parts:
                    _json(part, place, faults)
    if len(faults) == before:
        faults.append(Violation(f"{_FIELD}.{path}" if path else _FIELD, f"has no JSON form: {error}"))


def _numbered(path: str, values: Any) -> list[tuple[str, Message]]:
    return [(f"{path}[{index}]", value) for index, value in enumerate(values)]


def _checked(request: v1.RegisterDefinitionRequest | v1.ValidateDefinitionRequest) -> str:
    check = Check()
    namespace = check.namespace(request.namespace)
    if not request.HasField("definition"):
        check.fault(_FIELD, "is required")
    check.done()
    return namespace


def _faulty(name: str, error: DefinitionInvalid) -> DefinitionFaulty:
    return DefinitionFaulty(
        name,
        [Violation(f"{_FIELD}.{fault.field}" if fault.field else _FIELD, fault.description) for fault in error.faults],
    )
