"""`sagaway health`: its exit codes are what containers are judged by."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from orchestrator.app import serving
from orchestrator.cli.exits import Exit
from orchestrator.config import Settings
from tests.cli.conftest import Cli, invoke, run


def test_a_server_that_serves_is_exit_code_0(cli: Cli, address: str, participant: str) -> None:
    result = cli("health")
    assert (result.code, result.out) == (Exit.OK, f"{address} is serving\n")
    assert cli("health", "--json").document == {"serving": True}
    assert cli("health", "--service", "sagaway.v1.OrchestratorService").code == Exit.OK
    assert cli("health", "--service", "liveness").code == Exit.OK
    assert cli("health", "--service", "nobody").code == Exit.NOT_FOUND
    assert cli("health", "--address", participant).code == Exit.OK


def test_nothing_there_is_exit_code_5_and_says_so() -> None:
    result = run("health", "--address", "127.0.0.1:1", "--patience", "0", "--json")
    assert (result.code, result.out) == (Exit.UNAVAILABLE, "")
    assert "no orchestrator answers at 127.0.0.1:1" in json.loads(result.err)["error"]["message"]


async def test_a_server_that_drains_is_exit_code_5_and_alive(tmp_path: Path) -> None:
    async with serving(Settings(database=tmp_path / "saga.db", listen="127.0.0.1:0")) as server:
        await server.engine.drain(0)
        asked = await asyncio.to_thread(invoke, server.address, "health")
        assert (asked.code, asked.out) == (Exit.UNAVAILABLE, "")
        assert "should get no traffic now" in asked.err
        assert (await asyncio.to_thread(invoke, server.address, "health", "--json")).document == {"serving": False}
        assert (await asyncio.to_thread(invoke, server.address, "health", "--service", "liveness")).code == Exit.OK
