"""What every benchmark does round its measuring: a folder of its own, a clear end if it can't be done, the raw data as JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from rich.console import Console

from bench.processes import BusyPort

Run = Callable[[argparse.Namespace, Path, Console], Awaitable[dict[str, Any]]]


def carry_out(run: Run, arguments: argparse.Namespace, console: Console) -> dict[str, Any]:
    """Measure, write the raw data to `arguments.output`, and return them; ends the program if that can't be done."""

    async def measure() -> dict[str, Any]:
        with tempfile.TemporaryDirectory(prefix="sagaway-bench-") as folder:
            return await run(arguments, Path(folder), console)

    try:
        result = asyncio.run(measure())
    except (BusyPort, RuntimeError) as error:
        console.print(str(error), style="bold red", markup=False)
        sys.exit(1)
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(json.dumps(result, indent=1), encoding="utf-8")
    console.print(f"Raw data: {arguments.output}")
    return result
