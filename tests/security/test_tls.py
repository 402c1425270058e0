"""TLS in every direction, with certificates of ours, of strangers and of yesterday, and renewed while it is in use."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from sqlalchemy import create_engine

from orchestrator.api.principal import Role
from orchestrator.caller.base import Limits
from orchestrator.caller.encryption import Encryption
from orchestrator.caller.errors import ParticipantUnreachable, PlaintextRefused
from orchestrator.caller.registry import ParticipantRegistry
from orchestrator.core.retry import SECOND
from orchestrator.dev_ca import DevCa
from sagaway.client import Client, ClientTls, InvalidArgument, Retries, Unavailable, name_of
from sagaway.participant import Participant, ParticipantServer, ServerTls, SetupError
from sagaway.security import FileFault
from tests.client import errands
from tests.security.house import WAIT, Keys, TokensFile, channel, serving

Code = grpc.StatusCode
LIST = "/sagaway.v1.OrchestratorService/ListSagas"
AT_ONCE = Retries(patience=Retries().patience * 0)


def tls(keys: Keys, mutual: bool = True) -> dict[str, Path]:
    """The settings of a server with the house's certificate."""
    chosen = {"tls_cert": keys.cert("server"), "tls_key": keys.key("server")}
    return {**chosen, "tls_client_ca": keys.cert("ca")} if mutual else chosen


async def reached(address: str, credentials: grpc.ChannelCredentials | None) -> Code | None:
    """Try to list sagas over a connection of its own; returns how that failed, or None."""
    async with channel(address, credentials) as line:
        rpc: Any = line
        try:
            await rpc.unary_unary(LIST)(b"", timeout=WAIT)
        except grpc.aio.AioRpcError as error:
            code: Code = error.code()
            return code
    return None


async def test_only_a_client_of_our_ca_gets_a_connection(keys: Keys) -> None:
    async with serving(**tls(keys)) as server:
        assert await reached(server.address, keys.credentials("client")) is None
        for client in ("stranger", "expired", None):
            assert await reached(server.address, keys.credentials(client)) is Code.UNAVAILABLE, client
        assert await reached(server.address, keys.credentials("client", ca="stranger-ca")) is Code.UNAVAILABLE
        assert await reached(server.address, None) is Code.UNAVAILABLE, "plain text"
        assert await reached(server.address, keys.credentials("client")) is None


async def test_without_a_client_ca_clients_show_nothing(keys: Keys) -> None:
    async with serving(**tls(keys, mutual=False)) as server:
        assert await reached(server.address, keys.credentials(None)) is None
        assert await reached(server.address, keys.credentials(None, ca="stranger-ca")) is Code.UNAVAILABLE


@pytest.fixture
def own(keys: Keys, tmp_path: Path) -> Path:
    """A folder with a server's certificate and key and a client CA, to be changed."""
    keys.ca.server("server").write(tmp_path, "server")
    (tmp_path / "ca.pem").write_bytes(keys.cert("ca").read_bytes())
    return tmp_path


def settings_of(own: Path) -> dict[str, Path]:
    return {"tls_cert": own / "server.pem", "tls_key": own / "server-key.pem", "tls_client_ca": own / "ca.pem"}


async def test_a_servers_certificate_and_client_ca_are_renewed_without_a_restart(keys: Keys, own: Path) -> None:
    async with serving(**settings_of(own)) as server, channel(server.address, keys.credentials()) as before:
        rpc: Any = before
        await rpc.unary_unary(LIST)(b"", timeout=WAIT)
        keys.stranger_ca.server("server").write(own, "server")
        (own / "ca.pem").write_bytes(keys.cert("stranger-ca").read_bytes())
        assert await reached(server.address, keys.credentials("stranger", ca="stranger-ca")) is None
        assert await reached(server.address, keys.credentials("client")) is Code.UNAVAILABLE
        await rpc.unary_unary(LIST)(b"", timeout=WAIT)  # Who was connected goes on.


def test_grpc_is_given_a_certificate_again_only_when_it_is_another(
    keys: Keys, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each replacement is a moment in which gRPC may die (grpc/grpc#36693), and every stranger makes a handshake."""
    fetchers: list[Callable[[], Any]] = []
    monkeypatch.setattr(grpc, "dynamic_ssl_server_credentials", lambda _, fetch, __: fetchers.append(fetch))
    files = ServerTls(*settings_of(own).values())
    files.credentials()
    files.credentials()
    for fetch in fetchers:
        assert [fetch() for _ in range(3)] == [None, None, None]
    keys.ca.server("server").write(own, "server")
    for fetch in fetchers:
        first, *others = [fetch() for _ in range(3)]
        assert first is not None
        assert others == [None, None]


@pytest.mark.parametrize("fault", ["half", "mismatch", "garbage", "expired", "gone", "ca"])
async def test_a_new_file_that_makes_no_sense_changes_nothing_and_is_told_once(
    keys: Keys, own: Path, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    caplog.set_level(logging.INFO, "sagaway.security")
    cert, key = own / "server.pem", own / "server-key.pem"
    async with serving(**settings_of(own)) as server:
        new = keys.ca.server("server")
        good = {path: path.read_bytes() for path in (cert, key, own / "ca.pem")}
        match fault:
            case "half":
                cert.write_bytes(new.cert[: len(new.cert) // 2])
            case "mismatch":
                cert.write_bytes(new.cert)
            case "garbage":
                key.write_bytes(b"\x00garbage")
            case "expired":
                cert.write_bytes(keys.cert("expired-server").read_bytes())
                key.write_bytes(keys.key("expired-server").read_bytes())
            case "gone":
                cert.unlink()
            case _:
                (own / "ca.pem").write_bytes(b"no CA")
        for _ in range(3):
            assert await reached(server.address, keys.credentials()) is None
        (warning,) = [record for record in caplog.records if record.levelname == "WARNING"]
        assert "what was read before stays in force" in warning.getMessage()
        assert str(own) in warning.getMessage()
        for path, content in good.items():
            path.write_bytes(content)
        assert await reached(server.address, keys.credentials()) is None
        assert "as it was" in caplog.records[-1].getMessage()


@asynccontextmanager
async def secure_participant(keys: Keys, folder: Path) -> AsyncIterator[tuple[errands.Errands, str]]:
    """A participant of the SDK's that only the holder of a certificate of our CA may call."""
    errand = errands.Errands(folder / "errands.db")
    await errand.participant.create_tables()
    files = ServerTls(keys.cert("server"), keys.key("server"), keys.cert("ca"))
    async with ParticipantServer(errand.participant, "127.0.0.1:0", tls=files) as server:
        yield errand, server.address


async def test_a_saga_runs_with_tls_and_tokens_all_the_way(keys: Keys, tokens_file: TokensFile, tmp_path: Path) -> None:
    token_file = tmp_path / "token"
    token_file.write_text(tokens_file.add("shop", {"default": Role.ADMIN}) + "\n")
    towards = {
        "participant_ca": str(keys.cert("ca")),
        "participant_cert": keys.cert("client"),
        "participant_key": keys.key("client"),
    }
    ours = ClientTls(keys.cert("ca"), keys.cert("client"), keys.key("client"))
    async with (
        serving(**tls(keys), tokens_file=tokens_file.path, **towards) as server,
        secure_participant(keys, tmp_path) as (_, address),
        Client(server.address, tls=ours, token_file=token_file) as client,
    ):
        await client.participants.register(errands.NAME, address)
        await client.definitions.register(errands.errand())
        handle = await client.start("errand", input={"first": 1, "second": 2}, wait=Retries().patience)
        assert name_of(handle.saga, "state") == "COMPLETED"


async def test_participants_and_the_orchestrator_believe_nobody_elses_certificates(keys: Keys, tmp_path: Path) -> None:
    def registry(client: str, ca: str = "ca") -> ParticipantRegistry:
        return ParticipantRegistry(Encryption(ClientTls(keys.cert(ca), keys.cert(client), keys.key(client))))

    async with secure_participant(keys, tmp_path) as (_, address):
        assert await registry("client").describe(address, WAIT * SECOND)
        for stranger in (registry("stranger"), registry("expired"), registry("client", "stranger-ca")):
            with pytest.raises(ParticipantUnreachable, match="UNAVAILABLE"):
                await stranger.describe(address, WAIT * SECOND)
        with pytest.raises(ParticipantUnreachable, match="UNAVAILABLE"):
            await ParticipantRegistry().describe(address, WAIT * SECOND)


async def test_what_participants_are_shown_is_renewed_without_a_restart(keys: Keys, tmp_path: Path) -> None:
    keys.stranger_ca.client("client").write(tmp_path, "mine")
    shown = ClientTls(keys.cert("ca"), tmp_path / "mine.pem", tmp_path / "mine-key.pem")
    registry = ParticipantRegistry(Encryption(shown))
    async with secure_participant(keys, tmp_path) as (_, address):
        registry.put("default", "errands", address, Limits(1))
        before = registry.line(address)
        with pytest.raises(grpc.aio.AioRpcError):
            await before.describe(b"", timeout=WAIT)
        await registry.look()
        assert registry.line(address) is before
        keys.ca.client("client").write(tmp_path, "mine")
        await registry.look()
        with registry.line(address) as line:
            assert line is not before
            await line.describe(b"", timeout=WAIT)
        await registry.close()


async def test_plain_text_stays_on_this_machine_unless_an_address_is_named(keys: Keys) -> None:
    with pytest.raises(PlaintextRefused, match="SAGAWAY_PLAINTEXT_PARTICIPANTS"):
        Encryption().credentials("orders:7101")
    assert Encryption().credentials("127.0.0.1:7101") is None
    assert Encryption(plaintext=["orders:7101"]).credentials("orders:7101") is None
    files = ClientTls(keys.cert("ca"))
    strict = Encryption(files, ["legacy:7101"])
    assert strict.credentials("127.0.0.1:7101") is not None, "TLS is for all where there is any"
    assert strict.credentials("legacy:7101") is None
    async with serving() as server, Client(server.address, retries=AT_ONCE) as client:
        with pytest.raises(InvalidArgument, match="no TLS towards participants") as caught:
            await client.participants.register("orders", "orders.invalid:7101")
        assert caught.value.violations[0].field == "participant.address"


async def test_a_client_renews_its_certificate_and_its_token(
    keys: Keys, tokens_file: TokensFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sagaway.client.transport._LOOK_SECONDS", 0)
    monkeypatch.setattr("sagaway.security.token._LOOK_SECONDS", 0)
    token_file = tmp_path / "token"
    token_file.write_text("sgw_" + "x" * 43)
    good = tokens_file.add("shop", {"default": Role.VIEWER})
    keys.stranger_ca.client("client").write(tmp_path, "mine")
    mine = ClientTls(keys.cert("ca"), tmp_path / "mine.pem", tmp_path / "mine-key.pem")
    async with (
        serving(**tls(keys), tokens_file=tokens_file.path) as server,
        Client(server.address, tls=mine, token_file=token_file, retries=AT_ONCE) as client,
    ):
        with pytest.raises(Unavailable):
            await anext(client.list(), None)
        keys.ca.client("client").write(tmp_path, "mine")
        with pytest.raises(Exception, match="not valid here"):
            await anext(client.list(), None)
        token_file.write_text(good)
        assert await anext(client.list(), None) is None


async def test_a_token_never_leaves_this_machine_in_plain_text(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="plain text"):
        Client("orchestrator.example:7070", token="sgw_" + "x" * 43)
    Client("127.0.0.1:7070", token="sgw_" + "x" * 43)
    with pytest.raises(InvalidArgument, match="no bearer token") as caught:
        Client(token="two words of secret")
    assert "secret" not in str(caught.value)
    (tmp_path / "token").write_text("\n")
    with pytest.raises(InvalidArgument, match="is empty"):
        Client(token_file=tmp_path / "token")


async def test_a_participant_does_not_serve_others_without_tls(tmp_path: Path, keys: Keys) -> None:
    participant = Participant("p", create_engine(f"sqlite:///{tmp_path}/p.db"))
    with pytest.raises(SetupError, match="there is no TLS"):
        ParticipantServer(participant, "0.0.0.0:0")
    files = ServerTls(keys.cert("server"), keys.key("server"))
    ParticipantServer(participant, "0.0.0.0:0", tls=files)
    with pytest.raises(SetupError, match="give one of them"):
        ParticipantServer(participant, "0.0.0.0:0", tls=files, credentials=files.credentials())


def test_files_that_do_not_do_are_told_by_name(keys: Keys, tmp_path: Path) -> None:
    locked = tmp_path / "locked.pem"
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415

    key = serialization.load_pem_private_key(keys.key("client").read_bytes(), None)
    encryption = serialization.BestAvailableEncryption(b"secret")
    locked.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption))
    cases: list[tuple[Callable[[], object], str]] = [
        (lambda: ClientTls(cert=keys.cert("client")), "without its key"),
        (lambda: ClientTls(key=keys.key("client")), "without its certificate"),
        (lambda: ClientTls(keys.key("ca")), "holds no PEM certificates"),
        (lambda: ClientTls(keys.cert("ca"), keys.cert("client"), locked), "passphrase"),
        (lambda: ServerTls(keys.cert("server"), keys.key("client")), "is not the key of"),
        (lambda: ServerTls(keys.cert("server"), keys.cert("server")), "not a PEM certificate and its PEM private key"),
        (lambda: ServerTls(tmp_path / "none.pem", keys.key("client")), "can't read .*none.pem: No such file"),
        (lambda: DevCa.read(tmp_path), "no CA of ours"),
    ]
    for make, fault in cases:
        with pytest.raises(FileFault, match=fault):
            make()


def test_a_key_that_all_may_read_is_warned_of(keys: Keys, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    cert, key = keys.ca.server("server").write(tmp_path, "open")
    ServerTls(cert, key)
    assert not caplog.records
    key.chmod(0o644)
    ServerTls(cert, key)
    assert f"{key} can be read by every user" in caplog.text


async def test_the_channel_to_a_participant_is_not_kept_after_its_ca_changed(keys: Keys, tmp_path: Path) -> None:
    """A call that is under way ends as it would have."""
    async with secure_participant(keys, tmp_path) as (_, address):
        keys.ca.client("client").write(tmp_path, "mine")
        files = ClientTls(keys.cert("ca"), tmp_path / "mine.pem", tmp_path / "mine-key.pem")
        registry = ParticipantRegistry(Encryption(files))
        registry.put("default", "errands", address, Limits(1))
        with registry.line(address) as line:
            call = asyncio.ensure_future(line.describe(b"", timeout=WAIT))
            keys.ca.client("client").write(tmp_path, "mine")
            await registry.look()
            await call
        assert line.closed is not None
        await registry.close()
