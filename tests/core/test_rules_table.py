"""The table of rules in ARCHITECTURE.md names tests that exist, and every test of the rules."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "ARCHITECTURE.md"
HEADING = "## The rules of a saga, and the test that holds each"


def table() -> str:
    """Return the part of the page that holds the table."""
    _, found, part = TABLE.read_text("utf-8").partition(HEADING)
    assert found, f"{TABLE.name} has no heading {HEADING!r}"
    return part


def named() -> list[tuple[str, str]]:
    """Return the file and name of every test in the table."""
    return [(file, name) for file, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", table())]


def defined(path: Path) -> set[str]:
    """Return the names of the tests in a file."""
    return set(re.findall(r"^(?:async )?def (test_\w+)", path.read_text("utf-8"), re.M))


def test_every_test_in_the_table_exists() -> None:
    missing = [
        f"{file}::{name}" for file, name in named() if not (ROOT / file).is_file() or name not in defined(ROOT / file)
    ]
    assert not missing, f"{TABLE.name} names tests that do not exist: {missing}"


def test_every_test_of_the_rules_is_in_the_table() -> None:
    files = [path for path in Path(__file__).parent.glob("test_rules_*.py") if path != Path(__file__)]
    assert files
    known = set(named())
    absent = [
        f"{path.name}::{name}"
        for path in files
        for name in defined(path)
        if (path.relative_to(ROOT).as_posix(), name) not in known
    ]
    assert not absent, f"{TABLE.name} lacks {sorted(absent)}"


def test_every_rule_has_a_test_and_a_test_holds_one_rule() -> None:
    rows = [line for line in table().splitlines() if line.startswith("| ") and "---" not in line]
    without = [row for row in rows if not row.startswith("| Rule") and "::" not in row]
    assert not without
    tests = named()
    assert len(tests) == len(set(tests)), "a test is named twice"
