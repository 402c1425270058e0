"""Seven ways of getting it wrong, and the simulation finding each of them: `python -m tests.simulation.mutants`.

A harness is believed only if it notices when a rule is broken. Each mutant breaks one rule of the product where it is
kept (DESIGN section 10; the fence is of section 6); the hunt goes through seeds until one shows a violation, and prints it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any, NamedTuple
from unittest import mock

from orchestrator.core import answers, decide, due
from orchestrator.core import events as e
from orchestrator.core.draft import Draft
from orchestrator.core.model import Failure, StepState
from orchestrator.engine.runner import Runner
from orchestrator.store.base import Append, LogFatal, Outcome
from orchestrator.store.memory import MemoryLog
from orchestrator.store.memory_replicas import MemoryReplica
from sagaway.participant import barrier, operation, rows
from tests.simulation.report import Report
from tests.simulation.world import simulate

PATIENCE = 60.0
"""How long a mutant may live, seconds of processor time: what else the machine does is not the harness's fault."""


@contextmanager
def no_tombstone() -> Iterator[None]:
    """A Compensate that finds no row leaves none, so that a late Execute finds nothing in its way."""
    store = rows.store_compensate

    def forgetful(*args: Any, new: bool) -> None:
        if not new:
            store(*args, new=new)

    with mock.patch.object(operation, "store_compensate", forgetful):
        yield


@contextmanager
def no_dedupe() -> Iterator[None]:
    """The barrier runs an Execute again although its row is there."""

    def judge(row: barrier.Row | None, *args: Any, **named: Any) -> Any:
        dedupes = row is not None and row.compensate_state is None
        return judge_before(None if dedupes else row, *args, **named)

    def hold(connection: Any, context: Any, owner: Any, request_hash: bytes) -> None:
        connection.exec_driver_sql("DELETE FROM sagaway_barrier WHERE operation_key = ?", (context.operation_key,))
        hold_before(connection, context, owner, request_hash)

    judge_before, hold_before = barrier.judge_execute, rows.hold_key
    with mock.patch.multiple(operation, judge_execute=judge, hold_key=hold):
        yield


@contextmanager
def no_compare_and_set() -> Iterator[None]:
    """The log takes an append whatever the saga's sequence is, as a queue would."""
    append_before = MemoryLog._append

    def append_anyhow(self: MemoryLog, append: Append) -> Outcome:
        saga = self._sagas.get(append.key)
        if saga is not None and append.new is None and saga.row.end_time is None:
            append = replace(append, expected=saga.row.sequence)
        return append_before(self, append)

    with mock.patch.object(MemoryLog, "_append", append_anyhow):
        yield


@contextmanager
def only_known_successes() -> Iterator[None]:
    """An abort compensates only the steps that are known to have completed."""
    doubtful = {StepState.EXECUTING, StepState.PENDING, StepState.FAILED}
    with mock.patch.multiple(
        decide, _POSSIBLY_DONE=frozenset({StepState.COMPLETED}), _NO_EFFECT=decide._NO_EFFECT | doubtful
    ):
        yield


@contextmanager
def no_write_ahead() -> Iterator[None]:
    """A call is sent when it is decided, and not once its intent is committed."""
    append_before = Runner._append

    def append(self: Runner, events: Sequence[e.Event], *args: Any, **named: Any) -> asyncio.Future[Outcome]:
        future = append_before(self, events, *args, **named)
        if events and not self._services.draining:
            for order in _due_already(self):
                self._send(order)
        return future

    with mock.patch.object(Runner, "_append", append):
        yield


def _due_already(runner: Runner) -> list[Any]:
    """What is due in the state that is only being written."""
    return [
        order
        for order in due.sends(runner.saga, runner._known.deciding(runner.saga))
        if order.step_id not in runner._flights
    ]


@contextmanager
def trust_rejected() -> Iterator[None]:
    """A refusal frees its step from compensation, whatever became of its other attempts."""

    def rejected(draft: Draft, step_id: str, attempt: int, failure: Failure) -> None:
        draft.add(e.StepRejected(draft.now, step_id, failure, attempt))

    with mock.patch.object(answers, "_rejected", rejected):
        yield


@contextmanager
def no_fence() -> Iterator[None]:
    """A replica that was ended goes on writing."""
    fence_before = MemoryReplica._fence

    def fence(self: MemoryReplica) -> None:
        with contextlib.suppress(LogFatal):
            fence_before(self)

    with mock.patch.object(MemoryReplica, "_fence", fence):
        yield


MUTANTS: dict[str, Callable[[], AbstractContextManager[None]]] = {
    "no tombstone": no_tombstone,
    "no compare-and-set on append": no_compare_and_set,
    "no dedupe": no_dedupe,
    "compensate only known-successful steps": only_known_successes,
    "no write-ahead intent": no_write_ahead,
    "trust Rejected after an unknown attempt": trust_rejected,
    "no fence": no_fence,
}


class Kill(NamedTuple):
    """How a mutant ended.

    Attributes:
        report: of the world that showed it; None if none did in time.
        seeds: how many it took.
        seconds: how long it took, of processor time.
    """

    report: Report | None
    seeds: int
    seconds: float


def hunt(name: str, first_seed: int = 0, patience: float = PATIENCE) -> Kill:
    """Go through seeds until one shows that a mutant breaks a promise."""
    begun = time.process_time()
    seed = first_seed
    with MUTANTS[name]():
        while time.process_time() - begun < patience:
            report = simulate(seed)
            seed += 1
            if report.violations:
                return Kill(report, seed - first_seed, time.process_time() - begun)
    return Kill(None, seed - first_seed, time.process_time() - begun)


def main() -> int:
    """Hunt every mutant; 1 if one lives."""
    parser = argparse.ArgumentParser(description="Show that the simulation kills each mutant.")
    parser.add_argument("--first-seed", type=int, default=0, help="where to begin (default 0)")
    first_seed = parser.parse_args().first_seed
    alive = 0
    for name in MUTANTS:
        kill = hunt(name, first_seed)
        if kill.report is None:
            alive += 1
            print(f"ALIVE   {name}: {kill.seeds} seeds in {kill.seconds:.1f} s showed nothing")
        else:
            print(f"killed  {name}: seed {kill.report.seed}, after {kill.seeds} seeds and {kill.seconds:.1f} s")
            print(f"        {kill.report.violations[0]}")
    return 1 if alive else 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
