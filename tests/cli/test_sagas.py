"""Commands about sagas against a real orchestrator: what they print, and how they end."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Result, environment, invoke, run

GOOD = json.dumps({"first": 1, "second": {"n": 2}})
REFUSED = json.dumps({"first": 1, "second": {"reject": "NO_STOCK", "message": "there are none left"}})
HELD = json.dumps({"first": "hold", "second": 2})


@pytest.fixture
def saga_id() -> str:
    return f"t-{uuid.uuid4()}"


def start(cli: Cli, saga_id: str, text: str = GOOD, *more: str) -> Result:
    return cli("start", "errand", "--id", saga_id, "--input", text, *more)


def test_start_says_the_id_and_ends_at_once(cli: Cli, saga_id: str) -> None:
    result = start(cli, saga_id)
    assert (result.code, result.out) == (0, f"{saga_id} started (errand v1)\n")
    again = start(cli, saga_id)
    assert (again.code, again.out) == (0, f"{saga_id} had been started before (errand v1)\n")


def test_start_and_wait_prints_a_line_an_event_and_the_end(cli: Cli, saga_id: str) -> None:
    result = start(cli, saga_id, GOOD, "--wait")
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0] == f"{saga_id} started (errand v1)"
    assert [line.split("  ")[2] for line in lines[1:-1]] == [
        "SagaStarted",
        "StepIntended",
        "StepCompleted",
        "StepIntended",
        "StepCompleted",
        "SagaCompleted",
    ]
    assert lines[-1].startswith(f"{saga_id}: COMPLETED after ")
    assert lines[-1].endswith("2 of 2 completed")


def test_a_saga_that_does_not_complete_is_exit_code_1_with_the_reason(cli: Cli, saga_id: str) -> None:
    result = start(cli, saga_id, REFUSED, "--wait")
    assert result.code == 1
    assert result.out.splitlines()[-1].startswith(
        f"{saga_id}: COMPENSATED (REJECTED) second NO_STOCK: there are none left after "
    )
    assert cli("watch", saga_id).code == 1


def test_a_wait_that_is_over_before_the_saga_is_exit_code_6(cli: Cli, saga_id: str) -> None:
    assert start(cli, saga_id, HELD, "--timeout", "50ms").code == 6
    assert cli("watch", saga_id, "--timeout", "0.05").code == 6
    assert cli("cancel", saga_id, "--reason", "test").code == 0
    result = cli("watch", saga_id)
    assert result.code == 1
    assert "CANCELLED" in result.out


def test_start_with_json_is_one_document(cli: Cli, saga_id: str) -> None:
    first = start(cli, saga_id, GOOD, "--json", "--wait").document
    assert first["created"] is True
    assert first["saga"]["state"] == "SAGA_STATE_COMPLETED"
    assert json.loads(first["saga"]["output"]["json"]) == {"first": {"ran": 1}}
    assert start(cli, saga_id, GOOD, "--json").document["created"] is False


def test_input_comes_from_a_file_or_stdin_as_it_is(cli: Cli, saga_id: str, tmp_path: Path) -> None:
    text = '{"first": 12345678901234567890, "second": "ü"}'
    file = tmp_path / "input.json"
    file.write_text(text, encoding="utf-8")
    for more in (("--input", f"@{file}"), ("--input", "-")):
        # The same id again: the two requests are the same to the last byte, or this is refused.
        result = cli("start", "errand", "--id", saga_id, *more, "--json", input=text)
        assert result.code == 0
        assert result.document["saga"]["input"]["json"] == text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--input", "{bad"), "is not JSON"),
        (("--input", '{"n": NaN}'), "NaN is not JSON"),
        (("--input", "@no/such/file"), "can't read no/such/file"),
        (("--input", "[" * 100_000), "nested too deeply"),
        (("--label", "novalue"), "'novalue' is not KEY=VALUE"),
        (("--label", "k=1", "--label", "k=2"), "'k' is given twice"),
        (("--timeout", "soon"), "'soon' is no length of time"),
        (("--version", "-1"), "--version"),
        (("--version", "one"), "--version"),
        (("--nonsense",), "No such option"),
    ],
)
def test_bad_flags_are_exit_code_2_and_name_the_flag(cli: Cli, arguments: tuple[str, ...], said: str) -> None:
    result = cli("start", "errand", *arguments)
    assert result.code == 2
    assert said in " ".join(result.err.replace("│", " ").split())
    assert result.out == ""


def test_stdin_that_is_no_text_is_refused(cli: Cli) -> None:
    result = cli("start", "errand", "--input", "-", input=b"\xff\xfe")
    assert result.code == 2
    assert "not UTF-8" in result.err


def test_what_the_server_refuses_names_the_field(cli: Cli) -> None:
    result = cli("start", "errand", "--id", "has spaces", "--input", "1")
    assert result.code == 2
    assert "saga_id" in result.err
    document = json.loads(cli("start", "errand", "--id", "has spaces", "--json").err)["error"]
    assert (document["code"], document["reason"]) == ("INVALID_ARGUMENT", "FIELD_INVALID")
    assert document["violations"][0]["field"] == "saga_id"


def test_unknown_things_are_exit_code_3_with_a_hint(cli: Cli) -> None:
    for arguments in (("get",), ("events",), ("watch",), ("cancel",)):
        result = cli(*arguments, "nobody")
        assert result.code == 3
        assert "nobody" in result.err
        assert "hint: `sagaway list`" in result.err
        assert result.out == ""
    assert cli("start", "nothing").code == 3


def test_what_stands_in_the_way_is_exit_code_4(cli: Cli, saga_id: str) -> None:
    assert start(cli, saga_id, GOOD, "--wait").code == 0
    other = start(cli, saga_id, "7")
    assert other.code == 4
    assert "hint: use another --id" in other.err
    assert cli("cancel", saga_id).code == 4


def test_get_shows_all_there_is_to_know(cli: Cli, saga_id: str) -> None:
    start(cli, saga_id, REFUSED, "--wait", "--label", "shop=north")
    result = cli("get", saga_id)
    assert result.code == 0
    text = result.out
    for part in (
        saga_id,
        "errand v1",
        "COMPENSATED",
        "REJECTED",
        "second NO_STOCK: there are none left",
        "execution time",
        "0 of 2 completed, 1 compensated",
        "shop=north",
        "errands.run",
        "last error of second:  NO_STOCK: there are none left",
    ):
        assert part in text
    rows = {line.split()[1]: line.split() for line in text.splitlines() if line.startswith(("↩", "✗"))}
    # sign, step, does, state, attempts
    assert rows["first"][3:7] == ["COMPENSATED", "1", "+", "1"]
    assert rows["second"][3:5] == ["REJECTED", "1"]
    saga = cli("get", saga_id, "--json").document
    assert saga["compensated_step_count"] == 1
    assert saga["steps"][1]["last_error"]["reason"] == "NO_STOCK"


def test_text_from_elsewhere_can_not_steer_the_terminal(cli: Cli, saga_id: str) -> None:
    label = "k=\x1b]0;owned\x07[red]x[/]\u202e"
    refusal = json.dumps({"first": {"reject": "EVIL", "message": "[b]one[/]\ntwo"}})
    result = start(cli, saga_id, refusal, "--wait", "--label", label)
    for shown in (cli("get", saga_id).out, cli("list").out):
        assert "\x1b" not in shown
        assert "\u202e" not in shown
        assert "k=\\x1b]0;owned\\x07[red]x[/]\\u202e" in shown
    assert "EVIL: [b]one[/]\\x0atwo" in result.out.splitlines()[-1]


def test_events_are_paged_by_sequence(cli: Cli, saga_id: str) -> None:
    start(cli, saga_id, GOOD, "--wait")
    everything = cli("events", saga_id, "--json").documents
    assert [int(event["sequence"]) for event in everything] == list(range(1, 7))
    assert cli("events", saga_id, "--json", "--after", "2", "--limit", "3").documents == everything[2:5]
    page = cli("events", saga_id, "--after", "2", "--limit", "3")
    assert "--after 5" in page.err
    assert "StepCompleted" in page.out
    assert "ran" not in page.out
    assert '{"ran":1}' in cli("events", saga_id, "--payloads").out.replace(" ", "")
    assert cli("events", saga_id, "--limit", "0").err == ""


def test_watch_with_json_is_a_line_an_event(cli: Cli, saga_id: str) -> None:
    start(cli, saga_id)
    watched = cli("watch", saga_id, "--json")
    assert watched.code == 0
    assert watched.documents == cli("events", saga_id, "--json").documents
    assert cli("watch", saga_id, "--json", "--after", "5").documents == watched.documents[5:]


def test_list_filters_and_limits(cli: Cli) -> None:
    mark = f"run={uuid.uuid4()}"
    for number in range(3):
        assert start(cli, f"l-{uuid.uuid4()}", GOOD, "--label", mark, "--label", f"n={number}", "--wait").code == 0

    def numbers(*arguments: str) -> list[str]:
        result = cli("list", "--json", "--label", mark, *arguments)
        assert result.code == 0
        return [saga["labels"]["n"] for saga in result.documents]

    assert numbers() == ["2", "1", "0"]
    assert numbers("--state", "completed", "--state", "STUCK") == ["2", "1", "0"]
    assert numbers("--state", "RUNNING") == []
    assert numbers("--label", "n=1") == ["1"]
    assert numbers("--definition", "other") == []
    assert numbers("--since", "1h") == ["2", "1", "0"]
    assert numbers("--until", "1h") == []
    assert numbers("--since", "2020-01-01", "--until", "2020-01-02T12:00") == []
    assert numbers("--limit", "2") == ["2", "1"]
    shown = cli("list", "--label", mark, "--limit", "2")
    assert shown.out.count("COMPLETED") == 2
    assert "more than 2" in shown.err
    assert cli("list", "--label", mark, "--limit", "3").err == ""


@pytest.mark.parametrize(
    "arguments",
    [("--since", "yesterday"), ("--state", "LOST"), ("--limit", "-1"), ("--since", "999999999d"), ("--label", "=x")],
)
def test_bad_filters_are_exit_code_2(cli: Cli, arguments: tuple[str, str]) -> None:
    result = cli("list", *arguments)
    assert result.code == 2
    assert arguments[0] in result.err


def test_nobody_there_is_exit_code_5_and_says_what_to_do() -> None:
    for arguments in (("get", "o-1"), ("start", "errand", "--wait")):
        result = invoke("127.0.0.1:1", *arguments, "--patience", "0")
        assert result.code == 5
        assert result.out == ""
        assert "no orchestrator answers at 127.0.0.1:1" in result.err
        assert "sagaway serve" in result.err
        assert "Traceback" not in result.err
    # As a process, to which nothing but the environment says whom to ask.
    document = json.loads(run("get", "o-1", "--json", SAGAWAY_ADDRESS="127.0.0.1:1", SAGAWAY_PATIENCE="0").err)
    assert document["error"]["code"] == "UNAVAILABLE"


def test_a_proxy_of_the_environment_is_not_asked_for_the_loopback(address: str) -> None:
    assert run("get", "nobody", SAGAWAY_ADDRESS=address, http_proxy="http://127.0.0.1:1", no_proxy="").code == 3


def test_a_reader_that_has_enough_is_no_error(address: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "orchestrator.cli.main", "list", "--json", "--address", address],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0


def test_on_a_terminal_the_steps_are_drawn_in_place(cli: Cli, address: str, saga_id: str) -> None:
    master, slave = pty.openpty()
    command = ["start", "errand", "--id", saga_id, "--input", REFUSED, "--wait", "--address", address]
    with subprocess.Popen(
        [sys.executable, "-m", "orchestrator.cli.main", *command],
        stdin=subprocess.DEVNULL,
        stdout=slave,
        stderr=slave,
        env=environment(TERM="xterm", COLUMNS="120", LINES="40"),
    ) as process:
        os.close(slave)
        drawn = b""
        try:
            while chunk := os.read(master, 65536):
                drawn += chunk
        except OSError:  # how Linux says that the other end is closed
            pass
        assert process.wait(30) == 1
    os.close(master)
    text = drawn.decode()
    assert "\x1b[?25l" in text  # the cursor is hidden while drawing ...
    assert "\x1b[?25h" in text  # ... and shown again
    last = text[text.rindex("first") :]
    assert "COMPENSATED" in last
    assert "REJECTED" in last
    assert "NO_STOCK: there are none left" in last
    assert f"{saga_id}: COMPENSATED (REJECTED)" in last
    assert "StepCompleted" not in text


def test_ctrl_c_is_exit_code_130_without_a_traceback(cli: Cli, address: str, saga_id: str) -> None:
    start(cli, saga_id, HELD)
    with subprocess.Popen(
        [sys.executable, "-m", "orchestrator.cli.main", "watch", saga_id, "--address", address],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert "SagaStarted" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == ""
        assert process.wait(30) == 130
    assert cli("cancel", saga_id).code == 0
