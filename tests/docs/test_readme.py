"""What the README shows runs as it is shown, and every link of the documentation leads somewhere."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sagaway.definitions import load_definition
from tests.cli.conftest import environment

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
_FENCED = re.compile(r"^ *```.*?^ *```$", re.DOTALL | re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub gives a page's headings."""
    titles = re.findall(r"^#+ (.+)$", _FENCED.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.replace("`", "")).lower().replace(" ", "-") for title in titles}


def links(page: Path) -> Iterator[str]:
    """Yield the targets of a page's links that are ours."""
    text = _FENCED.sub("", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" not in target:
            yield target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = []
    for target in links(page):
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        if not found.exists() or (anchor and anchor not in anchors(found)):
            lost.append(target)
    assert not lost


def test_every_page_is_linked_from_the_readme() -> None:
    assert {page.name for page in (ROOT / "docs").glob("*.md")} <= {
        target.split("/")[-1] for target in links(ROOT / "README.md")
    }


def test_the_definition_is_one() -> None:
    (shown,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    definition = load_definition(shown)
    assert [step.id for step in definition.steps] == ["create_order", "reserve_inventory", "process_payment"]


@pytest.mark.long(8)
@pytest.mark.timeout(180)
def test_the_shop_by_hand(tmp_path: Path) -> None:
    """In a shell, on other ports and in another folder than those shown."""
    (shown,) = re.findall(r"```sh\n(\. \.venv.*?)```", README, re.DOTALL)
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(4)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        ports = [one.getsockname()[1] for one in sockets]
    script = shown.replace(". .venv/bin/activate", ":").replace("shop-data", str(tmp_path))
    for standing, port in zip((7071, 7072, 7073), ports[1:], strict=True):
        script = script.replace(str(standing), str(port))
    here = f"127.0.0.1:{ports[0]}"
    done = subprocess.run(
        ["bash", "-c", f"trap 'kill $(jobs -p); wait' EXIT\n{script}"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(
            PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            SAGAWAY_LISTEN=here,
            SAGAWAY_ADDRESS=here,
            SAGAWAY_METRICS_LISTEN="off",
        ),
        timeout=150,
        check=False,
    )
    assert done.stderr == ""
    assert "pans: COMPLETED" in done.stdout
    assert "rug: COMPENSATED (REJECTED) reserve_inventory INSUFFICIENT_STOCK" in done.stdout
    assert "rug is COMPENSATED: nothing of it stands." in done.stdout
    assert "── undone, in this order ──" in done.stdout
