"""What a participant says of itself: checked, and as the JSON that is stored with it.

    {"actions": [{"name": "...", "compensatable": true, "effect_free": false, "description": "...",
                  "input_schema": "...", "output_schema": "..."}],
     "deduplication_retention": 2592000000000, "stable_replies": true, "execute_batch_limit": 128,
     "seals": true}

The retention is in microseconds; schemas are JSON text, or empty. What was stored by a version that knew no batches
has no `execute_batch_limit`, which means 0: none are taken; and that of one that knew no Seal has no `seals`. An action
without `probe` offers none.
"""

from __future__ import annotations

import re
from typing import NotRequired, TypedDict, cast

import msgspec

from orchestrator.caller.answers import clean_message
from orchestrator.caller.errors import DescriptionInvalid
from orchestrator.caller.payloads import json_fault
from sagaway.v1 import participant_service_pb2

MAX_ACTIONS = 1_000
"""The most actions a participant may offer."""

MAX_SCHEMA = 64 << 10
"""The largest schema, bytes."""

MAX_DESCRIPTION = 1 << 20
"""The largest description, characters: it is shown whole, beside others, to clients that take 4 MiB."""

MAX_RETENTION = 315_576_000_000 * 1_000_000
"""The longest retention, microseconds: what a protobuf Duration holds."""

MAX_BATCH = 10_000
"""The largest limit of an ExecuteBatch."""

_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Action(TypedDict):
    """One action, as stored."""

    name: str
    compensatable: bool
    effect_free: bool
    description: str
    input_schema: str
    output_schema: str
    probe: NotRequired[bool]


class Description(TypedDict):
    """A participant's description, as stored."""

    actions: list[Action]
    deduplication_retention: int
    stable_replies: bool
    execute_batch_limit: NotRequired[int]
    seals: NotRequired[bool]


def read_description(address: str, response: participant_service_pb2.DescribeActionsResponse) -> str:
    """Return an answer to DescribeActions as stored JSON.

    Args:
        address: who answered, for the error's words.
        response: the answer.

    Raises:
        DescriptionInvalid: with every fault (the first hundred).
    """
    faults: list[tuple[str, str]] = []
    if len(response.actions) > MAX_ACTIONS:
        faults.append(("actions", f"are {len(response.actions)}, the limit is {MAX_ACTIONS}"))
        raise DescriptionInvalid(address, tuple(faults))
    actions: list[Action] = []
    seen: set[str] = set()
    for index, action in enumerate(response.actions):
        actions.append(_read_action(f"actions[{index}]", action, seen, faults))
    retention = response.deduplication_retention
    microseconds = retention.seconds * 1_000_000 + retention.nanos // 1_000
    if not 0 <= microseconds <= MAX_RETENTION:
        faults.append(("deduplication_retention", "is negative or out of range"))
    if not 0 <= response.execute_batch_limit <= MAX_BATCH:
        faults.append(("execute_batch_limit", f"is {response.execute_batch_limit}; it goes from 0 to {MAX_BATCH:,}"))
    if faults:
        raise DescriptionInvalid(address, tuple(faults[:100]))
    described = Description(
        actions=actions,
        deduplication_retention=microseconds,
        stable_replies=response.stable_replies,
        execute_batch_limit=response.execute_batch_limit,
        seals=response.seals,
    )
    text = msgspec.json.encode(described).decode()
    if len(text) > MAX_DESCRIPTION:
        fault = f"have {len(text):,} characters with their schemas, the limit is {MAX_DESCRIPTION:,}"
        raise DescriptionInvalid(address, (("actions", fault),))
    return text


def parse_description(text: str) -> Description:
    """Return a stored description; only for text that `read_description` made."""
    return cast(Description, msgspec.json.decode(text))


def batch_limit(text: str) -> int:
    """Return the most members of an ExecuteBatch that a stored description allows; 0: none are taken."""
    return parse_description(text).get("execute_batch_limit", 0)


def probed_actions(text: str) -> frozenset[str]:
    """Return the actions for which a stored description offers Probe."""
    return frozenset(action["name"] for action in parse_description(text)["actions"] if action.get("probe", False))


def seals(text: str) -> bool:
    """Return whether a stored description offers Seal."""
    return parse_description(text).get("seals", False)


def _read_action(
    field: str,
    action: participant_service_pb2.ActionDescription,
    seen: set[str],
    faults: list[tuple[str, str]],
) -> Action:
    if not _NAME.fullmatch(action.name):
        faults.append((f"{field}.name", f"{action.name[:80]!r} does not match [A-Za-z0-9._-]{{1,64}}"))
    elif action.name in seen:
        faults.append((f"{field}.name", f"{action.name!r} is there twice; names are unique in a participant"))
    seen.add(action.name)
    for name, schema in (("input_schema", action.input_schema), ("output_schema", action.output_schema)):
        if fault := _schema_fault(schema):
            faults.append((f"{field}.{name}", fault))
    return Action(
        name=action.name,
        compensatable=action.compensatable,
        effect_free=action.effect_free,
        description=clean_message(action.description),
        input_schema=action.input_schema,
        output_schema=action.output_schema,
        probe=action.probe,
    )


def _schema_fault(schema: str) -> str:
    if not schema:
        return ""
    if len(schema.encode()) > MAX_SCHEMA:
        return f"has more than {MAX_SCHEMA:,} bytes"
    if fault := json_fault(schema):
        return fault
    return "" if isinstance(msgspec.json.decode(schema), dict | bool) else "is no JSON Schema: not an object or boolean"
