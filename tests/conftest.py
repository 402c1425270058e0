"""What every test may rely on."""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import Generator

import pytest

# ruff: noqa: PLC0414 - fixtures
from tests.postgresql import _log_database as _log_database
from tests.postgresql import log_database as log_database
from tests.postgresql import postgresql as postgresql

# Whoever runs the suite in the background of a shell hands down an ignored SIGINT, and children that a test
# interrupts would inherit it. With a handler of Python's own here, they start with the system's default.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Nobody's plugins of Pydantic are wanted here. To look for some, each of a few hundred orchestrators that tests start
# would read the metadata of every package that is installed: a fifteenth of what its start costs.
os.environ["PYDANTIC_DISABLE_PLUGINS"] = "true"

# gRPC would do this and that in a child that is forked beside its threads, to begin with PostgreSQL's under another user,
# and has ended one before it was what it was to be. These children do not use gRPC before they are another program.
os.environ["GRPC_ENABLE_FORK_SUPPORT"] = "false"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that in the end no worker waits for another that has just begun with it."""

    def seconds(item: pytest.Item) -> float:
        mark = item.get_closest_marker("long")
        return float(mark.args[0]) if mark else 0

    items.sort(key=seconds, reverse=True)


gc.disable()  # until everything is collected: next to nothing of that is garbage


def pytest_collection_finish() -> None:
    """Let the collector leave alone what was imported and collected: it is there until the end.

    Some hundreds of thousands of objects, which it would otherwise look through again at each full collection.
    """
    gc.freeze()
    gc.enable()


@pytest.fixture
def utc(monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """Let local time, in which people are told of times, be UTC."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
