"""How SQLite carries out what is asked all the time: by an index, and without sorting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event

from orchestrator.core.model import SagaState
from orchestrator.store.base import SagaFilter
from orchestrator.store.sql import SqlLog
from tests.store.building import asleep, start

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
    statements: list[tuple[str, Any]] = []

    def note(_1: Any, _2: Any, text: str, parameters: Any, _3: Any, _4: Any) -> None:
        if text.startswith(("SELECT", "UPDATE")):
            statements.append((text, parameters))

    assert sql._engine is not None
    assert sql._read_engine is not None
    await start(sql, head=asleep(5))
    # Another replica, which was ended.
    await sql._write(lambda connection: connection.exec_driver_sql("INSERT INTO replicas VALUES (99, 1, 1, 1, '')"))
    for engine in (sql._engine, sql._read_engine):
        event.listen(engine, "before_cursor_execute", note)
    await work(sql)
    assert statements

    def explain(connection: Connection) -> list[str]:
        return [
            row.detail
            for text, parameters in list(statements)
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
