"""The part of OperationsService that ends the time after a restore from a backup."""

# ruff: noqa: N802 - the contract's names.
from __future__ import annotations

from typing import Any

from orchestrator.api.backend import Backend
from orchestrator.api.signature import read_signature
from orchestrator.api.validation import Check
from sagaway.v1 import operations_service_pb2 as v1
from sagaway.v1 import operations_service_pb2_grpc


class RestoreRpcs(operations_service_pb2_grpc.OperationsServiceServicer):
    """Its RPC; the contract says what it promises."""

    _backend: Backend

    async def EndRestore(self, request: v1.EndRestoreRequest, context: Any) -> v1.EndRestoreResponse:
        """Let sagas go back as ever."""
        check = Check()
        by = read_signature(check, request)
        check.done()
        changed = await self._backend.finish(self._backend.engine.restoring.end(by))
        return v1.EndRestoreResponse(changed=changed)
