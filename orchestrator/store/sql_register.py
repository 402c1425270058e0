"""The part of a saga log in SQL that holds what is registered: definitions, participants, what of them is paused, and
whether the log was restored from a backup.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from orchestrator.core.model import Signature
from orchestrator.store import pauses, register_queries, restores
from orchestrator.store.base import DefinitionRow, ParticipantRow, Pause, Target
from orchestrator.store.registered import Register
from orchestrator.store.sql_replicas import note_change

T = TypeVar("T")


class SqlRegister(Register):
    """A `Register`; transactions are those of whoever inherits it."""

    @abstractmethod
    async def _write(self, work: Callable[[Connection], T]) -> T:
        """Do ``work`` in a transaction that writes."""

    async def _change(self, work: Callable[[Connection], T]) -> T:
        """Do ``work`` in a transaction that writes, and let every replica see that there was a change."""

        def noted(connection: Connection) -> T:
            note_change(connection)
            return work(connection)

        return await self._write(noted)

    @abstractmethod
    async def _read(self, work: Callable[[Connection], T]) -> T:
        """Do ``work`` on a snapshot."""

    async def put_definition(self, row: DefinitionRow) -> bool:
        """See `Register.put_definition`."""
        return await self._change(lambda connection: register_queries.put_definition(connection, row))

    async def deprecate_definition(self, namespace: str, name: str, version: int, now: int) -> bool:
        """See `Register.deprecate_definition`."""
        return await self._change(
            lambda connection: register_queries.deprecate_definition(connection, namespace, name, version, now)
        )

    async def put_participant(self, row: ParticipantRow) -> None:
        """See `Register.put_participant`."""
        await self._change(lambda connection: register_queries.put_participant(connection, row))

    async def delete_participant(self, namespace: str, name: str) -> bool:
        """See `Register.delete_participant`."""
        return await self._change(lambda connection: register_queries.delete_participant(connection, namespace, name))

    async def get_definition(self, namespace: str, name: str, version: int) -> DefinitionRow | None:
        """See `Register.get_definition`."""
        return await self._read(
            lambda connection: register_queries.get_definition(connection, namespace, name, version)
        )

    async def list_definitions(
        self, namespace: str, name: str, after: tuple[str, int] | None, limit: int
    ) -> list[DefinitionRow]:
        """See `Register.list_definitions`."""
        return await self._read(
            lambda connection: register_queries.list_definitions(connection, namespace, name, after, limit)
        )

    async def definition_namespaces(self) -> list[str]:
        """See `Register.definition_namespaces`."""
        return await self._read(register_queries.definition_namespaces)

    async def get_participant(self, namespace: str, name: str) -> ParticipantRow | None:
        """See `Register.get_participant`."""
        return await self._read(lambda connection: register_queries.get_participant(connection, namespace, name))

    async def list_participants(
        self, namespace: str, after: tuple[str, str] | None, limit: int
    ) -> list[ParticipantRow]:
        """See `Register.list_participants`."""
        return await self._read(
            lambda connection: register_queries.list_participants(connection, namespace, after, limit)
        )

    async def pause(self, target: Target, by: Signature, now: int) -> bool:
        """See `Register.pause`."""
        return await self._change(lambda connection: pauses.pause(connection, target, by, now))

    async def resume(self, target: Target, by: Signature, now: int) -> bool:
        """See `Register.resume`."""
        return await self._change(lambda connection: pauses.resume(connection, target, by, now))

    async def list_pauses(self) -> list[Pause]:
        """See `Register.list_pauses`."""
        return await self._read(pauses.list_pauses)

    async def declare_restored(self, now: int) -> bool:
        """See `Register.declare_restored`."""
        return await self._change(lambda connection: restores.declare(connection, now))

    async def end_restore(self, by: Signature, now: int) -> bool:
        """See `Register.end_restore`."""
        return await self._change(lambda connection: restores.end(connection, by, now))

    async def restored_time(self) -> int:
        """See `Register.restored_time`."""
        return await self._read(restores.standing)
