"""`python -m tests.prometheus.lab`: is there data behind every line of the dashboard and every alert?

A real Prometheus (Debian's package) scrapes a real orchestrator while orders go through the shop: ones that complete,
ones that are refused and undone, one that ships, and one whose compensation is given up, so that it is STUCK. Then
every query of the dashboard is evaluated, and every alert's expression without its threshold (queries.py says why);
each must return a value that is a number. `promtool` checks configuration, rules, the rules' own tests and the
metrics page.
"""

from __future__ import annotations

import asyncio
import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from participants.shop import books
from participants.shop.demo.orders import read_orders
from sagaway.client import SagaState
from sagaway.definitions import load_definition
from tests.observed import POOR, RICH, SHIP_TO, SHOP, Observed
from tests.prometheus import queries
from tests.prometheus.server import DEPLOY, REMEDY, Prometheus, running
from tests.tools import Missing, fetch, free_ports, program

ORDERS = 80
"""Orders of a round."""


def run(say: Callable[[str], None]) -> dict[str, Any]:
    """Run the lab; return what was found, with `violations` in words.

    Raises:
        Missing: Prometheus is not installed.
    """
    promtool = program("promtool", REMEDY)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sagaway-prometheus-") as name:
        folder = Path(name)
        (port,) = free_ports(1)
        address = f"127.0.0.1:{port}"
        with running(folder, {"sagaway": address}) as prometheus:
            violations = asyncio.run(_demo(folder, address, prometheus, promtool, say))
    violations += _check_files(promtool)
    found = {"queries": sum(1 for _ in queries.dashboard()), "alerts": sum(1 for _ in queries.alerts())}
    return {**found, "violations": violations, "seconds": round(time.monotonic() - begun, 1)}


async def _demo(
    folder: Path, address: str, prometheus: Prometheus, promtool: Path, say: Callable[[str], None]
) -> list[str]:
    # Tracing on, with a collector that is away: what is dropped is counted.
    (nobody,) = free_ports(1)
    variables = {"SAGAWAY_METRICS_LISTEN": address, "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{nobody}"}
    async with Observed(folder, {}, variables) as world:
        # A rate needs two scrapes of a series that is there already: a round of orders before the one that counts.
        for round_ in (1, 2):
            say(f"round {round_}: orders")
            await _orders(world, round_)
            await _scraped(world, prometheus)
        say("a compensation that is given up")
        await _stick(world)
        await _scraped(world, prometheus)
        page = await asyncio.to_thread(fetch, f"http://{address}/metrics")
        say("evaluating")
        return [*_promtool_metrics(promtool, page or b""), *_evaluate(prometheus)]


async def _orders(world: Observed, round_: int) -> None:
    """Place the shop's own orders, about a quarter of which are refused, and one that ships."""
    orders = read_orders(books.ORDERS)[(round_ - 1) * ORDERS : round_ * ORDERS]
    handles = [await world.start(order.saga_id, order.input) for order in orders]
    handles.append(await world.start(f"ship-{round_}", {**RICH, "ship_to": SHIP_TO}, "place_and_ship_order"))
    for handle in handles:
        await handle.wait()


async def _stick(world: Observed) -> None:
    """Refuse a payment while the warehouse is away for longer than an impatient definition waits."""
    document = load_definition(SHOP / "place_order.yaml")
    document.name = "place_order_impatiently"
    document.compensation_retry.max_attempts = 2
    await world.client.definitions.register(document)
    world.freeze("payment")
    handle = await world.start("stuck-1", POOR, document.name)
    await world.until_executing(handle, "process_payment")
    world.kill("inventory")
    world.thaw("payment")

    async def stuck() -> bool:
        return (await handle.refresh()).state == SagaState.SAGA_STATE_STUCK

    await world.until("the saga is STUCK", stuck)
    await world.restart("inventory")


async def _scraped(world: Observed, prometheus: Prometheus) -> None:
    """Wait until what is counted now has been scraped: one scrape may be under way already."""
    before = await asyncio.to_thread(prometheus.scrapes, "sagaway")

    async def again() -> bool:
        return await asyncio.to_thread(prometheus.scrapes, "sagaway") >= before + 2

    await world.until("Prometheus scrapes", again)


def _evaluate(prometheus: Prometheus) -> Iterable[str]:
    for query in (*queries.dashboard(), *queries.alerts()):
        try:
            series = prometheus.query(query.expr)
        except ValueError as error:
            yield f"{query.name}: {error}"
            continue
        if not any(math.isfinite(float(each["value"][1])) for each in series):
            yield f"{query.name}: no data for {query.expr}"
    for rule in prometheus.rules():
        if rule["health"] != "ok":
            yield f"alert {rule['name']}: {rule.get('lastError') or rule['health']}"
    firing = {alert["labels"]["alertname"] for rule in prometheus.rules() for alert in rule["alerts"]}
    if "SagasStuck" not in firing:
        yield "alert SagasStuck neither fires nor waits to, though a saga is STUCK"


def _promtool_metrics(promtool: Path, page: bytes) -> Iterable[str]:
    done = subprocess.run([promtool, "check", "metrics"], input=page, capture_output=True, check=False)
    if not page or done.returncode or done.stderr:
        yield f"promtool check metrics: {done.stderr.decode(errors='replace').strip() or 'the page is empty'}"


def _check_files(promtool: Path) -> list[str]:
    wrong = []
    for arguments in (("check", "config", "prometheus.yml"), ("test", "rules", "alerts_test.yml")):
        done = subprocess.run([promtool, *arguments], cwd=DEPLOY, capture_output=True, text=True, check=False)
        if done.returncode:
            wrong.append(f"promtool {' '.join(arguments)}: {done.stdout}{done.stderr}".strip())
    return wrong


def main() -> None:
    """Run the lab by itself."""
    try:
        found = run(lambda line: print(line, flush=True))
    except Missing as missing:
        print(f"skipped: {missing}")
        return
    print(json.dumps(found, indent=1))
    sys.exit(1 if found["violations"] else 0)


if __name__ == "__main__":
    main()
