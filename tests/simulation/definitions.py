"""Random definitions: DAGs of up to twelve steps, of all kinds, that registration accepts.

They are drawn from a fixed pool by number. Each is registered through the production catalog, and read back from its
row, once a process (`prepared`); afterwards `compiled_before` spares every life of every orchestrator the same reading,
which would cost more than running a saga.
"""

from __future__ import annotations

import asyncio
import functools
import random
from collections.abc import Mapping
from typing import Any, NamedTuple

from orchestrator.core.definition import SagaDefinition
from orchestrator.core.definition_document import FactsLookup
from orchestrator.core.retry import SECOND
from orchestrator.engine.catalog import DefinitionCatalog
from orchestrator.store.base import DefinitionRow, ParticipantRow
from orchestrator.store.memory import MemoryLog

NAMESPACE = "default"
POOL = 400
"""How many definitions there are."""

SDK, HAND, SLOW, VAGUE = "sdk", "hand", "slow", "vague"
STABLE = {SDK: True, HAND: False, SLOW: True, VAGUE: False}
"""The participants, and whether they store and replay refusals.

`sdk` keeps the SDK's own barrier. The others are written by hand: `hand` answers at once; `slow` and `vague` answer
Pending and complete later.
"""

_DESCRIPTION = (
    '{{"actions":[{{"name":"act","compensatable":true,"effect_free":false}},'
    '{{"name":"look","compensatable":false,"effect_free":true}}],'
    '"deduplication_retention":{retention},"stable_replies":{stable}}}'
)

RETENTION = 30 * 86_400
"""How long participants keep their rows, seconds."""


class Prepared(NamedTuple):
    """A definition, ready to be put into a log."""

    row: DefinitionRow
    compiled: SagaDefinition


def participant_rows() -> list[ParticipantRow]:
    return [
        ParticipantRow(
            namespace=NAMESPACE,
            name=name,
            address=f"{name}:1",
            max_concurrent_calls=64,
            description=_DESCRIPTION.format(retention=RETENTION * SECOND, stable=str(stable).lower()),
            create_time=1,
            update_time=1,
        )
        for name, stable in STABLE.items()
    ]


@functools.lru_cache(maxsize=POOL)
def prepared(number: int) -> Prepared:
    """Return a definition of the pool."""
    return asyncio.run(_register(document(number)))


def compiled_before(document_: Mapping[str, object], facts: FactsLookup) -> SagaDefinition:
    """Take the place of `read_definition` in the catalog, for definitions of the pool."""
    return prepared(int(str(document_["name"]).removeprefix("definition-"))).compiled


async def _register(body: dict[str, Any]) -> Prepared:
    log = MemoryLog()
    await log.open(1)
    for participant in participant_rows():
        await log.put_participant(participant)
    catalog = DefinitionCatalog(log)
    row, _ = await catalog.register(NAMESPACE, body, 1)
    compiled = await catalog.compiled(NAMESPACE, row.name, row.version)
    assert compiled is not None
    return Prepared(row, compiled)


def document(number: int) -> dict[str, Any]:
    """Return a definition of the pool as its author would write it."""
    chance = random.Random(f"definition {number}")
    count = chance.choice((1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6, 8, 10, 12))
    pivot = chance.randrange(count) if chance.random() < 0.5 else count
    # Every third one leaves out the SDK, whose SQL is most of a schedule's cost.
    names = [HAND, SLOW, VAGUE] if number % 3 == 0 else [SDK, SDK, HAND, SLOW, VAGUE]
    steps: list[dict[str, Any]] = []
    after: list[list[str]] = []
    for place in range(count):
        after.append(_predecessors(chance, place, pivot, after))
        steps.append(_step(chance, place, pivot, after[-1], names))
    return {
        "name": f"definition-{number}",
        "version": 1,
        "timeout": chance.choice(("5s", "30s", "120s", "600s")),
        "pause_timeout_during_outage": number % 2 == 1,
        "steps": steps,
    }


def _predecessors(chance: random.Random, place: int, pivot: int, after: list[list[str]]) -> list[str]:
    names = [f"s{n}" for n in range(place)]
    if place == pivot:
        followed = {name for names_ in after for name in names_}
        return [name for name in names if name not in followed or chance.random() < 0.3]
    share = chance.choice((0.0, 0.3, 0.3, 1.0))
    chosen = [name for name in names if chance.random() < share][:4]
    if place > pivot and not any(int(name[1:]) >= pivot for name in chosen):
        chosen.append(f"s{chance.randrange(pivot, place)}")
    if place < pivot and not chosen and place and chance.random() < 0.6:
        chosen = [names[-1]]
    return chosen


def _step(chance: random.Random, place: int, pivot: int, after: list[str], names: list[str]) -> dict[str, Any]:
    kind = "COMPENSATABLE" if place < pivot else "PIVOT" if place == pivot else "RETRYABLE"
    looks = kind == "COMPENSATABLE" and chance.random() < 0.1
    step: dict[str, Any] = {
        "id": f"s{place}",
        "participant": chance.choice(names),
        "action": "look" if looks else "act",
        "kind": f"STEP_KIND_{kind}",
        "attempt_timeout": chance.choice(("0.5s", "2s", "10s")),
        "retry": _retry(chance, (1, 2, 3, 5) if kind == "COMPENSATABLE" else (2, 5, 20)),
        "compensation_attempt_timeout": chance.choice(("1s", "5s")),
        "compensation_retry": _retry(chance, (2, 5, 20, 20)),
        "pending_timeout": chance.choice(("10s", "60s", "300s")),
        "pending_poll_interval": chance.choice(("1s", "5s", "20s")),
    }
    if after:
        step["after"] = after
    else:
        step["root"] = True
    if chance.random() < 0.1:
        step["retry_codes"] = ["NOT_FOUND"]
    if chance.random() < 0.1:
        step["stop_codes"] = ["UNAVAILABLE"]
    if after and chance.random() < 0.3:
        step["input"] = {"number": "${steps." + after[0] + ".output.number}", "text": "${input.text}"}
    elif chance.random() < 0.02:
        step["input"] = "${input.nothing}"
    return step


def _retry(chance: random.Random, attempts: tuple[int, ...]) -> dict[str, Any]:
    first, most = chance.choice((("0.1s", "1s"), ("0.5s", "4s"), ("1s", "10s")))
    return {"max_attempts": chance.choice(attempts), "initial_backoff": first, "max_backoff": most}
