"""The orchestrator under test, one process: `python -m bench.orchestrator NAME LOG ADDRESS FOLDER`.

LOG is memory, sqlite or the URL of a PostgreSQL database; its file and what it tells are named after NAME.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

from orchestrator import process, telemetry
from orchestrator.app import serving
from orchestrator.config import load_settings
from orchestrator.store.location import is_postgresql
from orchestrator.store.memory import MemoryLog


async def serve(name: str, log: str, address: str, folder: Path) -> None:
    """Serve until the process is ended."""
    where = {"database_url": log} if is_postgresql(log) else {"database": str(folder / f"{name}.db")}
    settings = load_settings(listen=address, **where)
    telemetry.configure_logging("WARNING", "console")
    async with serving(settings, MemoryLog() if log == "memory" else None) as server:
        # Asked by a signal how many commits there were, it writes the number to a file.
        asked = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, asked.set)
        while True:
            await asked.wait()
            asked.clear()
            count = folder / f"{name}.commits"
            count.with_suffix(".new").write_text(str(server.engine.commits))
            count.with_suffix(".new").rename(count)


if __name__ == "__main__":
    process.run(serve(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4])))
