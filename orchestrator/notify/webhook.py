"""Tells a webhook of every saga that needs a person: once it is STUCK or in quarantine, and until it was taken.

Theory. The saga log is the queue. A round reads the dead letters from it and sends those that were not taken yet; a
saga that has moved on by then is not told of any more. So nothing has to be kept in step with the log, a receiver that
is away for a day costs no memory, and the engine is not waited for: all it does is to say "look now".

What was taken is remembered in memory only. After a restart every saga that still needs a person is told again, with
the same id, and the receiver knows it by that. A mark in the log instead would cost a write for each, and could be lost
itself between the receiver's answer and the write: receivers have to know a repetition anyway.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

import structlog

from orchestrator.core.events import Event, SagaStuck
from orchestrator.core.model import Saga, SagaKey, SagaState
from orchestrator.engine.catalog import DefinitionCatalog
from orchestrator.engine.errors import SagaQuarantined
from orchestrator.engine.instruments import Instruments
from orchestrator.engine.view import read_saga
from orchestrator.notify.letter import Letter, quarantined_letter, stuck_letter
from orchestrator.notify.post import Answer, Post
from orchestrator.store.base import ListPosition, SagaFilter, SagaLog, SagaRow, StoreError

LOOK_SECONDS = 10.0
"""How often the log is looked at without a hint: of a quarantine nobody tells."""

FIRST_BACKOFF = 1.0
LAST_BACKOFF = 60.0
"""Seconds after a round in which a letter was not taken: doubled from the one to the other, with jitter."""

MOST_FAILURES = 3
"""So many letters that were not taken end a round: the receiver is away, and not one letter bad."""

MOST_LETTERS = 10_000
"""Dead letters that a round looks at, the newest of each namespace first; more are told of as these are settled."""

_PAGE = 200

_log = structlog.get_logger(__name__)


class _Told(NamedTuple):
    """What was taken of a saga: the row it was told from, and the letter's id."""

    sequence: int
    quarantine_time: int | None
    id: str

    def covers(self, row: SagaRow) -> bool:
        return (self.sequence, self.quarantine_time) == (row.sequence, row.quarantine_time)


class Webhook(Instruments):
    """Tells; listens to the engine only to be quick about it.

    Attributes:
        counts: letters that were `sent` (taken), attempts that `failed`, and letters `dropped` because their saga had
            moved on before they were taken.
    """

    def __init__(self, post: Post, chance: random.Random | None = None) -> None:
        """Make one; `start` sets it going. Needs a running event loop.

        Args:
            post: how letters are sent.
            chance: for the jitter.
        """
        self.counts: Mapping[str, int]
        self._counted = self.counts = {"sent": 0, "failed": 0, "dropped": 0}
        self._post = post
        self._chance = chance or random.Random()
        self._hint = asyncio.Event()
        self._told: dict[SagaKey, _Told] = {}
        self._owed: set[SagaKey] = set()
        self._failing = False
        self._crowded = False
        self._task: asyncio.Task[None] | None = None

    def committed(self, saga: Saga, events: Sequence[Event]) -> None:
        """See `Instruments.committed`."""
        if saga.state is SagaState.STUCK and any(type(event) is SagaStuck for event in events):
            self._hint.set()

    def start(self, log: SagaLog, catalog: DefinitionCatalog) -> None:
        """Begin, with every saga that needs a person now.

        Args:
            log: the saga log, open.
            catalog: the registered definitions.
        """
        self._task = asyncio.create_task(self._run(log, catalog), name="webhook")

    async def close(self) -> None:
        """Stop; what was not taken is told after the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self, log: SagaLog, catalog: DefinitionCatalog) -> None:
        failures = 0
        while True:
            self._hint.clear()
            try:
                refused = await self._round(log, catalog)
            except StoreError:
                refused = None  # the engine says so, and more loudly
            except Exception:
                _log.exception("the dead-letter webhook met a fault of ours; trying again")
                refused = None
            failures = 0 if refused is None else failures + 1
            if refused is not None:
                ceiling = min(LAST_BACKOFF, FIRST_BACKOFF * 2.0 ** min(failures - 1, 30))
                await asyncio.sleep(max(refused.retry_after, self._chance.uniform(ceiling / 2, ceiling)))
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):
                    await self._hint.wait()

    async def _round(self, log: SagaLog, catalog: DefinitionCatalog) -> Answer | None:
        """Tell of what was not taken yet; returns the last answer that was a refusal, or None."""
        dead: set[SagaKey] = set()
        refused: Answer | None = None
        failures = 0
        async for row in _dead_letters(log):
            dead.add(row.key)
            told = self._told.get(row.key)
            if failures == MOST_FAILURES or (told is not None and told.covers(row)):
                continue  # only to know who is still there
            letter = await _letter(log, catalog, row)
            if letter is None:
                dead.discard(row.key)
                continue
            if told is None or told.id != letter.id:
                answer = await self._send(row, letter)
                if answer.fault:
                    refused, failures = answer, failures + 1
                    continue
            self._told[row.key] = _Told(row.sequence, row.quarantine_time, letter.id)
        if len(dead) >= MOST_LETTERS and not self._crowded:
            _log.warning("there are more dead letters than the webhook looks at", looked_at=MOST_LETTERS)
        self._crowded = len(dead) >= MOST_LETTERS
        self._counted["dropped"] += len(self._owed - dead)
        self._owed &= dead
        self._told = {key: told for key, told in self._told.items() if key in dead}
        return refused

    async def _send(self, row: SagaRow, letter: Letter) -> Answer:
        answer = await self._post.send(letter)
        if answer.fault:
            self._counted["failed"] += 1
            self._owed.add(row.key)
            if not self._failing:
                _log.warning("the dead-letter webhook does not take letters; trying again", error=answer.fault)
            self._failing = True
        else:
            self._counted["sent"] += 1
            self._owed.discard(row.key)
            if self._failing:
                _log.info("the dead-letter webhook takes letters again")
            self._failing = False
        return answer


async def _dead_letters(log: SagaLog) -> AsyncIterator[SagaRow]:
    """Yield the rows of sagas that need a person, up to `MOST_LETTERS`."""
    left = MOST_LETTERS
    for namespace in await _namespaces(log):
        after: ListPosition | None = None
        filter_ = SagaFilter(namespace, dead_letters=True)
        while left and (rows := await log.list_sagas(filter_, after, min(_PAGE, left))):
            left -= len(rows)
            for row in rows:
                yield row
            after = ListPosition(rows[-1].start_time, rows[-1].uid)


async def _namespaces(log: SagaLog) -> list[str]:
    """Return every namespace that may have dead letters: no participant leaves whose sagas are open, STUCK ones too."""
    found: dict[str, None] = {}
    after: tuple[str, str] | None = None
    while rows := await log.list_participants("", after, _PAGE):
        found |= dict.fromkeys(row.namespace for row in rows)
        after = (rows[-1].namespace, rows[-1].name)
    return list(found)


async def _letter(log: SagaLog, catalog: DefinitionCatalog, row: SagaRow) -> Letter | None:
    """Return what is to be told of a saga as it stands now; None: it needs nobody any more."""
    installation = log.installation.id
    try:
        view = await read_saga(log, catalog, row.key)
    except SagaQuarantined:
        return None  # it is not put aside yet, and will be
    if view is None:
        return None
    saga, row = view
    if row.quarantine_time is not None:
        return quarantined_letter(installation, saga, row)
    if saga is None or saga.state is not SagaState.STUCK:
        return None
    stuck = [each for each in await log.read_events(row.key) if each.event.type == SagaStuck.__name__][-1]
    return stuck_letter(installation, saga, row, stuck.sequence, stuck.event.time)
