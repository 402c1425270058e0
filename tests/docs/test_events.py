"""docs/events.md names every type of event, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from orchestrator.core.events import EVENT_TYPES

DOCUMENT = Path(__file__).parents[2] / "docs" / "events.md"


def test_every_type_of_event_is_documented_and_no_other() -> None:
    named = re.findall(r"^\| `(\w+)` \|", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert sorted(named) == sorted(event.__name__ for event in EVENT_TYPES)
