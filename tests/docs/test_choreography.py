"""What docs/choreography.md shows is so."""

import re
from pathlib import Path

from sagaway.bus import decode
from sagaway.bus import settings as bus_settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "choreography.md").read_text(encoding="utf-8")


def test_the_event_that_is_shown_is_one() -> None:
    (shown,) = re.findall(r"```json\n(.*?)```", PAGE, flags=re.DOTALL)
    event = decode(shown.encode())
    assert (event.subject, event.correlation_id, event.data["sku"]) == ("order-4711", "cart-99", "tea")


def test_every_setting_of_the_bus_is_documented_and_no_other() -> None:
    assert bus_settings.__doc__ is not None
    known = set(re.findall(r"SAGAWAY_NATS_[A-Z_]+", bus_settings.__doc__))
    assert known
    assert set(re.findall(r"SAGAWAY_NATS_[A-Z_]+", PAGE)) == known
    source = Path(bus_settings.__file__).read_text(encoding="utf-8")
    read = {f"SAGAWAY_NATS_{name}" for name in re.findall(r'(?:value|path)\("([A-Z_]+)"\)', source)}
    assert read == known
