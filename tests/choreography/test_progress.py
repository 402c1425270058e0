"""Up to when everything has been observed, from what the bus says."""

from __future__ import annotations

import pytest

from orchestrator.choreography.progress import Progress
from sagaway.bus import Reach


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        pytest.param([(0, 0)], 0, id="asked once, which says nothing yet"),
        pytest.param([(10, 5), (10, 9)], 0, id="what there was is not handled"),
        pytest.param([(10, 5), (20, 10)], 1, id="what there was is handled, what came meanwhile is not"),
        pytest.param([(10, 5), (20, 8), (30, 12)], 1, id="it takes a while"),
        pytest.param([(10, 10), (20, 10), (30, 20)], 2, id="one question after the other"),
        pytest.param([(100, 50), (3, 1), (4, 4)], 2, id="a bus that has lost what it had begins anew"),
    ],
)
def test_it_is_when_all_is_handled_that_there_was_when_the_bus_was_asked(
    said: list[tuple[int, int]], seen: int
) -> None:
    progress = Progress()
    for time, (last, handled) in enumerate(said, start=1):
        progress.note(Reach(last, handled), time)
    assert progress.seen_until == seen
