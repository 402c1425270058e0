"""What the histories to be explained are told with: an order in a shop, and where its tellers are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from orchestrator.core.definition import SagaDefinition, StepDefinition
from orchestrator.core.events import Event
from orchestrator.core.model import Payload, Signature
from orchestrator.core.operations import Action, Operate
from orchestrator.core.retry import SECOND, RetryPolicy
from tests.core.stories import (
    MINUTE,
    PIVOT,
    RETRYABLE,
    Story,
    step,
)

MS = SECOND // 1_000


class Telling(Protocol):
    """What a history is made of."""

    @property
    def definition(self) -> SagaDefinition:
        """Its definition."""

    @property
    def log(self) -> Sequence[Event]:
        """Its events."""

    @property
    def now(self) -> int:
        """The moment of looking, microseconds."""


T = TypeVar("T", bound=Telling)
TOLD: dict[str, Callable[[], Telling]] = {}


def told(tell: Callable[[], T]) -> Callable[[], T]:
    """Make a function a history; its name says it."""
    TOLD[tell.__name__.replace("_", "-")] = tell
    return tell


def does(one: StepDefinition, participant: str, action: str) -> StepDefinition:
    return replace(one, participant=participant, action=action)


ORDER = does(step("create_order"), "order", "create")
STOCK = does(step("reserve_stock"), "inventory", "reserve")
PAY = does(step("charge"), "payment", "charge")
SHIP = does(step("ship"), "shipping", "ship")
PAY_PIVOT = replace(PAY, kind=PIVOT)
SHIP_LATER = replace(SHIP, kind=RETRYABLE, retry=RetryPolicy(100, SECOND, 5 * MINUTE))


def operates(story: Story, action: Action, why: str, step_id: str = "", output: Payload | None = None) -> None:
    story.now += 3 * SECOND
    story.command(Operate(action, Signature(why, "ann", "ops-team"), step_id=step_id, payload=output))


def order() -> Story:
    """An order whose first step has completed."""
    story = Story(ORDER, STOCK, PAY)
    story.now += 17 * MS
    story.completes("create_order")
    return story
