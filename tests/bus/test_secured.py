"""A real nats-server that wants TLS, a client certificate and a token: who has them gets in, others are told why not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from orchestrator.dev_ca import DevCa
from sagaway.bus import BusSetupError, embedded
from sagaway.bus.embedded import NatsServer
from sagaway.bus.jetstream import JetStreamBus
from sagaway.bus.settings import NatsSettings
from tests.bus.worlds import CREATED, Collector, an_event


@pytest.fixture
async def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[NatsSettings]:
    """A server, and what is needed to get in."""
    authority, plain = DevCa.new(), embedded._config
    authority.pair.write(tmp_path, "ca")
    authority.server("nats", days=1).write(tmp_path, "nats")
    authority.client("stock", days=1).write(tmp_path, "stock")

    def config(store: Path, host: str, port: int, folder: Path) -> str:
        tls = f'cert_file: "{tmp_path}/nats.pem", key_file: "{tmp_path}/nats-key.pem", ca_file: "{tmp_path}/ca.pem"'
        return plain(store, host, port, folder) + f"tls {{ {tls}, verify: true }}\nauthorization {{ token: t0ken }}\n"

    monkeypatch.setattr(embedded, "_config", config)
    (tmp_path / "token").write_text("t0ken\n")
    async with NatsServer(tmp_path / "store") as server:
        port = server.listen.rpartition(":")[2]
        yield NatsSettings.from_environment(
            {
                "SAGAWAY_NATS_URL": f"tls://localhost:{port}",
                "SAGAWAY_NATS_TOKEN_FILE": str(tmp_path / "token"),
                "SAGAWAY_NATS_CA": str(tmp_path / "ca.pem"),
                "SAGAWAY_NATS_CERT": str(tmp_path / "stock.pem"),
                "SAGAWAY_NATS_KEY": str(tmp_path / "stock-key.pem"),
            }
        )


async def test_who_has_certificate_and_token_gets_in(settings: NatsSettings) -> None:
    bus, handler = await JetStreamBus.connect(settings), Collector()
    await bus.subscribe("orders", [CREATED], handler)
    await bus.publish(an_event(1), message_id="1")
    await handler.has(1)
    await bus.close()


async def test_a_wrong_token_is_told(settings: NatsSettings) -> None:
    with pytest.raises(BusSetupError, match=r"refuses these credentials"):
        await JetStreamBus.connect(replace(settings, token="wrong"), patience=2)


@pytest.mark.parametrize("without", [{"cert": None, "key": None}, {"ca": None}])
async def test_without_certificate_or_ca_there_is_no_connection_and_the_settings_are_named(
    settings: NatsSettings, without: dict[str, None]
) -> None:
    with pytest.raises(BusSetupError, match=r"no TLS with the NATS server at tls://localhost.*SAGAWAY_NATS_CA"):
        await JetStreamBus.connect(replace(settings, **without), patience=2)  # type: ignore[arg-type]
