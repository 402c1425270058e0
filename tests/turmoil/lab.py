"""`python -m tests.turmoil.lab --sagas 10000 --seed 7`: choreographed sagas through everything that can befall them.

A real `sagaway bus`, and order, inventory and payment as processes that know of each other's events only, each on a
SQLite file of its own; beside them `sagaway serve --observe`, which only looks on. Orders are refused at either place, or cancelled from outside at any time. Meanwhile, at moments
that the progress of the sagas sets and from a seed:

- services, the bus and the observer are killed with SIGKILL: anywhere, before publish, between publish and mark, between commit and
  acknowledgement;
- a service stands still for longer than the ack wait, so that all it had is delivered again, to its successor, beside
  whom it then wakes up;
- bursts of old events are published again under new ids, the first of a saga after its last; the bus forgets ids after
  a second anyway, so that what a relay publishes again after a death is stored twice, as after a long outage;
- one delivery in 25 is given back once, so that later events of the saga overtake it.

In the end an audit that shares no code with the product reads the databases and the stream: each effect once, or undone
once; each saga ended as its order says, to the observer too; no event lost, none waits, none overtook another one of its
service, none is a dead letter. The report is in build/turmoil.json and build/turmoil.md; the exit code is 1 if something was otherwise.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import nats
from sqlalchemy import create_engine, insert

from participants.shop.demo.processes import Processes
from sagaway.bus.jetstream import JetStreamBus
from sagaway.bus.settings import NatsSettings
from sagaway.participant.choreography import Emit
from tests.participant.choreography import audit
from tests.participant.choreography.chain import CANCELLED, ORDER, choreography, open_books, orders
from tests.turmoil import observer
from tests.turmoil.service import DEATHS, journal
from tests.turmoil.troubles import BURST, DEDUPE_WINDOW, NAMES, Trouble, plan
from tests.turmoil.world import BUS, LOOK, PATIENCE, World, until

SAGAS_A_TROUBLE = 80
AT_ONCE = 80
"""Open sagas, at the most."""
BATCH = 10
"""Orders placed in one transaction."""
CANCELLED_ONE_IN = 9
LATER = 30
"""A cancellation comes with its order, or up to so many batches later."""
QUIET_LOOKS = 10


class Load:
    """Places orders in the database of the service `order`, as its own code would, and cancels some.

    Attributes:
        until: how many orders may be placed for now; the end is not placed before it is more than all.

    Args:
        folder: has the databases.
        sagas: how many orders.
        dice: chooses what is cancelled, and when.
    """

    def __init__(self, folder: Path, sagas: int, dice: random.Random) -> None:
        self._sagas = sagas
        self._engine = open_books(f"sqlite:///{folder}/order.db")
        self._choreography = choreography("order", self._engine)
        self._cancellations: dict[int, list[str]] = {}
        for number in range(sagas):
            if dice.randrange(CANCELLED_ONE_IN) == 0:
                batch = number // BATCH + dice.choice((0, dice.randrange(LATER)))
                self._cancellations.setdefault(batch, []).append(audit.saga_of(number))
        self.until = 0
        self.cancelled = {saga for batch in self._cancellations.values() for saga in batch}

    def place_more(self) -> None:
        """Let one batch more be placed, whatever has ended by now."""
        self.until += BATCH

    async def place(self, world: World) -> None:
        """Place and cancel all, a batch whenever there is room."""
        last = max((-(-self._sagas // BATCH) - 1, *self._cancellations))
        for batch in range(last + 1):
            placed = min(batch * BATCH, self._sagas)
            while placed >= self.until or placed - world.ended() > AT_ONCE:
                await asyncio.sleep(LOOK)
            await asyncio.to_thread(self._place, batch)
        self._engine.dispose()

    def _place(self, batch: int) -> None:
        with self._engine.begin() as tx:
            for number in range(batch * BATCH, min((batch + 1) * BATCH, self._sagas)):
                saga = audit.saga_of(number)
                tx.execute(insert(orders).values(saga_id=saga, status="open"))
                data = {"short": audit.is_short(number), "poor": audit.is_poor(number)}
                self._choreography.emit(tx, saga, Emit(ORDER, data))
            for saga in self._cancellations.get(batch, ()):
                self._choreography.emit(tx, saga, Emit(CANCELLED))


async def play(
    world: World, load: Load, sagas: int, troubles: list[Trouble], dice: random.Random, say: Callable[[str], None]
) -> list[str]:
    """Let it all happen; return what got stuck, in words."""
    bus = await JetStreamBus.connect(NatsSettings(urls=(world.nats,), dedupe_window=DEDUPE_WINDOW))
    await world.begin_services()
    placing = asyncio.create_task(load.place(world))
    try:
        for number, trouble in enumerate(troubles):
            # However long the last one took, so that all who had been placed have ended: there is load for this one.
            load.until = max(load.until, trouble.at + min(AT_ONCE, sagas // 10))
            await until(f"{trouble.at} sagas end", lambda at=trouble.at: world.ended() >= at)  # type: ignore[misc]
            what = trouble.kind.replace("_", " ")
            say(f"{number + 1} of {len(troubles)}, {world.ended()} sagas ended: {trouble.victim}: {what}")
            await world.until_up(trouble.victim)
            await trouble.happen(world, dice, load.place_more)
        load.until = sagas + 1
        await placing
        await until("all sagas end", lambda: world.ended() >= sagas)
        await _quiet(world, bus)
        letters = await bus.dead_letters(limit=sagas)
    except TimeoutError as error:
        return [f"stuck: {error}; {world.ended()} of {sagas} sagas have ended"]
    finally:
        placing.cancel()
        with suppress(asyncio.CancelledError):
            await placing
        await bus.close()
    own = [letter for letter in letters if letter.durable == observer.durable(world.folder)]
    found = [f"a dead letter of {letter.durable}: {letter.reason}" for letter in letters if letter not in own]
    return found + list(observer.faults(world.folder, sagas, load.cancelled, own))


async def _quiet(world: World, bus: JetStreamBus) -> None:
    """Wait until nothing is under way: what undoes a cancelled saga may come after its end."""
    nowhere = create_engine("sqlite://")
    durables = [f"{role}.{name}" for role in audit.ROLES for name in choreography(role, nowhere).reactions]
    durables.append(observer.durable(world.folder))
    looks = 0
    try:
        async with asyncio.timeout(PATIENCE):
            while looks < QUIET_LOOKS:
                busy = world.waiting() or sum([await bus.backlog(durable) for durable in durables])
                looks = 0 if busy else looks + 1
                await asyncio.sleep(LOOK)
    except TimeoutError:
        raise TimeoutError(f"all events are handled: not within {PATIENCE:.0f} s") from None


async def published(url: str) -> list[str]:
    """Return the ids of all events in the stream, in its order."""
    client = await nats.connect(url)
    stream = client.jetstream()
    ids: list[str] = []
    feed = await stream.subscribe(NAMES.event("*"), ordered_consumer=True, pending_bytes_limit=-1)
    count = (await stream.stream_info(NAMES.events)).state.messages
    while len(ids) < count:
        ids.append(json.loads((await feed.next_msg(timeout=20)).data)["id"])
    await client.close()
    return ids


def seen(folder: Path) -> Counter[str]:
    """Count what the services saw, by their journals."""
    lines = [line.split() for role in audit.ROLES for line in journal(folder, role).read_text().splitlines()]
    return Counter(" ".join(words[1:-1]) or "up" for words in lines)


async def run_in(folder: Path, sagas: int, seed: int, say: Callable[[str], None], troubles: int = 0) -> dict[str, Any]:
    """Run the lab in a folder; return its figures, with `violations` in words. At least 200 sagas, so that they overlap."""
    begun, dice = time.monotonic(), random.Random(seed)
    planned = plan(troubles or max(1, sagas // SAGAS_A_TROUBLE), sagas - AT_ONCE - BATCH, dice)
    (folder / "logs").mkdir()
    load = Load(folder, sagas, dice)
    with Processes(folder / "logs") as processes:
        async with World(folder, processes) as world:
            wrong = await play(world, load, sagas, planned, dice, say)
            await world.until_up(BUS)
            ids = await published(world.nats)
    first: dict[str, int] = {}
    for place, event in enumerate(ids):
        first.setdefault(event, place)
    wrong += audit.faults(folder, sagas, load.cancelled) + audit.overtaken(folder, first)
    statuses = Counter(status for (status,) in audit.rows(folder, "order", "SELECT status FROM orders"))
    if statuses["open"] or statuses.total() != sagas:
        wrong.append(f"{sagas} sagas were started; their ends: {dict(statuses)}")
    met, befell = seen(folder), Counter(trouble.kind for trouble in planned)
    wrong += [
        f"{befell[f'died_{when}']} services were told to die {when}, and {met[f'dies {when}']} did"
        for when in DEATHS.values()
        if befell[f"died_{when}"] != met[f"dies {when}"] and not wrong
    ]
    return {
        "sagas": sagas,
        "seed": seed,
        "ends": dict(statuses),
        "ends_to_the_observer": observer.ends(folder),
        "cancelled_from_outside": len(load.cancelled),
        "troubles": dict(befell),
        "kills": befell.total() - befell["burst_of_old_events"],
        "lives_of_services": met["up"],
        "died_before_publish": met["dies unpublished"],
        "died_between_publish_and_mark": met["dies unmarked"],
        "died_between_commit_and_acknowledgement": met["dies unacknowledged"],
        "events": len(first),
        "events_stored_twice_or_more": sum(count > 1 for count in Counter(ids).values()),
        "doubles_stored": len(ids) - len(first),
        "doubles_published_by_the_lab": BURST * befell["burst_of_old_events"],
        "doubles_known_to_the_bus": met["known"],
        "redeliveries": met["again"],
        "violations": wrong,
        "seconds": round(time.monotonic() - begun, 1),
    }


def run(say: Callable[[str], None], sagas: int, seed: int) -> dict[str, Any]:
    """Run the lab in a folder of its own; return its figures, with `violations` in words, and write the report."""
    with tempfile.TemporaryDirectory(prefix="sagaway-turmoil-") as name:
        found = asyncio.run(run_in(Path(name), sagas, seed, say))
    write_report(Path("build"), found)
    return found


def write_report(folder: Path, found: Mapping[str, Any]) -> None:
    """Write what was found as JSON and Markdown."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "turmoil.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    lines = ["# Choreographed sagas in turmoil", "", f"**{len(found['violations'])} violations.**", ""]
    lines += [f"- {words}" for words in found["violations"]] + [""] * bool(found["violations"])
    lines += ["| | |", "|---|---:|"]
    lines += [f"| {name.replace('_', ' ')} | {value} |" for name, value in found.items() if name != "violations"]
    (folder / "turmoil.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Run the lab by itself."""
    parser = argparse.ArgumentParser(prog="python -m tests.turmoil.lab", description=__doc__)
    parser.add_argument("--sagas", type=int, default=10_000, help="default: 10000")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="default: the clock")
    options = parser.parse_args()
    found = run(lambda line: print(line, flush=True), options.sagas, options.seed)
    print(json.dumps(found, indent=1))
    sys.exit(1 if found["violations"] else 0)


if __name__ == "__main__":
    main()
