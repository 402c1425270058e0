"""Runs the inventory as a process of its own."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass
class Running:
    """A participant's process.

    Attributes:
        process: send it signals; write a line to its stdin to open its gate.
        address: where it serves.
    """

    process: asyncio.subprocess.Process
    address: str

    async def entered(self) -> None:
        """Wait until a function came to the gate."""
        assert self.process.stdout is not None
        async with asyncio.timeout(20):
            assert await self.process.stdout.readline() == b"entered\n"

    def open_gate(self) -> None:
        """Let it go on."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")

    async def exit_code(self) -> int:
        async with asyncio.timeout(20):
            return await self.process.wait()


@asynccontextmanager
async def running(url: str, *arguments: str) -> AsyncIterator[Running]:
    """Start it; it is killed at the end if it still runs."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.participant.inventory",
        url,
        *arguments,
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            address = (await process.stdout.readline()).decode().strip()
        assert address, f"it ended with {await process.wait()} before it served"
        yield Running(process, address)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()
