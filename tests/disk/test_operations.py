"""The disk fails at operations of a whole life, of every kind and in every way; the lab goes through many more.

The product's own connection meets it, in processes that die of it or go on. Every saga must end as its story says.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.disk.sweep import TROUBLES, run


@pytest.mark.long(8)
@pytest.mark.timeout(300)  # some ten seconds on a machine that has nothing else to do
def test_a_disk_that_fails_anywhere_loses_and_doubles_nothing(library: Path) -> None:
    found = run(280, ["refused at c"], every=64)
    assert found["violations"] == []
    assert found["runs"] == found["of"] > 15
    assert found["fired"] > found["runs"] * 0.9
    met = {word for word, exits in found["exits"].items() if exits}
    assert len(met) >= len(TROUBLES) - 8, met
