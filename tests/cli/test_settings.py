"""Settings and logs: what is taken, what is refused, and how it is said."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
import structlog

from orchestrator.config import SettingsError, is_loopback, load_settings, split_address, unknown_variables
from orchestrator.telemetry import configure_logging


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("SAGAWAY_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_the_defaults_are_safe() -> None:
    settings = load_settings()
    assert settings.listen == "127.0.0.1:7070"
    assert settings.database == Path("sagaway.db")
    assert not settings.allow_insecure_bind


def test_a_flag_wins_over_its_variable_and_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAGAWAY_MAX_WATCHERS", "7")
    monkeypatch.setenv("SAGAWAY_MAX_BACKLOG", "8")
    monkeypatch.setenv("SAGAWAY_LISTEN", "")
    monkeypatch.setenv("SAGAWAY_LOG_LEVEL", "debug")
    settings = load_settings(max_watchers=9, max_backlog=None)
    assert (settings.max_watchers, settings.max_backlog) == (9, 8)
    assert settings.engine.max_watchers == 9
    assert settings.listen == "127.0.0.1:7070"
    assert settings.log_level == "DEBUG"


@pytest.mark.parametrize("listen", ["0.0.0.0:7070", "[::]:7070", "192.168.1.7:7070", "orchestrator:7070"])
def test_a_bind_that_others_reach_needs_the_flag_by_name(monkeypatch: pytest.MonkeyPatch, listen: str) -> None:
    monkeypatch.setenv("SAGAWAY_LISTEN", listen)
    with pytest.raises(SettingsError, match="SAGAWAY_ALLOW_INSECURE_BIND=true") as caught:
        load_settings()
    assert str(caught.value).startswith(f"SAGAWAY_LISTEN: {listen} can be reached")
    monkeypatch.setenv("SAGAWAY_ALLOW_INSECURE_BIND", "true")
    assert load_settings().listen == listen


@pytest.mark.parametrize("listen", ["0.0.0.0:9464", "[::]:9464", "metrics:9464"])
def test_metrics_that_others_reach_need_a_flag_of_their_own(monkeypatch: pytest.MonkeyPatch, listen: str) -> None:
    monkeypatch.setenv("SAGAWAY_ALLOW_INSECURE_BIND", "true")
    with pytest.raises(SettingsError, match="--allow-open-metrics or SAGAWAY_ALLOW_OPEN_METRICS=true") as caught:
        load_settings(metrics_listen=listen)
    assert str(caught.value).startswith(f"--metrics-listen: {listen} can be reached")
    monkeypatch.setenv("SAGAWAY_ALLOW_OPEN_METRICS", "true")
    assert load_settings(metrics_listen=listen).metrics_listen == listen


def test_metrics_are_told_on_the_loopback_or_not_at_all() -> None:
    assert load_settings().metrics_listen == "127.0.0.1:9464"
    assert load_settings(metrics_listen="OFF").metrics_listen == "off"
    with pytest.raises(SettingsError, match=r"--metrics-listen: 'on' is not host:port.*or `off`"):
        load_settings(metrics_listen="on")


@pytest.mark.parametrize("listen", ["127.0.0.1:0", "127.8.8.8:1", "[::1]:7070", "localhost:7070"])
def test_the_loopback_needs_no_flag(listen: str) -> None:
    assert load_settings(listen=listen).listen == listen


@pytest.mark.parametrize("listen", ["7070", "host", "host:", ":7070", "::1:7070", "host:70000", "host:x", "a:b:1"])
def test_what_is_no_address_is_refused(listen: str) -> None:
    with pytest.raises(SettingsError, match="--listen: "):
        load_settings(listen=listen)


def test_every_fault_is_told_at_once_by_variable_flag_and_range(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAGAWAY_MAX_LIVE_SAGAS", "many")
    monkeypatch.setenv("SAGAWAY_DRAIN_SECONDS", "-1")
    monkeypatch.setenv("SAGAWAY_ALLOW_INSECURE_BIND", "perhaps")
    with pytest.raises(SettingsError) as caught:
        load_settings(log_format="xml", database=Path("no/such/saga.db"))
    lines = str(caught.value).splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "--database",
        "SAGAWAY_ALLOW_INSECURE_BIND",
        "--log-format",
        "SAGAWAY_DRAIN_SECONDS",
        "SAGAWAY_MAX_LIVE_SAGAS",
    ]
    assert "its directory 'no/such' does not exist; make it first" in lines[0]
    assert "1 to 1,000,000; default: 10000" in lines[4]


def test_a_directory_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="it is a directory"):
        load_settings(database=tmp_path)


URL = "postgresql://saga:s3cret@db.example:5433/sagas?sslmode=require"


def test_the_log_is_in_one_database(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().log == Path("sagaway.db")
    monkeypatch.setenv("SAGAWAY_DATABASE_URL", URL)
    settings = load_settings()
    assert settings.log == URL
    assert "s3cret" not in repr(settings)
    for flags in ({"database": Path("saga.db")}, {}):
        if not flags:
            monkeypatch.setenv("SAGAWAY_DATABASE", "saga.db")
        with pytest.raises(SettingsError, match="a SQLite file is named too") as caught:
            load_settings(**flags)
        assert str(caught.value).startswith("SAGAWAY_DATABASE_URL: ")
        assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("sqlite:///s3cret.db", "does not begin with postgresql://; a SQLite file is named by SAGAWAY_DATABASE"),
        ("postgresql+asyncpg://me:s3cret@h/d", "does not begin with postgresql://"),
        ("postgresql:s3cret", "does not begin with postgresql://"),
        ("postgresql://me:s3cret%@h/d", "other characters than letters, digits"),
        ("postgresql://me:x@h/d?s3cret=1", "is not a URL of PostgreSQL"),
    ],
)
def test_what_is_no_url_of_postgresql_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, url: str, why: str
) -> None:
    monkeypatch.setenv("SAGAWAY_DATABASE_URL", url)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert why in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_driver_that_is_missing_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "orchestrator.store.postgresql", raising=False)
    monkeypatch.setenv("SAGAWAY_DATABASE_URL", URL)
    with pytest.raises(SettingsError, match=r"needs the driver psycopg, .* run: pip install 'sagaway\[postgresql\]'"):
        load_settings()


def test_variables_that_mean_nothing_are_told_with_the_nearest() -> None:
    names = ["SAGAWAY_DATABSE", "SAGAWAY_ADDRESS", "SAGAWAY_LISTEN", "SAGAWAY_ZZZ", "HOME"]
    assert unknown_variables(names) == {"SAGAWAY_DATABSE": "SAGAWAY_DATABASE", "SAGAWAY_ZZZ": ""}


def test_addresses_are_split() -> None:
    assert split_address("[::1]:80") == ("::1", 80)
    assert split_address("localhost:0") == ("localhost", 0)
    assert is_loopback("::1")
    assert not is_loopback("example.org")


@pytest.fixture
def logs(capsys: pytest.CaptureFixture[str]) -> Generator[pytest.CaptureFixture[str], None, None]:
    """stderr, and logging as it was afterwards."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield capsys
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def test_logs_off_a_terminal_are_json_lines(logs: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", "auto")
    structlog.get_logger("orchestrator.test").info("saga ended", saga_id="o-1")
    logging.getLogger("library").warning("a %s one", "foreign")
    logging.getLogger("alembic").info("too much talk")
    structlog.get_logger("orchestrator.test").debug("too fine")
    try:
        raise ValueError("why")
    except ValueError:
        structlog.get_logger("orchestrator.test").exception("it broke")
    first, second, third = [json.loads(line) for line in logs.readouterr().err.splitlines()]
    assert list(first) == ["time", "level", "event", "logger", "saga_id"]
    assert (first["event"], first["level"], first["saga_id"]) == ("saga ended", "info", "o-1")
    assert (second["event"], second["logger"]) == ("a foreign one", "library")
    assert "ValueError: why" in third["exception"]


@pytest.mark.parametrize("kind", ["json", "console"])
def test_payloads_and_tokens_do_not_get_into_a_log(logs: pytest.CaptureFixture[str], kind: str) -> None:
    configure_logging("INFO", kind)  # type: ignore[arg-type]
    structlog.get_logger("orchestrator.test").info("call", input={"card": "4711"}, completion_token="4712")
    logging.getLogger("library").warning("call", extra={"payload": "4713"})
    card = "4714"
    try:
        raise ValueError(f"of {len(card)} digits")
    except ValueError:
        structlog.get_logger("orchestrator.test").exception("it broke")
    text = logs.readouterr().err
    assert "it broke" in text
    assert "withheld" in text
    for secret in ("4711", "4712", "4713", card):
        assert secret not in text
