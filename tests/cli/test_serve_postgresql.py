"""`sagaway serve` on PostgreSQL, as a process: killed, started again, and taken over."""

from __future__ import annotations

import json
import signal
from pathlib import Path

from orchestrator.cli.exits import Exit
from tests.cli.conftest import Process, invoke, prepare, run
from tests.postgresql import LogDatabase

HELD = json.dumps({"first": "hold", "second": 1})


def serve(url: str) -> Process:
    flags = ("--listen", "127.0.0.1:0", "--metrics-listen", "off", "--log-format", "json", "--drain-seconds", "0.2")
    return Process("orchestrator.cli.main", "serve", *flags, variables={"SAGAWAY_DATABASE_URL": url})


def test_after_a_kill_everything_goes_on_and_whoever_starts_next_takes_over(
    log_database: LogDatabase, participant: str, definition_file: Path
) -> None:
    url = log_database.location.replace("postgres@", "postgres:s3cret@")
    first = serve(url)
    try:
        ready = first.until("ready on")
        assert ready["database"].startswith("postgresql://")
        assert "s3cret" not in str(ready)
        prepare(ready["address"], participant, definition_file)
        for place in range(5):
            started = invoke(ready["address"], "start", "errand", "--id", f"s-{place}", "--input", HELD)
            assert started.code == 0, started
    finally:
        first.process.send_signal(signal.SIGKILL)
        _, log = first.end()
    assert "s3cret" not in log

    second = serve(url)
    try:
        address = second.ready()
        assert invoke(address, "cancel", "s-0").code == 0
        assert invoke(address, "watch", "s-0").code == Exit.NOT_COMPLETED
        third = serve(url)
        try:
            taken_over = third.ready()
            assert invoke(address, "cancel", "s-1").code != 0
            second.process.wait(30)
            for place in range(1, 5):
                assert invoke(taken_over, "cancel", f"s-{place}").code == 0
                assert invoke(taken_over, "watch", f"s-{place}").code == Exit.NOT_COMPLETED
        finally:
            assert third.end()[0] == 0
    finally:
        code, log = second.end()
    assert code == Exit.LOG_LOST, log
    assert "another process has taken the saga log" in log
    assert "s3cret" not in log


def test_two_databases_are_one_too_many(tmp_path: Path) -> None:
    refused = run("serve", "--database", str(tmp_path / "saga.db"), SAGAWAY_DATABASE_URL="postgresql://me:s3cret@h/d")
    assert refused.code == Exit.USAGE
    assert "SAGAWAY_DATABASE_URL: a SQLite file is named too" in refused.err
    assert "s3cret" not in refused.err
