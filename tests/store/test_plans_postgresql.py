"""How PostgreSQL carries out what is asked all the time, among 100,000 sagas that have ended: by an index, and to an early end."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, event

from orchestrator.core.model import SagaState
from orchestrator.store import pipeline
from orchestrator.store.base import Expiry, ListPosition, SagaFilter
from orchestrator.store.dialect import Statement
from orchestrator.store.sql import SqlLog
from tests.postgresql import LogDatabase
from tests.store.building import RUNNING, build, ended, make_new, start

# Of 100,000 sagas all but 2,000 have ended; half of those sleep, the others have lost their owner. Some of them wait at
# many places. Others have been purged: of a table that is known to be empty, PostgreSQL uses no index.
_FILL = """
ALTER TABLE sagas SET (autovacuum_enabled = false);
INSERT INTO replicas VALUES (0, 1, 1, 1);
INSERT INTO sagas SELECT
    decode(lpad(to_hex(n), 32, '0'), 'hex'), 'default', 's' || n, 2, '',
    CASE WHEN n % 400 = 0 THEN 'STUCK' WHEN n % 50 = 0 THEN 'RUNNING' WHEN n % 33 = 0 THEN 'COMPENSATED' ELSE 'COMPLETED' END,
    NULL, 'orchestration', 'd' || n % 7, 1, '', '', '{}', n, n, CASE WHEN n % 50 = 0 THEN NULL ELSE n END,
    CASE WHEN n % 100 = 0 THEN 10 END, CASE WHEN n % 100 = 50 THEN 0 END, 1, 3, 0, 0, false, '', NULL
FROM generate_series(1, 100000) AS n;
INSERT INTO events SELECT uid, place, NULL, 'StepPending', 1, 1, '{}' FROM sagas, generate_series(1, 2) AS place
    WHERE start_time % 10 = 0;
INSERT INTO saga_labels SELECT 'default', label, '1', start_time, uid FROM sagas, unnest(ARRAY['a', 'b']) AS label
    WHERE start_time % 10 = 0;
INSERT INTO parked SELECT uid, place, 'default', definition_name, 5
    FROM sagas, (VALUES ('pay'), (':1') UNION SELECT 'other' || n FROM generate_series(1, 40) AS n) AS places (place)
    WHERE end_time IS NULL AND start_time <= 4000;
INSERT INTO purged SELECT 'default', 'purged' || n, '', 'COMPLETED', n, n FROM generate_series(1, 2000) AS n;
ANALYZE sagas, events, saga_labels, parked, purged
"""

# A participant has been away for long: 50,000 sagas have lost their owner and 20,000 sleep, of which the statistics know
# nothing yet.
_POUR = """
INSERT INTO sagas SELECT
    decode(lpad(to_hex(n), 32, '0'), 'hex'), 'default', 's' || n, 2, '', 'RUNNING', NULL, 'orchestration', 'd' || n % 7, 1, '', '',
    '{}', n, n, NULL, CASE WHEN n > 150000 THEN 10 END, CASE WHEN n <= 150000 THEN 0 END, 1, 3, 0, 0, false, '', NULL
FROM generate_series(100001, 170000) AS n
"""

_SLOW = (
    "Seq Scan on sagas",
    "Seq Scan on events",
    "Seq Scan on saga_labels",
    "Seq Scan on parked",
    "Seq Scan on purged",
)
_STATES = frozenset({SagaState.STUCK, SagaState.RUNNING})
_UNDONE = frozenset({SagaState.COMPENSATED})

Work = Callable[[SqlLog], Any]


def listing(after: ListPosition | None = None, **fields: Any) -> Work:
    return lambda log: log.list_sagas(SagaFilter("default", **fields), after, 5)


_THERE = ListPosition(50_000, (50_000).to_bytes(16, "big"))

# What stops early in its index, however many rows there are: few are sorted or passed over.
LISTS: dict[str, tuple[Work, str]] = {
    "list": (listing(), "sagas_by_start"),
    "a later page": (listing(_THERE), "sagas_by_start"),
    "time": (listing(start_from=20_000, start_to=30_000), "sagas_by_start"),
    "states": (listing(states=_STATES), "sagas_by_state"),
    "an end": (listing(states=_UNDONE), "sagas_by_state"),
    "most of them": (listing(states=frozenset({SagaState.COMPLETED})), "sagas_by_start"),
    "a state of then": (listing(states=_STATES, start_to=30_000), "sagas_by_state"),
    "definition": (listing(definition_name="d3"), "sagas_by_definition"),
    "a definition's of then": (listing(definition_name="d3", start_to=30_000), "sagas_by_definition"),
    "a definition's in a state": (listing(states=_STATES, definition_name="d3"), "sagas_by_state"),
    "label": (listing(labels={"a": "1"}), "saga_labels_pk"),
    "labels": (listing(labels={"a": "1", "b": "1"}), "saga_labels_pk"),
    "a label's of then": (listing(labels={"a": "1"}, start_to=30_000), "saga_labels_pk"),
    "a label's in a state": (listing(labels={"a": "1"}, states=_STATES), "saga_labels_pk"),
    "what may leave": (lambda log: log.expired(Expiry("default", 90_000), _THERE, 5), "sagas_by_start"),
    "survey": (lambda log: log.survey("default", 1_000, 5), "sagas_by_state"),
    "next wake": (lambda log: log.next_wake(), "sagas_due"),
    "orphans": (lambda log: log.claim_orphans(5), "sagas_owned"),
    "due": (lambda log: log.claim_due(50, 5), "sagas_due"),
    "overdue": (lambda log: log.overdue(50, 5), "sagas_due"),
}

OTHERS: dict[str, tuple[Work, str]] = {
    "count": (lambda log: log.count_open("default", [("d1", 1), ("d2", 2)]), "sagas_open"),
    "count all": (lambda log: log.count_states(), "sagas_open"),
    "dead letters": (listing(dead_letters=True), "sagas_by_state"),
    "parked": (lambda log: log.claim_parked("default", "pay", 5), "parked_turns"),
    "held": (lambda log: log.claim_held("default", "d0", 1, 5), "parked_turns"),
    "places": (lambda log: log.held_definitions(), "parked_turns"),
}


async def test_nothing_walks_over_what_has_ended(on_postgresql: SqlLog, log_database: LogDatabase) -> None:
    log_database.run(_FILL)
    built, leaving = await start(on_postgresql), await start(on_postgresql, head=ended(99))
    row = await on_postgresql.read(leaving.key)
    assert row is not None
    one: dict[str, tuple[Work, str]] = {
        "one": (lambda log: log.read(built.key), "sagas_key"),
        "its events": (lambda log: log.read_events(built.key), "events_pk"),
        "an append": (lambda log: log.commit([built.append(1)]), "sagas_pk"),
        "a start": (lambda log: log.commit([build().append(1, RUNNING, make_new())]), "sagas_pk"),
        "a command": (lambda log: log.claim(built.key), "sagas_key"),
        "one that may be purged": (lambda log: log.purged(built.key), "purged"),
        "a purge": (lambda log: log.purge([row], 500), "saga_labels_by_saga"),
    }
    faults = [fault for name in one if (fault := await slow(on_postgresql, name, *one[name]))]
    faults += [fault for name in OTHERS if (fault := await slow(on_postgresql, name, *OTHERS[name]))]
    faults += [fault for name in LISTS if (fault := await slow(on_postgresql, name, *LISTS[name], early=True))]
    for told, statement in (("of which the statistics know nothing", _POUR), ("which it knows of", "ANALYZE sagas")):
        log_database.run(statement)
        for name in LISTS.keys() - {"most of them"}:  # of which there is no index, and which are now behind all others
            if fault := await slow(on_postgresql, name, *LISTS[name], early=True):
                faults.append(f"after many more, {told}, {fault}")
    assert not faults, "\n\n".join(faults)


async def slow(log: SqlLog, name: str, work: Work, index: str, *, early: bool = False) -> str:
    """Return what is wrong with how a work is carried out, or nothing."""
    _, plan = await planned(log, work)
    wrong = index not in plan or any(slow in plan for slow in _SLOW) or (early and touched(plan) > 1_000)
    return f"{name}:\n{plan}" if wrong else ""


def touched(plan: str) -> int:
    """How many rows the busiest part of a plan had in hand, those included that it passed over."""
    counts = re.findall(r"(?:actual rows=|Rows Removed by [\w ]*Filter: )(\d+)", plan)
    return max(map(int, counts))


_RUN = "(ANALYZE, TIMING OFF, SUMMARY OFF, BUFFERS OFF)"  # only what changes nothing


async def planned(log: SqlLog, work: Callable[[SqlLog], Any]) -> tuple[Any, str]:
    """Return what a work finds, and how its statements are carried out."""
    statements: list[tuple[str, Any]] = []

    def note(_1: Any, _2: Any, text: str, parameters: Any, _3: Any, many: bool) -> None:
        if text.startswith(("SELECT", "UPDATE", "DELETE")):
            statements.append((text, parameters[0] if many else parameters))

    def note_together(connection: Connection, batch: Sequence[Statement]) -> Statement | None:
        for text, rows, _ in batch:
            note(None, None, text, rows, None, True)
        return run(connection, batch)

    engines = [engine for engine in (log._engine, log._read_engine) if engine is not None]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    run = pipeline.run
    with pytest.MonkeyPatch.context() as tap:
        tap.setattr(pipeline, "run", note_together)
        found = await work(log)
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
    assert statements

    def explain(connection: Connection) -> list[str]:
        return [
            str(line)
            for text, parameters in statements
            for (line,) in connection.exec_driver_sql(f"EXPLAIN {_RUN if text[0] == 'S' else ''} {text}", parameters)
        ]

    return found, "\n".join(await log._write(explain))
