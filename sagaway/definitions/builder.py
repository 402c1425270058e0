"""Building a definition in Python.

The builder says only what the author says: a field left out stays out, so the message, and with it the content hash,
is the one that the same definition in YAML makes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any, cast

from google.protobuf import struct_pb2
from google.protobuf.json_format import ParseDict

from sagaway.definitions.documents import check_json
from sagaway.v1 import definition_pb2

COMPENSATABLE = definition_pb2.STEP_KIND_COMPENSATABLE
"""A step that its participant's Compensate can undo."""

PIVOT = definition_pb2.STEP_KIND_PIVOT
"""The point of no return: at most one in a definition."""

RETRYABLE = definition_pb2.STEP_KIND_RETRYABLE
"""A step after the pivot, asked until it succeeds."""

Json = Mapping[str, Any] | Sequence[Any] | str | int | float | bool | None
"""A JSON value. Strings in it may hold `${…}` expressions."""

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_KEYWORDS = frozenset({"true", "false", "null", "in"})


class _Absent(Enum):
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Retry:
    """How often and how patiently to try again. What is None is as it would be without the policy.

    Attributes:
        max_attempts: attempts in all, 1 to 1,000.
        initial_backoff: ceiling of the first wait.
        max_backoff: ceiling of every wait, up to an hour.
        multiplier: growth of the ceiling at each attempt, 1 to 10.
    """

    max_attempts: int | None = None
    initial_backoff: timedelta | None = None
    max_backoff: timedelta | None = None
    multiplier: float | None = None

    def _message(self) -> definition_pb2.RetryPolicy:
        return definition_pb2.RetryPolicy(
            max_attempts=self.max_attempts or 0,
            initial_backoff=self.initial_backoff,
            max_backoff=self.max_backoff,
            multiplier=self.multiplier or 0.0,
        )


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a definition that is being built: what other steps name.

    Attributes:
        id: its id.
    """

    id: str

    def output(self, *keys: str | int) -> str:
        """Return the expression for its output, or for a part of it.

        Args:
            keys: keys and list positions that lead to the part: `step.output("lines", 0, "sku")` is
                `${steps.step.output.lines[0].sku}`.
        """
        return "${" + self.path(*keys) + "}"

    def path(self, *keys: str | int) -> str:
        """Return the same without `${` and `}`, to write a larger expression round it."""
        return _path("steps", self.id, "output", *keys)


def saga_input(*keys: str | int) -> str:
    """Return the expression for the saga's input, or for the part of it that ``keys`` lead to."""
    return "${" + _path("input", *keys) + "}"


def escape(text: str) -> str:
    """Return ``text`` so that a template takes it literally, whatever it holds and whatever is put after it."""
    literal = text.replace("${", "$${")
    body = literal.rstrip("$")
    # A dollar at the end would make an escape of the expression after it.
    return body if body == literal else f'{body}${{"{literal[len(body) :]}"}}'


class SagaBuilder:
    """Builds a definition step by step.

    A step runs after the one added before it, unless it says otherwise.
    """

    def __init__(
        self,
        name: str,
        version: int,
        *,
        description: str = "",
        timeout: timedelta | None = None,
        retry: Retry | None = None,
        compensation_retry: Retry | None = None,
        pause_timeout_during_outage: bool = False,
    ) -> None:
        """Begin a definition.

        Args:
            name: its name, `[A-Za-z0-9._-]{1,64}`.
            version: its version, from 1.
            description: a sentence for people.
            timeout: how long the saga may take; None: one day.
            retry: retries of Execute for steps that set none.
            compensation_retry: retries of Compensate for steps that set none.
            pause_timeout_during_outage: True: its time stands still while a step waits for a participant that is away.
        """
        self._message = definition_pb2.SagaDefinition(
            name=name,
            version=version,
            description=description,
            timeout=timeout,
            retry=retry._message() if retry else None,
            compensation_retry=compensation_retry._message() if compensation_retry else None,
            pause_timeout_during_outage=pause_timeout_during_outage,
        )
        self._ids: set[str] = set()

    def step(
        self,
        id: str,
        *,
        participant: str,
        action: str,
        kind: definition_pb2.StepKind | None = None,
        after: Step | Sequence[Step] | None = None,
        input: Json | _Absent = _Absent.ABSENT,
        attempt_timeout: timedelta | None = None,
        retry: Retry | None = None,
        compensation_attempt_timeout: timedelta | None = None,
        compensation_retry: Retry | None = None,
        retry_codes: Sequence[str] = (),
        stop_codes: Sequence[str] = (),
        pending_timeout: timedelta | None = None,
        pending_poll_interval: timedelta | None = None,
    ) -> Step:
        """Add a step, and return it for others to name.

        Args:
            id: its id, unique in the definition.
            participant: the registered participant that does it.
            action: the participant's action.
            kind: COMPENSATABLE, PIVOT or RETRYABLE; None: compensatable.
            after: what must complete before it; None: the step added before; an empty list: nothing.
            input: the template of its input; left out: the saga's input as it is.
            attempt_timeout: the longest attempt of Execute.
            retry: retries of its Execute.
            compensation_attempt_timeout: the longest attempt of Compensate.
            compensation_retry: retries of its Compensate.
            retry_codes: gRPC codes to ask again on.
            stop_codes: gRPC codes to stop on.
            pending_timeout: how long a Pending outcome may take.
            pending_poll_interval: how often a Pending step is asked again.

        Raises:
            ValueError: the id is taken, `after` names a step of another definition, or the input has no exact JSON
                form, such as a Decimal or an integer of 2^53 or more.
        """
        if id in self._ids:
            raise ValueError(f"there is a step {id!r} already")
        before = [after] if isinstance(after, Step) else list(after or ())
        for other in before:
            if other.id not in self._ids:
                raise ValueError(f"step {id!r} comes after {other.id!r}, which is no step of this definition yet")
        message = definition_pb2.StepDefinition(
            id=id,
            participant=participant,
            action=action,
            kind=kind,
            after=[other.id for other in before],
            root=after is not None and not before,
            input=None if isinstance(input, _Absent) else _value(input, f"step {id!r}: input"),
            attempt_timeout=attempt_timeout,
            retry=retry._message() if retry else None,
            compensation_attempt_timeout=compensation_attempt_timeout,
            compensation_retry=compensation_retry._message() if compensation_retry else None,
            retry_codes=retry_codes,
            stop_codes=stop_codes,
            pending_timeout=pending_timeout,
            pending_poll_interval=pending_poll_interval,
        )
        self._message.steps.append(message)
        self._ids.add(id)
        return Step(id)

    def output(self, template: Json) -> None:
        """Set the template of the saga's own output.

        Raises:
            ValueError: it has no exact JSON form.
        """
        self._message.output.CopyFrom(_value(template, "output"))

    def build(self) -> definition_pb2.SagaDefinition:
        """Return the definition as it is now; adding to the builder does not change it."""
        copy = definition_pb2.SagaDefinition()
        copy.CopyFrom(self._message)
        return copy


def _value(template: Json, path: str) -> struct_pb2.Value:
    wrong: list[str] = []
    check_json(template, path, lambda where, why: wrong.append(f"{where} {why}"))
    if wrong:
        raise ValueError("; ".join(wrong))
    return ParseDict(cast(Any, template), struct_pb2.Value())


def _path(root: str, *keys: str | int) -> str:
    parts = [root]
    for key in keys:
        if isinstance(key, int):
            parts.append(f"[{key}]")
        elif _IDENTIFIER.fullmatch(key) and key not in _KEYWORDS:
            parts.append(f".{key}")
        else:
            parts.append(f"[{json.dumps(key, ensure_ascii=False)}]")
    return "".join(parts)
