"""`sagaway serve` as a process: how it starts, refuses, drains and dies."""

from __future__ import annotations

import json
import resource
import signal
import sqlite3
import subprocess
from contextlib import closing, suppress
from pathlib import Path

import pytest

from orchestrator.app import LOG_LOST_EXIT, StartRefused, serving
from orchestrator.cli.exits import Exit
from orchestrator.config import Settings
from orchestrator.signals import GRACE, StopSignals
from participants.shop.demo.processes import stop_all
from tests.cli.conftest import Process, invoke, prepare, run, serve


def test_it_drains_at_sigterm_and_goes_on_where_it_was(tmp_path: Path, participant: str, definition_file: Path) -> None:
    database = tmp_path / "saga.db"
    first = serve(database, "--drain-seconds", "0.2")
    try:
        address = first.ready()
        prepare(address, participant, definition_file)
        secret = json.dumps({"first": "hold", "second": "4111-1111"})
        started = invoke(address, "start", "errand", "--id", "o-1", "--input", secret, "--timeout", "100ms")
        assert started.code == Exit.STILL_OPEN
    finally:
        code, log = first.end()
    assert code == 0
    events = [json.loads(line)["event"] for line in log.splitlines()]
    assert events[-1] == "stopped"
    assert "draining" in events
    assert "4111" not in log
    second = serve(database, "--drain-seconds", "0.2")
    try:
        address = second.ready()
        assert invoke(address, "cancel", "o-1").code == 0
        assert invoke(address, "watch", "o-1").code == Exit.NOT_COMPLETED
    finally:
        assert second.end()[0] == 0


def test_a_second_process_on_the_same_log_is_told_who_has_it(tmp_path: Path) -> None:
    first = serve(tmp_path / "saga.db")
    try:
        first.ready()
        second = run("serve", "--database", str(tmp_path / "saga.db"), "--listen", "127.0.0.1:0")
        assert second.code == Exit.REFUSED
        assert f"in use by process {first.process.pid}" in second.err
        assert "Traceback" not in second.err
    finally:
        assert first.end()[0] == 0


async def test_a_port_that_is_taken_is_refused_and_the_log_let_go(tmp_path: Path) -> None:
    async with serving(Settings(database=tmp_path / "saga.db", listen="127.0.0.1:0")) as server:
        for _ in range(2):
            with pytest.raises(StartRefused, match=f"can't listen on {server.address}.*choose another --listen"):
                async with serving(Settings(database=tmp_path / "other.db", listen=server.address)):
                    raise AssertionError("it serves")


async def test_a_file_that_is_no_saga_log_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE mine (id INTEGER)")
    before = other.read_bytes()
    with pytest.raises(StartRefused, match=r"other\.db"):
        async with serving(Settings(database=other, listen="127.0.0.1:0")):
            raise AssertionError("it serves")
    assert other.read_bytes() == before


@pytest.mark.parametrize(
    ("variables", "flags", "said"),
    [
        ({}, ("--listen", "0.0.0.0:7070"), "--listen: 0.0.0.0:7070 can be reached from other machines"),
        ({"SAGAWAY_LISTEN": "nowhere"}, (), "SAGAWAY_LISTEN: 'nowhere' is not host:port"),
        (
            {"SAGAWAY_MAX_WATCHERS": "many"},
            ("--database", "no/such/dir/saga.db", "--drain-seconds", "-1", "--log-level", "loud"),
            "SAGAWAY_MAX_WATCHERS",
        ),
    ],
)
def test_bad_settings_are_exit_code_2_and_name_the_setting(
    tmp_path: Path, variables: dict[str, str], flags: tuple[str, ...], said: str
) -> None:
    result = invoke("", "serve", *flags, SAGAWAY_DATABASE=str(tmp_path / "saga.db"), **variables)
    assert result.code == Exit.USAGE
    assert said in result.err
    assert all(flag in result.err for flag in flags if flag.startswith("--"))
    assert "pydantic" not in result.err
    assert "Traceback" not in result.err
    assert not list(tmp_path.iterdir())


def test_two_signals_at_nearly_the_same_time_are_one(tmp_path: Path) -> None:
    server = serve(tmp_path / "saga.db")
    try:
        server.ready()
        server.process.terminate()
        server.process.send_signal(signal.SIGINT)  # two of a kind would be one to the kernel, too
    finally:
        code, log = server.end()
    assert code == 0
    assert '"stopped"' in log
    assert "a second signal" not in log


async def test_a_signal_after_the_grace_is_a_second_one() -> None:
    heard: list[str | int] = []
    times = iter((100.0, 100.0, 100.0 + GRACE * 0.99, 100.0 + GRACE))
    signals = StopSignals(lambda: heard.append("stop"), heard.append, lambda: next(times))
    for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGINT):
        signals.take(number)
    assert heard == ["stop"]
    signals.take(signal.SIGINT)
    assert heard == ["stop", 128 + signal.SIGINT]


def test_a_later_signal_ends_it_at_once(tmp_path: Path, definition_file: Path) -> None:
    server = serve(tmp_path / "saga.db", "--drain-seconds", "60")
    deaf = Process("tests.client.errands", str(tmp_path / "errands.db"))
    try:
        address = server.ready()
        prepare(address, deaf.first_line(), definition_file)
        stop_all([deaf.process.pid], "the participant")
        # Its call stays on the wire, and the drain waits for it.
        assert (
            invoke(address, "start", "errand", "--input", '{"first": 1}', "--timeout", "100ms").code == Exit.STILL_OPEN
        )
        server.process.terminate()
        server.until("draining")
        while server.process.poll() is None:  # at first it is taken to be the same signal
            server.process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                server.process.wait(0.1)
        assert server.process.returncode == 128 + signal.SIGINT
        server.until("a second signal")
    finally:
        deaf.process.kill()
        deaf.end()
        server.end()


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits the files of another process")
def test_a_disk_that_fails_at_a_commit_ends_the_process(
    tmp_path: Path, participant: str, definition_file: Path
) -> None:
    limit = 512 * 1024
    server = serve(tmp_path / "saga.db")
    try:
        address = server.ready()
        # A limit on the size of files makes the kernel fail the write as a broken disk would: with an error, at a commit.
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (limit, limit))
        prepare(address, participant, definition_file)
        big = json.dumps({"first": "x" * 400_000, "second": "hold"})
        codes = {invoke(address, "start", "errand", "--input", "-", input=big).code for _ in range(2)}
        assert codes & {Exit.UNAVAILABLE, Exit.FAULT}
        server.process.wait(20)
    finally:
        code, log = server.end()
    assert code == Exit.LOG_LOST == LOG_LOST_EXIT, log
    assert '"critical"' in log
