"""A saga as answers show it: what the log has now."""

from __future__ import annotations

from orchestrator.api.backend import Backend
from orchestrator.api.convert import purged_message, view_message
from orchestrator.api.events import readable
from orchestrator.core.model import SagaKey
from orchestrator.engine.errors import SagaNotFound
from orchestrator.engine.view import SagaView, not_found, read_saga
from sagaway.v1 import saga_pb2


async def viewed(backend: Backend, key: SagaKey) -> SagaView:
    """Return a saga as the log has it.

    Raises:
        SagaNotFound: there is no such saga.
        SagaQuarantined: its row or its log can't be read, and nobody has put it in quarantine yet.
    """
    with readable(key):
        view = await read_saga(backend.log, backend.catalog, key)
    if view is None:
        raise await not_found(backend.log, key)
    return view


async def shown(backend: Backend, key: SagaKey) -> saga_pb2.Saga:
    """Return a saga in full; raises as `viewed`."""
    return view_message(await viewed(backend, key), backend.clock.now())


async def remembered(backend: Backend, key: SagaKey) -> saga_pb2.Saga:
    """Return a saga in full, or what stays of it if it was purged; raises as `viewed`."""
    try:
        return await shown(backend, key)
    except SagaNotFound as error:
        if error.purged is None:
            raise
        return purged_message(error.purged)
