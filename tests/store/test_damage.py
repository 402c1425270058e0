"""A damaged row is one saga's trouble: it is named and put aside, and whatever stands beside it is served.

A SQLite file is damaged behind the log's back, in each column that can hold what no version of this program wrote.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from orchestrator.core.model import SagaKey, SagaState
from orchestrator.store.base import CorruptLog, ListPosition, SagaFilter
from orchestrator.store.sql import SqlLog
from tests.store.building import asleep, ended, start

SECRET = "CAST(x'736563726574ff' AS TEXT)"
"""`secret` with a byte that no UTF-8 has."""

DAMAGE = {
    "an unknown state": ("state = 'secret'", "its state is damaged"),
    "a state that is no text": (f"state = {SECRET}", "its state is damaged"),
    "an unknown cause": ("cause = 'secret'", "its cause is damaged"),
    "broken labels": ("labels = '{\"secret\": '", "its labels is damaged"),
    "labels of another shape": ("labels = '[\"secret\"]'", "its labels is damaged"),
    "labels that are no text": (f"labels = {SECRET}", "its labels is damaged"),
    "a definition's name that is no text": (f"definition_name = {SECRET}", "its definition_name is damaged"),
    "a reason that is no text": (f"quarantine_reason = {SECRET}", "its quarantine_reason is damaged"),
    "a count of another type": ("step_count = 'secret'", "its step_count is damaged"),
    "a state of another type": ("state = 5", "its state is damaged"),
    "a time that is missing": ("timeout_time = NULL", "its timeout_time is damaged"),
    "a fingerprint of another type": ("fingerprint = 'secret'", "its fingerprint is damaged"),
}


def damage(path: Path, assignment: str, saga_id: str) -> None:
    """Change a row of a closed log, also into what its table forbids."""
    with closing(sqlite3.connect(path)) as connection:
        (table,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'sagas'").fetchone()
        loose = table.replace("NOT NULL", "").replace("STRICT", "")
        connection.executescript("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 'sagas'", (loose,))
        connection.commit()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"UPDATE sagas SET {assignment} WHERE saga_id = ?", (saga_id,))
        connection.commit()
        connection.executescript("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 'sagas'", (table,))
        connection.commit()


def quarantined(path: Path) -> dict[bytes, str]:
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = bytes
        query = "SELECT saga_id, quarantine_reason FROM sagas WHERE quarantine_time = 77 AND owner_epoch IS NULL"
        return {saga_id: reason.decode() for saga_id, reason in connection.execute(query)}


@pytest.mark.parametrize("fault", DAMAGE)
async def test_a_damaged_head_is_put_aside_and_the_others_are_claimed(sql: SqlLog, tmp_path: Path, fault: str) -> None:
    assignment, message = DAMAGE[fault]
    orphans = {(await start(sql, name)).key for name in ("one", "two", "three")}
    sleepers = {(await start(sql, name, asleep(5))).key for name in ("four", "five", "six")}
    await sql.close()
    for saga_id in ("two", "five"):
        damage(tmp_path / "saga.db", assignment, saga_id)
    await sql.open(77)
    for key in (SagaKey("default", "two"), SagaKey("default", "five")):
        with pytest.raises(CorruptLog, match=f"the row of saga default/{key.saga_id} can't be read: {message}") as read:
            await sql.read(key)
        assert "secret" not in str(read.value)
    # One at a time: the damaged one makes a page of its own, which must not look like the end.
    claimed = [each.row.key for _ in orphans for each in await sql.claim_orphans(1)]
    due = [each.row.key for _ in sleepers for each in await sql.claim_due(77, 1)]
    assert set(claimed) == orphans - {SagaKey("default", "two")}
    assert set(due) == sleepers - {SagaKey("default", "five")}
    aside = quarantined(tmp_path / "saga.db")
    if "quarantine_reason" not in assignment:
        assert aside.keys() == {b"two", b"five"}
    assert all(message in reason and "secret" not in reason for reason in aside.values())
    assert await sql.claim_orphans(9) == await sql.claim_due(77, 9) == []


async def test_whoever_asks_for_a_damaged_saga_is_told_and_it_is_put_aside(sql: SqlLog, tmp_path: Path) -> None:
    built = await start(sql, "one", asleep(5))
    await sql.close()
    damage(tmp_path / "saga.db", "state = 'secret'", "one")
    await sql.open(77)
    with pytest.raises(CorruptLog, match="its state is damaged"):
        await sql.claim(built.key)
    assert quarantined(tmp_path / "saga.db").keys() == {b"one"}
    assert await sql.next_wake() is None


async def test_a_saga_whose_very_name_is_damaged_is_put_aside(sql: SqlLog, tmp_path: Path) -> None:
    await start(sql, "one")
    other = await start(sql, "two")
    await sql.close()
    damage(tmp_path / "saga.db", f"saga_id = {SECRET}", "one")
    await sql.open(77)
    assert [each.row.key for each in await sql.claim_orphans(9)] == [other.key]
    assert quarantined(tmp_path / "saga.db").keys() == {b"secret\xff"}
    assert [row.key for row in await sql.list_sagas(SagaFilter("default"), None, 9)] == [other.key]


async def test_lists_leave_out_what_they_can_t_show_and_no_page_is_cut_short(sql: SqlLog, tmp_path: Path) -> None:
    names = [f"s{place}" for place in range(8)]
    for place, name in enumerate(names):
        await start(sql, name, ended(), start_time=place, labels={"a": "1"})
    await sql.close()
    for name in ("s7", "s4", "s3", "s0"):
        damage(tmp_path / "saga.db", "cause = 'secret'", name)
    await sql.open(77)
    for filter_ in (
        SagaFilter("default"),
        SagaFilter("default", states=frozenset({SagaState.COMPLETED, SagaState.RUNNING})),
        SagaFilter("default", labels={"a": "1"}),
    ):
        shown, after = [], None
        while page := await sql.list_sagas(filter_, after, 2):
            shown.append([row.key.saga_id for row in page])
            after = ListPosition(page[-1].start_time, page[-1].uid)
        assert shown == [["s6", "s5"], ["s2", "s1"]]


@pytest.mark.parametrize("place", ["start_time = NULL", "start_time = 'secret'"])
async def test_a_row_without_a_place_in_the_list_does_not_end_it(sql: SqlLog, tmp_path: Path, place: str) -> None:
    for number in range(4):
        await start(sql, f"s{number}", start_time=number)
    await sql.close()
    damage(tmp_path / "saga.db", place, "s1")
    await sql.open(77)
    rows = await sql.list_sagas(SagaFilter("default"), None, 2)
    after = ListPosition(rows[-1].start_time, rows[-1].uid)
    assert [row.key.saga_id for row in rows + await sql.list_sagas(SagaFilter("default"), after, 9)] == [
        "s3",
        "s2",
        "s0",
    ]


async def test_an_event_whose_type_is_no_text_spares_its_page(sql: SqlLog, tmp_path: Path) -> None:
    built, other = await start(sql, "one"), await start(sql, "two")
    await sql.close()
    with closing(sqlite3.connect(tmp_path / "saga.db")) as connection:
        connection.execute(f"UPDATE events SET type = {SECRET} WHERE uid = ? AND sequence = 2", (built.uid,))
        connection.commit()
    await sql.open(77)
    claimed = {each.row.key: each.events for each in await sql.claim_orphans(9)}
    assert claimed.keys() == {built.key, other.key}
    assert claimed[built.key][1].event.type == "secret\N{REPLACEMENT CHARACTER}"
