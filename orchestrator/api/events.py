"""A saga's events from the log to the client: by page, and as a stream.

Each event is shown with the saga's state after it, by the transition table. The state at the start of a page is in
the page's token; without one, the events before are read for it, which for most sagas are few.

A stream holds no events but those of one short read: a slow watcher costs no memory, and one that takes nothing for
too long is sent away with the last sequence it was given.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from typing import Any, NamedTuple

from orchestrator.api.convert import event_message, state_after
from orchestrator.api.errors import WatcherTooSlow
from orchestrator.api.paging import MAX_PAGE, decode_token, encode_token, scope
from orchestrator.core.events import CompensationStarted, Event
from orchestrator.core.model import TERMINAL, SagaKey, SagaState
from orchestrator.core.retry import SECOND
from orchestrator.engine.errors import SagaQuarantined
from orchestrator.store import codec
from orchestrator.store.base import CorruptLog, SagaLog
from sagaway.v1 import orchestrator_service_pb2, saga_pb2

_READ = 32
"""Events in one read: with the largest payloads, some 32 MiB."""


class _Position(NamedTuple):
    """After which event one stands, the saga's state there, and whether it was aborted by then."""

    sequence: int
    state: SagaState = SagaState.PENDING
    aborted: bool = False


class _Placed(NamedTuple):
    """An event, and the position after it."""

    event: Event
    position: _Position


@contextmanager
def readable(key: SagaKey) -> Iterator[None]:
    """Around reading from a saga's log: what can't be read counts as in quarantine, though nobody has put it there.

    Raises:
        SagaQuarantined: the log can't be read.
    """
    try:
        yield
    except CorruptLog as error:
        raise SagaQuarantined(key, str(error)) from error


async def list_events(
    log: SagaLog, key: SagaKey, after: int, size: int, token: str
) -> tuple[list[saga_pb2.SagaEvent], str]:
    """Return a page of a saga's events and the next page's token.

    Args:
        log: where to read.
        key: the saga.
        after: only events after this sequence.
        size: at most this many.
        token: of the page before, or empty.

    Raises:
        PageTokenInvalid: the token is not of this list.
    """
    scope_ = scope("events", key.namespace, key.saga_id, after)
    position = decode_token(scope_, token, _Position) or await _position_at(log, key, after)
    events: list[saga_pb2.SagaEvent] = []
    weight = 0
    async with aclosing(_read(log, key, position)) as read:
        async for placed in read:
            event = _message(placed)
            weight += event.ByteSize()
            if len(events) == size or (events and weight > MAX_PAGE):
                return events, encode_token(scope_, position)
            events.append(event)
            position = placed.position
    return events, ""


class EventStream:
    """A saga's events on their way to one watcher.

    Attributes:
        ended: True once the last event sent, or skipped, ended the saga.
    """

    def __init__(self, log: SagaLog, key: SagaKey, context: Any, patience: int) -> None:
        """Make a stream from the first event on.

        Args:
            log: where to read.
            key: the saga.
            context: the RPC's grpc.aio.ServicerContext.
            patience: how long the watcher may leave an event untaken, microseconds.
        """
        self._log = log
        self._key = key
        self._context = context
        self._patience = patience / SECOND
        self._position = _Position(0)

    @property
    def ended(self) -> bool:
        """See the class."""
        return self._position.sequence > 0 and self._position.state in TERMINAL

    async def skip(self, after: int) -> None:
        """Go on after this sequence."""
        self._position = await _position_at(self._log, self._key, after)

    async def send_new(self) -> None:
        """Send every event that is committed and not sent yet.

        Raises:
            WatcherTooSlow: the watcher took nothing for too long.
        """
        async with aclosing(_read(self._log, self._key, self._position)) as read:
            async for placed in read:
                await self._write(orchestrator_service_pb2.WatchSagaResponse(event=_message(placed)))
                self._position = placed.position

    async def _write(self, message: orchestrator_service_pb2.WatchSagaResponse) -> None:
        # Not cancelled when it takes too long: it ends with the RPC, and may have gone out until then.
        write = asyncio.ensure_future(self._context.write(message))
        write.add_done_callback(_taken)
        done, _ = await asyncio.wait([write], timeout=self._patience)
        if not done:
            raise WatcherTooSlow(self._position.sequence)
        await write


def _taken(write: asyncio.Future[None]) -> None:
    if not write.cancelled():
        write.exception()  # Taken, so that nobody complains about a watcher that has left.


def _message(placed: _Placed) -> saga_pb2.SagaEvent:
    return event_message(placed.position.sequence, placed.event, placed.position.state)


async def _read(log: SagaLog, key: SagaKey, position: _Position) -> AsyncGenerator[_Placed, None]:
    """Yield the events after a position, each with the state after it."""
    while True:
        with readable(key):
            read = await log.read_events(key, position.sequence, _READ)
        for sequence, recorded in read:
            with readable(key):
                event = codec.decode(sequence, recorded)
            aborted = position.aborted or isinstance(event, CompensationStarted)
            position = _Position(sequence, state_after(position.state, event, aborted), aborted)
            yield _Placed(event, position)
        if len(read) < _READ:
            return


async def _position_at(log: SagaLog, key: SagaKey, after: int) -> _Position:
    """Return the position after this sequence, or after the last event if there is none so far."""
    position = _Position(0)
    if after:
        async with aclosing(_read(log, key, position)) as read:
            async for placed in read:
                if placed.position.sequence > after:
                    break
                position = placed.position
    return position._replace(sequence=after)
