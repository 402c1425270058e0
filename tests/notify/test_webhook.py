"""The dead-letter webhook: a real orchestrator, a real participant, and a real HTTP server that is told."""

from __future__ import annotations

import asyncio
import json
import re
import ssl
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import urlopen

import grpc
import pytest

from orchestrator.app import Serving, serving
from orchestrator.config import Settings, SettingsError, load_settings
from orchestrator.core.model import SagaKey
from orchestrator.dev_ca import DevCa
from orchestrator.notify import webhook as webhooks
from orchestrator.notify.letter import signature
from orchestrator.store.memory import MemoryLog
from sagaway.client import Client, Saga, name_of
from tests.api.test_sagas import reject_b
from tests.api.world import definition
from tests.caller.participants import Participant, refuse, serve

WAIT = 20
SECRET = "a secret of more than sixteen bytes"
PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
(SNIPPET,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
SHOWN: dict[str, Any] = {}
exec(SNIPPET, SHOWN)  # what the page tells receivers to check
is_from_sagaway: Callable[..., bool] = SHOWN["is_from_sagaway"]


class Told(NamedTuple):
    """One POST as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> Any:
        """Its CloudEvent."""
        return json.loads(self.body)


class Receiver:
    """An HTTP server that answers what the test says: these codes first, then 204."""

    def __init__(self, *codes: int, port: int = 0, context: ssl.SSLContext | None = None) -> None:
        self.told: list[Told] = []
        receiver, answers = self, iter(codes)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.told.append(Told(dict(self.headers), body))
                self.send_response(next(answers, 204))
                self.end_headers()

            def log_message(self, format: str, *arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    async def reach(self, count: int) -> None:
        async with asyncio.timeout(WAIT):
            while len(self.told) < count:
                await asyncio.sleep(0.01)


@contextmanager
def receiving(*codes: int, **options: Any) -> Iterator[Receiver]:
    receiver = Receiver(*codes, **options)
    try:
        yield receiver
    finally:
        receiver.close()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(webhooks, "FIRST_BACKOFF", 0.05)
    monkeypatch.setattr(webhooks, "LAST_BACKOFF", 0.1)


def settings(folder: Path, port: int, **fields: Any) -> Settings:
    given = {
        "database": folder / "unused.db",
        "listen": "127.0.0.1:0",
        "metrics_listen": "127.0.0.1:0",
        "drain_seconds": 0.1,
        "dead_letter_webhook_url": f"http://127.0.0.1:{port}/hook?of=ours",
        "dead_letter_webhook_secret": SECRET,
        **fields,
    }
    if "dead_letter_webhook_secret_file" in fields:
        del given["dead_letter_webhook_secret"]
    return Settings(**given)


@asynccontextmanager
async def orchestrator(chosen: Settings, log: MemoryLog) -> AsyncIterator[tuple[Serving, Client]]:
    async with serving(chosen, log) as server, Client(server.address) as client:
        yield server, client


@asynccontextmanager
async def shop() -> AsyncIterator[Participant]:
    """A participant that refuses `b` and can't undo `a`: every saga gets STUCK."""
    async with serve(Participant()) as participant:
        participant.execute = reject_b
        participant.compensate = refuse(grpc.StatusCode.INTERNAL, "the bank is away")
        yield participant


async def stuck(client: Client, participant: Participant, *saga_ids: str) -> list[Saga]:
    await client.participants.register("shop", participant.address)
    await client.definitions.register(definition(compensation_retry={"max_attempts": 1}))
    handles = [
        await client.start("order", saga_id=saga_id, input="not to be told", wait=timedelta(seconds=WAIT))
        for saga_id in saga_ids
    ]
    return [handle.saga for handle in handles]


def counts(server: Serving) -> dict[str, int]:
    with urlopen(f"http://{server.metrics}/metrics", timeout=WAIT) as answer:
        text = answer.read().decode()
    return {
        word: int(float(count)) for word, count in re.findall(r'saga_dead_letters_total\{outcome="(\w+)"\} (\S+)', text)
    }


async def test_a_stuck_saga_is_told_once_and_signed(tmp_path: Path) -> None:
    log = MemoryLog()
    with receiving() as receiver:
        async with shop() as participant, orchestrator(settings(tmp_path, receiver.port), log) as (server, client):
            (saga,) = await stuck(client, participant, "s-1")
            await receiver.reach(1)
            await asyncio.sleep(0.7)  # several looks
            installation = log.installation.id
            assert await asyncio.to_thread(counts, server) == {"sent": 1, "failed": 0, "dropped": 0}
    (told,) = receiver.told
    event = told.event
    assert told.headers["Content-Type"] == "application/cloudevents+json; charset=utf-8"
    assert (event["specversion"], event["type"]) == ("1.0", "dev.sagaway.saga.stuck.v1")
    assert (event["id"], event["subject"]) == (f"default/s-1/{saga.last_sequence}", "s-1")
    assert event["source"] == f"/sagaway/installations/{installation}"
    data = event["data"]
    assert {name: data[name] for name in ("state", "cause", "step", "phase", "participant", "attempts")} == {
        "state": "STUCK",
        "cause": name_of(saga, "cause"),
        "step": "a",
        "phase": "COMPENSATE",
        "participant": "shop",
        "attempts": 1,
    }
    assert data["error"] == {"code": "INTERNAL", "reason": ""}
    assert data["possibly_done"] == ["a"]
    assert [one["action"] for one in data["legal_actions"]] == [
        "ABANDON_SAGA",
        "RETRY_STEP",
        "RESOLVE_STEP_COMPENSATED",
    ]
    assert b"not to be told" not in told.body
    assert b"the bank is away" not in told.body
    shown = json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[-1])
    assert (shown.keys(), shown["data"].keys()) == (event.keys(), data.keys())


async def test_the_documented_check_believes_it_and_nothing_else(tmp_path: Path) -> None:
    with receiving() as receiver:
        async with shop() as participant, orchestrator(settings(tmp_path, receiver.port), MemoryLog()) as (_, client):
            await stuck(client, participant, "s-1")
            await receiver.reach(1)
    (told,) = receiver.told
    assert is_from_sagaway(SECRET.encode(), told.headers, told.body)
    assert not is_from_sagaway(b"another secret of sixteen bytes", told.headers, told.body)
    assert not is_from_sagaway(SECRET.encode(), told.headers, told.body + b" ")
    assert not is_from_sagaway(SECRET.encode(), {}, told.body)
    old = str(int(time.time()) - 301)
    headers = {"Sagaway-Timestamp": old, "Sagaway-Signature": signature(SECRET.encode(), old, told.body)}
    assert not is_from_sagaway(SECRET.encode(), headers, told.body)


async def test_what_is_not_taken_is_told_again(tmp_path: Path) -> None:
    with receiving(500, 503) as receiver:
        async with (
            shop() as participant,
            orchestrator(settings(tmp_path, receiver.port), MemoryLog()) as (server, client),
        ):
            await stuck(client, participant, "s-1")
            await receiver.reach(3)
            await asyncio.sleep(0.5)
            assert await asyncio.to_thread(counts, server) == {"sent": 1, "failed": 2, "dropped": 0}
    assert len({told.event["id"] for told in receiver.told}) == 1
    assert len(receiver.told) == 3


async def test_a_receiver_that_comes_back_hears_of_what_still_needs_a_person(tmp_path: Path) -> None:
    with receiving() as receiver:
        port = receiver.port
    async with shop() as participant, orchestrator(settings(tmp_path, port), MemoryLog()) as (server, client):
        *_, mended = await stuck(client, participant, "s-1", "s-2", "s-3")
        await client.operations.abandon("s-3", "seen by chance", etag=mended.last_sequence)
        async with asyncio.timeout(WAIT):
            while (await asyncio.to_thread(counts, server))["failed"] < 2:
                await asyncio.sleep(0.05)
        with receiving(port=port) as receiver:
            await receiver.reach(2)
            await asyncio.sleep(0.5)
            assert {told.event["subject"] for told in receiver.told} == {"s-1", "s-2"}
            assert len(receiver.told) == 2


async def test_what_was_mended_before_it_could_be_told_is_dropped(tmp_path: Path) -> None:
    with receiving() as receiver:
        port = receiver.port
    async with shop() as participant, orchestrator(settings(tmp_path, port), MemoryLog()) as (server, client):
        (saga,) = await stuck(client, participant, "s-1")
        async with asyncio.timeout(WAIT):
            while not (await asyncio.to_thread(counts, server))["failed"]:
                await asyncio.sleep(0.05)
            await client.operations.abandon("s-1", "seen by chance", etag=saga.last_sequence)
            while not (await asyncio.to_thread(counts, server))["dropped"]:
                await asyncio.sleep(0.05)


async def test_a_saga_that_is_stuck_again_is_told_again(tmp_path: Path) -> None:
    with receiving() as receiver:
        async with shop() as participant, orchestrator(settings(tmp_path, receiver.port), MemoryLog()) as (_, client):
            await stuck(client, participant, "s-1")
            await receiver.reach(1)
            await client.operations.retry("s-1", "a", "once more")
            await receiver.reach(2)
    first, second = (told.event for told in receiver.told)
    assert first["id"] != second["id"]
    assert second["data"]["sequence"] > first["data"]["sequence"]


async def test_a_restart_tells_what_still_needs_a_person_again_by_the_same_id(tmp_path: Path) -> None:
    log = MemoryLog()
    with receiving() as receiver:
        port = receiver.port
    async with shop() as participant:
        async with orchestrator(settings(tmp_path, port), log) as (_, client):  # nobody is there to be told
            await stuck(client, participant, "s-1")
        with receiving() as receiver:
            for count in (1, 2):
                async with orchestrator(settings(tmp_path, receiver.port), log):
                    await receiver.reach(count)
    first, second = (told.event for told in receiver.told)
    assert first == second


async def test_a_saga_in_quarantine_is_told_too(tmp_path: Path) -> None:
    log = MemoryLog()
    with receiving() as receiver:
        async with shop() as participant, orchestrator(settings(tmp_path, receiver.port), log) as (_, client):
            await stuck(client, participant, "s-1")
            await receiver.reach(1)
            now = time.time_ns() // 1000
            await log.quarantine(SagaKey("default", "s-1"), "a fault of ours", now)
            await receiver.reach(2)
    event = receiver.told[1].event
    assert (event["type"], event["id"]) == ("dev.sagaway.saga.quarantined.v1", f"default/s-1/q{now}")
    assert event["data"]["possibly_done"] == ["a"]
    assert "a fault of ours" not in json.dumps(event)


async def test_a_renewed_secret_signs_from_then_on(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("the first secret, long enough\n")
    with receiving() as receiver:
        chosen = settings(tmp_path, receiver.port, dead_letter_webhook_secret_file=file)
        async with shop() as participant, orchestrator(chosen, MemoryLog()) as (_, client):
            await stuck(client, participant, "s-1")
            await receiver.reach(1)
            file.write_text("the second secret, as long\n")
            await stuck(client, participant, "s-2")
            await receiver.reach(2)
    first, second = receiver.told
    assert is_from_sagaway(b"the first secret, long enough", first.headers, first.body)
    assert is_from_sagaway(b"the second secret, as long", second.headers, second.body)


async def test_an_https_receiver_must_show_a_certificate_of_a_ca_that_is_believed(tmp_path: Path) -> None:
    authority = DevCa.new()
    authority.pair.write(tmp_path, "ca")
    authority.server("receiver").write(tmp_path, "receiver")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "receiver.pem", tmp_path / "receiver-key.pem")
    with receiving(context=context) as receiver:
        url = f"https://127.0.0.1:{receiver.port}/"
        for ca in (None, tmp_path / "ca.pem"):
            chosen = settings(tmp_path, 0, dead_letter_webhook_url=url, dead_letter_webhook_ca=ca)
            async with shop() as participant, orchestrator(chosen, MemoryLog()) as (server, client):
                await stuck(client, participant, "s-1")
                if ca is not None:
                    await receiver.reach(1)
                    continue
                async with asyncio.timeout(WAIT):
                    while not (await asyncio.to_thread(counts, server))["failed"]:
                        await asyncio.sleep(0.05)
                assert receiver.told == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"URL": "http://hooks.example.com/"}, "SAGAWAY_ALLOW_PLAINTEXT_WEBHOOK=true"),
        ({"URL": "ftp://hooks.example.com/"}, "SAGAWAY_DEAD_LETTER_WEBHOOK_URL: is no address of a receiver"),
        ({"URL": "https://hooks.example.com:port/"}, "is no address of a receiver; write it as https://host/path"),
        ({"URL": "https://me:mine@hooks.example.com/"}, "has a user, a password or a fragment"),
        ({"URL": "https://hooks.example.com/", "SECRET": ""}, "SAGAWAY_DEAD_LETTER_WEBHOOK_SECRET: is missing"),
        ({"URL": "", "SECRET": SECRET}, "SAGAWAY_DEAD_LETTER_WEBHOOK_URL: is missing"),
        ({"URL": "https://hooks.example.com/", "SECRET_FILE": "x"}, "give one of them"),
    ],
)
def test_settings_that_protect_nothing_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fields: dict[str, str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {"SECRET": SECRET, **fields}.items():
        monkeypatch.setenv(f"SAGAWAY_DEAD_LETTER_WEBHOOK_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert said in str(caught.value)
    assert SECRET not in str(caught.value)


async def test_a_secret_that_is_too_short_ends_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"SAGAWAY_DEAD_LETTER_WEBHOOK_SECRET: .* fewer than 16 bytes"):
        async with serving(settings(tmp_path, 1, dead_letter_webhook_secret="short"), MemoryLog()):
            raise AssertionError("it serves")
