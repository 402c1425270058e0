"""`sagaway serve` on PostgreSQL, as processes: replicas of one log, killed, stopped, and started again."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest

from orchestrator.cli.exits import Exit
from tests.cli.conftest import Process, invoke, prepare, run
from tests.postgresql import LogDatabase

HELD = json.dumps({"first": "hold", "second": 1})
LEASE = 1.5


@pytest.fixture(autouse=True)
def migrated(log_database: LogDatabase) -> None:
    assert run("migrate", SAGAWAY_DATABASE_URL=log_database.location).code == 0


def serve(url: str, name: str) -> Process:
    flags = ("--listen", "127.0.0.1:0", "--metrics-listen", "off", "--log-format", "json", "--drain-seconds", "0.2")
    named = {"SAGAWAY_REPLICA_NAME": name, "SAGAWAY_LEASE_SECONDS": str(LEASE)}
    return Process("orchestrator.cli.main", "serve", *flags, variables={"SAGAWAY_DATABASE_URL": url, **named})


def test_replicas_share_a_log_and_take_over_from_each_other(
    log_database: LogDatabase, participant: str, definition_file: Path
) -> None:
    url = log_database.location.replace("postgres@", "postgres:s3cret@")
    first, second = serve(url, "first"), serve(url, "second")
    try:
        ready = first.until("ready on")
        assert ready["database"].startswith("postgresql://")
        assert "s3cret" not in str(ready)
        one, two = ready["address"], second.ready()
        prepare(one, participant, definition_file)
        for place in range(4):
            started = invoke(one, "start", "errand", "--id", f"s-{place}", "--input", HELD)
            assert started.code == 0, started
        # Any replica takes a command, and any shows what comes of it.
        assert invoke(two, "cancel", "s-0").code == 0
        assert invoke(two, "watch", "s-0").code == Exit.NOT_COMPLETED
        assert invoke(one, "watch", "s-0").code == Exit.NOT_COMPLETED
        # It is killed, and the other goes on with what it owned.
        first.process.send_signal(signal.SIGKILL)
        killed = time.monotonic()
        second.until("replicas were ended")
        assert time.monotonic() - killed < LEASE + 2
        assert invoke(two, "cancel", "s-1").code == 0
        assert invoke(two, "watch", "s-1").code == Exit.NOT_COMPLETED
        # The other is stopped for longer than its lease; the first, started again, ends it.
        again = serve(url, "first")
        try:
            one = again.ready()
            os.kill(second.process.pid, signal.SIGSTOP)
            again.until("replicas were ended")
            os.kill(second.process.pid, signal.SIGCONT)
            assert second.process.wait(30) == Exit.LOG_LOST, "and not before it goes on"
            for place in (2, 3):
                assert invoke(one, "cancel", f"s-{place}").code == 0
                assert invoke(one, "watch", f"s-{place}").code == Exit.NOT_COMPLETED
        finally:
            assert again.end()[0] == 0
    finally:
        second.process.send_signal(signal.SIGCONT)
        logs = [process.end()[1] for process in (first, second)]
    assert "another replica on" in logs[1]
    assert "s3cret" not in str(logs)


def test_one_that_is_started_again_takes_its_own_place_at_once(
    log_database: LogDatabase, participant: str, definition_file: Path
) -> None:
    first = serve(log_database.location, "one")
    try:
        address = first.ready()
        prepare(address, participant, definition_file)
        assert invoke(address, "start", "errand", "--id", "s", "--input", HELD).code == 0
    finally:
        first.process.send_signal(signal.SIGKILL)
        first.end()
    again = serve(log_database.location, "one")
    try:
        address = again.ready()
        assert log_database.run("SELECT count(*) FROM replicas WHERE end_time IS NULL") == [(1,)]
        assert invoke(address, "cancel", "s").code == 0
        assert invoke(address, "watch", "s").code == Exit.NOT_COMPLETED
    finally:
        assert again.end()[0] == 0


def test_a_second_server_on_one_address_does_not_take_the_place_of_the_first(log_database: LogDatabase) -> None:
    variables = {"SAGAWAY_DATABASE_URL": log_database.location}
    first = Process(
        "orchestrator.cli.main", "serve", "--listen", "127.0.0.1:0", "--metrics-listen", "off", variables=variables
    )
    try:
        address = first.ready()
        refused = run("serve", "--listen", address, "--metrics-listen", "off", **variables)
        assert refused.code == Exit.REFUSED
        assert f"can't listen on {address}" in refused.err
        assert log_database.run("SELECT count(*) FROM replicas") == [(1,)]
    finally:
        assert first.end()[0] == 0


def test_two_databases_are_one_too_many(tmp_path: Path) -> None:
    refused = run("serve", "--database", str(tmp_path / "saga.db"), SAGAWAY_DATABASE_URL="postgresql://me:s3cret@h/d")
    assert refused.code == Exit.USAGE
    assert "SAGAWAY_DATABASE_URL: a SQLite file is named too" in refused.err
    assert "s3cret" not in refused.err
