"""Three real services, a real bus and an observer through each trouble under load: books balanced, nothing stuck. A slice of the lab."""

from pathlib import Path

import pytest

from tests.turmoil.lab import run_in
from tests.turmoil.troubles import KINDS

SAGAS = 200


@pytest.mark.long(20)
@pytest.mark.timeout(170)
async def test_each_trouble_under_load_leaves_every_book_balanced(tmp_path: Path) -> None:
    found = await run_in(tmp_path, SAGAS, 6, print, troubles=len(KINDS))
    assert found["violations"] == []
    assert found["troubles"] == dict.fromkeys(KINDS, 1)
    assert found["ends"].keys() == {"completed", "refused", "cancelled"}
    assert found["ends_to_the_observer"].keys() == {"COMPLETED", "COMPENSATED"}
    # The troubles were some.
    deaths = ("died_before_publish", "died_between_publish_and_mark", "died_between_commit_and_acknowledgement")
    assert [found[death] for death in deaths] == [1, 1, 1]
    assert found["doubles_stored"] >= found["doubles_published_by_the_lab"] > 0
    assert found["redeliveries"] > 0
