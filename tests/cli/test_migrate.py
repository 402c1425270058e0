"""`sagaway migrate`: what it does, what it says, how it ends; and that `serve` leaves it to a person on PostgreSQL."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from orchestrator.cli.exits import Exit
from orchestrator.store.migrations import HEAD
from tests.cli.conftest import Result, invoke, run
from tests.golden import logs
from tests.postgresql import LogDatabase, Server


def migrate(*arguments: str, **variables: str) -> Result:
    return invoke("", "migrate", *arguments, **variables)


def test_a_server_on_postgresql_waits_until_somebody_has_migrated(postgresql: Server) -> None:
    postgresql.create_database("by_hand")
    url = LogDatabase(postgresql, "by_hand").location.replace("postgres@", "postgres:s3cret@")
    refused = run("serve", "--listen", "127.0.0.1:0", "--metrics-listen", "off", SAGAWAY_DATABASE_URL=url)
    assert refused.code == Exit.REFUSED
    assert "run: sagaway migrate, with the same SAGAWAY_DATABASE_URL" in refused.err

    first = migrate("--check", SAGAWAY_DATABASE_URL=url)
    assert first.code == Exit.NOT_COMPLETED
    assert f"has no tables, and this version needs {HEAD}; run: sagaway migrate" in first.out
    made = migrate(SAGAWAY_DATABASE_URL=url)
    assert (made.code, f"/by_hand was made at revision {HEAD}" in made.out) == (0, True), made
    again = migrate("--check", "--json", SAGAWAY_DATABASE_URL=url)
    assert again.code == 0
    assert (again.document["before"], again.document["after"]) == (HEAD, HEAD)
    for said in (refused, first, made, again):
        assert "s3cret" not in said.out + said.err
        assert "Traceback" not in said.err


def test_a_file_of_an_older_version_is_migrated_by_hand_too(tmp_path: Path) -> None:
    path = tmp_path / "saga.db"
    logs.restore("0001", path)
    assert migrate("--check", "--database", str(path)).code == Exit.NOT_COMPLETED
    done = migrate("--database", str(path))
    assert done.code == 0
    assert f"was migrated from revision 0001 to {HEAD}" in done.out.replace("\n", " ")
    assert f"is at revision {HEAD}: nothing to do" in migrate(SAGAWAY_DATABASE=str(path)).out


def test_what_is_wrong_is_said_in_a_sentence(tmp_path: Path) -> None:
    foreign = tmp_path / "other.db"
    connection = sqlite3.connect(foreign)
    connection.execute("CREATE TABLE t (a)")
    connection.commit()
    connection.close()
    for variables, code, sentence in (
        ({"SAGAWAY_DATABASE": str(tmp_path / "no" / "saga.db")}, Exit.USAGE, "SAGAWAY_DATABASE: its directory"),
        ({"SAGAWAY_DATABASE": str(foreign)}, Exit.REFUSED, "is another program's SQLite database"),
        ({"SAGAWAY_DATABASE_URL": "mysql://me:s3cret@h/d"}, Exit.USAGE, "does not begin with postgresql://"),
        ({"SAGAWAY_DATABASE_URL": "postgresql://me:s3cret@127.0.0.1:1/d"}, Exit.REFUSED, "can't be opened"),
    ):
        for check in ((), ("--check",)):
            said = migrate(*check, SAGAWAY_LISTEN="is not its business", **variables)
            assert (said.code, sentence in said.err) == (code, True), said
            assert "Traceback" not in said.err
            assert "s3cret" not in said.err
