"""`sagaway top`: one frame as a picture, and the command against real servers, in a pipe and on a terminal."""

from __future__ import annotations

import fcntl
import io
import json
import os
import pty
import select
import signal
import socket
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from google.protobuf import json_format
from rich.console import Console

from orchestrator.cli import frame as frames
from orchestrator.cli import output
from orchestrator.cli.readings import WORDS, Reading
from sagaway.client import GetOverviewResponse, Pause, Saga
from tests.cli.conftest import Cli, environment, invoke, serve

WAIT = 30

pytestmark = pytest.mark.usefixtures("utc")

OVERVIEW: dict[str, Any] = {
    "time": "2026-05-01T12:00:10Z",
    "count_start_time": "2026-05-01T11:00:00Z",
    "counts": {"started": 12345, "completed": 11000, "compensated": 1200, "stuck": 3, "abandoned": 1},
    "open_sagas": [
        {"state": "SAGA_STATE_PENDING", "count": 0},
        {"state": "SAGA_STATE_RUNNING", "count": 10000},
        {"state": "SAGA_STATE_COMPENSATING", "count": 2},
        {"state": "SAGA_STATE_STUCK", "count": 3},
    ],
    "quarantined_count": 1,
    "participant_count": 3,
    "paused_definitions": [
        {
            "name": "place_order",
            "pause": {
                "pause_time": "2026-05-01T10:00:10Z",
                "reason": "wrong",
                "claimed_actor": "ann",
                "principal": "ops",
            },
        },
        {"name": "ship", "version": 2, "pause": {"pause_time": "2026-05-01T11:59:10Z", "reason": "slow"}},
    ],
    "participants": [
        {
            "name": "payment",
            "max_concurrent_calls": 64,
            "status": {
                "breaker_state": "BREAKER_STATE_OPEN",
                "outage_time": "2026-05-01T11:58:05Z",
                "error_code": "UNAVAILABLE",
                "running_calls": 1,
                "waiting_calls": 1340,
            },
        },
        {
            "name": "stock",
            "max_concurrent_calls": 8,
            "max_calls_per_second": 1.6666666666666667,
            "status": {"breaker_state": "BREAKER_STATE_CLOSED", "running_calls": 8, "waiting_calls": 2},
        },
    ],
    "oldest_sagas": [
        {
            "saga_id": "o-1",
            "definition_name": "place_order",
            "definition_version": 2,
            "state": "SAGA_STATE_RUNNING",
            "paused": True,
            "start_time": "2026-05-01T10:00:10Z",
            "completed_step_count": 1,
            "step_count": 3,
        }
    ],
}
LETTER: dict[str, Any] = {
    "saga_id": "o-7\x1b[2J",
    "definition_name": "place_order",
    "definition_version": 2,
    "state": "SAGA_STATE_STUCK",
    "error": {"step_id": "pay", "code": "INTERNAL", "message": "the bank is away"},
    "steps": [{"step_id": "pay", "participant": "payment"}],
}
RATES = {"started": 12.5, "completed": 11.0, "compensated": 1.0, "stuck": 0.0, "abandoned": 0.0}

FRAME = """\
sagaway top  here  default  2026-05-01 12:00:10

                           started  completed  compensated  stuck  abandoned
per second                    12.5       11.0          1.0    0.0        0.0
since 2026-05-01 11:00:00   12,345     11,000        1,200      3          1

PENDING 0   RUNNING 10,000+   COMPENSATING 2   STUCK 3   in quarantine 1
place_order (all versions) paused for 2 h 00 min by ann (token ops): wrong; ship v2 paused for 1 min 00 s: slow

PARTICIPANT (2 of 3)  RUNNING  WAITING     LIMIT  NOW
payment                     1    1,340        64  away for 2 min 05 s: UNAVAILABLE
stock                       8        2  8, 100/m  up

OPEN FOR THE LONGEST  DEFINITION      STATE             FOR         STEPS  WAKES
o-1                   place_order v2  RUNNING (paused)  2 h 00 min  1/3

WAITS FOR A PERSON (1 of 4)  DEFINITION      STEP  PARTICIPANT  WHY
o-7\\x1b[2J                   place_order v2  pay   payment      INTERNAL: the bank is away
"""


def reading(**changes: Any) -> Reading:
    overview = json_format.ParseDict(OVERVIEW, GetOverviewResponse())
    return Reading(
        **{"overview": overview, "rates": RATES, "letters": (json_format.ParseDict(LETTER, Saga()),), **changes}
    )


def drawn(seen: Reading, width: int = 200, rows: int = 1) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    console.print(frames.frame(seen, "sagaway top  here  default", rows))
    text = console.file.getvalue()  # type: ignore[attr-defined] # it is a StringIO
    return "".join(line.rstrip() + "\n" for line in text.splitlines())


def test_a_frame() -> None:
    many = drawn(reading(), rows=2).splitlines()
    want = FRAME.splitlines()
    assert many[:12] == want[:12]
    assert many[-2].startswith("WAITS FOR A PERSON  "), "all that there were are shown"
    one = drawn(reading()).splitlines()
    assert one[:9] + one[-5:] == want[:9] + want[-5:]
    assert one[9].startswith("PARTICIPANT (1 of 3)")


def test_a_paused_participant_says_so_whatever_its_calls_do() -> None:
    seen = reading()
    seen.overview.participants[0].status.pause.MergeFrom(
        json_format.ParseDict({"pause_time": "2026-05-01T11:00:10Z", "reason": "it loses orders"}, Pause())
    )
    (line,) = [line for line in drawn(seen, rows=2).splitlines() if line.startswith("payment")]
    assert line.endswith("paused for 1 h 00 min: it loses orders")


def test_rates_that_are_not_known_yet_and_a_server_that_is_away() -> None:
    seen = drawn(reading(rates=None).failing("no orchestrator answers"))
    assert "per second                       -" in seen
    assert "trying again: no orchestrator answers" in seen.splitlines()[1]


@pytest.mark.parametrize("width", [20, 60, 80])
def test_a_frame_is_cut_and_never_folded(width: int) -> None:
    lines = drawn(reading(), width, 2).splitlines()
    assert all(len(line) <= width for line in lines)
    assert len(lines) == len(FRAME.splitlines())


def test_a_frame_fits_its_screen() -> None:
    for height in range(19, 60):
        rows = frames.rows_for(height)
        full = reading()
        full.overview.participants.extend(list(full.overview.participants) * 30)
        full.overview.oldest_sagas.extend(list(full.overview.oldest_sagas) * 60)
        full = Reading(full.overview, RATES, full.letters * 60).failing("away")
        assert len(drawn(full, rows=rows).splitlines()) <= height


def test_one_frame_of_a_real_server(cli: Cli) -> None:
    for index in range(3):
        assert cli("start", "errand", "--id", f"top-{index}", "--input", '{"first": 1, "second": "hold"}').code == 0
    seen = cli("top", "--once", "--interval", "0.3")
    assert (seen.code, seen.err) == (0, "")
    assert "per second  " in seen.out
    assert "top-0" in seen.out
    assert "\x1b" not in seen.out
    told = cli("top", "--json", "--interval", "0.3").document
    assert set(told["rates"]) == set(WORDS)
    assert {one["state"] for one in told["open_sagas"]} >= {"SAGA_STATE_RUNNING", "SAGA_STATE_STUCK"}
    assert told["participants"][0]["status"]["breaker_state"] == "BREAKER_STATE_CLOSED"
    assert told["dead_letters"] == []


def test_an_empty_server_and_one_that_is_not_there(tmp_path: Path) -> None:
    server = serve(tmp_path / "saga.db", "--metrics-listen", "off")
    try:
        address = server.ready()
        seen = invoke(address, "top", "--once", "--interval", "0.2")
        assert (seen.code, seen.err) == (0, "")
        assert "PENDING 0   RUNNING 0   COMPENSATING 0   STUCK 0   in quarantine 0" in seen.out
    finally:
        server.end()
    gone = invoke(address, "top", "--patience", "0")
    assert gone.code == 5
    assert "is the orchestrator running?" in gone.err
    assert invoke(address, "top", "--interval", "0").code == 2


def free_address() -> str:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{held.getsockname()[1]}"


def test_in_a_pipe_it_goes_on_while_the_server_is_away(tmp_path: Path) -> None:
    address = free_address()
    flags = ("--metrics-listen", "off", "--drain-seconds", "0")
    server = serve(tmp_path / "saga.db", "--listen", address, *flags)
    server.ready()
    command = [sys.executable, "-m", "orchestrator.cli.main", "top", "--interval", "0.2", "--address", address]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    ) as looking:
        assert looking.stdout is not None
        assert looking.stderr is not None
        try:
            assert looking.stdout.readline().startswith(f"sagaway top  {address}  default")
            assert server.end()[0] == 0
            said = looking.stderr.readline()
            assert said.startswith("trying again: no orchestrator answers at")
            server = serve(tmp_path / "saga.db", "--listen", address, *flags)
            server.ready()
            assert looking.stderr.readline() == "it answers again\n"
            looking.send_signal(signal.SIGINT)
            assert looking.wait(WAIT) == 0
            assert looking.stderr.read() == ""
        finally:
            looking.kill()
            server.end()


def test_who_reads_a_pipe_may_have_enough(address: str) -> None:
    done = subprocess.run(
        [
            "bash",
            "-c",
            f"{sys.executable} -m orchestrator.cli.main top -n 0.2 --address {address} | head -1; echo ${{PIPESTATUS[0]}}",
        ],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=WAIT,
        check=False,
    )
    assert done.stdout.splitlines()[-1] == "0"
    assert done.stderr == ""


@contextmanager
def terminal(
    *arguments: str,
) -> Iterator[tuple[subprocess.Popen[bytes], int, Callable[[Callable[[bytes], bool]], bytes]]]:
    """Run a command on a terminal of 100 by 30; hands out a function that reads what it shows until that will do."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))

    def until(enough: Callable[[bytes], bool]) -> bytes:
        shown, end = b"", time.monotonic() + WAIT
        while not enough(shown):
            assert time.monotonic() < end, shown
            if select.select([ours], [], [], 0.2)[0]:
                shown += os.read(ours, 65536)
        return shown

    variables = environment(TERM="xterm-256color")
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestrator.cli.main", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={name: value for name, value in variables.items() if name not in ("COLUMNS", "LINES")},
        start_new_session=True,
    )
    os.close(theirs)
    try:
        yield process, ours, until
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def test_on_a_terminal_it_is_drawn_in_place_follows_its_size_and_gives_the_screen_back(address: str) -> None:
    with terminal("top", "--interval", "0.3", "--address", address) as (process, ours, until):
        until(lambda shown: shown.count(b"WAITS FOR A PERSON") >= 2)
        fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 20, 60, 0, 0))
        until(lambda shown: "…".encode() in shown)  # what does not fit into 60 columns is cut
        process.send_signal(signal.SIGINT)
        # The screen of before, and the cursor.
        shown = until(lambda shown: b"\x1b[?1049l" in shown and b"\x1b[?25h" in shown)
        assert process.wait(WAIT) == 0
        assert b"Traceback" not in shown


def test_json_is_one_object(address: str) -> None:
    output.out.cache_clear()
    done = subprocess.run(
        [sys.executable, "-m", "orchestrator.cli.main", "top", "--json", "-n", "0.2", "--address", address],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=WAIT,
        check=False,
    )
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 1
    assert json.loads(done.stdout)["namespace"] == "default"


def test_a_declared_restore_is_drawn() -> None:
    overview = json_format.ParseDict({**OVERVIEW, "restored_time": "2026-05-01T11:30:00Z"}, GetOverviewResponse())
    assert "restored from a backup, declared 2026-05-01 11:30:00: only a refusal or a tombstone undoes" in drawn(
        reading(overview=overview)
    )
