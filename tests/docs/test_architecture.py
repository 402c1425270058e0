"""The limits of ARCHITECTURE.md: every file and every function is short enough to be read at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOUSE = ("sagaway", "orchestrator", "participants", "protos", "bench", "deploy", "tests")
LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 70


def too_long(source: str, where: str) -> Iterator[str]:
    """Name the file and each function of it that is longer than allowed."""
    lines = len(source.splitlines())
    if lines > LINES_OF_A_FILE:
        yield f"{where}: {lines} lines"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            if (lines := node.end_lineno - node.lineno + 1) > LINES_OF_A_FUNCTION:
                yield f"{where}:{node.lineno}: {node.name} has {lines} lines"


def test_no_file_and_no_function_is_too_long() -> None:
    files = [path for part in HOUSE for path in sorted((ROOT / part).rglob("*.py"))]
    assert len(files) > 400
    found = [one for path in files for one in too_long(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT)))]
    assert found == []


def test_what_is_too_long_is_named() -> None:
    source = "def short():\n" + "    pass\n" * 69 + "async def long():\n" + "    pass\n" * 70 + "\n" * 260
    assert list(too_long(source, "a.py")) == ["a.py: 401 lines", "a.py:71: long has 71 lines"]
