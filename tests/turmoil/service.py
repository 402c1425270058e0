"""One service of the chain as a process: `python -m tests.turmoil.service ROLE LIFE FOLDER NATS_URL`.

It is the service as users would write it, on a bus that also dies when it is told to, at moments at which a kill from
outside would meet it by chance only:

    SIGHUP    at the next event that is to be published, before the bus has it
    SIGUSR1   at the next event that the bus has stored, before it is marked in the outbox
    SIGUSR2   at the next event whose transaction is committed, before it is acknowledged

It also gives back one event in `ONE_IN`, the first time that it comes, so that later ones of its saga overtake it. What
it sees is in its journal, a line each, written before anything that follows: `LIFE up`, `LIFE known EVENT` (the bus had
the event by its id), `LIFE again EVENT` (it was delivered before), `LIFE dies WHEN EVENT`. LIFE is a word that no other
process was given.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import zlib
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from sagaway.bus import Delivery, Event, Handler, Policy, Redeliver
from sagaway.bus.consuming import Consumer
from sagaway.bus.jetstream import JetStreamBus
from sagaway.bus.settings import NatsSettings
from sagaway.participant.choreography import serve_choreography
from tests.participant.choreography.chain import choreography, open_books

ONE_IN = 25
ACK_WAIT = 1.0
"""Seconds."""
POLICY = Policy(
    concurrency=8,
    first_backoff=timedelta(milliseconds=50),
    max_backoff=timedelta(seconds=1),
    ack_wait=timedelta(seconds=ACK_WAIT),
    max_deliveries=60,
)


DEATHS = {signal.SIGHUP: "unpublished", signal.SIGUSR1: "unmarked", signal.SIGUSR2: "unacknowledged"}


def journal(folder: Path, role: str) -> Path:
    """Return the file in which the processes of a role write what they see."""
    return folder / f"{role}.journal"


class HostileBus(JetStreamBus):
    """The real bus, on which this process dies when it was told to."""

    def __init__(self, settings: NatsSettings) -> None:
        super().__init__(settings)
        self.life = ""
        self.file: Path
        self._dies: set[str] = set()

    def tell(self, words: str) -> None:
        """Write a line to the journal; it stays if we are killed at once."""
        with self.file.open("a", encoding="utf-8") as file:
            file.write(f"{self.life} {words}\n")

    def die(self, when: str) -> None:
        """Die when it comes to that."""
        self._dies.add(when)

    async def publish(self, event: Event, *, message_id: str) -> bool:
        self._die_here("unpublished", event)
        stored = await super().publish(event, message_id=message_id)
        if not stored:
            self.tell(f"known {event.id}")
        self._die_here("unmarked", event)
        return stored

    async def subscribe(
        self, durable: str, types: Iterable[str], handler: Handler, policy: Policy | None = None
    ) -> Consumer:
        async def handle(delivery: Delivery) -> None:
            if delivery.deliveries > 1:
                self.tell(f"again {delivery.event.id}")
            elif zlib.crc32(f"{durable} {delivery.sequence}".encode()) % ONE_IN == 0:
                raise Redeliver("given back, so that later ones overtake it")
            await handler(delivery)
            self._die_here("unacknowledged", delivery.event)

        return await super().subscribe(durable, types, handle, policy)

    def _die_here(self, when: str, event: Event) -> None:
        if when in self._dies:
            self.tell(f"dies {when} {event.id}")
            os.kill(os.getpid(), signal.SIGKILL)


async def main(role: str, life: str, folder: Path, nats: str) -> None:
    """Serve until the end."""
    bus = await HostileBus.connect(NatsSettings(urls=(nats,)), patience=60)
    assert isinstance(bus, HostileBus)
    bus.life, bus.file = life, journal(folder, role)
    for number, when in DEATHS.items():
        asyncio.get_running_loop().add_signal_handler(number, bus.die, when)
    service = choreography(role, open_books(f"sqlite:///{folder}/{role}.db"))
    await serve_choreography(service, bus, ready=lambda: bus.tell("up"), policy=POLICY)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4]))
