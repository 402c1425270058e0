"""A saga, with the client to ask about it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sagaway.client.values import output_of
from sagaway.v1 import saga_pb2

if TYPE_CHECKING:
    from sagaway.client.client import Client


class SagaHandle:
    """A saga one has started or named, with the client to ask about it.

    Attributes:
        saga: as it stood when last read by this handle.
        created: False if an earlier call had started it (same id, same request).
    """

    def __init__(self, client: Client, saga: saga_pb2.Saga, created: bool) -> None:
        self._client = client
        self.saga = saga
        self.created = created

    @property
    def saga_id(self) -> str:
        """The saga's id."""
        return str(self.saga.saga_id)

    @property
    def output(self) -> Any:
        """The output of the COMPLETED saga; see `output_of`.

        Raises:
            SagaNotCompleted: it stood elsewhere when last read.
        """
        return output_of(self.saga)

    async def refresh(self) -> saga_pb2.Saga:
        """Read the saga anew and return it."""
        self.saga = await self._client.get(self.saga_id)
        return self.saga

    async def wait(self, limit: timedelta | None = None) -> saga_pb2.Saga:
        """Wait until the saga is settled, and return it; see `Client.wait`. One that was purged is not asked for any more."""
        if self.saga.HasField("purge_time"):
            return self.saga
        self.saga = await self._client.wait(self.saga_id, limit)
        return self.saga

    async def cancel(self, reason: str = "") -> saga_pb2.Saga:
        """Ask the saga to undo itself; see `Client.cancel`."""
        self.saga = await self._client.cancel(self.saga_id, reason)
        return self.saga

    def events(self, *, after_sequence: int = 0) -> AsyncGenerator[saga_pb2.SagaEvent, None]:
        """Iterate over the saga's events so far; see `Client.events`."""
        return self._client.events(self.saga_id, after_sequence=after_sequence)

    def watch(self, *, after_sequence: int = 0) -> AsyncGenerator[saga_pb2.SagaEvent, None]:
        """Iterate over the saga's events as they are committed, until it ends; see `Client.watch`."""
        return self._client.watch(self.saga_id, after_sequence=after_sequence)
