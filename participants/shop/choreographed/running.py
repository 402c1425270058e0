"""How one of the shop's services reacts to events: on its database, from its command line. The bus is `SAGAWAY_NATS_*`."""

import argparse
import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine, MetaData, create_engine
from sqlalchemy.exc import DBAPIError

from participants.shop.common import Service, open_database
from participants.shop.tracing import traced
from sagaway.bus import BusError, Policy
from sagaway.bus.jetstream import JetStreamBus
from sagaway.bus.settings import NatsSettings
from sagaway.participant import SetupError
from sagaway.participant.choreography import Choreography, serve_choreography

# What a killed process had under way goes to the next one after two seconds.
POLICY = Policy(ack_wait=timedelta(seconds=2))
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Reactor:
    """How one of the shop's services is built that reacts to events."""

    service: Service
    """What it is without them."""
    choreography: Callable[[Engine], Choreography]
    """What it reacts to, on its database."""
    tables: MetaData | None = None
    """Tables that it has besides the service's."""


def declared(reactor: Reactor) -> Choreography:
    """What a service declares, for `sagaway choreography`: its database is nowhere, and is not asked for."""
    return reactor.choreography(create_engine("sqlite://"))


async def open_choreography(reactor: Reactor, database: Path, seed: Path | None) -> Choreography:
    """Opens a service's database, as `open_database` does, with inbox and outbox.

    Raises:
        ValueError: the seed file is not one; the text names it.
    """
    engine = open_database(reactor.service, database, seed)
    if reactor.tables is not None:
        reactor.tables.create_all(engine)
    choreography = reactor.choreography(engine)
    await choreography.create_tables()
    return choreography


async def react(reactor: Reactor, database: Path, seed: Path | None) -> None:
    """Lets a service react until SIGTERM or SIGINT.

    Raises:
        ValueError, SetupError, BusError: it can't; the text says what to change.
    """
    choreography = await open_choreography(reactor, database, seed)
    bus = await JetStreamBus.connect(NatsSettings.from_environment(), patience=PATIENCE_SECONDS)

    def ready() -> None:
        print(f"{reactor.service.name} reacts", flush=True)

    await serve_choreography(choreography, bus, ready=ready, policy=POLICY)


def run(reactor: Reactor) -> None:
    """Runs a service from its command line until SIGTERM or SIGINT; what it has begun is ended first."""
    name = reactor.service.name
    parser = argparse.ArgumentParser(prog=f"python -m participants.shop.choreographed.{name}")
    parser.add_argument("--database", type=Path, required=True, metavar="FILE", help="its SQLite database")
    parser.add_argument("--seed", type=Path, metavar="FILE", help="fills a new database, as data/seed.json does")
    arguments = parser.parse_args()
    try:
        with traced(name):
            asyncio.run(react(reactor, arguments.database, arguments.seed))
    except (ValueError, SetupError, BusError, DBAPIError) as error:
        sys.exit(f"{name}: {error}")
