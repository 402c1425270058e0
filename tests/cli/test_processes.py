"""`sagaway serve --processes`: several processes behind one address, killed one by one and all at once."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from orchestrator import processes
from orchestrator.cli.exits import Exit
from orchestrator.store import migrating
from sagaway.client import Payload
from sagaway.v1 import orchestrator_service_pb2 as v1
from sagaway.v1 import orchestrator_service_pb2_grpc
from tests.cli.conftest import Process, invoke, prepare, run
from tests.postgresql import LogDatabase

ERRANDS = json.dumps({"first": 1, "second": 2})
SAGAS = 14
"""So many connections all go to one of two processes once in some 8,000 runs."""


def connect(address: str) -> Any:
    """Return a stub with a connection of its own."""
    channel = grpc.insecure_channel(address, options=(("grpc.use_local_subchannel_pool", 1),))
    return orchestrator_service_pb2_grpc.OrchestratorServiceStub(channel)


def ask(orchestrator: Any, saga_id: str) -> None:
    """Ask for a saga, again where the connection is lost meanwhile: the next one is to whoever lives."""
    for _ in range(5):
        with contextlib.suppress(grpc.RpcError):
            orchestrator.GetSaga(v1.GetSagaRequest(saga_id=saga_id), wait_for_ready=True, timeout=20)
            return
    raise AssertionError("nobody answers")


class Group:
    """Two processes behind one address."""

    def __init__(self, url: str) -> None:
        # Nobody takes over from a process that is dead within a test: what goes on at once was its own to go on with.
        patient = {"SAGAWAY_LEASE_SECONDS": "300"}
        variables = {"SAGAWAY_DATABASE_URL": url, "SAGAWAY_PROCESSES": "2", "SAGAWAY_METRICS_LISTEN": "127.0.0.1:0"}
        flags = ("--listen", "127.0.0.1:0", "--log-format", "json", "--drain-seconds", "0.2")
        self.parent = Process("orchestrator.cli.main", "serve", *flags, variables=variables | patient)
        self.said: list[dict[str, Any]] = []
        self._heard = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.parent.process.stderr is not None
        for line in self.parent.process.stderr:
            with self._heard:
                self.said.append(json.loads(line) if line.startswith("{") else {"event": line})
                self._heard.notify_all()

    def told(self, start: str) -> list[dict[str, Any]]:
        return [event for event in self.said if event["event"].startswith(start)]

    def ready(self, count: int) -> list[dict[str, Any]]:
        """Wait until so many have been ready in all, and return what they said."""
        with self._heard:
            assert self._heard.wait_for(lambda: len(self.told("ready on")) >= count, 60), self.said
        return self.told("ready on")

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End the parent; return its exit code once all have let go of its log."""
        self.parent.process.send_signal(number)
        code = self.parent.process.wait(30)
        self._reader.join(30)
        assert not self._reader.is_alive(), "somebody lives on"
        return code

    def close(self) -> None:
        """Leave nothing behind."""
        with self.parent.process as process:
            process.kill()
            self._reader.join(30)


@pytest.fixture
def group(log_database: LogDatabase) -> Iterator[Group]:
    migrating.migrate(log_database.location, 1)
    made = Group(log_database.location)
    yield made
    made.close()


@pytest.fixture
def deaf(tmp_path: Path) -> Iterator[tuple[str, Callable[[signal.Signals], None]]]:
    """A participant of the test's own, and what stops it and lets it go on."""
    process = Process("tests.client.errands", str(tmp_path / "errands.db"))
    yield process.first_line(), process.process.send_signal
    process.process.send_signal(signal.SIGCONT)
    process.end()


@pytest.mark.timeout(180)
def test_one_is_killed_and_the_others_go_on_until_it_has_its_place_again(
    group: Group, log_database: LogDatabase, deaf: tuple[str, Callable[[signal.Signals], None]], definition_file: Path
) -> None:
    participant, tell = deaf
    ready = group.ready(2)
    address = ready[0]["address"]
    assert {event["address"] for event in ready} == {address}
    assert {event["number"] for event in ready} == {0, 1}
    assert len({event["metrics"] for event in ready}) == 2
    prepare(address, participant, definition_file)
    tell(signal.SIGSTOP)
    connected = [connect(address) for _ in range(SAGAS)]
    for place, orchestrator in enumerate(connected):
        request = v1.StartSagaRequest(saga_id=f"s-{place}", definition_name="errand", input=Payload(json=ERRANDS))
        orchestrator.StartSaga(request, timeout=20)
    shares = [count for (count,) in log_database.run("SELECT count(*) FROM sagas GROUP BY owner_epoch")]
    assert (len(shares), sum(shares)) == (2, SAGAS), "each has some"

    os.kill(ready[0]["process"], signal.SIGKILL)
    for place, orchestrator in enumerate(connected):
        ask(orchestrator, f"s-{place}")
    again = group.ready(3)[2]
    assert again["number"] == ready[0]["number"]
    assert again["process"] != ready[0]["process"]
    (ended,) = group.told(f"process {again['number']} ended")
    assert (ended["exit_code"], ended["in_seconds"]) == (128 + signal.SIGKILL, 0)
    assert log_database.run("SELECT count(*) FROM replicas WHERE end_time IS NULL") == [(2,)], "it took its own place"
    tell(signal.SIGCONT)
    for place in range(SAGAS):
        assert invoke(address, "watch", f"s-{place}").code == 0

    assert group.end() == 0
    assert {event["number"] for event in group.told("stopped")} == {0, 1}
    assert log_database.run("SELECT count(*) FROM replicas WHERE end_time IS NULL") == [(0,)], "they drained"


@pytest.mark.timeout(180)
def test_a_parent_that_is_killed_takes_all_with_it_and_nobody_else_gets_its_address(
    group: Group, log_database: LogDatabase
) -> None:
    (listening,) = {event["address"] for event in group.ready(2)}
    for several in ((), ("--processes", "2")):
        url = {"SAGAWAY_DATABASE_URL": log_database.location}
        refused = run("serve", "--listen", listening, "--metrics-listen", "off", *several, **url)
        assert refused.code == Exit.REFUSED
        assert f"can't listen on {listening}" in refused.err
        assert "Traceback" not in refused.err
    assert log_database.run("SELECT count(*) FROM replicas") == [(2,)]

    assert group.end(signal.SIGKILL) == -signal.SIGKILL
    host, _, port = listening.partition(":")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)))


def test_what_no_start_can_mend_ends_all(tmp_path: Path, log_database: LogDatabase) -> None:
    variables = {"SAGAWAY_PROCESSES": "2", "SAGAWAY_LISTEN": "127.0.0.1:0", "SAGAWAY_METRICS_LISTEN": "off"}
    on_sqlite = run("serve", "--database", str(tmp_path / "saga.db"), **variables)
    assert on_sqlite.code == Exit.USAGE
    assert "SAGAWAY_PROCESSES: 2 processes can't share a saga log on SQLite" in on_sqlite.err
    assert not list(tmp_path.iterdir())
    # What only the children see.
    away = run("serve", **variables, SAGAWAY_DATABASE_URL="postgresql://me:s3cret@127.0.0.1:1/sagas")
    assert away.code == Exit.REFUSED
    assert "can't be opened" in away.err
    assert "s3cret" not in away.err
    assert "Traceback" not in away.err


def test_each_has_a_port_of_its_own_for_its_metrics(tmp_path: Path) -> None:
    variables = {"SAGAWAY_PROCESSES": "3", "SAGAWAY_DATABASE_URL": "postgresql://h/d"}
    refused = run("serve", "--metrics-listen", "127.0.0.1:65534", **variables)
    assert refused.code == Exit.USAGE
    assert "--metrics-listen: each of 3 processes takes a port, from 65534 on" in refused.err


@pytest.fixture
def signals() -> Iterator[None]:
    """Let this process, and those it starts, hear signals as before: who has stopped ignores the rest of them."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("signals")
async def test_one_that_ends_again_and_again_is_given_ever_more_time(tmp_path: Path) -> None:
    """A child that writes when it lives, refuses its second start, and ends for good at SIGTERM."""
    lives = tmp_path / "lives"
    script = f"""
import os, signal, sys, time
with open({str(lives)!r}, "a") as file:
    file.write(f"{{time.monotonic()}}\\n")
count = len(open({str(lives)!r}).readlines())
if count <= 3:
    sys.exit(4 if count == 2 else 9)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))
os.kill(os.getppid(), signal.SIGUSR1)
time.sleep(60)
"""
    loop, lived = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGUSR1, lived.set)
    try:
        async with asyncio.timeout(30):
            kept = asyncio.create_task(processes.keep((sys.executable, "-c", script), [{}], frozenset({4})))
            await lived.wait()
            os.kill(os.getpid(), signal.SIGTERM)
            assert await kept == 3
    finally:
        loop.remove_signal_handler(signal.SIGUSR1)
    first, second, third, fourth = (float(line) for line in lives.read_text().split())
    assert second - first < third - second < fourth - third
    assert third - second >= processes.FIRST_PAUSE
    assert fourth - third >= processes.FIRST_PAUSE * 2


def test_pauses_grow_up_to_a_limit() -> None:
    assert [processes.pause(in_vain) for in_vain in (0, 1, 2, 3, 4)] == [0, 0, 0.5, 1, 2]
    assert processes.pause(1_000) == processes.LAST_PAUSE


def test_an_address_is_held_against_all_but_the_holders_own() -> None:
    with processes.hold("127.0.0.1:0") as held:
        address = f"127.0.0.1:{held.getsockname()[1]}"
        with pytest.raises(OSError, match="in use"):
            processes.hold(address)
        for reuse in (0, 1):
            with socket.socket() as other:
                other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, reuse)
                with pytest.raises(OSError, match="in use"):
                    other.bind(held.getsockname())
        with socket.socket() as child:
            child.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            child.bind(held.getsockname())
            child.listen()


def test_an_address_at_which_old_connections_linger_can_be_had() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        name = server.getsockname()
        client = socket.create_connection(name)
        accepted, _ = server.accept()
        accepted.close()  # the server's side first: it is this one that lingers
        assert client.recv(1) == b""
        client.close()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            processes.hold(f"127.0.0.1:{name[1]}").close()
            return
    raise AssertionError("it is kept from us")
