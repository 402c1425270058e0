"""Logs that older versions wrote are read for ever: they fold to the same states, and open sagas go on to their ends.

Each `logs/NAME.sql` is what a version of the program left on a disk. Nothing in it can be changed any more, so if a
test here fails, the program is wrong and not the file:

- An event has other fields now: raise its version in `VERSIONS` of orchestrator/store/codec.py, and write an upcaster
  in `UPCASTERS` that makes today's fields from the old ones. Then the old files pass, and
  `test_every_event_is_in_a_golden_log_in_its_version` asks for a new one.
- The fold or the engine decides otherwise: sagas of people out there would change under them. Keep the old behaviour
  for what is in the log already; what is new is told by a new event or a new version of one.
- A field of the state has another name, and means the same: tell `_RENAMED` below.
- The tables changed: the migration from the old ones is what is wrong.

`python -m tests.golden.make NAME` adds the next log. **Never make an old one anew, and never edit one.**
"""

from __future__ import annotations

import dataclasses
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from orchestrator.core.events import EVENT_TYPES, Event
from orchestrator.core.model import Cause, FailureKind, SagaState, StepState
from orchestrator.store.codec import VERSIONS
from orchestrator.store.sql import SqlLog
from tests.engine.harness import key_of
from tests.engine.virtual import VirtualClock, virtual
from tests.golden import logs

UPCAST = (
    "Write an upcaster, or keep the old behaviour; never make the golden log anew. The first lines of "
    "tests/golden/test_golden.py say what to do."
)
ADD = "Tell it in tests/golden/stories.py, then add a log with `python -m tests.golden.make NAME`; the old ones stay."

_RENAMED: Mapping[str, str] = {}
"""Fields of the state that had another name in golden logs: the old name, and today's."""

NAMES = logs.names()


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A golden log on a disk."""
    path = tmp_path / "log.db"
    logs.restore(request.param, path)
    return path


on_each = pytest.mark.parametrize(("database", "name"), [(name, name) for name in NAMES], indirect=["database"])


def renamed(state: Any) -> Any:
    """A golden state in today's names."""
    if isinstance(state, dict):
        return {_RENAMED.get(key, key): renamed(value) for key, value in state.items()}
    return state


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Say of any fault inside what it means, and what is to be done."""
    try:
        yield
    except Exception as error:
        raise AssertionError(f"{name} can't be read or driven any more: {error!r}. {UPCAST}") from error


@asynccontextmanager
async def opened(database: Path, name: str) -> AsyncIterator[SqlLog]:
    """A golden log, open in today's program."""
    log = SqlLog(database)
    with explained(name):
        await log.open(VirtualClock().now())
        try:
            yield log
        finally:
            await log.close()


# What was written stays ---------------------------------------------------------------------------------------------


def test_golden_logs_are_as_they_were_written() -> None:
    sums = logs.sums()
    files = {path.name for path in logs.LOGS.iterdir()} - {logs.SUMS.name}
    assert files == sums.keys(), f"a file was lost, or none of `python -m tests.golden.make`. {UPCAST}"
    assert files == {f"{name}{ending}" for name in NAMES for ending in (".sql", ".json")}
    touched = [name for name, digest in sums.items() if logs.digest_of(logs.LOGS / name) != digest]
    assert not touched, f"{touched} were changed: bring them back from the history. {UPCAST}"


@on_each
def test_old_logs_fold_to_the_same_states(database: Path, name: str) -> None:
    @virtual
    async def run() -> None:
        async with opened(database, name) as log:
            today = {saga_id: logs.as_json(saga) for saga_id, saga in (await logs.folded(log)).items()}
        golden = {saga_id: renamed(said["folded"]) for saga_id, said in logs.read_states(name).items()}
        assert today.keys() == golden.keys()
        faults = [each for saga_id in golden for each in logs.differences(golden[saga_id], today[saga_id], saga_id)]
        assert not faults, f"{name} folds otherwise than it did: {faults}. {UPCAST}"

    run()


@on_each
def test_the_heads_say_what_the_logs_say(database: Path, name: str) -> None:
    """What lists and claims go by, in the tables of the log's day: the migrations must carry it over."""

    @virtual
    async def run() -> None:
        async with opened(database, name) as log:
            rows = {saga_id: await log.read(key_of(saga_id)) for saga_id in logs.read_states(name)}
        for saga_id, said in logs.read_states(name).items():
            row, folded = rows[saga_id], renamed(said["folded"])
            assert row is not None, saga_id
            assert (row.state, row.cause and row.cause.value) == (folded["state"], folded["cause"]), saga_id
            assert (row.sequence, row.labels) == (folded["sequence"], folded["labels"]), saga_id
            assert row.quarantine_time is None, saga_id

    run()


@on_each
def test_old_open_sagas_go_on_to_the_same_ends(database: Path, name: str) -> None:
    @virtual
    async def run() -> None:
        with explained(name):
            today = {saga_id: logs.end_of(saga) for saga_id, saga in (await logs.ended(database)).items()}
        golden = {saga_id: said["ended"] for saga_id, said in logs.read_states(name).items() if "ended" in said}
        assert golden
        assert today == golden, f"open sagas of {name} end otherwise than they did. {UPCAST}"

    run()


# What is new is added -----------------------------------------------------------------------------------------------


def rows(tmp_path: Path) -> list[tuple[str, int, dict[str, Any]]]:
    """Every event of every golden log: its type, version and fields."""
    found = []
    for name in NAMES:
        database = tmp_path / f"{name}.db"
        logs.restore(name, database)
        with closing(sqlite3.connect(database)) as connection:
            found += connection.execute("SELECT type, version, data FROM events").fetchall()
    return [(type_, version, json.loads(data)) for type_, version, data in found]


def test_every_event_is_in_a_golden_log_in_its_version(tmp_path: Path) -> None:
    written = {(type_, version) for type_, version, _ in rows(tmp_path)}
    missing = {(event.__name__, VERSIONS.get(event, 1)) for event in EVENT_TYPES} - written
    assert not missing, f"no golden log has {sorted(missing)}. {ADD}"


def test_every_field_of_an_event_is_in_a_golden_log(tmp_path: Path) -> None:
    """A field that has its default is not written; each must have been something else once."""
    written = {(type_, field) for type_, _, fields in rows(tmp_path) for field in fields}
    missing = {(event.__name__, field) for event in EVENT_TYPES for field in fields_of(event)} - written
    assert not missing, f"no golden log has {sorted(missing)}. {ADD}"


def fields_of(event: type[Event]) -> list[str]:
    """The fields that a row's data may have."""
    return [field.name for field in dataclasses.fields(event) if field.name != "time"]


def test_every_state_and_cause_is_in_a_golden_log() -> None:
    sagas = [said["folded"] for name in NAMES for said in logs.read_states(name).values()]
    steps = [step for saga in sagas for step in saga["steps"].values()]
    there = {
        SagaState: {saga["state"] for saga in sagas},
        Cause: {saga["cause"] for saga in sagas},
        StepState: {step["state"] for step in steps},
        FailureKind: {step["failed_kind"] for step in steps},
    }
    # Nobody can abandon a saga yet: no event leads there.
    missing = {f"{kind.__name__}.{each}" for kind, seen in there.items() for each in kind if each.value not in seen}
    assert missing <= {"SagaState.ABANDONED"}, f"no golden log has {sorted(missing)}. {ADD}"


# The guard guards ---------------------------------------------------------------------------------------------------


def test_a_difference_is_told_by_its_place() -> None:
    golden = {"a": {"b": [1, 2], "c": None}, "d": 0}
    assert logs.differences(golden, {"a": {"b": [1, 2], "c": None, "new": 1}, "d": 0, "new": 1}, "s") == []
    assert logs.differences(golden, {"a": {"b": [2, 1], "c": None}, "d": False}, "s") == [
        "s.a.b was [1, 2], is [2, 1]",
        "s.d was 0, is False",
    ]
    assert logs.differences(golden, {"a": {"b": [1, 2]}, "d": 0}, "s") == ["s.a.c is gone; it was None"]


def test_a_golden_log_is_never_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.golden import make  # noqa: PLC0415 - a program, not a library

    shutil.copytree(logs.LOGS, tmp_path / "logs")
    monkeypatch.setattr(logs, "LOGS", tmp_path / "logs")
    monkeypatch.setattr(logs, "SUMS", tmp_path / "logs" / "SHA256SUMS")
    for name in (NAMES[0], "0000", NAMES[-1]):
        with pytest.raises(SystemExit, match="never made anew"):
            make.main(name)
    with pytest.raises(SystemExit, match="is no name"):
        make.main("new")
    assert (tmp_path / "logs" / "SHA256SUMS").read_bytes() == (Path(__file__).parent / "logs/SHA256SUMS").read_bytes()


def test_the_program_makes_a_log_that_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the next one can be made on the day that it is needed."""
    from tests.golden import make  # noqa: PLC0415 - a program, not a library

    monkeypatch.setattr(logs, "LOGS", tmp_path)
    monkeypatch.setattr(logs, "SUMS", tmp_path / "SHA256SUMS")
    make.main("0001-again")
    assert logs.sums() == {path.name: logs.digest_of(path) for path in tmp_path.glob("0001-again.*")}
    database = tmp_path / "log.db"
    logs.restore("0001-again", database)
    states = logs.read_states("0001-again")
    oldest = logs.LOGS / "0001.json"
    assert not oldest.exists(), "the real ones are not touched"
    assert {said["folded"]["state"] for said in states.values()} >= {"COMPLETED", "COMPENSATED", "STUCK", "PENDING"}
