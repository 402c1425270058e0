"""How SQLite carries out what is asked all the time: by an index, and without sorting."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event

from orchestrator.core.model import SagaState
from orchestrator.store.base import SagaFilter
from orchestrator.store.sql import SqlLog
from tests.store.building import asleep, start
from tests.store.test_plans_postgresql import LISTS

_STATES = frozenset({SagaState.STUCK, SagaState.RUNNING})


@pytest.mark.parametrize(
    ("work", "index"),
    [
        (lambda log: log.claim_orphans(5), "INDEX sagas_owned"),
        (lambda log: log.claim_due(50, 5), "INDEX sagas_due"),
        (lambda log: log.next_wake(), "INDEX sagas_due"),
        (lambda log: log.overdue(50, 5), "INDEX sagas_due (mode=? AND wake_time>? AND wake_time<?)"),
        (lambda log: log.count_open("default", [("place_order", 1), ("refund", 2)]), "INDEX sagas_open"),
        (lambda log: log.list_sagas(SagaFilter("default"), None, 5), "INDEX sagas_by_start"),
        (lambda log: log.list_sagas(SagaFilter("default", states=_STATES), None, 5), "INDEX sagas_by_state"),
        (lambda log: log.list_sagas(SagaFilter("default", definition_name="a"), None, 5), "INDEX sagas_by_definition"),
        (lambda log: log.list_sagas(SagaFilter("default", labels={"a": "1", "b": "2"}), None, 5), "PRIMARY KEY"),
        (lambda log: log.get_definition("default", "place_order", 0), "(namespace=? AND name=?)"),
        (lambda log: log.definition_namespaces(), "sqlite_autoindex_definitions_1"),
        (lambda log: log.list_participants("default", None, 5), "(namespace=?)"),
        (lambda log: log.survey("default", 9, 5), "INDEX sagas_by_state"),
        (lambda log: log.claim_parked("default", "pay", 5), "INDEX parked_turns"),
        (lambda log: log.claim_held("default", "place_order", 1, 5), "INDEX parked_turns"),
        (lambda log: log.held_definitions(), "INDEX parked_turns ((namespace,participant,definition_name)>(?,?,?))"),
    ],
    ids=[
        "orphans",
        "due",
        "wake",
        "overdue",
        "count",
        "list",
        "states",
        "definition",
        "labels",
        "definitions",
        "namespaces",
        "participants",
        "survey",
        "parked",
        "held",
        "places",
    ],
)
async def test_nothing_is_scanned_or_sorted(sql: SqlLog, work: Callable[[SqlLog], Any], index: str) -> None:
    await start(sql, head=asleep(5))
    # Another replica, which was ended.
    await sql._write(lambda connection: connection.exec_driver_sql("INSERT INTO replicas VALUES (99, 1, 1, 1, '')"))
    statements = await noted(sql, work)

    def explain(connection: Connection) -> list[str]:
        return [
            row.detail
            for text, parameters in statements
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", parameters)
        ]

    plan = [line for line in await sql._read(explain) if "CONSTANT ROW" not in line]
    assert index in str(plan)
    for line in plan:
        assert "TEMP B-TREE" not in line, plan
        # The index of sleepers is walked from its start, and the walk stops at the limit; what a limit has cut is counted;
        # and of replicas there are a few.
        assert not line.startswith("SCAN") or line.endswith(
            ("INDEX sagas_due", "SCAN anon_1", "SCAN replicas", "(subquery-1)")
        ), plan


async def noted(log: SqlLog, work: Callable[[SqlLog], Any]) -> list[tuple[str, Any]]:
    """Do a work, and return its statements with their parameters."""
    statements: list[tuple[str, Any]] = []

    def note(_1: Any, _2: Any, text: str, parameters: Any, _3: Any, _4: Any) -> None:
        if text.startswith(("SELECT", "UPDATE")):
            statements.append((text, parameters))

    engines = [engine for engine in (log._engine, log._read_engine) if engine is not None]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    await work(log)
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
    assert statements
    return statements


# As the one for PostgreSQL: of 100,000 sagas all but 2,000 have ended.
_FILL = (
    "INSERT INTO replicas VALUES (99, 1, 1, 1, '')",
    """
INSERT INTO sagas WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 100000) SELECT
    CAST(printf('%016d', n) AS BLOB), 'default', 's' || n, 2, x'', CASE WHEN n % 400 = 0 THEN 'STUCK' WHEN n % 50 = 0
    THEN 'RUNNING' WHEN n % 33 = 0 THEN 'COMPENSATED' ELSE 'COMPLETED' END,
    NULL, 'orchestration', 'd' || (n % 7), 1, '', x'', '{}', n, n, CASE WHEN n % 50 = 0 THEN NULL ELSE n END,
    CASE WHEN n % 100 = 0 THEN 10 END, CASE WHEN n % 100 = 50 THEN 99 END, 1, 3, 0, 0, 0, '', NULL, NULL FROM numbers
""",
    "INSERT INTO events SELECT uid, 1, NULL, 'StepPending', 1, 1, '{}' FROM sagas WHERE end_time IS NULL",
    "INSERT INTO saga_labels SELECT 'default', 'a', '1', start_time, uid FROM sagas WHERE start_time % 10 = 0",
    "INSERT INTO saga_labels SELECT 'default', 'b', '1', start_time, uid FROM sagas WHERE start_time % 10 = 0",
)

_MOST = 1_500
"""Instructions of SQLite's machine: what a page of five costs, with room. To walk over all that have ended takes half a
million of them."""


async def test_what_has_ended_is_not_walked_over(sql: SqlLog) -> None:
    for statement in _FILL:
        await sql._write(lambda connection, text=statement: connection.exec_driver_sql(text))  # type: ignore[misc]
    built = await start(sql)
    works = LISTS | {
        "one": (lambda log: log.read(built.key), ""),
        "its events": (lambda log: log.read_events(built.key), ""),
    }
    costs = {name: await instructions(sql, work) for name, (work, _) in works.items()}
    assert costs.pop("survey") < 20 * _MOST, "it counts up to a thousand"
    assert costs.pop("a definition's in a state") < 20 * _MOST, (
        "one of the two has an index, and SQLite can't tell which is rarer"
    )
    assert {name: cost for name, cost in costs.items() if not 0 < cost < _MOST} == {}, costs


async def instructions(log: SqlLog, work: Callable[[SqlLog], Any]) -> int:
    """Return how many instructions of SQLite's machine the queries of a work take."""
    statements = await noted(log, work)

    def run(connection: Connection) -> int:
        count, driver = 0, connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)

        def tick() -> None:
            nonlocal count
            count += 1

        driver.set_progress_handler(tick, 10)
        for text, parameters in statements:
            if text.startswith("SELECT"):
                connection.exec_driver_sql(text, parameters).all()
        driver.set_progress_handler(None, 0)
        return 10 * count

    return await log._read(run)
