"""Appends to sagas by whoever does not drive them: an operator's to one in quarantine, a command's to one that another
replica owns.

A command on any replica. The log is the inbox: the replica that was asked loads the saga, decides and appends under its
own fence, whoever owns the saga. The owner's next append then loses the compare-and-set, and it folds the saga anew;
where it has nothing to append, it is told (`orchestrator.engine.news`). What follows from the command and must be sent
is sent by the owner. Of what the owner has on the wire nothing is known here, so all that may be is taken to be.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from orchestrator.core.commands import Command
from orchestrator.core.context import Context
from orchestrator.core.decide import decide
from orchestrator.core.events import Event
from orchestrator.core.model import Saga
from orchestrator.core.retry import SECOND
from orchestrator.engine.calls import left_behind
from orchestrator.engine.errors import Draining
from orchestrator.engine.heads import head_of
from orchestrator.engine.services import Services
from orchestrator.engine.waiting import Places
from orchestrator.store import codec
from orchestrator.store.base import Append, Claimed, Head, LogUnavailable, Outcome, SagaRow


async def write(
    services: Services,
    row: SagaRow,
    after: Saga,
    events: Sequence[Event],
    head: Head,
    *,
    parked: Mapping[str, int] | None,
    for_owner: bool = False,
) -> bool:
    """Append to a saga that nobody drives here, end its quarantine if it is in one, and tell.

    Args:
        services: what all share.
        row: its row, as it was read.
        after: the saga after the append.
        events: what is appended.
        head: what its row says then.
        parked: where it waits then; None: where it did.
        for_owner: True if another replica owns it.

    Returns:
        False if somebody was first.

    Raises:
        Draining: the server shuts down.
        LogUnavailable: the log did not take it in time; it may still take it.
    """
    if services.draining:
        raise Draining
    if services.committer.unavailable:
        raise LogUnavailable(services.committer.unavailable)
    if after.sequence - len(events) != row.sequence:
        return False  # read while somebody wrote
    append = Append(
        key=row.key,
        uid=row.uid,
        append_id=services.chance.randbytes(16),
        expected=row.sequence,
        events=tuple(codec.encode(event) for event in events),
        head=head,
        lifts_quarantine=row.quarantine_time is not None,
        for_owner=for_owner,
        parked=parked,
    )
    future = services.committer.submit(append)
    patience = services.settings.commit_patience / SECOND
    done, _ = await asyncio.wait([future], timeout=patience)
    if not done:
        raise LogUnavailable(f"the saga log did not answer within {patience:g} s")
    if future.result() is not Outcome.COMMITTED:
        return False
    services.instruments.committed(after, events)
    services.hub.changed(row.key, after)
    return True


async def write_for_owner(services: Services, claimed: Claimed, saga: Saga, command: Command) -> bool:
    """Decide a command to a saga that another replica owns, and append what follows from it.

    Args:
        services: what all share.
        claimed: the saga as the log has it.
        saga: the fold of it.
        command: what is asked.

    Returns:
        False if somebody was first.

    Raises:
        CommandRefused: its state does not allow it.
        Draining, LogUnavailable: see `write`.
    """
    now, namespace = services.clock.now(), saga.key.namespace
    context = Context(
        now=now,
        jitter=services.chance.random(),
        on_wire=frozenset(step_id for step_id, _ in left_behind(saga)),
        held=services.gates.held(namespace, saga.definition, {}),
        definition_paused=services.pauses.stop(namespace, saga.definition),
        restored_time=services.restored_time,
    )
    after, events = decide(saga, command, context)
    if not events:
        return True
    head = head_of(after, owned=not after.settled, wake_time=None if after.settled else now)
    places = Places(saga, claimed.held_time)
    parked = places.change(after, events, now, stopped=context.definition_paused)
    return await write(services, claimed.row, after, events, head, parked=parked, for_owner=True)
