"""How PostgreSQL carries out what is asked all the time, among many sagas that have ended: by an index."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, event

from orchestrator.core.model import SagaState
from orchestrator.store.base import SagaFilter
from orchestrator.store.sql import SqlLog
from tests.postgresql import LogDatabase
from tests.store.building import start

_STATES = frozenset({SagaState.STUCK, SagaState.RUNNING})

# Of 4,000 sagas all but 80 have ended; 40 of those sleep and 40 have lost their owner. All of the 80 wait at many places.
_FILL = """
INSERT INTO sagas SELECT
    decode(lpad(to_hex(n), 32, '0'), 'hex'), 'default', 's' || n, 2, '', CASE WHEN n % 400 = 0 THEN 'STUCK' WHEN n % 50 = 0 THEN 'RUNNING' ELSE 'COMPLETED' END,
    NULL, 'orchestration', 'd' || n % 7, 1, '', '', '{}', n, n, CASE WHEN n % 50 = 0 THEN NULL ELSE n END,
    CASE WHEN n % 100 = 0 THEN 10 END, CASE WHEN n % 100 = 50 THEN 0 END, 1, 3, 0, 0, false, '', NULL
FROM generate_series(1, 4000) AS n;
INSERT INTO events SELECT uid, place, NULL, 'StepPending', 1, 1, '{}' FROM sagas, generate_series(1, 2) AS place;
INSERT INTO saga_labels SELECT 'default', label, '1', start_time, uid FROM sagas, unnest(ARRAY['a', 'b']) AS label;
INSERT INTO parked SELECT uid, place, 'default', definition_name, 5
    FROM sagas, (VALUES ('pay'), (':1') UNION SELECT 'other' || n FROM generate_series(1, 40) AS n) AS places (place)
    WHERE end_time IS NULL;
INSERT INTO replicas VALUES (0, 1, 1, 1);
ANALYZE sagas, events, saga_labels, parked
"""

_SLOW = ("Seq Scan on sagas", "Seq Scan on events", "Seq Scan on saga_labels", "Seq Scan on parked")
# What stops early in its index, however many rows there are, sorts nothing.
_UNSORTED = {"list", "definition", "labels", "count"}

WORKS: dict[str, tuple[Callable[[SqlLog], Any], str]] = {
    "orphans": (lambda log: log.claim_orphans(5), "sagas_owned"),
    "due": (lambda log: log.claim_due(50, 5), "sagas_due"),
    "wake": (lambda log: log.next_wake(), "sagas_due"),
    "overdue": (lambda log: log.overdue(50, 5), "sagas_due"),
    "count": (lambda log: log.count_open("default", [("d1", 1), ("d2", 2)]), "sagas_open"),
    "list": (lambda log: log.list_sagas(SagaFilter("default"), None, 5), "sagas_by_start"),
    "states": (lambda log: log.list_sagas(SagaFilter("default", states=_STATES), None, 5), "sagas_by_state"),
    "definition": (
        lambda log: log.list_sagas(SagaFilter("default", definition_name="d3"), None, 5),
        "sagas_by_definition",
    ),
    "labels": (
        lambda log: log.list_sagas(SagaFilter("default", labels={"a": "1", "b": "1"}), None, 5),
        "saga_labels_pk",
    ),
    "dead letters": (lambda log: log.list_sagas(SagaFilter("default", dead_letters=True), None, 5), "sagas_by_state"),
    "survey": (lambda log: log.survey("default", 9, 5), "sagas_by_state"),
    "parked": (lambda log: log.claim_parked("default", "pay", 5), "parked_turns"),
    "held": (lambda log: log.claim_held("default", "d0", 1, 5), "parked_turns"),
    "places": (lambda log: log.held_definitions(), "parked_turns"),
}


async def test_nothing_walks_over_what_has_ended(on_postgresql: SqlLog, log_database: LogDatabase) -> None:
    log_database.run(_FILL)
    built = await start(on_postgresql)
    works = WORKS | {
        "one": (lambda log: log.read(built.key), "sagas_key"),
        "its events": (lambda log: log.read_events(built.key), "events_pk"),
        "an append": (lambda log: log.commit([built.append(1)]), "sagas_pk"),
    }
    faults = []
    for name, (work, index) in works.items():
        found, plan = await planned(on_postgresql, work)
        assert found or name == "overdue", f"{name} has found nothing"
        if index not in plan or any(slow in plan for slow in _SLOW) or (name in _UNSORTED and "Sort Key" in plan):
            faults.append(f"{name}:\n{plan}")
    assert not faults, "\n\n".join(faults)


async def planned(log: SqlLog, work: Callable[[SqlLog], Any]) -> tuple[Any, str]:
    """Return what a work finds, and how its statements are carried out."""
    statements: list[tuple[str, Any]] = []

    def note(_1: Any, _2: Any, text: str, parameters: Any, _3: Any, many: bool) -> None:
        if text.startswith(("SELECT", "UPDATE")):
            statements.append((text, parameters[0] if many else parameters))

    engines = [engine for engine in (log._engine, log._read_engine) if engine is not None]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    found = await work(log)
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
    assert statements

    def explain(connection: Connection) -> list[str]:
        return [
            str(line)
            for text, parameters in statements
            for (line,) in connection.exec_driver_sql(f"EXPLAIN {text}", parameters)
        ]

    return found, "\n".join(await log._write(explain))
