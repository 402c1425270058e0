"""`python -m tests.compose.lab`: does docker-compose.yml do what it says, on a real engine?

Images are built by the Dockerfile, the stack is started, and orders go through it from outside, over TLS and with the
token that the stack made, to both replicas. In the middle one of these is killed; its container is started anew by the engine. At the
end every order must have ended as expected, the shop's books must balance, the bus must outlive a kill and refuse who has
no token, a saga's trace must be in Jaeger, and Prometheus must reach what it scrapes. Every container must run without root, with a read-only root and no
capabilities, and the orchestrator must drain before it is stopped.

Where no engine answers and none can be started, docker-compose.yml is checked by compose alone, and the report says so.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import yaml

from participants.shop import books
from participants.shop.demo import client as shop
from participants.shop.demo.orders import End, Order, read_orders, wrong_ends
from sagaway.client import Client
from sagaway.security import ClientTls
from tests.compose.engine import CommandFailed, Engine, call, compose_command, engine
from tests.compose.images import Images, Maker
from tests.compose.stack import FILE, Stack
from tests.jaeger.binary import BUILD_SECONDS
from tests.jaeger.trace import ORCHESTRATOR, faults, find, services_of
from tests.tools import BUILD, Missing, fetch, until

_HERE = Path(__file__).parent
ORDERS = 240
KILL_AFTER = 80
"""How many orders have ended when one of the two replicas is killed."""

SECONDS = 600.0
"""The most that the orders may take."""

SERVICES = ("order", "inventory", "payment")
"""Who takes part in `place_order`."""

OURS = ("orchestrator", "orchestrator-2", "order", "inventory", "payment", "shipping")


def run(say: Callable[[str], None], seconds: float = BUILD_SECONDS) -> dict[str, Any]:
    """Run the lab; return what was found, with `violations` in words.

    Args:
        say: told what is being done.
        seconds: the most that building a Jaeger may take, where there is none yet and its image can't be pulled.
    """
    begun = time.monotonic()
    BUILD.mkdir(exist_ok=True)
    try:
        with engine() as one, tempfile.TemporaryDirectory(prefix="sagaway-compose-") as folder:
            compose_command(one)
            images = Maker(one, say, seconds).make(others())
            found = _play(one, images, Path(folder), say)
    except Missing as missing:
        found = _checked_only(missing)
    return {**found, "seconds": round(time.monotonic() - begun, 1)}


def others() -> dict[str, str]:
    """Return the images of docker-compose.yml that are not ours, by service."""
    services = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
    return {name: service["image"] for name, service in services.items() if not service["image"].startswith("sagaway")}


def _checked_only(missing: Missing) -> dict[str, Any]:
    """What can be said of docker-compose.yml without an engine."""
    try:
        command = compose_command(Engine("docker", {}))
        call([*command, "--file", str(FILE), "config", "--quiet"], os.environ, 60)
    except Missing as also:
        return {"skipped": f"{missing}; {also}: nothing was checked", "violations": []}
    except CommandFailed as error:
        return {"skipped": str(missing), "violations": [f"compose config: {error}"]}
    return {"skipped": f"{missing}; `compose config` finds nothing wrong with the file", "violations": []}


def _play(one: Engine, images: Images, folder: Path, say: Callable[[str], None]) -> dict[str, Any]:
    say("starting the stack")
    with Stack(one, folder, images.override) as stack:
        violations = list(_hardening(stack))
        (folder / "client").mkdir()
        stack.copy("registration", "/etc/sagaway/client/.", folder / "client")
        orders = read_orders(books.ORDERS)[:ORDERS]
        say(f"{len(orders)} orders")
        ends = asyncio.run(_place(stack, folder / "client", orders, say))
        violations += wrong_ends(orders, ends)
        say("looking at NATS, Jaeger and Prometheus")
        violations += _bus(stack, images.left_out)
        violations += _seen(stack, orders[0].saga_id, images.left_out)
        say("stopping, and reading the books")
        violations += _drains(stack)
        violations += _books(stack, folder, orders)
    return {
        "orders": len(orders),
        "ends": dict(Counter(end.state for end in ends.values())),
        "not official": images.notes,
        "violations": violations,
    }


async def _place(
    stack: Stack, credentials: Path, orders: Sequence[Order], say: Callable[[str], None]
) -> Mapping[str, End]:
    """Place orders from outside, at both replicas, kill one when a third has ended, and wait for all ends."""
    tls, token = ClientTls(credentials / "ca.pem"), credentials / "token"
    async with AsyncExitStack() as opened:
        clients = [
            await opened.enter_async_context(
                Client(f"localhost:{stack.ports[name]}", retries=shop.RETRIES, tls=tls, token_file=token)
            )
            for name in ("SAGAWAY_PORT", "SAGAWAY_PORT_2")
        ]
        ended = asyncio.Semaphore(0)
        limit = asyncio.Semaphore(32)

        async def place(client: Client, order: Order) -> None:
            async with limit:
                handle = await client.start("place_order", input=order.input, saga_id=order.saga_id)
                await handle.wait()
            ended.release()

        async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as tasks:
            for client, order in zip(itertools.cycle(clients), orders, strict=False):
                tasks.create_task(place(client, order))
            for _ in range(KILL_AFTER):
                await ended.acquire()
            say(f"killing a replica, with {KILL_AFTER} orders ended")
            await asyncio.to_thread(stack.kill, "orchestrator")
        return await shop.ends(clients[0])


def _hardening(stack: Stack) -> Iterator[str]:
    for container in stack.containers():
        name, host = container["Name"].strip("/"), container["HostConfig"]
        if container["Config"]["User"].split(":")[0] in ("", "0", "root"):
            yield f"{name} runs as root"
        if not host["ReadonlyRootfs"]:
            yield f"{name} has a root that can be written to"
        if host["CapDrop"] != ["ALL"] or not any("no-new-privileges" in each for each in host["SecurityOpt"] or ()):
            yield f"{name} keeps capabilities, or may get new ones"
        bound = [each["HostIp"] for ports in (host["PortBindings"] or {}).values() for each in ports or ()]
        yield from (f"{name} is published on {ip or 'every address'}" for ip in bound if ip != "127.0.0.1")


def _bus(stack: Stack, left_out: set[str]) -> Iterator[str]:
    """Publish an event, kill the bus, and look for it; a stranger must find no bus at all."""
    if "nats" in left_out:
        return
    probe = (_HERE / "bus_probe.py").read_text(encoding="utf-8")

    def asked() -> dict[str, bool]:
        found: dict[str, bool] = json.loads(stack.compose("exec", "-T", "orchestrator", "python", "-c", probe))
        return found

    before = asked()
    stack.kill("nats")
    after = asked()
    if not (before["refused"] and after["refused"]):
        yield "the bus lets in who has no token"
    if not before["stored"] or after["stored"]:
        yield "the bus does not have an event any more that it had acknowledged before it was killed"


def _seen(stack: Stack, saga_id: str, left_out: set[str]) -> Iterator[str]:
    """Look for a saga in Jaeger and for the targets in Prometheus, where they run."""
    if "jaeger" not in left_out:
        query = f"http://127.0.0.1:{stack.ports['JAEGER_PORT']}"
        yield from _within("its trace is in Jaeger", lambda: list(_trace_faults(query, saga_id)))
    if "prometheus" not in left_out:
        api = f"http://127.0.0.1:{stack.ports['PROMETHEUS_PORT']}/api/v1"
        jobs = {"sagaway", "jaeger", "prometheus"} - left_out
        yield from _within("Prometheus reaches its targets", lambda: list(_unreached(f"{api}/targets", jobs)))
        if "nats" not in left_out:
            yield from _within("the bus is observed, after its kill too", lambda: list(_unobserved(api)))


def _unobserved(api: str) -> Iterator[str]:
    answer = fetch(f"{api}/query?query=saga_observer_connected") or b'{"data": {"result": []}}'
    found = json.loads(answer)["data"]["result"]
    if [series["value"][1] for series in found] != ["1"]:
        yield f"Prometheus says of the observer's bus: {found}"


def _within(what: str, look: Callable[[], list[str]]) -> list[str]:
    """Return what is wrong once nothing is, or after a minute."""
    try:
        until(what, lambda: not look(), 60)
    except TimeoutError:
        return look()
    return []


def _trace_faults(query: str, saga_id: str) -> Iterator[str]:
    traces = find(query, ORCHESTRATOR, saga_id)
    if len(traces) != 1:
        yield f"Jaeger has {len(traces)} traces of {saga_id}"
    for trace in traces:
        yield from (f"Jaeger, {saga_id}: {words}" for words in faults(trace, services_of(*SERVICES)))


def _unreached(url: str, jobs: set[str]) -> Iterator[str]:
    targets = json.loads(fetch(url) or b'{"data": {"activeTargets": []}}')["data"]["activeTargets"]
    reached = {target["labels"]["job"] for target in targets}
    yield from (f"Prometheus does not look for {job}" for job in sorted(jobs - reached))
    for target in targets:
        if target["labels"]["job"] in jobs and target["health"] != "up":
            yield f"Prometheus does not reach {target['labels']['instance']}"


def _drains(stack: Stack) -> Iterator[str]:
    """Stop everything; ours must end by themselves, with 0, within their grace."""
    stack.compose("stop", timeout=180)
    for service in OURS:
        code = stack.state(service)["State"]["ExitCode"]
        if code:
            yield f"{service} ended with {code} when it was stopped, which should be 0"


def _books(stack: Stack, folder: Path, orders: Sequence[Order]) -> Iterator[str]:
    """Read the services' databases out of their stopped containers."""
    for service in SERVICES:
        stack.copy(service, "/var/lib/sagaway/.", folder)
    lines = books.ORDERS.read_text(encoding="utf-8").splitlines(keepends=True)[: len(orders)]
    placed = folder / "orders.jsonl"
    placed.write_text("".join(lines), encoding="utf-8")
    yield from (f"books: {fault}" for fault in books.audit(folder, books.SEED, placed).faults)


def main() -> None:
    """Run the lab by itself."""
    found = run(lambda line: print(line, flush=True))
    print(json.dumps(found, indent=1))
    sys.exit(1 if found["violations"] else 0)


if __name__ == "__main__":
    main()
