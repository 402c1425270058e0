"""Security that is set by halves does not start, and the sentence says what is missing."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from orchestrator import credentials
from orchestrator.api.principal import Role
from orchestrator.api.tokens import read_entries
from orchestrator.config import SettingsError, load_settings
from sagaway.security import FileFault, stays_here
from tests.cli.conftest import invoke
from tests.cli.conftest import run as sagaway
from tests.security.house import Keys, TokensFile

PUBLIC = "0.0.0.0:0"


@pytest.fixture
def given(keys: Keys, tokens_file: TokensFile) -> dict[str, Any]:
    """What a test may choose from."""
    return {
        "tls_cert": keys.cert("server"),
        "tls_key": keys.key("server"),
        "tls_client_ca": keys.cert("ca"),
        "tokens_file": tokens_file.path,
        "participant_ca": str(keys.cert("ca")),
        "participant_cert": keys.cert("client"),
        "participant_key": keys.key("client"),
        "listen": PUBLIC,
        "allow_insecure_bind": True,
    }


@pytest.mark.parametrize(
    ("chosen", "start", "words"),
    [
        ("tls_cert", "SAGAWAY_TLS_KEY: is missing while SAGAWAY_TLS_CERT is set", "private key"),
        ("tls_key", "SAGAWAY_TLS_CERT: is missing while SAGAWAY_TLS_KEY is set", "certificate"),
        ("tls_client_ca", "SAGAWAY_TLS_CERT: is missing while SAGAWAY_TLS_CLIENT_CA is set", "without TLS"),
        ("participant_cert participant_ca", "SAGAWAY_PARTICIPANT_KEY: is missing", "private key"),
        ("participant_key participant_ca", "SAGAWAY_PARTICIPANT_CERT: is missing", "certificate"),
        ("participant_cert participant_key", "SAGAWAY_PARTICIPANT_CA: is missing", "without TLS"),
        ("listen", "--listen: 0.0.0.0:0 can be reached from other machines", "no encryption .* and no authentication"),
        ("listen tls_cert tls_key", "--listen: 0.0.0.0:0 can be reached", "no authentication .SAGAWAY_TOKENS_FILE"),
        ("listen tls_cert tls_key tls_client_ca", "--listen: 0.0.0.0:0 can be reached", "no authentication"),
        ("listen tokens_file", "SAGAWAY_TLS_CERT: is missing", "tokens would travel in plain text"),
        ("listen tokens_file allow_insecure_bind", "SAGAWAY_TLS_CERT: is missing", "tokens would travel in plain text"),
    ],
)
def test_what_is_set_by_halves_is_refused(given: dict[str, Any], chosen: str, start: str, words: str) -> None:
    settings = {name: given[name] for name in chosen.split()}
    with pytest.raises(SettingsError, match=words) as caught:
        load_settings(**settings)
    said = str(caught.value).replace("--tls-cert", "SAGAWAY_TLS_CERT")
    assert said.startswith(start)


@pytest.mark.parametrize(
    "chosen",
    [
        "tls_cert tls_key tokens_file listen",
        "tls_cert tls_key tls_client_ca tokens_file listen participant_ca participant_cert participant_key",
        "tokens_file",
        "tls_cert tls_key",
        "participant_ca",
        "listen allow_insecure_bind",
    ],
)
def test_what_is_whole_is_taken(given: dict[str, Any], chosen: str) -> None:
    settings = {name: given[name] for name in chosen.split()}
    found = credentials.load(load_settings(**settings))
    assert (found.tls is not None) == ("tls_cert" in settings)
    assert (found.tokens is not None) == ("tokens_file" in settings)
    assert (found.participant_tls is not None) == ("participant_ca" in settings)


@pytest.mark.parametrize(
    ("changed", "start", "words"),
    [
        ({"tls_cert": "none.pem"}, "SAGAWAY_TLS_CERT, SAGAWAY_TLS_KEY, SAGAWAY_TLS_CLIENT_CA: can't read", "No such"),
        ({"tls_cert": "expired-server", "tls_key": "expired-server"}, "SAGAWAY_TLS_CERT", "ended at .* newer one"),
        ({"tls_key": "client"}, "SAGAWAY_TLS_CERT", "is not the key of the certificate"),
        ({"participant_ca": "none.pem"}, "SAGAWAY_PARTICIPANT_CA", "can't read"),
        ({"tokens_file": "ca"}, "SAGAWAY_TOKENS_FILE", "is no tokens file"),
    ],
)
def test_a_file_that_does_not_do_ends_the_start(
    given: dict[str, Any], keys: Keys, changed: dict[str, str], start: str, words: str
) -> None:
    paths = {
        name: keys.key(value) if name.endswith("_key") else keys.cert(value.removesuffix(".pem"))
        for name, value in changed.items()
    }
    with pytest.raises(SettingsError, match=words) as caught:
        credentials.load(load_settings(**{**given, **{name: str(path) for name, path in paths.items()}}))
    assert str(caught.value).startswith(start)


def test_every_file_at_fault_is_told_and_serve_ends_with_a_usage_error(tmp_path: Path, keys: Keys) -> None:
    variables = {
        "SAGAWAY_TLS_CERT": str(keys.cert("server")),
        "SAGAWAY_TLS_KEY": str(keys.key("client")),
        "SAGAWAY_TOKENS_FILE": str(tmp_path / "none.json"),
    }
    flags = ("--database", str(tmp_path / "saga.db"), "--listen", "127.0.0.1:0", "--metrics-listen", "off")
    done = sagaway("serve", *flags, **variables)
    assert done.code == 2
    assert "SAGAWAY_TLS_CERT, SAGAWAY_TLS_KEY" in done.err
    assert "SAGAWAY_TOKENS_FILE: can't read" in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "saga.db").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"principal": "line\n"}, r"matching regex.*tokens\[0\].principal"),
        ({"principal": "two words"}, r"matching regex.*tokens\[0\].principal"),
        ({"sha256": "sgw_plain-token-by-mistake"}, r"matching regex.*tokens\[0\].sha256"),
        ({"roles": {"shop": "king"}}, r"role of tokens\[0\] is none of viewer, starter, operator, admin"),
        ({"roles": {}}, r"length >= 1.*tokens\[0\].roles"),
        ({"roles": {"a/b": "viewer"}}, "matching regex"),
        ({"expire_time": "2026-01-01T00:00:00"}, "timezone.*expire_time"),
        ({"colour": "red"}, "unknown field"),
    ],
)
def test_a_tokens_file_with_a_fault_is_refused_and_nothing_of_it_told(
    tokens_file: TokensFile, change: dict[str, Any], words: str
) -> None:
    tokens_file.add("shop", {"shop": Role.VIEWER})
    document = json.loads(tokens_file.path.read_text())
    document["tokens"][0].update(change)
    tokens_file.path.write_text(json.dumps(document))
    with pytest.raises(FileFault, match=words) as caught:
        read_entries(tokens_file.path)
    assert "by-mistake" not in str(caught.value)


def test_the_same_token_twice_is_refused(tokens_file: TokensFile) -> None:
    tokens_file.add("shop", {"shop": Role.VIEWER})
    document = json.loads(tokens_file.path.read_text())
    tokens_file.path.write_text(json.dumps({"tokens": document["tokens"] * 2}))
    with pytest.raises(FileFault, match=r"tokens\[1\] has the same sha256"):
        read_entries(tokens_file.path)


def test_the_command_line_makes_lists_and_revokes_tokens(tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    out = tmp_path / "token"

    def token(*arguments: str) -> Any:
        return invoke("", "token", *arguments, "--file", str(file))

    printed = token("create", "--name", "shop-web", "--role", "starter", "--namespace", "shop", "--expires-in", "90d")
    assert printed.code == 0, printed.err
    secret = printed.out.strip()
    assert secret.startswith("sgw_")
    assert token("create", "--name", "ops", "--role", "operator", "--namespace", "*", "--out", str(out)).code == 0
    assert (out.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o600, 0o600)
    assert secret not in file.read_text()
    first, second = read_entries(file)
    assert (first.principal, first.roles, second.roles) == ("shop-web", {"shop": "starter"}, {"*": "operator"})
    assert first.create_time is not None
    assert first.expire_time == first.create_time + timedelta(days=90)
    again = token("create", "--name", "ops", "--role", "operator", "--out", str(out))
    assert (again.code, len(read_entries(file))) == (2, 2)
    listed = token("list", "--json").documents
    assert [entry["token_id"] for entry in listed] == [first.id, second.id]
    assert token("revoke", "nobody", first.id).code == 3
    assert token("revoke", first.id).code == 0
    assert [entry.id for entry in read_entries(file)] == [second.id]
    refused = token("create", "--name", "two words", "--role", "viewer")
    assert (refused.code, "Traceback" in refused.err) == (2, False)


def test_tokens_made_at_once_are_all_kept(tokens_file: TokensFile) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda number: tokens_file.add(f"p-{number}", {"*": Role.VIEWER}), range(40)))
    assert len(set(made)) == len(read_entries(tokens_file.path)) == 40
    assert [path.name for path in tokens_file.path.parent.iterdir()] == ["tokens.json"]


@pytest.mark.parametrize(
    ("target", "stays"),
    [
        ("127.0.0.1:1", True),
        ("[::1]:1", True),
        ("localhost:1", True),
        ("localhost", True),
        ("dns:///localhost:1", True),
        ("ipv4:127.0.0.1:1,127.0.0.2:2", True),
        ("unix:/run/p.sock", True),
        ("dns://10.0.0.1/localhost:1", False),
        ("ipv4:127.0.0.1:1,10.0.0.1:2", False),
        ("0.0.0.0:1", False),
        ("[::]:1", False),
        ("localhost.example:1", False),
        ("orders:1", False),
        ("127.0.0.1.example:1", False),
        ("", False),
    ],
)
def test_what_stays_on_this_machine(target: str, stays: bool) -> None:
    assert stays_here(target) is stays
