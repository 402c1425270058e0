"""The log and the death of its process, with real processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchestrator.core.model import SagaKey
from orchestrator.store.base import LogUnusable
from orchestrator.store.sql import SqlLog
from tests.store.building import make_events, start

ROOT = Path(__file__).parents[2]


@contextmanager
def process(what: str, path: Path, *user: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.store.processes", what, str(path), *user]
    child = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


def line(child: subprocess.Popen[str]) -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


async def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "saga.db"
    answered: dict[str, int] = {}
    with process("write", path) as child:
        assert line(child) == "open"
        for _ in range(300):
            saga_id, sequence = line(child).split()
            answered[saga_id] = int(sequence)
        child.kill()
        assert child.stdout is not None
        for rest in child.stdout.read().splitlines():
            words = rest.split()
            if len(words) == 2 and words[1] in ("2", "5"):  # the last line may be cut
                answered[words[0]] = int(words[1])
    assert len(answered) > 60

    log = SqlLog(path)
    await log.open(2)
    try:
        orphans = {each.row.key.saga_id: each for each in await log.claim_orphans(100_000)}
        assert answered.keys() <= orphans.keys()
        for saga_id, last in answered.items():
            assert orphans[saga_id].row.sequence >= last
        for each in orphans.values():  # each append stands whole or not at all
            assert each.row.sequence in (2, 5)
            assert [event.sequence for event in each.events] == list(range(1, each.row.sequence + 1))
            assert [event.event for event in each.events] == list(make_events(each.row.sequence))
            assert each.row.labels == {"a": "b"}
    finally:
        await log.close()


async def test_one_process_a_log_and_the_kernel_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "saga.db"
    link = tmp_path / "link.db"
    link.symlink_to(path)
    with process("open", path) as child:
        assert line(child) == "open"
        for name in (path, link):
            with pytest.raises(LogUnusable, match=rf"in use by process {child.pid}, .*saga\.db\.lock; stop that"):
                await SqlLog(name).open(1)
        child.kill()
        child.wait()
        log = SqlLog(path)
        await log.open(2)
        with process("open", path) as second:
            assert line(second).startswith(f"refused: the saga log is in use by process {os.getpid()}")
        with pytest.raises(LogUnusable, match=f"in use by process {os.getpid()}"):
            await SqlLog(path).open(3)
        assert await start(log)
        await log.close()


async def test_an_io_error_at_a_commit_is_the_end_of_the_process_and_not_of_the_log(tmp_path: Path) -> None:
    path = tmp_path / "saga.db"
    with process("wall", path) as child:
        output, _ = child.communicate()
    *answered, fatal, still = output.splitlines()
    assert fatal.startswith("fatal an I/O error at a commit of ")
    assert "SQLITE_IOERR" in fatal
    assert still == "still fatal"
    assert child.returncode == 0
    assert len(answered) > 5
    log = SqlLog(path)
    await log.open(2)
    try:
        for each in answered:
            row = await log.read(SagaKey("default", each.split()[0]))
            assert row is not None
            assert row.sequence == 2
    finally:
        await log.close()


@pytest.fixture
def shared() -> Iterator[Path]:
    """A directory that other users can reach, which `tmp_path` is not."""
    directory = Path(tempfile.mkdtemp())
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


async def test_a_log_that_may_not_be_written_is_refused(shared: Path) -> None:
    path = shared / "saga.db"
    log = SqlLog(path)
    await log.open(1)
    await log.close()
    path.chmod(0o444)
    before = path.read_bytes()
    nobody = ("65534",) if os.getuid() == 0 else ()  # root may write everything
    with process("open", path, *nobody) as child:
        if nobody:
            assert line(child).startswith(f"refused: the lock file {path}.lock can't be opened for writing")
    path.with_name("saga.db.lock").chmod(0o666)
    shared.chmod(0o777)
    with process("open", path, *nobody) as child:
        answer = line(child)
    assert answer.startswith(f"refused: the saga log {path} can't be written (SQLITE_READONLY")
    assert answer.endswith("give this user the right to write it and its directory")
    assert path.read_bytes() == before
