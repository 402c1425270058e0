"""Histories to be explained, by name: sagas of the core's own decisions on a fixed clock, and sagas of golden logs.

`tests/explain/texts/NAME.txt` is what `explain` says of each. After a change of the words,
`python -m tests.explain.histories` writes the texts anew: read every one that the diff shows, as somebody who was
called at three in the morning, before you commit it.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from orchestrator.core.definition import SagaDefinition
from orchestrator.core.events import Event
from orchestrator.core.model import SagaKey
from orchestrator.core.retry import SECOND
from orchestrator.engine.catalog import DefinitionCatalog
from orchestrator.engine.view import read_saga
from orchestrator.store import codec
from orchestrator.store.base import DefinitionRow
from orchestrator.store.sql import SqlLog
from tests.core.stories import (
    KEY,
)
from tests.explain import by_hand, by_itself, observed
from tests.explain.told import TOLD
from tests.golden import logs

TEXTS = Path(__file__).parent / "texts"
WIDTH = 100
TELLERS = (by_hand, by_itself, observed)
"""Where the histories are told; each is in `TOLD` once its module is loaded."""


class History(NamedTuple):
    """What there is to explain.

    Attributes:
        key: the saga's name.
        definition: its definition.
        log: its events.
        now: the moment of looking, microseconds.
        at: explain it as of this event; 0: as it stands.
    """

    key: SagaKey
    definition: SagaDefinition
    log: Sequence[Event]
    now: int
    at: int = 0


AS_OF: dict[str, tuple[str, int]] = {
    "as-of-a-backoff": ("retried-and-completed", 6),
    "as-of-a-refusal-within-its-commit": ("refused-and-undone", 7),
}
"""Histories as of an event: the history, and the event's sequence."""

GOLDEN = (
    "cancelled-at-a-pivot-that-was-refused",
    "cancelled-too-late-at-the-pivot",
    "compensated-after-a-forgotten-refusal",
    "compensated-as-a-step-is-blocked",
    "compensated-as-nobody-reported",
    "completed-behind-another-delivery",
    "completed-without-its-output",
    "open-waiting-for-room",
    "reported-failed-and-its-compensation-too",
    "stuck-as-a-row-is-missing",
    "went-on-after-a-kill",
)
"""Sagas of the golden log 0001."""


def clock(micros: int) -> str:
    """Write an instant in UTC."""
    return datetime.fromtimestamp(micros // SECOND, UTC).strftime("%Y-%m-%d %H:%M:%S")


@cache
def _read() -> tuple[dict[str, History], dict[str, DefinitionRow]]:
    async def read() -> tuple[dict[str, History], dict[str, DefinitionRow]]:
        with tempfile.TemporaryDirectory() as folder:
            database = Path(folder) / "log.db"
            logs.restore("0001", database)
            log = SqlLog(database)
            await log.open(0)
            try:
                sagas = {name: await _golden(log, name) for name in sorted(await logs.saga_ids(log))}
                definitions = await log.list_definitions("default", "", None, 100)
                return sagas, {row.name: row for row in definitions}
            finally:
                await log.close()

    return asyncio.run(read())


def golden() -> dict[str, History]:
    """Every saga of the golden log 0001, looked at three seconds after its last event."""
    return _read()[0]


def golden_definitions() -> dict[str, DefinitionRow]:
    """The definitions of the golden log 0001, by name."""
    return _read()[1]


async def _golden(log: SqlLog, name: str) -> History:
    key = SagaKey("default", name)
    view = await read_saga(log, DefinitionCatalog(log), key)
    assert view is not None
    assert view.saga is not None
    events = [codec.decode(sequence, row) for sequence, row in await log.read_events(key)]
    return History(key, view.saga.definition, events, events[-1].time + 3 * SECOND)


@cache
def story(name: str) -> History:
    """A history of the core's own decisions."""
    told_ = TOLD[name]()
    return History(KEY, told_.definition, told_.log, told_.now)


def names() -> list[str]:
    """The histories that have a text."""
    return sorted([*TOLD, *AS_OF, *GOLDEN])


def history(name: str) -> History:
    """A history by its name."""
    if name in AS_OF:
        whole, at = AS_OF[name]
        return story(whole)._replace(at=at)
    return story(name) if name in TOLD else golden()[name]


def text(one: History) -> str:
    """What `explain` says."""
    from orchestrator.cli.explain import page  # noqa: PLC0415 - after the zone is set
    from orchestrator.core.explain import explain  # noqa: PLC0415

    log = one.log[: one.at or len(one.log)]
    found = explain(one.key, one.definition, log, clock, log[-1].time if one.at else one.now)
    lines = [line.plain.rstrip() for line in page(found, len(one.log), WIDTH)]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the texts anew."""
    TEXTS.mkdir(exist_ok=True)
    for old in TEXTS.glob("*.txt"):
        old.unlink()
    for name in names():
        (TEXTS / f"{name}.txt").write_text(text(history(name)), encoding="utf-8")


if __name__ == "__main__":
    main()
