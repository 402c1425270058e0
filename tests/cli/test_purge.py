"""`sagaway purge`, and the background job of `sagaway serve`."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from orchestrator.app import serving
from orchestrator.cli.exits import Exit
from orchestrator.config import SettingsError, load_settings
from orchestrator.core.model import SagaKey
from orchestrator.engine.settings import DAY, RetentionSettings
from orchestrator.store.sql import SqlLog
from tests.cli.conftest import Result, invoke, prepare, serve
from tests.store.building import ended, start
from tests.store.test_registered import definition

GOOD = '{"first": 1, "second": 2}'


async def old_sagas(database: Path) -> None:
    """Three sagas that ended in 1970."""
    log = SqlLog(database)
    await log.open(1)
    await log.put_definition(definition())
    for place in range(3):
        await start(log, f"old-{place}", ended(99), start_time=place)
    await log.close()


def test_it_says_how_many_asks_and_removes_them(tmp_path: Path, participant: str, definition_file: Path) -> None:
    asyncio.run(old_sagas(tmp_path / "saga.db"))
    server = serve(tmp_path / "saga.db", "--drain-seconds", "0.2")

    def purge(*more: str, **options: str) -> Result:
        return invoke(
            address, "purge", "--older-than", "30d", "--reason", "audited", "--actor", "ann", *more, **options
        )

    try:
        address = server.ready()
        prepare(address, participant, definition_file)
        assert invoke(address, "start", "errand", "--id", "new", "--input", GOOD, "--wait").code == 0
        assert purge("--dry-run").out == "3 sagas would be purged\n"
        assert purge("--dry-run", "--state", "abandoned").out == "0 sagas would be purged\n"
        kept = purge(input="n\n")
        assert kept.code == 1
        assert "Remove 3 sagas of namespace default that ended 30d ago or more for good?" in kept.err
        assert purge("--yes", "--json").document == {"sagas": 3, "purged": True}
        assert purge("--yes").out == "0 sagas purged\n"
        assert [one["saga_id"] for one in invoke(address, "list", "--json").documents] == ["new"]
        gone = invoke(address, "get", "old-1")
        assert (gone.code, "was purged at 20" in gone.err) == (Exit.NOT_FOUND, True)
        again = invoke(address, "start", "errand", "--id", "old-1", "--input", GOOD)
        assert (again.code, "was started by another request" in again.err) == (Exit.REFUSED, True)
        for wrong in (("--older-than", "soon"), ("--older-than", "10ms"), ("--older-than", "1d", "--state", "STUCK")):
            assert invoke(address, "purge", "--reason", "x", *wrong).code == Exit.USAGE
    finally:
        code, log = server.end()
    assert code == 0
    [told] = [line for line in map(json.loads, log.splitlines()) if line["event"] == "a person has purged sagas"]
    assert (told["sagas"], told["reason"], told["claimed_actor"]) == (3, "audited", "ann")


def test_a_start_of_a_purged_saga_is_told_its_end(tmp_path: Path, participant: str, definition_file: Path) -> None:
    server = serve(tmp_path / "saga.db", "--drain-seconds", "0.2")
    start_it = ("start", "errand", "--id", "o-1", "--input", GOOD, "--wait")
    try:
        address = server.ready()
        prepare(address, participant, definition_file)
        assert invoke(address, *start_it).code == 0
        while "1 saga purged" not in invoke(address, "purge", "--older-than", "1s", "--reason", "x", "--yes").out:
            assert server.process.poll() is None
        again = invoke(address, *start_it)
        assert again.code == 0
        assert again.out.startswith("o-1 had been started before, ended COMPLETED and was purged at 20")
        assert len(again.out.splitlines()) == 1
    finally:
        server.end()


async def test_a_server_purges_by_itself_if_it_is_told_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestrator.engine.retention._SPREAD", 0)
    monkeypatch.setenv("SAGAWAY_RETENTION_DAYS", "30")
    await old_sagas(tmp_path / "saga.db")
    log = SqlLog(tmp_path / "saga.db")
    settings = load_settings(database=tmp_path / "saga.db", listen="127.0.0.1:0", metrics_listen="off")
    async with serving(settings, log):
        async with asyncio.timeout(20):
            while await log.purged(SagaKey("default", "old-2")) is None:
                await asyncio.sleep(0.02)


def test_days_of_retention(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().retention == RetentionSettings(0, 0)
    monkeypatch.setenv("SAGAWAY_RETENTION_DAYS", "0.5")
    monkeypatch.setenv("SAGAWAY_PURGED_IDS_DAYS", "30")
    assert load_settings().retention == RetentionSettings(DAY // 2, 30 * DAY)
    for name, value, said in (
        ("SAGAWAY_RETENTION_DAYS", "-1", "SAGAWAY_RETENTION_DAYS: "),
        ("SAGAWAY_PURGED_IDS_DAYS", "29", "SAGAWAY_PURGED_IDS_DAYS: it is less than 30"),
    ):
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            with pytest.raises(SettingsError, match=said):
                load_settings()
