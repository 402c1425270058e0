"""What tracing costs: `python -m bench.tracing` runs order-3 without tracing, and with it at 100 % and at 10 %.

The contenders run in turns, in one run, each an orchestrator of its own with its log on disk. A saga of order-3 has
five spans: StartSaga, three attempts, the saga. Then the collector is killed, and the turns are run again. Exit code 1:
a ratio is below what was promised.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import median
from typing import Any

from grpc import aio
from rich.console import Console
from rich.table import Table

from bench import loads
from bench.__main__ import DEFINITION, machine, measured, prepare
from bench.command import carry_out
from bench.processes import Processes

SPANS_PER_SAGA = 5
CONTENDERS = {"off": None, "10 %": "0.1", "100 %": "1"}
"""By name, the ratio that is sampled."""
PROMISED = {"10 %": 0.88, "100 %": 0.65}
"""How much of the sagas a second without tracing there must be at least."""
COLLECTOR = ("up", "killed")


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m bench.tracing", description=__doc__)
    parser.add_argument("--concurrency", type=int, default=64, help="closed loops (default: 64)")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each turn (default: 2)")
    parser.add_argument("--turns", type=int, default=7, help="of each contender (default: 7)")
    parser.add_argument("--port", type=int, default=17180, help="the first of six ports (default: 17180)")
    parser.add_argument("--output", type=Path, default=Path("build/bench-tracing.json"), help="raw data")
    arguments = parser.parse_args()
    console = Console()
    kept = report(carry_out(run, arguments, console)["turns"], console)
    sys.exit(0 if kept else 1)


async def run(arguments: argparse.Namespace, folder: Path, console: Console) -> dict[str, Any]:
    """Start everything, measure in turns with the collector and without, and return the raw data."""
    participant, plain, collector, *others = (f"127.0.0.1:{arguments.port + place}" for place in range(6))
    addresses = dict(zip(CONTENDERS, others, strict=True))
    turns: list[dict[str, Any]] = []
    first = 0
    with Processes(folder) as processes:
        processes.start("participant", participant, ["bench.participant", participant, plain])
        processes.start("collector", collector, ["bench.collector", collector])
        for name, address in addresses.items():
            words = ["bench.orchestrator", name.replace(" %", ""), "sqlite", address, str(folder)]
            processes.start(name, address, words, variables_of(CONTENDERS[name], collector))
            await prepare(address, participant)
        for state in COLLECTOR:
            if state == "killed":
                processes.kill("collector")
            for turn in range(arguments.turns + 1):
                for name, address in addresses.items():
                    first += 1_000_000
                    console.print(f"collector {state}, {name}: turn {turn or 'warm-up'}", style="dim")
                    before = processes.processor_seconds()
                    async with aio.insecure_channel(address) as channel:
                        once = loads.saga(channel, DEFINITION)
                        seconds = arguments.seconds if turn else arguments.seconds / 4
                        sample = await loads.closed(once, arguments.concurrency, seconds, first)
                    if turn:
                        after = processes.processor_seconds()
                        turns.append(measured(name, state, arguments.concurrency, sample, before, after))
    return {"machine": machine(), "turns": turns}


def variables_of(ratio: str | None, collector: str) -> dict[str, str]:
    """Return the variables of a contender."""
    common = {"SAGAWAY_METRICS_LISTEN": "off"}
    if ratio is None:
        return {**common, "OTEL_SDK_DISABLED": "true"}
    return {
        **common,
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{collector}",
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": ratio,
    }


def report(turns: list[dict[str, Any]], console: Console) -> bool:
    """Print the figures (processor time is the orchestrator's); returns whether they are as promised."""
    table = Table("collector", "traced", "sagas/s", "of off", "needed", "p50 ms", "µs a saga", "µs a span")
    kept = True
    for state in COLLECTOR:
        rates: dict[str, list[float]] = {}
        costs: dict[str, float] = {}
        for name, share in CONTENDERS.items():
            own = [turn for turn in turns if (turn["kind"], turn["contender"]) == (state, name)]
            rates[name] = [turn["sagas_per_second"] for turn in own]
            costs[name] = median(turn["processor_us_per_saga"][name] for turn in own)
            # Each turn against its neighbour in time: the machine may be busier in some turns than in others.
            ratio = median(mine / off for mine, off in zip(rates[name], rates["off"], strict=True))
            needed = PROMISED.get(name, 0)
            kept = kept and ratio >= needed
            spans = SPANS_PER_SAGA * float(share or 0)
            table.add_row(
                state,
                name,
                f"{median(rates[name]):.0f}",
                f"{ratio:.2f}",
                f"{needed:.2f}" if needed else "",
                f"{median(turn['p50_seconds'] for turn in own) * 1e3:.1f}",
                f"{costs[name]:.0f}",
                f"{(costs[name] - costs['off']) / spans:.0f}" if spans else "",
            )
    console.print(table)
    return kept


if __name__ == "__main__":
    main()
