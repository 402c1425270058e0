"""A whole server with its metrics port in a test, a participant that answers what the test says, and HTTP by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from orchestrator.app import Serving, serving
from orchestrator.config import Settings
from sagaway.client import Client, Saga, SagaDefinition
from sagaway.definitions import SagaBuilder
from sagaway.v1 import definition_pb2
from tests.caller.participants import Participant

WAIT = timedelta(seconds=30)


def order(name: str = "order", attempts: int = 2) -> SagaDefinition:
    """Return a definition of two steps, `a` and `b`, of the participant `shop`."""
    saga = SagaBuilder(name, version=1)
    saga.step("a", participant="shop", action="do")
    saga.step("b", participant="shop", action="do")
    definition = saga.build()
    for policy in (definition.retry, definition.compensation_retry):
        policy.CopyFrom(definition_pb2.RetryPolicy(max_attempts=attempts))
        policy.initial_backoff.FromMilliseconds(1)
        policy.max_backoff.FromMilliseconds(1)
    return definition


@dataclass
class Answered:
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: str


async def http(address: str, request: str) -> Answered:
    """Send a request as it stands and read the answer to its end."""
    host, _, port = address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(request.encode("latin-1"))
        raw = await asyncio.wait_for(reader.read(), WAIT.total_seconds())
    finally:
        writer.close()
    head, _, body = raw.decode().partition("\r\n\r\n")
    status, *lines = head.split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return Answered(int(status.split(" ")[1]), headers, body)


async def get(address: str, path: str, *headers: str) -> Answered:
    """GET a path."""
    return await http(address, "\r\n".join((f"GET {path} HTTP/1.1", "Host: x", *headers, "", "")))


class Numbers(dict[tuple[str, tuple[tuple[str, str], ...]], float]):
    """Samples by name and labels."""

    def of(self, name: str, **labels: str) -> float:
        """Return a sample; 0 if there is none."""
        return self.get((name, tuple(sorted(labels.items()))), 0.0)

    def names(self) -> set[str]:
        """Return the names of all samples."""
        return {name for name, _ in self}


@dataclass
class World:
    """A server, a client of it, and the participant `shop`."""

    server: Serving
    client: Client
    shop: Participant

    async def scrape(self) -> Numbers:
        """Read the metrics."""
        return numbers((await get(self.server.metrics, "/metrics")).body)

    async def run(self, saga_id: str, definition: str = "order", input: Any = None) -> Saga:
        """Run a saga until it is settled."""
        return (await self.client.start(definition, saga_id=saga_id, input=input, wait=WAIT)).saga


def numbers(text: str) -> Numbers:
    """Return the samples of an exposition."""
    found = Numbers()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found[sample.name, tuple(sorted(sample.labels.items()))] = sample.value
    return found


@asynccontextmanager
async def world(folder: Path, shop: Participant, *definitions: SagaDefinition) -> AsyncIterator[World]:
    """Serve on the log in ``folder``; ``shop`` is served already."""
    settings = Settings(
        database=folder / "saga.db", listen="127.0.0.1:0", metrics_listen="127.0.0.1:0", drain_seconds=0.1
    )
    async with serving(settings) as server, Client(server.address) as client:
        if definitions:
            await client.participants.register("shop", shop.address)
        for definition in definitions:
            await client.definitions.register(definition)
        yield World(server, client, shop)
