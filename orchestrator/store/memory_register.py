"""The part of the saga log in memory that holds what is registered; see `orchestrator.store.memory`."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace

from orchestrator.core.model import Signature
from orchestrator.store.base import DefinitionRow, ParticipantRow, Pause, Target
from orchestrator.store.registered import Register


class MemoryRegister(Register):
    """A `Register`; whether it is open, and may be written, is for whoever inherits it to say."""

    def __init__(self, beside: MemoryRegister | None = None) -> None:
        """Make it empty, or one with another."""
        self._definitions: dict[tuple[str, str, int], DefinitionRow] = {} if beside is None else beside._definitions
        self._participants: dict[tuple[str, str], ParticipantRow] = {} if beside is None else beside._participants
        self._pauses: dict[Target, Pause] = {} if beside is None else beside._pauses
        self._restores: list[int] = [] if beside is None else beside._restores  # the one that stands, or none
        self._changes: list[None] = [] if beside is None else beside._changes

    @abstractmethod
    def _check_open(self) -> None:
        """See that it can be used.

        Raises:
            LogUnavailable: it can't.
        """

    @abstractmethod
    def _check_writable(self) -> None:
        """See that it can be written.

        Raises:
            LogUnavailable: it can't be used.
            LogFatal: another has taken it over.
        """

    async def register_revision(self) -> int:
        """See `Replicas.register_revision`."""
        self._check_open()
        return len(self._changes)

    def _begin_change(self) -> None:
        self._check_writable()
        self._changes.append(None)

    async def put_definition(self, row: DefinitionRow) -> bool:
        """See `Register.put_definition`."""
        self._begin_change()
        place = (row.namespace, row.name, row.version)
        if place in self._definitions:
            return False
        self._definitions[place] = row
        return True

    async def deprecate_definition(self, namespace: str, name: str, version: int, now: int) -> bool:
        """See `Register.deprecate_definition`."""
        self._begin_change()
        row = self._definitions.get((namespace, name, version))
        if row is not None and row.deprecate_time is None:
            self._definitions[namespace, name, version] = replace(row, deprecate_time=now)
        return row is not None

    async def put_participant(self, row: ParticipantRow) -> None:
        """See `Register.put_participant`."""
        self._begin_change()
        old = self._participants.get((row.namespace, row.name))
        create_time = row.create_time if old is None else old.create_time
        self._participants[row.namespace, row.name] = replace(row, create_time=create_time)

    async def delete_participant(self, namespace: str, name: str) -> bool:
        """See `Register.delete_participant`."""
        self._begin_change()
        return self._participants.pop((namespace, name), None) is not None

    async def get_definition(self, namespace: str, name: str, version: int) -> DefinitionRow | None:
        """See `Register.get_definition`."""
        self._check_open()
        if version:
            return self._definitions.get((namespace, name, version))
        rows = [row for (space, other, _), row in self._definitions.items() if (space, other) == (namespace, name)]
        current = [row for row in rows if row.deprecate_time is None]
        return max(current, key=lambda row: row.version, default=None)

    async def list_definitions(
        self, namespace: str, name: str, after: tuple[str, int] | None, limit: int
    ) -> list[DefinitionRow]:
        """See `Register.list_definitions`."""
        self._check_open()
        rows = [row for row in self._definitions.values() if row.namespace == namespace and name in ("", row.name)]
        rows.sort(key=lambda row: (row.name, row.version))
        return [row for row in rows if after is None or (row.name, row.version) > after][:limit]

    async def definition_namespaces(self) -> list[str]:
        """See `Register.definition_namespaces`."""
        self._check_open()
        return sorted({row.namespace for row in self._definitions.values()})

    async def get_participant(self, namespace: str, name: str) -> ParticipantRow | None:
        """See `Register.get_participant`."""
        self._check_open()
        return self._participants.get((namespace, name))

    async def list_participants(
        self, namespace: str, after: tuple[str, str] | None, limit: int
    ) -> list[ParticipantRow]:
        """See `Register.list_participants`."""
        self._check_open()
        rows = [row for row in self._participants.values() if namespace in ("", row.namespace)]
        rows.sort(key=lambda row: (row.namespace, row.name))
        return [row for row in rows if after is None or (row.namespace, row.name) > after][:limit]

    async def pause(self, target: Target, by: Signature, now: int) -> bool:
        """See `Register.pause`."""
        self._begin_change()
        if target in self._pauses:
            return False
        self._pauses[target] = Pause(target, now, by)
        return True

    async def resume(self, target: Target, by: Signature, now: int) -> bool:
        """See `Register.resume`."""
        self._begin_change()
        return self._pauses.pop(target, None) is not None

    async def list_pauses(self) -> list[Pause]:
        """See `Register.list_pauses`."""
        self._check_open()
        return list(self._pauses.values())

    async def declare_restored(self, now: int) -> bool:
        """See `Register.declare_restored`."""
        self._begin_change()
        if await self.restored_time():
            return False
        self._restores.append(now)
        return True

    async def end_restore(self, by: Signature, now: int) -> bool:
        """See `Register.end_restore`."""
        self._begin_change()
        stood = bool(await self.restored_time())
        self._restores.clear()
        return stood

    async def restored_time(self) -> int:
        """See `Register.restored_time`."""
        self._check_open()
        return self._restores[-1] if self._restores else 0
