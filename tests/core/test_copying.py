"""Copies of immutable values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import FrozenInstanceError, dataclass, fields, replace
from typing import Any

import pytest

from orchestrator.core.copying import changed
from orchestrator.core.model import Payload, Step, StepState


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 2
    names: Mapping[str, str] | None = None


def test_what_is_named_changes_and_the_rest_is_shared() -> None:
    names = {"a": "b"}
    old = Point(1, names=names)
    new = changed(old, {"x": 3})
    assert (new, old) == (Point(3, 2, names), Point(1, 2, names))
    assert new.names is names
    assert hash(changed(Point(1), {"x": 3})) == hash(Point(3))


def test_a_copy_is_what_replace_would_have_made() -> None:
    old = Step(state=StepState.EXECUTING, run=1, input=Payload(json="{}"))
    changes: dict[str, Any] = {"state": StepState.COMPLETED, "output": Payload(json="1")}
    new = changed(old, changes)
    assert new == replace(old, **changes)
    assert type(new) is Step
    assert changed(new, {}) == new


def test_a_copy_is_as_immutable_as_its_original() -> None:
    new = changed(Point(1), {"y": 5})
    for field in fields(Point):
        with pytest.raises(FrozenInstanceError):
            setattr(new, field.name, 0)


def test_a_change_that_names_no_field_is_refused() -> None:
    with pytest.raises(AttributeError, match="'Point' object has no attribute 'z'"):
        changed(Point(1), {"z": 1})
