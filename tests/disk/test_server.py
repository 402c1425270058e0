"""The real server on a disk that fails: what it answers, how it ends, and what the next one makes of the file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestrator.app import LOG_LOST_EXIT
from orchestrator.core.events import SagaStarted
from orchestrator.store.codec import VERSIONS
from sagaway.client import FailedPrecondition, Retries, SyncClient, Unavailable, name_of
from tests.cli.conftest import Process, serve
from tests.client.errands import NAME, errand
from tests.disk.faults import Action, Faults, Kind

ONCE = Retries(patience=timedelta(0), attempt_timeout=timedelta(seconds=25))
WAIT = timedelta(seconds=30)


@contextmanager
def errands(folder: Path) -> Iterator[str]:
    process = Process("tests.client.errands", str(folder / "errands.db"))
    try:
        yield process.first_line()
    finally:
        process.end()


@contextmanager
def server(database: Path) -> Iterator[tuple[Process, SyncClient]]:
    """A server that is ready and has recovered."""
    process = serve(database, "--drain-seconds", "0.2")
    try:
        assert process.process.stderr is not None
        said: dict[str, dict[str, Any]] = {}
        for line in process.process.stderr:
            event = json.loads(line)
            said[str(event["event"]).split(" ")[0]] = event
            if said.keys() >= {"ready", "recovery"}:
                break
        with SyncClient(said["ready"]["address"], retries=ONCE) as client:
            yield process, client
    finally:
        process.end()


@pytest.mark.parametrize("kind", [Kind.WRITE, Kind.SYNC])
def test_an_io_error_at_a_commit_ends_the_process_and_the_next_one_is_right(
    disk: Faults, tmp_path: Path, kind: Kind
) -> None:
    database = tmp_path / "saga.db"
    with errands(tmp_path) as address:
        with server(database) as (process, client):
            client.participants.register(NAME, address)
            client.definitions.register(errand())
            client.start("errand", saga_id="before", input={"first": 1, "second": 2}, wait=WAIT)
            disk.arm(database, kind, Action.IO_ERROR, 1)
            with pytest.raises(Unavailable):
                client.start("errand", saga_id="at", input={"first": 1, "second": 2})
            assert process.process.wait(20) == LOG_LOST_EXIT
        assert disk.fired == 1
        disk.mend()
        with server(database) as (_, client):
            client.start("errand", saga_id="at", input={"first": 1, "second": 2}, wait=WAIT)
            assert {saga.saga_id: name_of(saga, "state") for saga in client.list()} == {
                "before": "COMPLETED",
                "at": "COMPLETED",
            }


@pytest.mark.long(12)
def test_a_full_disk_is_told_and_waited_out(disk: Faults, tmp_path: Path) -> None:
    database = tmp_path / "saga.db"
    with errands(tmp_path) as address, server(database) as (process, client):
        client.participants.register(NAME, address)
        client.definitions.register(errand())
        client.start("errand", saga_id="held", input={"first": "hold", "second": 2})
        disk.arm(database, Kind.WRITE, Action.FULL, 1, None)
        with pytest.raises(Unavailable) as caught:
            client.start("errand", saga_id="new", input={"first": 1, "second": 2})
        assert caught.value.reason == "LOG_UNAVAILABLE"
        assert name_of(client.get("held"), "state") == "RUNNING"  # reading goes on
        with pytest.raises(Unavailable) as caught:
            client.cancel("held")
        assert caught.value.reason == "LOG_UNAVAILABLE"
        disk.mend()
        process.until("the saga log can be written again")
        client.start("errand", saga_id="new", input={"first": 1, "second": 2}, wait=WAIT)
        client.cancel("held")
        assert name_of(client.wait("held", WAIT), "state") == "COMPENSATED"
        assert name_of(client.get("new"), "state") == "COMPLETED"


def test_a_read_that_fails_is_told_and_harms_nothing(disk: Faults, tmp_path: Path) -> None:
    database = tmp_path / "saga.db"
    with errands(tmp_path) as address:
        with server(database) as (_, client):
            client.participants.register(NAME, address)
            client.definitions.register(errand())
            client.start("errand", saga_id="done", input={"first": 1, "second": 2}, wait=WAIT)
        # A new process has nothing in its memory yet.
        with server(database) as (process, client):
            disk.arm(database, Kind.READ, Action.IO_ERROR, 1, None)
            with pytest.raises(Unavailable) as caught:
                list(client.list(labels={"none": "such"}))
            assert disk.fired
            # The search for due sagas may have met it first. It reads where it will write, and that ends the process.
            assert caught.value.reason == "LOG_UNAVAILABLE" or process.process.wait(20) == LOG_LOST_EXIT
            disk.mend()
        with server(database) as (_, client):
            assert name_of(client.get("done"), "state") == "COMPLETED"


def test_damaged_rows_are_put_aside_and_the_rest_is_served(tmp_path: Path) -> None:
    """No failing disk here: the rows were changed while nobody looked."""
    database = tmp_path / "saga.db"
    damages = {
        "state": "UPDATE sagas SET state = 'secret' WHERE saga_id = ?",
        "labels": "UPDATE sagas SET labels = CAST(x'7bff' AS TEXT) WHERE saga_id = ?",
        "cut": "UPDATE events SET data = substr(data, 1, 5) WHERE sequence = 1 AND uid = "
        "(SELECT uid FROM sagas WHERE saga_id = ?)",
        "missing": "DELETE FROM events WHERE sequence = 1 AND uid = (SELECT uid FROM sagas WHERE saga_id = ?)",
        "type": "UPDATE events SET type = CAST(x'ff' AS TEXT) WHERE sequence = 2 AND uid = "
        "(SELECT uid FROM sagas WHERE saga_id = ?)",
        "field": "UPDATE events SET data = json_set(data, '$.step_id', 5) WHERE sequence = 2 AND uid = "
        "(SELECT uid FROM sagas WHERE saga_id = ?)",
    }
    said = {
        "state": "its state is damaged",
        "labels": "its labels is damaged",
        "cut": f"event 1 (type 'SagaStarted', version {VERSIONS[SagaStarted]}) can't be read: its data is not JSON",
        "missing": "event 1 is missing",
        "type": "no such type is known",
        "field": "the field $.step_id has the wrong type",
    }
    sound = {f"sound-{place}" for place in range(3)}
    with errands(tmp_path) as address:
        with server(database) as (process, client):
            client.participants.register(NAME, address)
            client.definitions.register(errand())
            for saga_id in (*damages, *sound):
                client.start("errand", saga_id=saga_id, input={"first": "hold", "second": 2})
            process.process.kill()
            process.process.wait()
        with closing(sqlite3.connect(database, isolation_level=None)) as connection:
            for saga_id, damage in damages.items():
                assert connection.execute(damage, (saga_id,)).rowcount == 1
            connection.execute("UPDATE sagas SET owner_epoch = 1, wake_time = NULL")  # as if none had gone to sleep
        with server(database) as (process, client):
            for saga_id in sound:
                client.cancel(saga_id)
                assert name_of(client.wait(saga_id, WAIT), "state") == "COMPENSATED"
            for saga_id, fault in said.items():
                if saga_id in ("state", "labels"):  # there is no row to show
                    with pytest.raises(FailedPrecondition) as caught:
                        client.get(saga_id)
                    assert (caught.value.reason, fault in caught.value.message) == ("SAGA_QUARANTINED", True)
                else:
                    assert fault in client.get(saga_id).quarantine.reason
            listed = {saga.saga_id for saga in client.list(page_size=1)}
            assert listed == sound | damages.keys() - {"state", "labels"}
            client.start("errand", saga_id="new", input={"first": 1, "second": 2}, wait=WAIT)
            assert name_of(client.get("new"), "state") == "COMPLETED"
