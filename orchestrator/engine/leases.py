"""Keeps this replica's lease, and ends the replicas that let theirs run out.

The protocol. Any number of processes share one saga log. Each is a *replica*: a row of the log, with a number that is
never given twice, its *epoch*. A replica owns the sagas whose rows name its epoch, and drives these alone. Its row has
a *lease*, a time by the log's own clock, which it renews: every transaction that writes does it on the way, and this
module when none does. Whoever finds a lease that has run out *ends* that replica, in a transaction that locks its row
and checks again; only then may its sagas be claimed, by anybody, page by page, each passing over what another is just
claiming. No replica speaks to another. The log is all they share, and the only clock that counts is the log's.

Why it is safe. Not because of time: a process may be stopped for an hour between looking at the clock and writing, so
no lease can promise that its holder is alone. It is safe because of the *fence*. The first statement of each
transaction that writes the log is: my row is not ended, and stays so until I have committed. Ending a replica takes a
lock that excludes this one, so each transaction of a replica comes wholly before its end, and is seen by whoever claims
its sagas, or wholly after it, and writes nothing. So a decision that becomes durable was made by the one owner, on the
state that it follows; the compare-and-set of every append says the same once more, saga by saga. What the lease gives
is patience, not safety: it says for how long the others wait before they take a silent replica for dead.

What a zombie can still do. A replica that was ended and has not noticed can't write, but it can send: calls whose
intents it made durable before, and which were waiting at its gates or are on the wire. All of these are among what its
successor takes to be possibly done, and it sends them again under the same keys; so at a participant with a barrier the
zombie's call is a duplicate like any other, which may come early, late, or after the compensation's tombstone. It can
begin nothing new, because what it intends is sent from a commit that it does not get. Nor can it answer: StartSaga and
every command are answered from commits. The epoch fences the log and nothing else; participants never see it and refuse
nothing because of it.

To send less in vain, a replica stops itself first: where two thirds of the lease have passed since it *sent* the
last renewal that arrived, it lets no further call leave (`lapsed`). If the log was merely away, nobody has ended it:
it renews and goes on. If it was ended, its next write says so, and the process ends: what it has in memory is of no use
any more, and a new process with a new epoch begins with what is durable.

Outages of the log. When it comes back, the leases of all have run out, and whoever comes first would end all others. So
a replica that could not renew for so long only renews, and looks at others when they have had time to do so, too. The same
holds where nothing failed, but the renewal itself was so long on its way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from orchestrator.core.retry import SECOND
from orchestrator.engine.outlast import outlast
from orchestrator.engine.services import Services
from orchestrator.store.replicas import RENEWALS, lapsed

_log = structlog.get_logger(__name__)

_AGAIN = 0.2
"""Seconds at most until a renewal that went wrong is tried again."""


class Leases:
    """This replica's lease, and an eye on those of others. Does nothing where there are none."""

    def __init__(self, services: Services, orphans: Callable[[], None]) -> None:
        """Make it; `start` sets it going.

        Args:
            services: what all share; its gates are told when nothing may leave.
            orphans: called when another replica was ended, whose sagas may be claimed now.
        """
        self._services = services
        self._orphans = orphans
        self._task: asyncio.Task[None] | None = None
        if services.log.lease:
            services.gates.lapsed = lambda: self.lapsed

    @property
    def lapsed(self) -> bool:
        """True if so much of the lease has passed that nothing may be sent any more."""
        log = self._services.log
        return lapsed(log.silence(), log.lease)

    def start(self) -> None:
        """Begin to renew, and to look at others."""
        if self._services.log.lease:
            self._task = asyncio.get_running_loop().create_task(self._run(), name="leases")

    async def close(self) -> None:
        """Renew no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        services, loop = self._services, asyncio.get_running_loop()
        lease = services.log.lease
        patient = 0.0  # until then nobody is ended
        while True:
            silent_since = loop.time() - services.log.silence() / SECOND
            if self.lapsed:
                patient = loop.time() + lease / 2 / SECOND
            try:
                ended = await services.log.renew(ends=loop.time() >= patient)
            except Exception as error:
                if not await outlast(error, services, "the lease can't be renewed", self._pause(_AGAIN)):
                    return
                continue
            if lapsed(int((loop.time() - silent_since) * SECOND), lease):
                _log.info("this replica has its lease again")
                patient = loop.time() + lease / 2 / SECOND
            # Calls may wait for this, also where it lapsed only while the renewal was under way, or a write renewed it since.
            services.gates.go_on()
            if ended:
                _log.warning("replicas were ended whose lease had run out", replicas=ended)
                self._orphans()
            await asyncio.sleep(self._pause(lease / RENEWALS / SECOND))

    def _pause(self, longest: float) -> float:
        """Not all at once: replicas that were started together would always look together."""
        return longest * (1 - 0.2 * self._services.chance.random())
