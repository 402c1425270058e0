"""Text that came from elsewhere is shown as it is."""

from __future__ import annotations

import pytest

from orchestrator.cli.exits import complain
from orchestrator.cli.output import errors


def test_colons_in_a_text_make_no_pictures(capsys: pytest.CaptureFixture[str]) -> None:
    errors.cache_clear()
    complain("nowhere:x: it is not there", "spec :x: [b]", hint="give module:attribute:")
    errors.cache_clear()
    assert capsys.readouterr().err.splitlines() == [
        "error: nowhere:x: it is not there",
        "  spec :x: [b]",
        "hint: give module:attribute:",
    ]
