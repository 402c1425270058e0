"""docs/security.md runs as shown, against a real server, and its tables are the code's."""

from __future__ import annotations

import re
import shlex
import shutil
import ssl
import time
from pathlib import Path

import pytest

from orchestrator.api.backend import ApiSettings
from orchestrator.api.policy import OPEN, POLICY
from orchestrator.api.principal import EVERY_NAMESPACE
from orchestrator.api.tokens import parse, read_entries
from orchestrator.config import PREFIX, Settings
from orchestrator.core.retry import SECOND
from tests.cli.conftest import Process, invoke

PAGE = (Path(__file__).parents[2] / "docs" / "security.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^ *\$ (.+)$", PAGE, re.MULTILINE)
WAIT = 20


def test_the_table_of_roles_is_the_policy() -> None:
    rows = dict(re.findall(r"^\| `([\w.]+/\w+)` \| (.+) \|$", PAGE, re.MULTILINE))
    said = {}
    for method, rule in POLICY.items():
        role = "open" if rule.role is OPEN else rule.role.name.lower()
        if rule.role is not OPEN and not rule.namespace:
            role += ", of any namespace"
        elif rule.namespace == EVERY_NAMESPACE:
            role += ", of every namespace (`*`)"
        said[method[1:]] = role
    assert rows == said


def test_every_setting_of_security_is_told() -> None:
    about = ("tls_", "tokens_", "participant_", "plaintext_", "allow_insecure")
    settings = {PREFIX + name.upper() for name in Settings.model_fields if name.startswith(about)}
    (table,) = re.findall(r"^\| Variable \| Meaning \|\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    told = {name for row in table.splitlines() for name in re.findall(r"`(SAGAWAY_\w+)`", row.split(" | ")[0])}
    assert told == settings


def test_the_limits_are_the_servers() -> None:
    api = ApiSettings()
    assert f"| {api.max_connections:,}; more are closed |" in PAGE
    assert f"| {api.handshake_timeout // SECOND} s |" in PAGE
    default = Settings.model_fields["max_concurrent_rpcs"].default
    assert f"| {api.max_concurrent_streams:,}; `SAGAWAY_MAX_CONCURRENT_RPCS` ({default:,}) |" in PAGE


def test_the_tokens_file_shown_is_one(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    (entry,) = parse(tmp_path, shown.encode())
    assert (entry.principal, entry.roles) == ("shop-web", {"shop": "starter"})


@pytest.fixture
def variables() -> dict[str, str]:
    """What the page exports before it starts the server."""
    return dict(re.findall(r"^export (SAGAWAY_\w+)=(.+)$", PAGE, re.MULTILINE))


class Reader:
    """Somebody who types what the page says, command by command, in an empty directory."""

    def __init__(self) -> None:
        self.left = list(COMMANDS)
        self.address = ""
        self.old_id = ""

    def types(self, start: str) -> str:
        """Run the page's next command, which begins so; returns its output."""
        command = self.left.pop(0)
        assert command.startswith(start), f"{command!r} where {start!r} was expected"
        program, *words = shlex.split(command.replace("OLD_ID", self.old_id))
        if program == "mv":
            source, target = words
            shutil.move(source, target)
            return ""
        result = invoke(self.address, *words)
        assert result.code == 0, (command, result.err)
        return result.out


def certificate(address: str) -> str:
    host, _, port = address.rpartition(":")
    return ssl.get_server_certificate((host, int(port)), timeout=WAIT)


def test_the_commands_run_as_shown(tmp_path: Path, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    reader = Reader()
    reader.types("sagaway dev-certs")
    reader.types("sagaway token create --name ops")
    reader.types("sagaway token create --name shop-web")
    assert "sagaway serve --listen 0.0.0.0:7070" in PAGE
    listen = ("--listen", "0.0.0.0:0", "--metrics-listen", "off", "--log-format", "json")
    server = Process("orchestrator.cli.main", "serve", *listen, variables=variables)
    try:
        reader.address = f"localhost:{server.ready().rpartition(':')[2]}"
        reader.types("sagaway --ca certs/ca.pem --token-file ops.token definitions list")
        reader.types("sagaway --ca certs/ca.pem --token-file shop.token list")

        shutil.copy("shop.token", "old.token")
        reader.types("sagaway token create --name shop-web")
        reader.types("mv new.token shop.token")
        reader.old_id = read_entries(Path("tokens.json"))[1].id
        assert reader.old_id in reader.types("sagaway token list")
        reader.types("sagaway token revoke")
        show = ("--ca", "certs/ca.pem", "--token-file")
        end = time.monotonic() + WAIT
        while invoke(reader.address, *show, "old.token", "list", "--namespace", "shop").code == 0:
            assert time.monotonic() < end, "the server did not look at its tokens"
        refused = invoke(reader.address, *show, "old.token", "list", "--namespace", "shop")
        assert (refused.code, "not valid here" in refused.err) == (4, True)
        assert invoke(reader.address, *show, "shop.token", "list", "--namespace", "shop").code == 0
        assert invoke(reader.address, *show, "shop.token", "list", "--namespace", "other").code == 4
        assert invoke(reader.address, "--ca", "certs/ca.pem", "list", "--namespace", "shop").code == 4

        before = certificate(reader.address)
        reader.types("sagaway dev-certs certs --server orchestrator")
        assert certificate(reader.address) != before
        assert invoke(reader.address, *show, "shop.token", "list", "--namespace", "shop").code == 0
    finally:
        code, log = server.end()
    assert code == 0
    assert not reader.left, "commands of the page that nobody ran"
    for file in ("ops.token", "shop.token", "old.token"):
        assert Path(file).read_text().strip() not in log
