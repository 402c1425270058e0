"""The part of a saga log in SQL that gives sagas to this process.

Theory. A claim whose COMMIT got no answer may stand: then its sagas are this process's, nobody else looks after them,
and no other claim finds them. So what such a claim would have returned is kept. The next claim of a page looks which of
it stands, and returns that first; any other claim that comes upon such a saga says of it what
the first would have.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import Connection

from orchestrator.core.model import SagaKey
from orchestrator.store import parked, queries
from orchestrator.store.base import Claimed, CorruptLog, LogUnavailable

T = TypeVar("T")
Work = Callable[[Connection], Sequence[Claimed]]


class SqlClaims:
    """The claims of a `SagaLog`; threads and transactions are those of whoever inherits it."""

    _epoch = 0
    _since = 0

    def __init__(self) -> None:
        # Of the writer's thread alone.
        self._doubtful: dict[bytes, Claimed] = {}

    @abstractmethod
    async def _in_writer(self, job: Callable[[], T]) -> T:
        """Do ``job`` in the thread that writes."""

    @abstractmethod
    def _in_transaction(self, work: Callable[[Connection], T], *, renews: bool = False) -> T:
        """Do ``work`` in a transaction that writes, in the thread that does."""

    async def claim_orphans(self, limit: int) -> list[Claimed]:
        """See `SagaLog.claim_orphans`."""
        return await self._claim_page(
            lambda connection: queries.claim_orphans(connection, self._epoch, self._since, limit), limit
        )

    async def claim_due(self, now: int, limit: int) -> list[Claimed]:
        """See `SagaLog.claim_due`."""
        return await self._claim_page(lambda connection: queries.claim_due(connection, self._epoch, now, limit), limit)

    async def claim_parked(self, namespace: str, participant: str, limit: int) -> list[Claimed]:
        """See `SagaLog.claim_parked`."""
        return await self._claim(
            lambda connection: parked.claim_parked(connection, self._epoch, self._since, namespace, participant, limit)
        )

    async def claim_held(self, namespace: str, definition: str, version: int, limit: int) -> list[Claimed]:
        """See `SagaLog.claim_held`."""
        place = (namespace, definition, version)
        return await self._claim(
            lambda connection: parked.claim_held(connection, self._epoch, self._since, place, limit)
        )

    async def claim(self, key: SagaKey) -> Claimed | None:
        """See `SagaLog.claim`."""
        corrupt: list[CorruptLog] = []

        def one(connection: Connection) -> list[Claimed]:
            claimed = queries.claim(connection, self._epoch, self._since, key)
            if isinstance(claimed, CorruptLog):
                corrupt.append(claimed)
                return []
            return [] if claimed is None else [claimed]

        found = await self._claim(one)
        if corrupt:
            raise corrupt[0]
        return found[0] if found else None

    async def _claim(self, work: Work) -> list[Claimed]:
        return await self._in_writer(lambda: self._claim_now(work))

    async def _claim_page(self, work: Work, limit: int) -> list[Claimed]:
        """Claim a page; what an earlier claim has taken, but could not tell, comes first."""

        def with_doubtful(connection: Connection) -> Sequence[Claimed]:
            return self._standing(connection)[:limit] or work(connection)

        return await self._in_writer(lambda: self._claim_now(with_doubtful))

    def _claim_now(self, work: Work) -> list[Claimed]:
        page: list[Claimed] = []

        def noted(connection: Connection) -> None:
            page.extend(self._as_first_claimed(work(connection)))

        try:
            self._in_transaction(noted)
        except LogUnavailable:
            self._doubtful |= {claimed.row.uid: claimed for claimed in page}
            raise
        for claimed in page:
            self._doubtful.pop(claimed.row.uid, None)
        return page

    def _standing(self, connection: Connection) -> list[Claimed]:
        """Return the doubtful claims that stand, as their sagas are now, and forget the others.

        Another replica may have appended to them since; that makes nothing known of what the owner before had on its way.
        """
        if not self._doubtful:
            return []
        claims = queries.claims_of(connection, self._epoch, self._doubtful)
        for uid, claimed in list(self._doubtful.items()):
            if claims.get(uid) != claimed.row.claim:
                del self._doubtful[uid]
        return queries.take(connection, list(self._doubtful), self._epoch, self._since)

    def _as_first_claimed(self, page: Iterable[Claimed]) -> Iterable[Claimed]:
        for claimed in page:
            first = self._doubtful.get(claimed.row.uid)
            same = first is not None and first.orphaned and first.row.claim == claimed.row.claim
            yield replace(claimed, orphaned=True) if same else claimed
