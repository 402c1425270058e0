"""Settings of the NATS bus: each fault is named with its variable and the remedy; secrets come from files."""

from pathlib import Path

import pytest

from sagaway.bus import BusSetupError, BusUnavailableError
from sagaway.bus.embedded import NatsServer
from sagaway.bus.jetstream import JetStreamBus
from sagaway.bus.settings import NatsSettings


def read(**given: object) -> NatsSettings:
    return NatsSettings.from_environment({f"SAGAWAY_NATS_{name}": str(value) for name, value in given.items()})


def test_the_default_is_where_sagaway_bus_listens() -> None:
    settings = read()
    assert settings == NatsSettings()
    assert settings.connection_options() == {"servers": ["nats://127.0.0.1:4222"]}


def test_everything_comes_from_the_environment(tmp_path: Path) -> None:
    token, password = tmp_path / "token", tmp_path / "password"
    token.write_text("t0ken\n")
    password.write_text("pass\n")
    settings = read(
        URL="tls://a:4222, tls://b:4222",
        CREDS_FILE="me.creds",
        TOKEN_FILE=token,
        USER="me",
        PASSWORD_FILE=password,
        PREFIX="shop",
        REPLICAS=3,
    )
    options = settings.connection_options()
    assert options.pop("tls") is not None
    assert options == {
        "servers": ["tls://a:4222", "tls://b:4222"],
        "user_credentials": "me.creds",
        "token": "t0ken",
        "user": "me",
        "password": "pass",
    }
    assert (settings.prefix, settings.replicas) == ("shop", 3)
    assert "t0ken" not in repr(settings)
    assert "pass'" not in repr(settings)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"URL": "http://x:1"}, "SAGAWAY_NATS_URL: it must be of the form"),
        ({"URL": "nats://x:port"}, "SAGAWAY_NATS_URL: it must be of the form"),
        ({"URL": "nats://me:secret@127.0.0.1:4222"}, "SAGAWAY_NATS_URL: it holds a password"),
        ({"URL": "nats://nats.example.com:4222"}, "is another machine, and nothing would be encrypted: use tls://"),
        ({"PREFIX": "a.b"}, "SAGAWAY_NATS_PREFIX: 'a.b' must match"),
        ({"REPLICAS": "many"}, "SAGAWAY_NATS_REPLICAS: 'many' must be a number from 1 to 5"),
        ({"REPLICAS": "9"}, "SAGAWAY_NATS_REPLICAS: 9 must be from 1 to 5"),
        ({"ALLOW_INSECURE": "yes"}, "SAGAWAY_NATS_ALLOW_INSECURE: 'yes' must be true or false"),
        ({"CERT": "cert.pem"}, "SAGAWAY_NATS_CERT and SAGAWAY_NATS_KEY: give both or neither"),
        ({"TOKEN_FILE": "/nowhere/token"}, "SAGAWAY_NATS_TOKEN_FILE: /nowhere/token can't be read"),
        ({"TOKEN_FILE": "/dev/null"}, "SAGAWAY_NATS_TOKEN_FILE: /dev/null is empty"),
    ],
)
def test_what_is_wrong_is_named(given: dict[str, str], fault: str) -> None:
    with pytest.raises(BusSetupError) as caught:
        read(**given)
    assert fault in str(caught.value)
    assert "secret" not in str(caught.value)


def test_another_machine_is_reached_without_tls_only_if_one_says_so() -> None:
    assert read(URL="nats://nats:4222", ALLOW_INSECURE="true").urls == ("nats://nats:4222",)


def test_a_ca_that_is_not_there_is_named() -> None:
    with pytest.raises(BusSetupError, match=r"SAGAWAY_NATS_CA.*can't be used"):
        read(CA="/nowhere/ca.pem").connection_options()


async def test_a_server_that_is_not_there_is_named_within_the_patience() -> None:
    settings = read(URL="nats://127.0.0.1:1")
    with pytest.raises(BusUnavailableError, match=r"no NATS server answers at nats://127\.0\.0\.1:1"):
        await JetStreamBus.connect(settings, patience=0.5)


async def test_a_store_is_of_one_server(tmp_path: Path) -> None:
    async with NatsServer(tmp_path):
        with pytest.raises(BusSetupError, match="another nats-server uses the store"):
            await NatsServer(tmp_path).start()
    async with NatsServer(tmp_path):
        pass


async def test_streams_that_are_there_are_left_as_they_are(tmp_path: Path) -> None:
    async with NatsServer(tmp_path) as server:
        bus = await JetStreamBus.connect(read(URL=server.url))
        stream = bus._stream
        there = (await stream.stream_info("sagaway-events")).config
        assert there.subjects == ["sagaway.events.>", "sagaway.again.*"]
        await stream.update_stream(there, max_msgs=5000, subjects=["sagaway.events.>", "mine.>"])
        again = await JetStreamBus.connect(read(URL=server.url))
        now = (await stream.stream_info("sagaway-events")).config
        assert now.max_msgs == 5000
        assert now.subjects == ["sagaway.events.>", "mine.>", "sagaway.again.*"]
        await again.close()
        await bus.close()
