"""What a participant offers: each action is one function, and its compensation another.

The functions are plain: they take the call and the open transaction. With a sync Engine they are `def` and get a
`Connection`, with an AsyncEngine `async def` and get an `AsyncConnection`.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sagaway.json_text import dump_json, parse_json
from sagaway.participant.calls import CompensateCall, ExecuteCall, Pending
from sagaway.participant.errors import SetupError

ExecuteFunction = Callable[[ExecuteCall, Any], Any]
"""Returns the output: something JSON can hold, a Payload, or None for an empty one; or Pending. Or raises Rejected."""

CompensateFunction = Callable[[CompensateCall, Any], Any]
"""Returns None, or Pending."""

ProbeFunction = ExecuteFunction
"""Returns what the action would have returned, if its effect is there; else raises NotFound."""

NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """What DescribeActions tells of an action besides its name."""

    description: str = ""
    effect_free: bool = False
    input_schema: str = ""
    output_schema: str = ""


class Action:
    """An action of a participant, made by `Participant.action`. Calling it calls its function, as in a unit test."""

    def __init__(self, name: str, function: ExecuteFunction, facts: ActionFacts, *, is_async: bool) -> None:
        self.name = name
        self.facts = facts
        self.execute_function = function
        self.compensate_function: CompensateFunction | None = None
        self.probe_function: ProbeFunction | None = None
        self._is_async = is_async
        check_function(function, f"action {name!r}", is_async=is_async)

    def __call__(self, call: ExecuteCall, transaction: Any) -> Any:
        """Call the action's function as it is, without a barrier."""
        return self.execute_function(call, transaction)

    def compensation(self, function: CompensateFunction) -> CompensateFunction:
        """Declare the function that undoes this action. A decorator; returns the function as it is.

        It runs only if the barrier knows that the Execute completed or is Pending. It must not refuse: a Rejected
        from it is a fault, and the Compensate is asked again.

        Raises:
            SetupError: the action has one, or is effect_free, or the function is not of the engine's kind.
        """
        if self.compensate_function is not None:
            raise SetupError(f"action {self.name!r} has a compensation already")
        if self.facts.effect_free:
            raise SetupError(f"action {self.name!r} is effect_free: there is nothing to compensate")
        check_function(function, f"the compensation of action {self.name!r}", is_async=self._is_async)
        self.compensate_function = function
        return function

    def probe(self, function: ProbeFunction) -> ProbeFunction:
        """Declare the function that looks whether this action's effect is there. A decorator; returns the function.

        For an action whose effect is not in your database, such as a charge at a payment provider: when an attempt
        ended without an answer, this is called before the action is called again. It is given what the action was
        given. If it finds the effect it returns what the action would have returned, and the barrier stores that as
        the Execute's reply; else it raises `NotFound`. It must not do anything itself. What the barrier knows already
        is answered without it.

        Raises:
            SetupError: the action has one, or the function is not of the engine's kind.
        """
        if self.probe_function is not None:
            raise SetupError(f"action {self.name!r} has a probe already")
        check_function(function, f"the probe of action {self.name!r}", is_async=self._is_async)
        self.probe_function = function
        return function


def check_function(function: Callable[..., Any], what: str, *, is_async: bool) -> None:
    """Refuse a function whose kind does not fit the engine's.

    Raises:
        SetupError: it does not fit.
    """
    if inspect.iscoroutinefunction(function) == is_async:
        return
    if is_async:
        raise SetupError(f"{what} must be `async def`, because the participant has an AsyncEngine")
    raise SetupError(f"{what} must be a plain `def`, because the participant has a sync Engine")


def schema_text(schema: Mapping[str, Any] | str | None, what: str) -> str:
    """Return a JSON Schema as JSON text; empty for None.

    Raises:
        SetupError: it is not JSON.
    """
    if schema is None:
        return ""
    try:
        if isinstance(schema, str):
            parse_json(schema)
            return schema
        return dump_json(dict(schema))
    except ValueError as error:
        raise SetupError(f"{what} is not JSON: {error}") from error


def is_pending(result: object) -> bool:
    """Say whether a function answered Pending (the class counts as an instance)."""
    return isinstance(result, Pending) or result is Pending
